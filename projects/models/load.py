"""From which day until which day a participation takes hours. The policy stands in `partners.models.capacity`."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, DateField, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Least, TruncDate

from partners.models import FAR
from projects.models.projects import Project, ProjectStep

# A project that is completed or abandoned takes nobody's time any more. One that goes on for good does.
CLOSED = (Project.State.COMPLETED, Project.State.ABANDONED)


def first_day() -> Any:
    """Its own; else the day on which it was noted, or the first of its project if that lies later."""
    noted = TruncDate("created_at")
    return Coalesce("start_on", Greatest(Coalesce("project__start_on", noted), noted))


def last_day() -> Any:
    """Its own, else that of the project; never after the day on which the project was closed."""
    goes_on = When(project__state=Project.State.CONTINUED, then=Value(FAR))
    written = Case(goes_on, default=F("project__end_on"), output_field=DateField())
    return Least(Coalesce("end_on", written, Value(FAR), output_field=DateField()), _closed_on())


def _closed_on() -> Any:
    steps = ProjectStep.objects.filter(project=OuterRef("project"), to_state__in=CLOSED).order_by("-at", "-pk")
    day = Coalesce(Subquery(steps.values(day=TruncDate("at"))[:1]), TruncDate("project__updated_at"))
    return Case(When(project__state__in=CLOSED, then=day), default=Value(FAR), output_field=DateField())
