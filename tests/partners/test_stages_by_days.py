"""Partnerships that are older than the stages get theirs by their days, once, and lose nothing."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from partners.models import Partnership, StageChange
from tests.factories import ActorFactory, PartnershipFactory
from tests.partners.test_stages import day

pytestmark = pytest.mark.django_db

migration = import_module("partners.migrations.0024_stages_by_days")


def without_stage(**values: object) -> Partnership:
    """As before the stages: only days, and no key."""
    row = PartnershipFactory(state="vereinbart", **values)
    Partnership.objects.filter(pk=row.pk).update(parties_key="")
    return row


def test_the_days_say_the_stage():
    rows = {
        "beendet": without_stage(start_on=day(-9), end_on=day(-1)),
        "laufend": without_stage(start_on=day(-9), end_on=day(0)),
        "vereinbart": without_stage(start_on=day(1)),
    }
    keys = {row.pk: row.parties_key for row in rows.values()}
    migration.give_stages(apps, None)
    for stage, row in rows.items():
        row.refresh_from_db()
        assert (row.state, row.end_reason) == (stage, "laufzeit" if stage == "beendet" else "")
        assert row.parties_key == keys[row.pk] != ""
        line = StageChange.objects.get(partnership=row)
        assert (line.from_state, line.to_state, line.at, line.note) == ("", stage, row.created_at, "")


def test_of_two_of_the_same_sides_the_earlier_runs_and_the_other_says_why_it_does_not():
    sides = {"quartier": ActorFactory(), "accompanying": ActorFactory()}
    later, earlier, other = (
        without_stage(**sides, start_on=day(-3)),
        without_stage(**sides, start_on=day(-9)),
        without_stage(**sides, start_on=day(-5), kind="projekt"),
    )
    migration.give_stages(apps, None)
    states = {row.pk: row.state for row in Partnership.objects.all()}
    assert states == {earlier.pk: "laufend", later.pk: "beendet", other.pk: "laufend"}
    later.refresh_from_db()
    assert (later.end_reason, later.end_on, later.parties.count()) == ("sonstiges", day(-1), 2)
    assert later.steps.get().note == migration.BESIDE
