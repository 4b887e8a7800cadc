"""What a step of a partnership asks: a note for the history, and what the step needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.cautions import Plan
from partners.forms.fields import DayField
from partners.forms.next_steps import refuse_far
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.models import Partnership


class StepForm(PlainWords, forms.Form):
    """Every step has room for a note; `values` is what the verb takes."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the history of this partnership. Only organisers and the sides read it."),
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partnership = partnership
        self.prepare()
        self.order_fields([name for name in self.fields if name != "note"])

    def prepare(self) -> None:
        """Fills in what is known."""

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def plans(self) -> list[Plan]:
        """What the step asks of the sides; most ask for nothing that they do not give already."""
        return []


class AsksSides:
    """Put before a form of a step from which on the sides give their time, from today on."""

    partnership: Partnership
    # Whether the hours of this partnership are counted already, or will come on top.
    IS_SAME = True

    def plans(self) -> list[Plan]:
        return [
            Plan(
                actor=party.actor,
                end_on=self.partnership.end_on if self.IS_SAME else None,
                hours=party.hours_per_month if self.IS_SAME else None,
                tie=party if self.IS_SAME else None,
            )
            for party in self.partnership.parties.all()
        ]


class FirstStepForm(StepForm):
    """Before the talks nobody but the organisers knows of it, later the sides do."""

    def prepare(self) -> None:
        self.fields["note"].help_text = _("For the history of this partnership. Only organisers read it.")


class AgreeForm(StepForm):
    form = forms.ChoiceField(
        label=_("Form of the agreement"),
        choices=Partnership.Form.choices,
        widget=forms.RadioSelect,
        help_text=_("How you have agreed on it. A handshake is enough."),
    )

    def prepare(self) -> None:
        self.initial["form"] = self.partnership.form or None


class WakeForm(AsksSides, StepForm):
    pass


class StartForm(AsksSides, StepForm):
    on = DayField(label=_("Begins on"), help_text=_("Today or earlier, for example 20.1.2027."))
    sentences = {"on": {"required": _("Enter the day on which it began, for example 20.1.2027.")}}

    def prepare(self) -> None:
        today = timezone.localdate()
        self.initial["on"] = min(self.partnership.start_on or today, today)


class RestForm(StepForm):
    until = DayField(
        label=_("Rests until"),
        help_text=_("Until then nobody asks anything. Afterwards you are reminded. For example 20.1.2027."),
    )
    sentences = {"until": {"required": _("Enter the day until which it rests, for example 20.1.2027.")}}

    def clean_until(self) -> Any:
        return refuse_far(self.cleaned_data["until"])


class EndForm(StepForm):
    reason = forms.ChoiceField(
        label=_("Why it ends"),
        choices=Partnership.EndReason.choices,
        widget=forms.RadioSelect,
        help_text=_("Only organisers and the sides read the reason."),
    )
    on = DayField(label=_("Ends on"), help_text=_("Today or earlier, for example 20.1.2027."))
    sentences = {
        "reason": {"required": _("Choose why it ends.")},
        "on": {"required": _("Enter the day on which it ended, for example 20.1.2027.")},
    }

    def prepare(self) -> None:
        today = timezone.localdate()
        self.initial["on"] = min(self.partnership.end_on or today, today)


class ReopenForm(AsksSides, OnceForm, FirstStepForm):
    IS_SAME = False
