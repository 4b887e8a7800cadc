"""What contributions add up to is kept beside them, whichever way they are written, and by however many at once."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from projects.models import Contribution, ContributionTally, Participation, totals, totals_in
from projects.models.counting import Sort
from tests.factories import (
    ActorFactory,
    ContributionFactory,
    MembershipFactory,
    ParticipationFactory,
    PersonFactory,
)
from tests.projects.test_races import at_once
from tests.sums import kept, wrong

State = Contribution.State
HOURS = Decimal("4.50")


def give(part: Participation, **values: Any) -> Contribution:
    told = {"category": "raeume", "unit": "stunden", "planned_quantity": HOURS, "start_on": date(2026, 3, 1)}
    return ContributionFactory(participation=part, **told | values)


def sort_of(part: Participation, **values: Any) -> Sort:
    told = {"category": "raeume", "state": "geplant", "is_public": True, "is_contested": False}
    return Sort(part.pk, **told | {"first_year": 2026, "last_year": 2026} | values)


def planned() -> dict[Sort, tuple[int, int, Decimal]]:
    return {sort: (amount.entries, amount.planned_entries, amount.planned) for sort, amount in kept().items()}


@pytest.mark.django_db
def test_each_counts_in_its_years_and_only_a_quantity_that_was_named():
    part = ParticipationFactory()
    give(part)
    give(part, end_on=date(2027, 1, 2), is_public=False)
    give(part, start_on=None, end_on=date(2024, 2, 1), planned_quantity=None)
    # Entered on the last evening of the year by the clock of London, and after midnight by the one of Berlin.
    give(part, start_on=None, recorded_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    assert planned() == {
        sort_of(part): (2, 2, 2 * HOURS),
        sort_of(part, last_year=2027, is_public=False): (1, 1, HOURS),
        sort_of(part, first_year=2024, last_year=2024): (1, 0, Decimal(0)),
    }


def deliver(row: Contribution) -> None:
    row.promise(by=None)
    row.deliver(by=None, side="projekt", quantity=Decimal("3.25"))


def object_to(row: Contribution) -> None:
    deliver(row)
    row.object_to(by=None, reason="Es waren zwei.")


def by_save(row: Contribution) -> None:
    row.category, row.unit, row.planned_quantity = "geld", "eur", Decimal("0.10")
    row.save()


def by_part_of_a_save(row: Contribution) -> None:
    row.is_public = False
    row.save(update_fields=["is_public"])


def by_bulk_update(row: Contribution) -> None:
    row.start_on = date(2023, 5, 5)
    Contribution.objects.bulk_update([row], ["start_on"])


def by_bulk_create(row: Contribution) -> None:
    Contribution.objects.bulk_create(
        [Contribution(participation=row.participation, category="daten", title="Zahlen") for _number in range(3)]
    )


def into_another(row: Contribution) -> None:
    row.participation.contributions.update(participation=ParticipationFactory(project=row.participation.project))


def rolled_back(row: Contribution) -> None:
    with transaction.atomic():
        give(row.participation, category="geld", unit="eur")
        row.delete()
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [
        deliver,
        object_to,
        by_save,
        by_part_of_a_save,
        by_bulk_update,
        by_bulk_create,
        into_another,
        rolled_back,
        lambda row: row.withdraw(by=None),
        lambda row: Contribution.objects.update(planned_quantity=None),
        lambda row: row.delete(),
        lambda row: Contribution.objects.filter(pk=row.pk).delete(),
    ],
)
def test_whichever_way_it_is_written_the_sums_are_those_of_the_rows(act: Callable[[Contribution], Any]):
    part = ParticipationFactory()
    row, _other = give(part), give(part, planned_quantity=Decimal(7))
    before = kept()
    assert len(before) == 1
    act(row)
    assert not wrong()
    assert (kept() == before) == (act is rolled_back)


@pytest.mark.django_db
def test_lines_stay_few_and_empty_ones_go():
    part = ParticipationFactory()
    rows = [give(part) for _number in range(5)]
    assert ContributionTally.objects.count() == 1
    for row in rows:
        row.promise(by=None)
    [line] = ContributionTally.objects.all()
    assert (line.state, line.entries, line.planned) == ("zugesagt", 5, 5 * HOURS)
    Contribution.objects.all().delete()
    assert not ContributionTally.objects.exists()


@pytest.mark.django_db
def test_what_does_not_count_costs_nothing():
    row = give(ParticipationFactory())
    with CaptureQueriesContext(connection) as asked:
        row.save(update_fields=["title"])
        Contribution.objects.update(version=2)
    assert not [one for one in asked if "tally" in one["sql"]]


@pytest.mark.django_db
def test_a_reader_finds_the_sums_of_what_she_may_read():
    """Everybody what is public and not withdrawn, its own team all of it."""
    part, member = ParticipationFactory(actor=ActorFactory(name="Bücherei")), PersonFactory()
    MembershipFactory(actor=part.actor, person=member)
    for values in ({}, {"is_public": False}, {"state": State.WITHDRAWN}):
        give(part, **values)
    give(ParticipationFactory(project=part.project))
    read = {}
    for who in (AnonymousUser(), PersonFactory(), member):
        rows = Contribution.objects.all().of([part.pk], who)
        sums = list(ContributionTally.objects.all().of([part.pk], who).sums())
        assert totals_in(sums, list) == totals_in(rows.sums(), list) == totals(rows)
        read[who] = (sum(one["number"] for one in sums), [one.planned for one in totals(rows)])
    assert [*read.values()] == [(1, [HOURS]), (1, [HOURS]), (3, [2 * HOURS])]


@pytest.mark.django_db
def test_what_came_another_way_is_counted_by_a_command_and_by_the_upgrade():
    part = ParticipationFactory()
    give(part)
    right = kept()
    upgrade = importlib.import_module("projects.migrations.0019_sums_of_contributions")

    def run_command() -> None:
        said = StringIO()
        call_command("rebuild_sums", stdout=said)
        assert said.getvalue() == "1 contributions in 1 sums\n"

    def run_upgrade() -> None:
        upgrade.count(apps, SimpleNamespace(connection=connection))

    for mend in (run_command, run_upgrade):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE projects_contribution SET planned_quantity = planned_quantity + 1")
        assert wrong()
        mend()
        assert not wrong()
        Contribution.objects.update(planned_quantity=HOURS)
        assert kept() == right


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(5))
def test_whoever_writes_at_the_same_moment_waits_for_nobody_and_every_one_counts(_time: int):
    """Two add, one moves on what a third deletes; what stays in several lines is one again with the next that is written."""
    part = ParticipationFactory()
    rows = [give(part) for _number in range(4)]

    def promise() -> None:
        Contribution.objects.get(pk=rows[0].pk).promise(by=None)

    at_once(
        lambda: give(part), lambda: give(part), promise, lambda: Contribution.objects.filter(pk=rows[1].pk).delete()
    )
    assert not wrong()
    assert planned() == {sort_of(part): (4, 4, 4 * HOURS), sort_of(part, state="zugesagt"): (1, 1, HOURS)}
    give(part)
    assert ContributionTally.objects.filter(state="geplant").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(5))
def test_of_two_changes_to_one_both_are_taken_off_and_put_on(_time: int):
    """The second reads what the first one left, not what stood there before."""
    row = give(ParticipationFactory())
    at_once(
        lambda: Contribution.objects.filter(pk=row.pk).update(planned_quantity=Decimal(9)),
        lambda: Contribution.objects.filter(pk=row.pk).update(is_public=False),
        lambda: Contribution.objects.filter(pk=row.pk).update(start_on=date(2020, 1, 1)),
    )
    assert not wrong()
    changed = {"is_public": False, "first_year": 2020, "last_year": 2020}
    assert planned() == {sort_of(row.participation, **changed): (1, 1, Decimal("9.00"))}
