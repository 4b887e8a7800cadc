from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.models.addresses import free_of_old_addresses
from partners.models.slugs import RESERVED


class AddressForm(forms.ModelForm):
    """A short name that leads to this row and to no other one, neither today nor before."""

    def clean_slug(self) -> Any:
        slug = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise ValidationError(_("This word stands for a page of the portal. Choose another one."), code="reserved")
        if "slug" in self.changed_data and (refusal := free_of_old_addresses(self.instance, slug)):
            raise ValidationError(refusal, code="old")
        return slug
