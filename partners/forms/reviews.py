from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import PartnershipReview
from partners.models.reviews import QUESTIONS

NAMES = [one.name for one in QUESTIONS]


class ReviewForm(PlainWords, forms.ModelForm):
    """Six questions, each with four answers in words."""

    reviewed_on = DayField(
        label=_("Day of the look back"),
        help_text=_("Today or earlier, for example 20.1.2027."),
        initial=timezone.localdate,
    )
    sentences = {name: {"required": _("Choose what fits best.")} for name in NAMES}

    class Meta:
        model = PartnershipReview
        fields = [*NAMES, "remark", "reviewed_on"]
        labels = {one.name: one.question for one in QUESTIONS} | {"remark": _("Remark")}
        help_texts = {"remark": _("What was good, what shall be different next time.")}
        widgets = {"remark": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in QUESTIONS:
            coerced = forms.TypedChoiceField(
                label=one.question, choices=one.choices, coerce=int, widget=forms.RadioSelect
            )
            coerced.error_messages = self.fields[one.name].error_messages
            self.fields[one.name] = coerced

    def clean_reviewed_on(self) -> date:
        day: date = self.cleaned_data["reviewed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come. Enter the day on which you looked back."))
        return day


class ReviewCreateForm(OnceForm, ReviewForm):
    """Organisers may also say when the sides look back next."""

    next_review_on = DayField(
        label=_("Next look back on"),
        required=False,
        help_text=_("For all sides. If you leave it empty, the planned day stays as it is."),
    )

    def __init__(self, *args: Any, may_plan: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_plan:
            del self.fields["next_review_on"]

    def clean_next_review_on(self) -> date | None:
        day: date | None = self.cleaned_data["next_review_on"]
        if day and day <= timezone.localdate():
            raise ValidationError(_("Choose a day that is still to come."))
        return day


class ReviewEditForm(MergingForm, ReviewForm):
    """Puts right what was written; a new look back is a new one."""
