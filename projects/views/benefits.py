from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.views.writing import sent_once
from projects.actions import delete_benefit, place_of_deleted, record_benefit, revise_benefit
from projects.forms.benefits import BenefitEditForm, BenefitForm
from projects.models import Benefit, Participation
from projects.views.addresses import of_project
from projects.views.ledger import FormPage, show_entry, show_form
from projects.views.requests import SignedInRequest, in_parts


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_project
def benefit_create(request: SignedInRequest, slug: str) -> HttpResponse:
    """Both sides note what the partner in `?akteur=` gains; whose word it is follows from who writes."""
    wanted = request.GET.get("akteur", "").replace("\x00", "")
    rows = Participation.objects.open_to_entries_by(request.user).select_related("project", "actor")
    participation = rows.filter(project__slug=slug, actor__slug=wanted).order_by("pk").first()
    participation = participation or get_object_or_404(rows.none())
    project, actor = participation.project, participation.actor
    form = BenefitForm(request.POST if request.method == "POST" else None, auto_id=f"nutzen_neu_{actor.pk}_%s")
    if form.is_valid():
        values = form.values()
        answer = sent_once(
            request, form, make=lambda: record_benefit(project=project, actor=actor, by=request.user, **values)
        )
        if answer:
            focus = answer.leads_to.partition("#")[2]
            return show_entry(request, project, actor.pk, said=gettext("The benefit is noted."), focus=focus)
    page = FormPage(
        form=form,
        project=project,
        heading=gettext("What %(actor)s gains") % {"actor": actor.name},
        action=gettext("Save the benefit"),
        slot=f"eingabe-{actor.pk}",
        back=f"beteiligte-{actor.pk}",
    )
    return show_form(request, page)


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def benefit_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who gained may always rewrite it; the project's side only what the partner has not said itself."""
    benefit = get_object_or_404(Benefit.objects.editable_by(request.user).select_related("project", "actor"), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = BenefitEditForm(data, benefit=benefit, auto_id=f"nutzen_{pk}_%s")
    project, actor = benefit.project, benefit.actor
    if form.is_valid():
        try:
            if changes := form.changes():
                revise_benefit(benefit=benefit, by=request.user, **changes)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = gettext("The changes are saved.")
            return show_entry(request, project, actor.pk, said=said, focus=benefit.anchor)
    page = FormPage(
        form=form,
        project=project,
        heading=gettext("Edit what %(actor)s gains") % {"actor": actor.name},
        action=gettext("Save the changes"),
        slot=f"eingabe-{actor.pk}",
        back=benefit.anchor,
        body="projects/_edit_fields.html",
    )
    return show_form(request, page)


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def benefit_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whoever may rewrite it may take it away; asked once more before. What is gone already leads back to the ledger."""
    place = place_of_deleted(pk=pk, by=request.user)
    if place is not None:
        return show_entry(request, place.project, place.actor_id, said=gettext("This benefit was deleted already."))
    benefit = get_object_or_404(Benefit.objects.editable_by(request.user).select_related("project", "actor"), pk=pk)
    project, actor = benefit.project, benefit.actor
    if request.method == "POST":
        delete_benefit(benefit=benefit)
        return show_entry(request, project, actor.pk, said=gettext("The benefit is deleted."))
    page = FormPage(
        form=forms.Form(),
        project=project,
        heading=gettext("Delete this benefit?"),
        action=gettext("Delete for good"),
        slot=f"eingabe-{actor.pk}",
        back=benefit.anchor,
        quote=benefit.text,
        is_final=True,
    )
    return show_form(request, page)
