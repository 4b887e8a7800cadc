from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.models import OldAddress


@admin.register(OldAddress)
class OldAddressAdmin(PlainAdmin):
    """They come by themselves. Taking one away frees it for somebody else, and breaks the links that people keep."""

    list_display = ["slug", "kind", "target", "since"]
    list_filter = ["kind"]
    search_fields = ["slug"]
    readonly_fields = ["kind", "slug", "target", "since"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
