from __future__ import annotations

from django.contrib import admin

from partners.admin.consented import CONSENT, ConsentedAdmin
from partners.models import ContactPerson


@admin.register(ContactPerson)
class ContactPersonAdmin(ConsentedAdmin):
    list_display = ["name", "function", "actor", "consented_at", "withdrawn_at", "objected_at"]
    list_filter = ["consent_way", "objected_at"]
    list_select_related = ["actor"]
    search_fields = ["name", "email", "actor__name"]
    autocomplete_fields = ["actor"]
    readonly_fields = [*CONSENT, "withdrawn_at", "objected_at"]
    CONCERNS = frozenset({"actor"})

    def end_consent(self, row: ContactPerson) -> None:
        """A change of it makes the entry internal."""
        row.withdraw()
