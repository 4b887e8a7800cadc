"""Invitations: who sends which, what the mail says, and what the link does for whom. It works once."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPException

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partners.actions import invitations
from partners.models import Actor, Invitation, Membership, Person
from tests.factories import (
    PASSWORD,
    ActorFactory,
    AdminFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db
Role = Invitation.Role
GUEST = "gast@example.org"
NEWCOMER = {"name": "Noor Gast", "password": "ein langer Satz 9"}


@pytest.fixture
def manager() -> Person:
    return MembershipFactory(actor=ActorFactory(name="Treff", slug="treff"), role="manager").person


@pytest.fixture
def actor(manager: Person) -> Actor:
    return manager.memberships.get().actor


@pytest.fixture
def send(django_capture_on_commit_callbacks):
    """Invites and gives the path of the link in the mail."""

    def invite(**values) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            invitations.invite(**{"email": GUEST, "role": Role.EDITOR} | values)
        return path_in(mail.outbox[-1].body)

    return invite


def path_in(body: str) -> str:
    return re.search(r"http://localhost:8000(/einladungen/[^/]+/)", body)[1]


def earlier(**values) -> None:
    """Moves all invitations into the past, as if they had been sent an hour ago."""
    Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1), **values)


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


# --- the mail ---------------------------------------------------------------------------------------------------------


def test_the_mail_says_who_invites_whom_to_what(send, manager, actor):
    manager.name, manager.language = "Kim Beispiel", "en"
    manager.save()
    path = send(by=manager, actor=actor, name="Noor Gast")
    (message,) = mail.outbox
    assert (message.subject, message.to, message.from_email) == (
        "Invitation: Treff",
        [GUEST],
        "Quartier <quartier@localhost>",
    )
    assert "Hello Noor Gast," in message.body
    assert "Kim Beispiel invites you to keep the profile of “Treff”." in message.body
    assert message.body.count("http://localhost:8000/einladungen/") == 1
    assert "works once, for 14 days" in message.body
    assert "You get this mail because Kim Beispiel entered your address" in message.body
    token = path.split("/")[2]
    assert token not in str(Invitation.objects.values().get())


@pytest.mark.parametrize(
    ("reader", "inviter", "language"), [(None, "en", "en"), (None, "de", "de"), ("en", "de", "en"), ("de", "en", "de")]
)
def test_the_mail_speaks_the_language_of_the_reader(send, manager, actor, monkeypatch, reader, inviter, language):
    spoken = []
    monkeypatch.setattr(invitations.translation, "override", _noting(spoken, invitations.translation.override))
    if reader:
        PersonFactory(email=GUEST, language=reader)
    manager.language = inviter
    send(by=manager, actor=actor)
    assert spoken == [language]


def _noting(spoken, override):
    def note(language):
        spoken.append(language)
        return override(language)

    return note


def test_names_cannot_write_headers_or_markup(send, manager):
    actor = ActorFactory(name="Treff\r\nBcc: alle@example.org <b>&amp;")
    manager.language = "en"
    send(by=manager, actor=actor)
    (message,) = mail.outbox
    assert message.subject == "Invitation: Treff Bcc: alle@example.org <b>&amp;"
    assert message.recipients() == [GUEST]
    assert "<b>&amp;" in message.body


def test_a_mail_that_cannot_leave_is_no_breakdown(manager, actor, monkeypatch, django_capture_on_commit_callbacks):
    def broken(*args, **kwargs):
        raise SMTPException("down")

    monkeypatch.setattr(invitations, "send_mail", broken)
    monkeypatch.setattr(invitations.transaction, "on_commit", lambda deliver: deliver())
    page = signed_in(manager).post("/akteure/treff/team/", {"email": GUEST, "role": "editor"}, follow=True)
    assert "the mail could not be sent" in page.content.decode()


# --- sending ----------------------------------------------------------------------------------------------------------


def test_inviting_again_renews_the_link(send, manager, actor):
    first = send(by=manager, actor=actor)
    earlier()
    second = send(by=manager, actor=actor, email="GAST@example.org", role=Role.MANAGER)
    assert first != second
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == (GUEST, Role.MANAGER)
    client = Client(headers={"accept-language": "en"})
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_an_invitation_that_is_too_old_can_be_sent_anew(send, manager, actor):
    old = send(by=manager, actor=actor)
    earlier(expires_at=timezone.now() - timedelta(minutes=1))
    assert Client().get(old).status_code == 410
    assert Client().get(send(by=manager, actor=actor)).status_code == 200


def test_nobody_is_flooded(send, manager, actor):
    send(by=manager, actor=actor)
    with pytest.raises(
        ValidationError, match=r"has just got an invitation. You can send another one after 10 minutes."
    ):
        send(by=manager, actor=actor)
    with pytest.raises(ValidationError, match="has just got an invitation"):
        invitations.resend(invitation=Invitation.objects.get(), by=manager)
    assert len(mail.outbox) == 1


def test_fifty_invitations_a_day_are_enough(send, manager, actor):
    for number in range(50):
        send(by=manager, actor=actor, email=f"gast{number}@example.org")
    with pytest.raises(ValidationError, match="You have sent 50 invitations within a day"):
        send(by=manager, actor=actor)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=25))
    send(by=manager, actor=actor)


def test_who_belongs_to_the_team_is_not_invited_again(send, manager, actor):
    editor = MembershipFactory(actor=actor).person
    further = EmailAddress.objects.create(user=editor, email="zweite@example.org", verified=True)
    unsure = EmailAddress.objects.create(user=editor, email="dritte@example.org", verified=False)
    for email in (manager.email, editor.email, editor.email.upper(), further.email):
        with pytest.raises(ValidationError, match="already belongs to the team"):
            send(by=manager, actor=actor, email=email)
    send(by=manager, actor=actor, email=editor.email, role=Role.MANAGER)
    send(by=manager, actor=actor, email=unsure.email)
    home = NeighbourhoodFactory(organisers=[editor])
    with pytest.raises(ValidationError, match="already belongs to the team"):
        send(by=manager, neighbourhood=home, email=editor.email, role=Role.ORGANISER)


def test_an_invitation_leads_to_one_team(manager, actor):
    home = NeighbourhoodFactory()
    values = {"email": GUEST, "expires_at": timezone.now(), "token_hash": "x"}
    for wrong in (
        {"role": Role.ORGANISER, "actor": actor},
        {"role": Role.EDITOR, "neighbourhood": home},
        {"role": Role.EDITOR, "neighbourhood": home, "actor": actor},
        {"role": Role.EDITOR},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.create(**values | wrong)


def test_the_form_sent_twice_sends_one_mail(manager, actor, django_capture_on_commit_callbacks):
    client = signed_in(manager)
    url = "/akteure/treff/team/"
    data = {"email": GUEST, "role": "editor", "once": client.get(url).context["form"]["once"].value()}
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(url, data)["Location"] == url
    assert len(mail.outbox) == Invitation.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"email": ""}, "email", "Enter an e-mail address."),
        ({"email": "gast"}, "email", "Enter a complete e-mail address, for example name@example.org."),
        ({"email": "gast@example.org\nBcc: alle@example.org"}, "email", "Enter a complete e-mail address"),
        ({"email": f"{'x' * 1_000_000}@example.org"}, "email", "Enter a complete e-mail address"),
        ({"name": "x\x00"}, "name", "This holds a character that cannot be stored."),
        ({"role": "organiser"}, "role", "This choice is not offered any more."),
        ({"role": ""}, "role", "Choose one."),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(manager, actor, data, field, sentence):
    response = signed_in(manager).post("/akteure/treff/team/", {"email": GUEST, "role": "editor"} | data)
    assert sentence in response.context["form"].errors[field][0]
    assert not Invitation.objects.exists()


# --- the link ---------------------------------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing(send, manager, actor):
    path = send(by=manager, actor=actor)
    for client in (Client(), signed_in(PersonFactory())):
        for ask in (client.get, client.head):
            assert ask(path).status_code == 200
    assert Invitation.objects.open().count() == 1
    assert not Person.objects.filter(email=GUEST).exists()
    assert "no-store" in Client().get(path)["Cache-Control"]


def test_a_new_account_is_made_confirmed_and_signed_in(send, manager, actor):
    path = send(by=manager, actor=actor, name="Noor")
    client = Client(headers={"accept-language": "en"})
    page = client.get(path)
    assert page.context["form"]["name"].value() == "Noor"
    response = client.post(path, NEWCOMER, follow=True)
    person = Person.objects.get(email=GUEST)
    assert response.redirect_chain == [(actor.get_absolute_url(), 302)]
    assert "Welcome. You belong to the team of “Treff” now." in response.content.decode()
    assert (person.name, person.language, person.check_password(NEWCOMER["password"])) == ("Noor Gast", "en", True)
    assert EmailAddress.objects.get(user=person).verified
    assert Membership.objects.get(person=person).role == "editor"
    assert Invitation.objects.get().accepted_by == person
    assert client.get("/konto/").status_code == 200
    client.logout()
    assert client.post("/konto/login/", {"login": GUEST, "password": NEWCOMER["password"]}).status_code == 302


def test_an_existing_account_signs_in_and_accepts(send, manager, actor):
    person = PersonFactory(email=GUEST, language="en")
    path = send(by=manager, actor=actor)
    client = Client(headers={"accept-language": "en"})
    page = client.get(path).content.decode()
    assert f"/konto/login/?next={path}" in page
    assert client.post(path, NEWCOMER).status_code == 200
    assert not person.memberships.exists()
    back = client.post("/konto/login/", {"login": GUEST, "password": PASSWORD, "next": path})
    assert back["Location"] == path
    assert "Accept the invitation" in client.get(path).content.decode()
    assert client.post(path)["Location"] == actor.get_absolute_url()
    assert person.memberships.get().role == "editor"


def test_a_further_confirmed_address_counts_as_ones_own(send, manager, actor):
    person = PersonFactory()
    EmailAddress.objects.create(user=person, email=GUEST, verified=True)
    assert signed_in(person).post(send(by=manager, actor=actor))["Location"] == actor.get_absolute_url()


def test_somebody_else_who_is_signed_in_is_told_so(send, manager, actor):
    path = send(by=manager, actor=actor)
    other = PersonFactory()
    client = signed_in(other)
    for response in (client.get(path), client.post(path)):
        assert f"The invitation is for {GUEST}, but you are signed in as {other.email}." in response.content.decode()
    assert "Or change the address of your account to the invited one" in response.content.decode()  # it has only one
    assert not other.memberships.exists()
    assert client.post("/konto/logout/", {"next": path})["Location"] == path
    with pytest.raises(ValidationError, match="sent to another e-mail address"):
        invitations.accept(token=path.split("/")[2], person=other)
    assert Invitation.objects.open().exists()


def test_the_link_works_once(send, manager, actor):
    path = send(by=manager, actor=actor)
    person = PersonFactory(email=GUEST)
    client = signed_in(person)
    client.post(path)
    assert client.get(path)["Location"] == client.post(path)["Location"] == actor.get_absolute_url()
    person.memberships.all().delete()
    client.post(path)
    assert not person.memberships.exists()
    gone = Client(headers={"accept-language": "en"}).get(path)
    assert (gone.status_code, "Each link works once." in gone.content.decode()) == (410, True)


@pytest.mark.parametrize(
    "gone",
    [
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
        {"accepted_at": timezone.now()},
    ],
)
def test_a_link_that_is_gone_opens_nothing(send, manager, actor, gone):
    path = send(by=manager, actor=actor)
    Invitation.objects.update(**gone)
    person = PersonFactory(email=GUEST)
    for client in (Client(), signed_in(person)):
        for ask in (client.get, client.post):
            assert ask(path, NEWCOMER).status_code == 410
    with pytest.raises(invitations.InvitationGoneError):
        invitations.accept(token=path.split("/")[2], person=person)
    assert not person.memberships.exists()


def test_into_the_team_of_an_archived_actor_nobody_comes(send, manager, actor):
    path = send(by=manager, actor=actor)
    Actor.objects.update(state=Actor.State.ARCHIVED)
    assert Client().get(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "😀", "a%00b", "%2e%2e", "z" * 5000])
def test_an_unknown_link_says_how_to_go_on(client, token):
    response = client.get(f"/einladungen/{token}/")
    assert response.status_code == 404
    assert GUEST not in response.content.decode()


def test_without_the_link_nobody_learns_who_has_an_account(client):
    PersonFactory(email=GUEST)
    answers = [client.get(f"/einladungen/{token}/?email={GUEST}").content for token in ("x", "y")]
    assert answers[0].replace(b"/x/", b"/y/") == answers[1]


def test_invitations_lift_and_never_lower(send, manager, actor):
    editor = MembershipFactory(actor=actor)
    signed_in(editor.person).post(send(by=manager, actor=actor, email=editor.person.email, role=Role.MANAGER))
    editor.refresh_from_db()
    assert editor.role == "manager"
    path = send(by=manager, actor=actor)
    guest = MembershipFactory(person=PersonFactory(email=GUEST), actor=actor, role="manager")
    signed_in(guest.person).post(path)
    guest.refresh_from_db()
    assert guest.role == "manager"


def test_an_organiser_is_invited_to_a_neighbourhood(send, manager):
    home = NeighbourhoodFactory(slug="daheim")
    client = Client(headers={"accept-language": "en"})
    path = send(by=manager, neighbourhood=home, role=Role.ORGANISER)
    assert client.post(path, NEWCOMER)["Location"] == "/quartiere/daheim/"
    assert home.organisers.get().email == GUEST


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"name": ""}, "name", "Enter your name."),
        ({"password": ""}, "password", "Choose a password."),
        ({"password": "kurz"}, "password", "too short"),
        ({"password": "1234567890123"}, "password", "only digits"),
        ({"password": "password123"}, "password", "Many people use this password"),
        ({"password": "x" * 1_000_000}, "password", "This is too long"),
        ({"password": "ein\x00langer Satz"}, "password", "cannot be stored"),
        ({"name": "Gastname Lang", "password": "gastname lang"}, "password", "too close to your name"),
    ],
)
def test_a_refused_account_leaves_the_link_open(send, manager, actor, data, field, sentence):
    path = send(by=manager, actor=actor)
    client = Client(headers={"accept-language": "en"})
    response = client.post(path, NEWCOMER | data)
    assert sentence in " ".join(response.context["form"].errors[field])
    assert NEWCOMER["password"] not in response.content.decode()
    assert not Person.objects.filter(email=GUEST).exists()
    assert client.post(path, NEWCOMER).status_code == 302


def test_an_address_that_got_an_account_meanwhile_keeps_the_link(send, manager, actor):
    path = send(by=manager, actor=actor)
    PersonFactory(email=GUEST)
    with pytest.raises(ValidationError, match="There is already an account with this address"):
        invitations.accept_as_newcomer(token=path.split("/")[2], language="de", **NEWCOMER)
    assert Invitation.objects.open().exists()


# --- keeping ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["zurueckziehen", "erneut-senden"])
@pytest.mark.parametrize("who", ["manager", "organiser", "admin", "editor", "other_manager", "visitor"])
def test_who_keeps_invitations(send, manager, actor, who, step, django_capture_on_commit_callbacks):
    send(by=manager, actor=actor)
    earlier()
    invitation = Invitation.objects.get()
    people = {
        "manager": manager,
        "organiser": PersonFactory(),
        "admin": AdminFactory(),
        "editor": MembershipFactory(actor=actor).person,
        "other_manager": MembershipFactory(role="manager").person,
    }
    actor.neighbourhoods.get().organisers.add(people["organiser"])
    client = Client() if who == "visitor" else signed_in(people[who])
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(f"/einladungen/{invitation.pk}/{step}/")
    changed = Invitation.objects.get()
    done = changed.revoked_at is not None if step == "zurueckziehen" else changed.token_hash != invitation.token_hash
    if who in {"manager", "organiser", "admin"}:
        assert (response.status_code, response["Location"], done) == (302, "/akteure/treff/team/", True)
        assert len(mail.outbox) == (1 if step == "zurueckziehen" else 2)
    else:
        assert (response.status_code, done) == (302 if who == "visitor" else 404, False)


@pytest.mark.parametrize("step", ["zurueckziehen", "erneut-senden"])
def test_what_is_used_can_neither_be_taken_back_nor_sent_again(send, manager, actor, step):
    path = send(by=manager, actor=actor)
    earlier()
    signed_in(PersonFactory(email=GUEST)).post(path)
    page = signed_in(manager).post(f"/einladungen/{Invitation.objects.get().pk}/{step}/", follow=True)
    assert "This invitation is no longer valid." in page.content.decode()
    assert Invitation.objects.get().revoked_at is None
    assert len(mail.outbox) == 1


def test_an_invitation_of_a_neighbourhood_leads_back_to_its_team(send):
    organiser = PersonFactory()
    home = NeighbourhoodFactory(slug="daheim", organisers=[organiser])
    send(by=organiser, neighbourhood=home, role=Role.ORGANISER)
    response = signed_in(organiser).post(f"/einladungen/{Invitation.objects.get().pk}/zurueckziehen/")
    assert response["Location"] == "/quartiere/daheim/team/"
