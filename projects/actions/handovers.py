"""What a project has of its own about its hand-over; the rest stands in `partners.actions.handovers`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from partners.actions.handover_mails import HandoverLineMail, HandoverMail
from partners.actions.handovers import Proposal, brought, promised, ties_to
from partners.models import Actor
from projects.models import Participation, ProjectHandover


class ProjectHandoverMail(HandoverMail):
    name = "project-handover-signature"
    label = _("The hand-over of a project waits for your signature")
    about = ProjectHandover


class ProjectHandoverLineMail(HandoverLineMail):
    name = "project-handover-lines"
    label = _("Single lines of the hand-over of a project go to you")
    about = ProjectHandover


def propose_for_project(handover: ProjectHandover) -> list[Proposal]:
    """The tasks and hours of who leaves, and whom one asks at the others that take part."""
    parts = Participation.objects.filter(project=handover.project_id).public().select_related("actor").order_by("pk")
    found: list[Proposal] = []
    others: dict[int, Actor] = {}
    for part in parts:
        if part.actor_id != handover.giver_id:
            others.setdefault(part.actor_id, part.actor)
            continue
        found += brought(part.tasks, part.actor)
        found += promised(part.hours_per_month, part.actor)
    return found + ties_to(others.values(), giver=handover.giver)
