from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.forms.contact_notes import NEEDED_WAY
from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import ContactNote, NextStep, Partnership, Person

# Nobody plans further ahead; a later day is a slip of the finger.
FURTHEST = timedelta(days=5 * 366)
NEEDED = _("Say in a few words what comes next, for example “Call the library”.")
NEEDED_DAY = _("Enter the day by which it shall be done, for example 20.1.2027.")
FAR = _("This day lies more than five years ahead. Please check the year.")


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


def person_field(**kwargs: Any) -> PersonField:
    return PersonField(
        Person.objects.none(),
        label=_("Who looks after it?"),
        required=False,
        empty_label=_("nobody yet"),
        help_text=_(
            "One of the organisers of this neighbourhood. As long as it is nobody, all of them see it on their overview."
        ),
        **kwargs,
    )


def refuse_far(day: Any) -> Any:
    if day and day > timezone.localdate() + FURTHEST:
        raise ValidationError(FAR)
    return day


class NextStepForm(PlainWords, forms.ModelForm):
    due_on = DayField(label=_("Until when?"))
    responsible = person_field()
    sentences = {"what": {"required": NEEDED}, "due_on": {"required": NEEDED_DAY}}

    class Meta:
        model = NextStep
        fields = ["what", "due_on", "responsible"]
        labels = {"what": _("What comes next?")}
        help_texts = {"what": _("One thing that somebody can do. For example: call and ask for a first talk.")}

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = NextStep.possible_people(partnership)

    def clean_what(self) -> str:
        return " ".join(self.cleaned_data["what"].split())

    def clean_due_on(self) -> Any:
        return refuse_far(self.cleaned_data["due_on"])

    def validate_constraints(self) -> None:
        """That there is one at a time is looked after where it is written."""


class NextStepCreateForm(OnceForm, NextStepForm):
    pass


class NextStepEditForm(MergingForm, NextStepForm):
    pass


class NextStepDoneForm(PlainWords, forms.Form):
    """What is done, what was said on that occasion, and what comes after it if that is known: then it has a day as well."""

    text = forms.CharField(
        label=_("What was said?"),
        required=False,
        max_length=ContactNote.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("If you write something here, it becomes a contact note. Only organisers read it."),
    )
    way = forms.ChoiceField(
        label=_("How did you talk?"), required=False, choices=[("", _("not at all")), *ContactNote.Way.choices]
    )
    spoken_with = forms.CharField(
        label=_("Whom did you speak with?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The function is often enough, for example: who runs the house."),
    )

    what = forms.CharField(
        label=_("What comes next?"),
        required=False,
        max_length=NextStep.LONGEST,
        help_text=_("Leave this empty if nothing is planned yet. The partnership then stands without a next step."),
    )
    due_on = DayField(label=_("Until when?"), required=False)
    responsible = person_field()

    def __init__(self, *args: Any, step: NextStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = NextStep.possible_people(step.partnership)
        self.initial.setdefault("responsible", step.responsible_id if step.is_held else None)

    def clean_what(self) -> str:
        return " ".join(self.cleaned_data["what"].split())

    def clean_due_on(self) -> Any:
        return refuse_far(self.cleaned_data["due_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        what, day = cleaned.get("what"), cleaned.get("due_on")
        if what and not day and "due_on" not in self.errors:
            self.add_error("due_on", NEEDED_DAY)
        if day and not what and "what" not in self.errors:
            self.add_error("what", NEEDED)
        text, way = cleaned.get("text"), cleaned.get("way")
        if text and not way and "way" not in self.errors:
            self.add_error("way", NEEDED_WAY)
        if (way or cleaned.get("spoken_with")) and not text and "text" not in self.errors:
            self.add_error("text", _("Write in one or two sentences what was said."))
        return cleaned

    @property
    def note(self) -> dict[str, Any] | None:
        """What becomes a contact note of today, as the action takes it."""
        if not self.cleaned_data["text"]:
            return None
        spoken_with = " ".join(self.cleaned_data["spoken_with"].split())
        return {name: self.cleaned_data[name] for name in ("text", "way")} | {"spoken_with": spoken_with}

    @property
    def following(self) -> dict[str, Any] | None:
        """What comes next, as the action takes it."""
        if not self.cleaned_data["what"]:
            return None
        return {name: self.cleaned_data[name] for name in ("what", "due_on", "responsible")}
