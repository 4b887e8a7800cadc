"""Choosing several rows, the same on the pages of the portal and in the administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# So many digits fit into the key of a row, whatever they are.
LONGEST_KEY = 18


def is_key(text: str) -> bool:
    """Whether what stands in an address or a form can be the key of a row."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_KEY


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows. A number that is too long for any row is a choice that is not offered, and no error of the database."""

    def _check_values(self, value: Any) -> Any:
        for one in value:
            if len(str(one)) > LONGEST_KEY:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": one}
                )
        return super()._check_values(value)  # type: ignore[misc]
