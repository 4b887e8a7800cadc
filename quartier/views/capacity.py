from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partners.models import Actor
from partners.views.addresses import of_actor
from quartier.loads import load_of, overrides_of


@login_required
@require_safe
@of_actor
def actor_load(request: HttpRequest, slug: str) -> HttpResponse:
    """Promised hours against stated ones, month by month. For the actor's team and the organisers of its Quartiere alone."""
    user = request.user
    rows = Actor.objects.load_visible_to(user).select_related("kind")
    actor = get_object_or_404(rows, slug=slug)
    context = {
        "actor": actor,
        "load": load_of(actor, user=user),
        "asked": overrides_of(actor, user=user),
        "may_edit": Actor.objects.editable_by(user).filter(pk=actor.pk).exists(),
    }
    return render(request, "quartier/actor_load.html", context)
