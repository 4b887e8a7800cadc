"""The outbox: each mail once, whatever the mail server does, and none for who lost the right to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partners.actions.mail_kinds import mail_kinds
from partners.actions.mails import queue_mail, queue_mails
from partners.actions.sending import send_mails
from partners.models import Actor, Mail, Membership, Person, declare_lost
from tests.factories import ActorFactory, AdminFactory, MailFactory, MembershipFactory, PersonFactory
from tests.partners.probe_mail import ProbeMail, know
from tests.smtp_server import Post, mail_server

pytestmark = pytest.mark.django_db
State, Reason = Mail.State, Mail.Reason


@pytest.fixture(autouse=True)
def _probe(monkeypatch):
    know(monkeypatch, ProbeMail())


@pytest.fixture
def post(settings) -> Post:
    """A mail server that is not running yet; the portal sends there and waits a third of a second for answers."""
    post = Post()
    with mail_server(post):
        pass
    options = {"host": "127.0.0.1", "port": post.port, "timeout": 0.3}
    settings.MAILERS = settings.MAILERS | {"outbox": {"BACKEND": "partners.smtp.EmailBackend", "OPTIONS": options}}
    return post


def states() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("state", "reason"))


def send() -> int:
    return send_mails.call()


def later(**values: Any) -> None:
    """As if the pauses were over."""
    Mail.objects.filter(state=State.RETRY).update(next_attempt_at=timezone.now(), **values)


def team(number: int) -> tuple[Actor, list[Person]]:
    actor = ActorFactory(name="Treff", slug="treff")
    people = [MembershipFactory(actor=actor, person__email=f"{n}@example.org").person for n in range(number)]
    return actor, people


# --- queueing -----------------------------------------------------------------------------------------------------------


def test_one_event_is_one_mail_for_each_recipient(django_capture_on_commit_callbacks):
    actor, people = team(2)
    with django_capture_on_commit_callbacks(execute=True):
        new = queue_mails(kind=ProbeMail, event="1", to=[*people, people[0], "gast@example.org"], about=actor)
    again = queue_mails(kind=ProbeMail, event="1", to=[*people, "GAST@example.org ", PersonFactory()], about=actor)
    assert (new, again, queue_mail(kind=ProbeMail, event="2", to=people[0], about=actor)) == (3, 1, True)
    assert sorted(message.to for message in mail.outbox) == [["0@example.org"], ["1@example.org"], ["gast@example.org"]]
    assert not queue_mail(kind=ProbeMail, event="2", to=people[0], about=actor)


def test_what_is_not_stored_is_not_sent(django_capture_on_commit_callbacks):
    actor, (person,) = team(1)

    @transaction.atomic
    def cause() -> None:
        queue_mail(kind=ProbeMail, event="1", to=person, about=actor)
        ActorFactory(slug=actor.slug)

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(IntegrityError):
        cause()
    assert (states(), mail.outbox) == ([], [])


def test_a_mail_goes_to_a_person_or_to_an_address():
    for wrong in ({"address": "gast@example.org"}, {"person": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            MailFactory(**wrong)


def test_the_mail_says_what_it_is_and_has_one_link():
    actor, (person,) = team(1)
    person.name, person.language = "Kim", "en"
    person.save()
    queue_mail(kind=ProbeMail, event="1", to=person, about=actor)
    assert send() == 1
    (message,) = mail.outbox
    assert (message.subject, message.to) == ("About Treff", ["0@example.org"])
    assert message.body.startswith("Hello Kim,\n")
    assert message.body.count("http://localhost:8000/akteure/treff/\n") == 1
    assert message.extra_headers == {
        "Message-ID": Mail.objects.get().message_id,
        "Auto-Submitted": "auto-generated",
    }
    assert message.message()["Message-ID"].endswith("@localhost>")


def test_every_kind_of_the_portal_is_known():
    assert {"invitation", "consent"} <= set(mail_kinds())
    assert [kind for kind in mail_kinds().values() if not str(kind.label)] == []


# --- rights, asked again at sending --------------------------------------------------------------------------------------


def _left(actor: Actor, person: Person) -> None:
    Membership.objects.all().delete()


def _switched_off(actor: Actor, person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(is_active=False)


def _gone(actor: Actor, person: Person) -> None:
    Membership.objects.all().delete()
    actor.delete()


@pytest.mark.parametrize(
    ("change", "reason"),
    [(_left, Reason.NOT_ALLOWED), (_switched_off, Reason.INACTIVE), (_gone, Reason.GONE)],
)
def test_who_lost_the_right_meanwhile_gets_no_mail(change, reason):
    actor, (person,) = team(1)
    queue_mail(kind=ProbeMail, event="1", to=person, about=actor)
    change(actor, person)
    assert (send(), mail.outbox, states()) == (0, [], [(State.DROPPED, reason)])


def test_a_mail_goes_to_the_address_that_the_person_has_now():
    actor, (person,) = team(1)
    queue_mail(kind=ProbeMail, event="1", to=person, about=actor)
    Person.objects.update(email="neu@example.org")
    send()
    assert mail.outbox[0].to == ["neu@example.org"]


def test_with_the_account_go_its_mails():
    actor, (person, other) = team(2)
    queue_mail(kind=ProbeMail, event="1", to=person, about=actor, by=other)
    queue_mail(kind=ProbeMail, event="1", to=other, about=actor, by=person)
    person.delete()
    assert Mail.objects.get().by is None
    assert (send(), mail.outbox[0].to) == (1, [other.email])


# --- a mail server as it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", ["down", "slow", "hangs up"])
def test_when_the_server_is_back_each_mail_arrives_once(post, trouble):
    """While it is in trouble one mail is tried, and the others do not wait behind it for nothing."""
    actor, people = team(3)
    queue_mails(kind=ProbeMail, event="1", to=people, about=actor)
    ids = set(Mail.objects.values_list("message_id", flat=True))
    if trouble == "down":
        assert send() == 0
    else:
        post.slow, post.hangs_up = (1, "") if trouble == "slow" else (0, "before")
        with mail_server(post):
            assert send() == 0
    assert states() == [(State.RETRY, ""), (State.WAITING, ""), (State.WAITING, "")]
    post.slow, post.hangs_up = 0, ""
    with mail_server(post):
        assert send() == 2
        later()
        assert (send(), send()) == (1, 0)
    assert post.recipients() == ["0@example.org", "1@example.org", "2@example.org"]
    assert {message["Message-ID"] for _, message in post.arrived} == ids
    assert set(states()) == {(State.SENT, "")}


def test_a_text_that_may_have_arrived_is_not_sent_again_by_itself(post):
    """The server took it and hung up before it said so: who repeats it writes twice."""
    actor, (person,) = team(1)
    queue_mail(kind=ProbeMail, event="1", to=person, about=actor)
    post.hangs_up = "after"
    with mail_server(post):
        assert send() == 0
        Mail.objects.update(next_attempt_at=timezone.now(), taken_at=timezone.now() - timedelta(days=1))
        assert (send(), declare_lost(), send()) == (0, 0, 0)
    assert (states(), post.recipients()) == ([(State.UNCLEAR, "")], [person.email])
    assert Mail.objects.get().last_error == "SMTPServerDisconnected"


@pytest.mark.parametrize(
    ("refusal", "state", "reason", "error"),
    [
        ({"refused": {"1@example.org": 550}}, State.FAILED, Reason.REFUSED, "SMTPRecipientsRefused 550"),
        ({"refused": {"1@example.org": 451}}, State.RETRY, "", "SMTPRecipientsRefused 451"),
    ],
)
def test_one_refused_recipient_holds_nobody_up(post, refusal, state, reason, error):
    actor, people = team(3)
    queue_mails(kind=ProbeMail, event="1", to=people, about=actor)
    post.refused = refusal["refused"]
    with mail_server(post):
        assert send() == 2
    assert states() == [(State.SENT, ""), (state, reason), (State.SENT, "")]
    assert Mail.objects.get(person=people[1]).last_error == error  # no word of the server, which repeats the address
    post.refused = {}
    with mail_server(post):
        later()
        assert send() == (0 if state == State.FAILED else 1)


@pytest.mark.parametrize(("code", "state"), [(554, State.FAILED), (452, State.RETRY)])
def test_a_text_that_the_server_does_not_take_has_not_left(post, code, state):
    actor, (person,) = team(1)
    queue_mail(kind=ProbeMail, event="1", to=person, about=actor)
    post.text_code = code
    with mail_server(post):
        assert send() == 0
    assert (Mail.objects.get().state, post.arrived) == (state, [])


def test_an_address_that_no_server_takes_is_a_failure_at_once(post):
    MailFactory(person=None, address="jürgen@example.org", about_id=ActorFactory().pk)
    with mail_server(post):
        assert send() == 0
    assert states() == [(State.FAILED, Reason.REFUSED)]


def test_the_pauses_grow_and_end_after_five_days():
    actor, (person,) = team(1)
    queue_mail(kind=ProbeMail, event="1", to=person, about=actor)
    pauses = []
    for _ in range(7):
        row = Mail.objects.get()
        row.take()
        row.try_later("down")
        row.refresh_from_db()
        pauses.append(round((row.next_attempt_at - timezone.now()).total_seconds() / 60))
        later()
    assert pauses == [1, 5, 15, 60, 180, 360, 360]
    Mail.objects.update(created_at=timezone.now() - timedelta(days=6))
    row = Mail.objects.get()
    row.take()
    row.try_later("down")
    assert states() == [(State.FAILED, Reason.GIVEN_UP)]


def test_a_mail_that_cannot_be_written_keeps_no_other_from_leaving(monkeypatch, caplog):
    actor, (person,) = team(1)
    MailFactory(kind="forgotten", person=person)
    queue_mail(kind=ProbeMail, event="1", to=person, about=actor)
    assert send() == 1
    assert states() == [(State.RETRY, ""), (State.SENT, "")]
    assert "cannot be written" in caplog.text


# --- a worker that dies ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handed", "minutes", "state"),
    [(False, 16, State.RETRY), (True, 16, State.UNCLEAR), (False, 14, State.TAKEN), (True, 14, State.TAKEN)],
)
def test_what_a_dead_worker_left_is_unclear_only_if_it_may_have_left(handed, minutes, state):
    taken = timezone.now() - timedelta(minutes=minutes)
    MailFactory(state=State.TAKEN, taken_at=taken, handed_at=taken if handed else None)
    assert declare_lost() == (state != State.TAKEN)
    assert Mail.objects.get().state == state


def test_a_worker_that_was_only_slow_is_believed_and_sends_nothing_twice():
    slow, done = MailFactory(), MailFactory()
    assert slow.take()
    assert done.take()
    assert done.hand()
    Mail.objects.update(taken_at=(long_ago := timezone.now() - timedelta(hours=1)))
    slow.taken_at = done.taken_at = long_ago
    assert declare_lost() == 2
    assert not slow.hand()
    done.mark_sent()
    assert [state for state, _ in states()] == [State.RETRY, State.SENT]


def test_a_mail_that_somebody_has_is_not_taken():
    row = MailFactory()
    other = Mail.objects.get()
    assert (row.take(), other.take(), other.hand()) == (True, False, False)
    other.mark_sent()
    assert Mail.objects.get().state == State.TAKEN


def test_many_mails_leave_in_several_goes(monkeypatch):
    monkeypatch.setattr("partners.actions.sending.AT_ONCE", 2)
    actor, people = team(5)
    queue_mails(kind=ProbeMail, event="1", to=people, about=actor)
    send()
    assert len(mail.outbox) == 5


# --- the administration ---------------------------------------------------------------------------------------------------

LIST = "/admin/partners/mail/"


def admin_client(*permissions: str) -> Client:
    from django.contrib.auth.models import Permission

    client = Client(headers={"accept-language": "en"})
    person = PersonFactory(is_staff=True) if permissions else AdminFactory()
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(person)
    return client


def test_what_is_unclear_stands_on_top():
    for state in (State.UNCLEAR, State.SENT, State.WAITING, State.FAILED):
        MailFactory(state=state)
    rows = admin_client().get(LIST).context["cl"].result_list
    assert [row.state for row in rows] == [State.UNCLEAR, State.FAILED, State.WAITING, State.SENT]


@pytest.mark.parametrize(
    ("permissions", "may_see", "may_decide"),
    [
        ((), True, True),
        (("view_mail",), True, False),
        (("view_mail", "change_mail"), True, True),
        (("view_actor",), False, False),
    ],
)
def test_who_looks_and_who_decides(permissions, may_see, may_decide):
    actor, (person,) = team(1)
    queue_mail(kind=ProbeMail, event="1", to=person, about=actor)
    Mail.objects.update(state=State.UNCLEAR)
    row = Mail.objects.get()
    client = admin_client(*permissions)
    assert client.get(LIST).status_code == (200 if may_see else 403)
    assert client.get(f"{LIST}{row.pk}/change/").status_code == (200 if may_see else 403)
    client.post(LIST, {"action": "send_again", "_selected_action": [row.pk]})
    assert [message.to for message in mail.outbox] == ([[person.email]] if may_decide else [])
    assert Mail.objects.get().message_id == row.message_id


@pytest.mark.parametrize(
    ("action", "after"),
    [
        ("send_again", {State.UNCLEAR: State.SENT, State.FAILED: State.SENT, State.RETRY: State.RETRY}),
        ("close", {State.UNCLEAR: State.DROPPED, State.FAILED: State.DROPPED, State.RETRY: State.DROPPED}),
    ],
)
def test_what_is_finished_or_under_way_is_left_alone(action, after):
    actor, (person,) = team(1)
    later = timezone.now() + timedelta(hours=1)
    rows = {
        state: MailFactory(state=state, person=person, about_id=actor.pk, next_attempt_at=later).pk for state in State
    }
    admin_client().post(LIST, {"action": action, "_selected_action": list(rows.values())})
    now = dict(Mail.objects.values_list("pk", "state"))
    untouched = {state: state for state in (State.SENT, State.DROPPED, State.TAKEN)}
    for state, expected in (after | untouched).items():
        assert now[rows[state]] == expected
