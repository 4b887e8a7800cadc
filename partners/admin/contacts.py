from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.admin.past import NamelessLog
from partners.models import ContactPerson


@admin.register(ContactPerson)
class ContactPersonAdmin(NamelessLog, PlainAdmin):
    """A consent is given, withdrawn and asked for on the pages of the portal, so here it is only read."""

    list_display = ["name", "function", "actor", "consented_at", "withdrawn_at", "objected_at"]
    list_filter = ["consent_way", "objected_at"]
    list_select_related = ["actor"]
    search_fields = ["name", "email", "actor__name"]
    autocomplete_fields = ["actor"]
    readonly_fields = [
        "entered_by",
        "entered_at",
        "asked_at",
        "consent_version",
        "consented_at",
        "consent_way",
        "consent_noted_by",
        "withdrawn_at",
        "objected_at",
    ]

    def save_model(self, request: HttpRequest, obj: ContactPerson, form: Any, change: bool) -> None:
        """A consent covers what the person saw: a change of it makes the entry internal. Her old link goes with her address."""
        if change and set(form.changed_data) & {*ContactPerson.SHOWN, "actor"}:
            obj.withdraw()
        if "email" in form.changed_data:
            obj.asked_at = None
        super().save_model(request, obj, form, change)
