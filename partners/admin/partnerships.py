from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.admin.base import PlainAdmin
from partners.admin.merging import MergingRow
from partners.models import Partnership, PartnershipParty


class PartyFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """Nobody has a partnership alone, nor with itself."""
        super().clean()
        kept = [form.cleaned_data for form in self.forms if getattr(form, "cleaned_data", None)]
        actors = {row["actor"] for row in kept if row.get("actor") and not row.get("DELETE")}
        if len(actors) < 2:
            raise forms.ValidationError(_("A partnership needs at least two different actors."))


class PartyInline(admin.StackedInline):
    model = PartnershipParty
    form = MergingRow
    formset = PartyFormSet
    extra = 0
    min_num = 2
    autocomplete_fields = ["actor"]


@admin.register(Partnership)
class PartnershipAdmin(PlainAdmin):
    list_display = ["who", "kind", "neighbourhood", "start_on", "end_on"]
    list_filter = ["kind", "neighbourhood", "is_demo"]
    list_select_related = ["neighbourhood"]
    search_fields = ["parties__actor__name", "neighbourhood__name"]
    autocomplete_fields = ["neighbourhood"]
    inlines = [PartyInline]
    date_hierarchy = "start_on"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("parties__actor")

    @admin.display(description=_("partnership"))
    def who(self, partnership: Partnership) -> str:
        return partnership.title or str(partnership)
