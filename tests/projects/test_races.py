"""What two people do to one entry at the same moment, in two real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from partners.models import Mail
from partners.views.writing import delete
from projects.actions import (
    contribute_disseminations,
    create_project,
    edit_dissemination,
    edit_project,
    revise_benefit,
    revise_contribution,
)
from projects.actions.asking import ask_to_confirm, token_of
from projects.actions.disseminations import stamps_of
from projects.models import Benefit, Contribution, Dissemination, Project, Side
from tests.factories import (
    BenefitFactory,
    ChannelFactory,
    ContributionFactory,
    DisseminationFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
State = Contribution.State
TIMES = range(5)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs each in a thread with a connection of its own, all starting together; gives results, or the refusal."""
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            answers[number] = act()
        except ValidationError as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def refusals(answers: list[Any]) -> int:
    return sum(isinstance(answer, ValidationError) for answer in answers)


def step(row: Contribution, name: str, **values: Any) -> Callable[[], Any]:
    """The verb on a copy of its own, as another request has it."""
    copy = Contribution.objects.select_related("participation__actor").get(pk=row.pk)
    return lambda: getattr(copy, name)(**values)


def assert_one_story(row: Contribution) -> list[str]:
    """The history leads without a gap to the present stage."""
    row.refresh_from_db()
    steps = list(row.steps.all())
    assert steps[-1].to_state == row.state
    assert all(one.to_state == two.from_state for one, two in pairwise(steps))
    return [line.to_state for line in steps]


@pytest.fixture
def row() -> Contribution:
    made = ContributionFactory(state=State.DELIVERED, delivered_quantity=4)
    made.remember("", by=None)
    return made


@pytest.mark.parametrize("attempt", TIMES)
def test_two_who_confirm_at_once_confirm_once(row, attempt):
    people = [PersonFactory(), PersonFactory()]
    answers = at_once(*[step(row, "confirm", by=person) for person in people])
    assert refusals(answers) == 1
    assert assert_one_story(row) == [State.DELIVERED, State.CONFIRMED]
    assert row.confirmed_by == people[[isinstance(answer, ValidationError) for answer in answers].index(False)]


@pytest.mark.parametrize("attempt", TIMES)
def test_yes_and_no_at_once_are_one_answer(row, attempt):
    person = PersonFactory()
    answers = at_once(step(row, "confirm", by=person), step(row, "object_to", by=person, reason="Nein."))
    assert refusals(answers) == 1
    assert len(assert_one_story(row)) == 2
    assert (row.state, row.objection) in {(State.CONFIRMED, ""), (State.DELIVERED, "Nein.")}


@pytest.mark.parametrize("attempt", TIMES)
@pytest.mark.parametrize("answers", [("stimmt", "stimmt"), ("stimmt", "stimmt-nicht")])
def test_a_link_that_is_used_twice_at_once_is_one_answer(attempt, answers):
    row = ContributionFactory(
        state=State.DELIVERED, delivered_quantity=4, participation__actor__email="kiosk@example.org"
    )
    row.remember("", by=None)
    path = reverse("projects:contribution-answer", args=[token_of(row, "kiosk@example.org")])
    sent = [{"wahl": answer, "seen": row.version, "reason": "Nein."} for answer in answers]
    given = at_once(*[partial(Client().post, path, data) for data in sent])
    assert sorted(answer.status_code for answer in given) == [200, 410]
    assert len(assert_one_story(row)) == 2
    taken = answers[[answer.status_code for answer in given].index(200)]
    assert (row.state, row.objection) == ((State.CONFIRMED, "") if taken == "stimmt" else (State.DELIVERED, "Nein."))


@pytest.mark.parametrize("attempt", TIMES)
def test_who_asks_twice_at_once_sends_one_mail(attempt):
    row = ContributionFactory(
        state=State.DELIVERED, delivered_quantity=4, participation__actor__email="kiosk@example.org"
    )
    answers = at_once(*[partial(ask_to_confirm, contribution=row, by=PersonFactory()) for _ in range(2)])
    assert refusals(answers) == 1
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("attempt", TIMES)
def test_what_is_rewritten_while_somebody_says_yes_is_not_confirmed_unseen(row, attempt):
    answers = at_once(
        step(row, "confirm", by=PersonFactory()),
        step(row, "revise", by=PersonFactory(), side=Side.PROJECT, delivered_quantity=400),
    )
    assert refusals(answers) == 1
    assert_one_story(row)
    assert (row.state, row.delivered_quantity) in {(State.CONFIRMED, 4), (State.DELIVERED, 400)}


@pytest.mark.parametrize("attempt", TIMES)
def test_delivered_and_withdrawn_at_once_is_one_of_both(attempt):
    row = ContributionFactory(state=State.PROMISED)
    row.remember("", by=None)
    person = PersonFactory()
    answers = at_once(
        step(row, "deliver", by=person, side=Side.PROJECT, quantity=3), step(row, "withdraw", by=person, note="")
    )
    assert refusals(answers) == 1
    assert len(assert_one_story(row)) == 2
    assert (row.state, row.delivered_quantity) in {(State.DELIVERED, 3), (State.WITHDRAWN, None)}


@pytest.mark.parametrize("attempt", TIMES)
def test_two_who_rewrite_at_once_do_not_overwrite_each_other(row, attempt):
    gain = BenefitFactory(text="Alt")
    project = ProjectFactory(goal="Alt")
    copies = [
        [model.objects.get(pk=one.pk) for _ in range(2)]
        for model, one in ((Contribution, row), (Benefit, gain), (Project, project))
    ]
    for acts in (
        [
            lambda copy=copy, n=n: revise_contribution(contribution=copy, by=None, title=f"Titel {n}")
            for n, copy in enumerate(copies[0])
        ],
        [
            lambda copy=copy, n=n: revise_benefit(benefit=copy, by=None, text=f"Text {n}")
            for n, copy in enumerate(copies[1])
        ],
        [lambda copy=copy, n=n: edit_project(project=copy, goal=f"Ziel {n}") for n, copy in enumerate(copies[2])],
    ):
        assert refusals(at_once(*acts)) == 1
    assert len(assert_one_story(row)) == 2


@pytest.mark.parametrize("attempt", TIMES)
def test_one_form_sent_twice_at_once_makes_one_row(attempt):
    part = ParticipationFactory()
    member = MembershipFactory(actor=part.actor)
    path = f"/beteiligungen/{part.pk}/beitraege/neu/"
    data = {"category": "raeume", "title": "Saal", "state": "geplant", "once": f"key-{attempt}"}

    def send() -> str:
        client = Client()
        client.force_login(member.person)
        return client.post(path, data)["Location"]

    answers = at_once(send, send)
    assert len(set(answers)) == 1
    assert Contribution.objects.count() == 1
    assert Contribution.objects.get().steps.count() == 1


def count_all(part: Any, seen: list[str], *, quantity: int | None) -> Callable[[], Any]:
    """One contribution of all that is not counted yet, as the person saw it."""
    return lambda: contribute_disseminations(
        participation=part, seen=seen, by=None, title="Post", quantity=None if quantity is None else Decimal(quantity)
    )


@pytest.mark.parametrize("attempt", TIMES)
def test_two_who_count_the_same_entries_at_once_make_one_contribution(attempt):
    part = ParticipationFactory()
    entries = [DisseminationFactory(participation=part) for _ in range(3)]
    seen = stamps_of(entries)

    answers = at_once(*[count_all(part, seen, quantity=1200)] * 2)

    assert refusals(answers) == 1
    assert Contribution.objects.get().disseminations.count() == 3


@pytest.mark.parametrize("attempt", TIMES)
def test_what_is_changed_while_it_is_counted_is_counted_as_it_is(attempt):
    part = ParticipationFactory()
    entry = DisseminationFactory(participation=part)
    copy = Dissemination.objects.select_related("participation").get()

    at_once(
        count_all(part, stamps_of([entry]), quantity=1200),
        lambda: edit_dissemination(dissemination=copy, by=None, audience=300),
    )

    entry.refresh_from_db()
    counted = list(Contribution.objects.values_list("delivered_quantity", flat=True))
    assert (entry.audience, counted) in [(1200, [1200]), (300, [])]


@pytest.mark.parametrize("attempt", TIMES)
def test_an_entry_does_not_change_under_the_yes_of_the_other_side(attempt):
    part = ParticipationFactory()
    entry = DisseminationFactory(participation=part)
    made = count_all(part, stamps_of([entry]), quantity=1200)()
    copy = Dissemination.objects.select_related("participation").get()

    answers = at_once(
        step(made, "confirm", by=PersonFactory()), lambda: edit_dissemination(dissemination=copy, by=None, audience=300)
    )

    assert refusals(answers) == 1
    made.refresh_from_db()
    entry.refresh_from_db()
    assert (made.state, made.delivered_quantity, entry.audience) in [
        (State.CONFIRMED, 1200, 1200),
        (State.DELIVERED, 300, 300),
    ]


@pytest.mark.parametrize("attempt", TIMES)
def test_two_entries_that_get_one_channel_at_once_count_once(attempt):
    part = ParticipationFactory()
    channel = ChannelFactory(actor=part.actor, kind="aushang", name="Brett")
    entries = [DisseminationFactory(participation=part, channel_name=name, audience=80) for name in ("Eins", "Zwei")]
    made = count_all(part, stamps_of(entries), quantity=160)()
    copies = Dissemination.objects.select_related("participation")

    answers = at_once(
        *[partial(edit_dissemination, dissemination=copy, by=None, channel=channel) for copy in copies],
    )

    made.refresh_from_db()
    assert (refusals(answers), made.delivered_quantity) == (0, 80)


@pytest.mark.parametrize("attempt", TIMES)
def test_a_channel_that_goes_while_an_entry_gets_it_leaves_its_name(attempt):
    part = ParticipationFactory()
    channel = ChannelFactory(actor=part.actor, kind="aushang", name="Brett")
    entry = DisseminationFactory(participation=part, channel=channel)
    other = ChannelFactory(actor=part.actor, kind="aushang", name="Tafel")
    copy = Dissemination.objects.select_related("participation").get()

    at_once(
        partial(delete, other),
        partial(delete, channel),
        partial(edit_dissemination, dissemination=copy, by=None, channel=other),
    )

    entry.refresh_from_db()
    assert (entry.channel, entry.channel_name) == (None, "Tafel")


@pytest.mark.parametrize("attempt", TIMES)
def test_two_projects_of_one_title_get_two_addresses(attempt):
    place = NeighbourhoodFactory()
    made = at_once(*[lambda: create_project(title="Hofgarten", neighbourhoods=[place], by=None)] * 2)
    assert sorted(project.slug for project in made) == ["hofgarten", "hofgarten-2"]
