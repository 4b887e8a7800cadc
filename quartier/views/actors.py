from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import FETCH_PEERS, Exists, F, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.models import (
    Actor,
    Channel,
    ContactPerson,
    KeyActorAssessment,
    Offer,
    Partnership,
    PartnershipParty,
    Person,
    Quotation,
)
from partners.models.parties import SAID
from partners.models.places import suggested_neighbourhoods
from partners.views.actors import steps_for
from partners.views.addresses import of_actor
from partners.views.asking import asked_often, bring_along
from partners.views.listing_pages import few_of_one
from partners.views.offers import OFFERS
from partners.views.ties import bring_ties
from projects.models import (
    Benefit,
    Contribution,
    ContributionTally,
    Dissemination,
    Need,
    Participation,
    Project,
    entries_of,
    totals_in,
)
from projects.views.needs import NEEDS

ORDER = {
    state: place
    for place, state in enumerate(
        [
            Project.State.RUNNING,
            Project.State.PLANNING,
            Project.State.IDEA,
            Project.State.CONTINUED,
            Project.State.COMPLETED,
            Project.State.ABANDONED,
        ]
    )
}

# Long texts of a project that its line on a profile does not show.
UNREAD = [f"project__{name}" for name in ("summary", "goal", "results", "how_to_join", "search_text")]

# Whether there are rows of what most profiles have none of: those are not asked for.
PARTS = {
    "has_contacts": Exists(ContactPerson.objects.order_by().filter(actor=OuterRef("pk"))),
    "has_branches": Exists(Actor.objects.order_by().filter(parent=OuterRef("pk"))),
    "is_quoted": Exists(Quotation.objects.agreed().order_by().filter(party__actor=OuterRef("pk"))),
    "has_offers": Exists(Offer.objects.order_by().filter(actor=OuterRef("pk"))),
    "has_needs": Exists(Need.objects.order_by().filter(actor=OuterRef("pk"))),
    "passed_on": Exists(Dissemination.objects.order_by().filter(participation__actor=OuterRef("pk"))),
    "has_channels": Exists(Channel.objects.order_by().filter(actor=OuterRef("pk"))),
}


@dataclass(slots=True)
class Part:
    """One project of an actor, with all the roles it has there."""

    project: Project
    participations: list[Participation] = field(default_factory=list)


@dataclass(slots=True)
class Bond:
    """One partnership of an actor, seen from its side."""

    partnership: Partnership
    others: list[Actor]
    own: PartnershipParty
    quotation: Quotation | None = None


@require_safe
@of_actor
def actor_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody reads what is published; who may edit an actor reads it in every state. Persons are never named here."""
    user = request.user
    actor = next(iter(_profile(slug, user)), None)
    if actor is None:
        raise Http404
    bring_ties(actor)
    participations = _participations(actor.pk, user)
    keys = [one.pk for one in participations]
    carrier = carrier_of(actor, user) if actor.parent_id else None
    branches = branches_of(actor, user) if actor.has_branches else []
    bonds = bonds_of(actor, user)
    actor.is_main_partner = any(actor in bond.partnership.main_partners for bond in bonds)
    if actor.is_quoted:
        add_quotations(bonds, user)
    context = {
        "actor": actor,
        "parts": parts_of(participations),
        "contacts": list(ContactPerson.objects.filter(actor=actor).visible_to(user)) if actor.has_contacts else [],
        "carrier": carrier,
        "branches": branches,
        "channels": list(actor.channels.all()) if actor.has_channels else [],
        "totals": totals_in(_given(keys, user), lambda: _carried(keys, user) if actor.passed_on else []),
        "benefits": benefits_of(actor, participations, user),
        "bonds": bonds,
        "offer_words": OFFERS.words,
        "need_words": NEEDS.words,
        "has_contact": bool(carrier or branches) or has_contact(actor, in_network=user.is_authenticated),
        "in_network": user.is_authenticated,
    }
    allowed = rights(actor, user)
    keeps = allowed["may_edit"]
    context |= {
        "offered": few_of_one(actor, Offer, user, keeps=keeps) if actor.has_offers else None,
        "needed": few_of_one(actor, Need, user, keeps=keeps) if actor.has_needs else None,
    }
    return render(request, "quartier/actor_detail.html", context | allowed)


@asked_often
def _profile(slug: str, user: Person | AnonymousUser) -> QuerySet[Actor, Any]:
    rows = Actor.objects.visible_to(user).select_related("kind").defer("search_text")
    return rows.annotate(**PARTS).filter(slug=slug).fetch_mode(FETCH_PEERS)


@asked_often
def _participations(actor: int, user: Person | AnonymousUser) -> QuerySet[Participation]:
    seen = Participation.objects.filter(actor=actor).visible_to(user).with_rights_of(user).select_related("project")
    return seen.defer(*UNREAD).order_by("pk")


@asked_often
def _given(participations: list[int], user: Person | AnonymousUser) -> QuerySet[ContributionTally, Any]:
    return ContributionTally.objects.all().of(participations, user).sums()


@asked_often
def _carried(participations: list[int], user: Person | AnonymousUser) -> QuerySet[Dissemination]:
    return entries_of(Contribution.objects.all().of(participations, user))


@asked_often
def _gained(actor: int, projects: list[int], user: Person | AnonymousUser) -> QuerySet[Benefit]:
    participations = [Participation(actor_id=actor, project_id=project) for project in projects]
    return Benefit.objects.all().of(participations, user).order_by("-pk")


@asked_often
def _sides(actor: int, user: Person | AnonymousUser) -> QuerySet[PartnershipParty]:
    """All sides of the partnerships of an actor that the person may see, side by side."""
    its = PartnershipParty.objects.order_by().filter(actor=actor).values("partnership")
    seen = Partnership.objects.visible_to(user, among=its).order_by().values("pk")
    rows = PartnershipParty.objects.filter(partnership__in=seen).select_related("partnership", "actor")
    order = [F("partnership__start_on").desc(nulls_first=True), "-partnership_id", *PartnershipParty._meta.ordering]
    return rows.defer(*SAID, *Actor.all_but("name", "slug", "state", through="actor")).order_by(*order)


def carrier_of(actor: Actor, user: Person | AnonymousUser) -> Actor | None:
    """Who runs it, if the person may see that one."""
    return Actor.objects.visible_to(user).filter(pk=actor.parent_id).only("name", "slug").first()


def branches_of(actor: Actor, user: Person | AnonymousUser) -> list[Actor]:
    """Whom it runs, as far as the person may see them; what is archived is not there any more."""
    return list(actor.branches.current().visible_to(user).order_by("sort_name", "pk").only("name", "slug"))


def benefits_of(actor: Actor, participations: list[Participation], user: Person | AnonymousUser) -> list[Benefit]:
    """What the actor gained, the latest first; the projects are those of its participations and not loaded again."""
    projects = {participation.project_id: participation.project for participation in participations}
    benefits = _gained(actor.pk, [*projects], user)
    for benefit in benefits:
        benefit.project = projects[benefit.project_id]
    return benefits


def has_contact(actor: Actor, *, in_network: bool) -> bool:
    """Whether there is anything to put beside the description."""
    said = (actor.street_line, actor.town_line, actor.email, actor.phone, actor.website)
    if in_network and (actor.has_paid_staff, actor.lead_time_days, actor.network_hours) != (None, None, None):
        return True
    access = (actor.opening_hours, actor.step_free, actor.accessibility, actor.has_shared_room is not None)
    return any((*said, *access, actor.languages, actor.stated_capacity))


def parts_of(participations: list[Participation]) -> list[Part]:
    """Its projects, what goes on first. Both sides also see an invitation; one that was declined is nobody's business."""
    parts: dict[int, Part] = {}
    for participation in participations:
        if not participation.is_declined:
            parts.setdefault(participation.project_id, Part(participation.project)).participations.append(participation)
    return sorted(parts.values(), key=lambda part: (ORDER[Project.State(part.project.state)], part.project.sort_title))


def bonds_of(actor: Actor, user: Person | AnonymousUser) -> list[Bond]:
    """Its partnerships, those that run first."""
    partnerships: dict[int, Partnership] = {}
    sides: dict[int, list[PartnershipParty]] = {}
    for party in _sides(actor.pk, user):
        party.partnership = partnerships.setdefault(party.partnership_id, party.partnership)
        sides.setdefault(party.partnership_id, []).append(party)
    bonds = []
    for key, partnership in partnerships.items():
        bring_along(partnership, "parties", sides[key])
        own = next(party for party in sides[key] if party.actor_id == actor.pk)
        bonds.append(Bond(partnership, [party.actor for party in sides[key] if party is not own], own))
    return sorted(bonds, key=lambda bond: not bond.partnership.is_running)


def add_quotations(bonds: list[Bond], user: Person | AnonymousUser) -> None:
    """What somebody there says of its partnerships and has agreed to be quoted with."""
    rows = Quotation.objects.visible_to(user).agreed().filter(party__in=[bond.own for bond in bonds])
    said = {quotation.party_id: quotation for quotation in rows}
    for bond in bonds:
        bond.quotation = said.get(bond.own.pk)


def rights(actor: Actor, user: Person | AnonymousUser) -> dict[str, Any]:
    """What this person may do with the profile; nothing is asked for a visitor."""
    if not user.is_authenticated:
        return {"may_edit": False, "may_team": False, "may_assess": False, "steps": [], "suggested": []}
    may_assess = Actor.objects.organised_by(user).filter(pk=actor.pk).exists()
    seen = KeyActorAssessment.objects.filter(actor=actor).for_history()
    may_edit = Actor.objects.editable_by(user).filter(pk=actor.pk).exists()
    return {
        "may_edit": may_edit,
        "may_team": Actor.objects.with_managed_team(user).filter(pk=actor.pk).exists(),
        "may_assess": may_assess,
        "assessment": seen.first() if may_assess else None,
        "steps": steps_for(user, actor),
        "suggested": suggested_neighbourhoods(actor, user) if may_edit else [],
    }
