"""Offers and needs, led at random by several people while days pass: the same rules in plain Python say what becomes of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, QueryDict
from django.test import Client
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

from partners.actions import listing_reminders
from partners.merging import raw
from partners.models import UNIT_OF, Actor, HistoryEntry, Listing, StageError, Visibility, acting
from partners.views.listing_pages import ListingPages
from partners.views.offers import OFFERS
from projects.models import Project
from projects.views.needs import NEEDS
from tests.factories import ActorFactory, MembershipFactory, NeighbourhoodFactory, PersonFactory, ProjectFactory

State, What = Listing.State, HistoryEntry.What
FIRST_DAY = timezone.localdate()
HALF_A_YEAR, A_YEAR = timedelta(days=182), timedelta(days=366)
KEEPERS = ("editor", "organiser")
# Those who may do something come more often, for with the others nothing changes.
PEOPLE = st.sampled_from(["editor", "organiser", "editor", "stranger", "organiser", "visitor"])
VERBS = {"freigeben": "release", "fortsetzen": "resume", "pausieren": "pause", "zurueckziehen": "withdraw"}
TARGETS = {"release": State.AVAILABLE, "resume": State.AVAILABLE, "pause": State.PAUSED, "withdraw": State.WITHDRAWN}
ALLOWED = {
    (State.DRAFT, State.AVAILABLE),
    (State.AVAILABLE, State.PAUSED),
    (State.AVAILABLE, State.WITHDRAWN),
    (State.PAUSED, State.AVAILABLE),
    (State.PAUSED, State.WITHDRAWN),
}
TYPED = st.sampled_from(
    [
        ("title", "Anders"),
        ("title", " "),
        ("category", "raeume"),
        ("category", "zeit_ehrenamt"),
        ("category", "fuersprache"),
        ("quantity", "3"),
        ("quantity", ""),
        ("persons", "30"),
        ("persons", ""),
        *(("visibility", level) for level in Visibility.values),
        *(("valid_until", days) for days in (-1, 5, 300, 400)),
    ]
)


@dataclass(frozen=True)
class Told:
    """One offer or need as it has to be by now. `of_project`: a project needs it, not an actor."""

    title: str
    category: str
    visibility: str
    valid_until: date
    state: str = State.DRAFT
    quantity: Decimal | None = None
    persons: int | None = None
    of_project: bool = False

    @property
    def is_consistent(self) -> bool:
        return (self.quantity is None or bool(UNIT_OF[self.category])) and (
            self.persons is None or self.category == "raeume"
        )


def changes(before: Told, after: Told) -> dict[str, list[Any]]:
    names = ("title", "category", "visibility", "valid_until", "state", "quantity", "persons")
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def as_told(values: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """What a line of the history says, as values again."""
    read: dict[str, Any] = {"valid_until": date.fromisoformat, "quantity": Decimal}
    return {
        name: [one if one is None else read.get(name, lambda same: same)(one) for one in pair]
        for name, pair in values.items()
    }


class ListingMachine(RuleBasedStateMachine):
    """Several people press everything, also on pages that they opened long ago."""

    pages: ListingPages
    today = FIRST_DAY
    rows, forms, copies, links = Bundle("rows"), Bundle("forms"), Bundle("copies"), Bundle("links")

    @initialize(target=rows)
    def begin(self) -> Any:
        """An actor and its project, somebody of each sort, a draft, and what stands in the list already."""
        ListingMachine.today, self.who = FIRST_DAY, 0
        self.model: Any = self.pages.model
        self.model.objects.all().delete()
        self.now: dict[int, Told] = {}
        self.lines: dict[int, list[tuple[str, dict[str, list[Any]], int | None]]] = {}
        names = ("editor", "organiser", "stranger")
        self.people: dict[str, Any] = {name: PersonFactory() for name in names} | {"visitor": AnonymousUser()}
        home = NeighbourhoodFactory(organisers=[self.people["organiser"]])
        self.actor = ActorFactory(neighbourhoods=[home])
        MembershipFactory(actor=self.actor, person=self.people["editor"])
        MembershipFactory(person=self.people["stranger"])
        self.project = ProjectFactory(neighbourhoods=[home], lead_actor=self.actor, state=Project.State.IDEA)
        self.clients = {name: Client() for name in self.people}
        for name in names:
            self.clients[name].force_login(self.people[name])
        first = [(False, True), (False, False), (True, True)]
        level = Visibility.PUBLIC
        return multiple(*(self.create("editor", of, "raeume", level, days=10, release=now) for of, now in first))

    # --- the rules, once more ---------------------------------------------------------------------------------------------

    def is_current(self, told: Told) -> bool:
        return told.state == State.AVAILABLE and told.valid_until >= self.today

    def is_seen(self, told: Told, who: str) -> bool:
        if who in KEEPERS:
            return True
        shown = self.project.state in Project.JOINABLE if told.of_project else self.actor.state == "veroeffentlicht"
        levels = {Visibility.PUBLIC} if who == "visitor" else {Visibility.PUBLIC, Visibility.NETWORK}
        return shown and told.state == State.AVAILABLE and told.visibility in levels

    def after_step(self, told: Told, verb: str) -> Told | None:
        """None for what is refused, or changes nothing."""
        if verb == "renew":
            is_open = told.state in {State.AVAILABLE, State.PAUSED} and told.valid_until < self.today + HALF_A_YEAR
            return replace(told, valid_until=self.today + HALF_A_YEAR) if is_open else None
        target = TARGETS[verb]
        is_late = target == State.AVAILABLE and told.valid_until < self.today
        return replace(told, state=target) if (told.state, target) in ALLOWED and not is_late else None

    def after_edit(self, seen: Told, name: str, value: Any, now: Told) -> Told | None:
        """None for what is refused. What somebody else changed in the same field since then is not overwritten unseen."""
        if now.state == State.WITHDRAWN:
            return None
        if value == getattr(seen, name):
            return now
        typed = replace(seen, **{name: value})
        # A day that has passed may stay, but nobody chooses one.
        is_late = name == "valid_until" and not self.today <= value <= self.today + A_YEAR
        meets_another = getattr(now, name) not in (getattr(seen, name), value)
        if is_late or meets_another or not typed.title or not typed.is_consistent:
            return None
        after = replace(now, **{name: value})
        return after if after.is_consistent else None

    def become(self, pk: int, after: Told | None, by: int | None) -> None:
        if after is None or after == self.now[pk]:
            return
        self.lines[pk].append((What.CHANGED, changes(self.now[pk], after), by))
        self.now[pk] = after

    def check_answer(self, answer: HttpResponse, who: str) -> bool:
        """Whether the person may do that at all. Who may not is not told that it is there."""
        if who == "visitor":
            assert answer["Location"].startswith("/konto/login/")
        assert (answer.status_code == 404) == (who == "stranger")
        return who in KEEPERS

    # --- what people do ---------------------------------------------------------------------------------------------------

    @rule(
        target=rows,
        who=PEOPLE,
        of_project=st.booleans(),
        category=st.sampled_from(["raeume", "zeit_ehrenamt"]),
        level=st.sampled_from(Visibility.values),
        days=st.sampled_from([0, 10, 200, 366, -1, 367]),
        release=st.booleans(),
    )
    def create(self, who: str, of_project: bool, category: str, level: str, days: int, release: bool) -> Any:
        of_project = of_project and self.pages is NEEDS
        until = self.today + timedelta(days=days)
        typed = {"title": "Saal", "category": category, "is_free": "True", "visibility": level}
        day = {"valid_until": f"{until.day}.{until.month}.{until.year}"}
        then = {"dann": "freigeben"} if release else {}
        owner = self.project if of_project else self.actor
        answer = self.clients[who].post(f"{owner.get_absolute_url()}{self.pages.word}/neu/", typed | day | then)
        new = set(self.model.objects.exclude(pk__in=self.now).values_list("pk", flat=True))
        is_over = of_project and self.project.state not in Project.GOING_ON
        if who not in KEEPERS or is_over or not 0 <= days <= 366:
            assert (new, answer.status_code == 404) == (set(), who == "stranger" or (is_over and who != "visitor"))
            return multiple()
        (pk,) = new
        state = State.AVAILABLE if release else State.DRAFT
        self.now[pk] = Told("Saal", category, level, until, state, of_project=of_project)
        self.lines[pk] = [(What.CREATED, {}, self.people[who].pk)]
        return pk

    @rule(pk=rows, who=PEOPLE, word=st.sampled_from([*VERBS, "verlaengern"]))
    def press(self, pk: int, who: str, word: str) -> None:
        answer = self.clients[who].post(f"/{self.pages.word}/{pk}/{word}/")
        if self.check_answer(answer, who):
            self.become(pk, self.after_step(self.now[pk], VERBS.get(word, "renew")), self.people[who].pk)

    @rule(target=copies, pk=rows)
    def read(self, pk: int) -> Any:
        return self.model.objects.get(pk=pk), self.now[pk]

    @rule(copy=copies, verb=st.sampled_from([*TARGETS, "renew"]))
    def step_with_what_was_read_then(self, copy: tuple[Any, Told], verb: str) -> None:
        """The row as another request read it: what moved on since is not led from where it stood."""
        row, seen = copy
        row.state, row.valid_until = seen.state, seen.valid_until
        after = self.after_step(seen, verb) if self.now[row.pk].state == seen.state else None
        try:
            with acting(by=self.people["editor"]):
                getattr(row, verb)()
        except StageError:
            assert after is None
        else:
            assert after is not None
            written = {"valid_until": after.valid_until} if verb == "renew" else {"state": after.state}
            self.become(row.pk, replace(self.now[row.pk], **written), self.people["editor"].pk)

    @rule(target=forms, pk=rows)
    def open_the_form(self, pk: int) -> Any:
        """What a browser would send back unchanged."""
        form = self.pages.edit_form(instance=self.model.objects.get(pk=pk))
        shown = {form.marker: ["1"]}
        for bound in form:
            shown |= dict.fromkeys((bound.html_name, bound.html_initial_name), raw(bound.field, bound.initial))
        return pk, shown, self.now[pk]

    @rule(form=forms, who=PEOPLE, typed=TYPED)
    def send_the_form(self, form: tuple[int, dict[str, list[str]], Told], who: str, typed: tuple[str, Any]) -> None:
        pk, fields, seen = form
        name, sent = typed
        value: Any = sent
        if name == "valid_until":
            value = self.today + timedelta(days=sent)
            sent = f"{value.day}.{value.month}.{value.year}"
        elif name in {"quantity", "persons"}:
            value = (Decimal(sent) if name == "quantity" else int(sent)) if sent else None
        answer = self.clients[who].post(f"/{self.pages.word}/{pk}/bearbeiten/", fields | {name: [sent]})
        if self.check_answer(answer, who):
            after = self.after_edit(seen, name, value.strip() if name == "title" else value, self.now[pk])
            assert answer.status_code == (200 if after is None else 302)
            self.become(pk, after, self.people[who].pk)

    @rule(target=links, pk=rows)
    def be_reminded(self, pk: int) -> Any:
        token = listing_reminders.token_of(self.model.objects.get(pk=pk), self.people["editor"])
        return pk, token, self.now[pk].valid_until

    @rule(link=links)
    def renew_by_the_link(self, link: tuple[int, str, date]) -> None:
        pk, token, day = link
        path = f"/{self.pages.word}/{pk}/verlaengern/{token}/"
        assert self.clients["visitor"].post(path).status_code == 302
        now = self.now[pk]
        self.become(pk, self.after_step(now, "renew") if now.valid_until == day else None, self.people["editor"].pk)

    @rule(what=st.sampled_from([1, 11, 190, "actor", "project"]))
    def the_world_goes_on(self, what: int | str) -> None:
        """Days pass, the actor hides or shows itself, the project goes on to its end."""
        if isinstance(what, int):
            ListingMachine.today += timedelta(days=what)
        elif what == "actor":
            (self.actor.hide if self.actor.state == Actor.State.PUBLISHED else self.actor.publish)()
        elif step := {"idee": "plan", "planung": "start", "laufend": "complete"}.get(self.project.state):
            getattr(self.project, step)(by=self.people["organiser"])

    @rule(who=PEOPLE)
    def look_at_the_list(self, who: str) -> None:
        person = self.people[who]
        listed = self.pages.filter(QueryDict(), user=person, rows=self.pages.rows).qs.values_list("pk", flat=True)
        assert set(listed) == {pk for pk, told in self.now.items() if self.is_seen(told, who) and self.is_current(told)}

    # --- what holds at any time -------------------------------------------------------------------------------------------

    @invariant()
    def everything_is_as_told(self) -> None:
        names = list(Told.__dataclass_fields__)[:-1]
        stored = {pk: values for pk, *values in self.model.objects.values_list("pk", *names)}
        assert stored == {pk: [getattr(told, name) for name in names] for pk, told in self.now.items()}

    @invariant()
    def everybody_finds_hers_and_nobody_what_has_expired(self) -> None:
        """One after the other, for it is the most that is asked here."""
        self.who = (self.who + 1) % len(self.people)
        who, person = list(self.people.items())[self.who]
        rows = self.model.objects.order_by("pk")
        current = {pk for pk, told in self.now.items() if self.is_current(told)}
        seen = {pk for pk, told in self.now.items() if self.is_seen(told, who)}
        assert set(rows.visible_to(person).values_list("pk", flat=True)) == seen
        assert set(rows.current().values_list("pk", flat=True)) == current

    @invariant()
    def history_is_exactly_what_changed(self) -> None:
        told: dict[int, list[Any]] = {pk: [] for pk in self.now}
        lines = HistoryEntry.objects.filter(row=self.model._meta.label_lower, row_id__in=self.now).order_by("pk")
        for pk, what, values, by in lines.values_list("row_id", "what", "values", "by"):
            told[pk].append((what, as_told(values), by))
        assert told == self.lines


class OfferMachine(ListingMachine):
    pages = OFFERS


class NeedMachine(ListingMachine):
    pages = NEEDS


@pytest.mark.django_db
@pytest.mark.parametrize("machine", [OfferMachine, NeedMachine])
def test_what_is_offered_and_needed_is_led_by_its_rules(machine, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: ListingMachine.today)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
