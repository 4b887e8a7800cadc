"""A project's history with its participations and contributions, and what both sides may bring back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from partners.models import Actor, HistoryEntry, Person, acting
from projects.actions import edit_participation, edit_project, revise_contribution
from projects.models import Contribution, Participation, Project
from tests.factories import (
    ActorFactory,
    ContributionFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
)
from tests.projects.browser import fields_of

pytestmark = pytest.mark.django_db


class Past:
    def __init__(self) -> None:
        self.organiser: Person = PersonFactory(name="Olga Ordnung")
        self.partner: Person = PersonFactory(name="Pia Partnerin")
        here = NeighbourhoodFactory(organisers=[self.organiser])
        self.bakery: Actor = ActorFactory(name="Bäckerei", neighbourhoods=[here])
        MembershipFactory(actor=self.bakery, person=self.partner)
        with acting():
            self.project: Project = ProjectFactory(title="Fest", goal="Feiern.", neighbourhoods=[here])
        self.part = ParticipationFactory(project=self.project, actor=self.bakery)
        with acting(by=self.partner):
            self.given: Contribution = ContributionFactory(
                participation=self.part, title="Brot", category="material", unit="stueck", planned_quantity=Decimal(20)
            )

    @property
    def address(self) -> str:
        return reverse("projects:project-history", args=[self.project.slug])

    def version(self, row: str) -> str:
        """The address of what a row said before its first change."""
        entry = HistoryEntry.objects.of(self.project).filter(row=f"projects.{row}", what="anders").order_by("pk")[0]
        return f"{self.address}{entry.pk}/"


@pytest.fixture
def past() -> Past:
    return Past()


@pytest.fixture
def client(client: Client, past: Past) -> Client:
    client.force_login(past.organiser)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    return client


def words(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode().replace("<", " <")).split())


def send(client: Client, address: str) -> Any:
    return client.post(address, {"version": client.get(address).context["version"].newest})


def test_contributions_and_participations_stand_in_the_history_of_their_project(client: Client, past: Past) -> None:
    with acting(by=past.partner):
        revise_contribution(contribution=past.given, by=past.partner, planned_quantity=Decimal("30.50"))
    with acting(by=past.organiser):
        edit_participation(participation=past.part, tasks="Backen")
        edit_project(project=past.project, goal="Feiern und essen.")

    page = words(client.get(past.address))
    assert "Pia Partnerin" in page
    assert "Beitrag „Brot“: geändert Geplant von „20“ auf „30,5“" in page
    assert "Beteiligung „Bäckerei“: geändert Aufgaben eingetragen: „Backen“" in page
    assert "Angaben geändert Ziel von „Feiern.“ auf „Feiern und essen.“" in page
    assert f'href="{past.address}"' in client.get(past.project.get_absolute_url()).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_rows(
    client: Client, past: Past, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        part = ParticipationFactory(project=past.project)
        given = ContributionFactory(participation=part)
        revise_contribution(contribution=given, by=past.organiser, title=f"Nummer {number}")
    edit_participation(participation=past.part, tasks="Backen")
    edit_project(project=past.project, goal="Anders.")

    client.get(past.address)
    with django_assert_num_queries(14):
        client.get(past.address)


def test_the_team_of_a_partner_does_not_read_the_history_of_the_project(client: Client, past: Past) -> None:
    client.force_login(past.partner)

    past.given.promise(by=past.partner)
    assert client.get(past.address).status_code == 404
    assert client.post(past.version("contribution")).status_code == 404
    assert past.address not in client.get(past.project.get_absolute_url()).content.decode()


def test_a_project_comes_back_to_what_it_said(client: Client, past: Past) -> None:
    past.project.complete(by=None)
    edit_project(project=past.project, title="Umzug", goal="Gehen.", topics=[])
    response = send(client, past.version("project"))

    past.project.refresh_from_db()
    assert response.status_code == 302
    assert (past.project.title, past.project.goal) == ("Fest", "Feiern.")
    assert past.project.state == Project.State.COMPLETED
    assert Project.objects.all().search("fest").get() == past.project


def test_a_contribution_comes_back_as_the_word_of_who_brings_it_back(client: Client, past: Past) -> None:
    """Whoever promised it is asked again: the version was hers, the decision is not."""
    revise_contribution(
        contribution=past.given, by=past.partner, title="Zeit", category="zeit_hauptamt", planned_quantity=Decimal(3)
    )
    response = send(client, past.version("contribution"))

    past.given.refresh_from_db()
    assert response.status_code == 302
    assert (past.given.title, past.given.category, past.given.unit) == ("Brot", "material", "stueck")
    assert (past.given.planned_quantity, past.given.recorded_by) == (Decimal(20), past.organiser)


def test_what_is_confirmed_does_not_come_back(client: Client, past: Past) -> None:
    revise_contribution(contribution=past.given, by=past.partner, title="Brötchen")
    address = past.version("contribution")
    past.given.promise(by=past.partner)
    past.given.deliver(by=past.partner, side="akteur", quantity=Decimal(20))
    past.given.confirm(by=past.organiser)

    assert client.get(address).status_code == 404
    assert address not in client.get(past.address).content.decode()


def test_a_participation_comes_back_to_what_it_said(client: Client, past: Past) -> None:
    edit_participation(participation=past.part, tasks="Backen", hours_per_month=Decimal(8))
    send(client, past.version("participation"))

    past.part.refresh_from_db()
    assert (past.part.tasks, past.part.hours_per_month) == ("", None)


def test_a_version_that_the_rules_refuse_is_answered_with_a_sentence(client: Client, past: Past) -> None:
    """Its role was given to another participation of the same partner meanwhile."""
    before = past.part.role
    edit_participation(participation=past.part, role="ort")
    address = past.version("participation")
    ParticipationFactory(project=past.project, actor=past.bakery, role=before)

    response = send(client, address)

    past.part.refresh_from_db()
    assert (response.status_code, past.part.role) == (422, "ort")
    assert "Heute Ort" in words(response)
    assert "Diese Fassung kann so noch nicht zurückkommen" in words(response)


def write(past: Past, row: str, text: str) -> Any:
    """Somebody edits the row anew, on a copy of their own; gives the row."""
    with acting(by=past.partner):
        if row == "project":
            edit_project(project=Project.objects.get(pk=past.project.pk), goal=text)
            return past.project
        if row == "participation":
            edit_participation(participation=Participation.objects.get(pk=past.part.pk), tasks=text)
            return past.part
        given = Contribution.objects.get(pk=past.given.pk)
        revise_contribution(contribution=given, by=past.partner, title=text)
        return past.given


FIELD = {"project": "goal", "participation": "tasks", "contribution": "title"}


@pytest.mark.parametrize("row", FIELD)
def test_what_somebody_wrote_meanwhile_is_shown_before_a_version_comes_back(
    client: Client, past: Past, row: str
) -> None:
    write(past, row, "Zweite.")
    address = past.version(row)
    shown = client.get(address).context["version"].newest
    changed = write(past, row, "Dritte, ungesehen.")

    refused = client.post(address, {"version": shown})

    changed.refresh_from_db()
    assert (refused.status_code, getattr(changed, FIELD[row])) == (422, "Dritte, ungesehen.")
    assert "Dritte, ungesehen." in words(refused)
    assert "Jemand anderes hat das inzwischen geändert." in words(refused)
    assert client.post(address, {"version": refused.context["version"].newest}).status_code == 302
    changed.refresh_from_db()
    assert getattr(changed, FIELD[row]) not in {"Zweite.", "Dritte, ungesehen."}


@pytest.mark.parametrize("row", FIELD)
def test_a_page_that_is_open_while_a_version_comes_back_shows_both(client: Client, past: Past, row: str) -> None:
    """Bringing back is an edit as any other: who has the form open overwrites it no more than anything else."""
    changed = write(past, row, "Zweite.")
    paths = {
        "project": f"{past.project.get_absolute_url()}bearbeiten/",
        "participation": f"/beteiligungen/{past.part.pk}/bearbeiten/",
        "contribution": f"/beitraege/{past.given.pk}/bearbeiten/",
    }
    opened = fields_of(client.get(paths[row]))
    send(client, past.version(row))
    changed.refresh_from_db()
    brought_back = getattr(changed, FIELD[row])
    refused = client.post(paths[row], opened | {FIELD[row]: "Vierte."})
    changed.refresh_from_db()
    assert (refused.status_code, getattr(changed, FIELD[row])) == (200, brought_back)
    assert [one.mine for one in refused.context["form"].conflicts] == ["Vierte."]
