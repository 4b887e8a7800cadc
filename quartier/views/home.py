from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.models import Actor, Neighbourhood
from projects.models import Benefit, Contribution, Project, Side
from quartier.network import draw_network

NEWS = 3
BRIDGES = 3
VOICES = 3
# So many of the newest are looked at first, before all of them are.
NEWEST = 60
# What is growing comes first, then what is being prepared, then what stays.
GROWING = {Project.State.RUNNING: 0, Project.State.PLANNING: 1, Project.State.CONTINUED: 2}


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is, counted from the same rows that the lists show to everybody."""

    actors: int
    bridges: int
    projects: int
    contributions: int


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Says what this is and whom one meets here. It shows what everybody may read, the same to every reader."""
    network = draw_network()
    figures = count_everything()
    context = {
        "neighbourhoods": list(with_counts(Neighbourhood.objects.for_list()).order_by("-actor_count", "name")),
        "network": network,
        "figures": figures,
        "projects": growing_projects(),
        "bridges": list(
            Actor.objects.published().main_partners().select_related("kind").order_by("sort_name")[:BRIDGES]
        ),
        "voices": newest_voices(),
        "may_begin": request.user.is_authenticated and Neighbourhood.objects.editable_by(request.user).exists(),
    }
    return render(request, "quartier/home.html", context)


def count_everything() -> Figures:
    public = AnonymousUser()
    given = Contribution.objects.visible_to(public).filter(
        state__in=[Contribution.State.DELIVERED, Contribution.State.CONFIRMED]
    )
    return Figures(
        actors=Actor.objects.published().count(),
        bridges=Actor.objects.published().main_partners().count(),
        projects=Project.objects.visible_to(public).running().count(),
        contributions=given.count(),
    )


def with_counts(neighbourhoods: QuerySet[Neighbourhood]) -> QuerySet[Neighbourhood]:
    """Adds how many published actors a neighbourhood has."""
    return neighbourhoods.annotate(
        actor_count=Count("actors", filter=Q(actors__state=Actor.State.PUBLISHED), distinct=True)
    )


def growing_projects() -> list[Project]:
    order = Case(*(When(state=state, then=Value(rank)) for state, rank in GROWING.items()))
    rows = Project.objects.visible_to(AnonymousUser()).filter(state__in=list(GROWING))
    return list(rows.for_list().order_by(order, "-updated_at", "pk")[:NEWS])


def newest_voices() -> list[Benefit]:
    """What partners gained: a few of them, in their own words if they have spoken themselves, from what goes on now first."""
    own_first = Case(When(recorded_side=Side.ACTOR, then=Value(0)), default=Value(1))
    running_first = Case(When(project__state=Project.State.RUNNING, then=Value(0)), default=Value(1))
    in_order = (own_first, running_first, "-pk")
    public = Benefit.objects.filter(is_public=True, actor__state=Actor.State.PUBLISHED)
    # Who may be seen is asked of the newest only: asked of all, that is the longest question of the page.
    newest = list(public.order_by(*in_order).values_list("pk", flat=True)[:NEWEST])
    voices = of_different_actors(Benefit.objects.filter(pk__in=newest), in_order)
    if len(voices) < VOICES and len(newest) == NEWEST:
        return of_different_actors(public, in_order)
    return voices


def of_different_actors(rows: Any, in_order: tuple[Any, ...]) -> list[Benefit]:
    by_actor: dict[int, Benefit] = {}
    for benefit in rows.visible_to(AnonymousUser()).for_list().order_by(*in_order)[: VOICES * 6]:
        by_actor.setdefault(benefit.actor_id, benefit)
    return list(by_actor.values())[:VOICES]
