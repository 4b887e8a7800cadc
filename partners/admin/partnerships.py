"""Admins curate what a partnership is. Its stage moves by steps on its page, and the history of these is only added to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.actions.partnerships import write_partnership
from partners.admin.base import PlainAdmin
from partners.admin.merging import ChoosesActors, MergingRow
from partners.models import Partnership, PartnershipParty, StageChange, acting


class PartyFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """Nobody has a partnership alone, nor with itself; and what the portal refuses is refused here before it is saved."""
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if getattr(form, "cleaned_data", None)]
        actors = {row["actor"] for row in kept if row.get("actor") and not row.get("DELETE")}
        if len(actors) < 2:
            raise forms.ValidationError(_("A partnership needs at least two different actors."))
        self._try()

    def _try(self) -> None:
        """Writes it all and takes it back. What does not fit in the partnership itself is said by its own form."""
        try:
            with acting(), transaction.atomic():
                partnership = copied(self.instance)
                if not partnership.neighbourhood_id:
                    return
                write_partnership(partnership=partnership, parties=self.written(), removed=self.removed())
                transaction.set_rollback(True)
        except IntegrityError:
            return
        except ValidationError as error:
            raise forms.ValidationError(error.messages) from error

    def _kept(self) -> list[Any]:
        return [form for form in self.forms if form.has_changed() and not form.cleaned_data.get("DELETE")]

    def written(self) -> list[PartnershipParty]:
        return [copied(form.instance) for form in self._kept() if form.cleaned_data.get("actor")]

    def removed(self) -> list[PartnershipParty]:
        return [form.instance for form in self.initial_forms if form.cleaned_data.get("DELETE")]


def copied(row: Any) -> Any:
    """Of its own, so that what was only tried leaves no traces in the form."""
    copy = type(row)(**{one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields})
    copy._state.adding = row._state.adding
    return copy


class PartyInline(ChoosesActors, admin.StackedInline):
    model = PartnershipParty
    form = MergingRow
    formset = PartyFormSet
    extra = 0
    min_num = 2
    autocomplete_fields = ["actor"]
    readonly_fields = ["is_agreed"]


class StageChangeInline(admin.TabularInline):
    model = StageChange
    fields = readonly_fields = ("at", "from_state", "to_state", "resting_until", "by", "note")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[StageChange]:
        return super().get_queryset(request).select_related("by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Partnership)
class PartnershipAdmin(PlainAdmin):
    list_display = ["who", "state", "kind", "neighbourhood", "start_on", "end_on", "in_portal"]
    list_filter = ["state", "kind", "intensity", "form", "neighbourhood", "is_demo"]
    list_select_related = ["neighbourhood"]
    search_fields = ["parties__actor__name", "neighbourhood__name"]
    autocomplete_fields = ["neighbourhood"]
    readonly_fields = ["state", "resting_until", "end_reason", "reopens"]
    date_hierarchy = "start_on"

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """What is only being entered has taken no steps yet."""
        return [PartyInline, StageChangeInline] if obj else [PartyInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("parties__actor")

    @admin.display(description=_("partnership"))
    def who(self, partnership: Partnership) -> str:
        return partnership.title or str(partnership)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Written with its sides, all in one: see `save_formset`."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not PartnershipParty:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        parties = [*formset.new_objects, *(party for party, _fields in formset.changed_objects)]
        by: Any = request.user
        write_partnership(partnership=form.instance, parties=parties, removed=formset.deleted_objects, by=by)


@admin.register(StageChange)
class StageChangeAdmin(PlainAdmin):
    list_display = ["at", "partnership", "from_state", "to_state", "by"]
    list_filter = ["to_state"]
    list_select_related = ["partnership", "by"]
    search_fields = ["note"]
    date_hierarchy = "at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
