"""Mails leave outside of the request: through django-tasks-db on both databases, and in the demo, beside the server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.tasks import task_backends
from django_tasks_db import DatabaseBackend
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from partners.actions.invitations import invite
from partners.actions.mails import queue_mail
from partners.actions.sending import send_mails
from partners.models import Mail
from tests.factories import ActorFactory, MailFactory, MembershipFactory
from tests.partners.probe_mail import ProbeMail, know
from tests.partners.test_races import at_once
from tests.smtp_server import Post, mail_server


@pytest.fixture
def queued(monkeypatch) -> None:
    """Tasks wait in the database for a worker, as where `WORKER=1` is set."""
    know(monkeypatch, ProbeMail())
    monkeypatch.setattr(task_backends._connections, "default", DatabaseBackend("default", {}), raising=False)


def work() -> None:
    """A worker that does what waits, and ends."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="a",
        excluded_queue_names=[],
    ).run()


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_sent_by_the_worker_and_not_by_who_caused_it(queued) -> None:
    member = MembershipFactory()
    queue_mail(kind=ProbeMail, event="1", to=member.person, about=member.actor)
    assert (Mail.objects.get().state, len(mail.outbox)) == (Mail.State.WAITING, 0)
    work()
    assert (Mail.objects.get().state, len(mail.outbox)) == (Mail.State.SENT, 1)
    assert [task.status for task in DBTaskResult.objects.all()] == ["SUCCESSFUL"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_three_workers_at_once_send_each_mail_once(monkeypatch, settings, attempt: int) -> None:
    know(monkeypatch, ProbeMail())
    post = Post()
    actor = ActorFactory()
    people = [MembershipFactory(actor=actor).person for _ in range(20)]
    for person in people:
        MailFactory(person=person, about_id=actor.pk)
    with mail_server(post):
        options = {"host": "127.0.0.1", "port": post.port, "timeout": 30}
        smtp = {"BACKEND": "partners.smtp.EmailBackend", "OPTIONS": options}
        settings.MAILERS = settings.MAILERS | {"outbox": smtp}
        sent = at_once(*[send_mails.call] * 3)
    assert post.recipients() == sorted(person.email for person in people)
    assert (sum(sent), set(Mail.objects.values_list("state", "attempts"))) == (20, {(Mail.State.SENT, 1)})


# --- the demo -----------------------------------------------------------------------------------------------------------


def database_url() -> str:
    """Of the database of this test, for a process of its own."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def is_served(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def until(happened: Callable[[], bool], *, seconds: int = 120) -> bool:
    end = time.monotonic() + seconds
    while not (done := happened()) and time.monotonic() < end:
        time.sleep(0.1)
    return done


@pytest.mark.django_db(transaction=True)
def test_the_demo_serves_and_sends_and_ends_whole(queued) -> None:
    """An invitation waits for a worker; that of the demo prints it, because no mail server is set."""
    member = MembershipFactory(role="manager")
    invite(email="mira@example.org", role="editor", by=member.person, actor=member.actor)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    demo = subprocess.Popen(
        [sys.executable, str(Path(settings.BASE_DIR, "manage.py")), "demo", "--port", str(port)],
        env=kept | {"DATABASE_URL": database_url(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert demo.stdout is not None
    said: list[str] = []
    reader = threading.Thread(target=said.extend, args=[demo.stdout])
    reader.start()
    try:
        assert until(lambda: is_served(port) and "To: mira@example.org\n" in said), said
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does with Ctrl+C
        assert demo.wait(timeout=60) == 0
        reader.join(timeout=60)
        assert (is_served(port), reader.is_alive()) == (False, False)
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)
            demo.wait()
        reader.join()
        demo.stdout.close()
    assert Mail.objects.get().state == Mail.State.SENT
