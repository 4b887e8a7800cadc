from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.models import PartnershipHandover, PartnershipHandoverLine

SIGNED = ["given_on", "given_by", "given_name", "received_on", "received_by", "received_name"]


class LinesInline(admin.StackedInline):
    """Read here, written on the page of the hand-over: whatever changes the text ends the signatures."""

    extra = 0
    can_delete = False
    fields = readonly_fields = ("kind", "what", "from_actor", "to_actor", "to_name", "due_on", "done_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("from_actor", "to_actor")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class HandoverAdmin(PlainAdmin):
    """It is begun, written and signed on its page, which knows what ends a signature. Here it is read, or deleted whole."""

    list_select_related = ["giver", "receiver"]
    search_fields = ["giver__name", "receiver__name"]
    list_filter = ["handed_over_on", "given_on", "received_on"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PartnershipLinesInline(LinesInline):
    model = PartnershipHandoverLine


@admin.register(PartnershipHandover)
class PartnershipHandoverAdmin(HandoverAdmin):
    list_display = ["giver", "receiver", "handed_over_on", "given_on", "received_on", "in_portal"]
    fields = ["partnership", "giver", "receiver", "handed_over_on", "note", *SIGNED]
    inlines = [PartnershipLinesInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("partnership__parties__actor")
