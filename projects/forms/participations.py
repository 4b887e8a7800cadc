from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.actions.cautions import Plan
from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.quantities import QuantityField
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Actor, Person
from projects.forms.actor_search import ActorSearchField, SearchesActors
from projects.forms.projects import check_period, says_something
from projects.models import Participation


class ParticipationFields(PlainWords, forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Participation.Role, initial=Participation.Role.MEMBER)
    tasks = forms.CharField(
        label=_("Tasks"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What this partner looks after in the project."),
    )
    hours_per_month = QuantityField(label=_("Hours a month promised"), required=False, max_digits=6)
    start_on = DayField(label=_("Takes part from"), required=False)
    end_on = DayField(label=_("Until"), required=False)

    MORE = ("tasks", "hours_per_month", "start_on", "end_on")

    @property
    def has_more(self) -> bool:
        return says_something(self, self.MORE)

    def clean(self) -> Any:
        cleaned = super().clean()
        check_period(self)
        return cleaned

    def refuse(self, error: ValidationError) -> None:
        """What the action refused, shown where it belongs."""
        self.add_error("role" if error.code == "taken" else None, error)


class ParticipationForm(OnceForm, SearchesActors, ParticipationFields):
    actor = ActorSearchField(
        label=_("Who takes part?"), help_text=_("Type a part of the name, for example: bibliothek.")
    )
    state = forms.ChoiceField(
        label=_("Is it agreed?"),
        choices=[
            (Participation.State.AGREED, _("Yes, the actor has agreed")),
            (Participation.State.INVITED, _("Not yet, the actor is invited (not shown in public)")),
        ],
        initial=Participation.State.AGREED,
        widget=forms.RadioSelect,
    )

    field_order = ["actor", "role", "state", *ParticipationFields.MORE]

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actor"].queryset = Actor.objects.current().visible_to(by)  # type: ignore[attr-defined]

    def plan(self) -> Plan:
        """What is asked of the actor."""
        asked = self.cleaned_data
        return Plan(
            actor=asked["actor"], start_on=asked["start_on"], end_on=asked["end_on"], hours=asked["hours_per_month"]
        )


class ParticipationEditForm(MergingForm, ParticipationFields):
    def __init__(self, *args: Any, participation: Participation, **kwargs: Any) -> None:
        initial = {name: getattr(participation, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)

    def plans(self, participation: Participation) -> list[Plan]:
        """What is asked in addition: only more hours than before ask for more time."""
        hours, before = self.cleaned_data["hours_per_month"], participation.hours_per_month
        if hours is None or hours <= (before or 0) or participation.state == Participation.State.ENDED:
            return []
        days = {name: self.cleaned_data[name] for name in ("start_on", "end_on")}
        return [Plan(actor=participation.actor, tie=participation, hours=hours, **days)]
