from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import validate_phone
from partners.forms.once import OnceForm
from partners.forms.wording import NO_LONGER_OFFERED, PlainWords
from partners.merging import MergingForm
from partners.models import ContactPerson

PASTED = str.maketrans({"–": "-", "‑": "-", "\u00a0": " ", "\u202f": " "})
Way = ContactPerson.Way


class ContactForm(PlainWords, forms.ModelForm):
    sentences = {"name": {"required": _("Enter the name of the person.")}}

    class Meta:
        model = ContactPerson
        fields = list(ContactPerson.SHOWN)
        labels = {
            "name": _("Name of the person"),
            "function": _("Function"),
            "email": _("E-mail address"),
            "phone": _("Phone number"),
        }
        help_texts = {
            "function": _("For example: runs the house, keeps the rooms."),
            "email": _("An address of the office, if there is one. The person gets a mail and decides herself."),
            "phone": _("A number of the office, if there is one."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "function": forms.TextInput(attrs={"autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        }

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_function(self) -> str:
        return " ".join(self.cleaned_data["function"].split())

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].translate(PASTED)
        if phone:
            validate_phone(phone)
        return phone


class Consent:
    """Put before a form of a contact person: asks whether she agreed already, where that is still a question."""

    asks_consent = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.asks_consent:
            return
        self.fields["agreed"] = forms.ChoiceField(  # type: ignore[attr-defined]
            label=_("May everybody see her on the profile?"),
            required=False,
            choices=[
                ("", _("Not agreed yet: keep it internal")),
                (Way.SPOKEN, _("She agreed by word of mouth")),
                (Way.WRITTEN, _("She agreed in writing")),
                (Way.SELF, _("That is me, and I agree")),
            ],
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": NO_LONGER_OFFERED},
        )

    def refuse(self, error: ValidationError) -> None:
        """What the action refused, shown where it belongs."""
        place = {"other": "agreed", "objected": "agreed", "haste": "ask_again", "masses": "email"}.get(error.code or "")
        self.add_error(place if place in self.fields else None, error)  # type: ignore[attr-defined]


class ContactCreateForm(Consent, OnceForm, ContactForm):
    pass


class ContactEditForm(Consent, MergingForm, ContactForm):
    def __init__(self, *args: Any, instance: ContactPerson, **kwargs: Any) -> None:
        self.asks_consent = not (instance.has_agreed or instance.objected_at)
        super().__init__(*args, instance=instance, **kwargs)
        if self.asks_consent and instance.email:
            self.fields["ask_again"] = forms.BooleanField(
                label=_("Send the mail with the link once more"), required=False
            )

    def extras(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("agreed", "ask_again") if self.cleaned_data.get(name)}


class CorrectionForm(MergingForm, ContactForm):
    """The person herself puts right what others wrote about her."""
