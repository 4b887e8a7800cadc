"""The chain of requests for one offer, walked at random by everybody at once, against a reading of its rules in plain Python."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as walk

from partners.actions.listings import write_listing
from partners.models import Offer
from projects.actions import confirm_contribution, contest_contribution, revise_contribution
from projects.actions.request_asking import RequestCautionError, ask_for_offer
from projects.actions.resource_requests import (
    decline_request,
    finish_request,
    grant_request,
    thank_for_request,
    withdraw_request,
)
from projects.models import Contribution, ResourceRequest
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    OfferFactory,
    PersonFactory,
    ProjectFactory,
    ResourceRequestFactory,
)

PEOPLE = ("keeper", "asker", "leader", "organiser")
MESSAGE = "Für ein Fest."
HOURS = (None, None, (9, 12), (11, 14), (14, 16))
# How many looks ago somebody opened the page from which she acts.
AGES = st.sampled_from([0, 0, 1, 2])
MOVES = ("go_on",) * 5 + ("grant", "decline", "withdraw", "finish", "contest", "revise", "thank")
Cell = tuple[date, int]


@dataclass
class Plain:
    """One request as the rules say it must be."""

    of_project: bool
    by: str
    first: date
    last: date
    hours: tuple[int, int] | None
    quantity: int | None
    state: str = "offen"
    is_taken: bool = False
    is_thanked: bool = False
    # None without a contribution, else its stage, whose word it is and who wrote it.
    given: str | None = None
    side: str = ""
    writer: str = ""
    steps: list[tuple[str, str]] = field(default_factory=lambda: [("", "offen")])

    @property
    def cells(self) -> set[Cell]:
        """Every hour of every day that it asks for."""
        hours = range(*self.hours) if self.hours else range(24)
        days = (self.last - self.first).days + 1
        return {(self.first + timedelta(days=day), hour) for day in range(days) for hour in hours}

    def go(self, state: str) -> None:
        self.steps.append((self.state, state))
        self.state = state


class ChainMachine(RuleBasedStateMachine):
    """What is refused must change nothing; what is accepted must be what the rules allow, and do what they say."""

    home: Any
    people: SimpleNamespace
    leading: Any

    def __init__(self) -> None:
        super().__init__()
        self.plain: dict[int, Plain] = {}
        self.pages: dict[int, list[ResourceRequest]] = {}
        self.looks = 0
        self.today = timezone.localdate()
        self.clock = mock.patch.object(timezone, "localdate", side_effect=lambda: self.today)
        self.clock.start()

    def teardown(self) -> None:
        for name in vars(self.people):
            self.look(name)
        self.clock.stop()
        for row in ResourceRequest.objects.filter(pk__in=self.plain):
            row.validate_constraints()

    @initialize(
        category=st.sampled_from(["raeume", "wissen", "material", "reichweite"]),
        there=st.sampled_from([None, 2, 4]),
        has_team=st.booleans(),
        is_double=st.booleans(),
    )
    def begin(self, category: str, there: int | None, has_team: bool, is_double: bool) -> None:
        """`is_double`: whoever keeps the offer also writes for the actor that asks, and then may ask herself.

        Three requests wait from the beginning, of which two are for the same time.
        """
        self.category, self.there = category, there if category == "material" else None
        self.most = self.there or 0
        giver = ActorFactory(neighbourhoods=[self.home])
        self.offer = OfferFactory(
            actor=giver, category=category, quantity=self.there, valid_until=self.today + timedelta(days=6)
        )
        self.asker = ActorFactory(neighbourhoods=[self.home])
        self.project = ProjectFactory(neighbourhoods=[self.home], lead_actor=self.leading)
        self.team = {"keeper"} if has_team else set()
        self.asking_team = {"asker", "keeper"} if is_double else {"asker"}
        for name in self.team:
            MembershipFactory(actor=giver, person=getattr(self.people, name))
        for name in self.asking_team:
            MembershipFactory(actor=self.asker, person=getattr(self.people, name))
        for of_project, by, last, hours, quantity in (
            (True, "leader", 1, None, 2),
            (False, "asker", 0, (9, 12), 1),
            (False, "organiser", 1, (11, 14), 3),
        ):
            counted = quantity if category == "material" else None
            self.know(Plain(of_project, by, self.today, self.today + timedelta(days=last), hours, counted))

    def know(self, one: Plain) -> None:
        """Stored without asking: that is walked below."""
        start, end = (time(hour) for hour in one.hours) if one.hours else (None, None)
        request = ResourceRequestFactory(
            offer=self.offer,
            project=self.project if one.of_project else None,
            **{} if one.of_project else {"actor": self.asker},
            by=getattr(self.people, one.by),
            message=MESSAGE,
            start_on=one.first,
            end_on=one.last,
            start_time=start,
            end_time=end,
            quantity=one.quantity,
        )
        request.remember("", by=request.by)
        self.plain[request.pk], self.pages[request.pk] = one, [request]

    # --- the rules, said once more ---------------------------------------------------------------------------------------

    def fits(self, one: Plain, others: list[Plain]) -> bool:
        """Whether it can be given beside those that were promised."""
        beside = [other for other in others if other is not one and other.cells & one.cells]
        if self.category == "reichweite" or not beside:
            return True
        if self.category == "raeume":
            return False
        if self.category == "wissen":
            return one.hours is None or all(other.hours is None for other in beside)
        return self.there is not None and self.are_enough([one, *beside], self.there, one.cells)

    @staticmethod
    def are_enough(together: list[Plain], there: int, cells: set[Cell]) -> bool:
        if any(one.quantity is None for one in together):
            return False
        return all(sum(one.quantity or 0 for one in together if cell in one.cells) <= there for cell in cells)

    def promised(self) -> list[Plain]:
        return [one for one in self.plain.values() if one.state == "zugesagt"]

    def side_of(self, name: str) -> str:
        return "akteur" if name in self.team else "projekt"

    def answering(self, one: Plain) -> set[str]:
        if others := self.team - {one.by}:
            return others
        return {"organiser"} - ({one.by} if self.team else set())

    def turn(self, one: Plain) -> dict[str, set[str]]:
        """Who has something to do, by what it is."""
        asks = {one.by} | ({"leader"} if one.of_project else self.asking_team)
        is_settled = one.state == "erledigt" and one.given in {None, "bestaetigt"}
        ends = (one.state == "zugesagt" and one.last < self.today) or (is_settled and not one.is_thanked)
        on_the_project = {"leader", "organiser"} - self.team
        on_the_side = self.team if one.side == "akteur" else on_the_project
        on_the_other = on_the_project if one.side == "akteur" else self.team
        return {
            "answer": self.answering(one) if one.state == "offen" else set(),
            "end": asks if ends else set(),
            "confirm": on_the_other - {one.writer} if one.given == "erbracht" else set(),
            "mend": on_the_side if one.given == "contested" else set(),
        }

    # --- what people do ---------------------------------------------------------------------------------------------------

    def attempt(self, act: Any, *, legal: bool) -> bool:
        before = self.stored()
        try:
            act()
        except ValidationError:
            assert not legal
            assert self.stored() == before
            return False
        assert legal
        return True

    def stored(self) -> list[Any]:
        rows = ResourceRequest.objects.filter(pk__in=self.plain).order_by("pk")
        parts = Contribution.objects.filter(resource_request__in=self.plain).order_by("pk")
        return [list(rows.values()), list(parts.values()), ResourceRequest.objects.filter(offer=self.offer).count()]

    def page(self, pk: int, age: int) -> ResourceRequest:
        """The request as somebody has had it open since then; the newest page for 0."""
        pages = self.pages[pk]
        if age == 0:
            pages.append(ResourceRequest.objects.select_related("offer", "actor", "project", "by").get(pk=pk))
        return copy(pages[-1 - age % len(pages)])

    @rule(
        of_project=st.booleans(),
        is_organiser=st.booleans(),
        first=st.integers(-1, 3),
        days=st.integers(0, 2),
        hours=st.sampled_from(HOURS),
        quantity=st.sampled_from([None, 1, 2, 3]),
    )
    def ask(self, of_project: bool, is_organiser: bool, first: int, days: int, hours: Any, quantity: Any) -> None:
        alone = "leader" if of_project else min(self.asking_team - {"asker"}, default="asker")
        by = "organiser" if is_organiser else alone
        begins = self.today + timedelta(days=first)
        counted = quantity if self.category == "material" else None
        new = Plain(of_project, by, begins, begins + timedelta(days=days), hours, counted)
        waiting = [
            (pk, one)
            for pk, one in self.plain.items()
            if one.state == "offen"
            and (one.of_project, one.first, one.last) == (of_project, new.first, new.last)
            and one.cells & new.cells
        ]
        is_same = bool(waiting) and (waiting[0][1].hours, waiting[0][1].quantity) == (hours, counted)
        is_open = self.offer.state == "verfuegbar" and self.offer.valid_until >= self.today and first >= 0
        found: list[ResourceRequest] = []

        def act(accepted: str = "") -> None:
            start, end = (time(hour) for hour in hours) if hours else (None, None)
            asked = {"project": self.project} if of_project else {"actor": self.asker}
            request = ask_for_offer(
                offer=Offer.objects.select_related("actor").get(pk=self.offer.pk),
                by=getattr(self.people, by),
                message=MESSAGE,
                start_on=new.first,
                end_on=new.last,
                start_time=start,
                end_time=end,
                quantity=None if counted is None else Decimal(counted),
                accepted=accepted,
                **asked,
            )
            found.append(request)

        def insist() -> None:
            try:
                act()
            except RequestCautionError as error:
                act(error.digest)

        legal = is_open and (is_same if waiting else self.fits(new, self.promised()))
        if not self.attempt(insist, legal=legal):
            return
        [request] = found
        if waiting:
            assert request.pk == waiting[0][0]
            return
        self.plain[request.pk], self.pages[request.pk] = new, [request]

    @rule(
        moves=st.lists(
            st.tuples(st.sampled_from(MOVES), st.integers(0, 5), st.sampled_from(PEOPLE), AGES, st.booleans()),
            min_size=3,
            max_size=6,
        )
    )
    def take_turns(self, moves: list[tuple[str, int, str, int, bool]]) -> None:
        """Several moves in a row, so that many chains get to their end."""
        keys = list(self.plain)
        for move, which, by, age, is_hasty in moves:
            getattr(self, move)(keys[which % len(keys)], by, age, is_hasty)

    def go_on(self, pk: int, by: str, age: int, is_hasty: bool) -> None:
        """The next step; who is hasty does it from an old page, and gives thanks before anybody has confirmed."""
        one, age = self.plain[pk], age * is_hasty
        if one.state == "offen":
            self.grant(pk, by, age, is_hasty)
        elif one.state == "zugesagt":
            self.today = max(self.today, one.first)
            self.finish(pk, by, age, is_hasty)
        elif one.given == "erbracht" and not is_hasty:
            self.confirm(pk, by)
        else:
            self.thank(pk, by, age, is_hasty)

    def grant(self, pk: int, by: str, age: int, _is_hasty: bool) -> None:
        one, page = self.plain[pk], self.page(pk, age)
        legal = page.state == one.state == "offen" and self.fits(one, self.promised())
        if not self.attempt(lambda: grant_request(request=page, by=getattr(self.people, by)), legal=legal):
            return
        one.go("zugesagt")
        for other in self.plain.values():
            if other.state == "offen" and other.cells & one.cells and not self.fits(other, self.promised()):
                other.go("abgelehnt")
                other.is_taken = True

    def decline(self, pk: int, by: str, age: int, is_hasty: bool) -> None:
        """Who is hasty gives no reason."""
        one, page = self.plain[pk], self.page(pk, age)
        legal = page.state == one.state == "offen" and not is_hasty
        act = {"request": page, "by": getattr(self.people, by), "reason": " " if is_hasty else "Nein."}
        if self.attempt(lambda: decline_request(**act), legal=legal):
            one.go("abgelehnt")

    def withdraw(self, pk: int, by: str, age: int, is_hasty: bool) -> None:
        one, page = self.plain[pk], self.page(pk, age)
        legal = page.state == one.state and (one.state == "offen" or (one.state == "zugesagt" and not is_hasty))
        act = {"request": page, "by": getattr(self.people, by), "reason": "" if is_hasty else "Doch nicht."}
        if self.attempt(lambda: withdraw_request(**act), legal=legal):
            one.go("zurueckgezogen")

    def finish(self, pk: int, by: str, age: int, is_named: bool) -> None:
        """`is_named`: with the project, also where an actor had asked for itself."""
        one, page = self.plain[pk], self.page(pk, age)
        legal = page.state == one.state == "zugesagt" and one.first <= self.today
        act = {"request": page, "by": getattr(self.people, by), "project": self.project if is_named else None}
        if self.attempt(lambda: finish_request(**act), legal=legal):
            one.go("erledigt")
            if one.of_project or is_named:
                one.given, one.side, one.writer = "erbracht", self.side_of(by), by

    def contribution(self, pk: int, by: str) -> dict[str, Any] | None:
        row = Contribution.objects.filter(resource_request=pk).first()
        return None if row is None else {"contribution": row, "by": getattr(self.people, by)}

    def confirm(self, pk: int, by: str) -> None:
        one, act = self.plain[pk], self.contribution(pk, by)
        if act and self.attempt(lambda: confirm_contribution(**act), legal=one.given == "erbracht"):
            one.given = "bestaetigt"

    def contest(self, pk: int, by: str, _age: int, _is_hasty: bool) -> None:
        one, act = self.plain[pk], self.contribution(pk, by)
        legal = one.given != "contested"
        if act and self.attempt(lambda: contest_contribution(**act, reason="Nein."), legal=legal):
            one.given = "contested"

    def revise(self, pk: int, by: str, _age: int, _is_hasty: bool) -> None:
        one, act = self.plain[pk], self.contribution(pk, by)
        legal = one.given != "bestaetigt"
        if act and self.attempt(lambda: revise_contribution(**act, title="Anders"), legal=legal):
            one.given, one.side, one.writer = "erbracht", self.side_of(by), by

    def thank(self, pk: int, by: str, age: int, _is_hasty: bool) -> None:
        one, page = self.plain[pk], self.page(pk, age)
        is_settled = one.given in {None, "bestaetigt"} and not one.is_thanked
        legal = page.state == one.state == "erledigt" and is_settled
        act = {"request": page, "by": getattr(self.people, by), "words": "Danke!"}
        if self.attempt(lambda: thank_for_request(**act), legal=legal):
            one.is_thanked = True

    @rule(
        verb=st.sampled_from(["wait", "wait", "pause", "resume", "renew", "count", "count", "withdraw"]),
        days=st.integers(1, 3),
        there=st.sampled_from([None, 1, 3, 5]),
    )
    def days_pass_and_the_offer_is_kept(self, verb: str, days: int, there: int | None) -> None:
        """The rules of the offer itself are walked elsewhere. It is seldom withdrawn, for then nobody asks any more."""
        if verb == "wait":
            self.today += timedelta(days=days)
            return
        if verb == "count":
            if self.category == "material":
                write_listing(listing=self.offer, values={"quantity": there})
                self.there, self.most = there, max(self.most, there or 0)
            return
        if verb == "withdraw" and there is not None:
            return
        try:
            getattr(self.offer, verb)()
        except ValidationError:
            self.offer.refresh_from_db()

    # --- what must hold at any time ---------------------------------------------------------------------------------------

    @invariant()
    def rows_are_as_the_rules_say(self) -> None:
        rows = (
            ResourceRequest.objects.filter(pk__in=self.plain).select_related("contribution").prefetch_related("steps")
        )
        assert rows.count() == ResourceRequest.objects.filter(offer=getattr(self, "offer", None)).count()
        for row in rows:
            one, given = self.plain[row.pk], row.contribution
            stage = None if given is None else "contested" if given.is_contested else given.state
            assert (row.state, row.is_taken, row.is_thanked, stage) == (
                one.state,
                one.is_taken,
                one.is_thanked,
                one.given,
            )
            assert given is None or given.participation.actor_id == self.offer.actor_id
            assert [(step.from_state, step.to_state) for step in row.steps.all()] == one.steps

    @invariant()
    def nothing_is_promised_twice_at_the_same_time(self) -> None:
        promised = self.promised()
        for cell in set().union(*(one.cells for one in promised)):
            here = [one for one in promised if cell in one.cells]
            if self.category == "raeume":
                assert len(here) == 1
            elif self.category == "wissen":
                assert sum(one.hours is not None for one in here) <= 1
            elif self.category == "material":
                assert len(here) == 1 or self.are_enough(here, self.most, {cell})

    @invariant()
    def somebody_knows_whose_turn_it_is(self) -> None:
        """One person after the other, because asking everybody at each step would take most of the time."""
        names = list(vars(self.people))
        self.looks += 1
        self.look(names[self.looks % len(names)])

    def look(self, name: str) -> None:
        if not self.plain:
            return
        turns = {pk: self.turn(one) for pk, one in self.plain.items()}
        assert all(sum(bool(people) for people in turn.values()) <= 1 for turn in turns.values())
        person = getattr(self.people, name)
        rows = ResourceRequest.objects.filter(pk__in=self.plain).order_by()
        wanted = {pk for pk, turn in turns.items() if name in turn["answer"] | turn["end"]}
        assert set(rows.turn_of(person).values_list("pk", flat=True)) == wanted, name
        if any(one.given for one in self.plain.values()):
            given = Contribution.objects.filter(resource_request__in=self.plain).order_by()
            for kind, found in (("confirm", given.confirmable_by(person)), ("mend", given.to_mend_by(person))):
                wanted = {pk for pk, turn in turns.items() if name in turn[kind]}
                assert set(found.values_list("resource_request", flat=True)) == wanted, (kind, name)


@pytest.mark.django_db
def test_the_chain_moves_only_as_its_rules_say() -> None:
    people = SimpleNamespace(**{name: PersonFactory(name=name) for name in (*PEOPLE, "stranger")})
    leading = ActorFactory()
    MembershipFactory(actor=leading, person=people.leader)
    ChainMachine.people, ChainMachine.leading = people, leading
    ChainMachine.home = NeighbourhoodFactory(organisers=[people.organiser])
    walk(
        ChainMachine,
        settings=settings(
            max_examples=14,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
