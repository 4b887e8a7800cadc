"""Gives the steps of the demo plausible days: a story that was all told on the day of loading is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from partners.models import Partnership, Person, StageChange
from projects.actions.serving import reopen_with_projects
from projects.models import Contribution, Dissemination, Participation, Project, ProjectStep
from quartier.demo.days import day_from_today
from quartier.demo.partnerships import Step, Tie

State = Project.State
# How long before its first day a project is thought of and planned, and how long after its last one it is completed.
IDEA, PLAN, RESULT, GOES_ON = -60, -40, 10, 45
UNBOUND = -30  # of a project without days: when it was written down


def take_steps(partnership: Partnership, tie: Tie, *, by: Person) -> None:
    """Leads a partnership along its stages, and gives each step its day."""
    _take(partnership, tie.steps, by=by)
    _date_steps(partnership, [tie.since, *(step.on for step in tie.steps)])
    if tie.again:
        first, *more = tie.again
        again = reopen_with_projects(partnership=partnership, by=by, note=first.note)
        _take(again, more, by=by)
        _date_steps(again, [step.on for step in tie.again])


def _take(partnership: Partnership, steps: Iterable[Step], *, by: Person) -> None:
    for step in steps:
        days = {name: day_from_today(away) for name, away in step.days.items()}
        getattr(partnership, step.verb)(by=by, note=step.note, **step.values, **days)


def _date_steps(partnership: Partnership, days: list[int]) -> None:
    for change, away in zip(partnership.steps.order_by("pk"), days, strict=True):
        StageChange.objects.filter(pk=change.pk).update(at=_noon(day_from_today(away)))
    Partnership.objects.filter(pk=partnership.pk).update(created_at=_noon(day_from_today(days[0])))


def date_project(project: Project) -> None:
    """Spreads the history of a project, of its partners and of what they brought, over the days up to today."""
    days = {step.pk: _day_of(step, project) for step in ProjectStep.objects.filter(project=project).order_by("pk")}
    latest = timezone.localdate() - timedelta(days=1)
    before = date.min
    for pk, day in days.items():
        before = max(before, min(day, latest))
        ProjectStep.objects.filter(pk=pk).update(at=_noon(before))
    begun, until = _noon(min(*days.values(), latest)), _noon(before)
    Project.objects.filter(pk=project.pk).update(created_at=begun, updated_at=until)
    first = _first_day(project)
    last = min(project.end_on or latest, latest)
    participations = Participation.objects.filter(project=project)
    participations.update(created_at=_noon(min(first - timedelta(days=20), latest)))
    participations.filter(state=Participation.State.ENDED).update(end_on=last)
    project.benefits.update(recorded_at=_noon(max(last - timedelta(days=3), first)))
    for entry in Dissemination.objects.filter(participation__project=project):
        Dissemination.objects.filter(pk=entry.pk).update(recorded_at=_noon(entry.went_out_on))
    rows = Contribution.objects.filter(participation__project=project).order_by("pk")
    for number, row in enumerate(rows):
        _date_contribution(row, first=first, last=last, number=number)


def _first_day(project: Project) -> date:
    """When people begin to write down what they bring."""
    latest = timezone.localdate() - timedelta(days=1)
    return min(project.start_on or latest, latest + timedelta(days=UNBOUND))


def _day_of(step: ProjectStep, project: Project) -> date:
    start = project.start_on or timezone.localdate() + timedelta(days=UNBOUND + 60)
    if start > timezone.localdate():
        start = timezone.localdate() + timedelta(days=UNBOUND)
    end = project.end_on or timezone.localdate()
    return {
        State.IDEA: start + timedelta(days=IDEA),
        State.PLANNING: start + timedelta(days=PLAN),
        State.RUNNING: start,
        State.COMPLETED: end + timedelta(days=RESULT),
        State.CONTINUED: end + timedelta(days=GOES_ON),
        State.ABANDONED: end,
    }[State(step.to_state)]


def _date_contribution(row: Contribution, *, first: date, last: date, number: int) -> None:
    """From the project's beginning to its end: the first step early, the last one late, one entry after the other."""
    steps = list(row.steps.order_by("pk"))
    length = max((last - first).days, len(steps))
    begins = (number * 5) % max(length // 3, 1)
    days = [first + timedelta(days=begins + (length - begins) * place // len(steps)) for place in range(len(steps))]
    said = days[0]
    for step, day in zip(steps, days, strict=True):
        type(step).objects.filter(pk=step.pk).update(at=_noon(day))
        if step.to_state == Contribution.State.DELIVERED and not step.note:
            said = day
    confirmed = _noon(days[-1]) if row.state == Contribution.State.CONFIRMED else None
    Contribution.objects.filter(pk=row.pk).update(recorded_at=_noon(said), confirmed_at=confirmed)


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
