from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import DayField, WebsiteField
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Channel

GROUPED = re.compile(r"\d{1,3}(?:[.,' \u00a0\u202f]\d{3})+")


class CountField(forms.IntegerField):
    """A whole number, also in groups of three: 1200, 1.200 or 1 200."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _("Write a whole number, for example 1200."),
        "min_value": _("This number cannot be below 0."),
        "max_value": _("This number is too large. Check the digits."),
    }

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and GROUPED.fullmatch(value.strip()):
            value = re.sub(r"\D", "", value)
        return super().to_python(value)


def check_count(form: forms.BaseForm) -> None:
    """How many people it reaches and the day of counting are one statement, and nobody counts ahead."""
    audience, day = form.cleaned_data.get("audience"), form.cleaned_data.get("measured_on")
    if day and day > timezone.localdate():
        form.add_error("measured_on", _("This day lies in the future. Enter the day of counting."))
    if audience is not None and day is None and "measured_on" not in form.errors:
        form.add_error("measured_on", _("Say when this was counted or estimated, because numbers grow old."))
    if day and audience is None and "audience" not in form.errors:
        form.add_error("audience", _("Say how many people it was on that day, or leave out the day."))


class ChannelForm(PlainWords, forms.ModelForm):
    address = WebsiteField(
        label=_("Website of the channel"),
        required=False,
        max_length=500,
        help_text=_("Where one reads it or subscribes to it."),
    )
    audience = CountField(
        label=_("How many people does it reach?"),
        required=False,
        min_value=0,
        max_value=Channel._meta.get_field("audience").validators[0].limit_value,
        help_text=_("Subscribers, readers or visitors. An estimate is enough."),
    )
    measured_on = DayField(label=_("Counted or estimated on"), required=False)
    sentences = {
        "kind": {"required": _("Choose what kind of channel it is.")},
        "name": {"required": _("Enter the name of the channel, for example “Kiezpost”.")},
        "measured_on": {"invalid": _("Write the date like this: 20.1.2027.")},
    }

    class Meta:
        model = Channel
        fields = ["kind", "name", "address", "audience", "measured_on"]
        labels = {"kind": _("What kind of channel is it?"), "name": _("Name of the channel")}
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Channel.Kind.choices

    def clean_name(self) -> str:
        """Blanks and line breaks that came with pasting are no part of a name."""
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_count(self)
        return cleaned


class ChannelCreateForm(OnceForm, ChannelForm):
    pass


class ChannelEditForm(MergingForm, ChannelForm):
    def changes(self) -> dict[str, Any]:
        """The number and its day are one statement: whoever changes one of them says both."""
        changes = super().changes()
        together = ("audience", "measured_on")
        if any(name in changes for name in together):
            changes |= {name: self.cleaned_data[name] for name in together}
        return changes
