"""What comes next with a partner: set, changed, done, and never forgotten when somebody leaves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from partners.actions.memberships import end_organising
from partners.actions.next_steps import set_next_step
from partners.models import HistoryEntry, NextStep, Partnership, StageError
from partners.models.next_steps import end_of_week
from tests.factories import NextStepFactory, PartnershipFactory, PersonFactory
from tests.partners.browser import sent_by
from tests.partners.partnership_world import World

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
STEPS = "/naechste-schritte/"
PEOPLE = ("visitor", "editor", "organiser", "other_organiser", "admin")


def test_an_organiser_sets_a_step_and_only_organisers_read_it() -> None:
    world = World()
    client = world.client("organiser")
    page = client.get(f"{world.url}naechster-schritt/neu/")
    data = sent_by(page) | {
        "what": " Frau  Kurz anrufen ",
        "due_on": "20. Januar 2027",
        "responsible": world.organiser.pk,
    }
    answer = client.post(f"{world.url}naechster-schritt/neu/", data)
    step = NextStep.objects.get()
    assert answer["Location"] == f"{world.url}#naechster-schritt"
    assert (step.what, step.due_on, step.responsible) == ("Frau Kurz anrufen", date(2027, 1, 20), world.organiser)
    seen = {who: "Frau Kurz anrufen" in world.client(who).get(world.url).content.decode() for who in PEOPLE}
    assert seen == {"visitor": False, "editor": False, "organiser": True, "other_organiser": False, "admin": True}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"what": ""}, "Say in a few words what comes next"),
        ({"due_on": ""}, "Enter the day by which it shall be done"),
        ({"due_on": "32.1.2027"}, "Write the date like this"),
        ({"due_on": "1.1.2099"}, "more than five years ahead"),
        ({"responsible": "999999"}, "This choice is not offered any more"),
    ],
)
def test_bad_input_is_answered_with_a_sentence_and_nothing_is_lost(typed: dict[str, str], said: str) -> None:
    world = World()
    data = {"what": "Anrufen", "due_on": "1.2.2027", "responsible": ""} | typed
    page = world.client("organiser").post(f"{world.url}naechster-schritt/neu/", data).content.decode()
    assert (said in page, NextStep.objects.count()) == (True, 0)
    assert all(f'value="{value}"' in page for name, value in data.items() if value and name != "responsible")


def test_only_organisers_of_the_quartier_can_look_after_it() -> None:
    world = World()
    page = world.client("organiser").get(f"{world.url}naechster-schritt/neu/").content.decode()
    offered = [
        str(person) for person in (world.organiser, world.other_organiser, world.editor) if f">{person}<" in page
    ]
    assert offered == [str(world.organiser)]


def test_a_partnership_has_one_step_at_a_time() -> None:
    world = World()
    present = NextStepFactory(partnership=world.partnership)
    create = f"{world.url}naechster-schritt/neu/"
    client = world.client("organiser")
    assert client.get(create)["Location"] == f"{STEPS}{present.pk}/bearbeiten/"
    page = client.post(create, {"what": "Noch etwas", "due_on": "1.2.2027"}).content.decode()
    assert "Somebody else has set a next step in the meantime." in page
    assert "Noch etwas" in page
    world.partnership.end(by=None, reason=Partnership.EndReason.GOAL)
    with pytest.raises(StageError):
        set_next_step(partnership=world.partnership, values={"what": "Danke sagen", "due_on": TODAY})


def test_two_who_change_the_same_step_see_both_versions() -> None:
    world = World()
    step = NextStepFactory(partnership=world.partnership, what="Anrufen")
    path = f"{STEPS}{step.pk}/bearbeiten/"
    client = world.client("organiser")
    data = sent_by(client.get(path))
    NextStep.objects.filter(pk=step.pk).update(what="Besuchen")
    page = client.post(path, data | {"what": "Schreiben"}).content.decode()
    assert ("Besuchen" in page, "Schreiben" in page) == (True, True)
    step.refresh_from_db()
    assert step.what == "Besuchen"
    again = sent_by(client.get(path)) | {"due_on": "3.4.2027"}
    assert client.post(path, again).status_code == 302
    step.refresh_from_db()
    assert (step.what, step.due_on) == ("Besuchen", date(2027, 4, 3))
    told = HistoryEntry.objects.of(world.partnership).filter(row="partners.nextstep", what="anders").latest("pk")
    assert told.values == {"due_on": ["2099-01-01", "2027-04-03"]}


def test_what_is_done_is_done_once_and_asks_for_what_follows() -> None:
    world = World()
    step = NextStepFactory(partnership=world.partnership, responsible=world.organiser)
    path = f"{STEPS}{step.pk}/erledigt/"
    client = world.client("organiser")
    refused = client.post(path, {"what": "Besuchen", "due_on": ""}).content.decode()
    assert "Enter the day by which it shall be done" in refused
    data = sent_by(client.get(path))
    assert data["responsible"] == [str(world.organiser.pk)]
    data |= {"what": "Besuchen", "due_on": "3.4.2027"}
    for _ in range(2):
        answer = client.post(path, data)
        assert (answer.status_code, answer["Location"]) == (302, f"{world.url}#naechster-schritt")
    assert "done already" in str([*get_messages(answer.wsgi_request)][-1])
    step.refresh_from_db()
    assert step.done_on == TODAY
    following = NextStep.objects.open().get()
    assert (following.what, following.responsible) == ("Besuchen", world.organiser)
    client.post(f"{STEPS}{following.pk}/erledigt/", {"what": "", "due_on": ""})
    assert not NextStep.objects.open().exists()
    assert "Nothing is planned yet." in client.get(world.url).content.decode()


def test_who_leaves_the_organisers_is_not_responsible_unseen() -> None:
    world = World()
    colleague = PersonFactory(name="Kim Geht")
    world.home.organisers.add(colleague)
    step = NextStepFactory(partnership=world.partnership, responsible=colleague, due_on=TODAY)
    assert list(NextStep.objects.waiting_for(world.organiser)) == []
    assert list(NextStep.objects.waiting_for(colleague)) == [step]
    end_organising(neighbourhood=world.home, person=colleague)
    assert list(NextStep.objects.waiting_for(world.organiser)) == [step]
    assert list(NextStep.objects.waiting_for(colleague)) == []
    page = world.client("organiser").get(world.url).content.decode()
    assert "nobody: Kim Geht is no organiser here any more" in page


def test_the_overview_names_what_is_overdue_or_due_this_week() -> None:
    world = World()
    sunday = end_of_week(TODAY)
    days = {"overdue": TODAY - timedelta(days=1), "this week": sunday, "later": sunday + timedelta(days=1)}
    for what, day in days.items():
        partnership = PartnershipFactory(neighbourhood=world.home)
        NextStepFactory(partnership=partnership, what=what, due_on=day, responsible=world.organiser)
    over = NextStepFactory(partnership=world.partnership, due_on=TODAY)
    world.partnership.end(by=None, reason=Partnership.EndReason.GOAL)
    answer = world.client("organiser").get("/uebersicht/")
    (pile,) = [pile for pile in answer.context["piles"] if pile.key == "naechste"]
    assert ([step.what for step in pile.first], pile.count) == (["overdue", "this week"], 2)
    assert over.what not in answer.content.decode()
    assert [pile.key for pile in world.client("editor").get("/uebersicht/").context["piles"]] == []


def test_the_week_ends_on_sunday() -> None:
    monday = date(2026, 11, 23)
    assert [end_of_week(monday + timedelta(days=number)) for number in range(7)] == [date(2026, 11, 29)] * 7
