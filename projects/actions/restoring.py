"""How an earlier version of a project, of a participation, of a contribution or of what a channel carried comes back."""

from __future__ import annotations

from typing import Any

from partners.actions.restoring import Write, check
from partners.models import UNIT_OF, Kept, Person
from projects.actions.contributions import revise_contribution
from projects.actions.disseminations import edit_dissemination
from projects.actions.participations import edit_participation
from projects.actions.projects import edit_project
from projects.models import Contribution, Dissemination, Participation, Project


def restore_project(project: Project, values: dict[str, Any], ties: dict[str, list[Any]], by: Person) -> None:
    check(project, values)
    edit_project(project=project, by=by, **(values | ties))


def restore_participation(
    participation: Participation, values: dict[str, Any], ties: dict[str, list[Any]], by: Person
) -> None:
    check(participation, values)
    edit_participation(participation=participation, **values)


def restore_contribution(
    contribution: Contribution, values: dict[str, Any], ties: dict[str, list[Any]], by: Person
) -> None:
    """It becomes the word of this person's side, and the other side is asked again."""
    category = values.get("category", contribution.category)
    check(contribution, values, unit=UNIT_OF[category])
    revise_contribution(contribution=contribution, by=by, **values)


def restore_dissemination(
    dissemination: Dissemination, values: dict[str, Any], ties: dict[str, list[Any]], by: Person
) -> None:
    """Where it is part of a contribution, that is counted anew."""
    check(dissemination, values)
    edit_dissemination(dissemination=dissemination, by=by, **values)


WRITERS: dict[type[Kept], Write] = {
    Project: restore_project,
    Participation: restore_participation,
    Contribution: restore_contribution,
    Dissemination: restore_dissemination,
}
