from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from partners.actions.cautions import Override
from partners.actions.holding import hold
from partners.models import Actor, Neighbourhood, Person, TargetGroup, Topic, recounting, unique_slug
from projects.actions.participations import keep_why
from projects.models import ParallelReason, Participation, Project, ProjectStep

ATTEMPTS = 3
# What follows from the other columns, or from their being written.
DERIVED = ("sort_title", "search_text", "updated_at")


@dataclass(frozen=True)
class Beside:
    """The similar projects that somebody was shown before she began one of her own, and why she did."""

    similar: Sequence[Project]
    reason: str


@transaction.atomic
def create_project(
    *,
    title: str,
    neighbourhoods: Iterable[Neighbourhood],
    by: Person | None,
    topics: Iterable[Topic] = (),
    target_groups: Iterable[TargetGroup] = (),
    lead_actor: Actor | None = None,
    state: str = Project.State.IDEA,
    overrides: Sequence[Override] = (),
    beside: Beside | None = None,
    **fields: Any,
) -> Project:
    """Writes down a new project, as an idea or already in planning, which is public. The lead takes part from the beginning.

    Why it was asked in spite of a warning is kept (`overrides`), and why it is begun beside similar ones (`beside`).
    """
    hold(lead_actor.pk if lead_actor else None)
    project = _with_free_address(title=title, lead_actor=lead_actor, **fields)
    project.neighbourhoods.set(neighbourhoods)
    project.topics.set(topics)
    project.target_groups.set(target_groups)
    ProjectStep.objects.create(project=project, to_state=project.state, by=by)
    if state != Project.State.IDEA:
        project.plan(by=by)
    take_lead_along(project=project, by=by, overrides=overrides)
    if beside is not None:
        kept = ParallelReason.objects.create(project=project, by=by, reason=beside.reason)
        kept.similar.set(beside.similar)
    return project


def _with_free_address(*, title: str, **fields: Any) -> Project:
    """Of two projects with one title at the same moment the second takes the next free address."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return Project.objects.create(title=title, slug=unique_slug(Project, title), **fields)
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def edit_project(
    *,
    project: Project,
    topics: Iterable[Topic] | None = None,
    target_groups: Iterable[TargetGroup] | None = None,
    neighbourhoods: Iterable[Neighbourhood] | None = None,
    by: Person | None = None,
    overrides: Sequence[Override] = (),
    **values: Any,
) -> None:
    """Writes the values and nothing else; None keeps the topics, target groups or neighbourhoods.

    Why a new lead was asked in spite of a warning is kept (`overrides`), with who did (`by`). Raises `OutdatedError`
    when somebody else was faster.
    """
    hold(project.lead_actor_id, values.get("lead_actor_id"), getattr(values.get("lead_actor"), "pk", None))
    project.claim()
    with recounting(project):
        for name, value in values.items():
            setattr(project, name, value)
        project.save(update_fields=[*values, *DERIVED])
    if topics is not None:
        project.topics.set(topics)
    if target_groups is not None:
        project.target_groups.set(target_groups)
    if neighbourhoods is not None:
        project.neighbourhoods.set(neighbourhoods)
    take_lead_along(project=project, by=by, overrides=overrides)


def take_lead_along(*, project: Project, by: Person | None = None, overrides: Sequence[Override] = ()) -> None:
    """Who leads a project takes part in it: adds that participation where it is missing."""
    if project.lead_actor_id is not None:
        lead, _is_new = Participation.objects.get_or_create(
            project=project,
            actor_id=project.lead_actor_id,
            role=Participation.Role.LEAD,
            defaults={"state": Participation.State.AGREED},
        )
        keep_why(lead, overrides, by=by)
