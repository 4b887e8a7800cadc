from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.admin.base import PlainAdmin
from partners.admin.past import NamelessLog
from partners.models import ContactNote, NextStep


class OfPartnership(PlainAdmin):
    """Rows that stand on the page of a partnership and are written there."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("partnership__parties__actor")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("partnership"))
    def who(self, row: NextStep | ContactNote) -> str:
        return row.partnership.title


@admin.register(NextStep)
class NextStepAdmin(OfPartnership):
    """Set on the page of the partnership, one at a time; here it can be put right."""

    list_display = ["what", "who", "due_on", "responsible", "done_on"]
    list_filter = ["partnership__neighbourhood", "done_on"]
    list_select_related = ["responsible", "partnership"]
    search_fields = ["what"]
    date_hierarchy = "due_on"
    fields = ["partnership", "what", "due_on", "responsible", "done_on"]
    readonly_fields = ["partnership", "done_on"]
    autocomplete_fields = ["responsible"]


@admin.register(ContactNote)
class ContactNoteAdmin(NamelessLog, OfPartnership):
    """Written on the page of the partnership; here it can be put right or deleted."""

    list_display = ["on", "way", "who", "by"]
    list_filter = ["way", "partnership__neighbourhood"]
    list_select_related = ["by", "partnership"]
    search_fields = ["text", "spoken_with"]
    date_hierarchy = "on"
    fields = ["partnership", "on", "way", "spoken_with", "text", "by"]
    readonly_fields = ["partnership", "by"]
