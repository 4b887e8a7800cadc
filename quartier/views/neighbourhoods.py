from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from partners.models import Actor, ActorKind, Neighbourhood, Partnership
from projects.models import Project

ACTORS, PROJECTS = 6, 4


@dataclass(frozen=True, slots=True)
class SectorCount:
    """How many published actors of one sector there are: the number that the directory shows behind the link."""

    value: str
    label: str
    count: int


@require_safe
def neighbourhood_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A Quartier as everybody sees it: its bridges first, then who else is here and what they do. Its organisers also get their tools."""
    rows = Neighbourhood.objects.all()
    neighbourhood = get_object_or_404(rows, slug=slug)
    here = Actor.objects.published().filter(neighbourhoods=neighbourhood)
    projects = Project.objects.all().visible_to(request.user).filter(neighbourhoods=neighbourhood)
    context = {
        "neighbourhood": neighbourhood,
        "lead_actor": Actor.objects.published().filter(pk=neighbourhood.lead_actor_id).select_related("kind").first(),
        "bridges": list(here.main_partners().for_list()),
        "sectors": sectors_of(neighbourhood),
        "actors": list(here.for_list().order_by("-created_at", "-pk")[:ACTORS]),
        "actor_count": here.count(),
        "projects": list(projects.for_list().in_order()[:PROJECTS]),
        "project_count": projects.count(),
        "partnership_count": Partnership.objects.visible_to(request.user)
        .running()
        .filter(neighbourhood=neighbourhood)
        .count(),
        "may_organise": request.user.is_authenticated
        and rows.editable_by(request.user).filter(pk=neighbourhood.pk).exists(),
    }
    return render(request, "quartier/neighbourhood_detail.html", context)


def sectors_of(neighbourhood: Neighbourhood) -> list[SectorCount]:
    """Sectors with somebody in them, in the order of the vocabulary; who has no kind yet stands in none."""
    here = Actor.objects.published().filter(neighbourhoods=neighbourhood)
    counts = Counter(here.exclude(kind=None).order_by().values_list("kind__sector", flat=True))
    return [
        SectorCount(value, capfirst(str(label)), counts[value])
        for value, label in ActorKind.Sector.choices
        if counts[value]
    ]
