from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.actions.actors import edit_actor
from partners.actions.holding import lock_actors
from partners.forms.actors import ActorEditForm
from partners.forms.sections import SECTIONS, Section, progress_of
from partners.models import Actor
from partners.models.hours import in_one_sentence
from partners.views.actors import own_neighbourhoods, steps_for
from partners.views.addresses import of_actor


@login_required
@require_safe
@of_actor
def actor_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The sections of the profile with how far each is; from here one also submits or publishes it."""
    actor = get_object_or_404(Actor.objects.editable_by(request.user).for_detail(), slug=slug)
    context = {
        "actor": actor,
        "progress": progress_of(actor),
        "steps": steps_for(request.user, actor),
        "may_team": Actor.objects.with_managed_team(request.user).filter(pk=actor.pk).exists(),
    }
    return render(request, "partners/actor_edit.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_actor
def actor_edit_section(request: HttpRequest, slug: str, section: str) -> HttpResponse:
    """Its team keeps the profile; organisers also say in which of their neighbourhoods it lies."""
    rows = Actor.objects.editable_by(request.user).filter(slug=slug)
    if request.method == "POST":
        return _save_section(request, rows, SECTIONS[section])
    actor = get_object_or_404(rows)
    return _show_section(request, actor, form_for(request, actor, SECTIONS[section]), SECTIONS[section])


@login_required
@require_POST
def actor_confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """One click of those who keep it: everything still holds."""
    actor = get_object_or_404(Actor.objects.editable_by(request.user), slug=slug)
    if actor.confirm(by=request.user, seen=request.POST.get("seen", "")):
        messages.success(request, gettext("Thank you. Everybody can now see that this profile is up to date."))
    else:
        messages.warning(
            request,
            gettext("Somebody has changed the profile meanwhile. Please look at it once more, then confirm it."),
        )
    return redirect("partners:actor-edit", actor.slug)


def form_for(request: HttpRequest, actor: Actor, section: Section) -> ActorEditForm:
    """On a copy, because a form writes into its row even where it is refused."""
    own = own_neighbourhoods(request.user) if "neighbourhoods" in section.fields else []
    data = request.POST if request.method == "POST" else None
    return ActorEditForm(data, instance=copy(actor), section=section, own=own)


@transaction.atomic
def _save_section(request: HttpRequest, rows: Any, section: Section) -> HttpResponse:
    """Compares and writes while the row is locked, so that nobody else writes in between, nor merges it and its carrier."""
    if "parent" in section.fields:
        asked = form_for(request, get_object_or_404(rows), section)
        carrier = asked.cleaned_data.get("parent") if asked.is_valid() else None
        lock_actors([str(one.pk) for one in (asked.instance, carrier) if one])
    actor = get_object_or_404(rows.select_for_update(of=("self",)))
    form = form_for(request, actor, section)
    if form.is_valid():
        changes = form.changes()
        linked = {name: changes.pop(name, None) for name in ("topics", "target_groups", "neighbourhoods")}
        try:
            with transaction.atomic():
                edit_actor(actor=actor, values=changes, own=form.own, **linked)
        except ValidationError as error:
            form.refuse(error)
        else:
            said = gettext("“%(section)s” is saved.") % {"section": section.heading}
            messages.success(request, said + what_next(actor))
            if changes.get("opening_hours"):
                messages.info(request, understood_as(changes["opening_hours"]))
            return HttpResponseRedirect(way_on(request, actor))
    return _show_section(request, Actor.objects.get(pk=actor.pk), form, section)


def understood_as(hours: str) -> str:
    """How opening hours are shown from now on, so that a slip of the pen is seen."""
    if read := in_one_sentence(hours):
        return gettext("The opening hours are understood as: %(hours)s.") % {"hours": read}
    return gettext("The opening hours are shown as you wrote them.")


def what_next(actor: Actor) -> str:
    """A saved draft is not seen by anybody yet: say how it gets there."""
    if actor.state == Actor.State.DRAFT:
        return " " + gettext("It is still a draft. Submit it when it is ready.")
    return ""


def _show_section(request: HttpRequest, actor: Actor, form: ActorEditForm, section: Section) -> HttpResponse:
    context = {"actor": actor, "form": form, "section": section, "parts": SECTIONS.values()}
    return render(request, "partners/actor_edit_section.html", context)


def way_on(request: HttpRequest, actor: Actor) -> str:
    """The sections, as long as the person may still edit the profile; else the profile, as long as she may see it."""
    if Actor.objects.editable_by(request.user).filter(pk=actor.pk).exists():
        return reverse("partners:actor-edit", args=[actor.slug])
    if Actor.objects.visible_to(request.user).filter(pk=actor.pk).exists():
        return actor.get_absolute_url()
    return reverse("partners:actor-list")
