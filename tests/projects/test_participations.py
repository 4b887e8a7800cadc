"""Who takes part, says no, ends it and comes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from projects.models import Contribution, Participation, Project
from tests.factories import ContributionFactory, ParticipationFactory
from tests.projects.conftest import World

State = Participation.State


def add(world: World, **data: str):
    path = reverse("projects:participation-create", args=[world.project.slug])
    return world.client("organiser").post(path, {"role": "ort", "state": "zugesagt"} | data)


def shown_to(world: World, who: str) -> str:
    return world.client(who).get(world.project.get_absolute_url()).text


# --- asked again ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["zugesagt", "eingeladen"])
def test_who_said_no_can_be_asked_again_in_the_same_role(world, state):
    part = ParticipationFactory(
        project=world.project, actor=world.bakery, role="ort", state="eingeladen", tasks="Türdienst"
    )
    part.end()
    answer = add(world, actor="Bäckerei", state=state)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "Bäckerei is invited again in this role. Their yes is still missing."
    ]
    again = Participation.objects.get(project=world.project, actor=world.bakery, role="ort")
    assert (again.pk, again.state, again.is_declined, again.took_part) == (part.pk, State.INVITED, False, False)
    assert (again.tasks, again.version) == ("Türdienst", part.version + 1)
    assert list(Participation.objects.waiting_for(world.people.baker)) == [again]
    assert "Türdienst" not in shown_to(world, "visitor")


def test_who_ended_it_comes_back_and_what_was_given_stays_in_public_all_the_time(world):
    row = world.delivered(title="Lesesaal")
    world.library_part.end()
    add(world, actor="Stadtbibliothek", tasks="Wieder öffnen", hours_per_month="3")
    part = Participation.objects.get(pk=world.library_part.pk)
    assert (part.state, part.took_part, part.tasks, part.hours_per_month) == (State.INVITED, True, "Wieder öffnen", 3)
    read = {who: shown_to(world, who) for who in ("visitor", "organiser")}
    assert {who: ("Lesesaal" in page, "invited" in page) for who, page in read.items()} == {
        "visitor": (True, False),
        "organiser": (True, True),
    }
    Participation.objects.update(end_on=timezone.localdate() - timedelta(days=9))
    part.refresh_from_db()
    part.agree()
    assert (part.state, part.end_on, list(part.contributions.all())) == (State.AGREED, None, [row])


def test_who_does_not_come_back_is_ended_as_before(world):
    world.delivered(title="Lesesaal")
    ended = date(2026, 1, 31)
    Participation.objects.filter(pk=world.library_part.pk).update(state=State.ENDED, end_on=ended)
    add(world, actor="Stadtbibliothek")
    part = Participation.objects.get(pk=world.library_part.pk)
    part.end()
    assert (part.state, part.is_declined, part.end_on) == (State.ENDED, False, ended)
    assert "Lesesaal" in shown_to(world, "visitor")


def test_new_days_replace_those_of_the_time_before(world):
    Participation.objects.filter(pk=world.library_part.pk).update(
        state=State.ENDED, start_on=date(2025, 1, 1), end_on=date(2025, 6, 30)
    )
    add(world, actor="Stadtbibliothek", start_on="1.3.2026")
    part = Participation.objects.get(pk=world.library_part.pk)
    assert (part.state, part.start_on, part.end_on) == (State.INVITED, date(2026, 3, 1), None)


def test_who_takes_part_now_is_not_asked_again(world):
    answer = add(world, actor="Stadtbibliothek")
    assert answer.context["form"].errors == {
        "role": ["This actor has this role in the project already. Please choose another role."]
    }
    assert Project.objects.get().participations.filter(actor=world.library).count() == 1


# --- what a no and an end leave behind ------------------------------------------------------------------------------------


def test_a_no_withdraws_what_was_planned_or_promised_for_it(world):
    part = ParticipationFactory(project=world.project, actor=world.bakery, role="ort", state="eingeladen")
    rows = {
        state: ContributionFactory(participation=part, state=state) for state in ("geplant", "zugesagt", "erbracht")
    }
    world.client("baker").post(reverse("projects:participation-step", args=[part.pk, "beenden"]))
    assert {state: Contribution.objects.get(pk=row.pk).state for state, row in rows.items()} == {
        "geplant": "zurueckgezogen",
        "zugesagt": "zurueckgezogen",
        "erbracht": "erbracht",
    }
    assert [step.by for step in rows["geplant"].steps.all()] == [world.people.baker]


def test_who_only_ends_it_still_owes_what_was_promised(world):
    row = ContributionFactory(participation=world.library_part, state="zugesagt")
    world.client("organiser").post(reverse("projects:participation-step", args=[world.library_part.pk, "beenden"]))
    world.library_part.refresh_from_db()
    row.refresh_from_db()
    assert (world.library_part.state, row.state) == (State.ENDED, "zugesagt")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("zugesagt", "This actor has this role in the project already. Please choose another role."),
        (
            "beendet",
            "This actor had this role in the project before. Please choose another role, or enter the earlier one anew.",
        ),
    ],
)
def test_a_role_that_is_taken_says_since_when(world, state, sentence):
    ParticipationFactory(project=world.project, actor=world.library, role="fachpartner", state=state)
    path = reverse("projects:participation-edit", args=[world.library_part.pk])
    answer = world.client("organiser").post(path, {"role": "fachpartner", "version": world.library_part.version})
    assert answer.context["form"].errors == {"role": [sentence]}


@pytest.mark.parametrize("verb", ["zusagen", "beenden"])
def test_a_step_of_what_a_merge_has_just_taken_away_is_answered_in_words(world, monkeypatch, verb):
    part = ParticipationFactory(project=world.project, actor=world.bakery, role="ort", state="eingeladen")
    step = Participation.take_step

    def too_late(self: Participation, *args: object, **values: object) -> None:
        Participation.objects.filter(pk=part.pk).delete()
        step(self, *args, **values)

    monkeypatch.setattr(Participation, "take_step", too_late)
    answer = world.client("baker").post(f"/beteiligungen/{part.pk}/{verb}/", follow=True)
    said = "This is not here any more: it was removed, or put together with another entry."
    assert [str(one) for one in answer.context["messages"]] == [said]
