"""What the map beside the directory is drawn from: the places that the list finds, and the outlines of Quartiere."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.paginator import Paginator
from django.db.models import FloatField, Subquery
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csp import csp_override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from partners.filters import ActorFilter
from partners.models import Actor, HistoryEntry, Neighbourhood
from partners.models.boundaries import coarse
from partners.models.clusters import CLOSEST, Box, Cluster, Spot, gathered, middle, never_part, whole_squares, zoom_for
from partners.views.paging import OnePassPaginator, page_or_redirect

# Counts up whenever the same places are answered in another form.
FORM = "1"
# How close the first look goes, however few places there are: the streets around stay in sight.
FIRST_LOOK = 16
SIZES = (200, 4000)


def unchanged_since(request: HttpRequest) -> str | None:
    """Tells two answers to the same question apart without computing them. Only for readers who are not signed in.

    What a visitor is shown changes with rows whose history is kept (actors and partnerships, in bulk or one by one),
    with what is edited in the administration (vocabularies, Quartiere), and at midnight. When a profile was confirmed
    stands in neither, so whoever filters by it is always answered anew.
    """
    if request.user.is_authenticated or "bestaetigt" in request.GET:
        return None
    curated = LogEntry.objects.order_by("-pk").values("pk")[:1]
    last = HistoryEntry.objects.order_by("-pk").annotate(curated=Subquery(curated)).values_list("pk", "act", "curated")
    said = [FORM, request.GET.urlencode(), str(timezone.localdate()), str(list(last[:1]))]
    return f'W/"{hashlib.sha256("|".join(said).encode()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=unchanged_since)
@gzip_page
def actor_map(request: HttpRequest) -> HttpResponse:
    """The places of `/akteure/` for the same address and the same person, as far as everybody may see the exact address.

    All that the filters find, or with `seite` one page of it. What would lie on top of each other is gathered here, for
    the `zoom` that is asked for; without one, for the zoom at which everything fits `breite` × `hoehe` pixels.
    `ausschnitt` (west,south,east,north in degrees) leaves out what is not in sight.
    """
    found = ActorFilter(request.GET, user=request.user)
    rows = found.qs
    if number := request.GET.get("seite"):
        pages = OnePassPaginator if found.search_text else Paginator
        page = page_or_redirect(rows.values_list("pk", flat=True), number=number, query=found.query(), pages=pages)
        if isinstance(page, HttpResponse):
            return page
        rows = Actor.objects.filter(pk__in=list(page.object_list))
    zoom = whole(request.GET.get("zoom"), 0, CLOSEST)
    if zoom is not None and (box := box_of(request.GET.get("ausschnitt", ""))):
        box = whole_squares(box, zoom=zoom)
        rows = rows.filter(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east))
    return answer(request, view_of(spots_of(rows), zoom=zoom, size=size_of(request)))


@require_safe
@gzip_page
def neighbourhood_outlines(request: HttpRequest) -> HttpResponse:
    """The boundaries of the Quartiere that are named, or of all that have one, as GeoJSON; coarse enough for a screen."""
    rows = Neighbourhood.objects.with_boundary().filter(boundary__isnull=False).order_by("name")
    if named := request.GET.getlist("quartier"):
        rows = rows.filter(slug__in=[slug for slug in named if "\x00" not in slug])
    features = [
        {"type": "Feature", "properties": {"name": one.name}, "geometry": coarse(one.boundary)}
        for one in rows
        if one.boundary
    ]
    return answer(request, {"type": "FeatureCollection", "features": features})


def answer(request: HttpRequest, data: dict[str, Any]) -> HttpResponse:
    """A browser keeps it and asks each time whether it is still right."""
    reply = JsonResponse(data, json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})
    patch_cache_control(reply, no_cache=True, **({"private": True} if request.user.is_authenticated else {}))
    return reply


def spots_of(rows: Any) -> list[Spot]:
    placed = rows.with_public_place().order_by()
    degrees = (Cast("latitude", FloatField()), Cast("longitude", FloatField()))
    return [Spot._make(row) for row in placed.values_list(*degrees, "name", "slug")]


def view_of(spots: list[Spot], *, zoom: int | None, size: tuple[int, int]) -> dict[str, Any]:
    """What one look at the map shows: single places, groups that part further in, and groups that never do."""
    centre = None
    if zoom is None:
        box = Box.around(spots) if spots else None
        zoom = min(FIRST_LOOK, zoom_for(box, width=size[0], height=size[1])) if box else FIRST_LOOK
        centre = middle(box) if box else None
    shown: dict[str, Any] = {"zoom": zoom, "centre": centre, "placed": len(spots)}
    parts: dict[str, list[Any]] = {"points": [], "groups": [], "together": []}
    for cluster in gathered(spots, zoom=zoom):
        kind, said = told(cluster, zoom=zoom)
        parts[kind].append(said)
    return shown | parts


def told(cluster: Cluster, *, zoom: int) -> tuple[str, list[Any]]:
    if len(cluster.spots) == 1:
        return "points", list(cluster.spots[0])
    place = list(cluster.place(zoom))
    if zoom >= CLOSEST or never_part(cluster.spots):
        names = sorted((spot.name, spot.slug) for spot in cluster.spots)
        return "together", [*place, names]
    return "groups", [*place, len(cluster.spots), list(Box.around(cluster.spots))]


def whole(text: str | None, least: int, most: int) -> int | None:
    """A whole number in bounds; None for anything else."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 6:
        return None
    return min(most, max(least, int(text)))


def size_of(request: HttpRequest) -> tuple[int, int]:
    return whole(request.GET.get("breite"), *SIZES) or 800, whole(request.GET.get("hoehe"), *SIZES) or 500


def box_of(text: str) -> Box | None:
    """The part of the world that is asked for; what is none means all of it."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    box = Box(west, south, east, north)
    if not all(map(math.isfinite, box)) or west > east or south > north:
        return None
    return box


@dataclass(frozen=True, slots=True)
class Tiles:
    """Pictures of streets from a server that the operator chose (`MAP_TILE_URL`), for whoever asks for them."""

    address: str
    attribution: str

    @classmethod
    def of_operator(cls) -> Tiles | None:
        return cls(settings.MAP_TILE_URL, settings.MAP_TILE_ATTRIBUTION) if settings.MAP_TILE_URL else None

    @property
    def origin(self) -> str:
        """As a policy names it: `https://*.tiles.example.org` for `https://{s}.tiles.example.org/{z}/{x}/{y}.png`."""
        scheme, _, rest = self.address.partition("://")
        return f"{scheme}://{rest.partition('/')[0].replace('{s}', '*')}"

    @property
    def host(self) -> str:
        """What people read about who sends the pictures."""
        return self.origin.partition("://")[2].removeprefix("*.")


def may_show_tiles(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page whose policy lets pictures of streets in from the operator's server, and from nowhere else."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tiles = Tiles.of_operator()
        if tiles is None:
            return view(request, *args, **kwargs)
        policy = settings.SECURE_CSP | {"img-src": [*settings.SECURE_CSP["img-src"], tiles.origin]}
        return csp_override(policy)(view)(request, *args, **kwargs)

    return inner
