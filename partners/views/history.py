from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.actions.restoring import REMADE, WRITERS, Version, Write, lock_before, lost_version, restore, version_of
from partners.actions.telling import Line, Telling, model_of, tell, who_did
from partners.days import moment
from partners.models import Actor, HistoryEntry, Kept, Merge, Partnership
from partners.views.addresses import of_actor
from partners.views.paging import page_or_redirect


@dataclass(frozen=True, kw_only=True)
class Past:
    """The thing whose history is shown, and where that stands."""

    thing: Kept
    name: str
    address: str
    crumbs: list[tuple[str, str]]
    # Who reads this history and what they can do there, where that is not what it is everywhere else.
    lead: str = ""
    writers: Mapping[type[Kept], Write] = field(default_factory=lambda: WRITERS)
    # Entries that became part of this one, and brought a history of their own.
    parts: list[Actor] = field(default_factory=list)


def show_history(request: HttpRequest, past: Past) -> HttpResponse:
    """The latest first, day by day; each earlier version that may come back has its own page.

    With `eintrag` the history of an entry that became part of this one; it is read, and nothing of it comes back.
    """
    part = next((one for one in past.parts if one.slug == request.GET.get("eintrag")), None)
    query = f"eintrag={part.slug}" if part else ""
    rows = HistoryEntry.objects.of(part or past.thing).select_related("by")
    page = page_or_redirect(rows, number=request.GET.get("seite", ""), query=query)
    if isinstance(page, HttpResponse):
        return page
    tellings = tell(page.object_list, of=part or past.thing, user=request.user)
    if part is None:
        _offer_versions(tellings, past, request.user)
    days = [(day, list(group)) for day, group in groupby(tellings, key=lambda telling: timezone.localdate(telling.at))]
    context = {"past": past, "part": part, "page": page, "query": query, "days": days}
    return render(request, "partners/history.html", context)


def _offer_versions(tellings: list[Telling], past: Past, user: Any) -> None:
    """Offered is what stood there before a change, where this person may edit the row."""
    changed = [line for telling in tellings for line in telling.lines if line.what == HistoryEntry.What.CHANGED]
    editable = {
        (name, pk) for name in {line.row[0] for line in changed} for pk in _editable_of(name, past, user, changed)
    }
    for line in changed:
        line.is_offered = line.row in editable
    removed = [line for telling in tellings for line in telling.lines if line.what == HistoryEntry.What.REMOVED]
    for model in REMADE if removed else ():
        name = model._meta.label_lower
        keys = {line.row[1] for line in removed if line.row[0] == name}
        back = set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
        for line in removed:
            line.is_offered = line.is_offered or (line.row[0] == name and line.row[1] not in back)


def _editable_of(name: str, past: Past, user: Any, lines: list[Line]) -> list[int]:
    model: Any = model_of(name)
    if model is None or model not in past.writers:
        return []
    keys = [line.row[1] for line in lines if line.row[0] == name]
    return list(model._default_manager.editable_by(user).filter(pk__in=keys).values_list("pk", flat=True))


def show_version(request: HttpRequest, past: Past, entry_pk: int) -> HttpResponse:
    """What stood there before a change, beside what it says today; one button makes it the present version again."""
    entries = HistoryEntry.objects.of(past.thing).exclude(what=HistoryEntry.What.CREATED)
    entry = get_object_or_404(entries.select_related("by"), pk=entry_pk)
    if entry.what == HistoryEntry.What.REMOVED:
        return _show_lost(request, past, entry)
    model: Any = model_of(entry.row)
    if model is None or model not in past.writers:
        raise Http404
    rows = model._default_manager.editable_by(request.user).filter(pk=entry.row_id)
    if request.method == "POST":
        return _restore(request, past, entry, rows)
    return _show(request, past, version_of(get_object_or_404(rows), entry))


@transaction.atomic
def _show_lost(request: HttpRequest, past: Past, entry: HistoryEntry) -> HttpResponse:
    """A part that was removed can be entered anew as it stood; while the thing is locked, so that it comes back once."""
    if request.method == "POST":
        lock_before(thing=past.thing, entry=entry)
    version = lost_version(past.thing, entry)
    if version is None:
        raise Http404
    return _bring_back(request, past, version) if request.method == "POST" else _show(request, past, version)


@transaction.atomic
def _restore(request: HttpRequest, past: Past, entry: HistoryEntry, rows: models.QuerySet[Any]) -> HttpResponse:
    """Compares and writes while the row is locked; what somebody wrote since it was shown is shown first."""
    lock_before(thing=past.thing, entry=entry)
    row = get_object_or_404(rows.select_for_update(of=("self",)))
    return _bring_back(request, past, version_of(row, entry))


def _bring_back(request: HttpRequest, past: Past, version: Version) -> HttpResponse:
    entry, row = version.entry, version.row
    if version.is_present:
        messages.info(request, gettext("That is what the portal says already. Nothing was changed."))
        return redirect(past.address)
    if request.POST.get("version") != str(version.newest):
        fault = gettext("Somebody else has changed this in the meantime. Please look at it once more.")
        return _show(request, past, version, faults=[fault])
    try:
        restore(version=version, by=request.user, write=past.writers[type(row)])  # type: ignore[arg-type]
    except ValidationError as error:
        if row.pk:
            version.row = type(row)._default_manager.get(pk=row.pk)  # without what was tried
        return _show(request, past, version, faults=sentences(error, row))
    said = gettext("The version until %(moment)s is back. What was written since stays in the history.")
    messages.success(request, said % {"moment": moment(entry.at)})
    return redirect(past.address)


def sentences(error: ValidationError, row: models.Model) -> list[str]:
    """Each fault with the name of its field."""
    if not hasattr(error, "error_dict"):
        return error.messages
    found = []
    for name, faults in error.message_dict.items():
        label = "" if name == NON_FIELD_ERRORS else f"{capfirst(str(row._meta.get_field(name).verbose_name))}: "  # type: ignore[union-attr]
        found += [f"{label}{fault}" for fault in faults]
    return found


def _show(request: HttpRequest, past: Past, version: Version, faults: list[str] | None = None) -> HttpResponse:
    row = version.row
    context = {
        "past": past,
        "version": version,
        "changes": version.changes(request.user),
        "at": moment(version.entry.at),
        "who": who_did(version.entry),
        "part": ""
        if row == past.thing
        else capfirst(f"{row._meta.verbose_name}: {row}" if row.pk else str(row._meta.verbose_name)),
        "faults": faults or [],
    }
    return render(request, "partners/history_version.html", context, status=422 if faults else 200)


def _of_actor(request: HttpRequest, slug: str) -> Past:
    actor = get_object_or_404(Actor.objects.editable_by(request.user), slug=slug)
    return Past(
        thing=actor,
        name=actor.name,
        address=reverse("partners:actor-history", args=[slug]),
        crumbs=[(reverse("partners:actor-list"), gettext("Who is here")), (actor.get_absolute_url(), actor.name)],
    )


@login_required
@require_safe
@of_actor
def actor_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Those who keep the profile read who changed what, and when."""
    past = _of_actor(request, slug)
    return show_history(request, replace(past, parts=Merge.objects.parts_of(past.thing)))  # type: ignore[arg-type]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_actor
def actor_version(request: HttpRequest, slug: str, entry: int) -> HttpResponse:
    return show_version(request, _of_actor(request, slug), entry)


def _of_partnership(request: HttpRequest, pk: int) -> Past:
    rows = Partnership.objects.editable_by(request.user).prefetch_related("parties__actor")
    partnership = get_object_or_404(rows, pk=pk)
    return Past(
        thing=partnership,
        name=partnership.title,
        address=reverse("partners:partnership-history", args=[pk]),
        crumbs=[
            (reverse("partners:partnership-list"), gettext("Partnerships")),
            (partnership.get_absolute_url(), partnership.title),
        ],
        lead=gettext(
            "Who changed what at “%(name)s”, and when. Only organisers read this page. Each earlier version can be brought "
            "back, also a side that was taken out; only quotations and looks back that were deleted are gone for good."
        )
        % {"name": partnership.title},
    )


@login_required
@require_safe
def partnership_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Organisers read who changed the partnership and its sides, and when."""
    return show_history(request, _of_partnership(request, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_version(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    return show_version(request, _of_partnership(request, pk), entry)
