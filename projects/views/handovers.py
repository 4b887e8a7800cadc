"""What the pages of a hand-over need to know of a project; the pages themselves stand in `partners.views.handovers`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from partners.views.handover_pages import Pages
from projects.actions.handovers import propose_for_project
from projects.models import Participation, Project, ProjectHandover


def _guess(project: Project) -> dict[str, Any]:
    """Who leads it hands over; who takes part for the longest time takes over."""
    giver = project.lead_actor_id
    parts = Participation.objects.filter(project=project, state=Participation.State.AGREED).exclude(actor=giver)
    return {"giver": giver, "receiver": parts.order_by("pk").values_list("actor", flat=True).first()}


PROJECT = Pages(
    model=ProjectHandover,
    key="slug",
    beginnable=lambda user: Project.objects.editable_by(user).filter(state__in=ProjectHandover.POSSIBLE_IN),
    involved=lambda one: [
        *Participation.objects.filter(project=one).public().order_by().values_list("actor", flat=True),
        *([one.lead_actor_id] if one.lead_actor_id else []),
    ],
    places=lambda one: one.neighbourhoods.order_by().values("pk"),
    guess=_guess,
    propose=propose_for_project,
    list_name=lambda: gettext("Projects"),
    list_address="projects:project-list",
)
