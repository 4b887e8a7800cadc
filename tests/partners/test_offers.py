"""Offers: who enters, finds and changes them, by which steps they go, what the list can be asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.test.utils import override_script_prefix
from django.utils import timezone

from partners.actions.listings import write_listing
from partners.models import LONGEST, VALID_FOR, Actor, HistoryEntry, Offer, StageError, acting
from tests.factories import ActorFactory, NeighbourhoodFactory, OfferFactory, TopicFactory
from tests.partners.actor_world import EVERYBODY, INSIDERS, World
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
NEW = "/akteure/treff/angebote/neu/"
TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)
State = Offer.State


def room(**values: Any) -> Offer:
    given = {"category": "raeume", "persons": 40, "step_free": "ja", "has_evenings": True}
    return OfferFactory(**given | values)


def filled(**typed: Any) -> dict[str, Any]:
    return {
        "category": "raeume",
        "title": "  Großer \n Raum ",
        "description": "Für alle.",
        "quantity": "12,5",
        "persons": "1.200",
        "area": "85",
        "step_free": "ja",
        "equipment": "Stühle",
        "has_evenings": "on",
        "is_free": "True",
        "visibility": "oeffentlich",
        "valid_until": f"{TODAY + VALID_FOR:%d.%m.%Y}",
    } | typed


def titles(path: str, client: Client | None = None) -> list[str]:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200
    return [row.title for row in answer.context["page"].object_list]


# --- who sees it -----------------------------------------------------------------------------------------------------

SIGNED_IN = EVERYBODY - {"visitor"}


@pytest.mark.parametrize(
    ("values", "readers"),
    [
        ({}, EVERYBODY),
        ({"visibility": "netzwerk"}, SIGNED_IN),
        ({"visibility": "intern"}, INSIDERS),
        ({"state": State.DRAFT}, INSIDERS),
        ({"state": State.PAUSED}, INSIDERS),
        ({"state": State.WITHDRAWN}, INSIDERS),
        ({"valid_until": YESTERDAY}, EVERYBODY),
        ({"actor__state": Actor.State.HIDDEN}, INSIDERS),
        ({"actor__state": Actor.State.DRAFT}, INSIDERS),
        ({"actor__state": Actor.State.ARCHIVED}, set()),
    ],
)
def test_an_offer_is_seen_by_whom_it_is_for(values: dict[str, Any], readers: set[str]) -> None:
    world = World()
    if "actor__state" in values:
        Actor.objects.filter(pk=world.actor.pk).update(state=values.pop("actor__state"))
    offer = OfferFactory(actor=world.actor, **values)
    assert {who for who in EVERYBODY if offer in Offer.objects.visible_to(getattr(world, who))} == readers
    path = offer.get_absolute_url()
    assert {who for who in EVERYBODY if world.client(who).get(path).status_code == 200} == readers


def test_only_what_is_current_stands_in_the_list_and_the_team_finds_the_rest_by_its_state() -> None:
    world = World()
    for title, values in {
        "Da": {},
        "Netz": {"visibility": "netzwerk"},
        "Abgelaufen": {"valid_until": YESTERDAY},
        "Heute noch": {"valid_until": TODAY},
        "Pause": {"state": State.PAUSED},
        "Entwurf": {"state": State.DRAFT},
    }.items():
        OfferFactory(actor=world.actor, title=title, **values)
    OfferFactory(title="Fremd", state=State.PAUSED)
    assert titles("/angebote/") == ["Heute noch", "Da"]
    assert titles("/angebote/?stand=entwurf") == ["Heute noch", "Da"]
    assert titles("/angebote/", world.client("stranger")) == ["Heute noch", "Netz", "Da"]
    client = world.client("editor")
    assert titles("/angebote/?stand=abgelaufen&stand=pausiert", client) == ["Pause", "Abgelaufen"]
    assert titles("/angebote/?stand=verfuegbar", client) == ["Heute noch", "Netz", "Da"]


# --- finding ---------------------------------------------------------------------------------------------------------


def test_a_step_free_room_for_thirty_on_an_evening_free_of_charge_takes_one_form() -> None:
    right = room(title="Passt", persons=30)
    for name, value in {
        "persons": 29,
        "step_free": "teilweise",
        "has_evenings": False,
        "is_free": False,
    }.items():
        room(title=f"Falsch: {name}", conditions="Ein Pfand", **{name: value})
    room(title="Sagt nicht, für wie viele", persons=None)
    OfferFactory(title="Kein Raum", has_evenings=True)
    query = "/angebote/?q=&personen=30&kostenlos=1&zugang=ja&zeit=abends&kategorie=raeume"
    assert titles(query) == [right.title]
    page = Client(headers={"accept-language": "en"}).get(query)
    assert [chip.label for chip in page.context["found"].chips] == [
        "for 30 persons",
        "free of charge",
        "Step-free",
        "in the evening",
        "Rooms and spaces",
    ]
    assert page.context["found"].chips[0].href == "?kostenlos=1&zugang=ja&zeit=abends&kategorie=raeume"


@pytest.mark.parametrize(("path", "way"), [("/angebote/", "/bedarfe/neu/"), ("/bedarfe/", "/angebote/neu/")])
def test_who_finds_nothing_that_fits_is_led_to_the_other_side(path: str, way: str) -> None:
    world = World()
    pages = {who: world.client(who).get(path, {"personen": "900"}).content.decode() for who in ("visitor", "manager")}
    assert {who: f'<a href="{way}">' in page for who, page in pages.items()} == {"visitor": False, "manager": True}


def test_of_several_times_each_fits() -> None:
    for name in ("mornings", "evenings", "weekends"):
        OfferFactory(title=name, **{f"has_{name}": True})
    assert titles("/angebote/?zeit=vormittags&zeit=abends") == ["evenings", "mornings"]


def test_it_is_found_by_its_words_by_its_kind_and_by_whose_it_is() -> None:
    OfferFactory(
        title="Lesesaal", actor=ActorFactory(name="Stadtbücherei"), category="raeume", step_free="ja", has_evenings=True
    )
    OfferFactory(title="Beamer", description="Für Vorträge", category="technik")
    for typed, wanted in {
        "LESESAAL": ["Lesesaal"],
        "räume": ["Lesesaal"],
        "raum": ["Lesesaal"],
        "stadtbuecherei lesesaal": ["Lesesaal"],
        "vortraege": ["Beamer"],
        "stadtbuecherei beamer": [],
        "stufenfrei abends kostenlos raum": ["Lesesaal"],
        "stufenfrei beamer": [],
    }.items():
        assert titles(f"/angebote/?q={typed}") == wanted, typed


def test_it_is_found_by_quartier_and_topic_of_whose_it_is() -> None:
    here, topic = NeighbourhoodFactory(slug="hier"), TopicFactory(slug="musik")
    OfferFactory(title="Hier", actor=ActorFactory(neighbourhoods=[here]))
    OfferFactory(title="Mit Thema", actor=ActorFactory(topics=[topic]))
    assert titles("/angebote/?quartier=hier") == ["Hier"]
    assert titles("/angebote/?thema=musik") == ["Mit Thema"]


@pytest.mark.parametrize("typed", ["0", "-3", "viele", "1e3", "٣", "9999999", "30\x00"])
def test_what_is_no_number_of_persons_is_named_and_left_out(typed: str) -> None:
    room()
    answer = Client().get("/angebote/", {"personen": typed})
    assert (answer.status_code, answer.context["page"].paginator.count) == (200, 1)
    assert len(answer.context["found"].unknown) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(rows: int, django_assert_num_queries: Any) -> None:
    for _ in range(rows):
        OfferFactory(actor=ActorFactory(topics=[TopicFactory()]))
    client = Client()
    with django_assert_num_queries(5):
        assert len(titles("/angebote/", client)) == rows


# --- writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("button", "state"), [("freigeben", State.AVAILABLE), ("entwurf", State.DRAFT)])
def test_what_is_entered_is_stored_as_it_was_meant(button: str, state: str) -> None:
    world = World()
    answer = world.client("editor").post(NEW, filled(dann=button))
    offer = Offer.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, offer.get_absolute_url())
    assert (offer.actor, offer.title, offer.quantity, offer.unit) == (world.actor, "Großer Raum", 12.5, "stunden")
    assert (offer.persons, offer.area, offer.step_free, offer.equipment) == (1200, 85, "ja", "Stühle")
    assert (offer.times, offer.is_free, offer.state) == (["in the evening"], True, state)
    assert offer.valid_until == TODAY + VALID_FOR


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"category": ""}, "category", "Choose what kind it is."),
        ({"title": " "}, "title", "Say in a few words what it is."),
        ({"is_free": ""}, "is_free", "Say whether it is free of charge."),
        ({"is_free": "False"}, "conditions", "Say in a few words what you ask for it, or choose “free of charge”."),
        (
            {"category": "material"},
            "persons",
            "This is asked of rooms only. Empty it, or choose “Rooms and spaces” above.",
        ),
        (
            {"category": "daten", "persons": "", "area": "", "step_free": "", "equipment": ""},
            "quantity",
            "“Data and feedback” has no quantity. Leave this empty and say it in words above.",
        ),
        ({"persons": "0"}, "persons", "Write a number above 0, for example 30."),
        ({"persons": "viele"}, "persons", "Write a number above 0, for example 30."),
        ({"area": "12,5"}, "area", "Write a whole number, without decimals, for example 30."),
        ({"valid_until": f"{YESTERDAY:%d.%m.%Y}"}, "valid_until", "This day has passed. Enter a later one."),
        (
            {"valid_until": f"{TODAY + LONGEST + timedelta(days=1):%d.%m.%Y}"},
            "valid_until",
            "This is more than a year ahead. You can renew it later, again and again.",
        ),
    ],
)
def test_bad_input_is_answered_by_a_sentence_and_nothing_is_lost(typed: dict[str, str], field: str, said: str) -> None:
    answer = World().client("editor").post(NEW, filled(**typed))
    assert answer.context["form"].errors[field] == [said]
    kept = sent_by(answer)
    assert (kept["description"], kept["has_evenings"]) == (["Für alle."], ["on"])
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"unit": "stueck"},
        {"quantity": 3},
        {"is_free": False},
        {"persons": 3},
        {"step_free": "ja"},
    ],
)
def test_what_can_never_be_stored(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OfferFactory(**wrong)


def test_an_offer_is_edited_and_nobody_loses_a_word() -> None:
    world = World()
    offer = room(actor=world.actor, title="Alt", description="")
    path, client = f"/angebote/{offer.pk}/bearbeiten/", world.client("editor")
    opened = sent_by(client.get(path))
    Offer.objects.update(title="Von anderen", persons=10)
    refused = client.post(path, opened | {"title": "Von mir"})
    assert [(one.now, one.mine) for one in refused.context["form"].conflicts] == [("Von anderen", "Von mir")]
    assert client.post(path, sent_by(refused)).status_code == 302
    offer.refresh_from_db()
    assert (offer.title, offer.persons) == ("Von mir", 10)


def test_another_kind_brings_its_unit_and_what_does_not_fit_any_more_is_refused() -> None:
    world = World()
    offer = OfferFactory(actor=world.actor, category="material", quantity=3)
    path, client = f"/angebote/{offer.pk}/bearbeiten/", world.client("editor")
    opened = sent_by(client.get(path))
    assert client.post(path, opened | {"category": "raeume"}).status_code == 302
    offer.refresh_from_db()
    assert (offer.unit, offer.search_text.splitlines()[1]) == ("stunden", "raeume und flaechen raum kostenlos")
    opened = sent_by(client.get(path))
    Offer.objects.update(persons=30)
    refused = client.post(path, opened | {"category": "material"})
    assert refused.context["form"].non_field_errors() == [
        "Persons, area, equipment, access and hours are asked of rooms only."
    ]
    with pytest.raises(ValidationError):
        write_listing(listing=Offer.objects.get(), values={"category": "material"})


def test_what_was_withdrawn_meanwhile_keeps_what_was_typed_on_the_page() -> None:
    world = World()
    offer = OfferFactory(actor=world.actor)
    path, client = f"/angebote/{offer.pk}/bearbeiten/", world.client("editor")
    opened = sent_by(client.get(path))
    offer.withdraw()
    answer = client.post(path, opened | {"title": "Neu getippt"})
    assert answer.context["form"].non_field_errors() == [
        "This was withdrawn in the meantime and cannot be changed any more."
    ]
    assert sent_by(answer)["title"] == ["Neu getippt"]
    assert client.get(path)["Location"] == offer.get_absolute_url()


def test_it_is_deleted_after_one_more_question() -> None:
    world = World()
    offer = OfferFactory(actor=world.actor)
    path, client = f"/angebote/{offer.pk}/loeschen/", world.client("editor")
    assert client.get(path).status_code == 200
    assert Offer.objects.exists()
    assert client.post(path)["Location"] == world.actor.get_absolute_url()
    assert not Offer.objects.exists()


def test_an_earlier_version_comes_back() -> None:
    world = World()
    offer = OfferFactory(actor=world.actor, title="Saal")
    with acting(by=world.editor):
        write_listing(listing=offer, values={"title": "Kammer", "category": "material"})
    entry = HistoryEntry.objects.of(offer).get(what=HistoryEntry.What.CHANGED)
    path, client = f"/angebote/{offer.pk}/verlauf/{entry.pk}/", world.client("editor")
    assert client.get(f"/angebote/{offer.pk}/verlauf/").status_code == 200
    assert client.post(path, {"version": entry.pk}).status_code == 302
    offer.refresh_from_db()
    assert (offer.title, offer.category, offer.unit) == ("Saal", "verwaltung", "")


# --- steps -----------------------------------------------------------------------------------------------------------

VERBS = ("release", "pause", "resume", "withdraw")


@pytest.mark.parametrize(
    ("state", "open_verbs"),
    [
        (State.DRAFT, {"release": State.AVAILABLE, "resume": State.AVAILABLE}),
        (State.AVAILABLE, {"pause": State.PAUSED, "withdraw": State.WITHDRAWN}),
        (State.PAUSED, {"release": State.AVAILABLE, "resume": State.AVAILABLE, "withdraw": State.WITHDRAWN}),
        (State.WITHDRAWN, {}),
    ],
)
def test_steps_lead_where_they_may(state: str, open_verbs: dict[str, str]) -> None:
    led = {}
    for verb in VERBS:
        offer = OfferFactory(state=state)
        try:
            getattr(offer, verb)()
        except StageError:
            assert Offer.objects.get(pk=offer.pk).state == state
        else:
            led[verb] = Offer.objects.get(pk=offer.pk).state
    assert led == open_verbs


def test_what_ended_is_not_shown_again_before_it_gets_another_day() -> None:
    for state in (State.DRAFT, State.PAUSED):
        offer = OfferFactory(state=state, valid_until=YESTERDAY)
        with pytest.raises(StageError) as refused:
            offer.resume()
        assert refused.value.code == "over"


def test_the_page_offers_the_open_steps_and_takes_them() -> None:
    world = World()
    offer = OfferFactory(actor=world.actor, valid_until=YESTERDAY)
    client, path = world.client("editor"), offer.get_absolute_url()
    assert [step.word for step in client.get(path).context["steps"]] == ["verlaengern", "pausieren", "zurueckziehen"]
    assert client.post(f"{path}verlaengern/", {"next": "/uebersicht/"})["Location"] == "/uebersicht/"
    offer.refresh_from_db()
    assert (offer.valid_until, offer.is_current) == (TODAY + VALID_FOR, True)
    assert [step.word for step in client.get(path).context["steps"]] == ["pausieren", "zurueckziehen"]
    assert client.post(f"{path}verlaengern/", {"next": "//boese.example/"})["Location"] == path
    assert client.post(f"{path}pausieren/").status_code == 302
    assert [step.word for step in client.get(path).context["steps"]] == ["fortsetzen", "zurueckziehen"]
    assert world.client("visitor").get(path).status_code == 404


@pytest.mark.parametrize("way", ["email", "phone", "website"])
def test_where_no_address_is_given_the_page_says_whom_to_ask(way: str) -> None:
    offer = OfferFactory(actor=ActorFactory(email="", phone="", website=""))
    reader, path = Client(headers={"accept-language": "en"}), offer.get_absolute_url()
    assert "No address is given here." in reader.get(path).content.decode()
    Actor.objects.update(
        **{way: {"email": "treff@example.org", "phone": "089 12", "website": "https://x.example"}[way]}
    )
    assert "No address is given here." not in reader.get(path).content.decode()


@pytest.mark.parametrize("word", ["freigeben", "pausieren", "verlaengern", "zurueckziehen"])
def test_a_step_that_is_pressed_twice_is_taken_once_and_nobody_is_blamed(word: str) -> None:
    world = World()
    offer = OfferFactory(actor=world.actor, state=State.DRAFT if word == "freigeben" else State.AVAILABLE)
    client = world.client("editor")
    first = client.post(f"{offer.get_absolute_url()}{word}/")
    offer.refresh_from_db()
    again = client.post(f"{offer.get_absolute_url()}{word}/", follow=True)
    assert first.status_code == 302
    assert [message.level_tag for message in again.context["messages"]] == ["success"]
    assert Offer.objects.get() == offer
    assert Offer.objects.get().updated_at == offer.updated_at


def test_of_two_who_withdraw_and_pause_at_once_the_second_is_told() -> None:
    offer = OfferFactory()
    late = Offer.objects.get()
    offer.withdraw()
    with pytest.raises(StageError) as refused:
        late.pause()
    assert refused.value.code == "race"


# --- where one begins, and where it is shown ---------------------------------------------------------------------------


def test_who_keeps_one_place_is_led_to_its_form_and_an_organiser_chooses() -> None:
    world = World()
    assert world.client("editor").get("/angebote/neu/")["Location"] == NEW
    with override_script_prefix("/portal/"):
        assert world.client("editor").get("/angebote/neu/")["Location"] == f"/portal{NEW}"
    other = ActorFactory(name="Zweite", slug="zweite", neighbourhoods=[world.home])
    page = world.client("organiser").get("/angebote/neu/")
    assert [(str(one), path) for one, path in page.context["groups"][0][1]] == [
        ("Treff", NEW),
        (other.name, "/akteure/zweite/angebote/neu/"),
    ]
    found = world.client("organiser").get("/angebote/neu/?q=zweit")
    assert [one for one, _path in found.context["groups"][0][1]] == [other]


def test_the_profile_shows_what_is_current_and_the_team_also_what_is_not() -> None:
    world = World()
    for title, values in {"Da": {}, "Entwurf": {"state": State.DRAFT}, "Weg": {"state": State.WITHDRAWN}}.items():
        OfferFactory(actor=world.actor, title=title, **values)
    shown = {
        who: [one.title for one in world.client(who).get("/akteure/treff/").context["offered"].first]
        for who in ("visitor", "editor")
    }
    assert shown == {"visitor": ["Da"], "editor": ["Entwurf", "Da"]}


def test_a_quartier_shows_the_first_few_and_leads_to_all() -> None:
    home = NeighbourhoodFactory(slug="hier")
    for number in range(5):
        OfferFactory(title=f"Angebot {number}", actor=ActorFactory(neighbourhoods=[home]))
    OfferFactory(title="Anderswo")
    answer = Client().get("/quartiere/hier/")
    shown = answer.context["offered"]
    assert ([one.title for one in shown.first], shown.has_more) == ([f"Angebot {n}" for n in (4, 3, 2, 1)], True)
    assert 'href="/angebote/?quartier=hier"' in answer.content.decode()
