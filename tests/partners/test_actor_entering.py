"""Entering an actor: who may, what is taken and what is refused with a sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from partners.actions.actors import create_actor
from partners.models import Actor, FormReceipt
from tests.factories import (
    ActorKindFactory,
    NeighbourhoodFactory,
    TopicFactory,
)
from tests.partners.actor_world import EVERYBODY, FULL, NEW, State, World
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
SO_PHONE = "for example 089 123456. Between them only blanks and + / ( ) - . may stand."
SO_POSTCODE = "for example 81369. One from abroad begins with its country, for example A-1010."


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_may_enter_an_actor(who):
    world = World()
    client = world.client(who)
    answers = (
        client.get(NEW).status_code,
        client.post(NEW, {"name": "Neu", "neighbourhoods": [world.home.pk]}).status_code,
    )
    created = Actor.objects.filter(name="Neu").count()
    if who in {"organiser", "admin"}:
        assert (answers, created) == ((200, 302), 1)
    elif who == "other_organiser":
        assert (answers, created) == ((200, 200), 0)
    else:
        assert (answers, created) == ((302, 302) if who == "visitor" else (404, 404), 0)


def test_an_organiser_enters_a_draft():
    world = World()
    kind, topic = ActorKindFactory(), TopicFactory()
    client = world.client("organiser")
    response = client.post(
        NEW, FULL | {"neighbourhoods": [world.home.pk], "kind": kind.pk, "topics": [topic.pk]}, follow=True
    )
    actor = Actor.objects.get(slug="buecherstube-am-harras")
    assert response.redirect_chain == [(actor.get_absolute_url(), 302)]
    assert "“Bücherstube am Harras” is entered, as a draft." in response.content.decode()
    assert (actor.name, actor.state, actor.kind) == ("Bücherstube am Harras", State.DRAFT, kind)
    assert (actor.latitude, actor.longitude) == (Decimal("48.118"), Decimal("11.539123"))
    assert actor.website == "https://www.example.org/stube"
    assert list(actor.neighbourhoods.all()) == [world.home]
    assert list(actor.topics.all()) == [topic]


def test_extra_fields_change_nothing():
    world = World()
    extra = {
        "state": State.PUBLISHED,
        "slug": "gekapert",
        "is_demo": "1",
        "search_text": "x",
        "id": "1",
        "created_at": "2000-01-01",
    }
    world.client("organiser").post(NEW, FULL | extra | {"neighbourhoods": [world.home.pk]})
    actor = Actor.objects.get(name="Bücherstube am Harras")
    assert (actor.state, actor.slug, actor.is_demo) == (State.DRAFT, "buecherstube-am-harras", False)
    foreign = NeighbourhoodFactory()
    world.client("editor").post(
        "/akteure/treff/bearbeiten/adresse/",
        {
            "is_address_public": "True",
            "name": "Treff",
            **extra,
            "neighbourhoods": [foreign.pk],
            "organisers": [world.editor.pk],
        },
    )
    treff = Actor.objects.get(pk=world.actor.pk)
    assert (treff.state, treff.slug, treff.is_demo) == (State.PUBLISHED, "treff", False)
    assert list(treff.neighbourhoods.all()) == [world.home]
    assert not foreign.organisers.exists()


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("phone", "+49 (0)89 / 12.34-5", "+49 (0)89 / 12.34-5"),
        ("phone", "089\u00a0123–45", "089 123-45"),
        ("phone", "", ""),
        ("postcode", " 01067 ", "01067"),
        ("postcode", "a-1010", "A-1010"),
        ("postcode", "CH-8001", "CH-8001"),
    ],
)
def test_phones_and_postcodes_as_people_write_them(field, typed, kept):
    world = World()
    world.client("organiser").post(NEW, FULL | {"neighbourhoods": [world.home.pk], field: typed})
    assert getattr(Actor.objects.get(name="Bücherstube am Harras"), field) == kept


def test_what_a_list_brought_does_not_stop_somebody_from_saving_the_rest():
    world = World(phone="1", postcode="8001")
    client = world.client("editor")
    for part, new in (("kontakt", {"email": "neu@example.org"}), ("adresse", {"street": "Neue Gasse"})):
        address = f"/akteure/treff/bearbeiten/{part}/"
        assert client.post(address, sent_by(client.get(address)) | new).status_code == 302
    actor = Actor.objects.get(pk=world.actor.pk)
    assert (actor.email, actor.phone) == ("neu@example.org", "1")
    assert (actor.street, actor.postcode) == ("Neue Gasse", "8001")


def test_a_form_sent_twice_makes_one_row():
    world = World()
    client = world.client("organiser")
    key = client.get(NEW).context["form"]["once"].value()
    data = FULL | {"neighbourhoods": [world.home.pk], "once": key}
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first["Location"] == second["Location"] == "/akteure/buecherstube-am-harras/"
    assert Actor.objects.filter(name="Bücherstube am Harras").count() == 1
    seen = [Actor.objects.get(name="Bücherstube am Harras").pk]
    changed = client.post(NEW, data | {"name": "Lesestube", "gesehen": seen})
    assert changed["Location"] == "/akteure/lesestube/"
    assert FormReceipt.objects.count() == 2


def test_the_same_form_of_two_people_makes_two_rows():
    world = World()
    world.home.organisers.add(world.stranger)
    data = FULL | {"neighbourhoods": [world.home.pk], "once": "dasselbe"}
    for who in ("organiser", "stranger"):
        seen = list(Actor.objects.values_list("pk", flat=True))
        world.client(who).post(NEW, data | {"gesehen": seen})
    assert sorted(Actor.objects.filter(name="Bücherstube am Harras").values_list("slug", flat=True)) == [
        "buecherstube-am-harras",
        "buecherstube-am-harras-2",
    ]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Enter the name of the organisation or initiative."),
        ("name", "x" * 201, "This is too long: 201 characters. Use at most 200."),
        ("name", "a\x00b", "This holds a character that cannot be stored."),
        ("purpose", "x" * 241, "This is too long: 241 characters. Use at most 240."),
        ("description", "x" * 1_000_000, "This is too long: 1000000 characters. Use at most 20000."),
        ("description", "a\x00b", "This holds a character that cannot be stored."),
        ("phone", "abc", f"Write the number with at least 5 digits, {SO_PHONE}"),
        ("phone", "089 1", f"Write the number with at least 5 digits, {SO_PHONE}"),
        ("phone", "089 123456 Anna", f"Write the number with at least 5 digits, {SO_PHONE}"),
        ("phone", "٠٨٩١٢٣٤٥", f"Write the number with at least 5 digits, {SO_PHONE}"),
        ("postcode", "81x", f"Write the postcode with 5 digits, {SO_POSTCODE}"),
        ("postcode", "8136", f"Write the postcode with 5 digits, {SO_POSTCODE}"),
        ("postcode", "813690", f"Write the postcode with 5 digits, {SO_POSTCODE}"),
        ("postcode", "81369 M", f"Write the postcode with 5 digits, {SO_POSTCODE}"),
        ("website", "javascript:alert(1)", "Only addresses that begin with https:// or http:// can be shown here."),
        ("website", " JavaScript:alert(1)", "Only addresses that begin with https:// or http:// can be shown here."),
        ("website", "ftp://example.org", "Only addresses that begin with https:// or http:// can be shown here."),
        ("website", "data:text/html,x", "Only addresses that begin with https:// or http:// can be shown here."),
        ("website", "kein Ort", "This is no address of a website."),
        ("website", "https://", "This is no address of a website."),
        ("website", "https://[", "This is no address of a website."),
        ("email", "ohne-klammeraffe", "Enter a complete e-mail address"),
        ("email", "a@example.org\nBcc: b@example.org", "Enter a complete e-mail address"),
        ("latitude", "91", "Latitude goes from -90 to 90."),
        ("latitude", "NaN", "Write degrees as a number"),
        ("latitude", "1e999999999", "Write degrees as a number"),
        ("latitude", "nördlich", "Write degrees as a number"),
        ("longitude", "", "Latitude and longitude belong together: fill in both or none."),
        ("kind", "99999999999999999999", "This choice is not offered any more."),
        ("kind", "x", "This choice is not offered any more."),
        ("topics", "0", "This choice is not offered any more."),
        ("topics", "x\x00", "Null characters are not allowed."),
        ("neighbourhoods", [], "Choose at least one neighbourhood."),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence_and_nothing_typed_is_lost(field, value, sentence):
    world = World()
    response = world.client("organiser").post(NEW, FULL | {"neighbourhoods": [world.home.pk]} | {field: value})
    form = response.context["form"]
    page = response.content.decode()
    assert response.status_code == 200
    assert any(sentence in error for error in form.errors[field])
    assert page.count(sentence) >= 2
    assert "<title>Error: " in page
    assert form["street"].value() == "Plinganserstraße"
    assert Actor.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("example.org", "https://example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("example.org:8080/a", "https://example.org:8080/a"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("https://bücher.example", "https://bücher.example"),
    ],
)
def test_a_website_gets_its_scheme(typed, stored):
    world = World()
    world.client("organiser").post(NEW, FULL | {"neighbourhoods": [world.home.pk], "website": typed})
    assert Actor.objects.get(name="Bücherstube am Harras").website == stored


@pytest.mark.parametrize(
    "text",
    ["\u202eumgekehrt", "😀 Laden", "<script>alert(1)</script>", "' OR 1=1 --", "{{ actor }}", "Zeile\u2028Zeile"],
)
def test_strange_text_is_stored_intact_and_shown_as_text(text):
    world = World()
    client = world.client("organiser")
    client.post(NEW, FULL | {"neighbourhoods": [world.home.pk], "street": text})
    actor = Actor.objects.get(name="Bücherstube am Harras")
    assert actor.street == text
    assert "<script>alert" not in client.get(f"/akteure/{actor.slug}/bearbeiten/vorstellung/").content.decode()


def test_an_actor_without_a_neighbourhood_is_not_made():
    with pytest.raises(ValidationError, match=r"An actor needs at least one neighbourhood."):
        create_actor(name="Heimatlos", neighbourhoods=[])
    assert not Actor.objects.exists()
