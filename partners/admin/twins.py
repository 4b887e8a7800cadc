from __future__ import annotations

from django.contrib import admin

from partners.admin.base import PlainAdmin
from partners.models import NotTwins


@admin.register(NotTwins)
class NotTwinsAdmin(PlainAdmin):
    """Which pairs somebody looked at and found to be two."""

    list_display = ["first", "second", "reason", "by", "at"]
    list_select_related = ["first", "second", "by"]
    list_filter = ["at"]
    search_fields = ["first__name", "second__name", "reason"]
    autocomplete_fields = ["first", "second", "by"]
