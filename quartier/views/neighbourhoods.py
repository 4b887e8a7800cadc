from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from partners.models import Actor, ActorKind, Neighbourhood, Partnership, Topic
from partners.models.boundaries import Outline
from partners.views.addresses import of_neighbourhood
from projects.models import Project

ACTORS, PROJECTS = 6, 4


@dataclass(frozen=True, slots=True)
class SectorCount:
    """How many published actors of one sector there are: the number that the directory shows behind the link."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """Sectors and topics for which nobody is published here: whom to look for next."""

    sectors: list[str]
    topics: list[str]

    def __bool__(self) -> bool:
        return bool(self.sectors or self.topics)


@require_safe
@of_neighbourhood
def neighbourhood_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A Quartier as everybody sees it: its bridges first, then who else is here and what they do. Its organisers also get their tools."""
    rows = Neighbourhood.objects.with_boundary()
    neighbourhood = get_object_or_404(rows, slug=slug)
    here = Actor.objects.published().filter(neighbourhoods=neighbourhood)
    projects = Project.objects.all().visible_to(request.user).filter(neighbourhoods=neighbourhood)
    sectors = sectors_of(neighbourhood)
    may_organise = request.user.is_authenticated and rows.editable_by(request.user).filter(pk=neighbourhood.pk).exists()
    context = {
        "neighbourhood": neighbourhood,
        "outline": Outline.of(neighbourhood.boundary) if neighbourhood.boundary else None,
        "lead_actor": Actor.objects.published().filter(pk=neighbourhood.lead_actor_id).select_related("kind").first(),
        "bridges": list(here.main_partners().for_list()),
        "sectors": sectors,
        "gaps": gaps_in(neighbourhood, sectors) if may_organise else None,
        "actors": list(here.for_list().order_by("-created_at", "-pk")[:ACTORS]),
        "actor_count": here.count(),
        "projects": list(projects.for_list().in_order()[:PROJECTS]),
        "project_count": projects.count(),
        "partnership_count": Partnership.objects.visible_to(request.user)
        .filter(neighbourhood=neighbourhood, state=Partnership.Stage.RUNNING)
        .count(),
        "may_organise": may_organise,
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


def gaps_in(neighbourhood: Neighbourhood, sectors: list[SectorCount]) -> Gaps:
    """What the vocabularies know and nobody here stands for yet. For organisers, for it invites to ask around."""
    filled = {sector.value for sector in sectors}
    here = Actor.objects.published().filter(neighbourhoods=neighbourhood)
    taken = set(Actor.topics.through.objects.filter(actor__in=here.values("pk")).values_list("topic", flat=True))
    return Gaps(
        sectors=[capfirst(str(label)) for value, label in ActorKind.Sector.choices if value not in filled],
        topics=[word for key, _slug, word in Topic.objects.words() if key not in taken],
    )
