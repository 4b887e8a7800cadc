from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.admin.past import NamelessLog
from partners.models import Quotation


@admin.register(Quotation)
class QuotationAdmin(NamelessLog, PlainAdmin):
    """A consent is given, withdrawn and asked for on the pages of the portal, so here it is only read."""

    list_display = ["name", "function", "party", "consented_at", "consent_way"]
    list_filter = ["consent_way"]
    list_select_related = ["party__actor"]
    search_fields = ["name", "email", "party__actor__name"]
    readonly_fields = [
        "party",
        "entered_by",
        "entered_at",
        "asked_at",
        "consent_version",
        "consented_at",
        "consent_way",
        "consent_noted_by",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Quotation, form: Any, change: bool) -> None:
        """A consent was to the words of then. The old link goes with the address."""
        if set(form.changed_data) & set(Quotation.SHOWN):
            obj.lapse()
        if "email" in form.changed_data:
            obj.asked_at = None
        super().save_model(request, obj, form, change)
