"""Offers in the administration, and what needs have in common with them there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.admin.base import PlainAdmin
from partners.models import Listing, Offer

ASKED_FOR = _(
    "Somebody has asked for this, so it cannot be deleted. Withdraw it on its page instead: nobody finds it then."
)


class ListingAdminForm(forms.ModelForm):
    """Checks what is stored against the unit, although that is not typed."""

    instance: Listing

    def clean(self) -> Any:
        cleaned = super().clean()
        if category := self.cleaned_data.get("category"):
            self.instance.set_category(category)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"unit"}  # type: ignore[misc]


class ListingAdmin(PlainAdmin):
    form = ListingAdminForm
    list_filter = ["state", "category", "visibility", "is_free", "valid_until"]
    readonly_fields = ["state", "unit", "created_at", "updated_at"]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What somebody has asked for stays, with who got it: that is said beside the list of what hangs on it."""
        found = super().get_deleted_objects(objs, request)
        if found[3]:
            self.message_user(request, ASKED_FOR, messages.ERROR)
        return found


@admin.register(Offer)
class OfferAdmin(ListingAdmin):
    list_display = ["title", "actor", "category", "state", "visibility", "valid_until", "in_portal"]
    list_select_related = ["actor"]
    search_fields = ["title", "actor__name"]
    autocomplete_fields = ["actor"]
