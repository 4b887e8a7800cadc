"""Hours that a side of a partnership promises, and the warning before a full or resting side is asked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from partners.actions.cautions import Plan, cautions
from partners.models import Actor, Partnership, PartnershipOverride
from tests.factories import ActorFactory, MembershipFactory
from tests.partners.browser import sent_by
from tests.partners.partnership_world import EVERYBODY, NEW, World, posted
from tests.partners.test_stages import VALUES

pytestmark = pytest.mark.django_db
FULL = "“Bibliothek” is full at present. Please ask first when it suits again."


def warned(answer) -> list[str]:
    return [one.text for one in answer.context["anyway"].cautions] if answer.status_code == 200 else []


def spoken(day) -> str:
    return f"{day.day} {day:%B} {day.year}"


def full(world: World, **values) -> None:
    Actor.objects.filter(pk=world.library.pk).update(**{"capacity": "ausgelastet"} | values)


def sides(world: World, **more) -> list[dict[str, object]]:
    shop = ActorFactory(neighbourhoods=[world.home])
    return [{"actor": world.library.pk, "side": "quartier", **more}, {"actor": shop.pk, "side": "begleitung"}]


def side_url(world: World) -> str:
    return f"{world.url}seiten/{world.side.pk}/bearbeiten/"


@pytest.mark.parametrize(("who", "reads"), [(who, who in {"editor", "organiser", "admin"}) for who in EVERYBODY])
def test_promised_hours_are_read_by_the_side_itself_and_the_organisers(who, reads):
    world = World()
    world.partnership.parties.filter(pk=world.side.pk).update(hours_per_month="3.75")
    MembershipFactory(actor=world.companion, person=world.other_editor)
    page = world.client(who).get(world.url).text
    assert ("3.75 hours a month promised" in page) is reads
    assert ("3.75" in page) is reads


@pytest.mark.parametrize(
    ("typed", "kept"), [("3,5", Decimal("3.5")), ("0", 0), ("", None), ("-1", "refused"), ("1,234", "refused")]
)
def test_a_side_says_how_many_hours_it_promises(typed, kept):
    world = World()
    client, url = world.client("editor"), side_url(world)
    answer = client.post(url, sent_by(client.get(url)) | {"hours_per_month": [typed]})
    world.side.refresh_from_db()
    if kept == "refused":
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["hours_per_month"])
    else:
        assert (answer.status_code, world.side.hours_per_month) == (302, kept)


def test_a_new_partnership_with_a_full_side_is_warned_of_and_made_once_with_a_reason():
    world = World()
    full(world)
    client = world.client("organiser")
    opened = sent_by(client.get(NEW))
    first = client.post(NEW, opened | posted(*sides(world, brings="Räume"), state="anbahnung"))
    assert warned(first) == [FULL]
    sent = sent_by(first)
    assert sent["parties-0-brings"] == ["Räume"]
    refused = client.post(NEW, sent)
    assert refused.context["anyway"].errors["reason"] == [
        "Say in one sentence why, or choose a later day or another partner."
    ]
    before = Partnership.objects.count()
    for _twice in range(2):
        assert client.post(NEW, sent | {"trotzdem-reason": ["Sie will es selbst."]}).status_code == 302
    assert Partnership.objects.count() == before + 1
    kept = PartnershipOverride.objects.get()
    assert (kept.actor, kept.by, kept.reason, kept.warning) == (
        world.library,
        world.organiser,
        "Sie will es selbst.",
        FULL,
    )
    assert kept.partnership == Partnership.objects.order_by("pk").last()


def test_a_later_day_needs_no_reason():
    world = World()
    until = timezone.localdate() + timedelta(days=30)
    full(world, capacity="ruht", resting_until=until)
    client = world.client("organiser")
    data = sent_by(client.get(NEW)) | posted(*sides(world), start_on=f"{until:%d.%m.%Y}")
    assert ["“Bibliothek” rests" in text for text in warned(client.post(NEW, data))] == [True]
    later = until + timedelta(days=1)
    assert client.post(NEW, data | {"start_on": f"{later:%d.%m.%Y}"}).status_code == 302
    assert PartnershipOverride.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "warns"),
    [
        ({"parties-0-brings": ["Anders"]}, False),
        ({"parties-0-hours_per_month": ["4"]}, False),
        ({"parties-0-hours_per_month": ["3"]}, False),
        ({"parties-0-hours_per_month": ["4,5"]}, True),
        ({"end_on": ["31.12.2099"]}, False),
    ],
)
def test_only_more_hours_are_warned_of_when_it_is_edited(change, warns):
    world = World()
    full(world)
    world.partnership.parties.filter(pk=world.side.pk).update(hours_per_month=4)
    client, url = world.client("organiser"), f"{world.url}bearbeiten/"
    answer = client.post(url, sent_by(client.get(url)) | change)
    assert warned(answer) == ([FULL] if warns else [])
    if warns:
        assert client.post(url, sent_by(answer) | {"trotzdem-reason": ["Fürs Fest."]}).status_code == 302
        assert PartnershipOverride.objects.get().partnership == world.partnership


def test_a_side_that_is_added_is_warned_of():
    world = World()
    shop = ActorFactory(name="Laden", neighbourhoods=[world.home], capacity="ausgelastet")
    client, url = world.client("organiser"), f"{world.url}bearbeiten/"
    words = {"parties-2-brings": ["Brot"], "parties-2-expected_benefit": ["Gäste"]}
    answer = client.post(url, sent_by(client.get(url)) | words | {"parties-2-actor": [str(shop.pk)]})
    assert warned(answer) == ["“Laden” is full at present. Please ask first when it suits again."]


def test_a_side_that_raises_its_own_hours_reads_what_it_said_itself():
    world = World()
    full(world, capacity="begrenzt", network_hours=5)
    client, url = world.client("editor"), side_url(world)
    sent = sent_by(client.get(url))
    assert client.post(url, sent | {"hours_per_month": ["5"]}).status_code == 302
    answer = client.post(url, sent_by(client.get(url)) | {"hours_per_month": ["6"]})
    assert warned(answer) == ["For “Bibliothek” more hours would be promised than it states."]
    assert client.post(url, sent_by(answer) | {"trotzdem-reason": ["Nur im Sommer."]}).status_code == 302
    assert PartnershipOverride.objects.get().by == world.editor


def test_what_is_over_asks_nobody_for_anything():
    world = World(ended=True)
    full(world)
    client, url = world.client("organiser"), side_url(world)
    assert client.post(url, sent_by(client.get(url)) | {"hours_per_month": ["6"]}).status_code == 302


@pytest.mark.parametrize(
    ("stage", "verb", "data", "target"),
    [
        ("vereinbart", "starten", {"on": f"{timezone.localdate():%d.%m.%Y}"}, "laufend"),
        ("ruhend", "weiterfuehren", {}, "laufend"),
        ("beendet", "wieder-aufnehmen", {}, "anbahnung"),
    ],
)
def test_a_full_side_is_warned_of_before_it_is_asked_again_and_asked_for_a_reason(stage, verb, data, target):
    world = World(**{"state": stage, "words": True} | VALUES[stage])
    full(world, lead_time_days=14)
    client, url = world.client("organiser"), f"{world.url}{verb}/"
    answer = client.post(url, sent_by(client.get(url)) | data | {"note": "Es geht los."})
    late = f"from {spoken(timezone.localdate() + timedelta(days=14))} at the earliest."
    assert warned(answer) == [f"{FULL} “Bibliothek” asks for a lead time of 14 days: {late}"]
    sent = sent_by(answer)
    assert (sent["note"], PartnershipOverride.objects.count()) == (["Es geht los."], 0)
    world.partnership.refresh_from_db()
    assert world.partnership.state == stage
    assert client.post(url, sent | {"trotzdem-reason": ["Sie will es selbst."]}).status_code == 302
    kept = PartnershipOverride.objects.get()
    assert (kept.partnership.state, kept.actor, kept.by, kept.reason) == (
        target,
        world.library,
        world.organiser,
        "Sie will es selbst.",
    )


def test_what_a_partnership_promises_already_is_no_reason_to_warn_of_it():
    world = World(words=True, state="vereinbart", start_on=timezone.localdate())
    full(world, capacity="begrenzt", network_hours=4, lead_time_days=14)
    world.partnership.parties.filter(pk=world.side.pk).update(hours_per_month=4)
    client, url = world.client("organiser"), f"{world.url}starten/"
    assert client.post(url, {"on": f"{timezone.localdate():%d.%m.%Y}"}).status_code == 302


@pytest.mark.parametrize(("stage", "verb"), [("anbahnung", "abstimmen"), ("laufend", "beenden")])
def test_steps_that_ask_for_no_time_are_taken_without_a_word(stage, verb):
    world = World(state=stage, words=True, **VALUES[stage])
    full(world)
    data = {"reason": "konflikt", "on": f"{timezone.localdate():%d.%m.%Y}"}
    assert world.client("organiser").post(f"{world.url}{verb}/", data).status_code == 302


@pytest.mark.parametrize("start_on", [date(9999, 12, 31), date(9999, 1, 1)])
def test_a_plan_at_the_end_of_the_calendar_is_looked_at_too(start_on):
    """Such a day comes by an import or the administration; no form takes it."""
    world = World()
    full(world, network_hours=1)
    world.partnership.parties.filter(pk=world.side.pk).update(hours_per_month=5)
    plan = Plan(actor=Actor.objects.get(pk=world.library.pk), start_on=start_on, hours=Decimal(9))
    first = cautions([plan], user=world.organiser)[0].sentences[0]
    assert first == FULL
