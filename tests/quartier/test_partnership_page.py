"""The page of a partnership: which projects serve it, and what its sides delivered there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partners.actions.merging import merge_actors, undo_merge
from partners.models import UNIT_OF, Actor, HistoryEntry
from projects.models import Contribution, Participation, Project
from tests.factories import (
    ActorFactory,
    ContributionFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    ProjectFactory,
)
from tests.partners.browser import sent_by
from tests.partners.partnership_world import World

pytestmark = pytest.mark.django_db
State = Contribution.State


def together(world: World, **values: Any) -> Project:
    """A project in which the library takes part, and which serves the partnership."""
    project = ProjectFactory(**{"neighbourhoods": [world.home]} | values)
    ParticipationFactory(project=project, actor=world.library)
    project.partnerships.add(world.partnership)
    return project


def gave(project: Project, actor: Actor, category: str, quantity: int | None, **values: Any) -> Contribution:
    part, _is_new = Participation.objects.get_or_create(project=project, actor=actor, defaults={"state": "zugesagt"})
    facts = {"state": State.CONFIRMED, "delivered_quantity": quantity} | values
    facts["confirmed_at"] = timezone.now() if facts["state"] == State.CONFIRMED else None
    return ContributionFactory(participation=part, category=category, unit=UNIT_OF[category], **facts)


def cells(client: Client, world: World) -> dict[str, list[Decimal | int | None]]:
    """By category what stands under each side: the sum, or where nobody counted the number of entries."""

    def said(total: Any) -> Any:
        return None if total is None else total.delivered if total.delivered is not None else total.entries

    lines = client.get(world.url).context["harvest"]
    return {line.category.value: [said(total) for _side, total in line.cells] for line in lines}


def test_what_was_delivered_stands_side_by_side_and_no_units_are_mixed(client):
    world = World()
    first, second = together(world), together(world)
    gave(first, world.library, "zeit_ehrenamt", 4)
    gave(second, world.library, "zeit_ehrenamt", 3)
    gave(second, world.library, "zeit_hauptamt", 5)
    gave(first, world.companion, "zeit_hauptamt", 2, state=State.DELIVERED)
    gave(first, world.companion, "raeume", None)
    gave(first, ActorFactory(), "geld", 100)
    gave(ProjectFactory(), world.library, "zeit_ehrenamt", 100)
    gave(first, world.library, "raeume", None, state=State.PROMISED, delivered_quantity=None)

    assert [side.actor.name for side, *_ in client.get(world.url).context["sides"]] == ["Bibliothek", "Begleitung"]
    assert cells(client, world) == {"raeume": [None, 1], "zeit_hauptamt": [5, 2], "zeit_ehrenamt": [7, None]}
    page = client.get(world.url, headers={"accept-language": "en"}).content.decode()
    assert "of it not yet confirmed: 2 hours" in page
    assert "An empty place is a reason to talk." in page


def test_a_reader_finds_only_what_she_may_see():
    world = World()
    idea, open_one = together(world, title="Nur eine Idee", state="idee"), together(world, title="Offen")
    gave(idea, world.library, "zeit_ehrenamt", 4)
    gave(open_one, world.library, "zeit_ehrenamt", 3, is_public=False)

    def read(who: str) -> tuple[list[str], dict[str, Any]]:
        client = world.client(who)
        return [one.project.title for one in client.get(world.url).context["served"]], cells(client, world)

    assert read("visitor") == (["Offen"], {})
    assert read("other_editor") == (["Offen"], {})
    assert read("organiser") == read("editor") == (["Offen", "Nur eine Idee"], {"zeit_ehrenamt": [7, None]})
    assert "is not entered yet, or not public" in world.client("visitor").get(world.url).content.decode()


def test_the_project_names_the_partnerships_that_a_reader_may_see(client):
    world = World()
    project = together(world)
    assert "Bibliothek &amp; Begleitung" in client.get(project.get_absolute_url()).content.decode()
    Actor.objects.filter(pk=world.companion.pk).update(state="entwurf")
    assert "Begleitung" not in client.get(project.get_absolute_url()).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("visitor", 9), ("organiser", 23)])
def test_the_page_takes_the_same_queries_for_every_number_of_projects(who, queries, rows, django_assert_num_queries):
    world = World()
    for _ in range(rows):
        project = together(world)
        gave(project, world.library, "zeit_ehrenamt", 4)
        gave(project, world.companion, "zeit_hauptamt", 4)
    client = world.client(who)
    with django_assert_num_queries(queries):
        assert len(client.get(world.url).context["served"]) == rows


# --- tying ------------------------------------------------------------------------------------------------------------


def offered(world: World, who: str) -> list[str]:
    form = world.client(who).get(f"{world.url}projekte/neu/").context["form"]
    return [project.title for project in form.fields["project"].queryset] if form else []


def test_organisers_choose_in_their_quartier_and_a_team_among_its_own():
    world = World()
    ProjectFactory(title="Im Quartier", neighbourhoods=[world.home])
    ProjectFactory(title="Anderswo")
    for title, actor, state in (
        ("Mit der Bibliothek", world.library, "zugesagt"),
        ("Mit der Begleitung", world.companion, "zugesagt"),
        ("Nur eingeladen", world.library, "eingeladen"),
    ):
        ParticipationFactory(project=ProjectFactory(title=title), actor=actor, state=state)

    assert offered(world, "organiser") == ["Im Quartier", "Mit der Begleitung", "Mit der Bibliothek"]
    assert offered(world, "editor") == ["Mit der Bibliothek"]


def test_a_project_is_tied_once_and_taken_out_again_and_the_history_knows():
    world = World()
    project = ProjectFactory(slug="hof", title="Hof", neighbourhoods=[world.home])
    client = world.client("organiser")
    for _ in range(2):
        answer = client.post(f"{world.url}projekte/neu/", {"project": "hof"})
        assert answer["Location"] == f"{world.url}#projekte"
    assert list(project.partnerships.all()) == [world.partnership]
    ask = f"{world.url}projekte/hof/loeschen/"
    assert "Take the project “Hof” out" in client.get(ask).content.decode()
    assert client.post(ask)["Location"] == f"{world.url}#projekte"
    assert list(project.partnerships.all()) == []
    told = HistoryEntry.objects.of(project).filter(by__isnull=False).order_by("pk").values_list("values", "by")
    keys = {"partnerships": {"+": [world.partnership.pk]}}, {"partnerships": {"-": [world.partnership.pk]}}
    assert list(told) == [(values, world.organiser.pk) for values in keys]
    past = client.get(f"{project.get_absolute_url()}verlauf/").content.decode()
    assert past.count("Bibliothek &amp; Begleitung") == 2


def test_projects_that_are_not_over_go_along_into_a_partnership_that_is_taken_up_again():
    """Also an idea that is not hers to see; and each project tells it in its history."""
    world = World(ended=True)
    tied = {state: together(world, state=state, neighbourhoods=[NeighbourhoodFactory()]) for state in Project.State}
    client, address = world.client("organiser"), f"{world.url}wieder-aufnehmen/"
    assert "Projects that are not over yet then serve both." in client.get(address).content.decode()
    assert client.post(address, sent_by(client.get(address))).status_code == 302
    again = world.partnership.reopened_as
    goes_on = [Project.State.IDEA, Project.State.PLANNING, Project.State.RUNNING]
    assert set(again.projects.all()) == {tied[state] for state in goes_on}
    assert set(world.partnership.projects.all()) == set(tied.values())
    told = (
        HistoryEntry.objects.of(tied[Project.State.RUNNING]).filter(by=world.organiser).values_list("values", flat=True)
    )
    assert list(told) == [{"partnerships": {"+": [again.pk]}}]


@pytest.mark.parametrize("who", ["editor", "organiser"])
def test_nobody_ties_what_she_may_not_choose(who):
    world = World()
    project = ProjectFactory(slug="fremd")
    answer = world.client(who).post(f"{world.url}projekte/neu/", {"project": "fremd"})
    assert answer.status_code == 200
    project.partnerships.add(world.partnership)
    assert world.client(who).post(f"{world.url}projekte/fremd/loeschen/").status_code == 404
    assert list(project.partnerships.all()) == [world.partnership]


def test_a_tie_stays_when_one_of_the_sides_becomes_part_of_another_entry():
    world = World()
    project, kept = together(world), ActorFactory(neighbourhoods=[world.home])
    gave(project, world.library, "zeit_ehrenamt", 4)
    merge = merge_actors(kept=kept, gone=world.library, take=[], by=world.admin, seen=(kept.stamp, world.library.stamp))
    assert cells(world.client("visitor"), world) == {"zeit_ehrenamt": [4, None]}
    undo_merge(merge=merge, by=world.admin)
    assert cells(world.client("visitor"), world) == {"zeit_ehrenamt": [4, None]}
