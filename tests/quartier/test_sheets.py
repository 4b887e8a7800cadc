"""A partner's own sheet: what it gave and gained in one period, who reads it, and the table that it takes along."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags
from openpyxl import load_workbook

from partners.models import Actor, Person, ResourceCategory
from projects.models import Contribution, ContributionTally, Participation, Side, totals, totals_in
from quartier import sheets
from quartier.sheets import Period, sheet_of
from quartier.views import sheets as views
from tests.factories import (
    ActorFactory,
    AdminFactory,
    BenefitFactory,
    ContributionFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
)
from tests.quartier.readers import reader

pytestmark = pytest.mark.django_db
PAGE = "/akteure/treff/geben-und-nehmen/"
TABLE = f"{PAGE}liste.xlsx"
YEAR = "?von=2026-01-01&bis=2026-12-31"
State = Contribution.State
IN_2026 = datetime(2026, 6, 1, 12, tzinfo=UTC)


class World:
    """A place with its team and its organiser, in a project of another Quartier that somebody else leads."""

    def __init__(self) -> None:
        self.organiser, self.member = PersonFactory(), PersonFactory()
        self.here = NeighbourhoodFactory(organisers=[self.organiser])
        self.actor = ActorFactory(name="Treff", slug="treff", neighbourhoods=[self.here])
        MembershipFactory(actor=self.actor, person=self.member)
        self.project = ProjectFactory(title="Café", neighbourhoods=[NeighbourhoodFactory()])
        self.part = ParticipationFactory(project=self.project, actor=self.actor)

    def give(self, title: str, part: Participation | None = None, **values: Any) -> Contribution:
        values = {"recorded_at": IN_2026} | values
        return ContributionFactory(participation=part or self.part, title=title, **values)

    def sheet(self, person: Person | None = None, period: Period | None = None) -> sheets.Sheet:
        return sheet_of(self.actor, user=person or self.member, period=period or Period.of_year(2026))


def titles(column: sheets.Column) -> list[str]:
    return [entry.row.title for entry in column.entries]


def test_each_kind_keeps_its_own_unit_and_planned_and_delivered_stand_apart():
    world = World()
    rooms = {"category": ResourceCategory.ROOMS}
    world.give("Saal", planned_quantity=4, **rooms)
    world.give("Garten", state=State.DELIVERED, planned_quantity=3, delivered_quantity=Decimal("2.5"), **rooms)
    disputed = {"state": State.DELIVERED, "delivered_quantity": 6, "objection": "Es waren vier."}
    world.give("Theke", **disputed)
    world.give("Brief", category=ResourceCategory.REACH, unit="empfaenger", planned_quantity=300)
    world.give("Nie", state=State.WITHDRAWN, planned_quantity=99)
    given = world.sheet().given
    assert [
        (one.category, one.entries, one.planned, one.delivered, one.unconfirmed, one.contested) for one in given.totals
    ] == [
        ("raeume", 2, Decimal(7), Decimal("2.5"), Decimal("2.5"), None),
        ("zeit_ehrenamt", 1, None, Decimal(6), None, Decimal(6)),
        ("reichweite", 1, Decimal(300), None, None, None),
    ]
    assert titles(given) == ["Saal", "Garten", "Theke", "Brief"]
    page = unescape(reader(world.member).get(PAGE + YEAR).text)
    assert [text in page for text in ("7 hours", "of it disputed: 6 hours", "300 recipients", "Nie")] == [
        True,
        True,
        True,
        False,
    ]


def test_the_database_adds_up_what_the_ledger_adds_up():
    world = World()
    for state in State.values:
        for category, unit in (("raeume", "stunden"), ("geld", "eur"), ("daten", "")):
            numbers = {"planned_quantity": Decimal("0.1")} if unit else {}
            if unit and state in {State.DELIVERED, State.CONFIRMED}:
                numbers["delivered_quantity"] = Decimal("0.2")
            told = {"confirmed_at": timezone.now()} if state == State.CONFIRMED else {}
            world.give(state, category=category, unit=unit, state=state, **numbers, **told)
    world.give("Strittig", state=State.DELIVERED, objection="Nein.", delivered_quantity=Decimal("1.07"))
    rows = Contribution.objects.all()
    assert totals_in(rows.sums(), list) == totals_in(ContributionTally.objects.all().sums(), list) == totals(rows)


@pytest.mark.parametrize(
    ("start", "end", "recorded", "found"),
    [
        (None, None, datetime(2025, 12, 31, 22, 59, tzinfo=UTC), []),
        (None, None, datetime(2025, 12, 31, 23, 0, tzinfo=UTC), ["Eins"]),  # New Year in Berlin
        (None, None, datetime(2026, 12, 31, 22, 59, tzinfo=UTC), ["Eins"]),
        (None, None, datetime(2026, 12, 31, 23, 0, tzinfo=UTC), []),
        (date(2025, 1, 1), date(2025, 12, 31), IN_2026, []),
        (date(2025, 1, 1), date(2026, 1, 1), IN_2026, ["Eins, beyond"]),
        (date(2026, 12, 31), date(2027, 1, 1), IN_2026, ["Eins, beyond"]),
        (date(2025, 5, 1), date(2027, 5, 1), IN_2026, ["Eins, beyond"]),
        (date(2026, 1, 1), date(2026, 12, 31), IN_2026, ["Eins"]),
        (date(2025, 12, 31), None, IN_2026, []),
        (None, date(2026, 1, 1), IN_2026, ["Eins"]),
    ],
)
def test_a_contribution_belongs_to_the_period_by_its_days_else_by_the_day_it_was_entered(start, end, recorded, found):
    world = World()
    world.give("Eins", start_on=start, end_on=end, recorded_at=recorded)
    column = world.sheet().given
    assert [entry.row.title + ("" if entry.is_within else ", beyond") for entry in column.entries] == found
    assert column.count == len(found)
    by_hand = sheets.in_period(Contribution.objects.all(), Period.of_year(2026))
    assert column.totals == totals_in(by_hand.sums(), list)
    assert titles(world.sheet(period=Period()).given) == ["Eins"]


def test_it_is_open_where_no_day_is_given_and_this_year_unless_somebody_asks():
    world = World()
    for year in (2024, 2025, 2026):
        world.give(str(year), start_on=date(year, 7, 1))
    client = reader(world.member)

    def shown(query: str) -> list[str]:
        return titles(client.get(PAGE + query).context["sheet"].given)

    assert shown("?von=1.1.2025&bis=") == ["2025", "2026"]
    assert shown("?bis=31.12.2025") == ["2024", "2025"]
    assert shown("?von=&bis=") == ["2024", "2025", "2026"]
    answer = client.get(PAGE)
    assert answer.context["sheet"].period == Period.of_year(timezone.localdate().year)
    assert [(one.label, one.is_chosen) for one in answer.context["presets"]] == [
        ("This year", True),
        ("Last year", False),
        ("The whole time", False),
    ]


@pytest.mark.parametrize(
    ("query", "said", "kept"),
    [
        ("?von=2.1.2026&bis=1.1.2026", "The end lies before the beginning.", ["2.1.2026", "1.1.2026"]),
        ("?von=morgen&bis=1.1.2026", "Enter a valid date.", ["morgen", "1.1.2026"]),
        ("?von=31.2.2026", "Enter a valid date.", ["31.2.2026"]),
        ("?bis=1.1.0001", "This year cannot be right.", ["1.1.0001"]),
    ],
)
def test_a_wrong_period_is_said_in_a_sentence_and_stays_in_the_form(query, said, kept):
    world = World()
    world.give("Saal")
    client = reader(world.member)
    answer = client.get(PAGE + query)
    page = unescape(answer.text)
    assert (answer.status_code, "<title>Error: Give and gain: Treff" in page) == (200, True)
    assert said in page
    assert [f'value="{word}"' in page for word in kept] == [True] * len(kept)
    assert "Saal" not in page
    table = client.get(TABLE + query)
    assert (table.status_code, table["Location"]) == (302, PAGE + query)


@pytest.mark.parametrize(
    ("role", "status"),
    [("member", 200), ("organiser", 200), ("admin", 200), ("partner", 404), ("elsewhere", 404), ("visitor", 302)],
)
def test_its_team_and_its_organisers_read_it_and_nobody_else(role, status):
    world = World()
    world.give("Saal")
    people = {"member": world.member, "organiser": world.organiser, "admin": AdminFactory(), "visitor": None}
    other = ParticipationFactory(project=world.project).actor
    people |= {"partner": MembershipFactory(actor=other).person, "elsewhere": PersonFactory()}
    NeighbourhoodFactory(organisers=[people["elsewhere"]])
    client = reader(people[role])
    assert [client.get(path + YEAR).status_code for path in (PAGE, TABLE)] == [status] * 2
    assert (PAGE in client.get("/akteure/treff/").text) is (status == 200)


def test_the_overview_leads_there():
    world = World()
    assert PAGE in reader(world.member).get("/uebersicht/").text


def test_of_others_it_names_what_the_place_itself_may_read_whoever_reads():
    """The organiser of the project and an admin know more of the others than the place; its sheet does not."""
    world = World()
    elsewhere = world.project.neighbourhoods.get()
    elsewhere.organisers.add(world.organiser)
    open_part = ParticipationFactory(project=world.project, actor=ActorFactory(name="Bäckerei"))
    world.give("Brote", open_part)
    world.give("Geheime Brote", open_part, is_public=False)
    world.give("Zurückgezogenes", open_part, state=State.WITHDRAWN)
    world.give("Entwurf", ParticipationFactory(project=world.project, actor=ActorFactory(state="entwurf")))
    world.give("Nur gefragt", ParticipationFactory(project=world.project, state=Participation.State.INVITED))
    world.give("Anderswo", ParticipationFactory())
    asked = ParticipationFactory(actor=world.actor, state=Participation.State.INVITED)
    world.give("Wo nur gefragt ist", ParticipationFactory(project=asked.project))
    world.give("Eigenes, nicht öffentlich", is_public=False)
    for person in (world.member, world.organiser, AdminFactory()):
        sheet = world.sheet(person)
        assert (titles(sheet.brought), titles(sheet.given)) == (["Brote"], ["Eigenes, nicht öffentlich"])
        assert [total.entries for total in sheet.brought.totals] == [1]
    world.project.lead_actor = world.actor
    world.project.save()
    assert titles(world.sheet().brought) == ["Brote", "Geheime Brote"]


def test_an_organiser_reads_of_the_place_what_she_may_read_elsewhere():
    """In a project of another Quartier what the place gives and does not show stays between the two sides."""
    world = World()
    world.give("Offen")
    world.give("Zwischen uns", is_public=False)
    assert titles(world.sheet(world.organiser).given) == ["Offen"]
    assert titles(world.sheet(world.member).given) == ["Offen", "Zwischen uns"]


def test_the_benefit_stands_in_its_own_words_first():
    world = World()
    own = {"project": world.project, "actor": world.actor}
    BenefitFactory(**own, text="Vom Projekt gehört.", recorded_at=IN_2026)
    BenefitFactory(**own, text="Neue Gäste.", recorded_side=Side.ACTOR, recorded_at=IN_2026)
    BenefitFactory(**own, text="Früher.", recorded_at=datetime(2025, 12, 31, 22, 59, tzinfo=UTC))
    BenefitFactory(project=world.project, text="Der anderen.", recorded_at=IN_2026)
    assert [benefit.text for benefit in world.sheet().benefits] == ["Neue Gäste.", "Vom Projekt gehört."]
    page = unescape(reader(world.member).get(PAGE + YEAR).text)
    assert page.index("“Neue Gäste.”") < page.index("“Vom Projekt gehört.”") < page.index("noted by the project")


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (date(2027, 1, 1), None, 0),
        (date(2026, 12, 31), None, 1),
        (date(2025, 1, 1), date(2025, 12, 31), 0),
        (date(2025, 1, 1), date(2026, 1, 1), 1),
    ],
)
def test_a_partnership_stands_there_while_it_runs_with_what_each_side_brings_and_the_own_benefit(start, end, found):
    world = World()
    tie = PartnershipFactory(
        neighbourhood=world.here,
        quartier=world.actor,
        accompanying=ActorFactory(name="Verein"),
        start_on=start,
        end_on=end,
    )
    tie.parties.filter(actor=world.actor).update(brings="Den Saal.", expected_benefit="Ruf.", actual_benefit="Gäste.")
    tie.parties.exclude(actor=world.actor).update(brings="Musik.", expected_benefit="Geheime Hoffnung.")
    assert len(world.sheet().bonds) == found
    assert len(world.sheet(period=Period()).bonds) == 1
    page = unescape(reader(world.member).get(PAGE + YEAR).text)
    words = ("Den Saal.", "Ruf.", "Gäste.", "Musik.")
    assert [word in page for word in words] == [bool(found)] * 4
    assert "Geheime Hoffnung." not in page


def leaves(world: World, query: str = YEAR) -> dict[str, list[tuple[Any, ...]]]:
    answer = reader(world.member).get(TABLE + query)
    today = timezone.localdate().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="geben-und-nehmen-{today}.xlsx"'
    book = load_workbook(io.BytesIO(answer.content))
    return {leaf.title: list(leaf.iter_rows(values_only=True)) for leaf in book}


def test_the_table_holds_numbers_and_days_and_no_formula():
    world = World()
    delivered = {"state": State.DELIVERED, "planned_quantity": 3, "delivered_quantity": Decimal("2.25")}
    world.give("=1+1", start_on=date(2026, 3, 1), end_on=date(2027, 3, 2), objection="Nein.", **delivered)
    world.give("Brote", ParticipationFactory(project=world.project, actor=ActorFactory(name="@Bäckerei")))
    BenefitFactory(
        project=world.project, actor=world.actor, text="-Gäste", recorded_side=Side.ACTOR, recorded_at=IN_2026
    )
    tie = PartnershipFactory(neighbourhood=world.here, quartier=world.actor, accompanying=ActorFactory(name="Verein"))
    tie.parties.filter(actor=world.actor).update(brings="+Saal")
    book = leaves(world)
    assert list(book) == ["Sheet", "Sums", "Own contributions", "Brought by others", "Benefit in words", "Partnerships"]
    assert [row[1] for row in book["Sheet"][:4]] == [
        "Treff",
        "1 January 2026 to 31 December 2026",
        datetime(2026, 1, 1),  # noqa: DTZ001 (a day, as a spreadsheet holds it)
        datetime(2026, 12, 31),  # noqa: DTZ001
    ]
    assert book["Sums"][1:] == [
        ("Own contributions", "Volunteer time", "hours", 1, 3, 2.25, None, 2.25, None, 2.25),
        ("Brought by others", "Volunteer time", "hours", 1, None, None, None, None, None, None),
    ]
    key = Contribution.objects.get(title="=1+1").pk
    address = f"http://testserver/projekte/{world.project.slug}/?beitrag={key}#beitrag-{key}"
    days = (datetime(2026, 3, 1), datetime(2027, 3, 2), datetime(2026, 6, 1))  # noqa: DTZ001
    assert book["Own contributions"][1:] == [
        ("'=1+1", "Café", "Treff", "Volunteer time", 3, 2.25, "hours", *days, "delivered", "yes", "yes", address)
    ]
    assert book["Brought by others"][1][:3] == ("Brote", "Café", "'@Bäckerei")
    assert book["Benefit in words"][1][:2] == ("'-Gäste", "Café")
    assert [row[1:3] for row in book["Partnerships"][1:]] == [("Treff", "'+Saal"), ("Verein", None)]


def test_what_reaches_beyond_the_year_is_said_at_its_row_and_at_the_sums(monkeypatch):
    """It counts in full in both years: whoever adds two of them up knows what to take off."""
    world = World()
    delivered = {"state": State.DELIVERED, "delivered_quantity": Decimal("2.5")}
    turn = {"start_on": date(2026, 12, 1), "end_on": date(2027, 1, 31)}
    world.give("Über Silvester", **turn, **delivered)
    world.give("Mit Raum", category="raeume", unit="stunden", **turn, **delivered)
    world.give("Nur geplant", **turn)
    world.give("Im Sommer", start_on=date(2026, 7, 1), **delivered)
    client = reader(world.member)
    once = "If you add up two periods, take this off once: 2.5 hours (Rooms and spaces), 2.5 hours (Volunteer time)"
    for year in (2026, 2027):
        page = words_of(client.get(f"{PAGE}?von={year}-01-01&bis={year}-12-31"))
        assert page.count("reaches beyond the period, counts here in full") == 3
        assert "3 contributions reach beyond this period." in page
        assert once in page
    assert "beyond this period" not in words_of(client.get(f"{PAGE}?von=&bis="))
    monkeypatch.setattr(sheets, "MOST_SHOWN", 2)
    page = words_of(client.get(f"{PAGE}{YEAR}"))
    assert ("Some contributions reach beyond this period." in page, "take this off" in page) == (True, False)


def words_of(answer: Any) -> str:
    return " ".join(strip_tags(answer.content.decode()).split())


def test_the_page_shows_the_first_rows_and_the_table_all_of_them(monkeypatch):
    world = World()
    for title in ("Eins", "Zwei", "Drei"):
        world.give(title, planned_quantity=1)
    monkeypatch.setattr(sheets, "MOST_SHOWN", 2)
    answer = reader(world.member).get(PAGE + YEAR)
    assert titles(answer.context["sheet"].given) == ["Eins", "Zwei"]
    assert answer.context["sheet"].given.totals[0].planned == 3
    assert "Of each list only the first rows stand here." in answer.text
    assert [row[0] for row in leaves(world)["Own contributions"][1:]] == ["Eins", "Zwei", "Drei"]
    monkeypatch.setattr(views, "MOST_ROWS", 2)
    table = reader(world.member).get(TABLE + YEAR)
    assert (table.status_code, table["Location"]) == (302, PAGE + YEAR)
    page = reader(world.member).get(PAGE + YEAR).text
    assert ("This is too much for one table." in page, TABLE in page) == (True, False)


def test_of_very_many_rows_only_a_few_stand_on_the_page(monkeypatch):
    """The first in the order of the sheet, wherever they are: a few projects are looked at after the other."""
    world = World()
    for title in ("Zirkus", "Ausflug", "Brunnen"):
        part = ParticipationFactory(project=ProjectFactory(title=title, neighbourhoods=[world.here]), actor=world.actor)
        if title != "Ausflug":
            for number in (2, 1):
                world.give(f"{title} {number}", part, planned_quantity=1, start_on=date(2026, 1, number))
    monkeypatch.setattr(sheets, "VERY_MANY", 3)
    monkeypatch.setattr(sheets, "FIRST", 3)
    monkeypatch.setattr(sheets, "PROJECTS", 1)
    for query in (YEAR, "?von=2.1.2025&bis=30.12.2026"):
        answer = reader(world.member).get(PAGE + query)
        assert titles(answer.context["sheet"].given) == ["Brunnen 1", "Brunnen 2", "Zirkus 1"]
        assert answer.context["sheet"].given.totals[0].planned == 4
        assert "Of each list only the first rows stand here." in answer.text
    every = ["Brunnen 1", "Brunnen 2", "Zirkus 1", "Zirkus 2"]
    assert [row[0] for row in leaves(world)["Own contributions"][1:]] == every


def test_an_empty_sheet_says_why_and_where_to_look():
    world = World()
    page = reader(world.member).get(PAGE + "?von=&bis=").text
    assert "Nothing is entered yet" in page
    world.give("Saal")
    page = reader(world.member).get(PAGE + "?von=1.1.1990&bis=31.12.1990").text
    assert ("Nothing is entered for these days" in page, 'href="?von=&amp;bis="' in page) == (True, True)


def test_an_archived_place_keeps_its_sheet_and_a_merged_one_has_none():
    world = World()
    for state, status in (("archiviert", 200), ("zusammengefuehrt", 404)):
        Actor.objects.filter(pk=world.actor.pk).update(state=state)
        assert reader(world.member).get(PAGE).status_code == status


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_the_same_of_the_database_however_much_there_is(number):
    world = World()
    for _number in range(number):
        project = ProjectFactory(neighbourhoods=[world.here])
        world.give("Saal", ParticipationFactory(project=project, actor=world.actor))
        world.give("Brote", ParticipationFactory(project=project))
        BenefitFactory(project=project, actor=world.actor, recorded_at=IN_2026)
        PartnershipFactory(neighbourhood=world.here, quartier=world.actor, words=True)
    client = reader(world.member)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as page:
        client.get(PAGE + YEAR)
    with CaptureQueriesContext(connection) as table:
        client.get(TABLE + YEAR)
    assert (len(page), len(table)) == (12, 12)
