from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.actions.holding import hold
from partners.forms.channels import ChannelCreateForm, ChannelEditForm
from partners.models import Actor, Channel
from partners.views.addresses import of_actor
from partners.views.parts import ActorPart, show_part
from partners.views.writing import ask_once_more, delete, edit_part, made_once


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_actor
def channel_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever keeps the profile says by which ways the actor reaches people."""
    actor = get_object_or_404(Actor.objects.editable_by(request.user), slug=slug)
    form = ChannelCreateForm(request.POST if request.method == "POST" else None)

    def make() -> Channel:
        hold(actor.pk)
        return Channel.objects.create(actor=actor, **form.values())

    if form.is_valid() and (leads_to := made_once(request, form, make=make, said=lambda: _entered(form))):
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


def _entered(form: ChannelCreateForm) -> str:
    return gettext("“%(name)s” is entered.") % {"name": form.cleaned_data["name"]}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def channel_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit_part(
        request,
        Channel.objects.editable_by(request.user).filter(pk=pk),
        form=ChannelEditForm,
        page=_edit_page,
        said=lambda channel: gettext("“%(name)s” is saved.") % {"name": channel.name},
        near=lambda rows: rows.select_related("actor"),
    )


def _edit_page(channel: Channel, form: ChannelEditForm) -> ActorPart:
    return ActorPart(
        actor=channel.actor,
        form=form,
        heading=gettext("Edit the channel “%(name)s”") % {"name": channel.name},
        action=gettext("Save the channel"),
        back="kanaele",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def channel_delete(request: HttpRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel.objects.editable_by(request.user).select_related("actor"), pk=pk)
    said = gettext("“%(name)s” is deleted.") % {"name": channel.name}
    return ask_once_more(request, channel, page=_delete_page, act=delete, said=said)


def _delete_page(channel: Channel) -> ActorPart:
    return ActorPart(
        actor=channel.actor,
        heading=gettext("Delete the channel “%(name)s”?") % {"name": channel.name},
        action=gettext("Delete for good"),
        back="kanaele",
        is_final=True,
    )
