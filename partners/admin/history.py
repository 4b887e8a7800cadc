from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.models import HistoryEntry


@admin.register(HistoryEntry)
class HistoryEntryAdmin(PlainAdmin):
    """To look something up across all rows. Lines come by themselves; nobody writes, changes or removes one here."""

    list_display = ["at", "by", "subject", "subject_id", "row", "what", "occasion"]
    list_filter = ["what", "occasion"]
    list_select_related = ["by"]
    search_fields = ["=subject_id", "by__name", "by__email"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
