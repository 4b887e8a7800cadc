"""The pages of a hand-over, the same for a partnership and for a project, and all their addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.actions.handovers import (
    begin_handover,
    discard_handover,
    edit_handover,
    propose_for_partnership,
    refuse_discarding,
    still_new,
)
from partners.forms.handovers import HandoverCreateForm, HandoverEditForm
from partners.models import HandoverLine, Partnership, PartnershipHandover, PartnershipParty, Signing
from partners.views.handover_lines import (
    handover_line_create,
    handover_line_delete,
    handover_line_done,
    handover_line_edit,
    handover_proposals,
)
from partners.views.handover_pages import Pages, crumbs, locked, place_of, show, wrote
from partners.views.handover_signing import handover_paper, handover_sign
from partners.views.writing import made_once

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
        "lines": sorted(handover.lines.all(), key=place_of),
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


@login_required
@require_safe
def handover_document(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    """The whole on A4, with a line for each signature, to be signed on paper or to be filed."""
    handover = pages.visible(request, of)
    lines = handover.lines.all()
    kinds = [(kind.label, [line for line in lines if line.kind == kind]) for kind in HandoverLine.Kind]
    context = {"handover": handover, "kinds": [(label, lines) for label, lines in kinds if lines]}
    return render(request, "partners/handover/document.html", context)


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
        leads_to = made_once(
            request,
            form,
            make=lambda: begin_handover(model=pages.model, subject=subject, is_demo=subject.is_demo, **form.values()),
            said=lambda: gettext(
                "The hand-over is begun. Now write down what goes to whom: the portal has some proposals."
            ),
        )
        if leads_to:
            return redirect(leads_to)
    page = {
        "heading": gettext("Prepare the hand-over"),
        "intro": gettext("Who hands over, and who takes over? What goes to whom, line by line, comes next."),
        "action": gettext("Begin the hand-over"),
    }
    return show(request, page | {"form": form, "whose": subject.title, "address": subject.get_absolute_url()})


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
    handover = locked(request, pages, of, "giver", "receiver")
    actors = pages.offered(handover, request.user)
    form = HandoverEditForm(request.POST, handover=handover, actors=actors)
    if form.is_valid() and wrote(form, lambda: edit_handover(handover=handover, values=form.changes()), request):
        return redirect(handover)
    return _show_edit(request, handover, form)


def _show_edit(request: HttpRequest, handover: Any, form: Any) -> HttpResponse:
    page = {"heading": gettext("Edit the hand-over"), "action": gettext("Save the changes"), "ends_signatures": True}
    return show(request, page | {"form": form}, handover=handover)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_delete(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    """Asked once more before. What both sides have signed stays."""
    handover = pages.editable(request, of)
    try:
        refuse_discarding(handover)
        if request.method == "POST":
            discard_handover(handover=handover)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect(handover)
    if request.method == "POST":
        messages.success(request, gettext("The hand-over is deleted."))
        return redirect(handover.subject)
    page = {
        "heading": gettext("Delete the hand-over?"),
        "intro": gettext("All lines are gone then, and a signature too."),
        "action": gettext("Delete the hand-over"),
        "is_final": True,
    }
    return show(request, page, handover=handover)
