"""Invitations: who sends and keeps which, and what the mail says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partners.actions import invitations
from partners.models import Actor, Invitation, Mail, Membership
from tests.factories import (
    ActorFactory,
    AdminFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PersonFactory,
)
from tests.partners.invited import GUEST, Role, earlier, signed_in

pytestmark = pytest.mark.django_db


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
    ("reader", "inviter", "greeting"),
    [(None, "en", "Hello,"), (None, "de", "Guten Tag!"), ("en", "de", "Hello Noor,"), ("de", "en", "Guten Tag Noor!")],
)
def test_the_mail_speaks_the_language_of_the_reader(send, manager, actor, reader, inviter, greeting):
    if reader:
        PersonFactory(email=GUEST, name="Noor", language=reader)
    manager.language = inviter
    send(by=manager, actor=actor)
    assert mail.outbox[0].body.splitlines()[0] == greeting


def test_names_cannot_write_headers_or_markup(send, manager):
    actor = ActorFactory(name="Treff\r\nBcc: alle@example.org <b>&amp;")
    MembershipFactory(actor=actor, person=manager, role="manager")
    manager.language = "en"
    send(by=manager, actor=actor)
    (message,) = mail.outbox
    assert message.subject == "Invitation: Treff Bcc: alle@example.org <b>&amp;"
    assert message.recipients() == [GUEST]
    assert "<b>&amp;" in message.body


def test_the_link_is_made_when_the_mail_is_sent_and_stands_nowhere_before(manager, actor, settings):
    invitation = invitations.invite(email=GUEST, role=Role.EDITOR, by=manager, actor=actor)
    stored = f"{Invitation.objects.values().get()} {Mail.objects.values().get()}"
    assert invitation.token not in stored
    settings.SECRET_KEY = "another key"
    assert Invitation.objects.get().token == ""


def _revoked(invitation: Invitation) -> None:
    invitations.revoke(invitation=invitation)


def _no_manager_any_more(invitation: Invitation) -> None:
    Membership.objects.update(role="editor")


def _archived(invitation: Invitation) -> None:
    Actor.objects.update(state=Actor.State.ARCHIVED)


def _renewed(invitation: Invitation) -> None:
    invitation.renew_token()
    invitation.save()


@pytest.mark.parametrize("change", [_revoked, _no_manager_any_more, _archived, _renewed])
def test_an_invitation_that_does_not_hold_any_more_is_not_sent(
    manager, actor, change, django_capture_on_commit_callbacks
):
    """Something happened after it was stored and before it was sent."""
    with django_capture_on_commit_callbacks() as waiting:
        invitation = invitations.invite(email=GUEST, role=Role.EDITOR, by=manager, actor=actor)
    change(invitation)
    for callback in waiting:
        callback()
    assert mail.outbox == []
    assert Mail.objects.get().reason == Mail.Reason.NOT_ALLOWED


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
