from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.actions.holding import hold
from partners.actions.receipts import once
from partners.forms.channels import ChannelCreateForm, ChannelEditForm
from partners.models import Actor, Channel
from partners.views.addresses import of_actor
from partners.views.parts import ActorPart, show_part


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_actor
def channel_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever keeps the profile says by which ways the actor reaches people."""
    actor = get_object_or_404(Actor.objects.editable_by(request.user), slug=slug)
    form = ChannelCreateForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (leads_to := _entered(request, actor, form)):
        return redirect(leads_to)
    page = ActorPart(
        actor=actor,
        form=form,
        heading=gettext("Enter a channel"),
        intro=gettext("A newsletter, a notice board, a mailing list: so others know how you can pass a message on."),
        action=gettext("Save the channel"),
        back="kanaele",
    )
    return show_part(request, page)


def _entered(request: HttpRequest, actor: Actor, form: ChannelCreateForm) -> str:
    """Where the new channel is shown; empty when it was refused, and the form then says why."""

    def make() -> Channel:
        hold(actor.pk)
        return Channel.objects.create(actor=actor, **form.values())

    try:
        answer = once(fingerprint=form.fingerprint(of=request.user, at=request.path), make=make)
    except ValidationError as error:
        form.add_error(None, error)
        return ""
    if answer.is_new:
        messages.success(request, said(gettext("“%(name)s” is entered."), form.cleaned_data["name"]))
    return answer.leads_to


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def channel_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Channel.objects.editable_by(request.user).filter(pk=pk)
    if request.method == "POST":
        return _save_channel(request, rows)
    channel = get_object_or_404(rows.select_related("actor"))
    return _show_edit(request, channel, ChannelEditForm(instance=channel))


@transaction.atomic
def _save_channel(request: HttpRequest, rows: Any) -> HttpResponse:
    """Compares and writes while the row is locked, so that nobody else writes in between."""
    channel = get_object_or_404(rows.select_for_update(of=("self",)))
    form = ChannelEditForm(request.POST, instance=Channel.objects.get(pk=channel.pk))
    if form.is_valid():
        changes = form.changes()
        for name, value in changes.items():
            setattr(channel, name, value)
        channel.save(update_fields=list(changes))
        messages.success(request, said(gettext("“%(name)s” is saved."), channel.name))
        return redirect(channel)
    return _show_edit(request, Channel.objects.select_related("actor").get(pk=channel.pk), form)


def _show_edit(request: HttpRequest, channel: Channel, form: ChannelEditForm) -> HttpResponse:
    page = ActorPart(
        actor=channel.actor,
        form=form,
        heading=gettext("Edit the channel “%(name)s”") % {"name": channel.name},
        action=gettext("Save the channel"),
        back="kanaele",
    )
    return show_part(request, page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def channel_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more before."""
    channel = get_object_or_404(Channel.objects.editable_by(request.user).select_related("actor"), pk=pk)
    if request.method == "POST":
        leads_to = channel.get_absolute_url()
        channel.delete()
        messages.success(request, said(gettext("“%(name)s” is deleted."), channel.name))
        return redirect(leads_to)
    page = ActorPart(
        actor=channel.actor,
        heading=gettext("Delete the channel “%(name)s”?") % {"name": channel.name},
        action=gettext("Delete for good"),
        back="kanaele",
        is_final=True,
    )
    return show_part(request, page)


def said(sentence: str, name: str) -> str:
    return sentence % {"name": name}
