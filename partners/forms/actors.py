from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.forms.carriers import HINT, LABEL, CarrierField
from partners.forms.fields import (
    DayField,
    DegreesField,
    HoursField,
    WebsiteField,
    validate_phone,
    validate_postcode,
)
from partners.forms.once import OnceForm
from partners.forms.sections import FIRST_FIELDS, SECTIONS, Section
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Actor, ActorKind, Neighbourhood, TargetGroup, Topic, language_choices
from partners.models.search import normalise
from partners.profile_fields import WithCarrier
from partners.rows_field import RowsField

type Choices = list[tuple[Any, Any]]

PASTED = str.maketrans({"–": "-", "‑": "-", "\u00a0": " ", "\u202f": " "})


def kind_choices() -> Choices:
    """All kinds, under the name of their sector."""
    sectors = ActorKind.Sector
    kinds = sorted(ActorKind.objects.all(), key=lambda kind: (str(sectors(kind.sector).label), kind.label))
    groups = groupby(kinds, key=lambda kind: kind.sector)
    return [
        ("", _("Not chosen yet")),
        *((sectors(sector).label, [(kind.pk, kind.label) for kind in kinds]) for sector, kinds in groups),
    ]


def term_choices(terms: Iterable[Topic | TargetGroup]) -> Choices:
    return sorted(((term.pk, term.label) for term in terms), key=lambda choice: normalise(choice[1]))


def truth(value: str) -> bool:
    return value == "True"


class ActorForm(PlainWords, WithCarrier, forms.ModelForm):
    """The profile, or the fields of it that `only` names.

    `neighbourhoods` is asked only of those who decide on some; all others do not have the field.
    """

    website = WebsiteField(label=_("Website"), required=False, max_length=500)
    parent = CarrierField(label=LABEL, help_text=HINT)
    latitude = DegreesField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, help_text=_("In degrees, for example 48.118")
    )
    longitude = DegreesField(
        label=_("Longitude"),
        required=False,
        min_value=-180,
        max_value=180,
        help_text=_("In degrees, for example 11.539"),
    )
    neighbourhoods = RowsField(
        Neighbourhood.objects.none(), label=_("Neighbourhoods"), widget=forms.CheckboxSelectMultiple
    )

    # These stand open; the others wait behind them until somebody looks for one.
    often_spoken = ("de", "ar", "en", "fr", "el", "it", "hr", "leicht", "pl", "ru", "es", "tr", "uk")
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken"), required=False, choices=language_choices, widget=forms.CheckboxSelectMultiple
    )
    is_address_public = forms.TypedChoiceField(
        label=_("Who may read your exact address?"),
        choices=[("True", _("everybody")), ("False", _("nobody: only the neighbourhood and the town are shown"))],
        coerce=truth,
        widget=forms.RadioSelect,
        help_text=_("For example for a group that meets in a private flat. Street, postcode and the point on the map."),
    )
    step_free = forms.ChoiceField(
        label=_("Can one get in without steps?"),
        choices=Actor.StepFree.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    has_shared_room = forms.TypedChoiceField(
        label=_("Do you have a room that others can use?"),
        choices=[("", _("not said")), ("True", _("yes")), ("False", _("no"))],
        coerce=truth,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("For example for meetings, courses or celebrations of groups from the neighbourhood."),
    )
    capacity = forms.ChoiceField(
        label=_("Do you have room for something new?"),
        choices=Actor.Capacity.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("In your own judgement. Everybody can read it, so that nobody asks at a bad time."),
    )
    resting_until = DayField(
        label=_("Until when?"),
        required=False,
        help_text=_(
            "If you rest: the last day of it. If you are full: roughly until when, if you know. Whoever wants to ask you "
            "then reads “please ask again only from …”. For example 20.1.2027"
        ),
    )
    has_paid_staff = forms.TypedChoiceField(
        label=_("Do you have paid staff?"),
        choices=[("", _("not said")), ("True", _("yes")), ("False", _("no"))],
        coerce=truth,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only who is signed in can read it."),
    )
    network_hours = HoursField(
        label=_("Hours a month for network work"),
        required=False,
        min_value=0,
        max_value=5000,
        help_text=_(
            "How much time you want to give to joint work, for all people together. Only your team and the organisers "
            "can read it. They see beside it how many hours you have promised."
        ),
    )
    lead_time_days = forms.IntegerField(
        label=_("How many days ahead must one ask you?"),
        required=False,
        min_value=0,
        max_value=730,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-unit": _("days")}),
        help_text=_("Only who is signed in can read it."),
    )

    sentences = {
        "name": {"required": _("Enter the name of the organisation or initiative.")},
        "neighbourhoods": {"required": _("Choose at least one neighbourhood.")},
        "latitude": {"min_value": _("Latitude goes from -90 to 90."), "max_value": _("Latitude goes from -90 to 90.")},
        "longitude": {
            "min_value": _("Longitude goes from -180 to 180."),
            "max_value": _("Longitude goes from -180 to 180."),
        },
        "is_address_public": {"required": _("Choose who may read the exact address.")},
        "network_hours": {
            "min_value": _("Hours a month go from 0 to 5,000, for all people together."),
            "max_value": _("Hours a month go from 0 to 5,000, for all people together."),
        },
        "lead_time_days": {
            "invalid": _("Write the days as a whole number, for example 14."),
            "min_value": _("Days ahead go from 0 to 730."),
            "max_value": _("Days ahead go from 0 to 730."),
        },
    }

    class Meta:
        model = Actor
        fields = [
            "name",
            "kind",
            "parent",
            "purpose",
            "description",
            "topics",
            "street",
            "house_number",
            "postcode",
            "city",
            "latitude",
            "longitude",
            "website",
            "email",
            "phone",
            "target_groups",
            "languages",
            "is_address_public",
            "step_free",
            "accessibility",
            "opening_hours",
            "how_to_join",
            "has_shared_room",
            "capacity",
            "resting_until",
            "has_paid_staff",
            "network_hours",
            "lead_time_days",
        ]
        labels = {
            "name": _("Name"),
            "kind": _("Kind"),
            "purpose": _("Your purpose in one sentence"),
            "description": _("Description"),
            "topics": _("Topics"),
            "target_groups": _("For whom you are there"),
            "accessibility": _("More about accessibility"),
            "how_to_join": _("How can one join in?"),
            "street": _("Street"),
            "house_number": _("House number"),
            "postcode": _("Postcode"),
            "city": _("Town"),
            "email": _("Public e-mail address"),
            "phone": _("Public phone number"),
        }
        help_texts = {
            "name": _("As everybody knows it, for example Stadtbibliothek Sendling."),
            "topics": _("Choose what really fits. Others find you by it."),
            "phone": _("A number of the office, not of a person."),
            "accessibility": _("For example: toilet for wheelchairs, parking space, induction loop, quiet times."),
            "opening_hours": _("For example “Mo–Fr 10–18, Sa 10–14, Feiertage geschlossen” or “by arrangement”."),
            "how_to_join": _("What newcomers can do, when they can come, and whom they ask."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "purpose": forms.Textarea(attrs={"rows": 2}),
            "description": forms.Textarea(attrs={"rows": 8}),
            "topics": forms.CheckboxSelectMultiple,
            "target_groups": forms.CheckboxSelectMultiple,
            "accessibility": forms.Textarea(attrs={"rows": 3}),
            "opening_hours": forms.Textarea(attrs={"rows": 3}),
            "how_to_join": forms.Textarea(attrs={"rows": 5}),
            "street": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "house_number": forms.TextInput(attrs={"autocomplete": "off"}),
            "postcode": forms.TextInput(attrs={"autocomplete": "postal-code"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }
        field_classes = {"target_groups": RowsField, "topics": RowsField}

    def __init__(self, *args: Any, only: Iterable[str], own: Sequence[Neighbourhood] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = list(own)
        wanted = set(only) - (set() if self.own else {"neighbourhoods"})
        for name in [name for name in self.fields if name not in wanted]:
            del self.fields[name]
        self._offer("kind", kind_choices)
        self._offer("topics", lambda: term_choices(Topic.objects.all()))
        self._offer("target_groups", lambda: term_choices(TargetGroup.objects.all()))
        self._offer_neighbourhoods()

    def _offer(self, name: str, choices: Callable[[], Choices]) -> None:
        if name in self.fields:
            self.fields[name].choices = choices()

    def _offer_neighbourhoods(self) -> None:
        field = self.fields.get("neighbourhoods")
        if field is None:
            return
        field.queryset = Neighbourhood.objects.filter(pk__in=[one.pk for one in self.own])
        field.choices = [(one.pk, one.name) for one in self.own]

    def clean_name(self) -> str:
        """Blanks and line breaks that came with pasting are no part of a name."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_purpose(self) -> str:
        return " ".join(self.cleaned_data["purpose"].split())

    def clean_postcode(self) -> str:
        return self._usable("postcode", self.cleaned_data["postcode"].upper(), validate_postcode)

    def clean_phone(self) -> str:
        """A dash and a hard blank, as they come with pasting, are written like the others."""
        return self._usable("phone", self.cleaned_data["phone"].translate(PASTED), validate_phone)

    def _usable(self, name: str, text: str, validate: Callable[[str], None]) -> str:
        """What somebody types must be usable; what a list brought and nobody touched stops nobody from saving the rest."""
        if text and name in self.changed_data:
            validate(text)
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for given, missing in (("latitude", "longitude"), ("longitude", "latitude")):
            if cleaned.get(given) is not None and missing in cleaned and cleaned[missing] is None:
                self.add_error(missing, _("Latitude and longitude belong together: fill in both or none."))
        if "resting_until" in cleaned and "capacity" in cleaned:
            self._clean_rest(cleaned)
        return cleaned

    def _clean_rest(self, cleaned: dict[str, Any]) -> None:
        """Who neither rests nor is full has no day on which that ends, even if the day still stands in the form."""
        if cleaned["capacity"] == Actor.Capacity.RESTING:
            if cleaned["resting_until"] is None:
                self.add_error("resting_until", _("Say until which day you rest, for example 20.1.2027."))
        elif cleaned["capacity"] == Actor.Capacity.FULL:
            return
        elif cleaned["resting_until"] and "resting_until" in self.changed_data:
            self.add_error(
                "resting_until",
                _("Only who rests or is full has such a day: choose one of the two above, or leave the day empty."),
            )
        else:
            cleaned["resting_until"] = None

    @property
    def sections(self) -> list[tuple[str, Any, list[list[Any]]]]:
        """The parts of the form as they are shown: short name, heading, and the fields line by line."""
        parts = [
            (part.word, part.heading, [[self[name] for name in line] for line in part.lines if line[0] in self.fields])
            for part in SECTIONS.values()
        ]
        return [part for part in parts if part[2]]


class ActorCreateForm(OnceForm, ActorForm):
    """A new actor. Whoever decides on one neighbourhood only need not choose it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, only=FIRST_FIELDS, **kwargs)
        if len(self.own) == 1:
            self.fields["neighbourhoods"].initial = [self.own[0].pk]


class ActorEditForm(MergingForm, ActorForm):
    """Changes of one section of a profile.

    Neighbourhoods that the person does not decide on are not among the choices and stay.
    """

    def __init__(
        self, *args: Any, instance: Actor, section: Section, own: Sequence[Neighbourhood] = (), **kwargs: Any
    ) -> None:
        lies_in = list(instance.neighbourhoods.all()) if "neighbourhoods" in section.fields else []
        decided = {one.pk for one in own}
        initial = {"neighbourhoods": [one for one in lies_in if one.pk in decided]}
        super().__init__(*args, instance=instance, own=own, initial=initial, only=section.fields, **kwargs)
        self.others = [one for one in lies_in if one.pk not in decided]
        if self.others and "neighbourhoods" in self.fields:
            self.fields["neighbourhoods"].required = False
            self.fields["neighbourhoods"].help_text = _(
                "It also lies in %(others)s. Only the organisers there can take it out."
            ) % {"others": ", ".join(one.name for one in self.others)}

    def changes(self) -> dict[str, Any]:
        """A day that is over with the rest is taken out too, although nobody touched it."""
        changes = super().changes()
        if self.cleaned_data.get("resting_until", self.instance.resting_until) is None and "capacity" in changes:
            changes["resting_until"] = None
        return changes

    def refuse(self, error: ValidationError) -> None:
        """What the action refused, shown where it belongs."""
        homeless = getattr(error, "code", "") == "homeless" and "neighbourhoods" in self.fields
        self.add_error("neighbourhoods" if homeless else None, error)
