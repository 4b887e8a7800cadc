from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from partners.actions import invitations
from partners.actions.accounts import account_with, is_address_of
from partners.forms.invitations import NewcomerForm, OrganiserInvitationForm
from partners.models import Actor, Invitation, Membership, Neighbourhood
from partners.views.writing import made_once


def send_invitation(request: HttpRequest, form: OrganiserInvitationForm, **target: Any) -> bool:
    """Sends what the form of a team page asks for, and says so. False when it was refused; the form then says why."""
    sent = made_once(
        request,
        form,
        make=lambda: invitations.invite(**form.values(), **target, by=request.user).target,
        said=lambda: (
            gettext("The invitation is on its way to %(email)s. The link works for 14 days.")
            % {"email": form.cleaned_data["email"]}
        ),
    )
    return bool(sent)


def with_mail_states(rows: Any) -> list[Invitation]:
    """The invitations that wait, each with what became of its mail, because a mistyped address is found only then."""
    waiting = list(rows.waiting().select_related("created_by"))
    states = invitations.mail_states(waiting)
    for invitation in waiting:
        invitation.mail_state = states.get(invitation.pk, "")
    return waiting


def team_page(invitation: Invitation) -> HttpResponse:
    if invitation.actor is not None:
        return redirect("partners:actor-team", invitation.actor.slug)
    return redirect("partners:neighbourhood-team", invitation.target.slug)


def _manageable(request: HttpRequest, pk: int) -> Invitation:
    rows = Invitation.objects.manageable_by(request.user).select_related("actor", "neighbourhood")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link to the same address; the one before stops working."""
    invitation = _manageable(request, pk)
    try:
        invitations.resend(invitation=invitation, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            gettext("A new link is on its way to %(email)s. The one before does not work any more.")
            % {"email": invitation.email},
        )
    return team_page(invitation)


@login_required
@require_POST
def invitation_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The link stops working at once."""
    invitation = _manageable(request, pk)
    try:
        invitations.revoke(invitation=invitation)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            gettext("The invitation for %(email)s is taken back. Its link does not work any more.")
            % {"email": invitation.email},
        )
    return team_page(invitation)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of an invitation leads.

    Opening it changes nothing, because programs that check mails open links too. Only whoever holds the link learns
    for which address it is and whether there is an account.
    """
    invitation = Invitation.objects.with_token(token).select_related("actor", "neighbourhood", "created_by").first()
    if invitation is None or not invitation.is_open:
        return invitation_gone(request, invitation)
    if request.user.is_authenticated:
        return _accept_as_oneself(request, invitation, token)
    if account_with(invitation.email):
        return render(request, "partners/invitation_sign_in.html", {"invitation": invitation})
    return _accept_as_newcomer(request, invitation, token)


def invitation_gone(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    """A link that leads nowhere any more, with a way on. Whoever used it gets to the team it led to."""
    if invitation and request.user.is_authenticated and invitation.accepted_by_id == request.user.pk:
        return redirect(invitation.target)
    context = {"invitation": invitation, "was_used": bool(invitation and invitation.accepted_at)}
    return render(request, "partners/invitation_gone.html", context, status=410 if invitation else 404)


def _accept_as_oneself(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    if not is_address_of(request.user, invitation.email):
        return render(request, "partners/invitation_other_person.html", {"invitation": invitation})
    if request.method != "POST":
        return render(request, "partners/invitation_accept.html", {"invitation": invitation})
    try:
        joined = invitations.accept(token=token, person=request.user)
    except invitations.InvitationGoneError:
        invitation.refresh_from_db()
        return invitation_gone(request, invitation)
    except invitations.AccountGoneError:
        # The session ended with the account: the link leads to what a visitor may do with it.
        return redirect(request.path)
    return welcome(request, joined)


def _accept_as_newcomer(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    form = NewcomerForm(
        request.POST if request.method == "POST" else None,
        email=invitation.email,
        initial={"name": invitation.name},
    )
    if form.is_valid():
        try:
            person, joined = invitations.accept_as_newcomer(
                token=token, **form.cleaned_data, language=get_language() or settings.LANGUAGE_CODE
            )
        except invitations.InvitationGoneError:
            invitation.refresh_from_db()
            return invitation_gone(request, invitation)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            get_adapter().login(request, person)
            return welcome(request, joined)
    return render(request, "partners/invitation_newcomer.html", {"form": form, "invitation": invitation})


def welcome(request: HttpRequest, joined: Membership | Neighbourhood) -> HttpResponse:
    if isinstance(joined, Neighbourhood):
        messages.success(request, gettext("Welcome. You are an organiser of “%(name)s” now.") % {"name": joined.name})
        return redirect(joined)
    actor: Actor = joined.actor
    messages.success(
        request,
        gettext("Welcome. You belong to the team of “%(name)s” now. Look at the profile: is everything right?")
        % {"name": actor.name},
    )
    return redirect(actor)
