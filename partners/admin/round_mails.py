from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.admin.past import NamelessLog
from partners.models import RoundMail, RoundMailPlace, RoundMailRecipient


class ReadOnly:
    """What was sent stays as it left."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PlaceInline(ReadOnly, admin.TabularInline):
    model = RoundMailPlace
    fields = ["actor"]
    extra = 0
    can_delete = False


class RecipientInline(ReadOnly, admin.TabularInline):
    model = RoundMailRecipient
    fields = readonly_fields = ["person", "contact", "queued_at"]
    extra = 0
    can_delete = False


@admin.register(RoundMail)
class RoundMailAdmin(ReadOnly, NamelessLog, PlainAdmin):
    """Written and sent in the portal; here it is read, or deleted together with its log."""

    list_display = ["subject", "neighbourhood", "by", "created_at", "sent_at"]
    list_filter = ["neighbourhood", "sent_at"]
    list_select_related = ["neighbourhood", "by"]
    search_fields = ["subject", "text"]
    inlines = [PlaceInline, RecipientInline]
