"""The contribution machine, walked at random: no illegal stage, a history of exactly the steps taken, sums that equal the rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from partners.models import UNIT_OF, ResourceCategory
from projects.actions import deliver_contribution, record_contribution, revise_contribution
from projects.models import Contribution, Side, totals
from tests.factories import ParticipationFactory, PersonFactory
from tests.sums import wrong

State = Contribution.State
QUANTITIES = st.none() | st.decimals(min_value=0, max_value=10000, places=2)
ALLOWED = {
    (State.PLANNED, State.PROMISED),
    (State.PLANNED, State.WITHDRAWN),
    (State.PROMISED, State.DELIVERED),
    (State.PROMISED, State.WITHDRAWN),
    (State.DELIVERED, State.CONFIRMED),
    (State.DELIVERED, State.WITHDRAWN),
    (State.CONFIRMED, State.DELIVERED),
}


class ContributionMachine(RuleBasedStateMachine):
    """Both sides do anything at any time. What is refused must change nothing; what is accepted must be one legal step."""

    rows = Bundle("rows")

    def __init__(self) -> None:
        super().__init__()
        self.expected: dict[int, list[tuple[str, str]]] = {}
        self.known: dict[int, dict[str, Any]] = {}

    @initialize()
    def begin(self) -> None:
        Contribution.objects.all().delete()
        self.participation = ParticipationFactory()
        self.people = {Side.PROJECT: PersonFactory(), Side.ACTOR: PersonFactory()}

    @rule(
        target=rows,
        category=st.sampled_from(ResourceCategory),
        state=st.sampled_from(Contribution.FIRST_STATES),
        side=st.sampled_from(Side),
        planned=QUANTITIES,
        delivered=QUANTITIES,
    )
    def record(self, category: str, state: str, side: str, planned: Any, delivered: Any) -> int:
        counted = bool(UNIT_OF[category])
        row = record_contribution(
            participation=self.participation,
            category=category,
            title="Beitrag",
            by=self.people[side],
            side=side,
            state=state,
            planned_quantity=planned if counted else None,
            delivered_quantity=delivered if counted and state == State.DELIVERED else None,
        )
        self.expected[row.pk] = [("", state)]
        return row.pk

    def attempt(self, pk: int, act: Any, legal: set[str]) -> Contribution:
        """Runs a step on a fresh copy. Refusals leave the row and its history as they were."""
        row, before = Contribution.objects.get(pk=pk), Contribution.objects.filter(pk=pk).values().get()
        try:
            act(row)
        except ValidationError:
            assert Contribution.objects.filter(pk=pk).values().get() == before
            return Contribution.objects.get(pk=pk)
        after = Contribution.objects.get(pk=pk)
        assert after.state == row.state
        assert after.version == row.version > before["version"]
        assert after.state in legal
        return after

    @rule(pk=rows, side=st.sampled_from(Side))
    def promise(self, pk: int, side: str) -> None:
        before = Contribution.objects.get(pk=pk).state
        after = self.attempt(pk, lambda row: row.promise(by=self.people[side]), {State.PROMISED})
        if after.state != before:
            self.expected[pk].append((before, State.PROMISED))

    @rule(pk=rows, side=st.sampled_from(Side), quantity=QUANTITIES)
    def deliver(self, pk: int, side: str, quantity: Decimal | None) -> None:
        before = Contribution.objects.get(pk=pk).state
        after = self.attempt(
            pk,
            lambda row: deliver_contribution(contribution=row, by=self.people[side], side=side, quantity=quantity),
            {State.DELIVERED},
        )
        if after.state == before:
            return
        assert after.delivered_quantity == quantity
        assert after.recorded_side == side
        if before == State.PLANNED:
            self.expected[pk].append((State.PLANNED, State.PROMISED))
        self.expected[pk].append((State.PROMISED, State.DELIVERED))

    @rule(pk=rows, side=st.sampled_from(Side))
    def confirm(self, pk: int, side: str) -> None:
        before = Contribution.objects.get(pk=pk)
        after = self.attempt(pk, lambda row: row.confirm(by=self.people[side]), {State.CONFIRMED})
        if after.state != before.state:
            assert not before.objection
            self.expected[pk].append((State.DELIVERED, State.CONFIRMED))

    @rule(pk=rows, side=st.sampled_from(Side), reason=st.sampled_from(["Es waren nur sechs.", "  "]))
    def object_to(self, pk: int, side: str, reason: str) -> None:
        before = Contribution.objects.get(pk=pk)
        after = self.attempt(pk, lambda row: row.object_to(by=self.people[side], reason=reason), {State.DELIVERED})
        if after.version != before.version:
            assert reason.strip()
            assert before.state in {State.DELIVERED, State.CONFIRMED}
            assert after.objection == reason
            self.expected[pk].append((before.state, State.DELIVERED))

    @rule(pk=rows, side=st.sampled_from(Side), title=st.sampled_from(["anders", "noch anders"]))
    def revise(self, pk: int, side: str, title: str) -> None:
        before = Contribution.objects.get(pk=pk)
        after = self.attempt(
            pk,
            lambda row: revise_contribution(contribution=row, by=self.people[side], side=side, title=title),
            {State.PLANNED, State.PROMISED, State.DELIVERED},
        )
        if after.version != before.version:
            assert (after.objection, after.recorded_side, after.state) == ("", side, before.state)
            self.expected[pk].append((before.state, before.state))

    @rule(pk=rows, side=st.sampled_from(Side))
    def revise_from_an_old_page(self, pk: int, side: str) -> None:
        """Somebody answers what stood on the page a moment ago."""
        old = Contribution.objects.get(pk=pk)
        Contribution.objects.filter(pk=pk).update(version=old.version + 1)
        for act in (
            lambda: old.revise(by=self.people[side], side=side, title="alt"),
            lambda: old.confirm(by=self.people[side]),
            lambda: old.promise(by=self.people[side]),
            lambda: old.withdraw(by=self.people[side]),
            lambda: old.object_to(by=self.people[side], reason="nein"),
        ):
            with pytest.raises(ValidationError):
                act()

    @rule(pk=rows, side=st.sampled_from(Side))
    def withdraw(self, pk: int, side: str) -> None:
        row = Contribution.objects.get(pk=pk)
        before = row.state
        after = self.attempt(pk, lambda row: row.withdraw(by=self.people[side]), {State.WITHDRAWN})
        # Of what is delivered only reach without a number goes.
        is_reach = row.category == ResourceCategory.REACH and row.delivered_quantity is None
        assert after.state == before or before != State.DELIVERED or is_reach
        if after.state != before:
            self.expected[pk].append((before, State.WITHDRAWN))

    def teardown(self) -> None:
        for row in Contribution.objects.all():
            row.validate_constraints()

    @invariant()
    def sums_are_those_of_the_rows(self) -> None:
        assert not wrong()

    @invariant()
    def history_is_what_happened(self) -> None:
        for row in Contribution.objects.prefetch_related("steps"):
            steps = [(step.from_state, step.to_state) for step in row.steps.all()]
            assert steps == self.expected[row.pk]
            assert steps[-1][1] == row.state
            assert all(a == b or (a, b) in ALLOWED for a, b in steps[1:])

    @invariant()
    def rows_hold_together(self) -> None:
        for row in Contribution.objects.all():
            assert row.unit == UNIT_OF[row.category]
            assert (row.confirmed_at is not None) == (row.state == State.CONFIRMED)
            assert not row.objection or row.state == State.DELIVERED
            assert row.delivered_quantity is None or row.is_actual

    @invariant()
    def sums_equal_the_rows(self) -> None:
        rows = list(Contribution.objects.all())
        counted = [row for row in rows if row.state != State.WITHDRAWN]
        found = totals(rows)
        assert sum(total.entries for total in found) == len(counted)
        assert len({total.category for total in found}) == len(found)
        for total in found:
            own = [row for row in counted if row.category == total.category]
            planned = [row.planned_quantity for row in own if row.planned_quantity is not None]
            delivered = [row.delivered_quantity for row in own if row.is_actual and row.delivered_quantity is not None]
            assert {row.unit for row in own} == {total.unit}
            assert total.planned == (sum(planned) if planned else None)
            assert total.delivered == (sum(delivered) if delivered else None)


@pytest.mark.django_db
def test_contribution_moves_only_along_its_machine() -> None:
    run_state_machine_as_test(
        ContributionMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
