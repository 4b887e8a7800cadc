"""“Stimmt noch”: who says that a profile is still right, and when it counts as old."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Actor
from tests.partners.actor_world import EVERYBODY, INSIDERS, World

pytestmark = pytest.mark.django_db
URL = "/akteure/treff/bestaetigen/"
OLD = "Nobody has confirmed for more than a year that this is right."


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_keeps_a_profile_confirms_it(who):
    world = World()
    world.client(who).post(URL, {"seen": world.actor.stamp})
    actor = Actor.objects.get(pk=world.actor.pk)
    by = getattr(world, who) if who in INSIDERS else None
    assert (actor.confirmed_by, actor.confirmed_at is not None) == (by, who in INSIDERS)
    assert actor.updated_at == world.actor.updated_at


@pytest.mark.parametrize(
    ("created", "confirmed", "stale"), [(10, None, False), (400, None, True), (800, 300, False), (800, 400, True)]
)
def test_after_twelve_months_it_is_marked_as_old(created, confirmed, stale):
    world = World()
    now = timezone.now()
    Actor.objects.filter(pk=world.actor.pk).update(
        created_at=now - timedelta(days=created),
        confirmed_at=now - timedelta(days=confirmed) if confirmed else None,
    )
    assert Actor.objects.get(pk=world.actor.pk).is_stale is stale
    page = world.client("visitor").get("/akteure/treff/").content.decode()
    assert (OLD in page) == stale
    assert ("Confirmed on" in page) == (confirmed == 300)


def test_the_name_of_who_confirmed_is_for_those_who_may_edit():
    world = World()
    world.manager.name = "Mona Managerin"
    world.manager.save()
    client = world.client("manager")
    page = client.post(URL, {"seen": world.actor.stamp}, follow=True).content.decode()
    assert "by Mona Managerin" in page
    assert "Thank you." in page
    assert "Mona Managerin" not in world.client("visitor").get("/akteure/treff/").content.decode()


def test_what_was_changed_meanwhile_is_not_confirmed_unseen():
    world = World()
    client = world.client("manager")
    page = client.get("/akteure/treff/bearbeiten/").content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    Actor.objects.get(pk=world.actor.pk).save()
    assert seen is not None
    page = client.post(URL, {"seen": seen[1]}, follow=True).content.decode()
    assert "Somebody has changed the profile meanwhile." in page
    assert Actor.objects.get(pk=world.actor.pk).confirmed_at is None
    seen = re.search(r'name="seen" value="([^"]+)"', page)
    assert seen is not None
    client.post(URL, {"seen": seen[1]})
    assert Actor.objects.get(pk=world.actor.pk).confirmed_by == world.manager


def test_a_change_at_the_same_moment_wins_over_the_click():
    world = World()
    read = Actor.objects.get(pk=world.actor.pk)
    Actor.objects.get(pk=world.actor.pk).save()
    assert read.confirm(by=world.manager, seen=read.stamp) is False
    assert Actor.objects.get(pk=world.actor.pk).confirmed_at is None
