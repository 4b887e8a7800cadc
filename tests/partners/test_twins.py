"""Likely twins are named with reasons, while an actor is entered; branches are none; nobody learns what is hidden."""

from __future__ import annotations

from decimal import Decimal

import pytest

from partners.actions.twins import likely_twins
from partners.models import Actor
from partners.models.twins import Trace, compare, host_of, name_points, plain_phone
from tests.factories import ActorFactory, NeighbourhoodFactory
from tests.partners.actor_world import FULL, NEW, World
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
HERE = {"latitude": Decimal("48.118000"), "longitude": Decimal("11.539000")}
# About 90 metres to the east, and about 2 kilometres to the north.
NEAR = {"latitude": Decimal("48.118000"), "longitude": Decimal("11.540200")}
ELSEWHERE = {"latitude": Decimal("48.136000"), "longitude": Decimal("11.539000")}


def likeness(one: dict, other: dict):
    return compare(Trace.of(one), Trace.of(other))


@pytest.mark.parametrize(
    ("one", "other", "points"),
    [
        ("Bücherstube am Harras", "BUECHERSTUBE AM HARRAS", 60),
        ("Nachbarschaftstreff e.V.", "Nachbarschaftstreff", 60),
        ("Stadtbiblothek Sendling", "Stadtbibliothek Sendling", 60),
        ("Harras Bücherstube", "Bücherstube Harras", 60),
        ("LUISE", "Kulturzentrum LUISE", 30),
        ("Stadtbiblothek Sendling", "Münchner Stadtbibliothek Sendling", 45),
        ("Stadtbibliothek Sendling", "Förderverein Stadtbibliothek Sendling", 0),
        ("Kita 12", "Kita 13", 0),
        ("Bäckerei Huber", "Stadtbibliothek", 0),
        ("", "", 0),
    ],
)
def test_names_are_compared_as_people_read_them(one, other, points):
    assert name_points(Trace.of({"name": one}).name, Trace.of({"name": other}).name) == points


@pytest.mark.parametrize(
    ("website", "host"),
    [
        ("https://www.Example.org/haus", "example.org"),
        ("https://www.facebook.com/haus", ""),
        ("https://haus.jimdosite.com", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_a_host_that_many_share_says_nothing(website, host):
    assert host_of(website) == host


@pytest.mark.parametrize("phone", ["089 / 123 45-6", "+49 (0)89 123456", "+49 89 123456", "0049 89 123456"])
def test_one_number_is_written_in_many_ways(phone):
    assert plain_phone(phone) == "89123456"


def test_branches_are_not_twins():
    chain = {"website": "https://www.bibliothek.example", "phone": "089 999999", "email": "post@bibliothek.example"}
    sendling = chain | {"name": "Stadtbibliothek Sendling"} | HERE
    laim = chain | {"name": "Stadtbibliothek Laim"} | ELSEWHERE
    assert not likeness(sendling, laim).is_suspected
    host = {"website": chain["website"]}
    assert not likeness(host | {"name": "Bibliothek"} | HERE, host | {"name": "Bibliothek"} | ELSEWHERE).is_suspected


def test_reasons_are_told_in_words():
    one = {"name": "LUISE", "website": "https://luise.example", "phone": "089 123456"} | HERE
    other = {"name": "Kulturzentrum LUISE", "website": "http://www.luise.example/x", "phone": "+49 89 123456"} | NEAR
    found = likeness(one, other)
    assert found.is_suspected
    assert found.reasons == ["similar name", "same phone number", "89 m apart", "same website: luise.example"]


@pytest.fixture
def world() -> World:
    return World()


def names(world: World, who: str, **values) -> list[str]:
    return [twin.actor.name for twin in likely_twins(values=values, user=getattr(world, who))]


def test_one_slip_of_the_pen_hides_nobody(world):
    ActorFactory(name="Stadtbibliothek", neighbourhoods=[world.home])
    for typed in ("Stadtbiblothek", "Statdbibliothek", "Stadtbibliotheck", "tadtbibliothek"):
        assert names(world, "organiser", name=typed) == ["Stadtbibliothek"]


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        (
            {"email": "Post@haus.example", "phone": "+49 89 123456"},
            {"email": "post@haus.example", "phone": "089/123456"},
        ),
        ({"website": "https://haus.example", **HERE}, {"website": "https://haus.example/neu", **NEAR}),
    ],
)
def test_who_shares_contacts_is_found_under_a_similar_name(world, stored, typed):
    ActorFactory(name="Haus der Begegnung", neighbourhoods=[world.home], **stored)
    assert names(world, "organiser", name="Begegnung", **typed) == ["Haus der Begegnung"]
    assert names(world, "organiser", name="Begegnung") == []


def test_what_one_may_not_see_is_no_twin(world):
    ActorFactory(name="Geheimes Haus", state="entwurf", neighbourhoods=[world.home])
    assert names(world, "organiser", name="Geheimes Haus") == ["Geheimes Haus"]
    assert names(world, "other_organiser", name="Geheimes Haus") == []


def test_a_private_address_is_not_given_away(world):
    private = {"is_address_public": False, "street": "Gasse", "house_number": "1"}
    ActorFactory(name="Lesekreis Sendling", neighbourhoods=[world.home], **private, **HERE)
    typed = {"name": "Lesekreis Sendling", "street": "Gasse", "house_number": "1", **NEAR}
    said = {who: likely_twins(values=typed, user=getattr(world, who)) for who in ("organiser", "other_organiser")}
    assert said["organiser"][0].likeness.reasons == ["same name", "89 m apart"]
    assert said["other_organiser"][0].likeness.reasons == ["same name"]


def test_the_archived_are_no_twins(world):
    ActorFactory(name="Altes Haus", state="archiviert", neighbourhoods=[world.home])
    assert names(world, "organiser", name="Altes Haus") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_naming_takes_the_same_queries_for_every_number_of_twins(world, django_assert_num_queries, rows):
    for _ in range(rows):
        ActorFactory(name="Bücherstube", neighbourhoods=[world.home], **HERE)
    with django_assert_num_queries(5):
        twins = likely_twins(values={"name": "Bücherstube", **NEAR}, user=world.organiser)
        assert [[place.name for place in twin.actor.neighbourhoods.all()] for twin in twins] == [["Zuhause"]] * rows


# --- on the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def twin(world) -> Actor:
    """Its number is one that a page would write with a point."""
    home, web = [world.home], "https://example.org"
    return ActorFactory(pk=1_234_567, name="Bücherstube", slug="stube", neighbourhoods=home, website=web)


def test_twins_are_named_while_somebody_types(world, twin):
    client = world.client("organiser")
    answer = client.get(NEW, {"name": "Buecherstube", "latitude": "viel"}, headers={"hx-request": "true"})
    page = answer.content.decode()
    assert "<html" not in page
    assert f'href="{twin.get_absolute_url()}"' in page
    assert "same name" in page
    assert f'<input type="hidden" name="gesehen" value="{twin.pk}">' in page
    assert "HX-Request" in answer["Vary"]
    assert client.get(NEW, {"name": "Turnhalle"}, headers={"hx-request": "true"}).content.decode().strip() == ""


def test_a_hint_while_typing_needs_less_than_a_question_in_between(world):
    house = ActorFactory(name="Münchner Stadtbibliothek Sendling", neighbourhoods=[world.home])
    client, data = world.client("organiser"), {"name": "Stadtbiblothek Sendling", "neighbourhoods": [world.home.pk]}
    assert house.name in client.get(NEW, data, headers={"hx-request": "true"}).content.decode()
    assert client.post(NEW, data).status_code == 302


def test_without_javascript_a_page_asks_in_between_and_nothing_is_lost(world, twin):
    client = world.client("organiser")
    typed = sent_by(client.get(NEW)) | FULL | {"name": "Buecherstube", "neighbourhoods": [world.home.pk]}
    between = client.post(NEW, typed)
    page = between.content.decode()
    assert "Is it here already?" in page
    assert f'href="{twin.get_absolute_url()}"' in page
    assert Actor.objects.filter(name="Buecherstube").count() == 0
    kept = sent_by(between)
    back = client.post(NEW, kept | {"zurueck": "1"}).context["form"]
    assert back["description"].value().replace("\r", "") == FULL["description"].replace("\r", "")
    answer = client.post(NEW, kept)
    actor = Actor.objects.get(name="Buecherstube")
    assert answer["Location"] == actor.get_absolute_url()
    assert (actor.website, actor.latitude) == ("https://www.example.org/stube", Decimal("48.118"))


def test_who_has_seen_the_twins_is_not_asked_again(world, twin):
    data = {"name": "Bücherstube", "neighbourhoods": [world.home.pk], "gesehen": [twin.pk]}
    assert world.client("organiser").post(NEW, data).status_code == 302
    ActorFactory(name="Bücherstube", neighbourhoods=[NeighbourhoodFactory()])
    assert world.client("organiser").post(NEW, data).status_code == 200
