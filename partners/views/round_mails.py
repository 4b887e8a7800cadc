"""Round mails of a Quartier: written, looked at, sent, and kept as a log. For its organisers alone."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.actions.holding import lock_actors
from partners.actions.round_mails import log_of, plan_of, said_sent, send_round_mail, write_round_mail
from partners.forms.round_mails import RoundMailCreateForm, RoundMailEditForm
from partners.models import Neighbourhood, Partnership, RoundMail, StageError
from partners.views.addresses import of_neighbourhood
from partners.views.paging import page_or_redirect
from partners.views.writing import made_once


@login_required
@require_safe
@of_neighbourhood
def round_mail_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Drafts first, then what was sent, the latest first."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=slug)
    rows = RoundMail.objects.visible_to(request.user).filter(neighbourhood=neighbourhood).for_list()
    page = page_or_redirect(rows, number=request.GET.get("seite", ""), query="")
    if isinstance(page, HttpResponse):
        return page
    return render(request, "partners/round_mail/list.html", {"neighbourhood": neighbourhood, "page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_neighbourhood
def round_mail_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Writes a draft; nothing is sent before somebody has read who gets it."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=slug)
    data = request.POST if request.method == "POST" else None
    form = RoundMailCreateForm(data, neighbourhood=neighbourhood, initial=chosen(request, neighbourhood))
    if form.is_bound and form.is_valid() and (leads_to := _written(request, neighbourhood, form)):
        return redirect(leads_to)
    context = {"neighbourhood": neighbourhood, "form": form, "heading": gettext("Write a round mail")}
    return render(request, "partners/round_mail/form.html", context)


def chosen(request: HttpRequest, neighbourhood: Neighbourhood) -> dict[str, Any]:
    """What an address chooses: `stand`, all partnerships at these stages; what is no stage is left out."""
    stages = [one for one in request.GET.getlist("stand") if one in Partnership.Stage.values]
    if not stages:
        return {}
    return {"partnerships": list(neighbourhood.partnerships.filter(state__in=stages).values_list("pk", flat=True))}


def _written(request: HttpRequest, neighbourhood: Neighbourhood, form: RoundMailCreateForm) -> str:
    """Where the draft is shown; empty when it was refused, and the form then says why."""

    def make() -> RoundMail:
        row = form.save(commit=False)
        row.neighbourhood, row.by = neighbourhood, request.user
        return write_round_mail(round_mail=row, actors=form.wanted(form.cleaned_data))

    said = gettext("The draft is saved. Nothing is sent yet: look at who gets it.")
    return made_once(request, form, make=make, said=lambda: said)


@login_required
@require_safe
def round_mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a draft who gets it, who does not and why; of a sent one who got it, when, and what became of each mail."""
    rows = RoundMail.objects.visible_to(request.user).select_related("neighbourhood", "by")
    return _show(request, get_object_or_404(rows, pk=pk))


def _show(request: HttpRequest, round_mail: RoundMail, fault: str = "") -> HttpResponse:
    context: dict[str, Any] = {"round_mail": round_mail, "neighbourhood": round_mail.neighbourhood, "fault": fault}
    if round_mail.is_sent:
        return render(request, "partners/round_mail/log.html", context | {"recipients": log_of(round_mail)})
    context |= {"plan": plan_of(round_mail)}
    return render(request, "partners/round_mail/draft.html", context, status=422 if fault else 200)


@login_required
@require_POST
def round_mail_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Pressed twice it is sent once."""
    rows = RoundMail.objects.visible_to(request.user).select_related("neighbourhood", "by")
    round_mail = get_object_or_404(rows, pk=pk)
    try:
        number = send_round_mail(round_mail=round_mail, by=request.user, seen=request.POST.get("seen", ""))  # type: ignore[arg-type]
    except StageError as error:
        messages.info(request, error.messages[0])
    except ValidationError as error:
        return _show(request, round_mail, error.messages[0])
    else:
        messages.success(request, said_sent(number))
    return redirect(round_mail)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def round_mail_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = RoundMail.objects.editable_by(request.user).filter(pk=pk)
    if request.method == "POST":
        return _save(request, rows)
    round_mail = get_object_or_404(rows.select_related("neighbourhood"))
    return _show_edit(
        request, round_mail, RoundMailEditForm(instance=round_mail, neighbourhood=round_mail.neighbourhood)
    )


@transaction.atomic
def _save(request: HttpRequest, rows: Any) -> HttpResponse:
    """Compares and writes while the actors and then the row are locked, so that nobody else writes in between."""
    lock_actors(request.POST.getlist("actors"))
    round_mail = get_object_or_404(rows.select_for_update(of=("self",)).select_related("neighbourhood"))
    form = RoundMailEditForm(request.POST, instance=copy(round_mail), neighbourhood=round_mail.neighbourhood)
    if form.is_valid():
        changes = form.changes()
        actors = (
            form.wanted(form.cleaned_data) if "actors" in changes else [one.actor for one in round_mail.places.all()]
        )
        for name in set(changes) - {"actors"}:
            setattr(round_mail, name, changes[name])
        try:
            with transaction.atomic():
                write_round_mail(round_mail=round_mail, actors=actors)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, gettext("The draft is saved. Nothing is sent yet: look at who gets it."))
            return redirect(round_mail)
    return _show_edit(request, rows.select_related("neighbourhood").get(pk=round_mail.pk), form)


def _show_edit(request: HttpRequest, round_mail: RoundMail, form: RoundMailEditForm) -> HttpResponse:
    heading = gettext("Change the round mail")
    context = {"neighbourhood": round_mail.neighbourhood, "form": form, "heading": heading, "round_mail": round_mail}
    return render(request, "partners/round_mail/form.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def round_mail_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Only a draft, and asked once more before. What was sent stays as a log."""
    rows = RoundMail.objects.editable_by(request.user).select_related("neighbourhood")
    if request.method == "POST":
        with transaction.atomic():
            round_mail = get_object_or_404(rows.select_for_update(of=("self",)), pk=pk)
            round_mail.delete()
        messages.success(request, gettext("The draft is deleted."))
        return redirect("partners:round-mail-list", round_mail.neighbourhood.slug)
    round_mail = get_object_or_404(rows, pk=pk)
    context = {"round_mail": round_mail, "neighbourhood": round_mail.neighbourhood}
    return render(request, "partners/round_mail/delete.html", context)
