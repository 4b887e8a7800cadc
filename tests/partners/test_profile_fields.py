"""What a profile says beyond name and address: who reads it, what can be stored, how it is typed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from partners.forms.sections import progress_of
from partners.models import Actor, TargetGroup, language_choices, language_name
from tests.factories import ActorFactory, TargetGroupFactory
from tests.partners.actor_world import EVERYBODY, INSIDERS, World
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
EDIT = "/akteure/treff/bearbeiten/"


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_reads_which_part_of_a_profile(who):
    world = World(
        languages=["tr", "de"],
        step_free="teilweise",
        accessibility="Rampe im Hof",
        how_to_join="Montags vorbeikommen",
        has_shared_room=True,
        capacity="begrenzt",
        has_paid_staff=True,
        lead_time_days=14,
        network_hours=Decimal("7.5"),
    )
    world.actor.target_groups.add(TargetGroupFactory(name="Nachteulen"))
    page = world.client(who).get("/akteure/treff/").content.decode()
    for everybodys in (
        "German, Turkish",
        "partly",
        "Rampe im Hof",
        "Montags vorbeikommen",
        "<dt>Room that others can use</dt><dd>yes</dd>",
        "has little room",
        "Nachteulen",
    ):
        assert everybodys in page
    assert ("14 days" in page) == (who != "visitor")
    assert ("Paid staff" in page) == (who != "visitor")
    assert ("7.5 hours" in page) == (who in INSIDERS)


class TestAddressThatIsNotPublic:
    values = {
        "street": "Geheimgasse",
        "house_number": "77",
        "postcode": "81999",
        "city": "München",
        "latitude": Decimal("48.123456"),
        "longitude": Decimal("11.654321"),
        "is_address_public": False,
    }

    @pytest.mark.parametrize("who", sorted(EVERYBODY))
    def test_only_who_may_edit_reads_it(self, who):
        world = World(**self.values)
        pages = [
            "/akteure/treff/",
            "/akteure/",
            "/suche/?q=treff",
            "/mitmachen/",
            f"/quartiere/{world.home.slug}/",
            "/sitemap-akteure.xml",
        ]
        client = world.client(who)
        for page in pages:
            text = client.get(page).content.decode()
            assert [secret for secret in ("Geheimgasse", "81999", "48.123", "48,123", "11.654") if secret in text] == []
        assert "München" in client.get("/akteure/treff/").content.decode()
        form = client.get(f"{EDIT}adresse/").content.decode()
        assert ("Geheimgasse" in form, "48.123456" in form) == ((True, True) if who in INSIDERS else (False, False))

    def test_a_place_that_is_open_to_all_is_listed_without_it(self):
        actor = World(**self.values).actor
        mine = Actor.objects.filter(pk=actor.pk)
        assert (actor.street_line, actor.town_line) == ("", "München")
        assert not Actor.objects.with_public_place().exists()
        mine.update(is_address_public=True)
        assert Actor.objects.with_public_place().get().street_line == "Geheimgasse 77"

    def test_the_search_does_not_know_it(self):
        World(**self.values)
        found = [Actor.objects.search(text).count() for text in ("Geheimgasse", "81999", "München", "Treff")]
        assert found == [0, 0, 1, 1]

    def test_hiding_it_takes_it_out_of_the_search_and_showing_it_puts_it_back(self):
        world = World(**self.values | {"is_address_public": True})
        client = world.client("editor")
        assert Actor.objects.search("Geheimgasse").count() == 1
        for said, found in (("False", 0), ("True", 1)):
            data = sent_by(client.get(f"{EDIT}adresse/")) | {"is_address_public": [said]}
            assert client.post(f"{EDIT}adresse/", data).status_code == 302
            assert Actor.objects.search("Geheimgasse").count() == found


def test_capacity_rests_until_a_day_and_says_nothing_after_it():
    world = World()
    client = world.client("editor")
    url = f"{EDIT}mitmachen/"
    refused = client.post(url, {"capacity": "ruht"})
    assert refused.context["form"].errors["resting_until"] == ["Say until which day you rest, for example 20.1.2027."]
    refused = client.post(url, {"capacity": "frei", "resting_until": "20.1.2027"})
    assert refused.context["form"].errors["resting_until"] == [
        "Only who rests or is full has such a day: choose one of the two above, or leave the day empty."
    ]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert client.post(url, {"capacity": "ruht", "resting_until": f"{tomorrow:%d.%m.%Y}"}).status_code == 302
    assert "please ask again after that" in client.get("/akteure/treff/").content.decode()
    Actor.objects.filter(pk=world.actor.pk).update(resting_until=timezone.localdate() - timedelta(days=1))
    assert "please ask again after that" not in client.get("/akteure/treff/").content.decode()
    opened = sent_by(client.get(url))
    assert client.post(url, opened | {"capacity": ["frei"]}).status_code == 302
    actor = Actor.objects.get(pk=world.actor.pk)
    assert (actor.capacity, actor.resting_until) == ("frei", None)


def test_a_room_for_others_is_said_as_yes_as_no_or_not_at_all():
    world = World()
    client, url = world.client("editor"), f"{EDIT}mitmachen/"
    assert "Room that others can use" not in client.get("/akteure/treff/").content.decode()
    for said, kept, shown in (("True", True, "yes"), ("False", False, "no"), ("", None, None)):
        assert client.post(url, sent_by(client.get(url)) | {"has_shared_room": [said]}).status_code == 302
        assert Actor.objects.get(pk=world.actor.pk).has_shared_room is kept
        line = f"<dt>Room that others can use</dt><dd>{shown}</dd>"
        assert (line in client.get("/akteure/treff/").content.decode()) == (kept is not None)
    refused = client.post(url, {"has_shared_room": "vielleicht", "how_to_join": "Klingeln"})
    assert refused.context["form"].errors["has_shared_room"] == [
        "This choice is not offered any more. Choose another one."
    ]
    assert "Klingeln" in refused.content.decode()


@pytest.mark.parametrize(
    "values",
    [{"capacity": "ruht"}, {"capacity": "frei", "resting_until": date(2027, 1, 1)}, {"network_hours": Decimal(-1)}],
)
def test_what_can_never_be_stored(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        ActorFactory(**values)


@pytest.mark.parametrize(
    ("typed", "kept"), [("7,5", Decimal("7.5")), ("7.25", Decimal("7.25")), ("0", Decimal(0)), ("", None)]
)
def test_hours_as_people_write_them(typed, kept):
    world = World()
    world.client("editor").post(f"{EDIT}mitmachen/", {"network_hours": typed, "has_paid_staff": "False"})
    actor = Actor.objects.get(pk=world.actor.pk)
    assert (actor.network_hours, actor.has_paid_staff) == (kept, False)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("network_hours", "viel", "Write the hours as a number, for example 12.5."),
        ("network_hours", "9999", "Hours a month go from 0 to 5,000, for all people together."),
        ("network_hours", "1.234", "Round the hours to two decimals."),
        ("lead_time_days", "bald", "Write the days as a whole number, for example 14."),
        ("lead_time_days", "9999", "Days ahead go from 0 to 730."),
        ("capacity", "riesig", "This choice is not offered any more. Choose another one."),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(field, typed, sentence):
    response = World().client("editor").post(f"{EDIT}mitmachen/", {field: typed})
    assert response.context["form"].errors[field] == [sentence]


def test_languages_have_names_in_both_languages():
    for language, first in (("de", "Deutsch"), ("en", "German")):
        with translation.override(language):
            assert language_choices()[0] == ("de", first)
    with translation.override("de"):
        assert [language_name(code) for code in ("tr", "dgs", "xx")] == ["Türkisch", "Deutsche Gebärdensprache", "xx"]
        german = dict(language_choices())
    assert len(german) > 50
    same_in_both = {"Bengali", "Dari", "Hindi", "Nepali", "Romani", "Somali", "Swahili", "Tigrinya", "Urdu"}
    with translation.override("en"):
        assert set(dict(language_choices()).values()) & set(german.values()) <= same_in_both


def test_languages_stand_open_if_they_are_ticked_or_often_spoken():
    world = World(languages=["mn"])
    html = world.client("editor").get(f"{EDIT}vorstellung/").content.decode()
    open_ones, folded = html.split("<summary>More languages</summary>")
    asked = [f'value="{code}"' for code in ("mn", "tr", "th")]
    assert [one for one in asked if one in open_ones] == asked[:2]
    assert [one for one in asked if one in folded] == asked[2:]


def test_languages_and_target_groups_are_chosen_in_the_first_section():
    world = World()
    group = TargetGroup.objects.get(slug="familien")
    world.client("editor").post(
        f"{EDIT}vorstellung/", {"name": "Treff", "languages": ["de", "tr"], "target_groups": [group.pk]}
    )
    actor = Actor.objects.get(pk=world.actor.pk)
    assert (actor.languages, list(actor.target_groups.all())) == (["de", "tr"], [group])


def test_each_section_says_how_far_it_is():
    world = World(purpose="Ein Wohnzimmer", lead_time_days=0, has_paid_staff=False)
    Actor.objects.filter(pk=world.actor.pk).update(
        website="https://example.org", email="a@example.org", phone="089 12345"
    )
    found = {
        one.section.word: (one.answered, one.asked, one.state)
        for one in progress_of(Actor.objects.get(pk=world.actor.pk))
    }
    assert {word: found[word] for word in ("vorstellung", "adresse", "kontakt", "mitmachen")} == {
        "vorstellung": (3, 7, "zugesagt"),
        "adresse": (0, 7, "entwurf"),
        "kontakt": (3, 3, "bestaetigt"),
        "mitmachen": (2, 6, "zugesagt"),
    }
    page = world.client("editor").get(EDIT).content.decode()
    assert "3 of 7 answered" in page
