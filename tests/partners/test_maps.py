"""The map beside the directory: exactly the places of the list, for the same person, and nothing that is not public."""

from __future__ import annotations

import gzip
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from partners.models import Actor, ActorKind
from partners.models.boundaries import within
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AdminFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PartnershipFactory,
    PersonFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
URL = "/akteure/karte.json"
TILES = "https://{s}.tiles.example.org/{z}/{x}/{y}.png"


def placed(number: int = 0, **more: Any) -> Actor:
    """Each some hundred metres from the one before."""
    point = {"latitude": Decimal("48.100000") + number * Decimal("0.002"), "longitude": Decimal("11.540000")}
    return ActorFactory(**point | more)


def points(client: Client, query: str = "") -> set[str]:
    """Every address that the map leads to, however it is drawn: all of them are told apart at the closest zoom."""
    join = "&" if query else "?"
    answer = client.get(f"{URL}{query}{join}zoom=18")
    assert answer.status_code == 200
    data = answer.json()
    assert data["groups"] == []
    alone = [slug for _latitude, _longitude, _name, slug in data["points"]]
    together = [slug for _latitude, _longitude, names in data["together"] for _name, slug in names]
    assert len(alone + together) == data["placed"] == len(set(alone + together))
    return set(alone + together)


def listed(client: Client, query: str = "") -> list[Actor]:
    return [line.actor for line in client.get(f"/akteure/{query}").context["page"].object_list]


def public(actors: list[Actor]) -> set[str]:
    keys = [actor.pk for actor in actors]
    return set(
        Actor.objects.filter(pk__in=keys, latitude__isnull=False, is_address_public=True).values_list("slug", flat=True)
    )


@pytest.fixture
def town() -> dict[str, Any]:
    """Fifty places: some without a point, some whose point is not public, some at one address, some not published."""
    organiser = PersonFactory()
    home = NeighbourhoodFactory(slug="sendling", organisers=[organiser])
    away = NeighbourhoodFactory(slug="laim")
    topic = TopicFactory(slug="lesen")
    kinds = [ActorKindFactory(slug="bibliothek"), ActorKind.objects.exclude(slug="bibliothek").order_by("pk")[0]]
    for number in range(50):
        more: dict[str, Any] = {
            "kind": kinds[number % 2],
            "neighbourhoods": [home if number % 3 else away],
            "topics": [topic] if number % 5 == 0 else [],
            "step_free": "ja" if number % 4 == 0 else "",
            "has_shared_room": number % 6 == 0,
            "name": f"{'Nähstube' if number % 7 == 0 else 'Treff'} {number}",
            "is_address_public": number % 9 != 1,
            "state": Actor.State.DRAFT if number % 11 == 3 else Actor.State.PUBLISHED,
        }
        if number % 8 == 7:
            ActorFactory(**more | {"latitude": None, "longitude": None})
        else:
            placed(number // 2, **more)
    PartnershipFactory(neighbourhood=home, quartier=Actor.objects.get(name="Treff 2"))
    return {"organiser": organiser, "home": home}


QUERIES = [
    "", "?quartier=sendling", "?q=nähstube", "?q=NAEHSTUBE", "?thema=lesen&quartier=laim", "?zugang=ja", "?raum=1", "?partner=1",
    "?bereich=bildung", "?art=bibliothek&zugang=ja", "?bestaetigt=nie", "?stand=entwurf", "?q=gibtesnicht", "?art=quatsch",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("who", ["visitor", "organiser"])
def test_the_points_are_the_list(client, town, query, who):
    if who == "organiser":
        client.force_login(town["organiser"])
    everything: list[Actor] = []
    first = client.get(f"/akteure/{query}").context["page"].paginator
    for number in first.page_range:
        page = f"{query}{'&' if query else '?'}seite={number}"
        rows = listed(client, page)
        assert points(client, page) == public(rows)
        everything += rows
    assert len(everything) == first.count
    assert points(client, query) == public(everything)


def test_somebody_is_on_the_map_at_all(client, town):
    assert len(points(client)) > 30
    assert len(points(client, "?q=nähstube")) > 2
    assert points(client, "?partner=1") == {Actor.objects.get(name="Treff 2").slug}


def test_a_corrected_search_shows_the_map_of_what_is_listed(client):
    placed(name="Stadtbibliothek")
    call_command("rebuild_search", verbosity=0)
    page = client.get("/akteure/?q=Stadtbiblothek")
    assert page.context["correction"].meant == "Stadtbibliothek"
    assert 'data-query="q=Stadtbibliothek"' in page.content.decode()


def test_an_address_that_is_not_public_has_no_point_for_anybody(client):
    hidden = placed(is_address_public=False)
    editor = MembershipFactory(actor=hidden).person
    for person in (None, editor, AdminFactory()):
        if person:
            client.force_login(person)
        assert points(client) == set()
        assert client.get(URL).json() == {
            "zoom": 16, "centre": None, "placed": 0, "points": [], "groups": [], "together": []
        }  # fmt: skip


def test_drafts_are_drawn_for_those_only_who_see_them(client):
    organiser = PersonFactory()
    draft = placed(state=Actor.State.DRAFT, neighbourhoods=[NeighbourhoodFactory(organisers=[organiser])])
    assert points(client, "?stand=entwurf") == set()
    client.force_login(organiser)
    assert points(client, "?stand=entwurf") == {draft.slug}
    assert points(client) == set()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_map_takes_the_same_queries_for_every_number_of_places(client, django_assert_num_queries, rows):
    for number in range(rows):
        placed(number)
    with django_assert_num_queries(6):
        assert client.get(URL).json()["placed"] == rows


def test_an_unchanged_map_is_one_query(client, django_assert_num_queries):
    placed()
    first = client.get(URL)
    with django_assert_num_queries(1):
        again = client.get(URL, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def change_name(actor: Actor) -> None:
    actor.name = "Anders"
    actor.save()


def rename_in_bulk(actor: Actor) -> None:
    Actor.objects.filter(pk=actor.pk).update(name="Anders")


def hide(actor: Actor) -> None:
    actor.hide()


def enter_another(actor: Actor) -> None:
    placed(3)


def gather_in_bulk(actor: Actor) -> None:
    actor.topics.add(TopicFactory())


def make_main_partner(actor: Actor) -> None:
    PartnershipFactory(quartier=actor)


def curate_a_vocabulary(actor: Actor) -> None:
    ActorKind.objects.filter(pk=actor.kind_id).update(sector="kultur")
    LogEntry.objects.create(
        user=AdminFactory(), content_type=ContentType.objects.get_for_model(ActorKind), action_flag=CHANGE
    )


@pytest.mark.parametrize(
    "change",
    [change_name, rename_in_bulk, hide, enter_another, gather_in_bulk, make_main_partner, curate_a_vocabulary],
)
def test_whatever_changes_the_map_changes_its_mark(client, change):
    actor = placed()
    first = client.get(URL)
    change(actor)
    assert client.get(URL, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_the_next_day_is_another_map(client, monkeypatch):
    first = client.get(URL)
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)
    assert client.get(URL, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_who_is_signed_in_or_asks_when_it_was_confirmed_is_answered_anew(client):
    placed()
    assert "ETag" not in client.get(URL + "?bestaetigt=nie")
    client.force_login(PersonFactory())
    answer = client.get(URL)
    assert ("ETag" in answer, answer["Cache-Control"]) == (False, "no-cache, private")


def test_one_address_does_not_pass_for_another(client):
    placed()
    first = client.get(URL)
    assert client.get(URL + "?raum=1", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_what_is_drawn_together_is_named_where_it_never_parts(client):
    for name in ("Bäckerei", "Arztpraxis"):
        placed(name=name, slug=name.lower().replace("ä", "ae"))
    placed(40, name="Weit weg", slug="weit-weg")
    close = client.get(URL + "?zoom=14").json()
    assert [names for *_place, names in close["together"]] == [
        [["Arztpraxis", "arztpraxis"], ["Bäckerei", "baeckerei"]]
    ]
    assert [slug for *_point, slug in close["points"]] == ["weit-weg"]
    far = client.get(URL + "?zoom=5").json()
    assert [count for _latitude, _longitude, count, _box in far["groups"]] == [3]
    assert far["groups"][0][3] == [11.54, 48.1, 11.54, 48.18]


def test_a_part_of_the_map_leaves_out_the_rest(client):
    here, there = placed(0), placed(50)
    around = "&ausschnitt=11.53,48.09,11.55,48.11"
    assert points(client, f"?{around[1:]}") == {here.slug}
    assert points(client) == {here.slug, there.slug}


BOXES = [
    "", "1,2,3", "a,b,c,d", "nan,nan,nan,nan", "-inf,-inf,inf,inf", "5,5,1,1", "1e400,0,1,1", "\x00", "11,48,12", "0x1,2,3,4",
]  # fmt: skip


@pytest.mark.parametrize("box", BOXES)
def test_what_is_no_part_of_the_world_means_all_of_it(client, box):
    actor = placed()
    assert [slug for *_point, slug in client.get(URL, {"zoom": "12", "ausschnitt": box}).json()["points"]] == [
        actor.slug
    ]


@pytest.mark.parametrize("box", ["-900,-900,900,900", "-180,-90,180,90", "179.9,89,180,90"])
@pytest.mark.parametrize("zoom", ["0", "18"])
def test_the_edges_of_the_world_are_no_error(client, box, zoom):
    assert client.get(URL, {"zoom": zoom, "ausschnitt": box}).status_code == 200


@pytest.mark.parametrize("asked", ["-1", "99", "abc", "²", "1e3", "9" * 40, "", "\x00"])
@pytest.mark.parametrize("name", ["zoom", "breite", "hoehe", "seite"])
def test_numbers_that_are_none_are_no_error(client, name, asked):
    placed()
    answer = client.get(URL, {name: asked}, follow=True)
    assert (answer.status_code, answer.json()["placed"]) == (200, 1)


def test_the_first_look_fits_the_window(client):
    for number in (0, 60):
        placed(number)
    zooms = [client.get(URL, {"breite": "390", "hoehe": height}).json()["zoom"] for height in ("300", "2000")]
    assert zooms == sorted(zooms)
    assert zooms[0] < zooms[1]
    assert client.get(URL).json()["centre"] == pytest.approx([48.16, 11.54], abs=0.001)


def test_the_answer_is_compressed(client):
    for number in range(30):
        placed(number)
    plain = client.get(URL, {"zoom": "18"})
    small = client.get(URL, {"zoom": "18"}, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(small.content) == plain.content
    assert len(small.content) < len(plain.content) / 2
    assert small["ETag"].startswith("W/")


# --- outlines ---------------------------------------------------------------------------------------------------------

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[11.53, 48.1], [11.55, 48.1], [11.55, 48.12], [11.53, 48.12], [11.53, 48.1]]],
}


def test_outlines_of_those_that_are_asked_for(client):
    for slug in ("sendling", "laim"):
        NeighbourhoodFactory(slug=slug, name=slug.title(), boundary=SQUARE)
    NeighbourhoodFactory(slug="ohne")

    def names(query: str) -> list[str]:
        data = client.get(f"/quartiere/grenzen.json{query}").json()
        return [feature["properties"]["name"] for feature in data["features"]]

    assert names("") == ["Laim", "Sendling"]
    assert names("?quartier=laim&quartier=ohne&quartier=gibtesnicht&quartier=%00") == ["Laim"]
    assert client.get("/quartiere/grenzen.json?quartier=laim").json()["features"][0]["geometry"] == SQUARE


def many_sided() -> dict[str, Any]:
    """A round Quartier of two thousand corners, as surveyors draw it."""

    ring = [
        [11.54 + 0.02 * math.cos(math.tau * step / 2000), 48.11 + 0.013 * math.sin(math.tau * step / 2000)]
        for step in range(2000)
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_an_outline_is_sent_as_coarse_as_a_screen_shows_it(client):
    NeighbourhoodFactory(slug="rund", boundary=many_sided())
    outline = client.get("/quartiere/grenzen.json").json()["features"][0]["geometry"]
    assert len(outline["coordinates"][0]) < 200
    inside = [(48.11, 11.54), (48.11, 11.5595), (48.1225, 11.54)]
    outside = [(48.11, 11.5605), (48.1235, 11.54)]
    assert within(outline, inside + outside) == [True, True, True, False, False]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_pictures_of_streets_come_only_from_where_the_operator_said(client, settings):
    placed()
    settings.MAP_TILE_URL = ""
    quiet = client.get("/akteure/")
    assert "data-tiles" not in quiet.content.decode()
    assert "example.org" not in quiet["Content-Security-Policy"]
    settings.MAP_TILE_URL = TILES
    page = client.get("/akteure/", headers={"accept-language": "de"})
    assert "img-src 'self' data: https://*.tiles.example.org;" in page["Content-Security-Policy"]
    assert "Die Straßen kommen von tiles.example.org." in page.content.decode()
    assert f'data-tiles="{TILES}"' in page.content.decode()
    assert "example.org" not in client.get("/projekte/")["Content-Security-Policy"]


def test_an_empty_list_has_no_map(client):
    assert 'id="karte"' not in client.get("/akteure/?q=gibtesnicht").content.decode()


def test_files_of_leaflet_are_found_and_its_plugins_are_not():
    assert Path(str(finders.find("leaflet/leaflet.js"))).is_file()
    assert finders.find("leaflet/draw/leaflet.draw.js") is None
    assert finders.find("leaflet.js") is None
    assert finders.find("leaflet/../settings.py") is None
