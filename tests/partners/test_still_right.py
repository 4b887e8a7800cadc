"""Who keeps a profile that nobody confirmed for a year is asked once, and confirms it with one click."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from partners.actions.confirming import ask_whether_still_right
from partners.actions.sending import send_mails
from partners.models import Actor, Mail, Membership
from tests.factories import ActorFactory, MembershipFactory

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=400)
State = Mail.State


def old(**values) -> Actor:
    actor = ActorFactory(**{"name": "Treff", "slug": "treff", "confirmed_at": LONG_AGO} | values)
    for role in ("editor", "manager"):
        MembershipFactory(actor=actor, role=role, person__email=f"{role}@example.org", person__language="en")
    return actor


def asked() -> str:
    """The path of the link in the one mail."""
    ask_whether_still_right()
    send_mails.call()
    (message,) = mail.outbox
    return re.search(r"http://localhost:8000(/akteure/treff/stimmt-noch/\S+/)", message.body)[1]


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.mark.parametrize(
    ("values", "asks"),
    [
        ({}, True),
        ({"confirmed_at": timezone.now() - timedelta(days=364)}, False),
        ({"state": "entwurf"}, False),
        ({"state": "archiviert"}, False),
    ],
)
def test_who_decides_on_the_team_of_an_old_profile_is_asked_once(values, asks):
    old(**values)
    assert [ask_whether_still_right(), ask_whether_still_right()] == [int(asks), 0]
    send_mails.call()
    assert [message.to for message in mail.outbox] == ([["manager@example.org"]] if asks else [])


def test_who_was_never_confirmed_counts_from_the_first_day_and_a_team_without_a_manager_is_asked_whole():
    actor = old(confirmed_at=None)
    Membership.objects.filter(role="manager").update(role="editor")
    assert ask_whether_still_right() == 0
    Actor.objects.filter(pk=actor.pk).update(created_at=LONG_AGO)
    assert ask_whether_still_right() == 2


def test_a_profile_that_gets_old_again_is_asked_about_again():
    actor = old()
    assert ask_whether_still_right() == 1
    Actor.objects.filter(pk=actor.pk).update(confirmed_at=LONG_AGO + timedelta(days=20))
    assert ask_whether_still_right() == 1


def test_looking_costs_the_same_however_many_were_asked_already(django_assert_num_queries):
    """Two for all of them, and one for each that shows that it was asked."""
    for number in range(3):
        MembershipFactory(actor=ActorFactory(name=f"Treff {number}", confirmed_at=LONG_AGO), role="manager")
        assert ask_whether_still_right() == 1
        with django_assert_num_queries(3 + 3 * (number + 1)):
            assert ask_whether_still_right() == 0


@pytest.mark.parametrize("change", ["confirmed", "left", "hidden"])
def test_what_has_settled_itself_is_not_asked(change):
    actor = old()
    ask_whether_still_right()
    if change == "left":
        Membership.objects.filter(role="manager").delete()
    else:
        values = {"confirmed": {"confirmed_at": timezone.now()}, "hidden": {"state": "verborgen"}}[change]
        Actor.objects.filter(pk=actor.pk).update(**values)
    send_mails.call()
    assert (mail.outbox, Mail.objects.get().state) == ([], State.DROPPED)


def test_one_click_confirms_and_opening_changes_nothing(client):
    old(street="Weg", house_number="1")
    path = asked()
    assert mail.outbox[0].subject == "Is the profile of “Treff” still right?"
    page = client.get(path)
    assert Actor.objects.get().confirmed_at == LONG_AGO
    assert "Weg 1" in page.content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode())[1]
    done = client.post(path, {"seen": seen}, follow=True)
    assert "Thank you. Everybody can now see that this profile is up to date." in done.content.decode()
    actor = Actor.objects.get()
    assert (actor.is_stale, actor.confirmed_by.email) == (False, "manager@example.org")
    assert "It was confirmed on" in client.get(path).content.decode()


def test_what_was_changed_meanwhile_is_not_confirmed_unseen(client):
    old()
    path = asked()
    page = client.post(path, {"seen": "something else"}, follow=True)
    assert "Somebody has changed the profile meanwhile." in page.content.decode()
    assert Actor.objects.get().confirmed_at == LONG_AGO


def test_a_private_address_does_not_stand_on_the_page(client):
    old(street="Geheimweg", house_number="1", city="München", is_address_public=False)
    page = client.get(asked()).content.decode()
    assert ("Geheimweg" in page, "München" in page) == (False, True)


@pytest.mark.parametrize("change", ["left", "hidden", "too old", "forged"])
def test_a_link_that_does_not_count_any_more_says_so(client, change, monkeypatch):
    old()
    path = asked()
    if change == "left":
        Membership.objects.filter(role="manager").delete()
    elif change == "hidden":
        Actor.objects.update(state="verborgen")
    elif change == "too old":
        monkeypatch.setattr("partners.actions.confirming.LIFETIME", timedelta(seconds=-1))
    else:
        path = path[:-3] + "xy/"
    status = 404 if change == "forged" else 410
    assert (client.get(path).status_code, client.post(path, {"seen": "x"}).status_code) == (status, status)
    assert Actor.objects.get().confirmed_at == LONG_AGO
