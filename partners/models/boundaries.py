"""The outline of a Quartier as it is stored: a GeoJSON Polygon or MultiPolygon in degrees (WGS 84, longitude first)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from partners.seen import print_of

type Boundary = dict[str, Any]

WIDTH = 400
TALLEST = 600
# Degrees: some ten metres here.
ON_SCREEN = 0.0001


def digest(boundary: Boundary | None) -> str:
    """Tells two boundaries apart; no boundary has a digest of its own."""
    return print_of(boundary)


def plain(area: shapely.Geometry) -> Boundary:
    """A shape as it is stored and sent."""
    return json.loads(json.dumps(mapping(area)))


def coarse(boundary: Boundary) -> Boundary:
    """The outline as a screen can show it: lines that differ by less than some ten metres are one."""
    return plain(shape(boundary).simplify(ON_SCREEN))


def within(boundary: Boundary, places: Iterable[tuple[Any, Any]]) -> list[bool]:
    """Of each place (latitude, longitude) whether it lies in the boundary; the line itself belongs to it."""
    degrees = [(float(longitude), float(latitude)) for latitude, longitude in places]
    if not degrees:
        return []
    longitudes, latitudes = zip(*degrees, strict=True)
    return [bool(one) for one in shapely.intersects_xy(shape(boundary), longitudes, latitudes)]


@dataclass(frozen=True, slots=True)
class Outline:
    """A drawing of a boundary that needs no map: north is up, and lengths compare as they do on the ground."""

    path: str
    width: int
    height: int

    @classmethod
    def of(cls, boundary: Boundary) -> Outline:
        area = shape(boundary)
        west, south, east, north = area.bounds
        shrink = math.cos(math.radians((south + north) / 2)) or 1
        scale = min(WIDTH / ((east - west) * shrink), TALLEST / (north - south))
        rings = [ring for part in shapely.get_parts(area) for ring in (part.exterior, *part.interiors)]
        drawn = [
            "M"
            + "L".join(
                f"{(x - west) * shrink * scale + 2:.1f} {(north - y) * scale + 2:.1f}" for x, y in ring.coords[:-1]
            )
            + "Z"
            for ring in rings
        ]
        width, height = (east - west) * shrink * scale, (north - south) * scale
        return cls("".join(drawn), math.ceil(width) + 4, math.ceil(height) + 4)
