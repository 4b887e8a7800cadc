from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import ContactNote

NEEDED_WAY = _("Choose how you talked.")


class ContactNoteForm(PlainWords, forms.ModelForm):
    on = DayField(label=_("When was it?"))
    sentences = {
        "on": {"required": _("Enter the day of the talk, for example 20.1.2027.")},
        "way": {"required": NEEDED_WAY},
        "text": {"required": _("Write in one or two sentences what was said.")},
    }

    class Meta:
        model = ContactNote
        fields = ["on", "way", "spoken_with", "text"]
        labels = {
            "way": _("How did you talk?"),
            "spoken_with": _("Whom did you speak with?"),
            "text": _("What was said?"),
        }
        help_texts = {
            "spoken_with": _("The function is often enough, for example: who runs the house."),
            "text": _("Only what the others need to know. Write so that everybody who is mentioned could read it."),
        }
        widgets = {
            "way": forms.RadioSelect,
            "spoken_with": forms.TextInput(attrs={"autocomplete": "off"}),
            "text": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = ContactNote.Way.choices

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(
                _("This day is still to come. What is planned is a next step; a note is about a talk that was.")
            )
        return day

    def clean_spoken_with(self) -> str:
        return " ".join(self.cleaned_data["spoken_with"].split())


class ContactNoteCreateForm(OnceForm, ContactNoteForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["on"] = timezone.localdate()


class ContactNoteEditForm(MergingForm, ContactNoteForm):
    pass
