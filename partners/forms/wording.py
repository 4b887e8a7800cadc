"""Sentences that say how to mend it, for every form of the two floors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 20_000

TOO_LONG = _("This is too long: %(show_value)d characters. Use at most %(limit_value)d.")
UNREADABLE = _("This holds a character that cannot be stored. Type it again instead of pasting it.")
NO_LONGER_OFFERED = _("This choice is not offered any more. Choose another one.")

# The first that fits wins: a class stands before its parents.
SENTENCES: tuple[tuple[type[forms.Field], dict[str, Any]], ...] = (
    (
        forms.EmailField,
        {
            "required": _("Enter an e-mail address."),
            "invalid": _("Enter a complete e-mail address, for example name@example.org."),
        },
    ),
    (
        forms.DateField,
        {
            "required": _("Enter a date, for example 20.1.2027."),
            "invalid": _("Write the date like this: 20.1.2027."),
        },
    ),
    (
        forms.ModelMultipleChoiceField,
        {
            "required": _("Choose at least one."),
            "invalid_choice": NO_LONGER_OFFERED,
            "invalid_pk_value": NO_LONGER_OFFERED,
        },
    ),
    (forms.ModelChoiceField, {"required": _("Choose one."), "invalid_choice": NO_LONGER_OFFERED}),
    (forms.ChoiceField, {"required": _("Choose one."), "invalid_choice": NO_LONGER_OFFERED}),
    (forms.CharField, {"required": _("Fill in this field.")}),
)


class PlainWords:
    """Put first among the bases of a form: its fields speak our sentences, and no text is endless.

    A form that has a better sentence for one of its fields names it in `sentences`, by field and code.
    """

    sentences: dict[str, dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            spoken = next((words for kind, words in SENTENCES if isinstance(field, kind)), {})
            common = {"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE}
            field.error_messages |= common | spoken | self.sentences.get(name, {})
            if isinstance(field, forms.CharField) and field.max_length is None:
                field.max_length = LONGEST_TEXT
                field.validators.append(forms.fields.validators.MaxLengthValidator(LONGEST_TEXT))

    def refuse(self, error: ValidationError) -> None:
        """What the action refused. A form that knows to which of its fields that belongs shows it there."""
        self.add_error(None, error)  # type: ignore[attr-defined]
