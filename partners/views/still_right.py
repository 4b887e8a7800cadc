from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners.actions.confirming import asked_by, is_ours


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def actor_still_right(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Where the link of the question leads, without signing in. It shows what everybody may read, and opening it changes nothing.

    The short name stands in the address for whoever reads it; the link holds after it was changed.
    """
    asked = asked_by(token)
    if asked is None:
        status = 410 if is_ours(token) else 404
        return render(request, "partners/still_right_gone.html", {"slug": slug}, status=status)
    actor, person = asked
    if request.method == "POST":
        if actor.confirm(by=person, seen=request.POST.get("seen", "")):
            messages.success(request, gettext("Thank you. Everybody can now see that this profile is up to date."))
            return redirect(actor)
        messages.warning(
            request,
            gettext("Somebody has changed the profile meanwhile. Please look at it once more, then confirm it."),
        )
        return redirect(request.path)
    return render(request, "partners/still_right.html", {"actor": actor})
