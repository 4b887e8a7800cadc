"""The link of an invitation: what it does for whom. It works once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from partners.actions import invitations
from partners.models import Actor, Invitation, Membership, Person
from tests.factories import (
    PASSWORD,
    MembershipFactory,
    NeighbourhoodFactory,
    PersonFactory,
)
from tests.partners.invited import GUEST, NEWCOMER, Role, signed_in

pytestmark = pytest.mark.django_db


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
    home = NeighbourhoodFactory(slug="daheim", organisers=[manager])
    client = Client(headers={"accept-language": "en"})
    path = send(by=manager, neighbourhood=home, role=Role.ORGANISER)
    assert client.post(path, NEWCOMER)["Location"] == "/quartiere/daheim/"
    assert home.organisers.exclude(pk=manager.pk).get().email == GUEST


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


def test_who_deleted_her_account_a_moment_ago_is_a_visitor_to_the_link(send, manager, actor, monkeypatch):
    path = send(by=manager, actor=actor)
    person = PersonFactory(email=GUEST)
    client = signed_in(person)
    accept = invitations.accept

    def too_late(**values):
        Person.objects.filter(pk=person.pk).delete()
        return accept(**values)

    monkeypatch.setattr(invitations, "accept", too_late)
    response = client.post(path)
    assert (response.status_code, response["Location"]) == (302, path)
    assert client.get(path).status_code == 200
    assert Invitation.objects.open().exists()
