"""The boundary of a Quartier: what a file may hold, what is mended and said, what is refused, and who may do it."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from shapely.geometry import shape

from partners.actions.boundaries import set_boundary
from partners.actions.boundary_files import MOST_BYTES, MOST_POINTS_STORED, Area, read_boundaries
from partners.models import Neighbourhood
from partners.models.boundaries import Outline, digest
from tests.factories import ActorFactory, AdminFactory, NeighbourhoodFactory, PersonFactory
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db

SQUARE = [[11.53, 48.11], [11.55, 48.11], [11.55, 48.12], [11.53, 48.12], [11.53, 48.11]]
PAGE = "/quartiere/sendling/grenze/"


def polygon(*rings: Any, **more: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)} | more


def feature(name: Any, *rings: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": polygon(*rings)}


def collection(*features: Any, **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)} | more


def read(document: Any) -> list[Area]:
    return read_boundaries(document if isinstance(document, bytes) else json.dumps(document).encode())


def moved(ring: list[list[float]], by: float) -> list[list[float]]:
    return [[x + by, y] for x, y in ring]


@pytest.fixture(autouse=True)
def _german() -> Iterator[None]:
    with translation.override("de"):
        yield


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        polygon(SQUARE),
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}, polygon(SQUARE)]},
        feature("Sendling", SQUARE),
        collection(feature("Sendling", SQUARE), {"type": "Feature", "properties": None, "geometry": None}),
        polygon([[x, y, 520.0] for x, y in SQUARE]),
        polygon(SQUARE, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}),
        polygon(SQUARE, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}),
        b"\xef\xbb\xbf" + json.dumps(polygon(SQUARE)).encode(),
    ],
)
def test_every_way_to_write_an_area_is_read(document: Any) -> None:
    (area,) = read(document)
    assert shape(area.boundary).equals(shape(polygon(SQUARE)))
    assert area.boundary["type"] == "Polygon"
    assert area.notes == []


def test_areas_are_named_and_told_apart() -> None:
    areas = read(collection(feature("Nord", SQUARE), feature("Nord", moved(SQUARE, 1)), feature(7, moved(SQUARE, 2))))
    assert [area.name for area in areas] == ["Nord", "Nord (2)", "Fläche 3"]


MENDED = {
    "open ring": (polygon(SQUARE[:-1]), "nicht geschlossen"),
    "latitude first": (polygon([[y, x] for x, y in SQUARE]), "falschen Reihenfolge"),
    "points in one line": (polygon([*SQUARE[:1], [11.54, 48.11], *SQUARE[1:]]), "vereinfacht"),
}


@pytest.mark.parametrize("case", MENDED.values(), ids=MENDED)
def test_what_can_be_mended_is_mended_and_said(case: tuple[Any, str]) -> None:
    document, said = case
    (area,) = read(document)
    assert shape(area.boundary).equals(shape(polygon(SQUARE)))
    assert [said in note for note in area.notes] == [True]


def test_latitude_first_is_known_anywhere_where_it_cannot_be_longitude_first() -> None:
    (area,) = read(polygon([[10, 100], [11, 100], [11, 101], [10, 100]]))
    assert shape(area.boundary).bounds == (100, 10, 101, 11)


def test_a_line_that_crosses_itself_is_mended() -> None:
    (area,) = read(polygon([[11, 48], [12, 49], [12, 48], [11, 49], [11, 48]]))
    assert area.boundary["type"] == "MultiPolygon"
    assert shape(area.boundary).is_valid
    assert any("überschnitt" in note for note in area.notes)


def test_a_town_of_districts_is_read_with_what_is_wrong_in_some_of_them() -> None:
    """As towns publish them: MultiPolygons with names, some of which cross themselves, one with a part far away."""
    east = [[[x + 0.03, y] for x, y in SQUARE]]
    bow = [[[11.6, 48.1], [11.62, 48.12], [11.62, 48.1], [11.6, 48.12], [11.6, 48.1]]]
    town = [("Nord", [[SQUARE], east]), ("Süd", [bow]), ("Insel", [[moved(SQUARE, 2)], [moved(SQUARE, 3)]])]
    areas = read(
        collection(
            *[
                {
                    "type": "Feature",
                    "properties": {"cartodb_id": 7, "name": name},
                    "geometry": {"type": "MultiPolygon", "coordinates": parts},
                }
                for name, parts in town
            ]
        )
    )
    assert [(area.name, area.boundary["type"], bool(area.notes)) for area in areas] == [
        ("Nord", "MultiPolygon", False),
        ("Süd", "MultiPolygon", True),
        ("Insel", "MultiPolygon", False),
    ]
    assert all(shape(area.boundary).is_valid for area in areas)


def test_a_fine_line_is_simplified_until_it_is_small_enough() -> None:
    chance = random.Random(1)  # noqa: S311  # the same noise each time
    edge = [[11 + n / 20_000, 48 + chance.random() / 5000] for n in range(20_000)]
    (area,) = read(polygon([*edge, [12, 49], [11, 49], edge[0]]))
    assert area.points <= MOST_POINTS_STORED
    assert shape(area.boundary).is_valid
    assert any("vereinfacht" in note for note in area.notes)


REFUSED = {
    "empty": (b"  ", "leer"),
    "binary": (b"{\x00\xff", "nicht gelesen"),
    "nested without end": (b"[" * 100_000, "nicht gelesen"),
    "spreadsheet": (b"PK\x03\x04rest", "Excel"),
    "kml": (b"<?xml version='1.0'?><kml/>", "KML"),
    "table": (b"name;lat;lon\nNord;48;11\n", "Tabelle"),
    "json list": (b"[1, 2]", "kein GeoJSON"),
    "other json": (b'{"a": 1}', "kein GeoJSON"),
    "topojson": (b'{"type": "Topology"}', "TopoJSON"),
    "point": ({"type": "Point", "coordinates": [11, 48]}, "keine Fläche"),
    "no features": (collection(), "keine Fläche"),
    "features of another kind": ({"type": "FeatureCollection", "features": {"a": 1}}, "keine Fläche"),
    "named system": (polygon(SQUARE, crs={"properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}), "25832"),
    "odd system": (polygon(SQUARE, crs=[1]), "EPSG:4326"),
    "metres of UTM": (polygon([[x * 60_000, y * 110_000] for x, y in SQUARE]), "Meter"),
    "metres of Switzerland": (
        polygon([[2_682_000, 1_247_000], [2_684_000, 1_247_000], [2_684_000, 1_249_000]]),
        "Meter",
    ),
    "metres in a part of many": (
        {
            "type": "MultiPolygon",
            "coordinates": [[SQUARE], [[[691_000, 5_332_000], [692_000, 5_332_000], [692_000, 5_333_000]]]],
        },
        "Meter",
    ),
    "metres of the web": (polygon([[1_283_000, 6_124_000], [1_284_000, 6_124_000], [1_284_000, 6_125_000]]), "Meter"),
    "words for numbers": (polygon([["a", "b"], [1, 2], [2, 3]]), "keine Zahl"),
    "not a number": (b'{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 2], [3, 1]]]}', "keine Zahl"),
    "no numbers": (polygon([None, None, None]), "keine Zahl"),
    "ring of numbers": (polygon([1, 2, 3]), "keine Zahl"),
    "one number each": (polygon([[1], [2], [3]]), "keine Zahl"),
    "empty ring": (polygon([]), "keine Zahl"),
    "empty polygon": ({"type": "Polygon", "coordinates": []}, "leer"),
    "empty part": ({"type": "MultiPolygon", "coordinates": [[]]}, "leer"),
    "two corners": (polygon([[11, 48], [12, 48], [11, 48]]), "drei Ecken"),
    "no area": (polygon([[11, 48], [12, 48], [13, 48], [11, 48]]), "umschließt nichts"),
    "too many parts": ({"type": "MultiPolygon", "coordinates": [[SQUARE]] * 201}, "Teile"),
    "too many areas": (collection(*[feature("a", SQUARE)] * 501), "zu viel"),
    "too many points": (polygon([[11 + n / 1e6, 48] for n in range(100_001)]), "zu viel"),
    "too many bytes": (b" " * (MOST_BYTES + 1), "zu groß"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_no_boundary_is_refused_with_a_sentence(case: tuple[Any, str]) -> None:
    document, said = case
    with pytest.raises(ValidationError) as refused:
        read(document)
    (sentence,) = refused.value.messages
    assert said in sentence


def test_noise_is_refused_at_once_instead_of_being_mended_for_hours() -> None:
    chance = random.Random(1)  # noqa: S311  # the same noise each time
    noise = [[10 + chance.random(), 48 + chance.random()] for _ in range(20_000)]
    began = time.process_time()
    with pytest.raises(ValidationError, match="zu oft"):
        read(polygon([*noise, noise[0]]))
    assert time.process_time() - began < 20


def test_outline_keeps_the_proportions_of_the_ground() -> None:
    outline = Outline.of(polygon([[11, 60], [12, 60], [12, 60.5], [11, 60.5], [11, 60]]))
    assert (outline.width, outline.height) == (404, 408)
    assert outline.path.count("M") == 1


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def sendling() -> Neighbourhood:
    return NeighbourhoodFactory(name="Sendling", slug="sendling", organisers=[PersonFactory(email="alex@example.org")])


@pytest.fixture
def alex(sendling: Neighbourhood) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(sendling.organisers.get())
    return client


def stored(neighbourhood: Neighbourhood) -> Any:
    return Neighbourhood.objects.with_boundary().get(pk=neighbourhood.pk).boundary


def send(client: Client, document: Any) -> Any:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.post(PAGE, {"file": SimpleUploadedFile("grenze.geojson", content)})


def hidden(answer: Any) -> dict[str, str]:
    form = answer.context["form"]
    return {name: str(form[name].value()) for name in ("prepared", "seen", "which") if form[name].value() is not None}


def test_boundary_is_looked_at_before_it_is_saved(alex: Client, sendling: Neighbourhood) -> None:
    ActorFactory(neighbourhoods=[sendling], latitude="48.115", longitude="11.54")
    ActorFactory(neighbourhoods=[sendling], latitude="48.2", longitude="11.54")
    answer = send(alex, polygon([[y, x] for x, y in SQUARE[:-1]]))
    text = answer.content.decode()
    assert 'class="outline"' in text
    assert "falschen Reihenfolge" in text
    assert "liegen 1 darin und 1 außerhalb" in text
    assert stored(sendling) is None
    answer = alex.post(PAGE, hidden(answer) | {"save": "1"}, follow=True)
    assert "ist gespeichert" in answer.content.decode()
    assert shape(stored(sendling)).equals(shape(polygon(SQUARE)))


def test_of_several_areas_one_is_chosen(alex: Client, sendling: Neighbourhood) -> None:
    other = moved(SQUARE, 1)
    answer = send(alex, collection(feature("Nord", SQUARE), feature("Süd", other)))
    assert 'class="outline"' not in answer.content.decode()
    kept = hidden(answer)
    assert alex.post(PAGE, kept | {"which": "", "save": "1"}).context["form"].errors["which"]
    assert alex.post(PAGE, kept | {"which": "7", "save": "1"}).context["form"].errors["which"]
    assert 'class="outline"' in alex.post(PAGE, kept | {"which": "1", "show": "1"}).content.decode()
    assert stored(sendling) is None
    alex.post(PAGE, kept | {"which": "1", "save": "1"})
    assert shape(stored(sendling)).equals(shape(polygon(other)))


def test_area_of_the_same_name_is_proposed(alex: Client, sendling: Neighbourhood) -> None:
    answer = send(alex, collection(feature("Nord", SQUARE), feature("SENDLING", moved(SQUARE, 1))))
    assert answer.context["area"].name == "SENDLING"


def test_file_that_is_none_is_answered_with_a_sentence(alex: Client, sendling: Neighbourhood) -> None:
    answer = send(alex, b"name;lat;lon\n")
    assert "Das ist eine Tabelle" in answer.content.decode()
    assert "Wählen Sie eine Datei" in alex.post(PAGE, {}).content.decode()
    assert "Wählen Sie eine Datei" in alex.post(PAGE, {"file": "kein Anhang"}).content.decode()


def test_prepared_areas_cannot_be_made_up_or_taken_elsewhere(alex: Client, sendling: Neighbourhood) -> None:
    other = NeighbourhoodFactory(slug="anderswo", organisers=[sendling.organisers.get()])
    kept = hidden(send(alex, polygon(SQUARE)))
    for address, data in ((PAGE, kept | {"prepared": "W10:x:y"}), ("/quartiere/anderswo/grenze/", kept)):
        answer = alex.post(address, data | {"save": "1"})
        assert "zu lange offen" in answer.content.decode()
    assert (stored(sendling), stored(other)) == (None, None)


def test_the_second_of_two_organisers_sees_what_the_first_saved(alex: Client, sendling: Neighbourhood) -> None:
    kept = hidden(send(alex, polygon(SQUARE)))
    first = polygon(moved(SQUARE, 1))
    set_boundary(neighbourhood=sendling, boundary=first, seen=digest(None))
    answer = alex.post(PAGE, kept | {"save": "1"})
    assert "Jemand anderes" in answer.content.decode()
    assert stored(sendling) == first
    alex.post(PAGE, hidden(answer) | {"save": "1"})
    assert shape(stored(sendling)).equals(shape(polygon(SQUARE)))


def test_sent_twice_is_saved_once_without_complaint(alex: Client, sendling: Neighbourhood) -> None:
    kept = hidden(send(alex, polygon(SQUARE))) | {"save": "1"}
    assert [alex.post(PAGE, kept).status_code for _ in range(2)] == [302, 302]


def test_boundary_can_be_taken_away_by_who_saw_it(alex: Client, sendling: Neighbourhood) -> None:
    square = polygon(SQUARE)
    set_boundary(neighbourhood=sendling, boundary=square, seen=digest(None))
    alex.post(f"{PAGE}loeschen/", {"seen": "something else"})
    assert stored(sendling) == square
    alex.post(f"{PAGE}loeschen/", {"seen": alex.get(PAGE).context["seen"]})
    assert stored(sendling) is None


def test_lists_do_not_load_the_outline(sendling: Neighbourhood) -> None:
    set_boundary(neighbourhood=sendling, boundary=polygon(SQUARE), seen=digest(None))
    actor = ActorFactory(neighbourhoods=[sendling])
    (place,) = actor.neighbourhoods.all()
    assert place.get_deferred_fields() == {"boundary"}
    place.name = "Sendling-Westpark"
    place.save()
    assert stored(sendling) == polygon(SQUARE)


# --- the suggestion -----------------------------------------------------------------------------------------------------


def test_who_lies_within_is_suggested_and_put_in_with_one_click(alex: Client, sendling: Neighbourhood) -> None:
    person = sendling.organisers.get()
    home = NeighbourhoodFactory(name="Rosenbogen", organisers=[person])
    set_boundary(neighbourhood=sendling, boundary=polygon(SQUARE), seen=digest(None))
    inside = ActorFactory(name="Drinnen", neighbourhoods=[home], latitude="48.115", longitude="11.54")
    ActorFactory(name="Draußen", neighbourhoods=[home], latitude="48.3", longitude="11.54")
    ActorFactory(name="Schon da", neighbourhoods=[sendling], latitude="48.115", longitude="11.54")
    ActorFactory(name="Fremd", latitude="48.115", longitude="11.54")
    assert [one.name for one in alex.get(PAGE).context["suggested"]] == ["Drinnen"]
    profile = f"/akteure/{inside.slug}/"
    assert "liegt es in Sendling" in alex.get(profile).content.decode()
    assert "liegt es in Sendling" not in Client(headers={"accept-language": "de"}).get(profile).content.decode()
    alex.post(f"{profile}quartier/", {"quartier": "sendling"})
    assert {place.name for place in inside.neighbourhoods.all()} == {"Rosenbogen", "Sendling"}
    assert "liegt es in Sendling" not in alex.get(profile).content.decode()
    assert alex.get(PAGE).context["suggested"] == []


def test_nobody_puts_an_actor_into_a_quartier_of_others(alex: Client, sendling: Neighbourhood) -> None:
    actor = ActorFactory(neighbourhoods=[sendling])
    NeighbourhoodFactory(slug="anderswo")
    for quartier in ("anderswo", "gibt-es-nicht", "\x00", ""):
        assert alex.post(f"/akteure/{actor.slug}/quartier/", {"quartier": quartier}).status_code == 404
    assert list(actor.neighbourhoods.all()) == [sendling]


# --- the administration -------------------------------------------------------------------------------------------------


def test_admins_give_a_file_too(client: Client, sendling: Neighbourhood) -> None:
    client.force_login(AdminFactory())
    address = f"/admin/partners/neighbourhood/{sendling.pk}/change/"
    data = {"name": "Sendling", "slug": "sendling", "city": "München", "organisers": []}

    def give(document: Any) -> Any:
        file = SimpleUploadedFile("grenze.geojson", json.dumps(document).encode())
        return client.post(address, data | {"boundary_file": file})

    assert give({"a": 1}).status_code == 200
    assert give(collection(feature("Nord", SQUARE), feature("Süd", SQUARE))).status_code == 200
    assert stored(sendling) is None
    assert give(collection(feature("Nord", SQUARE), feature("Sendling", SQUARE))).status_code == 302
    assert shape(stored(sendling)).equals(shape(polygon(SQUARE)))
    client.post(address, data)
    assert stored(sendling) is not None
    client.post(address, data | {"no_boundary": "on"})
    assert stored(sendling) is None


ADMIN = "/admin/partners/neighbourhood/{}/change/"


class Admins:
    """Two admins have the form of one Quartier open; the first has given it a boundary."""

    def __init__(self, place: Neighbourhood) -> None:
        self.place, self.address = place, ADMIN.format(place.pk)
        self.second = Client(headers={"accept-language": "de"})
        self.second.force_login(AdminFactory())
        self.opened = sent_by(self.second.get(self.address))
        self.first = polygon(moved(SQUARE, 1))
        set_boundary(neighbourhood=place, boundary=self.first, seen=digest(stored(place)))

    def send(self, data: Any) -> Any:
        return self.second.post(self.address, {name: text for name, text in data.items() if name != "boundary_file"})

    def give(self, **more: Any) -> Any:
        file = SimpleUploadedFile("grenze.geojson", json.dumps(polygon(SQUARE)).encode())
        return self.second.post(self.address, self.opened | {"boundary_file": file} | more)


@pytest.mark.parametrize("choice", ["", "portal"])
def test_the_second_of_two_admins_sees_both_boundaries_and_chooses(sendling: Neighbourhood, choice: str) -> None:
    admins = Admins(sendling)
    refused = admins.give()
    assert stored(sendling) == admins.first
    (conflict,) = refused.context["adminform"].form.conflicts
    (mine,) = read(polygon(SQUARE))
    assert Outline.of(admins.first).path in conflict.now
    assert Outline.of(mine.boundary).path in conflict.mine
    assert "Ihre Datei ist noch da" in refused.content.decode()
    assert admins.send(sent_by(refused) | {"version-boundary": choice}).status_code == 302
    chosen = admins.first if choice else polygon(SQUARE)
    assert shape(stored(sendling)).equals(shape(chosen))


@pytest.mark.parametrize("choice", ["", "portal"])
def test_a_new_boundary_is_not_taken_away_unseen(sendling: Neighbourhood, choice: str) -> None:
    set_boundary(neighbourhood=sendling, boundary=polygon(moved(SQUARE, 2)), seen=digest(None))
    admins = Admins(sendling)
    refused = admins.send(admins.opened | {"no_boundary": "on"})
    assert stored(sendling) == admins.first
    assert [one.mine for one in refused.context["adminform"].form.conflicts] == ["Keine Grenze"]
    assert admins.send(sent_by(refused) | {"version-boundary": choice}).status_code == 302
    assert stored(sendling) == (admins.first if choice else None)


def test_admins_who_do_not_touch_the_boundary_leave_the_new_one(sendling: Neighbourhood) -> None:
    admins = Admins(sendling)
    assert admins.send(admins.opened | {"definition": "Rund um den Platz"}).status_code == 302
    assert (stored(sendling), Neighbourhood.objects.get().definition) == (admins.first, "Rund um den Platz")


def test_a_third_boundary_is_shown_again(sendling: Neighbourhood) -> None:
    admins = Admins(sendling)
    refused = admins.give()
    third = polygon(moved(SQUARE, 3))
    set_boundary(neighbourhood=sendling, boundary=third, seen=digest(admins.first))
    again = admins.send(sent_by(refused))
    assert (again.status_code, stored(sendling)) == (200, third)


def test_a_file_is_kept_while_something_else_is_mended(sendling: Neighbourhood) -> None:
    admins = Admins(sendling)
    set_boundary(neighbourhood=sendling, boundary=None, seen=digest(admins.first))
    refused = admins.give(city="")
    assert stored(sendling) is None
    assert admins.send(sent_by(refused) | {"city": "München"}).status_code == 302
    assert shape(stored(sendling)).equals(shape(polygon(SQUARE)))


def test_what_was_kept_for_another_quartier_is_refused_with_a_sentence(sendling: Neighbourhood) -> None:
    admins = Admins(sendling)
    refused = admins.send(admins.opened | {"boundary_kept": "W10:x:y"})
    assert "Wählen Sie die Datei noch einmal" in refused.content.decode()
    assert stored(sendling) == admins.first


def test_a_new_quartier_comes_with_its_boundary() -> None:
    client = Client()
    client.force_login(AdminFactory())
    file = SimpleUploadedFile("grenze.geojson", json.dumps(polygon(SQUARE)).encode())
    data = {"name": "Neu", "slug": "neu-hier", "city": "München", "boundary_file": file, "boundary_seen": "x"}
    assert client.post("/admin/partners/neighbourhood/add/", data).status_code == 302
    assert shape(stored(Neighbourhood.objects.get())).equals(shape(polygon(SQUARE)))
