from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.views.history import Past, show_history, show_version
from projects.actions.restoring import WRITERS
from projects.models import Project
from projects.views.addresses import of_project


def _of_project(request: HttpRequest, slug: str) -> Past:
    project = get_object_or_404(Project.objects.visible_to(request.user).editable_by(request.user), slug=slug)
    return Past(
        thing=project,
        name=project.title,
        address=reverse("projects:project-history", args=[slug]),
        crumbs=[
            (reverse("projects:project-list"), gettext("Projects")),
            (project.get_absolute_url(), project.title),
        ],
        writers=WRITERS,
    )


@login_required
@require_safe
@of_project
def project_history(request: HttpRequest, slug: str) -> HttpResponse:
    """The project's side reads who changed what in it, with its participations and contributions."""
    return show_history(request, _of_project(request, slug))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_project
def project_version(request: HttpRequest, slug: str, entry: int) -> HttpResponse:
    return show_version(request, _of_project(request, slug), entry)
