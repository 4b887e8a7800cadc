"""What is asked of an offer or a need: the same fields, in words of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.forms.channels import CountField
from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.quantities import NO_QUANTITY, QuantityField, category_choices
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import LONGEST, UNIT_OF, VALID_FOR, Listing, Offer, ResourceCategory, Visibility
from partners.models.listings import LARGEST_AREA, MOST_PERSONS
from partners.models.profiles import Profile

ROOMS_ONLY = _("This is asked of rooms only. Empty it, or choose “Rooms and spaces” above.")
NUMBER = _("Write a number above 0, for example 30.")
TIMES = ("has_mornings", "has_afternoons", "has_evenings", "has_weekends")


def truth(value: str) -> bool:
    return value == "True"


@dataclass(frozen=True, slots=True)
class FormPart:
    """A heading with the lines below it; fields that stand beside each other are one line."""

    key: str
    heading: Any
    lines: list[list[BoundField]]
    # Of times of the day: one question in several boxes.
    boxes: list[BoundField]
    # Shown only while the category is that of rooms; never hidden when it holds something that must be mended.
    is_for_rooms: bool = False


class ListingForm(PlainWords, forms.ModelForm):
    category = forms.ChoiceField(label=_("What kind is it?"), choices=category_choices)
    quantity = QuantityField(
        label=_("How much?"),
        required=False,
        help_text=_(
            "In the unit that stands behind the kind, for example hours or pieces. Leave it empty if it is open."
        ),
    )
    is_free = forms.TypedChoiceField(label="", choices=[], coerce=truth, widget=forms.RadioSelect)
    persons = CountField(label="", required=False, min_value=1, max_value=MOST_PERSONS)
    area = CountField(
        label=_("Area"),
        required=False,
        min_value=1,
        max_value=LARGEST_AREA,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "data-unit": "m²"}),
    )
    step_free = forms.ChoiceField(label="", choices=Profile.StepFree.choices, required=False, widget=forms.RadioSelect)
    visibility = forms.ChoiceField(
        label=_("Who shall see it?"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        initial=Visibility.PUBLIC.value,
    )
    valid_until = DayField(
        label=_("Until when does it hold?"),
        help_text=_(
            "At most a year ahead. You are reminded by mail and renew it with one click. For example 20.1.2027"
        ),
    )

    sentences = {
        "category": {"required": _("Choose what kind it is.")},
        "title": {"required": _("Say in a few words what it is.")},
        "is_free": {"required": _("Say whether it is free of charge.")},
        "persons": {"min_value": NUMBER, "invalid": NUMBER},
        "area": {"min_value": NUMBER, "invalid": _("Write a whole number, without decimals, for example 30.")},
        "valid_until": {"required": _("Enter a day, for example 20.1.2027.")},
    }
    LABELS: dict[str, Any] = {}
    HINTS: dict[str, Any] = {}
    FREE: list[tuple[str, Any]] = []
    STEP_FREE: list[tuple[str, Any]] = [*Profile.StepFree.choices]
    NO_CONDITIONS: Any = ""

    class Meta:
        fields = [
            *("category", "title", "description", "quantity", *Listing.ROOM_FIELDS, "availability", *TIMES),
            *("is_free", "conditions", "visibility", "valid_until"),
        ]
        labels = {
            "description": _("Description"),
            "equipment": _("Equipment"),
            "room_hours": _("At which hours?"),
            "availability": _("When, in your words?"),
            "has_mornings": _("in the morning"),
            "has_afternoons": _("in the afternoon"),
            "has_evenings": _("in the evening"),
            "has_weekends": _("at weekends"),
        }
        help_texts = {
            "equipment": _("For example: tables and chairs, projector, kitchen, toilet for wheelchairs."),
            "room_hours": _("For example: Monday to Friday from 18 to 22."),
            "availability": _("For example: from March on, on two evenings a month."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            **{
                name: forms.Textarea(attrs={"rows": 2})
                for name in ("equipment", "room_hours", "availability", "conditions")
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.LABELS.items():
            self.fields[name].label = label
        for name, hint in self.HINTS.items():
            self.fields[name].help_text = hint
        self.fields["is_free"].choices = self.FREE
        # What was stored in other ways stays an answer.
        stored = [one for one in Profile.StepFree.choices if one[0] == self.instance.step_free]
        asked = dict(self.STEP_FREE)
        self.fields["step_free"].choices = [*self.STEP_FREE, *(one for one in stored if one[0] not in asked)]

    @property
    def parts(self) -> list[FormPart]:
        def lines(*names: tuple[str, ...]) -> list[list[BoundField]]:
            return [[self[name] for name in line] for line in names]

        return [
            FormPart("was", _("What it is"), lines(("category",), ("title",), ("description",), ("quantity",)), []),
            FormPart(
                "raum",
                _("About the room"),
                lines(("persons", "area"), ("step_free",), ("equipment",), ("room_hours",)),
                [],
                is_for_rooms=not any(self[name].errors for name in Listing.ROOM_FIELDS),
            ),
            FormPart("wann", _("When"), lines(("availability",)), [self[name] for name in TIMES]),
            FormPart("bedingungen", _("On what terms"), lines(("is_free",), ("conditions",)), []),
            FormPart("sichtbarkeit", _("Who sees it, and how long"), lines(("visibility",), ("valid_until",)), []),
        ]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_valid_until(self) -> Any:
        day, today = self.cleaned_data["valid_until"], timezone.localdate()
        if day > today + LONGEST:
            raise ValidationError(
                _("This is more than a year ahead. You can renew it later, again and again."), code="far"
            )
        if day < today and ("valid_until" in self.changed_data or self.instance.pk is None):
            raise ValidationError(_("This day has passed. Enter a later one."), code="past")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        category = cleaned.get("category")
        if category and not UNIT_OF[category] and cleaned.get("quantity") is not None:
            label = ResourceCategory(category).label
            self.add_error("quantity", ValidationError(NO_QUANTITY, code="unit", params={"category": label}))
        if category and category != ResourceCategory.ROOMS:
            for name in Listing.ROOM_FIELDS:
                if cleaned.get(name) not in (None, ""):
                    self.add_error(name, ValidationError(ROOMS_ONLY, code="rooms"))
        if cleaned.get("is_free") is False and not cleaned.get("conditions") and "conditions" not in self.errors:
            self.add_error("conditions", ValidationError(self.NO_CONDITIONS, code="conditions"))
        return cleaned

    def validate_constraints(self) -> None:
        """Where it is written, once the unit is known."""


class ListingCreateForm(OnceForm, ListingForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("valid_until", timezone.localdate() + VALID_FOR)
        self.initial["is_free"] = None


class ListingEditForm(MergingForm, ListingForm):
    pass


class OfferWords:
    """What is asked of an offer, in its words."""

    LABELS = {
        "title": _("What do you offer?"),
        "is_free": _("Is it free of charge?"),
        "conditions": _("What do you ask for it?"),
        "persons": _("For how many persons?"),
        "step_free": _("Can one get in without steps?"),
    }
    HINTS = {
        "title": _("In a few words, for example: reading room with 30 chairs."),
        "description": _("What others can do with it, and what they should know before they ask."),
        "conditions": _(
            "In words, for example: clean up afterwards, a deposit for the key, a word in your newsletter."
        ),
    }
    FREE = [("True", _("yes, free of charge")), ("False", _("no, something is asked for it"))]
    NO_CONDITIONS = _("Say in a few words what you ask for it, or choose “free of charge”.")


class OfferCreateForm(OfferWords, ListingCreateForm):
    class Meta(ListingForm.Meta):
        model = Offer


class OfferEditForm(OfferWords, ListingEditForm):
    class Meta(ListingForm.Meta):
        model = Offer
