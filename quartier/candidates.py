"""Whom one could ask to become a partner, each with reasons in words. Nobody is counted or ranked; the order is the name's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from partners.models import (
    CRITERIA,
    Actor,
    ActorKind,
    KeyActorAssessment,
    Level,
    Neighbourhood,
    Partnership,
    PartnershipParty,
    Person,
    normalise,
)
from projects.models import Participation, Project
from quartier.templatetags.portal import quantity

# From so many kinds of partners on they are many.
MANY_KINDS = 3
SHOWN_KINDS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be asked, and why."""

    actor: Actor
    reasons: list[str]


def possible_partners(neighbourhood: Neighbourhood, kind: str) -> Any:
    """Actors of the Quartier without a partnership of this kind that runs, rests or is being prepared."""
    standing = PartnershipParty.objects.filter(partnership__kind=kind).exclude(partnership__state__in=Partnership.OVER)
    rows = Actor.objects.current().filter(neighbourhoods=neighbourhood)
    return rows.exclude(pk__in=standing.order_by().values("actor"))


def candidates_of(actors: Iterable[Actor], *, user: Person) -> list[Candidate]:
    """In a constant number of questions, for the actors of one page."""
    actors = list(actors)
    keys = [actor.pk for actor in actors]
    assessed = {
        one.actor_id: one
        for one in KeyActorAssessment.objects.visible_to(user).current().filter(actor__in=keys).order_by()
    }
    projects = projects_of(keys, user=user)
    kinds = kinds_around(keys, projects, user=user)
    return [
        Candidate(
            actor,
            [
                *by_itself(actor),
                *([as_assessed(assessed[actor.pk])] if actor.pk in assessed else []),
                *([in_projects(len(projects[actor.pk]))] if actor.pk in projects else []),
                *among_kinds(kinds.get(actor.pk, set())),
            ],
        )
        for actor in actors
    ]


def by_itself(actor: Actor) -> list[str]:
    """What its profile says."""
    said = []
    if actor.state == Actor.State.PUBLISHED:
        said.append(gettext("Everybody can read its profile."))
    if actor.has_shared_room:
        said.append(gettext("It has a room that others can use."))
    if actor.has_paid_staff:
        said.append(gettext("It has paid staff."))
    if actor.network_hours:
        hours = quantity(actor.network_hours, "stunden")
        said.append(gettext("It states %(hours)s a month for working with others.") % {"hours": hours})
    return said


def as_assessed(assessment: KeyActorAssessment) -> str:
    """Only what fits clearly or strongly: it is a reason, no mark."""
    found = [
        f"{one.label} – {Level(getattr(assessment, one.name)).label}"
        for one in CRITERIA
        if getattr(assessment, one.name) >= Level.CLEARLY
    ]
    if not found:
        return gettext("You have assessed it as a key actor.")
    return gettext("By your assessment: %(findings)s.") % {"findings": ", ".join(found)}


def in_projects(number: int) -> str:
    said = ngettext("It takes part in %(n)s running project.", "It takes part in %(n)s running projects.", number)
    return said % {"n": number}


def among_kinds(kinds: set[str]) -> list[str]:
    if len(kinds) < MANY_KINDS:
        return []
    first, more = sorted(kinds, key=normalise)[:SHOWN_KINDS], len(kinds) - SHOWN_KINDS
    if more > 0:
        first.append(gettext("and %(n)s more") % {"n": more})
    return [gettext("It works with many kinds of partners: %(kinds)s.") % {"kinds": ", ".join(first)}]


def projects_of(keys: list[int], *, user: Person) -> dict[int, set[int]]:
    """In which running projects each of them takes part, as far as this person may know it."""
    running = Project.objects.all().visible_to(user).running()
    agreed = Participation.objects.filter(actor__in=keys, state=Participation.State.AGREED, project__in=running)
    found: dict[int, set[int]] = defaultdict(set)
    for actor, project in agreed.order_by().values_list("actor", "project"):
        found[actor].add(project)
    return found


def kinds_around(keys: list[int], projects: dict[int, set[int]], *, user: Person) -> dict[int, set[str]]:
    """What kinds of actors each of them works with, in running projects and in partnerships that run."""
    around: dict[int, set[int]] = defaultdict(set)
    members: dict[int, set[tuple[int, int]]] = defaultdict(set)
    asked = {project for found in projects.values() for project in found}
    together = Participation.objects.filter(project__in=asked, state=Participation.State.AGREED)
    rows = together.exclude(actor__kind=None).order_by().values_list("project", "actor", "actor__kind")
    for project, actor, kind in rows:
        members[project].add((actor, kind))
    for actor, found in projects.items():
        around[actor] |= {kind for project in found for other, kind in members[project] if other != actor}
    live = Partnership.objects.visible_to(user).filter(state__in=Partnership.LIVE, parties__actor__in=keys)
    parties: dict[int, set[tuple[int, int | None]]] = defaultdict(set)
    sides = PartnershipParty.objects.filter(partnership__in=live.order_by().values("pk")).order_by()
    for partnership, actor, kind in sides.values_list("partnership", "actor", "actor__kind"):
        parties[partnership].add((actor, kind))
    for several in parties.values():
        for actor, _kind in several:
            around[actor] |= {kind for other, kind in several if other != actor and kind}
    words = {pk: word for pk, _slug, word in ActorKind.objects.words()}
    return {actor: {words[kind] for kind in found} for actor, found in around.items()}
