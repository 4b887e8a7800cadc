from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.models import PartnershipOverride


class OverrideAdmin(PlainAdmin):
    """To look up why somebody went on in spite of a warning. Lines come by themselves; nobody writes or changes one here."""

    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PartnershipOverride)
class PartnershipOverrideAdmin(OverrideAdmin):
    list_display = ["at", "actor", "by", "reason"]
    list_select_related = ["actor", "by"]
    search_fields = ["actor__name", "reason"]
