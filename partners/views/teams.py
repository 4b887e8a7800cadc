from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from partners.actions.memberships import end_membership, end_organising, make_manager
from partners.forms.invitations import InvitationForm, OrganiserInvitationForm
from partners.models import Actor, Membership, Neighbourhood, Person
from partners.views.addresses import of_actor, of_neighbourhood
from partners.views.invitations import send_invitation, with_mail_states


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_actor
def actor_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever belongs to the team sees who else does; managers and organisers invite, see addresses and remove."""
    rows = Actor.objects.with_managed_team(request.user)
    decides = rows.filter(slug=slug).exists()
    if request.method != "POST" and not decides:
        rows = Actor.objects.editable_by(request.user)
    actor = get_object_or_404(rows, slug=slug)
    form = InvitationForm(request.POST if request.method == "POST" else None) if decides else None
    if form and form.is_valid() and send_invitation(request, form, actor=actor):
        return redirect("partners:actor-team", actor.slug)
    context = {
        "actor": actor,
        "form": form,
        "decides": decides,
        "team": team_of(actor, request.user),
        "invitations": with_mail_states(actor.invitations) if decides else [],
    }
    return render(request, "partners/actor_team.html", context)


def team_of(actor: Actor, user: Any) -> list[tuple[Membership, bool, bool]]:
    """Everybody in the team, with whether the person may remove and promote them."""
    members = Membership.objects.filter(actor=actor)
    removable = set(members.removable_by(user).values_list("pk", flat=True))
    promotable = set(members.promotable_by(user).values_list("pk", flat=True))
    return [(one, one.pk in removable, one.pk in promotable) for one in members.for_list()]


@login_required
@require_POST
def membership_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """One leaves a team, or is taken out of it."""
    membership = get_object_or_404(
        Membership.objects.removable_by(request.user).select_related("person", "actor"), pk=pk
    )
    leaves = membership.person_id == request.user.pk
    words = {"person": membership.person, "actor": membership.actor}
    try:
        end_membership(membership=membership, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        left = gettext("You have left the team of “%(actor)s”.")
        removed = gettext("%(person)s does not belong to the team of “%(actor)s” any more.")
        messages.success(request, (left if leaves else removed) % words)
    return back_to_team(request, membership.actor)


def back_to_team(request: HttpRequest, actor: Actor) -> HttpResponse:
    """To the team page for those who still may see it, else to the profile or the overview."""
    if Actor.objects.editable_by(request.user).filter(pk=actor.pk).exists():
        return redirect("partners:actor-team", actor.slug)
    if actor.is_public:
        return redirect(actor)
    return redirect("dashboard")


@login_required
@require_POST
def membership_promote(request: HttpRequest, pk: int) -> HttpResponse:
    """An editor becomes a manager."""
    memberships = Membership.objects.promotable_by(request.user).select_related("person", "actor")
    membership = make_manager(membership=get_object_or_404(memberships, pk=pk))
    messages.success(
        request,
        gettext("%(person)s is a manager now and decides with you who belongs to the team.")
        % {"person": membership.person},
    )
    return redirect("partners:actor-team", membership.actor.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_neighbourhood
def neighbourhood_team(request: HttpRequest, slug: str) -> HttpResponse:
    """Organisers see who else is one, and invite further ones."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=slug)
    form = OrganiserInvitationForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and send_invitation(request, form, neighbourhood=neighbourhood):
        return redirect("partners:neighbourhood-team", neighbourhood.slug)
    context = {
        "neighbourhood": neighbourhood,
        "form": form,
        "organisers": neighbourhood.organisers.order_by("name", "email"),
        "invitations": with_mail_states(neighbourhood.invitations),
    }
    return render(request, "partners/neighbourhood_team.html", context)


@login_required
@require_POST
def organiser_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """An organiser leaves, or is taken out by another one."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=slug)
    person = get_object_or_404(Person.objects.filter(organised_neighbourhoods=neighbourhood), pk=pk)
    try:
        end_organising(neighbourhood=neighbourhood, person=person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            gettext("%(person)s is no organiser of “%(neighbourhood)s” any more.")
            % {"person": person, "neighbourhood": neighbourhood},
        )
    if Neighbourhood.objects.editable_by(request.user).filter(pk=neighbourhood.pk).exists():
        return redirect("partners:neighbourhood-team", neighbourhood.slug)
    return redirect(neighbourhood)
