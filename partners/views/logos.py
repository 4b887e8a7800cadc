from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.actions.logos import remove_logo, set_logo
from partners.forms.logos import LogoForm
from partners.forms.sections import SECTIONS
from partners.models import Actor
from partners.views.addresses import of_actor
from partners.views.profiles import what_next

A_DAY = 86_400


@require_safe
@of_actor
def actor_logo(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Whoever may see the actor sees its logo. Its address changes with the picture, so a browser may keep it."""
    rows = Actor.objects.visible_to(request.user).exclude(logo="").only("slug", "logo")
    logo = get_object_or_404(rows, slug=slug).logo
    etag = f'"{logo.key}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        try:
            with logo.open() as stored:
                answer = HttpResponse(stored.read(), content_type="image/webp")
        except FileNotFoundError as error:
            raise Http404 from error
    answer["ETag"] = etag
    answer["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, private=True, max_age=A_DAY)
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_actor
def actor_logo_edit(request: HttpRequest, slug: str) -> HttpResponse:
    rows = Actor.objects.editable_by(request.user).filter(slug=slug)
    if request.method == "POST":
        with transaction.atomic():
            actor = get_object_or_404(rows.select_for_update(of=("self",)))
            form = LogoForm(request.POST, request.FILES, actor=actor)
            if form.is_valid():
                return _save(request, actor, form)
    else:
        actor = get_object_or_404(rows)
        form = LogoForm(actor=actor)
    context = {"actor": actor, "form": form, "section": SECTIONS["logo"], "parts": SECTIONS.values()}
    return render(request, "partners/actor_logo.html", context)


def _save(request: HttpRequest, actor: Actor, form: LogoForm) -> HttpResponse:
    values = form.cleaned_data
    if values.get("remove"):
        remove_logo(actor=actor)
        messages.success(request, gettext("The logo is taken away. The initials stand in its place."))
    else:
        if (actor.logo or values["logo"]) and not (values["logo"] and form.is_there_already()):
            set_logo(actor=actor, picture=values["logo"] or None, alt=values["alt"])
        messages.success(request, gettext("“%(section)s” is saved.") % {"section": "Logo"} + what_next(actor))
    return redirect("partners:actor-edit", actor.slug)
