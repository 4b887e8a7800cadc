from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
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
from partners.models.places import suggested_neighbourhoods
from partners.views.actors import steps_for
from partners.views.addresses import of_actor
from partners.views.listing_pages import few_of
from partners.views.offers import OFFERS
from projects.models import Benefit, Contribution, Need, Participation, Project, totals
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
    rows = Actor.objects.visible_to(user).for_detail().annotate(**PARTS)
    actor = get_object_or_404(rows, slug=slug)
    seen = Participation.objects.filter(actor=actor).visible_to(user).with_rights_of(user).select_related("project")
    participations = list(seen.defer(*UNREAD).order_by("pk"))
    given = Contribution.objects.all().of(participations, user)
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
        "totals": totals(
            given.only(
                "category", "unit", "state", "planned_quantity", "delivered_quantity", "objection", "participation_id"
            )
        ),
        "benefits": benefits_of(participations, user),
        "bonds": bonds,
        "offer_words": OFFERS.words,
        "need_words": NEEDS.words,
        "has_contact": bool(carrier or branches) or has_contact(actor, in_network=user.is_authenticated),
        "in_network": user.is_authenticated,
    }
    allowed = rights(actor, user)
    keeps = allowed["may_edit"]
    context |= {
        "offered": few_of(actor.offers.all(), user, keeps=keeps, is_of_one=True) if actor.has_offers else None,
        "needed": few_of(actor.needs.all(), user, keeps=keeps, is_of_one=True) if actor.has_needs else None,
    }
    return render(request, "quartier/actor_detail.html", context | allowed)


def carrier_of(actor: Actor, user: Person | AnonymousUser) -> Actor | None:
    """Who runs it, if the person may see that one."""
    return Actor.objects.visible_to(user).filter(pk=actor.parent_id).only("name", "slug").first()


def branches_of(actor: Actor, user: Person | AnonymousUser) -> list[Actor]:
    """Whom it runs, as far as the person may see them; what is archived is not there any more."""
    return list(actor.branches.current().visible_to(user).order_by("sort_name", "pk").only("name", "slug"))


def benefits_of(participations: list[Participation], user: Person | AnonymousUser) -> list[Benefit]:
    """What the actor gained, the latest first; the projects are those of its participations and not loaded again."""
    projects = {participation.project_id: participation.project for participation in participations}
    benefits = list(Benefit.objects.all().of(participations, user).order_by("-pk"))
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
    rows = Partnership.objects.visible_to(user, among=actor.parties.order_by().values("partnership"))
    bonds = []
    parties_read = PartnershipParty.objects.select_related("actor").only(
        "partnership", "side", "actor__name", "actor__slug", "actor__state"
    )
    for partnership in rows.prefetch_related(Prefetch("parties", parties_read)):
        parties = list(partnership.parties.all())
        own = next(party for party in parties if party.actor_id == actor.pk)
        bonds.append(Bond(partnership, [party.actor for party in parties if party is not own], own))
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
