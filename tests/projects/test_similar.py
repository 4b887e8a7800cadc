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
from projects.models.similar import NAMED, Sketch, resemble
from tests.factories import ProjectFactory
from tests.projects.browser import fields_of
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


def test_the_line_is_drawn_where_there_is_room_on_both_sides():
    """Of the pairs for tuning none is near it: a word more or less makes nothing similar that is not."""
    told = {name: json.loads((PAIRS / f"{name}.json").read_text()) for name in ("similar", "different")}
    points = {
        name: [
            resemble(sketch(pair["one"]), sketch(pair["other"])).points for pair in pairs if pair["half"] == "tuning"
        ]
        for name, pairs in told.items()
    }
    assert max(points["different"]) + 5 <= NAMED <= min(points["similar"]) - 5


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


def test_without_goals_the_likeness_of_the_words_is_said_once(world, typed):
    garden(world, title="Hochbeete Partnachplatz")
    found = similar_projects(values=typed | {"goal": "", "topics": ()}, user=world.people.organiser)
    assert found[0].resemblance.reasons[:2] == ["same title", "for the same people: Families"]


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
    with django_assert_num_queries(13):
        found = similar_projects(values=typed, user=world.people.organiser)
        assert [[place.name for place in one.project.neighbourhoods.all()] for one in found] == [["Sendling"]] * rows


def test_who_typed_nothing_yet_is_told_nothing(world):
    garden(world)
    assert titles(world, "organiser", {}) == []


# --- on the page --------------------------------------------------------------------------------------------------------

NEW = "/projekte/neu/"


def sent(world: World, **more: Any) -> dict[str, Any]:
    topics = [Topic.objects.get(slug="klima-und-umwelt").pk]
    typed = {
        "title": "Hochbeete am Partnachplatz",
        "goal": "Nachbarn gärtnern gemeinsam auf dem Platz.",
        "topics": topics,
    }
    return typed | {"neighbourhoods": [world.place.pk], "state": "planung"} | more


def test_they_are_named_while_somebody_types(world):
    project = garden(world, pk=1_234_567, slug="garten")
    client = world.client("organiser")
    typed = sent(world, start_on="irgendwann", lead_actor="Stadtbibliothek")
    page = client.get(NEW, typed, headers={"hx-request": "true", "hx-target": "aehnlich"})
    text = page.content.decode()
    assert "<html" not in text
    assert f'href="{project.get_absolute_url()}"' in text
    assert '<input type="hidden" name="gesehen" value="1234567">' in text
    way = "anfragen/neu/?art=mitmachen&amp;vorhaben=Hochbeete+am+Partnachplatz&amp;akteur=stadtbibliothek"
    assert f'href="{project.get_absolute_url()}{way}"' in text
    nothing = client.get(NEW, sent(world, title="Chor", goal=""), headers={"hx-request": "true"})
    assert nothing.content.decode().strip() == ""


def test_without_javascript_the_form_comes_back_and_nothing_is_lost(world):
    garden(world)
    client = world.client("organiser")
    opened = fields_of(client.get(NEW))
    between = client.post(NEW, opened | sent(world, how_to_join="Freitags"))
    assert "Is there one already?" in between.content.decode()
    assert Project.objects.filter(title__startswith="Hochbeete").count() == 0
    again = fields_of(between)
    assert (again["how_to_join"], again["goal"]) == (["Freitags"], ["Nachbarn gärtnern gemeinsam auf dem Platz."])
    refused = client.post(NEW, again)
    assert refused.context["beside"].errors["reason"] == [
        "Say in one sentence why, or join one of these projects, or ask about it."
    ]
    done = fields_of(refused) | {"daneben-reason": ["Nur für die Kita."]}
    for _twice in range(2):
        assert client.post(f"{NEW}?von=uebersicht", done).status_code == 302
    assert Project.objects.filter(title__startswith="Hochbeete").count() == 1


def begun(world: World, *similar: Project) -> Project:
    """Beside similar ones that were read, with a reason."""
    seen = {"gesehen": [one.pk for one in similar], "daneben-reason": "Nur für die Kita."}
    assert world.client("organiser").post(NEW, sent(world, **seen)).status_code == 302
    return Project.objects.get(title__startswith="Hochbeete")


def test_why_it_was_begun_all_the_same_is_kept_for_organisers(world):
    there, idea = garden(world), garden(world, title="Beete am Partnachplatz", state=Project.State.IDEA)
    project = begun(world, there, idea)
    kept = project.parallel_reasons.get()
    assert (kept.reason, kept.by, set(kept.similar.all())) == (
        "Nur für die Kita.",
        world.people.organiser,
        {there, idea},
    )
    read = {
        who: "Nur für die Kita." in world.client(who).get(project.get_absolute_url()).content.decode()
        for who in ("visitor", "stranger", "librarian", "elsewhere", "organiser", "admin")
    }
    assert [who for who, reads in read.items() if reads] == ["organiser", "admin"]


def test_of_the_similar_ones_only_those_are_named_that_the_reader_may_see(world):
    there, idea = garden(world), garden(world, title="Beete am Partnachplatz", state=Project.State.IDEA)
    project = begun(world, there, idea)
    project.neighbourhoods.add(world.people.elsewhere.organised_neighbourhoods.get())
    page = world.client("elsewhere").get(project.get_absolute_url()).content.decode()
    assert there.title in page
    assert idea.title not in page


def test_one_that_was_not_shown_yet_is_asked_about_anew(world):
    there = garden(world)
    later = garden(world, title="Hochbeete Partnachplatz")
    seen = {"gesehen": [there.pk], "daneben-reason": "Nur für die Kita."}
    answer = world.client("organiser").post(NEW, sent(world, **seen))
    assert {one.project for one in answer.context["beside"].found} == {there, later}
    assert fields_of(answer)["daneben-reason"] == ["Nur für die Kita."]


def test_where_nothing_is_similar_nobody_is_held_up_and_nothing_is_kept(world):
    answer = world.client("organiser").post(NEW, sent(world, **{"daneben-reason": "Zur Sicherheit."}))
    assert answer.status_code == 302
    assert Project.objects.get(title__startswith="Hochbeete").parallel_reasons.count() == 0


def test_for_whom_it_is_can_be_said_and_changed(world):
    group = TargetGroup.objects.get(slug="familien")
    client = world.client("organiser")
    client.post(NEW, sent(world, target_groups=[group.pk]))
    project = Project.objects.get(title__startswith="Hochbeete")
    assert list(project.target_groups.all()) == [group]
    path = f"{project.get_absolute_url()}bearbeiten/"
    edited = fields_of(client.get(path))
    assert edited.pop("target_groups") == [str(group.pk)]
    assert client.post(path, edited).status_code == 302
    assert list(project.target_groups.all()) == []
