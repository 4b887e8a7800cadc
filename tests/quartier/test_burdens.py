"""Who carries how much in a Quartier: in the order of care, for its organisers, and the same as a table."""

from __future__ import annotations

import io
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from partners.models import Month, Neighbourhood
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
)
from tests.quartier.readers import reader

pytestmark = pytest.mark.django_db
PAGE = "/quartiere/sendling/lastenverteilung/"


@pytest.fixture
def here() -> Neighbourhood:
    return NeighbourhoodFactory(slug="sendling", organisers=[PersonFactory()])


def place(here: Neighbourhood, name: str, *hours: str | None, **values):
    actor = ActorFactory(name=name, neighbourhoods=[here], **values)
    for one in hours:
        ParticipationFactory(actor=actor, start_on=Month.present().first, hours_per_month=one)
    return actor


def everybody(here: Neighbourhood) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    place(here, "Zeder", "4", "4.50", network_hours=8)
    place(here, "Ahorn", "1", capacity="ausgelastet", network_hours=0)
    place(here, "Birke", "99", network_hours=99, capacity="ausgelastet")
    place(here, "Eiche", capacity="ruht", resting_until=timezone.localdate())
    place(here, "Linde", "2", network_hours=2)
    tied = place(here, "Kiefer", capacity="frei")
    tie = PartnershipFactory(neighbourhood=here, quartier=tied, accompanying=ActorFactory())
    tie.parties.filter(actor=tied).update(hours_per_month="2.75")
    place(here, "Fichte", capacity="frei")
    place(here, "Buche", network_hours=5)
    place(here, "Weide", capacity="ruht", resting_until=yesterday)
    ended = place(here, "Pappel")
    ParticipationFactory(actor=ended, start_on=yesterday - timedelta(days=99), end_on=Month.present().later(-1).last)
    ActorFactory(name="Anderswo")
    ActorFactory(name="Archiv", neighbourhoods=[here], state="archiviert")


def standing(client, query: str = "") -> list[tuple[str, str]]:
    lines = client.get(f"{PAGE}{query}").context["lines"]
    return [(line.actor.name, line.burden.standing.value) for line in lines]


def test_the_order_is_one_of_care_and_inside_it_of_names(here):
    everybody(here)
    client = reader(here.organisers.get())
    assert standing(client) == [
        ("Ahorn", "zu-viel"),
        ("Zeder", "zu-viel"),
        ("Birke", "voll"),
        ("Eiche", "voll"),
        ("Kiefer", "traegt"),
        ("Linde", "traegt"),
        ("Buche", "frei"),
        ("Fichte", "frei"),
        ("Pappel", "offen"),
        ("Weide", "offen"),
    ]
    page = unescape(client.get(PAGE).text)
    assert [
        text in page for text in ("8.5 hours promised", "2.75 hours promised", "2 participations", "1 partnership")
    ] == [True] * 4


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?lage=zu-viel", ["Ahorn", "Zeder"]),
        ("?lage=frei&lage=voll", ["Birke", "Eiche", "Buche", "Fichte"]),
        ("?kapazitaet=ruht", ["Eiche"]),
        ("?kapazitaet=frei&lage=frei", ["Fichte"]),
        ("?bereich=bildung&lage=zu-viel", ["Ahorn", "Zeder"]),
        ("?bereich=kultur", []),
        ("?lage=mars&lage=zu-viel", ["Ahorn", "Zeder"]),
    ],
)
def test_its_filters_narrow_it_and_the_table_is_the_same(here, query, names):
    everybody(here)
    client = reader(here.organisers.get())
    assert [name for name, _standing in standing(client, query)] == names
    book = load_workbook(io.BytesIO(client.get(f"{PAGE}liste.xlsx{query}").content))
    assert [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)] == names


def test_the_table_holds_numbers_that_can_be_added_up(here):
    place(here, "=Zeder", "4", "4.50", network_hours=8, capacity="begrenzt")
    place(here, "Linde")
    client = reader(here.organisers.get())
    answer = client.get(f"{PAGE}liste.xlsx")
    assert answer["Content-Disposition"] == (
        f'attachment; filename="lastenverteilung-{timezone.localdate().isoformat()}.xlsx"'
    )
    heading, *rows = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert heading[:5] == ("Name", "Standing", "Promised hours a month", "Stated hours a month", "Participations")
    assert rows[0][:7] == ("'=Zeder", "More is promised than stated", 8.5, 8, 2, 0, "has little room")
    assert rows[1][:7] == ("Linde", "No tie yet, and nothing stated", 0, None, 0, 0, None)
    assert rows[1][8] == "http://testserver/akteure/" + rows[1][8].split("/akteure/")[1]


@pytest.mark.parametrize(
    ("role", "status"), [("organiser", 200), ("admin", 200), ("partner", 404), ("elsewhere", 404), ("visitor", 302)]
)
def test_only_its_own_organisers_read_it(here, role, status):
    actor = place(here, "Zeder", "4")
    people = {"organiser": here.organisers.get(), "admin": PersonFactory(is_staff=True), "visitor": None}
    people |= {"partner": MembershipFactory(actor=actor).person, "elsewhere": PersonFactory()}
    NeighbourhoodFactory(organisers=[people["elsewhere"]])
    client = reader(people[role])
    assert [client.get(path).status_code for path in (PAGE, f"{PAGE}liste.xlsx")] == [status] * 2
    linked = "lastenverteilung" in client.get("/quartiere/sendling/").text
    assert linked is (status == 200)


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_the_same_of_the_database_however_many_there_are(here, number):
    for _number in range(number):
        tied = place(here, f"Zeder {_number}", "4", network_hours=8)
        PartnershipFactory(neighbourhood=here, quartier=tied, accompanying=ActorFactory())
    client = reader(here.organisers.get())
    client.get(PAGE)
    with CaptureQueriesContext(connection) as page:
        client.get(PAGE)
    with CaptureQueriesContext(connection) as table:
        client.get(f"{PAGE}liste.xlsx")
    assert (len(page), len(table)) == (7, 7)


def test_an_empty_quartier_says_what_comes_here(here):
    client = reader(here.organisers.get())
    assert "Nobody is entered here yet" in client.get(PAGE).text
    place(here, "Linde")
    assert "Nothing fits this" in client.get(f"{PAGE}?kapazitaet=frei").text


@pytest.mark.parametrize(("role", "number"), [("member", 1), ("organiser", 2), ("stranger", 0)])
def test_the_overview_tells_a_team_and_its_organisers(here, role, number):
    zeder = place(here, "Zeder", "4", "4.50", network_hours=8)
    place(here, "Ulme", "9", network_hours=8)
    place(here, "Linde", "8", network_hours=8)
    place(here, "Archivbaum", "9", network_hours=8, state="archiviert")
    people = {"organiser": here.organisers.get(), "member": MembershipFactory(actor=zeder).person}
    client = reader(people.get(role) or PersonFactory())
    piles = {
        pile.key: (pile.count, [str(row) for row in pile.first]) for pile in client.get("/uebersicht/").context["piles"]
    }
    assert piles.get("auslastung") == ((number, ["Ulme", "Zeder"][-number:]) if number else None)
    assert len(client.get("/uebersicht/?liste=auslastung").context["page"].object_list) == number
