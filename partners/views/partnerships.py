from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.actions.cautions import cautions
from partners.actions.holding import lock_actors
from partners.actions.leaving_sides import LossError
from partners.actions.partnerships import write_partnership, write_side
from partners.filters import PartnershipFilter
from partners.forms.anyway import AnywayForm
from partners.forms.leaving_sides import LossForm
from partners.forms.partnerships import (
    OwnSideForm,
    PartnershipCreateForm,
    PartnershipEditForm,
    PartnershipForm,
    PartyFormSet,
)
from partners.models import (
    Actor,
    Agreement,
    Neighbourhood,
    NextStep,
    Partnership,
    PartnershipHandover,
    PartnershipParty,
    Quotation,
)
from partners.views.actors import own_neighbourhoods
from partners.views.paging import OnePassPaginator, in_this_order, page_or_redirect
from partners.views.partnership_steps import open_steps, way_of
from partners.views.reviews import looks_back
from partners.views.writing import made_once

FIRST_SIDES = 2
SPARE_SIDES = 2


@require_safe
def partnership_list(request: HttpRequest) -> HttpResponse:
    """Who has agreed to work with whom. A partnership with somebody who cannot be seen cannot be seen either."""
    found = PartnershipFilter(request.GET, user=request.user)
    number = request.GET.get("seite", "")
    keys = found.qs.in_order().values_list("pk", flat=True)
    page = page_or_redirect(keys, number=number, query=found.query(), pages=OnePassPaginator)
    if isinstance(page, HttpResponse):
        return page
    page.object_list = in_this_order(Partnership.objects.for_list(), page.object_list)
    context = {
        "page": page,
        "found": found,
        "may_create": Neighbourhood.objects.editable_by(request.user).exists(),
        "organised": own_boards(request.user),
        "is_empty": not page.paginator.count and not found.is_narrowed,
    }
    return render(request, "partners/partnership_list.html", context)


def own_boards(user: Any) -> list[Neighbourhood]:
    """The boards of the Quartiere that she organises; an admin finds each on the page of the Quartier."""
    return list(user.organised_neighbourhoods.order_by("name")) if user.is_authenticated else []


def partnership_context(partnership: Partnership, user: Any) -> dict[str, Any]:
    """What each side brings and what it hopes to gain, side by side, in its own words. The page shows more: see `quartier`."""
    parties = list(partnership.parties.all())
    mine = PartnershipParty.objects.editable_by(user).filter(partnership=partnership)
    editable = set(mine.values_list("pk", flat=True)) if user.is_authenticated else set()
    readable = Actor.objects.visible_to(user).filter(pk__in=[party.actor_id for party in parties])
    visible = set(readable.values_list("pk", flat=True))
    has_notes = user.is_authenticated and any(party.notes for party in parties)
    context = {
        "partnership": partnership,
        "sides": [(party, party.actor_id in visible, party.pk in editable) for party in parties],
        "spoken_for": set(mine.spoken_for_by(user).values_list("pk", flat=True)) if has_notes else set(),
        "bridges": partnership.main_partners,
        "voices": voices_of(parties, editable, user),
    } | links_of(partnership, user)
    if user.is_authenticated:
        context |= internal_part(partnership, user)
    if context.get("is_internal") and partnership.has_results:
        context["looks_back"] = looks_back(parties, user)
    return context


def voices_of(
    parties: list[PartnershipParty], editable: set[int], user: Any
) -> list[tuple[PartnershipParty, Quotation | None, bool]]:
    """What is said by whom, as far as this reader may read it; whoever writes a side is also shown where nobody is quoted."""
    rows = Quotation.objects.visible_to(user).filter(party__in=parties)
    said = {quotation.party_id: quotation for quotation in rows}
    return [
        (party, said.get(party.pk), party.pk in editable)
        for party in parties
        if party.pk in said or party.pk in editable
    ]


def links_of(partnership: Partnership, user: Any) -> dict[str, Any]:
    """The earlier partnership that it takes up again, and the later one that does so, as far as this reader sees them."""
    if not (partnership.reopens_id or partnership.is_over):
        return {}
    seen = Partnership.objects.visible_to(user).prefetch_related("parties__actor")
    return {
        "reopens": seen.filter(pk=partnership.reopens_id).first() if partnership.reopens_id else None,
        "reopened_as": seen.filter(reopens=partnership).first() if partnership.is_over else None,
    }


def internal_part(partnership: Partnership, user: Any) -> dict[str, Any]:
    """What organisers and the sides also read: how it came about, what is due, and what comes next."""
    rows = Partnership.objects.filter(pk=partnership.pk)
    if not rows.internal_to(user).exists():
        return {}
    may_edit = rows.editable_by(user).exists()
    steps = list(partnership.steps.all().visible_to(user).select_related("by"))
    agreements = list(Agreement.objects.visible_to(user).filter(partnership=partnership).for_list())
    has_draft = any(not agreement.is_signed for agreement in agreements)
    return {
        "is_internal": True,
        "agreements": agreements,
        "may_agree": may_edit and not has_draft and partnership.state in Agreement.DRAFTED_IN,
        "may_edit": may_edit,
        "handover": handover_of(partnership),
        "may_hand_over": may_edit and partnership.state in PartnershipHandover.POSSIBLE_IN,
        "steps": steps,
        "path": way_of(partnership, steps),
        "due": partnership.due if may_edit else [],
        "steps_open": open_steps(partnership) if may_edit else [],
        "next_step": next_step_of(partnership) if may_edit else None,
        "contact_notes": list(partnership.contact_notes.all().for_list()) if may_edit else [],
        "gaps": partnership.gaps if may_edit and partnership.state == Partnership.Stage.TALKS else [],
    }


def next_step_of(partnership: Partnership) -> NextStep | None:
    """With who looks after it."""
    rows = NextStep.objects.open().filter(partnership=partnership)
    return rows.with_holder().select_related("responsible").first()


def handover_of(partnership: Partnership) -> PartnershipHandover | None:
    """For who reads the inside of the partnership."""
    if partnership.state not in PartnershipHandover.POSSIBLE_IN:
        return None
    return PartnershipHandover.objects.filter(partnership=partnership).for_list().first()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_create(request: HttpRequest) -> HttpResponse:
    """Organisers write down who works with whom in one of their neighbourhoods."""
    own = own_neighbourhoods(request.user)
    if not own:
        raise Http404
    data = request.POST if request.method == "POST" else None
    proposal = Proposal() if data else Proposal.of(request, own)
    form, anyway = PartnershipCreateForm(data, own=own, initial=proposal.values), AnywayForm(data)
    partnership = Partnership()
    formset = party_formset(request, own, partnership, proposed=proposal.sides)
    if form.is_bound and form.is_valid():
        partnership.state = form.stage
    if is_ready(request, form, formset) and lets_pass(request, anyway, form, formset):
        leads_to = made_once(
            request,
            form,
            make=lambda: write_partnership(
                partnership=form.save(commit=False),
                parties=formset.parties(),
                by=request.user,
                overrides=anyway.overrides,
            ),
            said=lambda: gettext("The partnership is written down. Below it says what comes next."),
        )
        if leads_to:
            return redirect(leads_to)
    context = {"form": form, "formset": formset, "anyway": anyway}
    return render(request, "partners/partnership_create.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Organisers change who the sides are, since when and until when."""
    rows = Partnership.objects.editable_by(request.user)
    if request.method == "POST":
        return _save_partnership(request, rows.filter(pk=pk))
    partnership = get_object_or_404(rows, pk=pk)
    own = own_neighbourhoods(request.user)
    form = PartnershipEditForm(instance=partnership, own=own)
    return _show_edit(request, partnership, form, party_formset(request, own, partnership))


@transaction.atomic
def _save_partnership(request: HttpRequest, rows: Any) -> HttpResponse:
    """Compares and writes while the row is locked, so that nobody else writes in between, nor merges one of the sides."""
    lock_actors(key for name in request.POST if name.endswith("-actor") for key in request.POST.getlist(name))
    partnership = get_object_or_404(rows.select_for_update(of=("self",)))
    own = own_neighbourhoods(request.user)
    form = PartnershipEditForm(request.POST, instance=Partnership.objects.get(pk=partnership.pk), own=own)
    formset = party_formset(request, own, partnership)
    anyway, loss = AnywayForm(request.POST), LossForm(request.POST)
    if is_ready(request, form, formset) and lets_pass(request, anyway, form, formset):
        for name, value in form.changes().items():
            setattr(partnership, name, value)
        try:
            write_partnership(
                partnership=partnership,
                parties=formset.parties(),
                removed=formset.removed(),
                by=request.user,
                overrides=anyway.overrides,
                read=loss.seen,
            )
        except LossError as error:
            loss.show(error.losses)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("The partnership is saved."))
            return redirect(partnership)
    return _show_edit(request, partnership, form, formset, anyway=anyway, loss=loss)


def _show_edit(
    request: HttpRequest,
    partnership: Partnership,
    form: PartnershipForm,
    formset: Any,
    **asked: Any,
) -> HttpResponse:
    """With what has to be answered or read first (`asked`)."""
    context = {"form": form, "formset": formset, "partnership": partnership, "anyway": None, "loss": None} | asked
    return render(request, "partners/partnership_edit.html", context)


@dataclass(frozen=True)
class Proposal:
    """What an address fills in: `mit` a local partner, `art` of which kind, `quartier` where. What does not fit is left out."""

    values: dict[str, Any] = field(default_factory=dict)
    sides: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, request: HttpRequest, own: list[Neighbourhood]) -> Proposal:
        values: dict[str, Any] = {}
        if request.GET.get("art") in Partnership.Kind.values:
            values["kind"] = request.GET["art"]
        where = next((one for one in own if one.slug == request.GET.get("quartier")), None)
        if where:
            values["neighbourhood"] = where.pk
        slug = request.GET.get("mit", "").replace("\x00", "")
        actor = Actor.objects.current().visible_to(request.user).filter(slug=slug).first() if slug else None
        if actor is None:
            return cls(values)
        sides = [{"actor": actor.pk, "side": PartnershipParty.Side.QUARTIER}]
        is_main = values.get("kind") == Partnership.Kind.MAIN
        if is_main and where and where.lead_actor_id and where.lead_actor_id != actor.pk:
            sides.append({"actor": where.lead_actor_id, "side": PartnershipParty.Side.ACCOMPANYING})
        return cls(values, sides)


def party_formset(
    request: HttpRequest, own: list[Neighbourhood], partnership: Partnership, proposed: Sequence[dict[str, Any]] = ()
) -> Any:
    """The sides, with empty ones to spare: a new partnership begins with two, and none has to be filled in."""
    data = request.POST if request.method == "POST" else None
    formset = PartyFormSet(data, instance=partnership, by=request.user, own=own, proposed=proposed)
    formset.extra = SPARE_SIDES if partnership.pk else FIRST_SIDES + SPARE_SIDES
    return formset


def is_ready(request: HttpRequest, form: PartnershipForm, formset: Any) -> bool:
    """Both parts are looked at, so that all mistakes are named at once."""
    return request.method == "POST" and all([form.is_valid(), formset.is_valid()])


def lets_pass(request: HttpRequest, anyway: AnywayForm, form: PartnershipForm, formset: Any) -> bool:
    """Whether it is a good moment for all sides that are asked, or she has said why it shall be all the same."""
    days = {name: form.cleaned_data[name] for name in ("start_on", "end_on")}
    return anyway.lets_pass(cautions(formset.plans(**days), user=request.user))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_party_edit(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """A partner writes what it brings and hopes to gain, in its own words; organisers may note it for them."""
    own = PartnershipParty.objects.editable_by(request.user)
    rows = own.filter(pk=party_pk, partnership__in=Partnership.objects.filter(pk=pk))
    if request.method == "POST":
        return _save_side(request, rows)
    party = get_object_or_404(rows.select_related("actor", "partnership__neighbourhood"))
    return _show_side(request, party, OwnSideForm(instance=party))


@transaction.atomic
def _save_side(request: HttpRequest, rows: Any) -> HttpResponse:
    seen = get_object_or_404(rows.select_related("actor", "partnership__neighbourhood"))
    seen.partnership.lock()
    party = rows.select_for_update(of=("self",)).first()
    if party is None:
        return _show_gone_side(request, seen)
    form = OwnSideForm(request.POST, instance=PartnershipParty.objects.get(pk=party.pk))
    anyway = AnywayForm(request.POST)
    if form.is_valid() and anyway.lets_pass(cautions(form.plans(), user=request.user)):
        try:
            write_side(party=party, values=form.changes(), by=request.user, overrides=anyway.overrides)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = gettext("What “%(name)s” brings and hopes to gain is saved.")
            messages.success(request, said % {"name": party.actor})
            return redirect(party.partnership)
    return _show_side(request, party, form, anyway)


def _show_gone_side(request: HttpRequest, party: PartnershipParty) -> HttpResponse:
    """What she wrote stays before her, although there is nothing left to write it into."""
    form = OwnSideForm(request.POST, instance=party)
    form.is_valid()
    said = gettext(
        "This side was taken away in the meantime. Nothing is saved: copy your words, then look at the partnership."
    )
    form.add_error(None, said)
    return _show_side(request, party, form)


def _show_side(
    request: HttpRequest, party: PartnershipParty, form: OwnSideForm, anyway: AnywayForm | None = None
) -> HttpResponse:
    is_own = PartnershipParty.objects.spoken_for_by(request.user).filter(pk=party.pk).exists()
    context = {"form": form, "party": party, "anyway": anyway, "is_own": is_own}
    return render(request, "partners/partnership_party_edit.html", context)
