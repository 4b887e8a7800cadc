"""Notices: at once, once a day or not at all, and out of them with one click."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client

from partners.actions.digests import write_digests
from partners.actions.mails import queue_mail
from partners.actions.notices import choose_notices
from partners.actions.sending import send_mails
from partners.models import Actor, Mail, Membership, NoNotices, Person
from tests.factories import ActorFactory, MembershipFactory
from tests.partners.invited import signed_in
from tests.partners.probe_mail import ProbeMail, ProbeNotice, know
from tests.partners.test_races import at_once

pytestmark = pytest.mark.django_db
Notices, State, Reason = Person.Notices, Mail.State, Mail.Reason
PAGE = "/konto/hinweise/"
MORNING = datetime(2027, 1, 20, 7, 5, tzinfo=ZoneInfo("Europe/Berlin"))
NEXT = MORNING + timedelta(days=1)


@pytest.fixture(autouse=True)
def _probe(monkeypatch):
    know(monkeypatch, ProbeMail(), ProbeNotice())


def write(now: datetime = MORNING) -> int:
    return write_digests(now)


@pytest.fixture
def person() -> Person:
    return person_of(Notices.AT_ONCE)


def person_of(choice: str) -> Person:
    actor = Actor.objects.first() or ActorFactory(name="Treff", slug="treff")
    return MembershipFactory(actor=actor, person__notices=choice, person__language="en").person


def tell(person: Person | str, event: str = "1", kind: type = ProbeNotice) -> None:
    queue_mail(kind=kind, event=event, to=person, about=Actor.objects.get(), language="en")


def states() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("state", "reason"))


def link_in(message: mail.EmailMessage) -> str:
    return re.search(r"http://localhost:8000(/hinweise/abbestellen/[^/]+/)", message.body)[1]


# --- the choice ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "kind", "state"),
    [
        (Notices.AT_ONCE, ProbeNotice, State.SENT),
        (Notices.DAILY, ProbeNotice, State.COLLECTED),
        (Notices.NONE, ProbeNotice, State.DROPPED),
        (Notices.DAILY, ProbeMail, State.SENT),
        (Notices.NONE, ProbeMail, State.SENT),
    ],
)
def test_a_notice_comes_as_chosen_and_what_is_no_notice_always(choice, kind, state):
    tell(person_of(choice), kind=kind)
    send_mails.call()
    assert (Mail.objects.get().state, len(mail.outbox)) == (state, state == State.SENT)


def test_the_choice_is_made_on_a_page_of_the_account(person):
    client = signed_in(person)
    assert client.get(PAGE).context["form"]["notices"].value() == Notices.AT_ONCE
    assert client.post(PAGE, {"notices": "taeglich"})["Location"] == PAGE
    assert "Choose one." in client.post(PAGE, {"notices": "stuendlich"}).content.decode()
    assert Person.objects.get().notices == Notices.DAILY
    assert Client().get(PAGE).status_code == 302
    assert PAGE in client.get("/konto/").content.decode()


@pytest.mark.parametrize(
    ("choice", "after"), [(Notices.AT_ONCE, (State.SENT, "")), (Notices.NONE, (State.DROPPED, Reason.UNWANTED))]
)
def test_what_was_collected_follows_a_new_choice(choice, after, django_capture_on_commit_callbacks):
    person = person_of(Notices.DAILY)
    tell(person)
    send_mails.call()
    with django_capture_on_commit_callbacks(execute=True):
        choose_notices(person=person, choice=choice)
    assert states() == [after]


# --- out of it ----------------------------------------------------------------------------------------------------------


def test_a_notice_says_how_to_get_no_more_and_what_is_no_notice_does_not(person):
    tell(person)
    tell(person, kind=ProbeMail)
    send_mails.call()
    notice, other = mail.outbox
    assert notice.extra_headers["List-Unsubscribe"] == f"<http://localhost:8000{link_in(notice)}>"
    assert notice.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"http://localhost:8000{PAGE}\n" in notice.body
    assert "List-Unsubscribe" not in other.extra_headers
    assert "hinweise" not in other.body


def test_opening_the_link_changes_nothing_and_the_button_ends_it(person):
    tell(person)
    send_mails.call()
    client = Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)
    path = link_in(mail.outbox[0])
    page = client.get(path)
    assert Person.objects.get().notices == Notices.AT_ONCE
    assert ("No more notices" in page.content.decode(), dict(client.cookies)) == (True, {})
    done = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert (done.status_code, "You get no more notices" in done.content.decode()) == (200, True)
    assert (client.post(path).status_code, Person.objects.get().notices) == (200, Notices.NONE)
    assert client.post(path, {"wahl": "taeglich"}).status_code == 200
    assert Person.objects.get().notices == Notices.DAILY


def test_an_address_without_an_account_gets_out_of_it_too():
    ActorFactory()
    tell("gast@example.org")
    send_mails.call()
    assert mail.outbox[0].extra_headers["List-Unsubscribe"].startswith("<http://localhost:8000/hinweise")
    assert PAGE not in mail.outbox[0].body
    path = link_in(mail.outbox[0])
    assert "gast" not in path
    assert Client().post(path).status_code == 200
    assert Client().post(path).status_code == 200
    assert "gast" not in str(NoNotices.objects.values().get())
    tell("GAST@example.org", "2")
    tell("gast@example.org", "2", kind=ProbeMail)
    send_mails.call()
    assert states() == [(State.SENT, ""), (State.DROPPED, Reason.UNWANTED), (State.SENT, "")]


def test_a_link_that_we_never_signed_leads_nowhere(person):
    tell(person)
    send_mails.call()
    path = link_in(mail.outbox[0])
    for wrong in (path[:-2] + "x/", "/hinweise/abbestellen/1/"):
        assert (Client().get(wrong).status_code, Client().post(wrong).status_code) == (404, 404)
    Person.objects.all().delete()
    assert (Client().get(path).status_code, Client().post(path).status_code) == (200, 200)


# --- the daily mail -------------------------------------------------------------------------------------------------------


def collected(number: int) -> Person:
    person = person_of(Notices.DAILY)
    for event in range(number):
        tell(person, str(event))
    send_mails.call()
    return person


def test_one_mail_a_day_holds_what_is_new():
    person = collected(3)
    assert mail.outbox == []
    assert (write(), write()) == (1, 0)
    assert send_mails.call() == 1
    (message,) = mail.outbox
    assert (message.subject, message.to) == ("3 things are new: 20 January 2027", [person.email])
    assert message.body.count("* About Treff\n  http://localhost:8000/akteure/treff/\n") == 3
    assert "http://localhost:8000/uebersicht/" in message.body
    assert "List-Unsubscribe" in message.extra_headers
    assert set(states()) == {(State.SENT, "")}


def test_what_comes_later_waits_for_the_morning():
    person = collected(1)
    assert write(MORNING.replace(hour=6, minute=59)) == 0
    write()
    send_mails.call()
    tell(person, "later")
    send_mails.call()
    assert (write(), send_mails.call(), len(mail.outbox)) == (0, 0, 1)
    assert (write(NEXT), send_mails.call(), mail.outbox[1].subject) == (1, 1, "1 thing is new: 21 January 2027")


def test_nothing_new_is_no_mail():
    person_of(Notices.DAILY)
    assert (write(), send_mails.call()) == (0, 0)


def test_a_line_to_which_the_right_is_gone_is_left_out():
    person = collected(2)
    other = MembershipFactory(person=person, actor=ActorFactory(name="Laden")).actor
    queue_mail(kind=ProbeNotice, event="9", to=person, about=other)
    send_mails.call()
    write()
    Membership.objects.filter(actor__slug="treff").delete()
    send_mails.call()
    assert mail.outbox[0].subject.startswith("1 thing is new")
    assert "Treff" not in mail.outbox[0].body
    dropped = Mail.objects.filter(state=State.DROPPED)
    assert list(dropped.values_list("reason", flat=True)) == [Reason.NOT_ALLOWED] * 2


def test_a_daily_mail_of_which_no_line_holds_is_not_sent():
    collected(2)
    write()
    Membership.objects.all().delete()
    assert (send_mails.call(), {state for state, _ in states()}) == (0, {State.DROPPED})


def test_a_daily_mail_that_an_admin_closes_takes_its_lines_along():
    collected(2)
    write()
    Mail.objects.filter(kind="digest").update(state=State.FAILED)
    assert Mail.objects.filter(kind="digest").close() == 1
    assert set(states()) == {(State.DROPPED, Reason.CLOSED)}


def test_a_line_that_cannot_be_written_waits_for_tomorrow(monkeypatch):
    person = collected(1)
    tell(person, "broken")
    send_mails.call()
    letter = ProbeNotice.letter

    def breaks(self, mail, row):
        if mail.event == "probe-notice:broken":
            raise LookupError
        return letter(self, mail, row)

    monkeypatch.setattr(ProbeNotice, "letter", breaks)
    write()
    assert send_mails.call() == 1
    assert Mail.objects.get(event="probe-notice:broken").state == State.COLLECTED
    monkeypatch.setattr(ProbeNotice, "letter", letter)
    assert (write(NEXT), send_mails.call()) == (1, 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_two_who_write_and_send_the_daily_mail_at_once_lose_no_line(attempt):
    person = collected(3)

    def do() -> None:
        write()
        send_mails.call()

    at_once(do, do, do)
    assert [message.to for message in mail.outbox] == [[person.email]]
    assert mail.outbox[0].subject.startswith("3 things")
    assert set(Mail.objects.values_list("state", "attempts")) == {(State.SENT, 1)}
