"""Opening hours: understood as people write them, said in words, and left as they are where they are not understood."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from partners.models import Actor
from partners.models.hours import LONGEST_TO_READ, Line, in_one_sentence, lines_of
from tests.partners.actor_world import World

pytestmark = pytest.mark.django_db
WEEK = "Mo-Fr 10:00-18:00; Sa 10:00-14:00; PH off"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (WEEK, "Montag bis Freitag 10–18 Uhr; Samstag 10–14 Uhr; Feiertage geschlossen"),
        (
            "Mo–Fr 10–18 Uhr, Sa 10–14, Feiertage geschlossen",
            "Montag bis Freitag 10–18 Uhr; Samstag 10–14 Uhr; Feiertage geschlossen",
        ),
        ("Di und Do 9.30 bis 12 Uhr\r\nMi: 14-18 Uhr", "Dienstag und Donnerstag 9:30–12 Uhr; Mittwoch 14–18 Uhr"),
        ("Montag bis Freitag von 8 bis 16:30 Uhr", "Montag bis Freitag 8–16:30 Uhr"),
        ("Mo, Mi 10-12 und 14-18, Fr 9-13", "Montag und Mittwoch 10–12 und 14–18 Uhr; Freitag 9–13 Uhr"),
        ("Sa/So 10-16", "Samstag und Sonntag 10–16 Uhr"),
        ("samstags und sonntags 10-16", "Samstag und Sonntag 10–16 Uhr"),
        ("So, Feiertage 10-14", "Sonntag und Feiertage 10–14 Uhr"),
        ("täglich 7-22", "Täglich 7–22 Uhr"),
        ("10-18", "Täglich 10–18 Uhr"),
        ("Do ab 18 Uhr", "Donnerstag ab 18 Uhr"),
        ("24/7", "rund um die Uhr"),
        ("Mo-Su 00:00-24:00", "rund um die Uhr"),
        ("Fr 22:00-02:00", "Freitag 22–2 Uhr"),
        ("Apr-Oct Mo-Fr 10:00-18:00; Nov-Mar off", "April bis Oktober, Montag bis Freitag 10–18 Uhr"),
        ("SH off; Tu 10:00-12:00", "Schulferien geschlossen; Dienstag 10–12 Uhr"),
        ("Mo[1] 18:00-20:00", "Jeden 1. Montag im Monat 18–20 Uhr"),
        ("Th[-1] 15:00+", "Jeden letzten Donnerstag im Monat ab 15 Uhr"),
        ('Mo-Fr 09:00-17:00 "nach Vereinbarung"', "Montag bis Freitag 9–17 Uhr (nach Vereinbarung)"),
        ('"auf Anfrage"', "auf Anfrage"),
        ("off", "geschlossen"),
    ],
)
def test_what_people_write_is_said_in_words(typed, words):
    with override("de"):
        assert in_one_sentence(typed) == words


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nach Vereinbarung",
        "Mo-Fr 10-18 außer Mittwoch",
        "Mo-Fr 10am-6pm",
        "Mo-Fr 9 a.m. - 11 a.m.",
        "Mo-Fr 25:00-30:00",
        "sunrise-sunset",
        'Mo-Fr 10:00-18:00 || "call"',
        "week 1-53/2 Mo 10:00-12:00",
        "jeden zweiten Samstag ab 14 Uhr",
        "0" * 5000,
        "Mo\x00-Fr 10-18",
        "<b>Mo-Fr 10-18</b>",
        "Mo-Fr 10:00-18:00;" * LONGEST_TO_READ,
    ],
)
def test_what_is_not_understood_whole_is_free_text(typed):
    assert lines_of(typed) == []


def test_in_english_hours_have_minutes():
    with override("en"):
        assert lines_of(WEEK) == [
            Line("Monday to Friday", "10:00–18:00"),
            Line("Saturday", "10:00–14:00"),
            Line("Public holidays", "closed"),
        ]


@pytest.fixture
def world() -> World:
    return World()


def test_the_profile_says_them_in_words_or_as_they_were_written(world):
    for typed, shown in {WEEK: "Monday to Friday", "Nach <b>Vereinbarung</b>": "Nach &lt;b&gt;Vereinbarung"}.items():
        Actor.objects.filter(pk=world.actor.pk).update(opening_hours=typed)
        assert shown in world.client("visitor").get(world.actor.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Mo-Fr 10-18", "understood as: Monday to Friday 10:00–18:00."),
        ("when the light is on", "shown as you wrote them"),
    ],
)
def test_whoever_writes_them_reads_how_they_are_understood(world, typed, said):
    address = f"/akteure/{world.actor.slug}/bearbeiten/adresse/"
    answer = world.client("editor").post(address, {"opening_hours": typed, "is_address_public": "True"}, follow=True)
    assert said in answer.content.decode()
    world.actor.refresh_from_db()
    assert world.actor.opening_hours == typed
