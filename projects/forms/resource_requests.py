"""What is asked of a request for an offer, and of each of its steps."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.forms.channels import CountField
from partners.forms.fields import ClockField, DayField
from partners.forms.once import OnceForm
from partners.forms.quantities import QuantityField
from partners.forms.searching import Searches
from partners.forms.wording import PlainWords
from partners.models import Actor, Offer, Person
from partners.models.listings import MOST_PERSONS
from projects.actions.request_asking import RequestCautionError, RequestWaitsError
from projects.forms.askers import Askers, key_of
from projects.forms.projects import check_period
from projects.models import Project, ResourceRequest
from projects.models.resource_requests import MIDNIGHT

LONGEST, LONGEST_SEARCH = ResourceRequest.LONGEST, 200
NUMBER = _("Write a number above 0, for example 30.")
# What people write for midnight, and until when an end before the beginning is meant to lie in the night that follows.
NIGHT = re.compile(r"(?:(?:24|00?)(?:[:.]00)?(?: ?(?:uhr|h))?|mitternacht|midnight)", re.IGNORECASE)
EARLY = time(7)
PROJECTS_OF = _(
    "Only what served a project is written down as a contribution. Here stand those that %(actor)s leads or takes part in."
)
TOO_LATE = _("The hours end at 24:00 at the latest. If it goes on after midnight, write 24:00 here and say so above.")
# To which field belongs what the action refuses, by the code of the refusal.
PLACES = {"taken": "start_on", "past": "start_on", "waits": "start_on", "own": "asker"}


def leave_out(form: Any, *names: str) -> None:
    for name in names:
        del form.fields[name]


def words_field(label: Any, *, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), **more)


class EndField(ClockField):
    """The end of some hours: 24 o'clock, 0 o'clock and midnight are the end of that day."""

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str) and NIGHT.fullmatch(value.strip()):
            return MIDNIGHT
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return "24:00" if value == MIDNIGHT else value


class AskForm(OnceForm, PlainWords, Searches, forms.Form):
    """Who asks, what for, when and how much. What speaks against the moment is said once; whoever presses again has read it."""

    asker = forms.ChoiceField(label=_("Who asks?"), widget=forms.RadioSelect)
    message = words_field(
        _("What do you need it for?"), help_text=_("It goes to those who keep the offer, with your name.")
    )
    start_on = DayField(label=_("On what day, or from when?"))
    end_on = DayField(label=_("Until when?"), required=False, help_text=_("Leave it empty if it is one day."))
    start_time = ClockField(
        label=_("From what time?"), required=False, help_text=_("For example 18:30; with several days, on each of them")
    )
    end_time = EndField(
        label=_("Until what time?"), required=False, help_text=_("At the latest 24:00, midnight at the end of the day")
    )
    quantity = QuantityField(label=_("How much?"), required=False)
    persons = CountField(label=_("How many persons come?"), required=False, min_value=1, max_value=MOST_PERSONS)
    accepted = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    sentences = {
        "asker": {"required": _("Choose who asks.")},
        "message": {"required": _("Write in one or two sentences what you need it for.")},
        "start_on": {"required": _("Enter a day, for example 20.1.2027.")},
        "persons": {"min_value": NUMBER, "invalid": NUMBER},
    }

    def __init__(self, *args: Any, offer: Offer, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.askers = by, Askers(by, offer)
        self.cautions: list[str] = []
        self.waiting: ResourceRequest | None = None
        self.has_search, self.has_more, self.only_one = False, False, None
        self._offer_askers()
        if offer.unit:
            self.fields["quantity"].widget.attrs["data-unit"] = offer.get_unit_display()
        else:
            leave_out(self, "quantity")
        if not offer.is_room:
            leave_out(self, "persons")

    def _offer_askers(self) -> None:
        """Her own ones, what she searched for and what she has chosen; who can ask for one only is not asked."""
        actors, projects, self.has_search = self.askers.first()
        if not self.has_search and len(actors) + len(projects) == 1:
            self.only_one = [*actors, *projects][0]
            self.fields["asker"].required = False
            self.fields["asker"].widget = forms.HiddenInput()
        if self.has_search and self.typed:
            actors, projects, self.has_more = self.askers.found(self.typed)
        chosen = self.askers.get(str(self["asker"].value() or ""))
        if chosen is not None and chosen not in (*actors, *projects):
            (actors if isinstance(chosen, Actor) else projects).insert(0, chosen)
        groups = ((_("Places"), actors), (_("Projects"), projects))
        self.found_nobody = not actors and not projects
        self.fields["asker"].choices = [  # type: ignore[attr-defined]
            (heading, [(key_of(one), str(one)) for one in rows]) for heading, rows in groups if rows
        ]

    @property
    def typed(self) -> str:
        said: str = self.data.get(self.TYPED, "") if self.is_bound else ""
        return said.replace("\x00", "").strip()[:LONGEST_SEARCH]

    @property
    def details(self) -> list[list[Any]]:
        """When and how much, in the lines in which that stands."""
        lines = [["start_on", "end_on"], ["start_time", "end_time"], ["quantity", "persons"]]
        return [[self[name] for name in line if name in self.fields] for line in lines]

    def clean_asker(self) -> Actor | Project:
        asker = self.only_one or self.askers.get(self.cleaned_data["asker"])
        if asker is None:
            raise ValidationError(_("Choose who asks."), code="required")
        return asker

    def clean_start_on(self) -> Any:
        day = self.cleaned_data["start_on"]
        if day < timezone.localdate():
            raise ValidationError(_("This day has passed. Enter a later one."), code="past")
        return day

    def clean(self) -> Any:
        cleaned = super().clean()
        check_period(self)
        begins, ends = self.cleaned_data.get("start_time"), self.cleaned_data.get("end_time")
        if not {"start_time", "end_time"} & set(self.errors):
            if (begins is None) != (ends is None):
                empty = "end_time" if ends is None else "start_time"
                self.add_error(empty, _("Say from when until when, or leave both times empty."))
            elif begins is not None and ends <= begins:
                self.add_error("end_time", TOO_LATE if ends < EARLY else _("The end lies before the beginning."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        values = super().values()
        asker = values.pop("asker")
        values["end_on"] = values["end_on"] or values["start_on"]
        return values | {"actor" if isinstance(asker, Actor) else "project": asker}

    def refuse(self, error: ValidationError) -> None:
        """A warning is no error: it is shown above a second button, which says that it was read."""
        if isinstance(error, RequestCautionError):
            self.cautions = list(error.cautions)
            self.data = self.data.copy()
            self.data[self.add_prefix("accepted")] = error.digest
            return
        if isinstance(error, RequestWaitsError):
            self.waiting = ResourceRequest.objects.visible_to(self.by).filter(pk=error.earlier.pk).first()
        place = PLACES.get(getattr(error, "code", None) or "")
        self.add_error(place if place in self.fields else None, error)


class StepForm(PlainWords, forms.Form):
    """Words that go with a step of the chain; `chain` is the request."""

    def __init__(self, *args: Any, chain: ResourceRequest, by: Person, **kwargs: Any) -> None:
        self.chain, self.by = chain, by
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        return self.cleaned_data


class GrantForm(StepForm):
    note = words_field(
        _("What should they know?"),
        rows=3,
        required=False,
        help_text=_("For example: where the key is, whom to call. It goes to whoever asked."),
    )


class DeclineForm(StepForm):
    reason = words_field(_("Why not?"), rows=3, help_text=_("One sentence, so that the others can plan."))
    sentences = {"reason": {"required": _("Say why not, so that the others can plan.")}}


class TakeBackForm(StepForm):
    reason = words_field(_("Why?"), rows=3, help_text=_("The other side reads it."))
    sentences = {"reason": {"required": _("Say in one sentence why it will not be.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not self.chain.is_open
        if self.chain.is_stranded:
            self.fields["reason"].help_text = ""


class ThankForm(StepForm):
    words = words_field(
        _("What would you like to say?"), rows=3, help_text=_("The other side gets it by mail, with your name.")
    )
    sentences = {"words": {"required": _("Write one sentence. It may be short.")}}


class FinishForm(StepForm):
    """What became of it. What served a project is written down there as a contribution, prefilled from what was asked."""

    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=_("Which project did it serve?"),
        required=False,
        empty_label=_("none: it was for our own work"),
    )
    title = forms.CharField(label=_("What was given?"), max_length=200, required=False)
    quantity = QuantityField(
        label=_("How much was it?"), required=False, help_text=_("Leave it empty if nobody counted.")
    )
    start_on = DayField(label=_("From"), required=False)
    end_on = DayField(label=_("Until"), required=False)
    is_public = forms.BooleanField(label=_("Show it on the page of the project"), required=False, initial=True)

    def __init__(self, *args: Any, chain: ResourceRequest, by: Person, **kwargs: Any) -> None:
        initial = {"title": chain.offer.title, "quantity": chain.suggested_quantity}
        initial |= {"start_on": chain.start_on, "end_on": chain.given_until}
        super().__init__(*args, chain=chain, by=by, initial=initial, **kwargs)
        served = self._projects()
        if served is None:
            leave_out(self, "project")
        elif not served.exists():
            leave_out(self, *self.base_fields)
        else:
            self.fields["project"].queryset = served  # type: ignore[attr-defined]
            self.fields["project"].help_text = PROJECTS_OF % {"actor": chain.actor}
        if "quantity" in self.fields and not chain.offer.unit:
            leave_out(self, "quantity")
        elif "quantity" in self.fields:
            self.fields["quantity"].widget.attrs["data-unit"] = chain.offer.get_unit_display()

    def _projects(self) -> Any:
        """Where an actor asked: its projects, as far as the person is their side. None where a project asked itself."""
        actor = self.chain.actor_id
        if actor is None:
            return None
        parts = Project.objects.filter(participations__actor=actor).order_by().values("pk")
        rows = Project.objects.visible_to(self.by).editable_by(self.by).exclude(state=Project.State.ABANDONED)
        return rows.filter(Q(pk__in=parts) | Q(lead_actor=actor)).in_order()

    def clean(self) -> Any:
        cleaned = super().clean()
        if {"start_on", "end_on"} <= set(self.fields):
            check_period(self)
        return cleaned
