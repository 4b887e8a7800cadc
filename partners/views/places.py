from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from partners.actions.boundaries import place_actor, set_boundary
from partners.forms.boundaries import BoundaryFileForm, BoundaryForm, proposed
from partners.models import Actor, Neighbourhood
from partners.models.boundaries import Outline, digest
from partners.models.places import count_within, suggested_actors
from partners.views.addresses import of_neighbourhood


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_neighbourhood
def neighbourhood_boundary(request: HttpRequest, slug: str) -> HttpResponse:
    """Organisers upload the outline of their Quartier, look at it, and save it."""
    rows = Neighbourhood.objects.editable_by(request.user).with_boundary()
    neighbourhood = get_object_or_404(rows, slug=slug)
    if request.method != "POST":
        return show_boundary(request, neighbourhood, BoundaryFileForm())
    if "prepared" in request.POST:
        return choose_or_save(request, neighbourhood)
    form = BoundaryFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_boundary(request, neighbourhood, form)
    initial = {"which": proposed(form.areas, neighbourhood.name), "seen": digest(neighbourhood.boundary)}
    chosen = BoundaryForm(of=str(neighbourhood.pk), areas=form.areas, initial=initial)
    chosen.initial["prepared"] = chosen.packed()
    return show_chosen(request, neighbourhood, chosen)


def choose_or_save(request: HttpRequest, neighbourhood: Neighbourhood) -> HttpResponse:
    """The second step: another area is looked at, or the one that was looked at is saved."""
    data = request.POST.copy()
    form = BoundaryForm(data, of=str(neighbourhood.pk))
    if not form.is_valid() or not form.area:
        return show_chosen(request, neighbourhood, form)
    if "save" not in data:
        return show_chosen(request, neighbourhood, form)
    try:
        set_boundary(neighbourhood=neighbourhood, boundary=form.area.boundary, seen=form.cleaned_data["seen"])
    except ValidationError as error:
        neighbourhood.refresh_from_db()
        # Now the person sees the other one: saving once more decides for hers.
        data["seen"] = digest(neighbourhood.boundary)
        form.add_error(None, error)
        return show_chosen(request, neighbourhood, form)
    messages.success(
        request, gettext("The boundary of “%(name)s” is saved. Everybody can see it.") % {"name": neighbourhood.name}
    )
    return redirect("partners:neighbourhood-boundary", neighbourhood.slug)


def show_boundary(request: HttpRequest, neighbourhood: Neighbourhood, form: BoundaryFileForm) -> HttpResponse:
    """What is stored now, who lies in it without belonging to it, and the way to a new one."""
    context = {
        "neighbourhood": neighbourhood,
        "form": form,
        "suggested": suggested_actors(neighbourhood, request.user),
    }
    return render(request, "partners/neighbourhood_boundary.html", context | about(neighbourhood))


def about(neighbourhood: Neighbourhood) -> dict[str, Any]:
    boundary = neighbourhood.boundary
    return {"outline": Outline.of(boundary) if boundary else None, "seen": digest(boundary)}


def show_chosen(request: HttpRequest, neighbourhood: Neighbourhood, form: BoundaryForm) -> HttpResponse:
    """How the boundary will look, and what was mended, before anything is saved."""
    area = form.area
    inside, outside = count_within(neighbourhood, area.boundary) if area else (0, 0)
    context = {
        "neighbourhood": neighbourhood,
        "form": form,
        "area": area,
        "preview": Outline.of(area.boundary) if area else None,
        "inside": inside,
        "outside": outside,
    }
    return render(request, "partners/neighbourhood_boundary_check.html", context | about(neighbourhood))


@login_required
@require_POST
def neighbourhood_boundary_delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Organisers take the boundary away; the Quartier and all who belong to it stay."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=slug)
    try:
        set_boundary(neighbourhood=neighbourhood, boundary=None, seen=request.POST.get("seen", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("“%(name)s” has no boundary any more.") % {"name": neighbourhood.name})
    return redirect("partners:neighbourhood-boundary", neighbourhood.slug)


@login_required
@require_POST
def actor_place(request: HttpRequest, slug: str) -> HttpResponse:
    """Puts an actor into a Quartier in whose boundary it lies. Whoever does it keeps both."""
    actor = get_object_or_404(Actor.objects.editable_by(request.user), slug=slug)
    wanted = request.POST.get("quartier", "").replace("\x00", "")
    neighbourhood = get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=wanted)
    place_actor(actor=actor, neighbourhood=neighbourhood)
    messages.success(
        request,
        gettext("“%(actor)s” belongs to %(neighbourhood)s now.")
        % {"actor": actor.name, "neighbourhood": neighbourhood.name},
    )
    if request.POST.get("from") == "boundary":
        return redirect("partners:neighbourhood-boundary", neighbourhood.slug)
    return redirect(actor)
