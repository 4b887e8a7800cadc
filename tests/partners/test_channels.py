"""Channels: by which ways an actor reaches people, who writes them down and what everybody reads of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partners.models import Actor, Channel
from tests.factories import ActorFactory, ChannelFactory
from tests.partners.actor_world import EVERYBODY, INSIDERS, World
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
NEW = "/akteure/treff/kanaele/neu/"
PROFILE = "/akteure/treff/"
FULL = {"kind": "newsletter", "name": " Post aus \n dem Treff", "audience": "1.200", "measured_on": "3.5.2026"}


def told(client: Client, path: str = PROFILE) -> str:
    return " ".join(client.get(path).content.decode().split())


@pytest.mark.parametrize(
    ("state", "readers"), [(Actor.State.PUBLISHED, EVERYBODY), (Actor.State.DRAFT, INSIDERS)], ids=["public", "draft"]
)
def test_channels_are_read_by_whoever_reads_the_profile(state, readers):
    world = World(state=state)
    channel = ChannelFactory(actor=world.actor)
    seen = {who for who in EVERYBODY if channel in Channel.objects.visible_to(getattr(world, who))}
    assert seen == readers


def test_channels_are_written_by_whoever_keeps_the_profile():
    world = World()
    channel = ChannelFactory(actor=world.actor)
    writers = {who for who in EVERYBODY if channel in Channel.objects.editable_by(getattr(world, who))}
    assert writers == INSIDERS
    Actor.objects.update(state=Actor.State.ARCHIVED)
    assert not Channel.objects.editable_by(world.admin).exists()


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_enters_a_channel(who):
    world = World()
    answer = world.client(who).post(NEW, FULL)
    stored = list(Channel.objects.values_list("actor", "kind", "name", "audience", "measured_on"))
    if who in INSIDERS:
        assert answer["Location"] == f"{PROFILE}#kanaele"
        assert stored == [(world.actor.pk, "newsletter", "Post aus dem Treff", 1200, date(2026, 5, 3))]
    else:
        assert answer.status_code == (302 if who == "visitor" else 404)
        assert stored == []


def test_everybody_reads_the_audience_with_the_day_it_was_measured():
    world = World()
    world.client("editor").post(NEW, FULL | {"address": "www.example.org/post"})
    page = told(world.client("visitor"))
    assert '<h3><a href="https://www.example.org/post" rel="nofollow ugc">Post aus dem Treff</a></h3>' in page
    assert "<span>reaches 1,200 people (measured on 3 May 2026)</span>" in page
    assert "/kanaele/" not in page


def test_without_channels_only_those_who_keep_the_profile_are_asked_for_one():
    world = World()
    assert "How it reaches people" not in told(world.client("visitor"))
    assert "No channel is entered yet." in told(world.client("editor"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "brieftaube"}, "kind"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"audience": "viele"}, "audience"),
        ({"audience": "-1"}, "audience"),
        ({"audience": "1e9"}, "audience"),
        ({"audience": "9" * 30}, "audience"),
        ({"audience": ""}, "audience"),
        ({"measured_on": ""}, "measured_on"),
        ({"measured_on": "31.2.2026"}, "measured_on"),
        ({"measured_on": (timezone.localdate() + timedelta(days=2)).isoformat()}, "measured_on"),
        ({"address": "javascript:alert(1)"}, "address"),
        ({"address": "ftp://example.org"}, "address"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(typed, field):
    answer = World().client("editor").post(NEW, FULL | typed)
    assert list(answer.context["form"].errors) == [field]
    assert "<title>Error: " in answer.content.decode()
    assert not Channel.objects.exists()


@pytest.mark.parametrize("typed", ["1200", "1.200", "1 200", "1\u202f200", "1,200", "1'200"])
def test_a_number_may_be_written_in_groups(typed):
    World().client("editor").post(NEW, FULL | {"audience": typed})
    assert Channel.objects.get().audience == 1200


def test_the_same_form_sent_twice_makes_one_channel():
    client = World().client("editor")
    form = sent_by(client.get(NEW)) | FULL
    assert [client.post(NEW, form).status_code for _ in range(3)] == [302, 302, 302]
    assert Channel.objects.count() == 1


def test_a_channel_is_edited_and_nobody_loses_a_word():
    world = World()
    channel = ChannelFactory(actor=world.actor, name="Alt", audience=10, measured_on=date(2026, 1, 1))
    path = f"/kanaele/{channel.pk}/bearbeiten/"
    client = world.client("editor")
    opened = sent_by(client.get(path))
    Channel.objects.update(address="https://example.org/neu", name="Von anderen")
    answer = client.post(path, opened | {"audience": "20"})
    assert answer["Location"] == f"{PROFILE}#kanaele"
    channel.refresh_from_db()
    assert (channel.name, channel.address, channel.audience) == ("Von anderen", "https://example.org/neu", 20)
    conflict = client.post(path, opened | {"name": "Von mir"})
    assert "Von anderen" in conflict.content.decode()
    assert sent_by(conflict)["name"] == ["Von mir"]
    client.post(path, sent_by(conflict))
    channel.refresh_from_db()
    assert channel.name == "Von mir"


def test_a_number_comes_back_with_its_day_when_somebody_took_both_away_meanwhile():
    world = World()
    channel = ChannelFactory(actor=world.actor, audience=10, measured_on=date(2026, 1, 1))
    path = f"/kanaele/{channel.pk}/bearbeiten/"
    client = world.client("editor")
    opened = sent_by(client.get(path))
    Channel.objects.update(audience=None, measured_on=None)
    conflict = client.post(path, opened | {"audience": "20"})
    assert conflict.status_code == 200
    assert client.post(path, sent_by(conflict)).status_code == 302
    channel.refresh_from_db()
    assert (channel.audience, channel.measured_on) == (20, date(2026, 1, 1))


def test_deleting_asks_once_more():
    world = World()
    channel = ChannelFactory(actor=world.actor, name="Kiezpost")
    client = world.client("editor")
    assert "Delete the channel “Kiezpost”?" in told(client, f"/kanaele/{channel.pk}/loeschen/")
    assert Channel.objects.exists()
    assert client.post(f"/kanaele/{channel.pk}/loeschen/")["Location"] == f"{PROFILE}#kanaele"
    assert not Channel.objects.exists()
    assert client.post(f"/kanaele/{channel.pk}/loeschen/").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"audience": 3}, {"measured_on": date(2026, 1, 1)}], ids=["name", "no day", "no number"]
)
def test_what_can_never_be_stored(wrong):
    actor = ActorFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelFactory(actor=actor, **wrong)


@pytest.mark.parametrize("address", ["ftp://example.org", "javascript:alert(1)"])
def test_admins_store_websites_only(address):
    world = World()
    form = {"actor": world.actor.pk, "kind": "website", "name": "X", "address": address}
    answer = world.client("admin").post("/admin/partners/channel/add/", form)
    assert "address" in answer.context["adminform"].form.errors
