"""What fits what: the same kind, large enough, step-free and free of charge where it has to be. Nobody learns more by it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from partners.models import Actor, Listing, Offer
from projects.models import Need
from quartier.matches import best_for, matches_of, needs_met, offers_sought
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    OfferFactory,
    PersonFactory,
    ProjectFactory,
    TopicFactory,
)
from tests.partners.actor_world import EVERYBODY, INSIDERS, World

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - timedelta(days=1)
SIGNED_IN = EVERYBODY - {"visitor"}
ROOM = {"category": "raeume", "persons": 30, "step_free": "ja", "is_free": True}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def paid(**values: Any) -> dict[str, Any]:
    return {"is_free": False, "conditions": "Bitte aufräumen."} | values


def found_for(listing: Listing, user: Any = None) -> list[Listing]:
    return [match.listing for match in matches_of(listing, user or PersonFactory()).first]


@pytest.mark.parametrize(
    ("needed", "offered", "expected"),
    [
        ({}, {}, True),
        ({"category": "daten"}, {"category": "material"}, False),
        (ROOM, ROOM, True),
        (ROOM, ROOM | {"persons": 29}, False),
        (ROOM, ROOM | {"persons": None}, False),
        (ROOM | {"persons": None}, ROOM | {"persons": None}, True),
        (ROOM, ROOM | {"step_free": "teilweise"}, False),
        (ROOM, ROOM | {"step_free": ""}, False),
        (ROOM | {"step_free": "teilweise"}, ROOM | {"step_free": "teilweise"}, True),
        (ROOM | {"step_free": "nein"}, ROOM | {"step_free": "nein"}, True),
        (ROOM, ROOM | paid(), False),
        (ROOM | paid(), ROOM | paid(), True),
        (paid(), {}, True),
        ({}, {"state": "pausiert"}, False),
        ({}, {"state": "entwurf"}, False),
        ({}, {"valid_until": YESTERDAY}, False),
        ({}, {"actor__state": Actor.State.HIDDEN}, False),
    ],
)
def test_what_has_to_be_true(needed, offered, expected):
    need, offer = NeedFactory(**needed), OfferFactory(**offered)
    assert found_for(need) == [offer] * expected
    if offer.is_current and offer.actor.is_public:
        assert found_for(offer) == [need] * expected


def test_nobody_is_told_of_her_own():
    actor = ActorFactory()
    offer = OfferFactory(actor=actor)
    own = [NeedFactory(actor=actor), NeedFactory(project=ProjectFactory(lead_actor=actor))]
    other = NeedFactory(project=ProjectFactory())
    assert found_for(offer) == [other]
    assert [found_for(need) for need in own] == [[], []]


@pytest.mark.parametrize(
    ("values", "readers"),
    [({}, EVERYBODY), ({"visibility": "netzwerk"}, SIGNED_IN), ({"visibility": "intern"}, INSIDERS)],
)
def test_an_offer_or_need_is_named_to_whom_it_is_for(values, readers):
    world = World()
    need = NeedFactory()
    offer = OfferFactory(actor=world.actor, title="Beamer", **values)
    pages = {who: world.client(who).get(need.get_absolute_url()) for who in EVERYBODY}
    assert {who for who, page in pages.items() if "Beamer" in page.content.decode()} == readers
    assert {who for who, page in pages.items() if page.context["matches"].first} == readers
    Offer.objects.all().delete()
    NeedFactory(actor=world.actor, title="Leinwand", **values)
    offer = OfferFactory()
    pages = {who: world.client(who).get(offer.get_absolute_url()) for who in EVERYBODY}
    assert {who for who, page in pages.items() if "Leinwand" in page.content.decode()} == readers


def test_an_idea_needs_something_of_those_only_who_know_of_it():
    world = World()
    idea = ProjectFactory(state="idee", neighbourhoods=[world.home])
    NeedFactory(project=idea)
    offer = OfferFactory()
    named = {who for who in EVERYBODY if found_for(offer, getattr(world, who))}
    assert named == {"organiser", "admin"}


def test_what_is_over_has_nothing_that_fits():
    world = World()
    OfferFactory()
    need = NeedFactory(actor=world.actor)

    def shown(who: str) -> bool:
        return world.client(who).get(need.get_absolute_url()).context["matches"] is not None

    assert shown("visitor")
    Need.objects.update(state="entwurf")
    assert shown("editor")
    Need.objects.update(state="verfuegbar", valid_until=YESTERDAY)
    assert (shown("visitor"), shown("editor")) == (False, False)


def test_the_reasons_are_words():
    here, topic = NeighbourhoodFactory(name="Spulenviertel"), TopicFactory(name="Essen")
    places = {"neighbourhoods": [here], "topics": [topic]}
    times = {"has_evenings": True, "has_weekends": True}
    need = NeedFactory(
        actor=ActorFactory(latitude="48.118", longitude="11.539", **places),
        quantity=12,
        **ROOM,
        **times,
    )
    near = ActorFactory(latitude="48.1225", longitude="11.539", **places)
    OfferFactory(actor=near, quantity=4, has_mornings=True, has_evenings=True, **ROOM | {"persons": 40})
    expected = [
        "of the same kind: Rooms and spaces",
        "room for 40 persons, 30 needed",
        "4 hours offered, 12 hours needed",
        "step-free",
        "free of charge",
        "fits the time: in the evening",
        "in the same place: Spulenviertel",
        "about 500 m away",
        "same topic: Essen",
    ]
    (match,) = matches_of(need, PersonFactory()).first
    assert match.reasons == expected
    (back,) = matches_of(match.listing, PersonFactory()).first
    assert back.reasons == expected


def test_the_distance_does_not_give_away_a_place_that_is_not_public():
    need = NeedFactory(actor=ActorFactory(latitude="48.1", longitude="11.5"))
    hidden = {"latitude": "48.1001", "longitude": "11.5001", "is_address_public": False}
    far = OfferFactory(actor=ActorFactory(latitude="48.2", longitude="11.5"))
    near = OfferFactory(actor=ActorFactory(**hidden))
    found = matches_of(need, PersonFactory()).first
    assert [(match.listing, match.reasons[2:]) for match in found] == [(far, ["about 11.1 km away"]), (near, [])]


def test_the_best_comes_first_on_the_page_and_on_the_overview():
    here, topic = NeighbourhoodFactory(), TopicFactory()
    mine = ActorFactory(neighbourhoods=[here], topics=[topic], latitude="48.1", longitude="11.5")
    need = NeedFactory(actor=mine, has_evenings=True)
    offers = [
        OfferFactory(actor=ActorFactory(neighbourhoods=[here]), has_evenings=True),
        OfferFactory(actor=ActorFactory(neighbourhoods=[here])),
        OfferFactory(has_evenings=True),
        OfferFactory(actor=ActorFactory(topics=[topic])),
        OfferFactory(actor=ActorFactory(latitude="48.1", longitude="11.6")),
        OfferFactory(has_mornings=True),
    ]
    user = MembershipFactory(actor=mine).person
    found = matches_of(need, user)
    assert ([match.listing for match in found.first], found.has_more) == (offers[:5], True)
    (row,) = best_for(Need, needs_met(user), user)
    assert row.best.listing == offers[0]
    need.project, need.actor = ProjectFactory(neighbourhoods=[here], topics=[topic]), None
    need.save()
    assert found_for(need, user)[:4] == offers[:4]
    organiser = PersonFactory()
    here.organisers.add(organiser)
    assert [row.best.listing for row in best_for(Need, needs_met(organiser), organiser)] == [offers[0]]


def test_both_sides_find_it_on_their_overview():
    world = World()
    need = NeedFactory(actor=world.actor, title="Leinwand")
    offer = OfferFactory(title="Beamer")
    giver = MembershipFactory(actor=offer.actor).person
    people = {who: getattr(world, who) for who in SIGNED_IN} | {"giver": giver}

    def told() -> dict[str, tuple[list[Any], list[Any]]]:
        both = {who: (list(needs_met(user)), list(offers_sought(user))) for who, user in people.items()}
        return {who: found for who, found in both.items() if found != ([], [])}

    side = {"editor": ([need], []), "manager": ([need], []), "organiser": ([need], [])}
    assert told() == side | {"giver": ([], [offer])}
    Need.objects.update(visibility="intern")
    assert told() == side
    Need.objects.update(visibility="oeffentlich", state="entwurf")
    assert told() == {}
    # Whoever stands for both is told once.
    Need.objects.update(state="verfuegbar")
    MembershipFactory(actor=world.actor, person=giver)
    assert told()["giver"] == ([need], [])


def test_the_overview_says_it_in_words_and_leads_there():
    need, offer = NeedFactory(title="Leinwand", actor__name="Kita"), OfferFactory(title="Beamer", actor__name="Kino")
    for whose, key, said in (
        (need, "passende_angebote", "The need “Leinwand” (Kita) is met by “Beamer” (Kino)"),
        (offer, "passende_bedarfe", "The offer “Beamer” (Kino) fits “Leinwand” (Kita)"),
    ):
        client = Client(headers={"accept-language": "en"})
        client.force_login(MembershipFactory(actor=whose.actor).person)
        for path in ("/uebersicht/", f"/uebersicht/?liste={key}"):
            html = client.get(path).content.decode()
            assert said in plain(html)
            assert f'href="{whose.get_absolute_url()}#passend"' in html
            assert "of the same kind: Administration and hosting · free of charge" in html


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_the_same_number_of_questions(rows, django_assert_num_queries):
    world = World()
    need, offer = NeedFactory(actor=world.actor), OfferFactory(actor=world.actor)
    for _ in range(rows):
        OfferFactory(actor__neighbourhoods=[world.home])
        NeedFactory()
        NeedFactory(project=ProjectFactory())
    for listing, queries in ((need, 7), (offer, 9)):
        with django_assert_num_queries(queries):
            Client().get(listing.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_overview_asks_the_same_number_of_questions(rows, django_assert_num_queries):
    world = World()
    for _ in range(rows):
        NeedFactory(actor=world.actor, category="daten")
        OfferFactory(category="daten")
        OfferFactory(actor=world.actor)
        NeedFactory(project=ProjectFactory())
    client = world.client("editor")
    with django_assert_num_queries(21):
        client.get("/uebersicht/")
