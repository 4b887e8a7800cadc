from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.actions.holding import hold
from partners.actions.receipts import once
from partners.forms.assessments import AssessmentForm
from partners.models import Actor, KeyActorAssessment
from partners.views.addresses import of_actor


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_actor
def actor_assessment(request: HttpRequest, slug: str) -> HttpResponse:
    """Organisers read how they see an actor and write it anew; of an archived one they only read it."""
    actor = get_object_or_404(Actor.objects.organised_by(request.user), slug=slug)
    rows = list(KeyActorAssessment.objects.filter(actor=actor).for_history())
    form = None
    if actor.state not in Actor.OVER:
        form = AssessmentForm(request.POST if request.method == "POST" else None, last=rows[0] if rows else None)
    if form and form.is_valid() and (leads_to := _assessed(request, actor, form)):
        return redirect(leads_to)
    context = {"actor": actor, "form": form, "latest": rows[0] if rows else None, "older": rows[1:]}
    return render(request, "partners/actor_assessment.html", context)


def _assessed(request: HttpRequest, actor: Actor, form: AssessmentForm) -> str:
    """Where the new assessment is shown; empty when it was refused, and the form then says why."""

    def make() -> KeyActorAssessment:
        hold(actor.pk)
        return KeyActorAssessment.objects.create(actor=actor, assessed_by=request.user, **form.values())

    try:
        answer = once(fingerprint=form.fingerprint(of=request.user, at=request.path), make=make)
    except ValidationError as error:
        form.add_error(None, error)
        return ""
    if answer.is_new:
        messages.success(request, gettext("The assessment is saved. Only organisers see it."))
    return answer.leads_to
