"""Points of a map, gathered where they would lie on top of each other. Plain arithmetic: no database, no map."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

# Side of a tile in pixels: at zoom 0 the whole world is one tile, each further zoom doubles it (Web Mercator).
TILE = 256
CLOSEST = 18
# Two things to tap lie at least this many pixels apart; a finger needs 44.
APART = 56
# How the squares of the grid are counted: so many to a column of the world, and the steps to those around one.
ROW = 2**32
AROUND = [column * ROW + row for column in (-1, 0, 1) for row in (-1, 0, 1)]
# North and south of this the projection has no end.
POLE = 85.05112878


class Spot(NamedTuple):
    """A place in degrees, with what the map says about it."""

    latitude: float
    longitude: float
    name: str
    slug: str


class Box(NamedTuple):
    """A part of the world in degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, spots: Iterable[Spot]) -> Box:
        latitudes, longitudes, _names, _slugs = zip(*spots, strict=True)
        return cls(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


@dataclass(slots=True)
class Cluster:
    """Spots that are drawn as one; its place is the mean of theirs, in pixels of the zoom."""

    x: float
    y: float
    spots: list[Spot]

    def take(self, other: Cluster) -> None:
        mine, theirs = len(self.spots), len(other.spots)
        self.x = (self.x * mine + other.x * theirs) / (mine + theirs)
        self.y = (self.y * mine + other.y * theirs) / (mine + theirs)
        self.spots += other.spots

    def place(self, zoom: int) -> tuple[float, float]:
        """Latitude and longitude, to about a metre."""
        latitude, longitude = degrees(self.x, self.y, zoom)
        return round(latitude, 5), round(longitude, 5)


def pixel(latitude: float, longitude: float, zoom: int) -> tuple[float, float]:
    """Where a place lies on the map of the world at this zoom: pixels from the left and from the top."""
    side = TILE * 2**zoom
    bounded = min(POLE, max(-POLE, latitude))
    slope = math.log(math.tan(math.pi / 4 + math.radians(bounded) / 2))
    return (longitude + 180) / 360 * side, (1 - slope / math.pi) / 2 * side


def pixels(spots: Sequence[Spot], zoom: int) -> tuple[Any, Any]:
    """The same for many places at once."""
    latitudes, longitudes, _names, _slugs = zip(*spots, strict=True)
    bounded = np.radians(np.clip(np.array(latitudes, float), -POLE, POLE))
    side = TILE * 2**zoom
    ys = (1 - np.log(np.tan(np.pi / 4 + bounded / 2)) / np.pi) / 2 * side
    return (np.array(longitudes, float) + 180) / 360 * side, ys


def degrees(x: float, y: float, zoom: int) -> tuple[float, float]:
    """The latitude and longitude of a pixel."""
    side = TILE * 2**zoom
    latitude = math.degrees(2 * math.atan(math.exp((1 - 2 * y / side) * math.pi)) - math.pi / 2)
    return latitude, x / side * 360 - 180


def zoom_for(box: Box, *, width: int, height: int) -> int:
    """The closest zoom at which the box fits a map of so many pixels, with a margin for what is drawn at its edge."""
    left, top = pixel(box.north, box.west, 0)
    right, bottom = pixel(box.south, box.east, 0)
    room = (max(width - APART, APART), max(height - APART, APART))
    fits = [math.log2(have / need) for have, need in zip(room, (right - left, bottom - top), strict=True) if need > 0]
    return max(0, min(CLOSEST - 1, math.floor(min(fits, default=CLOSEST))))


def middle(box: Box) -> tuple[float, float]:
    """What lies in the middle of a map that shows the box."""
    left, top = pixel(box.north, box.west, 0)
    right, bottom = pixel(box.south, box.east, 0)
    return degrees((left + right) / 2, (top + bottom) / 2, 0)


def whole_squares(box: Box, *, zoom: int) -> Box:
    """The box, wide enough for all squares that it touches: a look at a part gathers like a look at the whole."""
    left, top = pixel(box.north, box.west, zoom)
    right, bottom = pixel(box.south, box.east, zoom)
    north, west = degrees(left // APART * APART, top // APART * APART, zoom)
    south, east = degrees((right // APART + 1) * APART, (bottom // APART + 1) * APART, zoom)
    return Box(max(-180, west), max(-90, south), min(180, east), min(90, north))


def gathered(spots: Sequence[Spot], *, zoom: int) -> list[Cluster]:
    """All spots, each in exactly one cluster, the fullest first. The same spots always gather in the same way.

    First by the squares of a grid that lies over the world; then what still touches across the edge of a square.
    """
    if not spots:
        return []
    squares: dict[int, list[int]] = defaultdict(list)
    xs, ys = pixels(spots, zoom)
    for place, square in enumerate((xs // APART * ROW + ys // APART).astype(np.int64).tolist()):
        squares[square].append(place)
    lefts, tops = xs.tolist(), ys.tolist()
    found: dict[int, Cluster] = {}
    for square, places in sorted(squares.items(), key=lambda one: (-len(one[1]), one[0])):
        if len(places) == 1:
            place = places[0]
            cluster = Cluster(lefts[place], tops[place], [spots[place]])
        else:
            x, y = (sum(line[place] for place in places) / len(places) for line in (lefts, tops))
            cluster = Cluster(x, y, [spots[place] for place in places])
        near = _touching(cluster, [found[square + step] for step in AROUND if square + step in found])
        if near:
            near.take(cluster)
        else:
            found[square] = cluster
    return sorted(found.values(), key=lambda one: (-len(one.spots), one.y, one.x))


def _touching(cluster: Cluster, around: list[Cluster]) -> Cluster | None:
    """The nearest of those in the squares around, if both could not be tapped one by one."""
    apart = [(math.hypot(one.x - cluster.x, one.y - cluster.y), one.y, one.x, one) for one in around]
    nearest = min(apart, default=None, key=lambda one: one[:3])
    return nearest[3] if nearest and nearest[0] < APART else None


def never_part(spots: Sequence[Spot]) -> bool:
    """Whether they are drawn as one however close one looks. A cluster takes in the squares around it and no others."""
    box = Box.around(spots)
    left, top = pixel(box.north, box.west, CLOSEST)
    right, bottom = pixel(box.south, box.east, CLOSEST)
    if max(right - left, bottom - top) > 3 * APART:
        return False
    return len(gathered(spots, zoom=CLOSEST)) == 1
