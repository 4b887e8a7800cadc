"""The promised hours of an actor month by month, and who may read them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partners.models import Actor, Month, Person
from projects.models import Project
from quartier.loads import load_of
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    ParticipationOverrideFactory,
    PartnershipFactory,
    PartnershipOverrideFactory,
    PersonFactory,
    ProjectFactory,
)
from tests.quartier.readers import reader

pytestmark = pytest.mark.django_db
PAGE = "/akteure/treff/auslastung/"


class World:
    def __init__(self, **values) -> None:
        self.organiser, self.member = PersonFactory(), PersonFactory()
        self.here = NeighbourhoodFactory(organisers=[self.organiser])
        self.actor = ActorFactory(name="Treff", slug="treff", neighbourhoods=[self.here], **values)
        MembershipFactory(actor=self.actor, person=self.member)

    def read(self, person: Person) -> str:
        return unescape(reader(person).get(PAGE).text)

    def promise(self, hours: str | None, *, title: str = "Café", first: date | None = None, **values):
        project = ProjectFactory(title=title, neighbourhoods=[self.here], **values)
        start = first or Month.present().later(-6).first
        return ParticipationFactory(project=project, actor=self.actor, start_on=start, hours_per_month=hours)


def bars(page: str) -> list[str]:
    found = re.findall(
        r'<span class="amount">([^<]+)</span>', page.split('class="load-months"')[1].split("</ul>", maxsplit=1)[0]
    )
    return [one.removesuffix(" hours").removesuffix(" hour") for one in found]


def cells(page: str, row: str) -> list[str]:
    line = next(one for one in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if row in one)
    return re.findall(r'<td class="number">([^<]*)</td>', line)


def test_the_table_has_the_numbers_of_the_bars_and_the_ties_they_come_from():
    world = World(network_hours=10)
    present = Month.present()
    world.promise("4.50", title="Café", first=present.first)
    world.promise("8", title="Garten", first=present.later(2).first)
    world.promise(None, title="Chor")
    tie = PartnershipFactory(
        neighbourhood=world.here,
        quartier=world.actor,
        accompanying=ActorFactory(name="Ouishare"),
        start_on=present.later(-1).first,
        end_on=present.later(1).last,
    )
    tie.parties.filter(actor=world.actor).update(hours_per_month=2)
    tie.parties.exclude(actor=world.actor).update(hours_per_month="98.75")
    for person in (world.member, world.organiser):
        page = world.read(person)
        assert bars(page) == ["0", "0", "2", "6.5", "6.5", *["12.5"] * 8]
        assert cells(page, ">Promised<") == bars(page)
        assert cells(page, ">Stated<") == ["10"] * 13
        assert cells(page, "Café") == [*["0"] * 3, *["4.5"] * 10]
        assert cells(page, "Garten") == [*["0"] * 5, *["8"] * 8]
        assert cells(page, "Ouishare") == [*["0"] * 2, *["2"] * 3, *["0"] * 8]
        assert cells(page, "Chor") == ["–"] * 13
        assert page.count("2.5 hours more than stated") == 8
        assert "More hours are promised than stated." in page
        assert "98.75" not in page
        assert "Whoever means the same hours enters them in one of the two" in page


def test_it_never_says_full_for_the_place_itself():
    """What is computed stands beside what is stated, and does not replace it."""
    world = World(network_hours=1, capacity="frei")
    world.promise("8")
    assert "That is a hint, no more" in world.read(world.member)
    assert "has room for something new" in world.read(world.member)
    assert Actor.objects.get(pk=world.actor.pk).capacity == "frei"


def test_who_promised_nothing_reads_so():
    world = World()
    assert "Nothing is promised in these months." in world.read(world.member)
    world.promise(None)
    assert "nobody has said yet how many hours they take" in world.read(world.member)
    assert "Of one tie nobody has said how many hours it takes." in world.read(world.member)


@pytest.mark.parametrize("role", ["visitor", "stranger", "partner", "elsewhere"])
def test_nobody_else_reads_it_nor_meets_a_number_of_it(role):
    world = World(network_hours=Decimal("61.15"), capacity="begrenzt")
    world.promise("73.75")
    tie = PartnershipFactory(neighbourhood=world.here, quartier=world.actor)
    tie.parties.filter(actor=world.actor).update(hours_per_month="85.5")
    person = None if role == "visitor" else PersonFactory()
    if role == "partner":
        MembershipFactory(person=person, actor=tie.parties.exclude(actor=world.actor).get().actor)
    if role == "elsewhere":
        NeighbourhoodFactory(organisers=[person])
    client = reader(person)
    assert client.get(PAGE).status_code == (302 if role == "visitor" else 404)
    project = Project.objects.get()
    pages = [
        "/akteure/",
        "/akteure/treff/",
        "/partnerschaften/",
        tie.get_absolute_url(),
        project.get_absolute_url(),
        "/",
    ]
    # Also their sum and what is too much of it; none is a whole number, for names and the picture have those by chance.
    numbers = ("61.15", "73.75", "85.5", "159.25", "98.1")
    read = re.sub(r"<[^>]*>", " ", "".join(client.get(path).text for path in pages))
    assert not [number for number in numbers if number in read]
    assert "auslastung" not in read


def test_a_tie_that_the_reader_may_not_see_counts_without_its_name():
    """An idea of another Quartier, with a place that is a draft in a partnership there: hours, no names."""
    world = World(network_hours=10)
    hidden = ActorFactory(name="Geheimbund", state="entwurf")
    tie = PartnershipFactory(quartier=hidden, accompanying=world.actor, start_on=Month.present().first)
    tie.parties.filter(actor=world.actor).update(hours_per_month=3)
    PartnershipOverrideFactory(partnership=tie, actor=world.actor, reason="Eilt.")
    page = world.read(world.organiser)
    assert cells(page, "A partnership that you may not see") == [*["0"] * 3, *["3"] * 10]
    assert "Eilt." in page
    assert "Geheimbund" not in page
    assert "Geheimbund" in world.read(world.member)


def test_an_archived_place_keeps_its_page_and_a_merged_one_has_none():
    world = World(state="archiviert")
    assert reader(world.member).get(PAGE).status_code == 200
    Actor.objects.filter(pk=world.actor.pk).update(state="zusammengefuehrt")
    assert reader(world.member).get(PAGE).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_the_same_of_the_database_however_much_there_is(number):
    world = World(network_hours=10)
    for _number in range(number):
        part = world.promise("2")
        ParticipationOverrideFactory(participation=part, by=world.organiser)
        tie = PartnershipFactory(neighbourhood=world.here, quartier=world.actor)
        PartnershipOverrideFactory(partnership=tie, actor=world.actor, by=world.organiser)
    client: Client = reader(world.organiser)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert len(queries) == 17


def test_months_turn_in_berlin():
    """At half past midnight of the first, Berlin is in the new month already, UTC is not."""
    world = World()
    load = load_of(world.actor, user=world.member, today=date(2026, 12, 31) + timedelta(days=1))
    assert [column.month for column in load.columns if column.is_present] == [Month(2027, 1)]
    assert timezone.get_current_timezone_name() == "Europe/Berlin"
