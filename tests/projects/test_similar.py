"""Similar projects are named with reasons before another one is begun; nobody learns what is hidden."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from partners.models import TargetGroup, Topic
from projects.actions.similar import similar_projects
from projects.models import Project
from projects.models.similar import Sketch, resemble
from tests.factories import ProjectFactory
from tests.projects.conftest import World

PAIRS = Path(__file__).parent / "pairs"


def sketch(told: dict[str, Any]) -> Sketch:
    days = {name: date.fromisoformat(told[name]) for name in ("start_on", "end_on") if name in told}
    ties = {"topics": told["topics"], "groups": told["target_groups"], "places": told["neighbourhoods"]}
    return Sketch.of(told | days, **ties)


def judged(name: str, half: str = "") -> list[bool]:
    pairs = json.loads((PAIRS / f"{name}.json").read_text())
    chosen = [pair for pair in pairs if half in {"", pair["half"]}]
    both = [(sketch(pair["one"]), sketch(pair["other"])) for pair in chosen]
    found = [resemble(one, other).is_similar for one, other in both]
    assert found == [resemble(other, one).is_similar for one, other in both], "It is the same from both ends."
    return found


@pytest.mark.parametrize(("half", "pairs"), [("tuning", 10), ("held back", 10), ("", 20)])
def test_the_pairs_that_were_written_down_before_are_told_apart(half, pairs):
    """Of twenty similar pairs at least eighteen are found, and at most two of twenty others; of each half at least nine."""
    similar, different = judged("similar", half), judged("different", half)
    assert (len(similar), len(different)) == (pairs, pairs)
    assert sum(similar) >= 0.9 * pairs
    assert sum(different) <= 2


pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(world: World) -> dict[str, Any]:
    """What somebody types who does not know of the garden."""
    topics, groups = Topic.objects.filter(slug="klima-und-umwelt"), TargetGroup.objects.filter(slug="familien")
    return {
        "title": "Hochbeete am Partnachplatz",
        "goal": "Nachbarn gärtnern gemeinsam auf dem Platz.",
        "topics": topics,
        "target_groups": groups,
        "neighbourhoods": [world.place],
        "start_on": date(2027, 4, 1),
        "end_on": date(2027, 9, 30),
    }


def garden(world: World, **values: Any) -> Project:
    told = {
        "title": "Gemeinschaftsgarten Partnachplatz",
        "goal": "Auf dem Platz entstehen Hochbeete, in denen Nachbarn gemeinsam gärtnern.",
        "neighbourhoods": [world.place],
        "start_on": date(2027, 3, 1),
    }
    project = ProjectFactory(**told | values)
    project.topics.set(Topic.objects.filter(slug__in=["klima-und-umwelt", "nachbarschaft"]))
    project.target_groups.set(TargetGroup.objects.filter(slug="familien"))
    return project


def titles(world: World, who: str, typed: dict[str, Any], **more: Any) -> list[str]:
    return [one.project.title for one in similar_projects(values=typed, user=getattr(world.people, who), **more)]


def test_reasons_are_told_in_words(world, typed):
    garden(world)
    found = similar_projects(values=typed, user=world.people.organiser)
    assert [one.resemblance.reasons for one in found] == [
        [
            "similar words in title and goal",
            "same topic: Climate and environment",
            "for the same people: Families",
            "in the same place: Sendling",
            "at the same time",
        ]
    ]


def test_a_project_is_not_like_itself(world, typed):
    project = garden(world)
    assert titles(world, "organiser", typed) == [project.title]
    assert titles(world, "organiser", typed, itself=project) == []


def test_what_one_may_not_see_is_not_named(world, typed):
    """An idea is for the organisers of its place, and whoever was asked to join."""
    idea = garden(world, state=Project.State.IDEA)
    assert {who: titles(world, who, typed) for who in ("organiser", "elsewhere", "librarian", "admin")} == {
        "organiser": [idea.title],
        "elsewhere": [],
        "librarian": [],
        "admin": [idea.title],
    }


def test_at_most_five_are_named_the_likeliest_first(world, typed):
    for number in range(6):
        garden(world, title=f"Garten {'Partnachplatz' if number == 4 else 'am Eck'} {number}")
    assert len(titles(world, "organiser", typed)) == 5
    assert titles(world, "organiser", typed)[0] == "Garten Partnachplatz 4"


@pytest.mark.parametrize("rows", [1, 3])
def test_naming_takes_the_same_queries_for_every_number_of_projects(world, typed, django_assert_num_queries, rows):
    for _ in range(rows):
        garden(world, lead_actor=world.lead)
    with django_assert_num_queries(12):
        found = similar_projects(values=typed, user=world.people.organiser)
        assert [[place.name for place in one.project.neighbourhoods.all()] for one in found] == [["Sendling"]] * rows


def test_who_typed_nothing_yet_is_told_nothing(world):
    garden(world)
    assert titles(world, "organiser", {}) == []
