"""Writing partnerships down: organisers decide who the sides are, each side's team writes its own."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partners.actions.partnerships import write_partnership
from partners.models import Actor, Partnership, PartnershipParty
from tests.factories import (
    ActorFactory,
    PartnershipFactory,
)
from tests.partners.browser import sent_by
from tests.partners.partnership_world import EVERYBODY, NEW, World, posted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_writes_a_partnership_down(who):
    world = World()
    other = ActorFactory()
    sides = (
        {"actor": world.library.pk, "side": "quartier", "brings": "Räume"},
        {"actor": other.pk, "side": "begleitung"},
    )
    client = world.client(who)
    page = client.get(NEW)
    sent = client.post(
        NEW, posted(*sides, *[{"actor": "", "side": "quartier"}] * 2, neighbourhood=world.home.pk, end_on="31.12.2027")
    )
    made = Partnership.objects.exclude(pk=world.partnership.pk)
    if who in {"organiser", "admin"}:
        partnership = made.get()
        assert (page.status_code, sent["Location"]) == (200, partnership.get_absolute_url())
        assert (partnership.start_on, partnership.end_on) == (date(2026, 2, 1), date(2027, 12, 31))
        rows = partnership.parties.values_list("actor__name", "side", "brings")
        assert list(rows) == [("Bibliothek", "quartier", "Räume"), (other.name, "begleitung", "")]
    else:
        blocked = {"visitor": (302, 302), "other_organiser": (200, 200)}.get(who, (404, 404))
        assert ((page.status_code, sent.status_code), made.count()) == (blocked, 0)


@pytest.mark.parametrize(
    ("sides", "sentence"),
    [
        ([0], "A partnership needs at least two sides."),
        ([], "A partnership needs at least two sides."),
        ([0, 0], "The same actor stands here twice."),
    ],
)
def test_nobody_has_a_partnership_alone(sides, sentence):
    world = World()
    actors = [world.library, world.companion]
    rows = [{"actor": actors[index].pk, "side": "quartier", "brings": "Bleibt stehen"} for index in sides]
    response = world.client("organiser").post(NEW, posted(*rows, neighbourhood=world.home.pk))
    page = response.content.decode()
    assert sentence in page
    assert "<title>Error: " in page
    assert page.count("Bleibt stehen</textarea>") == len(sides)
    assert Partnership.objects.count() == 1
    with pytest.raises(ValidationError, match="at least two different actors"), transaction.atomic():
        write_partnership(
            partnership=Partnership(neighbourhood=world.home, start_on=date(2026, 1, 1)),
            parties=[PartnershipParty(actor=world.library)],
        )
    assert Partnership.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"start_on": "", "state": "laufend"}, "start_on", "What runs has begun on a day."),
        ({"start_on": "1.1.2099", "state": "laufend"}, "start_on", "This day is still to come"),
        ({"state": "beendet"}, "state", "This choice is not offered any more."),
        ({"start_on": "morgen"}, "start_on", "Write the date like this: 20.1.2027."),
        ({"end_on": "31.2.2027"}, "end_on", "Write the date like this: 20.1.2027."),
        ({"end_on": "1.1.2025"}, "end_on", "The end lies before the beginning."),
        ({"kind": "ehe"}, "kind", "This choice is not offered any more."),
        ({"neighbourhood": ""}, "neighbourhood", "Choose one."),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(values, field, sentence):
    world = World()
    response = world.client("organiser").post(NEW, posted(neighbourhood=world.home.pk) | values)
    assert sentence in response.context["form"].errors[field][0]


@pytest.mark.parametrize("typed", ["1.2.2026", "01.02.2026", "1.2.26", "2026-02-01", "01/02/2026", "1. 2. 2026"])
def test_a_day_is_written_in_several_ways(typed):
    world = World()
    sides = {"actor": world.library.pk, "side": "quartier"}, {"actor": world.companion.pk, "side": "begleitung"}
    world.client("organiser").post(NEW, posted(*sides, neighbourhood=world.home.pk, start_on=typed))
    assert Partnership.objects.exclude(pk=world.partnership.pk).get().start_on == date(2026, 2, 1)


def test_what_is_not_seen_cannot_be_made_a_side():
    world = World()
    hidden = ActorFactory(name="Geheim", state=Actor.State.HIDDEN)
    client = world.client("organiser")
    assert "Geheim" not in client.get(NEW).content.decode()
    sides = {"actor": world.library.pk, "side": "quartier"}, {"actor": hidden.pk, "side": "begleitung"}
    response = client.post(NEW, posted(*sides, neighbourhood=world.home.pk))
    assert "This choice is not offered any more." in response.content.decode()
    assert "Geheim" not in response.content.decode()


def test_a_form_sent_twice_makes_one_partnership():
    world = World()
    client = world.client("organiser")
    sides = {"actor": world.library.pk, "side": "quartier"}, {"actor": world.companion.pk, "side": "begleitung"}
    data = posted(*sides, neighbourhood=world.home.pk, once=client.get(NEW).context["form"]["once"].value())
    assert client.post(NEW, data)["Location"] == client.post(NEW, data)["Location"]
    assert Partnership.objects.count() == 2


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_edits_a_partnership(who):
    world = World()
    client = world.client(who)
    url = f"{world.url}bearbeiten/"
    parties = list(world.partnership.parties.all())
    rows = [{"id": one.pk, "actor": one.actor_id, "side": one.side} for one in parties]
    data = posted(*rows, initial=2, neighbourhood=world.home.pk, kind="netzwerk")
    answers = client.get(url).status_code, client.post(url, data).status_code
    kind = Partnership.objects.get(pk=world.partnership.pk).kind
    if who in {"organiser", "admin"}:
        assert (answers, kind) == ((200, 302), "netzwerk")
        assert list(world.partnership.parties.all()) == parties
    else:
        assert (answers, kind) == ((302, 302) if who == "visitor" else (404, 404), "haupt")


def test_sides_are_added_removed_and_swapped():
    world = World()
    third = ActorFactory(name="Dritte", neighbourhoods=[world.home])
    client = world.client("organiser")
    url = f"{world.url}bearbeiten/"

    words = {"brings": "Räume", "expected_benefit": "Gäste"}

    def save(*rows):
        initial = sum(1 for row in rows if "id" in row)
        response = client.post(
            url, posted(*[words | row for row in rows], initial=initial, neighbourhood=world.home.pk)
        )
        assert response.status_code == 302, response.context["formset"].errors
        return list(world.partnership.parties.order_by("pk").values_list("pk", "actor__name", "side"))

    library, companion = world.partnership.parties.all()
    rows = (
        {"id": library.pk, "actor": library.actor_id, "side": "quartier"},
        {"id": companion.pk, "actor": companion.actor_id, "side": "begleitung"},
    )
    added = save(*rows, {"actor": third.pk, "side": "quartier"})
    assert [row[1:] for row in added] == [
        ("Bibliothek", "quartier"),
        ("Begleitung", "begleitung"),
        ("Dritte", "quartier"),
    ]
    swapped = save(
        rows[0] | {"actor": companion.actor_id},
        rows[1] | {"actor": library.actor_id},
        {"id": added[2][0], "actor": third.pk, "side": "quartier"},
    )
    assert sorted(row[1:] for row in swapped) == [
        ("Begleitung", "quartier"),
        ("Bibliothek", "begleitung"),
        ("Dritte", "quartier"),
    ]
    by_name = {name: pk for pk, name, _ in swapped}
    left = save(
        {"id": by_name["Dritte"], "actor": third.pk, "side": "quartier"},
        {"id": by_name["Begleitung"], "actor": companion.actor_id, "side": "quartier", "DELETE": "on"},
        {"id": by_name["Bibliothek"], "actor": library.actor_id, "side": "begleitung"},
    )
    assert sorted(row[1] for row in left) == ["Bibliothek", "Dritte"]


def test_the_last_two_sides_cannot_be_removed():
    world = World()
    library, companion = world.partnership.parties.all()
    rows = (
        {"id": library.pk, "actor": library.actor_id, "side": "quartier", "DELETE": "on"},
        {"id": companion.pk, "actor": companion.actor_id, "side": "begleitung"},
    )
    response = world.client("organiser").post(
        f"{world.url}bearbeiten/", posted(*rows, initial=2, neighbourhood=world.home.pk)
    )
    assert "A partnership needs at least two sides." in response.content.decode()
    assert world.partnership.parties.count() == 2


def test_what_a_partner_writes_meanwhile_is_kept():
    world = World()
    organiser = world.client("organiser")
    url = f"{world.url}bearbeiten/"
    data = sent_by(organiser.get(url))
    world.client("editor").post(f"{world.url}seiten/{world.side.pk}/bearbeiten/", {"brings": "Unsere Worte"})
    assert organiser.post(url, data | {"end_on": "31.12.2030"}).status_code == 302
    world.side.refresh_from_db()
    world.partnership.refresh_from_db()
    assert (world.side.brings, world.partnership.end_on) == ("Unsere Worte", date(2030, 12, 31))
    refused = organiser.post(url, data | {"parties-0-brings": "Andere Worte"})
    assert "Unsere Worte" in refused.content.decode()
    world.side.refresh_from_db()
    assert world.side.brings == "Unsere Worte"
    assert organiser.post(url, sent_by(refused)).status_code == 302
    world.side.refresh_from_db()
    assert world.side.brings == "Andere Worte"


def test_a_new_partnership_needs_only_what_is_asked():
    world = World()
    client = world.client("organiser")
    data = sent_by(client.get(NEW))
    data |= {"start_on": "1.2.2026", "parties-0-actor": world.library.pk, "parties-3-actor": world.companion.pk}
    assert client.post(NEW, data).status_code == 302
    made = Partnership.objects.exclude(pk=world.partnership.pk).get()
    assert {party.actor for party in made.parties.all()} == {world.library, world.companion}


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_writes_a_side(who):
    world = World()
    client = world.client(who)
    url = f"{world.url}seiten/{world.side.pk}/bearbeiten/"
    extra = {"actor": world.companion.pk, "side": "begleitung", "partnership": 0}
    answers = (
        client.get(url).status_code,
        client.post(url, {"brings": "Räume", "expected_benefit": "Gäste"} | extra).status_code,
    )
    row = PartnershipParty.objects.values_list("brings", "expected_benefit", "actor", "side").get(pk=world.side.pk)
    if who in {"editor", "organiser", "admin"}:
        assert (answers, row) == ((200, 302), ("Räume", "Gäste", world.library.pk, "quartier"))
    else:
        assert (answers, row[:2]) == ((302, 302) if who == "visitor" else (404, 404), ("", ""))


def test_an_editor_writes_her_own_side_only():
    world = World()
    client = world.client("editor")
    foreign = world.partnership.parties.get(actor=world.companion)
    assert client.get(f"{world.url}seiten/{foreign.pk}/bearbeiten/").status_code == 404
    page = client.get(world.url).content.decode()
    assert f"seiten/{world.side.pk}/bearbeiten/" in page
    assert f"seiten/{foreign.pk}/bearbeiten/" not in page


def test_two_who_write_one_side_are_shown_both_versions():
    world = World()
    url = f"{world.url}seiten/{world.side.pk}/bearbeiten/"
    opened = {"seen": "1", "initial-brings": "", "initial-expected_benefit": "", "expected_benefit": ""}
    world.client("editor").post(url, opened | {"brings": "Von uns"})
    refused = world.client("organiser").post(url, opened | {"brings": "Vom Büro"})
    assert "Von uns" in refused.content.decode()
    assert refused.context["form"]["brings"].value() == "Vom Büro"
    world.side.refresh_from_db()
    assert world.side.brings == "Von uns"


def test_what_can_never_be_stored():
    world = World()
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnershipParty.objects.create(partnership=world.partnership, actor=world.library)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.create(neighbourhood=world.home, start_on=date(2026, 2, 1), end_on=date(2026, 1, 1))


def test_running_on_a_day():
    partnership = PartnershipFactory(start_on=date(2026, 3, 1), end_on=date(2026, 3, 31))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [Partnership.objects.running(on=day).filter(pk=partnership.pk).exists() for day in days] == [
        False,
        True,
        True,
        False,
    ]
