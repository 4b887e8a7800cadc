from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest

from partners.admin.base import PlainAdmin
from partners.admin.past import NamelessLog
from partners.models.consent import Consented

CONSENT = ["entered_by", "entered_at", "asked_at", "consent_version", "consented_at", "consent_way", "consent_noted_by"]


class ConsentedAdmin(NamelessLog, PlainAdmin):
    """A consent is given, withdrawn and asked for on the pages of the portal, so here it is only read."""

    readonly_fields = CONSENT
    # What else a consent is about, besides what is shown.
    CONCERNS: ClassVar[frozenset[str]] = frozenset()

    def end_consent(self, row: Any) -> None:
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Consented, form: Any, change: bool) -> None:
        """A consent was to what the person saw. The old link goes with the address."""
        if change and set(form.changed_data) & {*obj.SHOWN, *self.CONCERNS}:
            self.end_consent(obj)
        if "email" in form.changed_data:
            obj.asked_at = None
        super().save_model(request, obj, form, change)
