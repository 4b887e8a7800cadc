from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import DegreesField, WebsiteField, validate_phone, validate_postcode
from partners.forms.merging import MergingForm
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.models import Actor, ActorKind, Neighbourhood, Topic

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


def topic_choices() -> Choices:
    return sorted(((topic.pk, topic.label) for topic in Topic.objects.all()), key=lambda choice: choice[1].casefold())


class ActorForm(PlainWords, forms.ModelForm):
    """The public profile. `neighbourhoods` is asked only of those who decide on some; all others do not have the field."""

    website = WebsiteField(label=_("Website"), required=False, max_length=500)
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
    neighbourhoods = forms.ModelMultipleChoiceField(
        Neighbourhood.objects.none(), label=_("Neighbourhoods"), widget=forms.CheckboxSelectMultiple
    )

    # Fields in one line of the page stand in one tuple.
    SECTIONS = (
        ("who", _("Who you are"), (("name",), ("kind",), ("purpose",), ("description",), ("topics",))),
        (
            "place",
            _("Where one finds you"),
            (("neighbourhoods",), ("street", "house_number"), ("postcode", "city"), ("latitude", "longitude")),
        ),
        ("reach", _("How one reaches you"), (("website",), ("email",), ("phone",))),
    )
    sentences = {
        "name": {"required": _("Enter the name of the organisation or initiative.")},
        "neighbourhoods": {"required": _("Choose at least one neighbourhood.")},
        "latitude": {"min_value": _("Latitude goes from -90 to 90."), "max_value": _("Latitude goes from -90 to 90.")},
        "longitude": {
            "min_value": _("Longitude goes from -180 to 180."),
            "max_value": _("Longitude goes from -180 to 180."),
        },
    }

    class Meta:
        model = Actor
        fields = [
            "name",
            "kind",
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
        ]
        labels = {
            "name": _("Name"),
            "kind": _("Kind"),
            "purpose": _("Your purpose in one sentence"),
            "description": _("Description"),
            "topics": _("Topics"),
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
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "purpose": forms.Textarea(attrs={"rows": 2}),
            "description": forms.Textarea(attrs={"rows": 8}),
            "topics": forms.CheckboxSelectMultiple,
            "street": forms.TextInput(attrs={"autocomplete": "address-line1"}),
            "house_number": forms.TextInput(attrs={"autocomplete": "off"}),
            "postcode": forms.TextInput(attrs={"autocomplete": "postal-code"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }

    def __init__(self, *args: Any, own: Sequence[Neighbourhood] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own = list(own)
        self.fields["kind"].choices = kind_choices()
        self.fields["topics"].choices = topic_choices()
        if not self.own:
            del self.fields["neighbourhoods"]
            return
        field = self.fields["neighbourhoods"]
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
        return cleaned

    @property
    def sections(self) -> list[tuple[str, Any, list[list[Any]]]]:
        """The parts of the form as they are shown: short name, heading, and the fields line by line."""
        return [
            (key, heading, [[self[name] for name in line] for line in lines if line[0] in self.fields])
            for key, heading, lines in self.SECTIONS
        ]


class ActorCreateForm(OnceForm, ActorForm):
    """A new actor. Whoever decides on one neighbourhood only need not choose it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(self.own) == 1:
            self.fields["neighbourhoods"].initial = [self.own[0].pk]

    def values(self) -> dict[str, Any]:
        """What the action needs."""
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


class ActorEditForm(MergingForm, ActorForm):
    """Changes of a profile. Neighbourhoods that the person does not decide on are not among the choices and stay."""

    def __init__(self, *args: Any, instance: Actor, own: Sequence[Neighbourhood] = (), **kwargs: Any) -> None:
        lies_in = list(instance.neighbourhoods.all())
        decided = {one.pk for one in own}
        initial = {"neighbourhoods": [one for one in lies_in if one.pk in decided]}
        super().__init__(*args, instance=instance, own=own, initial=initial, **kwargs)
        self.others = [one for one in lies_in if one.pk not in decided]
        if self.others and "neighbourhoods" in self.fields:
            self.fields["neighbourhoods"].required = False
            self.fields["neighbourhoods"].help_text = _(
                "It also lies in %(others)s. Only the organisers there can take it out."
            ) % {"others": ", ".join(one.name for one in self.others)}

    def refuse(self, error: ValidationError) -> None:
        """What the action refused, shown where it belongs."""
        homeless = getattr(error, "code", "") == "homeless" and "neighbourhoods" in self.fields
        self.add_error("neighbourhoods" if homeless else None, error)
