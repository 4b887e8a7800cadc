from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from partners.actions.cautions import cautions
from partners.forms.anyway import AnywayForm
from partners.models import Actor
from partners.views.writing import sent_once
from projects.actions import add_participation, agree_participation, edit_participation, end_participation
from projects.forms.participations import ParticipationEditForm, ParticipationForm
from projects.models import Participation, Project
from projects.views.addresses import of_project
from projects.views.ledger import FormPage, sentence, show_entry, show_form, show_hits, show_ledger, wants_hits
from projects.views.requests import SignedInRequest, in_parts

NEW = "eingabe-neu"


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_project
def participation_create(request: SignedInRequest, slug: str) -> HttpResponse:
    """The project's side notes who takes part, or whom it has asked."""
    project = get_object_or_404(Project.objects.editable_by(request.user), slug=slug)
    data = request.POST if request.method == "POST" else None
    form = ParticipationForm(data, by=request.user, auto_id="neu_%s")
    form.search_live(request.path)
    if wants_hits(request):
        return show_hits(request, form.fields["actor"], "actor")
    anyway = AnywayForm(data)
    if form.is_ready() and anyway.lets_pass(cautions([form.plan()], user=request.user)):
        values = form.values()
        actor = values["actor"]
        ended = Participation.objects.filter(
            project=project, actor=actor, role=values["role"], state=Participation.State.ENDED
        )
        asks_again = ended.exists()
        answer = sent_once(
            request,
            form,
            make=lambda: add_participation(project=project, by=request.user, overrides=anyway.overrides, **values),
        )
        if answer:
            return show_ledger(request, project, said=_added(actor, again=asks_again), focus=f"beteiligte-{actor.pk}")
    page = FormPage(
        form=form,
        anyway=anyway,
        project=project,
        heading=gettext("Add a partner"),
        action=gettext("Add to the project"),
        slot=NEW,
        back="geben-und-nehmen",
        body="projects/_participation_fields.html",
    )
    return show_form(request, page)


def _added(actor: Actor, *, again: bool) -> str:
    if again:
        said = gettext("%(actor)s is invited again in this role. Their yes is still missing.")
    else:
        said = gettext("%(actor)s is noted. What do they bring, and what do they gain?")
    return said % {"actor": actor.name}


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def participation_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The project's side decides on role, tasks and days."""
    rows = Participation.objects.select_related("project", "actor")
    participation = get_object_or_404(rows.editable_by(request.user), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = ParticipationEditForm(data, participation=participation, auto_id=f"beteiligung_{pk}_%s")
    anyway = AnywayForm(data)
    project, actor_id = participation.project, participation.actor_id
    if form.is_valid() and anyway.lets_pass(cautions(form.plans(participation), user=request.user)):
        try:
            edit_participation(
                participation=participation, by=request.user, overrides=anyway.overrides, **form.changes()
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            return show_entry(request, project, actor_id, said=gettext("The changes are saved."))
    page = FormPage(
        form=form,
        anyway=anyway,
        project=project,
        heading=gettext("%(actor)s: role and days") % {"actor": participation.actor.name},
        action=gettext("Save the changes"),
        slot=f"eingabe-{actor_id}",
        back=f"beteiligte-{actor_id}",
        body="projects/_participation_fields.html",
        is_edit=True,
    )
    return show_form(request, page)


@in_parts
@login_required
@require_POST
def participation_step(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Either side says yes or ends it; an invitation that ends was declined."""
    rows = Participation.objects.select_related("project", "actor")
    participation = get_object_or_404(rows.answerable_by(request.user), pk=pk)
    agrees = verb == "zusagen"
    wanted = Participation.State.AGREED if agrees else Participation.State.ENDED
    project, actor = participation.project, participation.actor
    said, failed = _answered(participation, agrees=agrees), False
    if participation.state != wanted:
        try:
            if agrees:
                agree_participation(participation=participation)
            else:
                end_participation(participation=participation, by=request.user)
        except ValidationError as error:
            said, failed = sentence(error), True
    return show_entry(request, project, actor.pk, said=said, failed=failed)


def _answered(participation: Participation, *, agrees: bool) -> str:
    names = {"actor": participation.actor.name, "project": participation.project.title}
    if agrees:
        return gettext("%(actor)s takes part in “%(project)s”.") % names
    if participation.state == Participation.State.INVITED:
        return gettext("%(actor)s does not take part in “%(project)s”.") % names
    return gettext("%(actor)s does not take part any more. What was given and gained stays.") % names
