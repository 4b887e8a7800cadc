"""Everything periodic: done when it is due, once, whatever broke off before and however many ask at the same moment."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from partners.actions import due
from partners.actions.clearing import clear_old_rows
from partners.actions.due import Job, due_jobs
from partners.actions.mails import queue_mail
from partners.models import DueJob, FormReceipt, Mail
from quartier.clearing import clear_sessions_and_tasks
from tests.factories import ActorFactory, MailFactory, MembershipFactory, PersonFactory
from tests.partners.probe_mail import ProbeMail, know
from tests.partners.test_races import at_once

pytestmark = pytest.mark.django_db


def run_due() -> str:
    out = io.StringIO()
    call_command("run_due", stdout=out, stderr=out)
    return out.getvalue()


def test_it_says_what_it_did_and_does_it_once(monkeypatch) -> None:
    know(monkeypatch, ProbeMail())
    member = MembershipFactory()
    queue_mail(kind=ProbeMail, event="1", to=member.person, about=member.actor)
    assert run_due() == "Gesendete E-Mails: 1\n"
    assert run_due() == "Nichts war fällig.\n"
    assert len(mail.outbox) == 1
    assert {row.name for row in DueJob.objects.all()} == {job.name for job in due_jobs()}


def test_a_job_that_breaks_off_keeps_no_other_from_its_time(monkeypatch) -> None:
    def broken() -> int:
        raise LookupError("the name of somebody")

    calls = [0]

    def works() -> int:
        calls[0] += 1
        return 2

    jobs = [Job("a", "Erstens", broken, timedelta(days=1)), Job("b", "Zweitens", works, timedelta(days=1))]
    monkeypatch.setattr(due, "due_jobs", lambda: jobs)
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("run_due", stdout=out, stderr=out)
    assert out.getvalue() == "Erstens: LookupError\nZweitens: 2\n"
    assert list(DueJob.objects.values_list("name", "done", "last_error")) == [("a", 0, "LookupError"), ("b", 2, "")]
    with pytest.raises(CommandError):
        call_command("run_due", stdout=out, stderr=out)
    assert calls == [1], "a daily job is due again tomorrow, a broken one at once"
    DueJob.objects.update(next_at=timezone.now())
    monkeypatch.setattr(due, "due_jobs", lambda: jobs[1:])
    assert run_due() == "Zweitens: 2\n"


def test_a_job_is_taken_by_one_and_left_to_another_when_its_process_died() -> None:
    row = DueJob.objects.create(name="a")
    other = DueJob.objects.get()
    assert (row.take(), other.take()) == (True, False)
    DueJob.objects.update(taken_until=timezone.now())
    assert other.take()
    row.finish(done=1, every=timedelta(days=1))
    assert DueJob.objects.get().finished_at is None, "the first one speaks no more for a job that another one has"


@pytest.mark.parametrize(("minutes", "said"), [(None, True), (61, True), (59, False)])
def test_the_deployment_check_notices_when_nobody_calls_it(minutes: int | None, said: bool) -> None:
    if minutes is not None:
        DueJob.objects.create(name="mails", started_at=timezone.now() - timedelta(minutes=minutes))
    found = [message.id for message in run_checks(include_deployment_checks=True)]
    assert ("quartier.W002" in found) == said


def test_what_is_old_is_cleared() -> None:
    now = timezone.now()
    person, states = PersonFactory(), Mail.State
    kept = [
        MailFactory(person=person, state=states.SENT, created_at=now - timedelta(days=399)),
        MailFactory(person=None, address="a@example.org", state=states.SENT, created_at=now - timedelta(days=89)),
        MailFactory(person=person, state=states.WAITING, created_at=now - timedelta(days=999)),
    ]
    MailFactory(person=person, state=states.SENT, created_at=now - timedelta(days=401))
    MailFactory(person=None, address="a@example.org", state=states.FAILED, created_at=now - timedelta(days=91))
    FormReceipt.objects.create(fingerprint="alt")
    FormReceipt.objects.update(created_at=now - timedelta(days=2))
    FormReceipt.objects.create(fingerprint="neu")
    assert (clear_old_rows(), clear_old_rows()) == (3, 0)
    assert set(Mail.objects.all()) == set(kept)
    assert FormReceipt.objects.get().fingerprint == "neu"


def test_sessions_that_are_over_go_with_their_line_in_the_list_of_devices(client) -> None:
    person = PersonFactory()
    for number, days in enumerate((-1, 1)):
        session = Session.objects.create(
            session_key=f"key{number}", session_data="", expire_date=timezone.now() + timedelta(days=days)
        )
        UserSession.objects.create(user=person, session_key=session.session_key, ip="127.0.0.1")
    DBTaskResult.objects.create(
        status="SUCCESSFUL",
        args_kwargs={},
        backend_name="default",
        run_after=timezone.now(),
        finished_at=timezone.now() - timedelta(days=8),
        task_path="x",
        exception_class_path="",
        traceback="",
    )
    assert (clear_sessions_and_tasks(), clear_sessions_and_tasks()) == (3, 0)
    assert [one.session_key for one in UserSession.objects.all()] == ["key1"]


def test_sqlite_is_told_how_much_its_indexes_tell_apart() -> None:
    ActorFactory()
    assert run_due() == "Nichts war fällig.\n"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT stat FROM sqlite_stat1 WHERE idx = 'actor_list_order'")
            assert cursor.fetchall() == [("1 1 1 1",)]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_at_once_send_each_mail_once_and_do_each_job_once(monkeypatch, attempt: int) -> None:
    know(monkeypatch, ProbeMail())
    calls: list[int] = []
    counted = Job("counted", "Counted", lambda: calls.append(1) or 1, timedelta(days=1))
    jobs = [*due_jobs(), counted]
    monkeypatch.setattr(due, "due_jobs", lambda: jobs)
    actor = ActorFactory()
    for _ in range(12):
        member = MembershipFactory(actor=actor)
        MailFactory(kind="probe", person=member.person, about_id=actor.pk)
    at_once(run_due, run_due, run_due)
    assert sorted(message.to for message in mail.outbox) == sorted([one.email] for one in actor_team(actor))
    assert set(Mail.objects.values_list("state", "attempts")) == {(Mail.State.SENT, 1)}
    assert calls == [1]


def actor_team(actor):
    return [one.person for one in actor.memberships.select_related("person")]
