from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.models import PartnershipReview


@admin.register(PartnershipReview)
class PartnershipReviewAdmin(PlainAdmin):
    """Written on the page of the partnership, by the side itself."""

    list_display = ["party", "reviewed_on", "written_by"]
    list_filter = ["reviewed_on"]
    list_select_related = ["party__actor", "written_by"]
    search_fields = ["party__actor__name"]
    readonly_fields = ["party", "written_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
