"""Reads a boundary out of a file. What can be mended safely is mended and said; all else is refused with a sentence.

GeoJSON after RFC 7946. Lengths in degrees; the tolerances are about two metres and grow until a shape is small enough.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from shapely.geometry import MultiPolygon, Polygon

from partners.models.boundaries import Boundary, plain

MOST_BYTES = 5 * 1024 * 1024
KEPT = 24 * 3600  # seconds in which what was read may come back, signed, with a form
LONGEST = 2_400_000  # letters of that
MOST_AREAS = 500
MOST_PARTS = 200
MOST_POINTS_READ = 100_000
MOST_POINTS_STORED = 2_000
MOST_CROSSINGS = 200
SEGMENTS_AT_ONCE = 200
TOLERANCE = 0.00002
METRES_IN_A_DEGREE = 111_000
GRID = 0.000001
# Where a place lies if latitude and longitude stand in the right order: Europe. Elsewhere nothing is turned round.
EUROPE = (-25.0, 34.0, 45.0, 72.0)
NAMES = ("name", "bezeichnung", "quartier", "stadtteil", "bezirk", "title", "titel")
DEGREES = ("CRS84", "EPSG::4326", "EPSG:4326", "WGS84", "WGS 84")


@dataclass(slots=True)
class Area:
    """One area of a file, ready to be stored, with what was mended on the way."""

    name: str
    boundary: Boundary
    points: int
    notes: list[str] = field(default_factory=list)


def read_boundaries(content: bytes) -> list[Area]:
    """All areas of a GeoJSON file. Raises `ValidationError` with a sentence that says how to mend the file."""
    if len(content) > MOST_BYTES:
        raise ValidationError(
            gettext("This file is too large: at most %(size)s MB. Export only your Quartier, or fewer points.")
            % {"size": MOST_BYTES // 1024 // 1024},
            code="too_large",
        )
    document = parsed(content)
    refuse_other_systems(document)
    named = list(polygons_of(document))
    if not named:
        raise ValidationError(
            gettext("There is no area in this file. A boundary is a Polygon or a MultiPolygon, not a point or a line."),
            code="no_area",
        )
    if len(named) > MOST_AREAS or count_points(named) > MOST_POINTS_READ:
        raise ValidationError(
            gettext(
                "This file holds too much: at most %(areas)d areas and %(points)d points. Export only your Quartier."
            )
            % {"areas": MOST_AREAS, "points": MOST_POINTS_READ},
            code="too_many",
        )
    return told_apart([made_whole(name, polygons) for name, polygons in named])


def parsed(content: bytes) -> dict[str, Any]:
    """The document, or a sentence about what the file seems to be instead."""
    refuse_other_formats(content)
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=lambda word: float("nan"))
    except (ValueError, RecursionError) as error:
        raise ValidationError(
            gettext("This file is not GeoJSON: it cannot be read. Export the boundary as GeoJSON once more."),
            code="not_json",
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("type"), str):
        raise ValidationError(
            gettext("This is JSON, but no GeoJSON. Export the boundary as GeoJSON."), code="not_geojson"
        )
    if document["type"] == "Topology":
        raise ValidationError(gettext("This is TopoJSON. Export the boundary as GeoJSON."), code="topojson")
    return document


def refuse_other_formats(content: bytes) -> None:
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise ValidationError(gettext("This file is empty."), code="empty")
    if content.startswith((b"PK", b"\x1f\x8b", b"\xd0\xcf")):
        raise ValidationError(
            gettext("This is a packed file or a table (ZIP, Shapefile, Excel). Export the boundary as GeoJSON."),
            code="packed",
        )
    if start.startswith(b"<"):
        raise ValidationError(
            gettext("This is a KML, GPX or web page file. Export the boundary as GeoJSON."), code="markup"
        )
    if not start.startswith((b"{", b"[")) and any(mark in start for mark in (b";", b",", b"\t")):
        raise ValidationError(gettext("This is a table. Export the boundary as GeoJSON."), code="table")


def refuse_other_systems(document: dict[str, Any]) -> None:
    """A file may say in which system its numbers are; only degrees can be read."""
    crs = document.get("crs")
    if not crs:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name", "") if isinstance(properties, dict) else crs)
    if not name.upper().endswith(DEGREES):
        raise ValidationError(
            gettext(
                "This file says that its coordinates are in “%(name)s”. Export it in degrees, "
                "in the system WGS 84 (EPSG:4326)."
            )
            % {"name": name[:60].replace("\x00", "")},
            code="wrong_system",
        )


def polygons_of(document: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Every named thing of the file with the coordinates of its polygons; points and lines are left out."""
    kind = document.get("type")
    features = document.get("features") if kind == "FeatureCollection" else [document]
    for number, feature in enumerate(features if isinstance(features, list) else [], start=1):
        if not isinstance(feature, dict):
            continue
        is_feature = feature.get("type") == "Feature"
        polygons = list(flat(feature.get("geometry") if is_feature else feature))
        if polygons:
            yield name_of(feature) or gettext("Area %(number)d") % {"number": number}, polygons


def flat(geometry: Any, depth: int = 0) -> Iterator[Any]:
    if not isinstance(geometry, dict) or depth > 5:
        return
    inside = geometry.get("geometries" if geometry.get("type") == "GeometryCollection" else "coordinates")
    if not isinstance(inside, list):
        return
    if geometry.get("type") == "Polygon":
        yield inside
    elif geometry.get("type") == "MultiPolygon":
        yield from inside
    elif geometry.get("type") == "GeometryCollection":
        for one in inside:
            yield from flat(one, depth + 1)


def name_of(feature: dict[str, Any]) -> str:
    """What the file calls an area: a property that is called like a name, else its first text."""
    properties = feature.get("properties")
    texts = {
        str(key).casefold(): " ".join(value.replace("\x00", "").split())[:120]
        for key, value in (properties.items() if isinstance(properties, dict) else ())
        if isinstance(value, str) and value.strip()
    }
    return next((texts[key] for key in NAMES if texts.get(key)), next(iter(texts.values()), ""))


def count_points(named: list[tuple[str, list[Any]]]) -> int:
    rings = (ring for _name, polygons in named for polygon in polygons if isinstance(polygon, list) for ring in polygon)
    return sum(len(ring) for ring in rings if isinstance(ring, list))


def told_apart(areas: list[Area]) -> list[Area]:
    """Two areas of one name get a number, so that one can choose between them."""
    seen: dict[str, int] = {}
    for area in areas:
        seen[area.name] = seen.get(area.name, 0) + 1
        if seen[area.name] > 1:
            area.name = f"{area.name} ({seen[area.name]})"
    return areas


def made_whole(name: str, polygons: list[Any]) -> Area:
    """One area, mended and made small enough to be stored."""
    notes: list[str] = []
    if len(polygons) > MOST_PARTS:
        raise broken(name, gettext("it has more than %(number)d parts.") % {"number": MOST_PARTS})
    rings = [[ring_of(name, ring, notes) for ring in rings_of(name, polygon)] for polygon in polygons]
    if must_be_turned(name, np.concatenate([ring for part in rings for ring in part])):
        rings = [[ring[:, ::-1] for ring in part] for part in rings]
        notes.append(gettext("Latitude and longitude were in the wrong order; they are turned round."))
    area = valid(name, [Polygon(part[0], part[1:]) for part in rings], notes)
    return Area(name, *reduced(area, notes), notes)


def broken(name: str, why: str) -> ValidationError:
    return ValidationError(
        gettext("“%(name)s” cannot be used: %(why)s") % {"name": name, "why": why}, code="broken_area"
    )


def rings_of(name: str, polygon: Any) -> list[Any]:
    if not isinstance(polygon, list) or not polygon:
        raise broken(name, gettext("a polygon in it is empty."))
    return polygon


def ring_of(name: str, ring: Any, notes: list[str]) -> np.ndarray:
    """A closed line of longitude and latitude; heights are left out."""
    try:
        points = np.array([[float(x) for x in point[:2]] for point in ring], dtype=float)
    except (TypeError, ValueError, OverflowError) as error:
        raise broken(name, gettext("a coordinate in it is no number.")) from error
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise broken(name, gettext("a coordinate in it is no number."))
    if (points[0] != points[-1]).any():
        points = np.vstack([points, points[:1]])
        once(notes, gettext("A line was not closed; its end is joined to its beginning."))
    if len(points) < 4:
        raise broken(name, gettext("a line in it has fewer than three corners."))
    return points


def once(notes: list[str], note: str) -> None:
    if note not in notes:
        notes.append(note)


def must_be_turned(name: str, points: np.ndarray) -> bool:
    """Whether latitude stands first. Raises where the numbers are no degrees at all."""
    x, y = np.abs(points).max(axis=0)
    if x > 180 or y > 180 or (x > 90 and y > 90):
        raise ValidationError(
            gettext(
                "The coordinates of “%(name)s” are no degrees: they look like metres, for example EPSG:25832 or "
                "EPSG:3857. Export the file in the system WGS 84 (EPSG:4326)."
            )
            % {"name": name},
            code="wrong_system",
        )
    if y > 90:
        return True
    return not in_europe(points) and in_europe(points[:, ::-1])


def in_europe(points: np.ndarray) -> bool:
    west, south, east, north = EUROPE
    return bool(((points >= (west, south)) & (points <= (east, north))).all())


def valid(name: str, polygons: list[Polygon], notes: list[str]) -> MultiPolygon:
    """An area without crossings and overlaps. What crosses itself hundreds of times is noise, and would take hours."""
    area = MultiPolygon(polygons)
    if not area.is_valid:
        if crossings(area) > MOST_CROSSINGS:
            raise broken(name, gettext("its line crosses itself too often."))
        area = shapely.make_valid(area, method="structure", keep_collapsed=False)
        notes.append(gettext("The line crossed itself or overlapped; that is mended. Look at the picture closely."))
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon" and part.area > GRID * GRID]
    if not parts:
        raise broken(name, gettext("it encloses nothing."))
    return MultiPolygon(parts)


def crossings(area: MultiPolygon) -> int:
    """How often lines cross, counted until it is too often."""
    lines = [
        shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1))
        for part in area.geoms
        for ring in (part.exterior, *part.interiors)
        for points in [shapely.get_coordinates(ring)]
    ]
    segments = np.concatenate(lines)
    tree, found = shapely.STRtree(segments), 0
    for start in range(0, len(segments), SEGMENTS_AT_ONCE):
        found += len(tree.query(segments[start : start + SEGMENTS_AT_ONCE], predicate="crosses")[0])
        if found > 2 * MOST_CROSSINGS:
            break
    return math.ceil(found / 2)


def reduced(area: shapely.Geometry, notes: list[str]) -> tuple[Boundary, int]:
    """At most so many points as a map needs. Says so when it drops any beyond two metres."""
    before, tolerance = shapely.get_num_coordinates(area), TOLERANCE
    small = shapely.set_precision(area.simplify(TOLERANCE), GRID)
    while shapely.get_num_coordinates(small) > MOST_POINTS_STORED and tolerance < 1:
        tolerance *= 2
        small = shapely.set_precision(area.simplify(tolerance), GRID)
    after = int(shapely.get_num_coordinates(small))
    if not after or after > MOST_POINTS_STORED:
        raise broken(gettext("This area"), gettext("it has too many small parts."))
    if after < before:
        notes.append(
            gettext(
                "The line is simplified: %(after)d points instead of %(before)d, at most %(metres)d metres beside it."
            )
            % {"after": after, "before": before, "metres": math.ceil(tolerance * METRES_IN_A_DEGREE)}
        )
    parts = [part for part in shapely.get_parts(small) if part.geom_type == "Polygon"]
    whole = shapely.orient_polygons(parts[0] if len(parts) == 1 else MultiPolygon(parts))
    return plain(whole), after
