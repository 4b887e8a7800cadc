"""Whose words they are: notes of others say so until the side itself makes them its own."""

from __future__ import annotations

import pytest

from partners.actions.merging import merge_actors, undo_merge
from partners.actions.own_words import adopt_words
from partners.actions.partnerships import reopen_partnership, write_side
from partners.models import Partnership, PartnershipParty
from tests.factories import ActorFactory, MembershipFactory
from tests.partners.browser import sent_by
from tests.partners.partnership_world import EVERYBODY, World

pytestmark = pytest.mark.django_db

NOTE = "noted by the organisers, not taken over yet"
OURS = "These are our words"


def side_of(world):
    return PartnershipParty.objects.get(pk=world.side.pk)


def write(world, who, **texts):
    values = {"brings": "", "expected_benefit": "", "actual_benefit": ""} | texts
    return world.client(who).post(f"{world.url}seiten/{world.side.pk}/bearbeiten/", values)


@pytest.mark.parametrize(
    ("who", "notes"),
    [("organiser", ("brings", "actual_benefit")), ("admin", ("brings", "actual_benefit")), ("editor", ())],
)
def test_what_somebody_else_writes_for_a_side_is_a_note(who, notes):
    world = World()
    assert write(world, who, brings="Einen Saal", actual_benefit="Neue Leserinnen")["Location"] == world.url
    side = side_of(world)
    assert (side.brings, side.actual_benefit, side.notes) == ("Einen Saal", "Neue Leserinnen", notes)


def test_an_organiser_of_the_own_team_speaks_for_it():
    world = World()
    MembershipFactory(person=world.organiser, actor=world.library)
    write(world, "organiser", brings="Einen Saal")
    assert side_of(world).notes == ()


def test_what_was_agreed_is_not_emptied_whatever_else_was_written():
    world = World()
    write(world, "editor", brings="Einen Saal", expected_benefit="Gäste")
    answer = write(world, "editor", actual_benefit="Neue Leserinnen")
    page = answer.content.decode()
    assert ("Say what this side brings." in page, "Say what this side hopes to gain." in page) == (True, True)
    assert side_of(world).brings == "Einen Saal"


def test_only_what_was_rewritten_changes_hands():
    world = World()
    write(world, "editor", brings="Einen Saal", expected_benefit="Gäste")
    write(world, "organiser", brings="Zwei Säle", expected_benefit="Gäste")
    assert side_of(world).notes == ("brings",)
    write(world, "editor", brings="Einen Saal und die Küche", expected_benefit="Gäste")
    assert side_of(world).notes == ()


def test_an_emptied_note_is_nobodys_word():
    world = World()
    write(world, "organiser", actual_benefit="Neue Leserinnen")
    write(world, "organiser")
    assert (side_of(world).notes, PartnershipParty.objects.with_notes().count()) == ((), 0)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_its_own_team_makes_words_its_own(who):
    world = World()
    write(world, "organiser", brings="Einen Saal")
    url = f"{world.url}seiten/{world.side.pk}/uebernehmen/"
    client = world.client(who)
    answer = client.post(url, {"seen": side_of(world).words_seen})
    if who == "editor":
        assert answer["Location"] == f"{world.url}#seite-{world.side.pk}"
        assert "are the words of “Bibliothek” now" in client.get(world.url).content.decode()
        assert side_of(world).notes == ()
    else:
        assert answer.status_code == (302 if who == "visitor" else 404)
        assert side_of(world).notes == ("brings",)


def test_nothing_is_made_ones_own_unseen():
    world = World()
    write(world, "organiser", brings="Einen Saal")
    seen = side_of(world).words_seen
    write(world, "organiser", brings="Das ganze Haus")
    client = world.client("editor")
    client.post(f"{world.url}seiten/{world.side.pk}/uebernehmen/", {"seen": seen})
    assert "rewritten these words meanwhile" in client.get(world.url).content.decode()
    assert side_of(world).notes == ("brings",)
    assert adopt_words(party=world.side, seen="") is False


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_reads_whose_words_they_are(who):
    world = World()
    write(world, "organiser", brings="Einen Saal", actual_benefit="Neue Leserinnen")
    page = world.client(who).get(world.url).content.decode()
    assert (page.count(NOTE), page.count(OURS)) == (2, 1 if who == "editor" else 0)
    adopt_words(party=world.side, seen=side_of(world).words_seen)
    page = world.client(who).get(world.url).content.decode()
    assert (page.count(NOTE), page.count(OURS), page.count("Neue Leserinnen")) == (0, 0, 1)


def test_an_empty_gain_invites_to_talk():
    world = World()
    page = world.client("visitor").get(world.url).content.decode()
    assert "Nothing is written here yet" in page
    assert "%" not in page.split("<main", 1)[1].split("</main>", 1)[0]


def test_what_waits_to_be_made_ones_own_stands_on_the_overview():
    world = World()
    write(world, "organiser", brings="Einen Saal")
    page = world.client("editor").get("/uebersicht/").content.decode()
    assert "side whose words wait for you" in page
    assert f"{world.url}#seite-{world.side.pk}" in page
    whole = world.client("editor").get("/uebersicht/?liste=worte").content.decode()
    assert "1 side whose words wait for you" in " ".join(whole.split())
    assert "words wait for you" not in world.client("organiser").get("/uebersicht/").content.decode()


def test_nobody_speaks_for_a_side_in_a_command():
    world = World()
    write_side(party=world.side, values={"brings": "Einen Saal"})
    assert side_of(world).notes == ("brings",)


def test_a_partnership_taken_up_again_begins_with_notes():
    world = World()
    for side in world.partnership.parties.all():
        PartnershipParty.objects.filter(pk=side.pk).update(brings="Alles", expected_benefit="Viel")
    partnership = Partnership.objects.get(pk=world.partnership.pk)
    partnership.end(by=world.organiser, reason=Partnership.EndReason.GOAL)
    again = reopen_partnership(partnership=partnership, by=world.organiser)
    assert [side.notes for side in again.parties.all()] == [("brings", "expected_benefit")] * 2


def test_the_history_does_not_count_it_as_a_change_of_words():
    world = World()
    write(world, "organiser", brings="Einen Saal")
    before = world.client("organiser").get(f"{world.url}verlauf/").content.decode()
    adopt_words(party=world.side, seen=side_of(world).words_seen)
    after = world.client("organiser").get(f"{world.url}verlauf/").content.decode()
    assert before.count("Einen Saal") == after.count("Einen Saal") == 1


def test_words_for_a_side_that_was_taken_away_meanwhile_are_not_lost(monkeypatch):
    world = World()
    client = world.client("editor")
    url = f"{world.url}seiten/{world.side.pk}/bearbeiten/"
    sent = sent_by(client.get(url)) | {"brings": ["Ein langer Text"]}
    monkeypatch.setattr(Partnership, "lock", lambda self: PartnershipParty.objects.filter(pk=world.side.pk).delete())
    answer = client.post(url, sent)
    assert answer.context["form"].non_field_errors() == [
        "This side was taken away in the meantime. Nothing is saved: copy your words, then look at the partnership."
    ]
    assert sent_by(answer)["brings"] == ["Ein langer Text"]


def test_what_two_sides_said_together_stays_a_note_as_long_as_a_part_of_it_is_one():
    """And when they are parted again, each has its words as they were."""
    world = World()
    kept = ActorFactory(neighbourhoods=[world.home])
    PartnershipParty.objects.filter(pk=world.side.pk).update(
        brings="Saal",
        brings_is_note=True,
        expected_benefit="Gäste",
        actual_benefit="Neues",
        actual_benefit_is_note=True,
    )
    other = PartnershipParty.objects.create(
        partnership=world.partnership,
        actor=kept,
        brings="Küche",
        expected_benefit="Ruhe",
        expected_benefit_is_note=False,
    )
    merge = merge_actors(kept=kept, gone=world.library, take=[], by=world.admin, seen=(kept.stamp, world.library.stamp))
    other.refresh_from_db()
    assert (other.brings, other.expected_benefit, other.actual_benefit) == ("Küche\n\nSaal", "Ruhe\n\nGäste", "Neues")
    assert other.notes == ("brings", "actual_benefit")
    undo_merge(merge=merge, by=world.admin)
    other.refresh_from_db()
    assert (other.brings, other.notes) == ("Küche", ())
    assert PartnershipParty.objects.get(actor=world.library).notes == ("brings", "actual_benefit")


def test_words_of_a_side_that_is_gone_are_made_nobodys_own():
    world = World()
    side = side_of(world)
    PartnershipParty.objects.filter(pk=side.pk).delete()
    assert adopt_words(party=side, seen=side.words_seen) is False
