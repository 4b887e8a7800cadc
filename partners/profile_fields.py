"""What a logo and a carrier must be, the same on the pages of the portal and in the administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from partners.actions.logos import IS_BROKEN, read_logo
from partners.models import Actor
from partners.models.carriers import refuse_circle

NEEDS_WORDS = _("Say what the logo shows, so that people who cannot see it know it too.")


class LogoField(forms.FileField):
    """Gives the picture as it will be stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"allow_empty_file": True, "max_length": None})
        both = _("Either choose a new logo or take the old one away, not both.")
        self.error_messages |= {"contradiction": both, "invalid": IS_BROKEN, "missing": IS_BROKEN}

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        return read_logo(found) if isinstance(found, UploadedFile) else found


class WithCarrier:
    """For a model form of an actor that asks for the carrier: who is carried must not carry in turn."""

    changed_data: list[str]
    cleaned_data: dict[str, Any]
    instance: Actor

    def clean_parent(self) -> Actor | None:
        carrier = self.cleaned_data["parent"]
        if "parent" in self.changed_data:
            refuse_circle(self.instance, carrier)
        return carrier
