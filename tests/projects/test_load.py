"""Promised hours: from which day until which day a participation takes them, and how they add up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import Actor, Month, Promise, promises_of
from projects.models import Participation, Project, ProjectStep
from tests.factories import ActorFactory, ParticipationFactory, PartnershipFactory, ProjectFactory

pytestmark = pytest.mark.django_db
State = Participation.State


def span(part: Participation) -> tuple[date, date | None] | None:
    found = promises_of([part.actor_id])
    return (found[0].start, found[0].end) if found else None


def noted(part: Participation, day: datetime) -> Participation:
    Participation.objects.filter(pk=part.pk).update(created_at=day)
    return part


@pytest.mark.parametrize(
    ("own", "project", "expected"),
    [
        (
            (date(2026, 3, 2), date(2026, 6, 1)),
            (date(2026, 1, 1), date(2026, 12, 1)),
            (date(2026, 3, 2), date(2026, 6, 1)),
        ),
        ((date(2026, 3, 2), None), (date(2026, 1, 1), date(2026, 12, 1)), (date(2026, 3, 2), date(2026, 12, 1))),
        ((date(2026, 3, 2), date(2027, 2, 1)), (None, date(2026, 12, 1)), (date(2026, 3, 2), date(2027, 2, 1))),
        # Without a day of its own: noted at 23:30 UTC of the 4th, which is the 5th in Berlin.
        ((None, None), (date(2026, 1, 1), None), (date(2026, 5, 5), None)),
        ((None, None), (date(2026, 9, 1), None), (date(2026, 9, 1), None)),
        ((None, None), (None, None), (date(2026, 5, 5), None)),
    ],
    ids=["own days", "ends with the project", "longer than the project", "from when noted", "project later", "no days"],
)
def test_it_takes_hours_from_a_day_until_a_day(own, project, expected):
    start, end = project
    part = ParticipationFactory(
        project=ProjectFactory(start_on=start, end_on=end), start_on=own[0], end_on=own[1], hours_per_month=4
    )
    noted(part, datetime(2026, 5, 4, 23, 30, tzinfo=UTC))
    assert span(part) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("idee", None),
        ("planung", (date(2026, 2, 1), date(2026, 9, 30))),
        ("laufend", (date(2026, 2, 1), date(2026, 9, 30))),
        ("abgeschlossen", (date(2026, 2, 1), date(2026, 7, 10))),
        ("abgebrochen", (date(2026, 2, 1), date(2026, 7, 10))),
        ("verstetigt", (date(2026, 2, 1), None)),
    ],
)
def test_a_project_takes_time_until_it_is_closed_and_one_that_goes_on_for_good_goes_on(state, expected):
    project = ProjectFactory(state=state, start_on=date(2026, 2, 1), end_on=date(2026, 9, 30))
    for target, day in (("laufend", 1), ("abgeschlossen" if state == "verstetigt" else state, 10)):
        step = ProjectStep.objects.create(project=project, to_state=target)
        ProjectStep.objects.filter(pk=step.pk).update(at=datetime(2026, 7, day, 9, tzinfo=UTC))
    assert span(ParticipationFactory(project=project, start_on=date(2026, 2, 1), hours_per_month=4)) == expected


@pytest.mark.parametrize(
    ("state", "values", "counts"),
    [
        (State.INVITED, {}, False),
        (State.AGREED, {}, True),
        (State.ENDED, {"end_on": date(2026, 6, 30)}, True),
        (State.ENDED, {"is_declined": True}, False),
    ],
)
def test_only_what_was_agreed_counts(state, values, counts):
    part = ParticipationFactory(state=state, start_on=date(2026, 5, 1), hours_per_month=4, **values)
    assert bool(promises_of([part.actor_id])) is counts


def test_a_month_counts_whole_if_the_tie_runs_on_one_day_of_it():
    promise = Promise(Project(), 1, Decimal(6), date(2026, 1, 31), date(2026, 3, 1))
    hours = {month: promise.hours_in(Month(2026, month)) for month in (1, 2, 3, 4)}
    assert hours == {1: 6, 2: 6, 3: 6, 4: 0}
    assert promise.hours_in(Month(2025, 12)) == 0


def test_a_month_of_rest_takes_nothing():
    rests = ((date(2026, 2, 15), date(2026, 4, 30)),)
    promise = Promise(Project(), 1, Decimal(6), date(2026, 1, 1), None, rests)
    assert [promise.hours_in(Month(2026, month)) for month in range(1, 6)] == [6, 6, 0, 0, 6]


def test_a_plan_shows_three_months_before_and_nine_after():
    months = Month.around(date(2027, 1, 20))
    assert (len(months), months[0], months[3], months[-1]) == (13, Month(2026, 10), Month(2027, 1), Month(2027, 10))
    assert (months[4].first, months[4].last) == (date(2027, 2, 1), date(2027, 2, 28))


def test_a_partnership_and_a_participation_are_two_promises():
    actor = ActorFactory()
    tie = PartnershipFactory(quartier=actor, start_on=date(2026, 1, 1), end_on=date(2026, 4, 2))
    tie.parties.filter(actor=actor).update(hours_per_month="2.25")
    ParticipationFactory(actor=actor, start_on=date(2026, 4, 1), hours_per_month="0.10")
    ParticipationFactory(actor=actor, start_on=date(2026, 4, 1), hours_per_month="0.20")
    ParticipationFactory(actor=actor, start_on=date(2026, 4, 1))
    ParticipationFactory(start_on=date(2026, 4, 1), hours_per_month=100)
    counted = {
        month: Actor.objects.with_promised_hours(Month(2026, month)).get(pk=actor.pk).promised_hours
        for month in (3, 4, 5)
    }
    assert counted == {3: Decimal("2.25"), 4: Decimal("2.55"), 5: Decimal("0.30")}


@pytest.mark.parametrize(("stated", "named"), [("0.30", False), ("0.29", True), (None, False), ("0", True)])
def test_who_promised_more_than_it_states_is_found_to_the_cent(stated, named):
    actor = ActorFactory(network_hours=stated)
    for hours in ("0.10", "0.20"):
        ParticipationFactory(actor=actor, start_on=date(2026, 4, 1), hours_per_month=hours)
    found = Actor.objects.promising_too_much(Month(2026, 4))
    assert list(found) == ([actor] if named else [])


DAYS = st.dates(date(2026, 1, 1), date(2026, 6, 30)) | st.none()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    own=st.tuples(DAYS, DAYS),
    project=st.tuples(DAYS, DAYS),
    state=st.sampled_from(list(Project.State)),
    month=st.integers(1, 8),
)
def test_the_sum_of_the_database_is_the_sum_of_the_rows(own, project, state, month):
    """The two ways of counting, for one actor and for many, always say the same."""

    def ordered(days):
        return sorted(days) if None not in days else days

    (first, last), (begin, end) = ordered(own), ordered(project)
    row = ProjectFactory(start_on=begin, end_on=end, state=state)
    part = ParticipationFactory(project=row, start_on=first, end_on=last, hours_per_month="2.50")
    noted(part, datetime(2026, 3, 3, 9, tzinfo=UTC))
    asked = Month(2026, month)
    one_by_one = sum((promise.hours_in(asked) for promise in promises_of([part.actor_id])), Decimal(0))
    assert Actor.objects.with_promised_hours(asked).get(pk=part.actor_id).promised_hours == one_by_one
