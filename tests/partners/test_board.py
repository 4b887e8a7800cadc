"""The board of a Quartier: partnerships by stages, and the same as a list."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Partnership
from partners.views.board import CARDS
from tests.factories import ActorFactory, NextStepFactory, PartnershipFactory, PersonFactory, RoundMailFactory
from tests.partners.partnership_world import World

pytestmark = pytest.mark.django_db
URL = "/quartiere/daheim/anbahnung/"
TODAY = timezone.localdate()
Stage = Partnership.Stage


def partner(world: World, name: str, stage: str = Stage.CONTACT, **values: object) -> Partnership:
    actor = ActorFactory(name=name, neighbourhoods=[world.home])
    values |= {"start_on": None} if stage in {Stage.CONTACT, Stage.TALKS, Stage.AGREED} else {}
    return PartnershipFactory(
        neighbourhood=world.home, quartier=actor, accompanying=world.companion, state=stage, **values
    )


def shown(world: World, query: str = "") -> dict[str, list[str]]:
    columns = world.client("organiser").get(URL + query).context["columns"]
    return {one.stage: [card.names for card in one.cards] for one in columns if one.cards}


def listed(world: World, query: str) -> list[str]:
    cards = world.client("organiser").get(f"{URL}?ansicht=liste{query}").context["cards"]
    return [card.names for card in cards]


def test_each_partnership_stands_in_the_column_of_its_stage() -> None:
    world = World()
    for name, stage in (("Bäcker", Stage.CONTACT), ("Club", Stage.TALKS), ("Dom", Stage.AGREED)):
        partner(world, name, stage)
    partner(world, "Eck", resting=True, stage=Stage.RESTING, resting_until="2099-01-01")
    partner(world, "Vorbei", Stage.ENDED, end_on="2026-06-30", end_reason="laufzeit")
    PartnershipFactory(neighbourhood=world.elsewhere)
    assert shown(world) == {
        "anbahnung": ["Bäcker"],
        "abstimmung": ["Club"],
        "vereinbart": ["Dom"],
        "laufend": ["Bibliothek"],
        "ruhend": ["Eck"],
    }
    assert shown(world, "?stand=beendet") == {"beendet": ["Vorbei"]}
    page = world.client("organiser").get(URL).content.decode()
    assert 'href="?ansicht=liste&amp;stand=beendet&amp;stand=nicht_zustande">1 partnership that is over' in page


def test_a_card_says_what_comes_next_since_when_and_leads_to_the_steps() -> None:
    world = World()
    contact = partner(world, "Bäcker")
    contact.remember("", by=None)
    NextStepFactory(partnership=contact, what="Besuchen", due_on=TODAY - timedelta(days=2), responsible=world.organiser)
    page = world.client("organiser").get(URL).content.decode()
    card = page.split('<li class="board-card late">')[1].split('<li class="board-card')[0]
    assert re.findall(r'<a href="(/[^"]*)"', card) == [
        f"/partnerschaften/{contact.pk}/",
        *(f"/naechste-schritte/{contact.next_steps.get().pk}/{verb}/" for verb in ("erledigt", "bearbeiten")),
        *(f"/partnerschaften/{contact.pk}/{verb}/" for verb in ("abstimmen", "aufgeben")),
    ]
    for words in ("with Begleitung", "in this stage since", "overdue since", world.organiser.name, "Besuchen"):
        assert words in card
    assert "1 overdue" in page


def test_a_full_column_leads_to_the_list_of_its_stage() -> None:
    world = World()
    for number in range(CARDS + 2):
        partner(world, f"Laden {number}")
    answer = world.client("organiser").get(URL)
    column = answer.context["columns"][0]
    assert (len(column.cards), column.count) == (CARDS, CARDS + 2)
    assert f'href="?ansicht=liste&amp;stand=anbahnung">See all {CARDS + 2}' in answer.content.decode()
    assert len(listed(world, "&stand=anbahnung")) == CARDS + 2
    page = world.client("organiser").get(f"{URL}?ansicht=liste&stand=anbahnung").content.decode()
    assert 'href="/quartiere/daheim/rundmails/neu/?stand=anbahnung">' in page


def test_the_list_is_ordered_by_stage_or_by_next_step() -> None:
    world = World()
    late, soon = partner(world, "Bald"), partner(world, "Später", Stage.TALKS)
    NextStepFactory(partnership=late, due_on=TODAY + timedelta(days=9))
    NextStepFactory(partnership=soon, due_on=TODAY + timedelta(days=3))
    assert listed(world, "&reihe=schritt") == ["Später", "Bald", "Bibliothek"]
    partner(world, "Danach")
    assert listed(world, "") == ["Bald", "Danach", "Später", "Bibliothek"]


def test_one_asks_for_a_person_for_what_is_due_for_a_stage_and_a_kind() -> None:
    world = World()
    colleague = PersonFactory()
    world.home.organisers.add(colleague)
    mine, hers, nobodys = (partner(world, name) for name in ("Meins", "Ihres", "Niemands"))
    NextStepFactory(partnership=mine, due_on=TODAY - timedelta(days=1), responsible=world.organiser)
    NextStepFactory(partnership=hers, due_on=TODAY, responsible=colleague)
    NextStepFactory(partnership=nobodys, responsible=world.other_organiser)
    assert {
        query: listed(world, query)
        for query in (
            "&person=ich",
            f"&person={colleague.pk}",
            "&person=niemand",
            "&schritt=ueberfaellig",
            "&schritt=woche",
            "&schritt=ohne",
            "&stand=laufend",
            "&art=netzwerk",
        )
    } == {
        "&person=ich": ["Meins"],
        f"&person={colleague.pk}": ["Ihres"],
        "&person=niemand": ["Niemands"],
        "&schritt=ueberfaellig": ["Meins"],
        "&schritt=woche": ["Ihres"],
        "&schritt=ohne": ["Bibliothek"],
        "&stand=laufend": ["Bibliothek"],
        "&art=netzwerk": [],
    }
    page = world.client("organiser").get(f"{URL}?ansicht=liste&reihe=schritt&person=ich&art=unsinn").content.decode()
    assert '<input type="hidden" name="ansicht" value="liste">' in page
    assert 'href="?ansicht=liste&amp;reihe=schritt"' in page
    assert "unsinn" in page
    assert 'href="?person=ich">Board' in page


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [("", 9), ("?ansicht=liste", 8)])
def test_it_asks_the_same_number_of_questions(query: str, queries: int, rows: int, django_assert_num_queries) -> None:
    world = World()
    for number in range(rows):
        row = partner(world, f"Laden {number}")
        row.remember("", by=None)
        NextStepFactory(partnership=row, responsible=world.organiser)
    client = world.client("organiser")
    with django_assert_num_queries(queries):
        client.get(URL + query)


@pytest.mark.parametrize(
    "path", [URL, f"{URL}?ansicht=liste", "/partnerschaften/", "/uebersicht/", "/quartiere/daheim/rundmails/"]
)
def test_no_list_loads_the_outline_of_a_quartier(path: str) -> None:
    """It has thousands of points, once for each row."""
    world = World()
    partnership = partner(world, "Laden")
    NextStepFactory(partnership=partnership, responsible=world.organiser, due_on=TODAY - timedelta(days=1))
    RoundMailFactory(neighbourhood=world.home, by=world.organiser)
    client = world.client("organiser")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    assert [query["sql"] for query in asked if '"partners_neighbourhood"."boundary"' in query["sql"]] == []
