"""Promised hours of partnerships: which days they take, and that a rest takes none."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.models import Actor, Month, Partnership, StageChange, promises_of
from tests.factories import ActorFactory, PartnershipFactory, PersonFactory

pytestmark = pytest.mark.django_db
Stage = Partnership.Stage


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def tie(hours: str | None = "4", **values) -> Partnership:
    partnership = PartnershipFactory(quartier=ActorFactory(), **values)
    partnership.parties.filter(side="quartier").update(hours_per_month=hours)
    return partnership


def local(partnership: Partnership) -> int:
    return partnership.parties.get(side="quartier").actor_id


def step(partnership: Partnership, source: str, target: str, day: date) -> None:
    row = StageChange.objects.create(partnership=partnership, from_state=source, to_state=target)
    moment = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    StageChange.objects.filter(pk=row.pk).update(at=moment)


def months(partnership: Partnership, *numbers: int) -> dict[int, Decimal]:
    """What it takes in the months so many after the present one."""
    promise = promises_of([local(partnership)])
    return {n: sum((one.hours_in(Month.present().later(n)) for one in promise), Decimal(0)) for n in numbers}


ENDED = {"end_reason": "laufzeit"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"state": Stage.CONTACT, "start_on": -9}, None),
        ({"state": Stage.TALKS, "start_on": -9}, None),
        ({"state": Stage.FAILED, "start_on": -9}, None),
        ({"state": Stage.AGREED, "start_on": 9}, (9, None)),
        ({"state": Stage.AGREED, "start_on": -9}, (0, None)),
        ({"state": Stage.AGREED, "start_on": None}, None),
        ({"start_on": -9}, (-9, None)),
        ({"start_on": -9, "end_on": 99}, (-9, 99)),
        ({"state": Stage.ENDED, "start_on": -9, "end_on": -3, **ENDED}, (-9, -3)),
        ({"state": Stage.ENDED, "start_on": None, "end_on": -3, **ENDED}, None),
    ],
)
def test_it_takes_hours_once_it_is_agreed_until_it_ends(values, expected):
    days = {
        name: None if values[name] is None else in_days(values[name])
        for name in ("start_on", "end_on")
        if name in values
    }
    found = [(one.start, one.end) for one in promises_of([local(tie(**values | days))])]
    wanted = expected and [tuple(None if day is None else in_days(day) for day in expected)]
    assert found == (wanted or [])


def test_it_takes_nothing_while_it_rests_and_again_when_it_wakes():
    partnership = tie(state=Stage.RESTING, resting_until=Month.present().later(3).first)
    step(partnership, "vereinbart", "laufend", Month.present().later(-9).first)
    step(partnership, "laufend", "ruhend", Month.present().later(-3).first + timedelta(days=9))
    step(partnership, "ruhend", "ruhend", Month.present().later(-1).first)
    assert months(partnership, -3, -2, -1, 0, 1, 2, 3, 4) == {-3: 4, -2: 0, -1: 0, 0: 0, 1: 0, 2: 0, 3: 4, 4: 4}


def test_a_rest_that_is_over_stays_a_rest_in_the_months_behind_us():
    partnership = tie()
    step(partnership, "laufend", "ruhend", Month.present().later(-4).last)
    step(partnership, "ruhend", "laufend", Month.present().later(-1).first)
    assert months(partnership, -4, -3, -2, -1, 0) == {-4: 4, -3: 0, -2: 0, -1: 4, 0: 4}


def test_who_oversleeps_takes_nothing_this_month():
    partnership = tie(state=Stage.RESTING, resting_until=in_days(-1))
    step(partnership, "laufend", "ruhend", Month.present().later(-2).first)
    assert months(partnership, -1, 0, 1) == {-1: 0, 0: 0, 1: 4}


@pytest.mark.parametrize("rests_since", [-40, 0, None])
@pytest.mark.parametrize("until", ["past", "this month", "next month"])
@pytest.mark.parametrize("state", [Stage.AGREED, Stage.RUNNING, Stage.RESTING, Stage.ENDED])
def test_the_sum_of_the_database_is_the_sum_of_the_rows(state, until, rests_since):
    """For the present month, of which lists and piles tell."""
    present = Month.present()
    day = {
        "past": in_days(-1),
        "this month": max(in_days(1), present.last - timedelta(days=1)),
        "next month": present.later(1).last,
    }
    values = {"resting_until": day[until]} if state == Stage.RESTING else {}
    if state == Stage.ENDED:
        values = {"end_on": day[until], **ENDED}
    partnership = tie("2.50", state=state, start_on=in_days(-99), **values)
    if rests_since is not None and state == Stage.RESTING:
        step(partnership, "laufend", "ruhend", in_days(rests_since))
    found = Actor.objects.with_promised_hours(present).get(pk=local(partnership)).promised_hours
    assert found == months(partnership, 0)[0]


def test_waking_and_resting_by_their_own_steps_change_what_is_promised():
    partnership = tie(start_on=Month.present().later(-2).first)
    by = PersonFactory()
    partnership.rest(by=by, until=Month.present().later(2).last)
    assert months(partnership, -1, 1, 2, 3) == {-1: 4, 1: 0, 2: 0, 3: 4}
    partnership.wake(by=by)
    assert months(partnership, 1) == {1: 4}


@pytest.mark.parametrize("hours", ["-0.01", "-4"])
def test_hours_are_never_less_than_none(hours):
    party = tie().parties.first()
    party.hours_per_month = Decimal(hours)
    with pytest.raises(IntegrityError), transaction.atomic():
        party.save()
