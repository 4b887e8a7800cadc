from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Quotation

QUOTATION_MARKS = ' \t\r\n„“”"»«'


class WordsForm(PlainWords, forms.ModelForm):
    """What is shown to everybody once the person agrees."""

    sentences = {
        "text": {"required": _("Write down what the person says.")},
        "name": {"required": _("Enter the name of the person.")},
    }

    class Meta:
        model = Quotation
        fields = list(Quotation.SHOWN)
        labels = {"text": _("What the person says"), "name": _("Who says it"), "function": _("Function")}
        help_texts = {
            "text": _("One to three sentences, in her own words, without quotation marks."),
            "name": _("As it shall stand under the words."),
            "function": _("For example: runs the house."),
        }
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "function": forms.TextInput(attrs={"autocomplete": "off"}),
        }

    def clean_text(self) -> str:
        """The page puts the quotation marks."""
        text = self.cleaned_data["text"].strip(QUOTATION_MARKS)
        if not text:
            raise ValidationError(self.fields["text"].error_messages["required"], code="required")
        return text

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_function(self) -> str:
        return " ".join(self.cleaned_data["function"].split())


class QuotationForm(WordsForm):
    """With the way in which the person is asked, or has agreed."""

    agreed_on = DayField(
        label=_("She has agreed on paper on"),
        required=False,
        help_text=_("If you have her signature. Without it, and without a mail, it stays internal."),
    )

    class Meta(WordsForm.Meta):
        fields = [*WordsForm.Meta.fields, "email"]
        labels = WordsForm.Meta.labels | {"email": _("E-mail address of the person")}
        help_texts = WordsForm.Meta.help_texts | {
            "email": _("She gets a mail with a link and decides herself. The address is never shown."),
        }
        widgets = WordsForm.Meta.widgets | {"email": forms.EmailInput(attrs={"autocomplete": "off"})}

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def refuse(self, error: ValidationError) -> None:
        """What the action refused, shown where it belongs."""
        place = {"early": "agreed_on", "haste": "ask_again", "masses": "email"}.get(error.code or "")
        self.add_error(place if place in self.fields else None, error)


class QuotationCreateForm(OnceForm, QuotationForm):
    pass


class QuotationEditForm(MergingForm, QuotationForm):
    """Whoever changes the words may say at once that the person agreed to the new ones."""

    def __init__(self, *args: Any, instance: Quotation, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        if instance.email and not instance.has_agreed:
            self.fields["ask_again"] = forms.BooleanField(
                label=_("Send the mail with the link once more"), required=False
            )

    def words(self) -> dict[str, Any]:
        return {name: value for name, value in self.changes().items() if name != "agreed_on"}

    def extras(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("agreed_on", "ask_again") if self.cleaned_data.get(name)}


class OwnWordsForm(MergingForm, WordsForm):
    """Whoever is quoted herself puts her words right."""
