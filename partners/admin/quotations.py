from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.consented import CONSENT, ConsentedAdmin
from partners.models import Quotation


@admin.register(Quotation)
class QuotationAdmin(ConsentedAdmin):
    list_display = ["name", "function", "party", "consented_at", "consent_way"]
    list_filter = ["consent_way"]
    list_select_related = ["party__actor"]
    search_fields = ["name", "email", "party__actor__name"]
    readonly_fields = ["party", *CONSENT]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def end_consent(self, row: Quotation) -> None:
        """Other words are another quotation."""
        row.lapse()
