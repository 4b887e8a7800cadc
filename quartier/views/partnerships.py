from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partners.models import Actor, Partnership, Person
from partners.views.partnerships import partnership_context
from projects.models import Contribution, Participation, Project, harvest, projects_to_tie

# Long texts of a project that its line on the page of a partnership does not show.
UNREAD = ("goal", "results", "how_to_join", "search_text")


@dataclass(slots=True)
class Served:
    """One project that serves the partnership, which sides take part in it, and whether this reader may take it out."""

    project: Project
    sides: list[Actor]
    may_untie: bool = False


@require_safe
def partnership_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What each side brings and hopes to gain, and under it what they do together and what each delivered there."""
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user).for_detail(), pk=pk)
    context = partnership_context(partnership, request.user)
    may_tie = context.get("is_internal", False)
    context |= {"may_tie": may_tie} | served_by(partnership, request.user, may_tie=may_tie)
    return render(request, "quartier/partnership_detail.html", context)


def served_by(partnership: Partnership, user: Person | AnonymousUser, *, may_tie: bool) -> dict[str, Any]:
    """The projects that this reader may see, and of what was delivered in them what she may read."""
    projects = list(Project.objects.visible_to(user).serving(partnership).defer(*UNREAD).in_order())
    if not projects:
        return {"served": [], "harvest": []}
    actors = [party.actor for party in partnership.parties.all()]
    parts = Participation.objects.visible_to(user).filter(project__in=projects, actor__in=actors)
    participations = [one for one in parts.order_by("pk") if not one.is_declined]
    contributions = Contribution.objects.all().of(participations, user)
    untied = projects_to_tie(partnership, user).filter(pk__in=[one.pk for one in projects]) if may_tie else None
    free = set(untied.values_list("pk", flat=True)) if untied is not None else set()
    taking_part = {(one.project_id, one.actor_id) for one in participations}
    return {
        "served": [
            Served(project, [one for one in actors if (project.pk, one.pk) in taking_part], project.pk in free)
            for project in projects
        ],
        "harvest": harvest(actors, participations, contributions),
    }
