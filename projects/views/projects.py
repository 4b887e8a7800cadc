from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import FETCH_PEERS, Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.actions.cautions import cautions
from partners.actions.receipts import was_sent
from partners.forms.anyway import AnywayForm
from partners.models import Actor, Neighbourhood, Partnership
from partners.views.asking import asked_often
from partners.views.correcting import page_of
from partners.views.listing_pages import few_of_one
from partners.views.ties import bring_ties
from partners.views.writing import made_once
from projects.actions import create_project, edit_project
from projects.actions.similar import similar_projects
from projects.filters import ProjectFilter
from projects.forms.projects import ProjectCreateForm, ProjectEditForm, StepForm
from projects.forms.similar import BesideForm, carried
from projects.models import (
    Need,
    ParallelReason,
    Participation,
    Project,
    ProjectHandover,
    ProjectInquiry,
    ProjectStep,
)
from projects.models.projects import NotHandedOverError
from projects.views.addresses import of_project
from projects.views.ledger import PAGE, ledger_context, sentence, show_hits, wants_hits
from projects.views.needs import NEEDS
from projects.views.requests import SignedInRequest, in_parts


@dataclass(frozen=True)
class Step:
    """One step of a project as its side sees it: the word in the address, the button, and what it does."""

    verb: str
    label: Any
    state: str
    take: Callable[..., None]

    @property
    def is_sad(self) -> bool:
        return self.state == Project.State.ABANDONED


VERBS = {
    step.verb: step
    for step in (
        Step("planen", _("Plan it: everybody can read it from now on"), Project.State.PLANNING, Project.plan),
        Step("starten", _("Start the project"), Project.State.RUNNING, Project.start),
        Step("abschliessen", _("Complete the project"), Project.State.COMPLETED, Project.complete),
        Step("verstetigen", _("It goes on for good"), Project.State.CONTINUED, Project.perpetuate),
        Step("abbrechen", _("Abandon the project"), Project.State.ABANDONED, Project.abandon),
    )
}


# Whether there are rows of what many projects have none of: those are not asked for.
PARTS = {
    "has_needs": Exists(Need.objects.order_by().filter(project=OuterRef("pk"))),
    "serves": Exists(Project.partnerships.through.objects.filter(project=OuterRef("pk"))),
}


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """Everybody finds the public projects; organisers and those who were asked to join also find ideas."""
    listed = page_of(
        request.GET,
        make=lambda data: ProjectFilter(data, user=request.user),
        rows=lambda found: found.qs.for_list(),
        public=Project.objects.published(),
    )
    if isinstance(listed, HttpResponse):
        return listed
    page, found = listed.page, listed.found
    context = {
        "page": page,
        "found": found,
        "correction": listed.correction,
        "may_create": Neighbourhood.objects.editable_by(request.user).exists(),
        "is_empty": not page.paginator.count and not found.is_narrowed,
    }
    return render(request, "projects/project_list.html", context)


@require_safe
@of_project
def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The story, and what everybody gives and gains, as far as this reader may know it."""
    project = next(iter(_project(slug, request.user)), None)
    if project is None:
        raise Http404
    if not project.shows_lead:
        Project._meta.get_field("lead_actor").set_cached_value(project, None)
    bring_ties(project)
    context = ledger_context(request.user, project, wanted=request.GET.get("beitrag", ""))
    steps = _steps(project.pk)
    handed = handover_of(project, request.user, may_edit=context["may_edit"])
    return render(
        request,
        PAGE,
        context
        | {
            "steps": steps,
            "partnerships": _served(project.pk, request.user) if project.serves else [],
            "since": _since(project, steps),
            "invitations": [
                one
                for entry in context["entries"]
                for one in entry.participations
                if one.state == Participation.State.INVITED and entry.actor.pk in context["own"]
            ],
            "needed": few_of_one(project, Need, request.user, keeps=context["may_edit"]) if project.has_needs else None,
            "need_words": NEEDS.words,
            "may_need": context["may_edit"] and project.state in Project.GOING_ON,
            "open_steps": open_steps(project, handed.get("handover")),
            "step_form": StepForm() if context["may_edit"] else None,
        }
        | handed
        | asked_about(project, request.user, may_edit=context["may_edit"]),
    )


@asked_often
def _project(slug: str, user: Any) -> QuerySet[Project, Any]:
    """With its lead, and whether the person may see that one."""
    leads = Actor.objects.visible_to(user).order_by().filter(pk=OuterRef("lead_actor"))
    unread = Actor.all_but("name", "slug", "state", "email", "phone", "website", through="lead_actor")
    rows = Project.objects.visible_to(user).filter(slug=slug).select_related("lead_actor").defer("search_text", *unread)
    return rows.annotate(**PARTS, shows_lead=Exists(leads)).fetch_mode(FETCH_PEERS)


@asked_often
def _steps(project: int) -> QuerySet[ProjectStep]:
    return ProjectStep.objects.filter(project=project)


@asked_often
def _served(project: int, user: Any) -> QuerySet[Partnership]:
    served = Partnership.objects.order_by().filter(projects=project).values("pk")
    return Partnership.objects.visible_to(user, among=served).for_list().in_order()


def asked_about(project: Project, user: Any, *, may_edit: bool) -> dict[str, Any]:
    """Requests that wait, for both sides; how to ask, for everybody else; and why it was begun beside others, for organisers."""
    if not user.is_authenticated:
        return {}
    found: dict[str, Any] = {
        "inquiries": list(ProjectInquiry.objects.visible_to(user).waiting().filter(project=project).for_list())
    }
    if may_edit:
        similar = Prefetch("similar", Project.objects.visible_to(user).order_by("sort_title", "pk"))
        reasons = ParallelReason.objects.visible_to(user).filter(project=project).select_related("by")
        return found | {"parallels": list(reasons.prefetch_related(similar))}
    may_join = project.may_be_asked_to_join and ProjectInquiry.askers(project, user).exists()
    return found | {"may_ask": True, "may_join": may_join}


def open_steps(project: Project, handover: ProjectHandover | None) -> list[Step]:
    """Nothing goes on for good before its hand-over is signed: until then the page leads there."""
    is_handed = handover is not None and handover.is_complete
    return [
        step
        for step in VERBS.values()
        if project.can_become(step.state) and (is_handed or step.state != Project.State.CONTINUED)
    ]


def handover_of(project: Project, user: Any, *, may_edit: bool) -> dict[str, Any]:
    """Everybody reads who carries on what goes on for good; the rest is for those who have to do with it."""
    if project.state not in ProjectHandover.POSSIBLE_IN:
        return {}
    rows = ProjectHandover.objects.filter(project=project)
    found: dict[str, Any] = {"may_hand_over": may_edit}
    if project.state == Project.State.CONTINUED:
        complete = rows.complete().filter(receiver__in=Actor.objects.visible_to(user))
        found["handed_over"] = complete.select_related("receiver").first()
    if user.is_authenticated:
        found["handover"] = rows.visible_to(user).first()
    return found


def _since(project: Project, steps: list[ProjectStep]) -> Any:
    """Since when the project is at its present stage; a running one since the day on which it begins."""
    if project.state == Project.State.RUNNING and project.start_on and project.start_on <= timezone.localdate():
        return project.start_on
    return steps[-1].at if steps else None


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_create(request: SignedInRequest) -> HttpResponse:
    """Organisers write down projects in their own neighbourhoods."""
    if not Neighbourhood.objects.editable_by(request.user).exists():
        raise Http404
    data = request.POST if request.method == "POST" else None
    form, anyway, beside = ProjectCreateForm(data, by=request.user), AnywayForm(data), BesideForm(data)
    form.search_live(request.path)
    if wants_hits(request):
        return show_hits(request, form.fields["lead_actor"], "lead_actor")
    if request.htmx:
        return show_similar(request)
    if may_begin(request, form, anyway, beside):
        values = form.values()
        leads_to = made_once(
            request,
            form,
            make=lambda: create_project(by=request.user, overrides=anyway.overrides, beside=beside.beside, **values),
            said=lambda: (
                gettext("The project “%(title)s” is noted. Now add who takes part.") % {"title": values["title"]}
            ),
        )
        if leads_to:
            return redirect(leads_to)
    context = {"form": form, "anyway": anyway, "beside": beside, "project": None}
    return render(request, "projects/project_form.html", context)


def show_similar(request: SignedInRequest) -> HttpResponse:
    """While somebody types: which projects there are already. What cannot be used yet says nothing."""
    form = ProjectCreateForm(request.GET, by=request.user)
    form.is_valid()
    found = similar_projects(values=form.cleaned_data, user=request.user)
    return render(
        request, "projects/_similar.html", {"found": found, "carried": carried(form.cleaned_data), "focus": False}
    )


def may_begin(request: SignedInRequest, form: ProjectCreateForm, anyway: AnywayForm, beside: BesideForm) -> bool:
    """Nothing speaks against it, or what does was read and answered.

    Whether this very form made its row a moment ago is asked last: that row is the similar one then.
    """
    if not form.is_bound or form.is_search:
        return False
    is_valid = form.is_valid()
    knows = beside.lets_pass(similar_projects(values=form.cleaned_data, user=request.user), form.cleaned_data)
    if not is_valid or not anyway.lets_pass(cautions(form.plans(), user=request.user)):
        return False
    return knows or was_sent(fingerprint=form.fingerprint(of=request.user, at=request.get_full_path()))


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_project
def project_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """The project's side edits; see the form for who decides on neighbourhoods and lead."""
    rows = Project.objects.visible_to(request.user).editable_by(request.user)
    project = get_object_or_404(rows.for_detail(request.user), slug=slug)
    data = request.POST if request.method == "POST" else None
    form, anyway = ProjectEditForm(data, instance=copy(project), by=request.user), AnywayForm(data)
    form.search_live(request.path)
    if wants_hits(request) and "lead_actor" in form.fields:
        return show_hits(request, form.fields["lead_actor"], "lead_actor")
    if form.is_ready() and anyway.lets_pass(cautions(form.plans(project.lead_actor_id), user=request.user)):
        try:
            edit_project(project=project, by=request.user, overrides=anyway.overrides, **form.changes())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("The changes are saved."))
            still = Project.objects.visible_to(request.user).filter(pk=project.pk).exists()
            return redirect(project if still else "projects:project-list")
    return render(request, "projects/project_form.html", {"form": form, "anyway": anyway, "project": project})


@login_required
@require_POST
def project_step(request: SignedInRequest, slug: str, verb: str) -> HttpResponse:
    """The project's side says how far it is; a step that is not open is answered with the open ones."""
    project = get_object_or_404(Project.objects.editable_by(request.user), slug=slug)
    step = VERBS[verb]
    form = StepForm(request.POST)
    if project.state == step.state:  # the same button twice
        return redirect(project)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for error in form.errors["note"]))
        return redirect(project)
    try:
        step.take(project, by=request.user, note=form.cleaned_data["note"])
    except NotHandedOverError as error:
        address = f"{project.get_absolute_url()}uebergabe/"
        if not ProjectHandover.objects.filter(project=project).exists():
            address += "neu/"
        link = format_html('<a href="{}">{}</a>', address, gettext("To the hand-over"))
        messages.error(request, format_html("{} {}", sentence(error), link))
    except ValidationError as error:
        messages.error(request, sentence(error))
    else:
        said = gettext("“%(title)s”: the state is now “%(state)s”.")
        messages.success(request, said % {"title": project.title, "state": project.get_state_display()})
    return redirect(project)
