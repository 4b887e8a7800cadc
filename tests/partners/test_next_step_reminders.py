"""Whoever looks after a next step is reminded by mail when it is overdue: once for each day, as long as it holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from partners.actions.digests import write_digests
from partners.actions.memberships import end_organising
from partners.actions.next_step_reminders import remind_of_next_steps
from partners.actions.next_steps import finish_next_step
from partners.actions.sending import send_mails
from partners.models import NextStep, Partnership, Person
from tests.factories import NextStepFactory, PersonFactory
from tests.partners.partnership_world import World
from tests.partners.test_races import at_once

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def overdue(days: int = 1, **values: Any) -> tuple[World, NextStep]:
    world = World()
    Person.objects.update(language="en")
    facts = {"what": "Call the library", "due_on": TODAY - timedelta(days=days), "responsible": world.organiser}
    return world, NextStepFactory(partnership=world.partnership, **facts | values)


def reached() -> list[str]:
    send_mails.call()
    return [address for message in mail.outbox for address in message.to]


def test_the_mail_says_what_was_to_be_done_and_where_it_stands() -> None:
    world, step = overdue(due_on=TODAY.replace(year=2026, month=3, day=4))
    assert [remind_of_next_steps(), remind_of_next_steps()] == [1, 0]
    assert reached() == [world.organiser.email]
    (message,) = mail.outbox
    assert message.subject == "Overdue since 4 March 2026: Call the library"
    assert (
        "By 4 March 2026 this was to be done in the partnership Bibliothek & Begleitung:\n\nCall the library\n"
        in message.body
    )
    assert f"http://localhost:8000{step.get_absolute_url()}" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("why", ["due today", "nobody", "organises no more", "done", "over"])
def test_who_is_not_reminded(why: str) -> None:
    world, step = overdue(0 if why == "due today" else 1, **{"responsible": None} if why == "nobody" else {})
    if why == "organises no more":
        world.home.organisers.add(PersonFactory())
        world.home.organisers.remove(world.organiser)
    elif why == "done":
        finish_next_step(step=step, by=world.organiser)
    elif why == "over":
        Partnership.objects.update(state=Partnership.Stage.ENDED, end_reason=Partnership.EndReason.TERM)
    assert remind_of_next_steps() == 0


def test_a_day_that_is_put_off_and_passes_as_well_is_another_one() -> None:
    world, step = overdue(5)
    remind_of_next_steps()
    for days, count in ((0, 0), (2, 1), (2, 0)):
        NextStep.objects.filter(pk=step.pk).update(due_on=TODAY - timedelta(days=days))
        assert remind_of_next_steps() == count
    NextStep.objects.update(responsible=None)
    assert remind_of_next_steps() == 0
    colleague = PersonFactory()
    world.home.organisers.add(colleague)
    NextStep.objects.update(responsible=colleague)
    assert remind_of_next_steps() == 1
    assert reached() == [colleague.email], "only who looks after it today, and by the day that counts today"


@pytest.mark.parametrize("why", ["done", "put off", "given away", "left", "not chosen"])
def test_what_does_not_hold_any_more_is_not_sent(why: str) -> None:
    world, step = overdue()
    remind_of_next_steps()
    if why == "done":
        finish_next_step(step=step, by=world.organiser)
    elif why == "put off":
        NextStep.objects.update(due_on=TODAY + timedelta(days=7))
    elif why == "given away":
        NextStep.objects.update(responsible=world.admin)
    elif why == "left":
        world.home.organisers.add(PersonFactory())
        end_organising(neighbourhood=world.home, person=world.organiser)
    else:
        Person.objects.update(notices=Person.Notices.NONE)
    assert reached() == []


def test_whoever_wants_one_mail_a_day_reads_it_there() -> None:
    world, _step = overdue()
    Person.objects.filter(pk=world.organiser.pk).update(notices=Person.Notices.DAILY)
    remind_of_next_steps()
    assert reached() == []
    later = timezone.localtime() + timedelta(days=1)
    assert write_digests(datetime(later.year, later.month, later.day, 8, tzinfo=later.tzinfo)) == 1
    assert reached() == [world.organiser.email]
    assert "Call the library" in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_of_two_who_remind_at_once_each_step_gets_one_mail() -> None:
    world, _step = overdue()
    at_once(remind_of_next_steps, remind_of_next_steps)
    assert reached() == [world.organiser.email]
