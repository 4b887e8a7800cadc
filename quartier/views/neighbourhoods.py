from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from partners.filters.lists import NO_SECTOR, WITHOUT_SECTOR
from partners.models import Actor, ActorKind, Neighbourhood, Offer, Partnership, Topic
from partners.models.boundaries import Outline
from partners.views.addresses import of_neighbourhood
from partners.views.listing_pages import few_of
from partners.views.offers import OFFERS
from projects.models import Need, Project
from projects.views.needs import NEEDS

PROJECTS = 4
# Of a Quartier with 2,000 actors this page stays one that is read: so many bridges, and of each sector so many names at
# once and so many folded. The directory has all of them.
BRIDGES, NAMED, FOLDED = 12, 6, 24


@dataclass(frozen=True, slots=True)
class SectorGroup:
    """Who of one sector is here. `count` is the number that the directory shows behind the link; the names may be fewer."""

    value: str
    label: str
    count: int
    actors: list[Actor]

    @property
    def first(self) -> list[Actor]:
        return self.actors[:NAMED]

    @property
    def folded(self) -> list[Actor]:
        return self.actors[NAMED:]

    @property
    def unnamed(self) -> int:
        return self.count - len(self.actors)


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
    bridges = list(here.main_partners().for_list()[: BRIDGES + 1])
    projects = Project.objects.all().visible_to(request.user).filter(neighbourhoods=neighbourhood)
    sectors = sectors_of(neighbourhood)
    may_organise = request.user.is_authenticated and rows.editable_by(request.user).filter(pk=neighbourhood.pk).exists()
    here_or_in_a_project = Q(actor__neighbourhoods=neighbourhood) | Q(project__neighbourhoods=neighbourhood)
    needs = Need.objects.filter(pk__in=Need.objects.filter(here_or_in_a_project).order_by().values("pk"))
    context = {
        "offered": few_of(Offer.objects.filter(actor__neighbourhoods=neighbourhood), request.user),
        "needed": few_of(needs, request.user),
        "offer_words": OFFERS.words,
        "need_words": NEEDS.words,
        "neighbourhood": neighbourhood,
        "outline": Outline.of(neighbourhood.boundary) if neighbourhood.boundary else None,
        "lead_actor": Actor.objects.published().filter(pk=neighbourhood.lead_actor_id).select_related("kind").first(),
        "bridges": bridges[:BRIDGES],
        "has_more_bridges": len(bridges) > BRIDGES,
        "sectors": sectors,
        "gaps": gaps_in(neighbourhood, sectors) if may_organise else None,
        "actor_count": here.count(),
        "projects": list(projects.for_list().in_order()[:PROJECTS]),
        "project_count": projects.count(),
        "partnership_count": Partnership.objects.visible_to(request.user)
        .filter(neighbourhood=neighbourhood, state=Partnership.Stage.RUNNING)
        .count(),
        "may_organise": may_organise,
    }
    return render(request, "quartier/neighbourhood_detail.html", context)


def sectors_of(neighbourhood: Neighbourhood) -> list[SectorGroup]:
    """Sectors with somebody in them, in the order of the vocabulary; last, who has no kind yet. In each the bridges come first."""
    here = Actor.objects.published().filter(neighbourhoods=neighbourhood)
    counts = Counter(here.order_by().values_list("kind__sector", flat=True))
    place = Window(
        RowNumber(), partition_by=F("kind__sector"), order_by=[F("is_main_partner").desc(), "sort_name", "pk"]
    )
    named = here.with_main_partner().annotate(place=place).filter(place__lte=NAMED + FOLDED)
    actors: dict[str | None, list[Actor]] = {}
    for actor in named.select_related("kind").only("name", "slug", "state", "is_demo", "kind").order_by("place"):
        actors.setdefault(actor.kind.sector if actor.kind else None, []).append(actor)
    words: list[tuple[str | None, Any]] = [*ActorKind.Sector.choices, (None, NO_SECTOR)]
    return [
        SectorGroup(value or WITHOUT_SECTOR, capfirst(str(label)), counts[value], actors[value])
        for value, label in words
        if counts[value] and value in actors
    ]


def gaps_in(neighbourhood: Neighbourhood, sectors: list[SectorGroup]) -> Gaps:
    """What the vocabularies know and nobody here stands for yet. For organisers, for it invites to ask around."""
    filled = {sector.value for sector in sectors}
    here = Actor.objects.published().filter(neighbourhoods=neighbourhood)
    taken = set(Actor.topics.through.objects.filter(actor__in=here.values("pk")).values_list("topic", flat=True))
    return Gaps(
        sectors=[capfirst(str(label)) for value, label in ActorKind.Sector.choices if value not in filled],
        topics=[word for key, _slug, word in Topic.objects.words() if key not in taken],
    )
