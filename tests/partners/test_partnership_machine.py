"""Partnerships led at random by several people: no illegal stage, a history of exactly the steps taken, words that stay."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from partners.actions.partnerships import reopen_partnership, write_partnership, write_side
from partners.models import Partnership, PartnershipParty
from partners.models.parties_key import key_of
from tests.factories import ActorFactory, NeighbourhoodFactory, PersonFactory

Stage, Kind = Partnership.Stage, Partnership.Kind
ALLOWED = {
    ("", Stage.CONTACT),
    ("", Stage.RUNNING),
    (Stage.CONTACT, Stage.TALKS),
    (Stage.CONTACT, Stage.FAILED),
    (Stage.TALKS, Stage.AGREED),
    (Stage.TALKS, Stage.FAILED),
    (Stage.AGREED, Stage.RUNNING),
    (Stage.AGREED, Stage.ENDED),
    (Stage.RUNNING, Stage.RESTING),
    (Stage.RUNNING, Stage.ENDED),
    (Stage.RESTING, Stage.RUNNING),
    (Stage.RESTING, Stage.RESTING),
    (Stage.RESTING, Stage.ENDED),
}
DAYS = st.none() | st.integers(-40, 40)
SIDES = st.sets(st.integers(0, 2), max_size=3)
WORDS = st.sampled_from(["", "  ", "Etwas."])


def day(days: int | None) -> Any:
    return None if days is None else timezone.localdate() + timedelta(days=days)


class PartnershipMachine(RuleBasedStateMachine):
    """Whatever is refused changes nothing; whatever is accepted is one legal step with one line."""

    rows = Bundle("rows")

    @initialize()
    def begin(self) -> None:
        Partnership.objects.all().delete()
        self.expected: dict[int, list[tuple[str, str]]] = {}
        self.home, self.by = NeighbourhoodFactory(), PersonFactory()
        self.actors = [ActorFactory(neighbourhoods=[self.home]) for _ in range(3)]

    def attempt(self, act: Callable[[], Any]) -> Any:
        """Gives what the act gives, or None when it is refused; then everything is as it was."""
        before = self.everything()
        try:
            with transaction.atomic():
                return act() or True
        except ValidationError:
            assert self.everything() == before
            return None

    def everything(self) -> list[Any]:
        return [list(model.objects.order_by("pk").values()) for model in (Partnership, PartnershipParty)]

    @rule(
        target=rows,
        stage=st.sampled_from(Stage),
        kind=st.sampled_from([Kind.MAIN, Kind.PROJECT]),
        sides=SIDES,
        brings=WORDS,
        start=DAYS,
    )
    def write_down(self, stage: str, kind: str, sides: set[int], brings: str, start: int | None) -> Any:
        row = Partnership(neighbourhood=self.home, state=stage, kind=kind, start_on=day(start))
        parties = [
            PartnershipParty(actor=self.actors[one], brings=brings, expected_benefit="Freude.") for one in sorted(sides)
        ]
        if not self.attempt(lambda: write_partnership(partnership=row, parties=parties, by=self.by)):
            return multiple()
        self.expected[row.pk] = [("", stage)]
        return row.pk

    def step(self, pk: int, act: Callable[[Partnership], Any]) -> None:
        row = Partnership.objects.get(pk=pk)
        before = row.state
        if self.attempt(lambda: act(row)):
            self.expected[pk].append((before, row.state))

    @rule(pk=rows)
    def begin_talks(self, pk: int) -> None:
        self.step(pk, lambda row: row.begin_talks(by=self.by))

    @rule(pk=rows)
    def agree(self, pk: int) -> None:
        self.step(pk, lambda row: row.agree(by=self.by))

    @rule(pk=rows, on=DAYS)
    def start(self, pk: int, on: int | None) -> None:
        self.step(pk, lambda row: row.start(by=self.by, on=day(on)))

    @rule(pk=rows, until=st.integers(-2, 40))
    def rest(self, pk: int, until: int) -> None:
        self.step(pk, lambda row: row.rest(by=self.by, until=day(until)))

    @rule(pk=rows, until=st.integers(-2, 40))
    def rest_longer(self, pk: int, until: int) -> None:
        self.step(pk, lambda row: row.rest_longer(by=self.by, until=day(until)))

    @rule(pk=rows)
    def wake(self, pk: int) -> None:
        self.step(pk, lambda row: row.wake(by=self.by))

    @rule(pk=rows, reason=st.sampled_from(["", *Partnership.EndReason]), on=DAYS)
    def end(self, pk: int, reason: str, on: int | None) -> None:
        self.step(pk, lambda row: row.end(by=self.by, reason=reason, on=day(on)))

    @rule(pk=rows)
    def give_up(self, pk: int) -> None:
        self.step(pk, lambda row: row.give_up(by=self.by))

    @rule(target=rows, pk=rows)
    def reopen(self, pk: int) -> Any:
        row = Partnership.objects.get(pk=pk)
        again = self.attempt(lambda: reopen_partnership(partnership=row, by=self.by))
        if not again:
            return multiple()
        self.expected[again.pk] = [("", Stage.CONTACT)]
        return again.pk

    @rule(pk=rows, brings=WORDS, gains=WORDS, which=st.integers(0, 2))
    def say(self, pk: int, brings: str, gains: str, which: int) -> None:
        parties = list(Partnership.objects.get(pk=pk).parties.all())
        party = parties[which % len(parties)]
        self.attempt(lambda: write_side(party=party, values={"brings": brings, "expected_benefit": gains}))

    @rule(pk=rows, joins=st.integers(0, 2), leaves=st.integers(0, 2), brings=WORDS, kind=st.sampled_from(Kind))
    def change_sides(self, pk: int, joins: int, leaves: int, brings: str, kind: str) -> None:
        row = Partnership.objects.get(pk=pk)
        row.kind = kind
        there = {party.actor_id: party for party in row.parties.all()}
        new = PartnershipParty(actor=self.actors[joins], brings=brings, expected_benefit="Freude.")
        self.attempt(
            lambda: write_partnership(
                partnership=row,
                parties=[] if new.actor_id in there else [new],
                removed=[there[actor.pk] for actor in [self.actors[leaves]] if actor.pk in there],
            )
        )

    @rule(pk=rows)
    def step_from_an_old_page(self, pk: int) -> None:
        """Somebody acts on a stage that is no more."""
        old = Partnership.objects.get(pk=pk)
        self.step(pk, lambda row: row.end(by=self.by, reason="sonstiges"))
        if Partnership.objects.get(pk=pk).state == old.state:
            return
        for act in (
            lambda: old.begin_talks(by=self.by),
            lambda: old.rest(by=self.by, until=day(3)),
            lambda: old.wake(by=self.by),
            lambda: old.end(by=self.by, reason="sonstiges"),
        ):
            assert self.attempt(act) is None

    @invariant()
    def history_is_what_happened(self) -> None:
        for row in Partnership.objects.prefetch_related("steps"):
            steps = [(step.from_state, step.to_state) for step in row.steps.all()]
            assert steps == self.expected[row.pk]
            assert steps[-1][1] == row.state
            assert set(steps) <= ALLOWED
            assert all(one[1] == other[0] for one, other in itertools.pairwise(steps))

    @invariant()
    def rows_hold_together(self) -> None:
        running = set()
        for row in Partnership.objects.prefetch_related("parties"):
            parties = list(row.parties.all())
            assert len(parties) >= 2
            assert row.parties_key == key_of(party.actor_id for party in parties)
            assert (row.resting_until is not None) == (row.state == Stage.RESTING)
            assert bool(row.end_reason) == (row.state == Stage.ENDED)
            assert row.state not in Partnership.LIVE or row.start_on
            assert not row.is_binding or not any(party.missing for party in parties)
            if row.kind == Kind.MAIN and row.state in Partnership.LIVE:
                assert row.parties_key not in running
                running.add(row.parties_key)


@pytest.mark.django_db
def test_partnership_moves_only_along_its_machine() -> None:
    run_state_machine_as_test(
        PartnershipMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
