"""What every page does that makes, changes or deletes one row. What the row is and what is said, its own view knows."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme

from partners.actions.receipts import Answer, once
from partners.views.parts import Part, show_part

LONGEST_WAY_BACK = 2000


def sent_once(request: HttpRequest, form: Any, *, make: Callable[[], Any]) -> Answer | None:
    """Makes the row, however often the form is sent. None when it was refused, and the form then says why."""
    try:
        return once(fingerprint=form.fingerprint(of=request.user, at=request.get_full_path()), make=make)
    except ValidationError as error:
        form.refuse(error)
        return None


def made_once(request: HttpRequest, form: Any, *, make: Callable[[], Any], said: Callable[[], str]) -> str:
    """The same, and says so the first time. Returns where the row is shown; nothing when it was refused."""
    answer = sent_once(request, form, make=make)
    if answer is None:
        return ""
    if answer.is_new:
        messages.success(request, said())
    return answer.leads_to


def came_from(request: HttpRequest) -> str:
    """Where the form says it came from, if that is one of our own pages."""
    wanted = request.POST.get("next", "")[:LONGEST_WAY_BACK]
    hosts = {request.get_host()}
    is_safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if is_safe and wanted.startswith("/") else ""


def write_values(row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def write_changes(row: Any, form: Any) -> None:
    write_values(row, form.changes())


def edit_part(
    request: HttpRequest,
    rows: Any,
    *,
    form: Callable[..., Any],
    page: Callable[[Any, Any], Part],
    said: Callable[[Any], str],
    near: Callable[[Any], Any],
    write: Callable[[Any, Any], Any] = write_changes,
) -> HttpResponse:
    """Compares and writes while the row is locked, so that nobody else writes in between.

    `rows` has the one row as far as the person may edit it, `near` loads what its page reads.
    """
    if request.method != "POST":
        row = get_object_or_404(near(rows))
        return show_part(request, page(row, form(instance=row)))
    with transaction.atomic():
        row = get_object_or_404(rows.select_for_update(of=("self",)))
        # On a copy, because a form writes into its row even where it is refused.
        bound = form(request.POST, instance=copy(row))
        if bound.is_valid() and _wrote(row, bound, write):
            messages.success(request, said(row))
            return redirect(row)
        return show_part(request, page(near(rows).get(), bound))


def _wrote(row: Any, form: Any, write: Callable[[Any, Any], Any]) -> bool:
    """False when it was refused, and the form then says why."""
    try:
        with transaction.atomic():
            write(row, form)
    except ValidationError as error:
        form.refuse(error)
        return False
    return True


def ask_once_more(
    request: HttpRequest, row: Any, *, page: Callable[[Any], Part], act: Callable[[Any], Any], said: str
) -> HttpResponse:
    """Shows what is about to happen; whoever confirms it is led to where the row stands or stood."""
    if request.method != "POST":
        return show_part(request, page(row))
    leads_to = row.get_absolute_url()
    act(row)
    messages.success(request, said)
    return redirect(leads_to)


@transaction.atomic
def delete(row: Any) -> None:
    """Held first: whoever is about to point to it is waited for, and what points to it then is seen."""
    list(type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).values_list("pk"))
    row.delete()
