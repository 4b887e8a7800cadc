from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from partners.actions.handovers import LONGEST, Proposal
from partners.days import spoken
from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.partnerships import LongSelect
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Actor, Handover, HandoverLine

SAME = _("Choose somebody else: whoever hands over cannot take over.")


class ActorField(forms.ModelChoiceField):
    """Those who have to do with it, and whoever else lives in the Quartier."""

    widget = LongSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"queryset": Actor.objects.none(), "empty_label": _("not said yet")} | kwargs)


class OffersActors:
    """Put before a form with fields for actors."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, actors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ActorField):
                field.queryset = actors


class HandoverFields(OffersActors, PlainWords, forms.Form):
    giver = ActorField(
        label=_("Who hands over?"),
        empty_label=_("Please choose"),
        help_text=_("The companion from outside, or whoever else leaves."),
    )
    receiver = ActorField(
        label=_("Who takes over?"),
        required=False,
        help_text=_("Who answers for it from then on, and signs for it. Single lines may go to others."),
    )
    handed_over_on = DayField(
        label=_("Day of the hand-over"), required=False, help_text=_("From this day on. For example 20.1.2027")
    )
    note = forms.CharField(
        label=_("What else there is to say"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands in the hand-over below the lines."),
    )
    sentences = {"giver": {"required": _("Choose who hands over.")}}

    def clean(self) -> Any:
        cleaned = super().clean()
        giver, receiver = self.cleaned_data.get("giver"), self.cleaned_data.get("receiver")
        if giver and giver == receiver:
            self.add_error("receiver", ValidationError(SAME, code="same"))
        return cleaned


class HandoverCreateForm(OnceForm, HandoverFields):
    pass


class HandoverEditForm(MergingForm, HandoverFields):
    def __init__(self, *args: Any, handover: Handover, **kwargs: Any) -> None:
        super().__init__(*args, initial=stored(handover, self.base_fields), **kwargs)


class LineFields(OffersActors, PlainWords, forms.Form):
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=HandoverLine.Kind.choices,
        initial=HandoverLine.Kind.TASK,
        widget=forms.RadioSelect,
    )
    what = forms.CharField(
        label=_("What is handed over?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: write the invitation to the café each month. Or: the folder with the pictures."),
    )
    from_actor = ActorField(label=_("From whom?"), required=False)
    to_actor = ActorField(label=_("To whom?"), required=False)
    to_name = forms.CharField(
        label=_("Which person?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Name and function, if it is a certain person. Ask her before. Only those who read the hand-over see it. "
            "The name stays until you change it or take the line out."
        ),
    )
    due_on = DayField(label=_("By when?"), required=False, help_text=_("For example 20.1.2027"))
    sentences = {"what": {"required": _("Say what is handed over.")}}

    def clean_to_name(self) -> str:
        return " ".join(self.cleaned_data["to_name"].split())


class LineCreateForm(OnceForm, LineFields):
    pass


class LineEditForm(MergingForm, LineFields):
    def __init__(self, *args: Any, line: HandoverLine, **kwargs: Any) -> None:
        super().__init__(*args, initial=stored(line, self.base_fields), **kwargs)


def stored(row: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, f"{name}_id" if hasattr(row, f"{name}_id") else name) for name in names}


class ProposedField(forms.MultipleChoiceField):
    """What was written down since the list was shown is no mistake; it is only not written down twice."""

    known: frozenset[str] = frozenset()

    def valid_value(self, value: str) -> bool:
        return value in self.known


class ProposalsForm(OnceForm, OffersActors, PlainWords, forms.Form):
    """What the portal can think of; nobody has to take it."""

    chosen = ProposedField(
        label=_("What shall be written down?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one line, or go back."),
            "invalid_choice": _("One of the proposals has changed in the meantime. Look at the list once more."),
        },
    )
    to_actor = ActorField(
        label=_("Who takes over these lines?"),
        required=False,
        help_text=_("You can change it for each line afterwards."),
    )

    def __init__(
        self, *args: Any, proposals: list[Proposal], known: list[Proposal], receiver: int | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = {one.what: one for one in proposals}
        self.fields["chosen"].choices = [(what, told(one)) for what, one in self.proposals.items()]  # type: ignore[attr-defined]
        self.fields["chosen"].known = frozenset(one.what for one in known)  # type: ignore[attr-defined]
        self.initial.setdefault("chosen", [what for what, one in self.proposals.items() if not one.is_inside])
        self.initial.setdefault("to_actor", receiver)

    def lines(self) -> list[dict[str, Any]]:
        chosen = [self.proposals[what] for what in self.cleaned_data["chosen"] if what in self.proposals]
        to_actor = self.cleaned_data["to_actor"]
        return [
            {
                "kind": one.kind,
                "what": one.what,
                "from_actor": one.from_actor,
                "to_actor": to_actor,
                "due_on": one.due_on,
            }
            for one in chosen
        ]


def told(one: Proposal) -> Any:
    """With what is to be known before it is chosen."""
    if not one.is_inside:
        return one.what
    return format_html(
        "{}<br><small>{}</small>",
        one.what,
        _("The next step, by %(day)s. Until now only organisers read it; in the hand-over the sides read it too.")
        % {"day": spoken(one.due_on)},
    )


class SeenForm(PlainWords, forms.Form):
    """Carries the wording that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    @property
    def seen(self) -> int:
        return self.cleaned_data["version"]


class HandSignForm(SeenForm):
    agreed = forms.BooleanField(
        label=_("I have read it and sign for my side"),
        error_messages={"required": _("Tick this, if you want to sign.")},
    )


class PaperSignForm(SeenForm):
    paper_name = forms.CharField(
        label=_("Who signed on paper?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Name and function, as it stands on the paper."),
    )
    on = DayField(label=_("Signed on"), help_text=_("For example 20.1.2027"))
    sentences = {
        "paper_name": {"required": _("Enter who signed.")},
        "on": {"required": _("Enter the day of the signature, for example 20.1.2027.")},
    }
    field_order = ["paper_name", "on"]

    def clean_paper_name(self) -> str:
        return " ".join(self.cleaned_data["paper_name"].split())

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is yet to come. Enter the signature when it is on the paper."))
        if day.year < 2000:
            raise ValidationError(_("This day lies far back. Please check the year."))
        return day


class DoneForm(PlainWords, forms.Form):
    """An empty day takes back that it is done."""

    on = DayField(label=_("Done on"), required=False, help_text=_("Leave this empty if it is not done after all."))

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day is yet to come. Enter it when it is done."))
        return day
