"""What the administration remembers: the history of rows that have one, and no names of people in the log of Django."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_permission_codename
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from partners.actions.telling import tell
from partners.models import HistoryEntry, Kept

# So many lines are shown; the page of the portal has all of them.
MOST_LINES = 100


class PastAdmin(admin.ModelAdmin):
    """The history of a row tells who changed it in the portal, by an import or here, and below what Django remembers."""

    object_history_template = "partners/admin_history.html"

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id)) if issubclass(self.model, Kept) else None
        if row is not None and self.has_view_or_change_permission(request, row):
            extra_context = {**(extra_context or {}), **past_of(row, request)}
        return super().history_view(request, object_id, extra_context)


def past_of(row: Kept, request: HttpRequest) -> dict[str, Any]:
    """Of a thing all with its parts, of a part its own lines."""
    rows: Any = type(row)._default_manager
    may_restore = not type(row).PART_OF and rows.editable_by(request.user).filter(pk=row.pk).exists()
    lines = HistoryEntry.objects.concerning(row).about(readable_kinds(request)).select_related("by")
    entries = list(lines[: MOST_LINES + 1])
    return {
        "tellings": tell(entries[:MOST_LINES], of=row, user=request.user),
        "has_more": len(entries) > MOST_LINES,
        "whole_history": f"{row.get_absolute_url()}verlauf/" if may_restore else "",  # type: ignore[attr-defined]
    }


def readable_kinds(request: HttpRequest) -> list[type[Kept]]:
    """A right to a thing is no right to its parts: the lines of a part need the right to read the part."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, Kept)
        and any(
            request.user.has_perm(f"{model._meta.app_label}.{get_permission_codename(verb, model._meta)}")
            for verb in ("view", "change")
        )
    ]


class NamelessLog(admin.ModelAdmin):
    """Rows about people: Django's log, which outlives them, keeps their number instead of their name."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._without_name(super().log_addition(request, obj, message))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return self._without_name(super().log_change(request, obj, message))

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Model]) -> list[LogEntry]:
        return [self._without_name(entry) for entry in super().log_deletions(request, queryset)]

    def _without_name(self, entry: LogEntry) -> LogEntry:
        entry.object_repr = f"{self.opts.verbose_name} {entry.object_id}"
        entry.save(update_fields=["object_repr"])
        return entry
