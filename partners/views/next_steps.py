"""What comes next with a partner: set, changed and done by the organisers, on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.actions.next_steps import finish_next_step, set_next_step
from partners.forms.next_steps import NextStepCreateForm, NextStepDoneForm, NextStepEditForm
from partners.models import NextStep, Partnership
from partners.views.parts import PartnershipPart, show_part
from partners.views.writing import edit_part, made_once

ANCHOR = "naechster-schritt"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def next_step_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Organisers say what comes next; where there is a step already, they are led to it."""
    rows = Partnership.objects.editable_by(request.user).exclude(state__in=Partnership.OVER)
    partnership = get_object_or_404(rows.for_detail(), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = NextStepCreateForm(data, partnership=partnership, initial={"responsible": request.user.pk})
    if form.is_valid():
        leads_to = made_once(
            request,
            form,
            make=lambda: set_next_step(partnership=partnership, values=form.values()),
            said=lambda: gettext("The next step is saved."),
        )
        if leads_to:
            return redirect(leads_to)
    elif not form.is_bound and (present := NextStep.objects.open().filter(partnership=partnership).first()):
        return redirect("partners:next-step-edit", present.pk)
    page = PartnershipPart(
        partnership=partnership,
        form=form,
        heading=gettext("Set the next step"),
        intro=gettext("Only the organisers read it, not the sides."),
        action=gettext("Save the next step"),
        back=ANCHOR,
    )
    return show_part(request, page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def next_step_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit_part(
        request,
        NextStep.objects.editable_by(request.user).filter(pk=pk),
        form=_edit_form,
        page=_edit_page,
        said=lambda step: gettext("The next step is saved."),
        near=lambda rows: rows.for_list(),
    )


def _edit_form(*data: Any, instance: NextStep) -> NextStepEditForm:
    return NextStepEditForm(*data, instance=instance, partnership=instance.partnership)


def _edit_page(step: NextStep, form: NextStepEditForm) -> PartnershipPart:
    return PartnershipPart(
        partnership=step.partnership,
        form=form,
        heading=gettext("Change the next step"),
        intro=gettext("Only the organisers read it, not the sides."),
        action=gettext("Save the next step"),
        back=ANCHOR,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def next_step_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Done; and what comes after it, so that nobody is forgotten. Sent again it finds that it was done."""
    step = get_object_or_404(NextStep.objects.visible_to(request.user).for_list(), pk=pk)
    if not NextStep.objects.editable_by(request.user).contains(step):
        messages.info(request, gettext("This step is done already. Look at what comes next now."))
        return redirect(step)
    form = NextStepDoneForm(request.POST if request.method == "POST" else None, step=step)
    if form.is_bound and form.is_valid():
        try:
            finish_next_step(step=step, by=request.user, note=form.note, following=form.following)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = gettext("“%(step)s” is done.") % {"step": step}
            messages.success(request, said)
            return redirect(step)
    page = PartnershipPart(
        partnership=step.partnership,
        form=form,
        heading=gettext("Done: %(step)s") % {"step": step},
        intro=gettext("What comes next? A partner who waits for an answer should not be forgotten."),
        action=gettext("It is done"),
        back=ANCHOR,
    )
    return show_part(request, page)
