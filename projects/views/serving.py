from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.models import Partnership
from partners.views.parts import PartnershipPart, show_part
from projects.actions.serving import tie_project, untie_project
from projects.forms.serving import TieForm
from projects.models import Project, projects_to_tie

BACK = "projekte"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_project_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Organisers and the teams of the sides say which projects serve their partnership."""
    partnership = get_object_or_404(Partnership.objects.internal_to(request.user).for_detail(), pk=pk)
    choices = projects_to_tie(partnership, request.user)
    if request.method == "POST" and (again := choices.serving(partnership).filter(slug=_named(request)).first()):
        return _tied(request, partnership, again)
    free = choices.exclude(pk__in=Project.objects.all().serving(partnership).values("pk")).in_order()
    form = TieForm(request.POST if request.method == "POST" else None, projects=free)
    if form.is_bound and form.is_valid():
        project = form.cleaned_data["project"]
        tie_project(partnership=partnership, project=project)
        return _tied(request, partnership, project)
    has_choice = free.exists()
    page = PartnershipPart(
        partnership=partnership,
        form=form if has_choice else None,
        heading=gettext("Add a project to the partnership"),
        intro="" if has_choice else gettext("There is no other project that you could add. The sides take part first."),
        action=gettext("Add the project") if has_choice else "",
        back=BACK,
    )
    return show_part(request, page)


def _named(request: HttpRequest) -> str:
    return request.POST.get("project", "").replace("\x00", "")


def _tied(request: HttpRequest, partnership: Partnership, project: Project) -> HttpResponse:
    said = gettext("“%(title)s” serves this partnership. What the sides deliver there is shown here.")
    messages.success(request, said % {"title": project.title})
    return _to(partnership)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_project_delete(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Takes only the tie away, and asks before."""
    partnership = get_object_or_404(Partnership.objects.internal_to(request.user).for_detail(), pk=pk)
    project = get_object_or_404(projects_to_tie(partnership, request.user).serving(partnership), slug=slug)
    names: dict[str, Any] = {"title": project.title}
    if request.method == "POST":
        untie_project(partnership=partnership, project=project)
        messages.success(request, gettext("“%(title)s” does not stand here any more.") % names)
        return _to(partnership)
    page = PartnershipPart(
        partnership=partnership,
        heading=gettext("Take the project “%(title)s” out of the partnership?") % names,
        intro=gettext("The project stays as it is, with all that was delivered in it."),
        action=gettext("Take it out"),
        back=BACK,
        is_final=True,
    )
    return show_part(request, page)


def _to(partnership: Partnership) -> HttpResponse:
    return redirect(f"{partnership.get_absolute_url()}#{BACK}")
