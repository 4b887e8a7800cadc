from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.admin.past import NamelessLog
from partners.models import Invitation


@admin.register(Invitation)
class InvitationAdmin(NamelessLog, PlainAdmin):
    """To look at only: an invitation is sent, renewed and taken back on the team pages, because each needs a mail or a link."""

    list_display = ["email", "role", "actor", "neighbourhood", "sent_at", "expires_at", "accepted_at", "revoked_at"]
    list_filter = ["role", "sent_at", "accepted_at", "revoked_at"]
    list_select_related = ["actor", "neighbourhood"]
    search_fields = ["email", "name", "actor__name", "neighbourhood__name"]
    fields = [
        "email",
        "name",
        "role",
        "actor",
        "neighbourhood",
        "created_by",
        "created_at",
        "sent_at",
        "expires_at",
        "accepted_at",
        "accepted_by",
        "revoked_at",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
