from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.actions.holding import hold
from partners.forms.assessments import AssessmentForm
from partners.models import Actor, KeyActorAssessment
from partners.views.addresses import of_actor
from partners.views.writing import made_once


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

    said = gettext("The assessment is saved. Only organisers see it.")
    return made_once(request, form, make=make, said=lambda: said)
