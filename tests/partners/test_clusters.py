"""What a map gathers: every place once, nothing on top of each other, the same wherever one looks from."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.models.clusters import (
    APART,
    CLOSEST,
    Box,
    Cluster,
    Spot,
    degrees,
    gathered,
    middle,
    pixel,
    whole_squares,
    zoom_for,
)

LATITUDES = st.floats(min_value=-90, max_value=90)
LONGITUDES = st.floats(min_value=-180, max_value=180)


def town(count: int, *, seed: int = 1) -> list[Spot]:
    dice = random.Random(seed)  # noqa: S311  # a town, no secret
    return [
        Spot(48.1 + dice.gauss(0, 0.02), 11.55 + dice.gauss(0, 0.03), f"Ort {number}", f"ort-{number}")
        for number in range(count)
    ]


@given(places=st.lists(st.tuples(LATITUDES, LONGITUDES), max_size=60), zoom=st.integers(0, CLOSEST))
def test_every_place_lies_in_exactly_one_cluster(places, zoom):
    spots = [Spot(*place, f"Ort {number}", f"ort-{number}") for number, place in enumerate(places)]
    clusters = gathered(spots, zoom=zoom)
    assert sorted(spot.slug for one in clusters for spot in one.spots) == sorted(spot.slug for spot in spots)


@pytest.mark.parametrize("zoom", [12, 14, 16])
def test_clusters_have_room_for_a_finger(zoom):
    clusters = gathered(town(400), zoom=zoom)
    assert len(clusters) > 3
    nearest = min(
        math.hypot(one.x - other.x, one.y - other.y) for place, one in enumerate(clusters) for other in clusters[:place]
    )
    # What is drawn is 44 pixels wide; a cluster that took in a neighbour may have moved a little towards a third one.
    assert nearest > APART / 2


def test_the_order_of_the_places_changes_nothing():
    spots = town(300)
    mixed = random.Random(2).sample(spots, len(spots))  # noqa: S311  # an order, no secret
    assert slugs(gathered(spots, zoom=13)) == slugs(gathered(mixed, zoom=13))


def slugs(clusters: list[Cluster]) -> list[list[str]]:
    return [sorted(spot.slug for spot in one.spots) for one in clusters]


def test_going_closer_parts_them():
    spots = town(300)
    assert len(gathered(spots, zoom=10)) < len(gathered(spots, zoom=13)) < len(gathered(spots, zoom=16))


@given(latitude=st.floats(min_value=-85, max_value=85), longitude=LONGITUDES, zoom=st.integers(0, CLOSEST))
def test_pixels_and_degrees_are_two_words_for_one_place(latitude, longitude, zoom):
    assert degrees(*pixel(latitude, longitude, zoom), zoom) == pytest.approx((latitude, longitude), abs=1e-6)


def test_the_middle_of_the_world_of_tiles():
    assert pixel(0, 0, 0) == (128, 128)
    assert pixel(85.05112878, -180, 1) == pytest.approx((0, 0), abs=1e-3)
    assert middle(Box(-10, -20, 10, 20)) == pytest.approx((0, 0), abs=1e-9)


@pytest.mark.parametrize("size", [(320, 300), (390, 500), (1280, 600)])
def test_the_whole_box_is_in_sight_and_as_large_as_that_goes(size):
    box = Box.around(town(200))
    zoom = zoom_for(box, width=size[0], height=size[1])

    def fits(zoom: int) -> bool:
        left, top = pixel(box.north, box.west, zoom)
        right, bottom = pixel(box.south, box.east, zoom)
        return right - left <= size[0] - APART and bottom - top <= size[1] - APART

    assert (fits(zoom), fits(zoom + 1)) == (True, False)


def test_a_box_around_one_place_has_a_zoom():
    assert zoom_for(Box(11.5, 48.1, 11.5, 48.1), width=390, height=400) == CLOSEST - 1


def test_a_part_is_widened_to_whole_squares():
    box = Box(11.54, 48.11, 11.55, 48.12)
    wide = whole_squares(box, zoom=15)
    assert wide.west <= box.west < box.east <= wide.east
    assert wide.south <= box.south < box.north <= wide.north
    assert {round(value, 3) % APART for value in pixel(wide.north, wide.west, 15)} == {0}
