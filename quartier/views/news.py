"""What others did meanwhile in what somebody has to do with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from partners.models import Person
from partners.views.asking import asked_often
from projects.models import Contribution, ContributionStep, Participation, Project, ProjectStep

NEWS = 6


@dataclass(frozen=True, slots=True)
class News:
    """The latest step of one contribution or project."""

    subject: Contribution | Project
    what: str
    where: str
    at: datetime


def news_for(user: Person) -> list[News]:
    """The latest steps of others in what the person has to do with, one for each thing. Who took them is not named."""
    news = [*map(of_contribution, _steps_of_contributions(user)), *map(of_project, _steps_of_projects(user))]
    newest = {one.subject: one for one in sorted(news, key=lambda one: one.at)}
    return sorted(newest.values(), key=lambda one: one.at, reverse=True)[:NEWS]


@asked_often
def _steps_of_contributions(user: Person) -> QuerySet[ContributionStep]:
    steps = ContributionStep.objects.filter(contribution__in=Contribution.objects.all().recordable_by(user))
    parts = "contribution__participation"
    return by_others(steps.select_related(f"{parts}__project", f"{parts}__actor"), user)


@asked_often
def _steps_of_projects(user: Person) -> QuerySet[ProjectStep]:
    own = Project.objects.all().editable_by(user).values("pk")
    joined = Participation.objects.all().staffed_by(user).filter(is_declined=False).values("project")
    return by_others(
        ProjectStep.objects.filter(Q(project__in=own) | Q(project__in=joined)).select_related("project"), user
    )


def by_others(steps: QuerySet[Any], user: Person) -> QuerySet[Any]:
    return steps.exclude(by=user).order_by("-at", "-pk")[: NEWS * 4]


def of_contribution(step: ContributionStep) -> News:
    part = step.contribution.participation
    return News(step.contribution, step.label, f"{part.actor}, {part.project}", step.at)


def of_project(step: ProjectStep) -> News:
    return News(step.project, str(Project.state_labels()[step.to_state]), gettext("Project"), step.at)
