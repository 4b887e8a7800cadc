"""Notes of talks: organisers write them for each other, nobody else reads them, and what is deleted is gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from partners.models import ContactNote, HistoryEntry, NextStep
from tests.factories import ContactNoteFactory, NextStepFactory
from tests.partners.browser import sent_by
from tests.partners.partnership_world import World

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_only_organisers_read_what_was_noted() -> None:
    world = World()
    new = f"{world.url}gespraechsnotizen/neu/"
    client = world.client("organiser")
    data = sent_by(client.get(new)) | {"way": "telefon", "spoken_with": " Frau  Kurz ", "text": "Sie ruft zurück."}
    for _ in range(2):
        assert client.post(new, data)["Location"] == f"{world.url}#gespraeche"
    note = ContactNote.objects.get()
    assert (note.on, note.way, note.spoken_with, note.by) == (TODAY, "telefon", "Frau Kurz", world.organiser)
    who = ("visitor", "editor", "organiser", "other_organiser", "admin")
    seen = {one: "Sie ruft zurück." in world.client(one).get(world.url).content.decode() for one in who}
    assert seen == {"visitor": False, "editor": False, "organiser": True, "other_organiser": False, "admin": True}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"on": (TODAY + timedelta(days=1)).isoformat()}, "This day is still to come."),
        ({"on": "gestern"}, "Write the date like this"),
        ({"way": ""}, "Choose how you talked."),
        ({"text": ""}, "Write in one or two sentences what was said."),
        ({"text": "x" * 5001}, "This is too long"),
    ],
)
def test_bad_input_is_answered_with_a_sentence(typed: dict[str, str], said: str) -> None:
    world = World()
    data = {"on": "3.5.2026", "way": "mail", "spoken_with": "Leitung", "text": "Gut."} | typed
    page = world.client("organiser").post(f"{world.url}gespraechsnotizen/neu/", data).content.decode()
    assert (said in page, 'value="Leitung"' in page, ContactNote.objects.count()) == (True, True, 0)


def test_a_note_is_put_right_and_says_so_and_nobody_overwrites_it_unseen() -> None:
    world = World()
    note = ContactNoteFactory(partnership=world.partnership, text="Erst so.")
    path = f"/gespraechsnotizen/{note.pk}/bearbeiten/"
    client = world.client("organiser")
    data = sent_by(client.get(path))
    ContactNote.objects.filter(pk=note.pk).update(text="Von Kim.")
    page = client.post(path, data | {"text": "Von mir."}).content.decode()
    assert ("Von Kim." in page, "Von mir." in page) == (True, True)
    assert client.post(path, sent_by(client.get(path)) | {"text": "Zusammen."}).status_code == 302
    note.refresh_from_db()
    assert (note.text, timezone.localdate(note.changed_at)) == ("Zusammen.", TODAY)
    assert "changed on" in client.get(world.url).content.decode()


def test_what_is_deleted_is_gone_from_the_history_too() -> None:
    world = World()
    note = ContactNoteFactory(partnership=world.partnership, text="Vertraulich.", spoken_with="Kanarie Vogel")
    path = f"/gespraechsnotizen/{note.pk}/loeschen/"
    client = world.client("organiser")
    assert "Vertraulich." in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    assert not ContactNote.objects.exists()
    told = HistoryEntry.objects.of(world.partnership).filter(row="partners.contactnote")
    assert sorted(told.values_list("what", flat=True)) == sorted([HistoryEntry.What.CREATED, HistoryEntry.What.REMOVED])
    assert [entry for entry in told if "Vertraulich" in str(entry.values) or "Kanarie" in str(entry.values)] == []
    history = client.get(f"{world.url}verlauf/").content.decode()
    assert "Contact note “3 May 2026”: removed" in history


def test_a_step_that_is_done_leaves_a_note_of_what_was_said() -> None:
    world = World()
    step = NextStepFactory(partnership=world.partnership, due_on=date(2027, 1, 1))
    path = f"/naechste-schritte/{step.pk}/erledigt/"
    client = world.client("organiser")
    refused = client.post(path, {"text": "Sie will.", "way": ""}).content.decode()
    assert ("Choose how you talked." in refused, "Sie will." in refused) == (True, True)
    refused = client.post(path, {"way": "video"}).content.decode()
    assert "Write in one or two sentences what was said." in refused
    data = {"text": "Sie will.", "way": "video", "what": "Besuchen", "due_on": "3.4.2027"}
    for _ in range(2):
        assert client.post(path, data).status_code == 302
    note = ContactNote.objects.get()
    assert (note.text, note.way, note.on, note.by) == ("Sie will.", "video", TODAY, world.organiser)
    assert NextStep.objects.open().get().what == "Besuchen"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_notes_take_one_question_whatever_their_number(rows: int, django_assert_num_queries) -> None:
    """The page counts with them, and with much else."""
    world = World()
    for _ in range(rows):
        ContactNoteFactory(partnership=world.partnership, by=world.organiser)
    with django_assert_num_queries(1):
        told = [str(note.by) for note in world.partnership.contact_notes.all().for_list()]
    assert told == [world.organiser.name] * rows
