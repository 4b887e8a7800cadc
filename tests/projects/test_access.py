"""Who may do what: each page and each button with everybody, permit and refuse side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from projects.actions import record_benefit, record_contribution
from projects.models import Contribution, Participation, Project, Side
from tests.factories import BenefitFactory, ParticipationFactory
from tests.projects.conftest import World

SIDE = {"organiser", "leader", "admin"}
TEAM = {"librarian"}
ALL = ["visitor", "stranger", "organiser", "elsewhere", "librarian", "baker", "leader", "admin"]


def of_project(name: str, *more: str) -> Callable[[World], str]:
    return lambda world: reverse(f"projects:{name}", args=[world.project.slug, *more])


def of_library(name: str) -> Callable[[World], str]:
    return lambda world: reverse(f"projects:{name}", args=[world.library_part.pk])


def of_row(name: str, **values: Any) -> Callable[[World], str]:
    return lambda world: reverse(f"projects:{name}", args=[world.delivered(**values).pk])


def benefit(name: str, **values: Any) -> Callable[[World], str]:
    def address(world: World) -> str:
        row = BenefitFactory(project=world.project, actor=world.library, **values)
        return reverse(f"projects:{name}", args=[row.pk])

    return address


def new_benefit(world: World) -> str:
    return reverse("projects:benefit-create", args=[world.project.slug]) + "?akteur=stadtbibliothek"


def planned(name: str) -> Callable[[World], str]:
    return lambda world: reverse(f"projects:{name}", args=[world.contribution().pk])


PAGES: dict[str, tuple[Callable[[World], str], set[str]]] = {
    "create": (lambda world: reverse("projects:project-create"), {"organiser", "elsewhere", "admin"}),
    "edit": (of_project("project-edit"), SIDE),
    "participation-create": (of_project("participation-create"), SIDE),
    "participation-edit": (of_library("participation-edit"), SIDE),
    "contribution-create": (of_library("contribution-create"), SIDE | TEAM),
    "contribution-edit": (planned("contribution-edit"), SIDE | TEAM),
    "contribution-edit of a confirmed one": (
        of_row("contribution-edit", state="bestaetigt", confirmed_at="2026-01-01T10:00Z"),
        set(),
    ),
    "contribution-deliver": (planned("contribution-deliver"), SIDE | TEAM),
    "contribution-withdraw": (planned("contribution-withdraw"), SIDE | TEAM),
    "contribution-object to the project's word": (of_row("contribution-object"), TEAM),
    "contribution-object to the actor's word": (of_row("contribution-object", side=Side.ACTOR), SIDE),
    "benefit-create": (new_benefit, SIDE | TEAM),
    "benefit-edit": (benefit("benefit-edit"), SIDE | TEAM),
    "benefit-edit in own words": (benefit("benefit-edit", recorded_side=Side.ACTOR), TEAM),
    "benefit-delete": (benefit("benefit-delete"), SIDE | TEAM),
    "benefit-delete in own words": (benefit("benefit-delete", recorded_side=Side.ACTOR), TEAM),
}
BUTTONS: dict[str, tuple[Callable[[World], str], set[str]]] = {
    "abandon": (of_project("project-step", "abbrechen"), SIDE),
    "agree": (
        lambda world: reverse("projects:participation-step", args=[world.library_part.pk, "zusagen"]),
        SIDE | TEAM,
    ),
    "end": (lambda world: reverse("projects:participation-step", args=[world.library_part.pk, "beenden"]), SIDE | TEAM),
    "promise": (planned("contribution-promise"), SIDE | TEAM),
    "confirm the project's word": (of_row("contribution-confirm"), TEAM),
    "confirm the actor's word": (of_row("contribution-confirm", side=Side.ACTOR), SIDE),
}


@pytest.mark.parametrize("page", PAGES)
def test_form_opens_for_those_who_may_and_is_not_there_for_all_others(world: World, page: str) -> None:
    address, allowed = PAGES[page]
    path = address(world)
    found = {who: world.client(who).get(path).status_code for who in ALL}
    assert found == {who: 302 if who == "visitor" else 200 if who in allowed else 404 for who in ALL}
    assert world.client("visitor").get(path)["Location"].startswith("/konto/login/?next=/")


@pytest.mark.parametrize("page", PAGES)
def test_form_is_taken_from_those_only_who_may(world: World, page: str) -> None:
    address, allowed = PAGES[page]
    path = address(world)
    found = {who: world.client(who).post(path, {}).status_code for who in ALL if who not in allowed}
    assert found == {who: 302 if who == "visitor" else 404 for who in ALL if who not in allowed}


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("who", ALL)
def test_button_works_for_those_only_who_may(world: World, button: str, who: str) -> None:
    address, allowed = BUTTONS[button]
    path = address(world)
    answer = world.client(who).post(path)
    assert answer.status_code == (302 if who in allowed | {"visitor"} else 404)
    assert world.client(who).get(path).status_code == (302 if who == "visitor" else 405)
    if who == "visitor":
        assert answer["Location"].startswith("/konto/login/")
    else:
        assert not answer.has_header("Location") or "/konto/" not in answer["Location"]


@pytest.mark.parametrize("who", ALL)
def test_idea_is_read_by_its_side_and_by_those_who_were_asked(world: World, who: str) -> None:
    Project.objects.update(state=Project.State.IDEA)
    asked = {"librarian", "baker"}
    for name in ("project-detail", "contribution-list"):
        answer = world.client(who).get(reverse(f"projects:{name}", args=[world.project.slug]))
        assert answer.status_code == (200 if who in SIDE | asked else 404)
    listed = "Quartierscafé" in world.client(who).get("/projekte/").content.decode()
    assert listed == (who in SIDE | asked)


@pytest.mark.parametrize("who", ["librarian", "elsewhere", "organiser"])
def test_nobody_reaches_what_belongs_to_others(world: World, who: str) -> None:
    """A partner editor, and an organiser of another place, on everything of a project that is not theirs."""
    foreign = ParticipationFactory()
    row = world.contribution(part=foreign)
    gain = BenefitFactory(project=foreign.project, actor=foreign.actor)
    paths = [
        reverse("projects:project-edit", args=[foreign.project.slug]),
        reverse("projects:participation-create", args=[foreign.project.slug]),
        reverse("projects:participation-edit", args=[foreign.pk]),
        reverse("projects:participation-step", args=[foreign.pk, "zusagen"]),
        reverse("projects:contribution-create", args=[foreign.pk]),
        reverse("projects:benefit-create", args=[foreign.project.slug]) + f"?akteur={foreign.actor.slug}",
        reverse("projects:benefit-edit", args=[gain.pk]),
        reverse("projects:benefit-delete", args=[gain.pk]),
        *(
            reverse(f"projects:contribution-{verb}", args=[row.pk])
            for verb in ("edit", "promise", "deliver", "confirm", "object", "withdraw")
        ),
    ]
    client = world.client(who)
    assert {
        path: client.post(path, {"text": "fremd", "reason": "fremd"}).status_code for path in paths
    } == dict.fromkeys(paths, 404)


def test_declined_invitation_is_no_way_in(world: World) -> None:
    """Who said no brings nothing, is offered nothing, and visitors never learn that it was asked."""
    part = ParticipationFactory(
        project=world.project, actor=world.bakery, role="ort", state=Participation.State.INVITED
    )
    part.end()
    page = world.client("visitor").get(world.project.get_absolute_url()).content.decode()
    assert "said no" not in page
    assert part.is_declined


@pytest.mark.parametrize("who", ["organiser", "baker", "admin"])
def test_nothing_is_written_down_for_who_said_no(world: World, who: str) -> None:
    part = world.bakery_part
    Participation.objects.filter(pk=part.pk).update(state=Participation.State.ENDED, is_declined=True)
    client = world.client(who)
    new = [
        reverse("projects:contribution-create", args=[part.pk]),
        reverse("projects:benefit-create", args=[world.project.slug]) + "?akteur=baeckerei",
    ]
    values = {"category": "fuersprache", "title": "Doch etwas", "state": "geplant", "kind": "lernen", "text": "Etwas"}
    answers = [(client.get(path).status_code, client.post(path, values).status_code) for path in new]
    assert answers == [(404, 404), (404, 404)]
    page = client.get(world.project.get_absolute_url()).text
    assert [path in page for path in new] == [False, False]
    assert not Contribution.objects.exists()
    part.refresh_from_db()
    with pytest.raises(ValidationError):
        record_contribution(participation=part, category="fuersprache", title="Doch", by=None)
    with pytest.raises(ValidationError):
        record_benefit(project=world.project, actor=world.bakery, kind="lernen", text="Doch", by=None)


def test_a_no_to_one_role_leaves_the_other_one_open(world: World) -> None:
    Participation.objects.filter(pk=world.bakery_part.pk).update(state=Participation.State.ENDED, is_declined=True)
    other = ParticipationFactory(project=world.project, actor=world.bakery, role="ort", state="beendet")
    page = world.client("organiser").get(world.project.get_absolute_url()).text
    assert reverse("projects:contribution-create", args=[other.pk]) in page
    assert reverse("projects:benefit-create", args=[world.project.slug]) + "?akteur=baeckerei" in page


@pytest.mark.parametrize("page", [page for page, (_address, allowed) in PAGES.items() if allowed])
def test_page_and_part_at_one_address_are_told_apart_by_caches(world: World, page: str) -> None:
    address, allowed = PAGES[page]
    path, client = address(world), world.client(min(allowed))
    part = {"HX-Request": "true", "HX-Target": "eingabe-1"}
    for answer in (
        client.get(path),
        client.get(path, headers=part),
        client.post(path, {}),
        client.post(path, headers=part),
    ):
        assert {"HX-Request", "HX-Target"} <= {name.strip() for name in answer["Vary"].split(",")}


@pytest.mark.parametrize("button", [button for button in BUTTONS if button != "abandon"])
def test_answers_of_buttons_are_told_apart_by_caches(world: World, button: str) -> None:
    address, allowed = BUTTONS[button]
    answer = world.client(min(allowed)).post(address(world))
    assert {"HX-Request", "HX-Target"} <= {name.strip() for name in answer["Vary"].split(",")}
