from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.actions.signed_copies import remove_copy
from partners.admin.base import PlainAdmin
from partners.admin.chosen_rows import ChoosesRows
from partners.admin.merging import MergingRow
from partners.admin.past import NamelessLog
from partners.models import Agreement, AgreementPart, SignedCopy

TEXTS = ["background", "goals", "rhythm", "decision_rule", "public_relations", "data_protection", "notice"]


def is_signed(agreement: Agreement | None) -> bool:
    """What is stored counts: a form that was refused has changed the row in memory."""
    return agreement is not None and Agreement.objects.signed().filter(pk=agreement.pk).exists()


class PartInline(ChoosesRows, admin.StackedInline):
    model = AgreementPart
    form = MergingRow
    extra = 0
    autocomplete_fields = ["actor"]

    def has_add_permission(self, request: HttpRequest, obj: Agreement | None = None) -> bool:
        return super().has_add_permission(request, obj) and not is_signed(obj)

    def has_change_permission(self, request: HttpRequest, obj: Agreement | None = None) -> bool:
        return super().has_change_permission(request, obj) and not is_signed(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Agreement | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not is_signed(obj)


class AgreementForm(forms.ModelForm):
    def clean(self) -> None:
        """The partnership is not asked for, so its one draft is looked after here."""
        super().clean()
        drafts = Agreement.objects.drafts().filter(partnership=self.instance.partnership_id)
        if not self.cleaned_data.get("signed_on") and drafts.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This partnership has a draft of an agreement already."))


@admin.register(Agreement)
class AgreementAdmin(PlainAdmin):
    """An agreement begins on the page of its partnership. Here the day of the signatures can be put right: whoever takes it
    away makes a draft of it again. Of a signed one nothing else is changed."""

    form = AgreementForm
    list_display = ["subject", "who", "edition", "signed_on", "start_on", "end_on"]
    list_filter = ["signed_on", "partnership__neighbourhood"]
    list_select_related = ["partnership"]
    search_fields = ["subject", "parts__name"]
    readonly_fields = ["partnership", "edition"]
    fields = ["partnership", "edition", "subject", *TEXTS[:-1], "start_on", "end_on", "notice", "signed_on"]
    inlines = [PartInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("parts", "partnership__parties__actor")

    def get_readonly_fields(self, request: HttpRequest, obj: Agreement | None = None) -> list[str]:
        fixed = [*self.readonly_fields]
        return [*fixed, "subject", *TEXTS, "start_on", "end_on"] if is_signed(obj) else fixed

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("sides"))
    def who(self, agreement: Agreement) -> str:
        return agreement.parties_line


@admin.register(SignedCopy)
class SignedCopyAdmin(NamelessLog, PlainAdmin):
    """Stored and replaced on the page of the agreement; here it is only read, or deleted with its file."""

    list_display = ["__str__", "source", "size", "uploaded_at", "uploaded_by"]
    list_select_related = ["uploaded_by"]
    search_fields = ["sha256"]
    fields = ["source", "size", "sha256", "uploaded_at", "uploaded_by"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SignedCopy | None = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: SignedCopy) -> None:
        remove_copy(agreement=obj.agreement)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for copy in queryset.select_related("agreement"):
            remove_copy(agreement=copy.agreement)
