from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.models import Merge, NotTwins


@admin.register(NotTwins)
class NotTwinsAdmin(PlainAdmin):
    """Which pairs somebody looked at and found to be two."""

    list_display = ["first", "second", "reason", "by", "at"]
    list_select_related = ["first", "second", "by"]
    list_filter = ["at"]
    search_fields = ["first__name", "second__name", "reason"]
    autocomplete_fields = ["first", "second", "by"]


@admin.register(Merge)
class MergeAdmin(admin.ModelAdmin):
    """Which entries became one. Merging and undoing happen on the pages of the portal; here one reads."""

    list_display = ["gone", "kept", "by", "at", "undone_at"]
    list_select_related = ["gone", "kept", "by"]
    list_filter = ["at", "undone_at"]
    search_fields = ["gone__name", "kept__name"]
    fields = ["gone", "kept", "by", "at", "undone_by", "undone_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Merge | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Merge | None = None) -> bool:
        return False
