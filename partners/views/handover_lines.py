"""The lines of a hand-over: proposed, written, changed, taken out, and done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.actions.handovers import add_lines, edit_line, finish_line, remove_line, still_new
from partners.forms.handovers import DoneForm, LineCreateForm, LineEditForm, ProposalsForm
from partners.views.handover_pages import Pages, added_once, locked, say_ended, show, wrote


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_proposals(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    """What the portal knows and could be handed over: one takes what fits."""
    handover = pages.editable(request, of)
    known = pages.propose(handover)
    proposals = still_new(handover, known)
    if not proposals:
        messages.info(
            request, gettext("The portal has no proposals any more. Write what is missing as a line of its own.")
        )
        return redirect(handover)
    data = request.POST if request.method == "POST" else None
    offered = pages.offered(handover, request.user)
    form = ProposalsForm(data, proposals=proposals, known=known, receiver=handover.receiver_id, actors=offered)
    if form.is_valid():
        said = gettext("The lines are written down. Now look at each: who takes it, and by when?")
        if added_once(request, form, handover, lambda: add_lines(handover=handover, lines=form.lines()), said):
            return redirect(handover)
    page = {
        "heading": gettext("Proposals"),
        "intro": gettext(
            "This is what the portal knows of tasks, hours and contacts. Take what fits; you can reword it."
        ),
        "action": gettext("Write these down"),
        "ends_signatures": True,
    }
    return show(request, page | {"form": form}, handover=handover)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_line_create(request: HttpRequest, pages: Pages, **of: Any) -> HttpResponse:
    handover = pages.editable(request, of)
    data = request.POST if request.method == "POST" else None
    initial = {"from_actor": handover.giver_id, "to_actor": handover.receiver_id, "due_on": handover.handed_over_on}
    form = LineCreateForm(data, actors=pages.offered(handover, request.user), initial=initial)
    if form.is_valid():
        said = gettext("The line is written down.")
        if added_once(request, form, handover, lambda: add_lines(handover=handover, lines=[form.values()]), said):
            return redirect(handover)
    page = {"heading": gettext("Add a line"), "action": gettext("Save the line"), "ends_signatures": True}
    return show(request, page | {"form": form}, handover=handover)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_line_edit(request: HttpRequest, pages: Pages, line: int, **of: Any) -> HttpResponse:
    if request.method == "POST":
        return _save_line(request, pages, line, of)
    handover = pages.editable(request, of)
    row = line_of(handover, line)
    return _show_line(request, handover, row, LineEditForm(line=row, actors=pages.offered(handover, request.user)))


def line_of(handover: Any, pk: int) -> Any:
    """From the lines that are loaded."""
    for line in handover.lines.all():
        if line.pk == pk:
            line.handover = handover
            return line
    raise Http404


@transaction.atomic
def _save_line(request: HttpRequest, pages: Pages, pk: int, of: dict[str, Any]) -> HttpResponse:
    handover = locked(request, pages, of, "from_actor", "to_actor")
    row = line_of(handover, pk)
    form = LineEditForm(request.POST, line=row, actors=pages.offered(handover, request.user))
    if form.is_valid() and wrote(form, lambda: edit_line(line=row, values=form.changes()), request):
        return redirect(handover)
    return _show_line(request, handover, row, form)


def _show_line(request: HttpRequest, handover: Any, row: Any, form: Any) -> HttpResponse:
    page = {"heading": gettext("Edit the line"), "action": gettext("Save the line"), "ends_signatures": True}
    return show(request, page | {"form": form}, handover=handover, back=f"punkt-{row.pk}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_line_delete(request: HttpRequest, pages: Pages, line: int, **of: Any) -> HttpResponse:
    handover = pages.editable(request, of)
    row = line_of(handover, line)
    if request.method == "POST":
        try:
            ended = remove_line(line=row)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(handover)
        messages.success(request, gettext("The line is taken out."))
        if ended:
            say_ended(request)
        return redirect(handover)
    page = {
        "heading": gettext("Take this line out?"),
        "quote": row.what,
        "action": gettext("Take it out"),
        "is_final": True,
        "ends_signatures": True,
    }
    return show(request, page, handover=handover, back=f"punkt-{row.pk}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_line_done(request: HttpRequest, pages: Pages, line: int, **of: Any) -> HttpResponse:
    """Both sides say when something has really been handed over."""
    handover = get_object_or_404(pages.rows(of).finishable_by(request.user).for_detail())
    row = line_of(handover, line)
    data = request.POST if request.method == "POST" else None
    form = DoneForm(data, initial={"on": row.done_on or timezone.localdate()})
    if form.is_valid():
        try:
            finish_line(line=row, on=form.cleaned_data["on"])
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return redirect(handover if pages.rows(of).exists() else handover.subject)
        said = gettext("The line is done.") if row.done_on else gettext("The line is not done yet.")
        messages.success(request, said)
        return redirect(row)
    page = {"heading": gettext("Is it done?"), "quote": row.what, "action": gettext("Save the day")}
    return show(request, page | {"form": form}, handover=handover, back=f"punkt-{row.pk}")
