"""The pages of a hand-over, the same for a partnership and for a project; what differs stands in `Pages`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.actions.handovers import (
    Proposal,
    add_lines,
    begin_handover,
    discard_handover,
    edit_handover,
    edit_line,
    finish_line,
    lock_subject,
    propose_for_partnership,
    remove_line,
    sign_handover,
    still_new,
)
from partners.actions.holding import lock_actors
from partners.actions.receipts import once
from partners.forms.handovers import (
    DoneForm,
    HandoverCreateForm,
    HandoverEditForm,
    HandSignForm,
    LineCreateForm,
    LineEditForm,
    PaperSignForm,
    ProposalsForm,
)
from partners.models import Actor, Handover, Partnership, PartnershipHandover, PartnershipParty, Person, Signing

ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The model, by what the partnership or project is named in an address, and what only one of the two knows."""

    model: type[Handover]
    key: str
    # Where this person may begin one; the rows with all that the title needs.
    beginnable: Callable[[Any], Any]
    # Who has to do with it, and the neighbourhoods in which it lies.
    involved: Callable[[Any], Any]
    places: Callable[[Any], Any]
    # Who will hand over and take over, as far as the portal can guess.
    guess: Callable[[Any], dict[str, Any]]
    propose: Callable[[Any], list[Proposal]]
    list_name: Callable[[], str]
    list_address: str

    def rows(self, of: dict[str, Any]) -> Any:
        model: Any = self.model
        return model.objects.filter(**{f"{model.OF}__{self.key}": of[self.key]})

    def visible(self, request: HttpRequest, of: dict[str, Any]) -> Any:
        return get_object_or_404(self.rows(of).visible_to(request.user).for_detail())

    def editable(self, request: HttpRequest, of: dict[str, Any]) -> Any:
        return get_object_or_404(self.rows(of).editable_by(request.user).for_detail())

    def actors(self, subject: Any, user: Any) -> Any:
        """Who may be chosen."""
        known = Q(pk__in=self.involved(subject)) | Q(neighbourhoods__in=self.places(subject))
        found = Actor.objects.current().visible_to(user).filter(known).order_by().values("pk")
        return Actor.objects.filter(pk__in=found).only("name").order_by("sort_name", "pk")

    def offered(self, handover: Handover, user: Any) -> Any:
        """The same, with those who stand in it already."""
        named = [handover.giver_id, handover.receiver_id]
        for line in handover.lines.all():
            named += [line.from_actor_id, line.to_actor_id]
        keys = Q(pk__in=self.actors(handover.subject, user).order_by().values("pk"))
        named_too = Q(pk__in=[key for key in named if key])
        return Actor.objects.filter(keys | named_too).only("name").order_by("sort_name", "pk")


PARTNERSHIP = Pages(
    model=PartnershipHandover,
    key="pk",
    beginnable=lambda user: (
        Partnership.objects.editable_by(user).filter(state__in=PartnershipHandover.POSSIBLE_IN).for_detail()
    ),
    involved=lambda one: PartnershipParty.objects.filter(partnership=one).order_by().values("actor"),
    places=lambda one: [one.neighbourhood_id],
    guess=lambda one: {
        "giver": next((party.actor_id for party in one.parties.all() if not party.is_local), None),
        "receiver": next((party.actor_id for party in one.parties.all() if party.is_local), None),
    },
    propose=propose_for_partnership,
    list_name=lambda: gettext("Partnerships"),
    list_address="partners:partnership-list",
)


def handover_paths(pages: Pages, *, begins: str, name: str, wrap: Callable[[Any], Any] = lambda view: view) -> Any:
    """All addresses under the one of the partnership or project; `wrap` is put around each view."""
    given = {"pages": pages}
    sides = "|".join(Signing.values)
    whole = begins.replace("<int:pk>", "(?P<pk>[0-9]+)").replace("<slug:slug>", "(?P<slug>[-a-zA-Z0-9_]+)")
    views: list[tuple[str, Any, str]] = [
        ("", handover_detail, ""),
        ("neu/", handover_create, "-create"),
        ("bearbeiten/", handover_edit, "-edit"),
        ("loeschen/", handover_delete, "-delete"),
        ("dokument/", handover_document, "-document"),
        ("vorschlaege/", handover_proposals, "-proposals"),
        ("punkte/neu/", handover_line_create, "-line-create"),
        ("punkte/<int:line>/bearbeiten/", handover_line_edit, "-line-edit"),
        ("punkte/<int:line>/loeschen/", handover_line_delete, "-line-delete"),
        ("punkte/<int:line>/erledigen/", handover_line_done, "-line-done"),
    ]
    paths: list[URLPattern] = [
        path(f"{begins}uebergabe/{ends}", wrap(view), given, name=f"{name}{kind}") for ends, view, kind in views
    ]
    for verb, view, kind in (("unterschreiben", handover_sign, "-sign"), ("papier", handover_paper, "-paper")):
        whole_path = rf"^{whole}uebergabe/{verb}/(?P<side>{sides})/$"
        paths.append(re_path(whole_path, wrap(view), given, name=f"{name}{kind}"))
    return paths


# --- reading ----------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def handover_detail(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    """What goes to whom, how far it is, and who has signed."""
    handover = pages.visible(request, of)
    rows = pages.rows(of)
    may_edit, may_organise = (
        found.exists() for found in (rows.editable_by(request.user), rows.organised_by(request.user))
    )
    context = crumbs(pages, handover.subject, request.user) | {
        "handover": handover,
        "lines": sorted(handover.lines.all(), key=_place),
        "lacks": handover.lacks,
        "may_edit": may_edit,
        "may_end": may_organise,
        "may_finish": rows.finishable_by(request.user).exists(),
        "may_enter_paper": may_organise and not handover.lacks,
        "signatures": [
            (one, not handover.lacks and one.on is None and rows.signable_by(request.user, one.side).exists())
            for one in handover.signatures
        ],
        "has_proposals": may_edit and bool(still_new(handover, pages.propose(handover))),
    }
    return render(request, "partners/handover/detail.html", context)


def _place(line: Any) -> tuple[int, int]:
    """Ties first, then tasks, then things; inside that in the order in which they were written."""
    return list(line.Kind).index(line.kind), line.pk


def crumbs(pages: Pages, subject: Any, user: Any) -> dict[str, Any]:
    """Who takes over may read the hand-over without reading all that it belongs to."""
    seen = type(subject)._default_manager.visible_to(user).filter(pk=subject.pk).exists()
    return {
        "subject": subject,
        "sees_subject": seen,
        "list_name": pages.list_name(),
        "list_address": reverse(pages.list_address),
    }


@login_required
@require_safe
def handover_document(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    """The whole on A4, with a line for each signature, to be signed on paper or to be filed."""
    handover = pages.visible(request, of)
    kinds = [(kind.label, [line for line in handover.lines.all() if line.kind == kind]) for kind in _kinds(handover)]
    context = {"handover": handover, "kinds": [(label, lines) for label, lines in kinds if lines]}
    return render(request, "partners/handover/document.html", context)


def _kinds(handover: Any) -> Any:
    return handover._meta.get_field("lines").related_model.Kind


# --- writing ----------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_create(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    """Where there is one already, it leads there."""
    subject = get_object_or_404(pages.beginnable(request.user), **{pages.key: of[pages.key]})
    if there := pages.rows(of).select_related(pages.model.OF).first():
        return redirect(there)
    data = request.POST if request.method == "POST" else None
    form = HandoverCreateForm(data, actors=pages.actors(subject, request.user), initial=pages.guess(subject))
    if form.is_valid():
        try:
            answer = once(
                fingerprint=form.fingerprint(of=_person(request), at=request.path),
                make=lambda: begin_handover(
                    model=pages.model, subject=subject, is_demo=subject.is_demo, **form.values()
                ),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            if answer.is_new:
                said = gettext(
                    "The hand-over is begun. Now write down what goes to whom: the portal has some proposals."
                )
                messages.success(request, said)
            return redirect(answer.leads_to)
    page = {
        "heading": gettext("Prepare the hand-over"),
        "intro": gettext("Who hands over, and who takes over? What goes to whom, line by line, comes next."),
        "action": gettext("Begin the hand-over"),
    }
    return _show(request, page | {"form": form, "whose": subject.title, "address": subject.get_absolute_url()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_edit(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    if request.method == "POST":
        return _save_handover(request, pages, of)
    handover = pages.editable(request, of)
    form = HandoverEditForm(handover=handover, actors=pages.offered(handover, request.user))
    return _show_edit(request, handover, form)


@transaction.atomic
def _save_handover(request: HttpRequest, pages: Pages, of: dict[str, Any]) -> HttpResponse:
    """Compares and writes while all is locked, so that nobody else writes in between."""
    handover = _locked(request, pages, of, "giver", "receiver")
    actors = pages.offered(handover, request.user)
    form = HandoverEditForm(request.POST, handover=handover, actors=actors)
    if form.is_valid() and _wrote(form, lambda: edit_handover(handover=handover, values=form.changes()), request):
        return redirect(handover)
    return _show_edit(request, handover, form)


def _locked(request: HttpRequest, pages: Pages, of: dict[str, Any], *names: str) -> Any:
    """The actors that were chosen, then the partnership or project, then the hand-over."""
    lock_actors(key for name in names for key in request.POST.getlist(name))
    handover = pages.editable(request, of)
    lock_subject(pages.model, handover.subject.pk)
    get_object_or_404(pages.rows(of).editable_by(request.user).select_for_update(of=("self",)))
    return pages.editable(request, of)


def _wrote(form: Any, write: Callable[[], Any], request: HttpRequest, said: str = "") -> bool:
    """Says what happened, also when signatures ended by it."""
    try:
        with transaction.atomic():
            ended = write()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, said or gettext("The changes are saved."))
    if ended is True:
        messages.warning(
            request, gettext("The text has changed, so the signatures have ended. Please ask for them anew.")
        )
    return True


def _show(request: HttpRequest, context: dict[str, Any], *, handover: Any = None, back: str = "") -> HttpResponse:
    """A page with a form on it. Before a signature ends it says so."""
    if handover is not None:
        context = {"whose": str(handover), "address": handover.get_absolute_url()} | context
    return render(request, "partners/handover/form.html", context | {"handover": handover, "back": back})


def _show_edit(request: HttpRequest, handover: Any, form: Any) -> HttpResponse:
    page = {"heading": gettext("Edit the hand-over"), "action": gettext("Save the changes"), "ends_signatures": True}
    return _show(request, page | {"form": form}, handover=handover)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_delete(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    """Asked once more before. What both sides have signed stays."""
    handover = pages.editable(request, of)
    if handover.is_complete:
        messages.error(request, gettext("Both sides have signed this hand-over. It is not deleted any more."))
        return redirect(handover)
    if request.method == "POST":
        try:
            discard_handover(handover=handover)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(handover)
        messages.success(request, gettext("The hand-over is deleted."))
        return redirect(handover.subject)
    page = {
        "heading": gettext("Delete the hand-over?"),
        "intro": gettext("All lines are gone then, and a signature too."),
        "action": gettext("Delete the hand-over"),
        "is_final": True,
    }
    return _show(request, page, handover=handover)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_proposals(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    """What the portal knows and could be handed over: one takes what fits."""
    handover = pages.editable(request, of)
    known = pages.propose(handover)
    proposals = still_new(handover, known)
    if not proposals:
        messages.info(
            request, gettext("The portal has no proposals any more. Write what is missing as a line of its own.")
        )
        return redirect(handover)
    data = request.POST if request.method == "POST" else None
    offered = pages.offered(handover, request.user)
    form = ProposalsForm(data, proposals=proposals, known=known, receiver=handover.receiver_id, actors=offered)
    if form.is_valid():
        said = gettext("The lines are written down. Now look at each: who takes it, and by when?")
        if _once(request, form, handover, lambda: add_lines(handover=handover, lines=form.lines()), said):
            return redirect(handover)
    page = {
        "heading": gettext("Proposals"),
        "intro": gettext(
            "This is what the portal knows of tasks, hours and contacts. Take what fits; you can reword it."
        ),
        "action": gettext("Write these down"),
        "ends_signatures": True,
    }
    return _show(request, page | {"form": form}, handover=handover)


def _once(request: HttpRequest, form: Any, handover: Any, add: Callable[[], Any], said: str) -> bool:
    was_signed = handover.is_signed
    try:
        answer = once(
            fingerprint=form.fingerprint(of=_person(request), at=request.path), make=lambda: [handover, *add()][-1]
        )
    except ValidationError as error:
        form.add_error(None, error)
        return False
    if answer.is_new:
        messages.success(request, said)
        if was_signed:
            messages.warning(
                request, gettext("The text has changed, so the signatures have ended. Please ask for them anew.")
            )
    return True


def _person(request: HttpRequest) -> Person:
    return request.user  # type: ignore[return-value]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_line_create(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    handover = pages.editable(request, of)
    data = request.POST if request.method == "POST" else None
    initial = {"from_actor": handover.giver_id, "to_actor": handover.receiver_id, "due_on": handover.handed_over_on}
    form = LineCreateForm(data, actors=pages.offered(handover, request.user), initial=initial)
    if form.is_valid():
        said = gettext("The line is written down.")
        if _once(request, form, handover, lambda: add_lines(handover=handover, lines=[form.values()]), said):
            return redirect(handover)
    page = {"heading": gettext("Add a line"), "action": gettext("Save the line"), "ends_signatures": True}
    return _show(request, page | {"form": form}, handover=handover)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_line_edit(request: HttpRequest, pages: Pages, line: int, **of: Any) -> HttpResponse:
    if request.method == "POST":
        return _save_line(request, pages, line, of)
    handover = pages.editable(request, of)
    row = _line_of(handover, line)
    return _show_line(request, handover, row, LineEditForm(line=row, actors=pages.offered(handover, request.user)))


def _line_of(handover: Any, pk: int) -> Any:
    """From the lines that are loaded."""
    for line in handover.lines.all():
        if line.pk == pk:
            line.handover = handover
            return line
    raise Http404


@transaction.atomic
def _save_line(request: HttpRequest, pages: Pages, pk: int, of: dict[str, Any]) -> HttpResponse:
    handover = _locked(request, pages, of, "from_actor", "to_actor")
    row = _line_of(handover, pk)
    form = LineEditForm(request.POST, line=row, actors=pages.offered(handover, request.user))
    if form.is_valid() and _wrote(form, lambda: edit_line(line=row, values=form.changes()), request):
        return redirect(handover)
    return _show_line(request, handover, row, form)


def _show_line(request: HttpRequest, handover: Any, row: Any, form: Any) -> HttpResponse:
    page = {"heading": gettext("Edit the line"), "action": gettext("Save the line"), "ends_signatures": True}
    return _show(request, page | {"form": form}, handover=handover, back=f"punkt-{row.pk}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_line_delete(request: HttpRequest, pages: Pages, line: int, **of: Any) -> HttpResponse:
    handover = pages.editable(request, of)
    row = _line_of(handover, line)
    if request.method == "POST":
        try:
            ended = remove_line(line=row)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(handover)
        messages.success(request, gettext("The line is taken out."))
        if ended:
            said = gettext("The text has changed, so the signatures have ended. Please ask for them anew.")
            messages.warning(request, said)
        return redirect(handover)
    page = {
        "heading": gettext("Take this line out?"),
        "quote": row.what,
        "action": gettext("Take it out"),
        "is_final": True,
        "ends_signatures": True,
    }
    return _show(request, page, handover=handover, back=f"punkt-{row.pk}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_line_done(request: HttpRequest, pages: Pages, line: int, **of: Any) -> HttpResponse:
    """Both sides say when something has really been handed over."""
    handover = get_object_or_404(pages.rows(of).finishable_by(request.user).for_detail())
    row = _line_of(handover, line)
    data = request.POST if request.method == "POST" else None
    form = DoneForm(data, initial={"on": row.done_on or timezone.localdate()})
    if form.is_valid():
        try:
            finish_line(line=row, on=form.cleaned_data["on"])
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(handover if pages.rows(of).exists() else handover.subject)
        said = gettext("The line is done.") if row.done_on else gettext("The line is not done yet.")
        messages.success(request, said)
        return redirect(row)
    page = {"heading": gettext("Is it done?"), "quote": row.what, "action": gettext("Save the day")}
    return _show(request, page | {"form": form}, handover=handover, back=f"punkt-{row.pk}")


# --- signing ----------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_sign(request: HttpRequest, pages: Pages, side: str, **of: Any) -> HttpResponse:
    """Whoever speaks for a side reads the text once more and signs it."""
    rows = pages.rows(of).visible_to(request.user).signable_by(request.user, side)
    handover = get_object_or_404(rows.for_detail())
    signed = {"handover": handover, "side": side, "by": _person(request)}
    return _sign(request, handover, side, HandSignForm, lambda form: sign_handover(seen=form.seen, **signed))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_paper(request: HttpRequest, pages: Pages, side: str, **of: Any) -> HttpResponse:
    """Organisers enter who signed on paper, and when."""
    handover = get_object_or_404(pages.rows(of).organised_by(request.user).for_detail())

    def enter(form: PaperSignForm) -> bool:
        values = form.cleaned_data
        return sign_handover(
            handover=handover,
            side=side,
            seen=form.seen,
            by=_person(request),
            on=values["on"],
            paper_name=values["paper_name"],
        )

    return _sign(request, handover, side, PaperSignForm, enter)


def _sign(request: HttpRequest, handover: Any, side: str, kind: Any, sign: Callable[[Any], bool]) -> HttpResponse:
    signature = next(one for one in handover.signatures if one.side == side)
    if signature.on is not None and request.method != "POST":
        messages.info(request, gettext("This side has signed already."))
        return redirect(handover)
    form = kind(request.POST if request.method == "POST" else None, initial={"version": handover.version})
    if form.is_valid():
        try:
            sign(form)
        except ValidationError as error:
            if error.code == "gone":
                messages.error(request, error.messages[0])
                return redirect(handover.subject)
            form.add_error(None, error)
            form.data = form.data.copy()
            form.data["version"] = str(type(handover).objects.values_list("version", flat=True).get(pk=handover.pk))
        else:
            messages.success(request, _said(type(handover).objects.get(pk=handover.pk)))
            return redirect(handover)
    context = {
        "handover": handover,
        "signature": signature,
        "form": form,
        "is_paper": kind is PaperSignForm,
        "lines": sorted(handover.lines.all(), key=_place),
        "lacks": handover.lacks,
    }
    return render(request, "partners/handover/sign.html", context)


def _said(handover: Handover) -> str:
    if handover.is_complete:
        return gettext("Both sides have signed. The hand-over counts from now on.")
    if handover.given_on:
        return gettext("It is signed for this side. Who is in the team that takes over gets a mail.")
    return gettext("It is signed for this side. The other side signs next.")
