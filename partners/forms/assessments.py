from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.models import CRITERIA, Criterion, KeyActorAssessment, Level


def answer_field(criterion: Criterion) -> forms.Field:
    return forms.TypedChoiceField(label=criterion.question, choices=Level.choices, coerce=int, widget=forms.RadioSelect)


def reason_field(criterion: Criterion) -> forms.Field:
    return forms.CharField(
        label=format_lazy("{reason}: {criterion}", reason=_("Reason"), criterion=criterion.label),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Questions(forms.Form):
    """Four questions, each with an answer in words and a reason. It opens with what was said last, if anything was."""

    def __init__(self, *args: Any, last: KeyActorAssessment | None, **kwargs: Any) -> None:
        names = [name for one in CRITERIA for name in (one.name, one.reason)]
        initial = {name: getattr(last, name) for name in names} if last else {}
        super().__init__(*args, initial=initial | {"assessed_on": timezone.localdate()}, **kwargs)
        for one in CRITERIA:
            self.fields[one.name] = answer_field(one)
            self.fields[one.reason] = reason_field(one)
        self.fields["assessed_on"] = DayField(label=_("Day of the assessment"))


class AssessmentForm(OnceForm, PlainWords, Questions):
    sentences = {one.name: {"required": _("Choose what fits best.")} for one in CRITERIA} | {
        one.reason: {"required": _("Give a reason in a sentence, so that others understand it next year.")}
        for one in CRITERIA
    }

    def clean_assessed_on(self) -> date:
        day: date = self.cleaned_data["assessed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day lies in the future. Enter the day of your assessment."))
        return day
