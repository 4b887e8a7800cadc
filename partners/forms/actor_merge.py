"""Two entries side by side: of each thing in which they differ one says which of the two is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.formats import localize
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.forms.sections import SECTIONS
from partners.forms.wording import PlainWords
from partners.models import Actor, language_name
from partners.models.twins import plain_phone

KEPT, GONE = "bleibt", "andere"
# What belongs together comes from one side.
TOGETHER: dict[str, tuple[Any, tuple[str, ...]]] = {
    "street": (
        _("address"),
        ("street", "house_number", "postcode", "city", "latitude", "longitude", "is_address_public"),
    ),
    "step_free": (_("step-free access"), ("step_free", "accessibility")),
    "logo": (_("logo"), ("logo", "logo_alt")),
    "capacity": (_("capacity"), ("capacity", "resting_until")),
}
# The address of the page stays with the entry that stays.
NO_CHOICE = {"id", "slug"}


@dataclass(frozen=True)
class Said:
    """What one side says of a thing: one line a field."""

    value: str
    lines: list[str]
    is_chosen: bool

    @property
    def is_empty(self) -> bool:
        return not self.lines


@dataclass(frozen=True)
class Pair:
    """A thing of which the two entries say something different."""

    name: str
    label: Any
    kept: Said
    gone: Said
    error: str = ""

    @property
    def sides(self) -> tuple[Said, Said]:
        return self.kept, self.gone

    @property
    def is_disputed(self) -> bool:
        """Both say something. Otherwise there is little to decide: the one that says something is chosen."""
        return not (self.kept.is_empty or self.gone.is_empty) or bool(self.error)


def columns() -> dict[str, tuple[Any, tuple[str, ...]]]:
    """Every column that people fill in, in the order of the profile; what belongs together under its first one."""
    editable = {one.name: one for one in Actor._meta.concrete_fields if one.editable and one.name not in NO_CHOICE}
    named = [name for section in SECTIONS.values() for name in section.fields if name in editable]
    bound = {name for _label, names in TOGETHER.values() for name in names}
    found: dict[str, tuple[Any, tuple[str, ...]]] = {}
    for name in dict.fromkeys([*named, *editable]):
        if name in TOGETHER:
            found[name] = TOGETHER[name]
        elif name not in bound:
            found[name] = (editable[name].verbose_name, (name,))
    return found


def _called(carrier: Actor) -> str:
    return carrier.name if carrier.is_public else gettext("(not to be seen)")


# Whose value says something else than itself.
IN_WORDS: dict[str, Callable[[Any], str]] = {
    "is_address_public": lambda public: "" if public else gettext("Only the neighbourhood and the town are public."),
    "languages": lambda codes: ", ".join(language_name(code) for code in codes),
    "logo": lambda file: gettext("has a logo") if file else "",
    "parent": lambda carrier: "" if carrier is None else _called(carrier),
}


def in_words(actor: Actor, name: str) -> str:
    """What a column says; empty where it says nothing."""
    column: Any = Actor._meta.get_field(name)
    value = getattr(actor, name)
    if name in IN_WORDS:
        return IN_WORDS[name](value)
    if column.choices:
        return str(getattr(actor, f"get_{name}_display")()) if value else ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return "" if value in (None, "") else str(value if column.is_relation else localize(value))


def same(kept: Actor, gone: Actor, names: tuple[str, ...]) -> bool:
    """One phone number is written in many ways: nobody has to choose between them."""
    if names == ("phone",) and (number := plain_phone(kept.phone)):
        return number == plain_phone(gone.phone)
    return all(getattr(kept, name) == getattr(gone, name) for name in names)


class ActorMergeForm(PlainWords, forms.Form):
    """One choice for each thing in which the two differ, and what the person saw of both."""

    seen_kept = forms.CharField(widget=forms.HiddenInput)
    seen_gone = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kept: Actor, gone: Actor, **kwargs: Any) -> None:
        self.kept, self.gone = kept, gone
        self.differing = {key: one for key, one in columns().items() if not same(kept, gone, one[1])}
        super().__init__(*args, **kwargs)
        self.initial |= {"seen_kept": kept.stamp, "seen_gone": gone.stamp}
        for key, (label, names) in self.differing.items():
            says_nothing = not lines_of(kept, names) and lines_of(gone, names)
            self.fields[key] = forms.ChoiceField(
                label=label, choices=[(KEPT, ""), (GONE, "")], initial=GONE if says_nothing else KEPT, required=False
            )

    @cached_property
    def agreed(self) -> list[Any]:
        """What both say alike, by name."""
        alike = columns().items() - self.differing.items()
        return [
            label
            for key, (label, names) in columns().items()
            if (key, (label, names)) in alike and lines_of(self.kept, names)
        ]

    @property
    def disputed(self) -> list[Pair]:
        return [pair for pair in self.pairs() if pair.is_disputed]

    @property
    def said_once(self) -> list[Pair]:
        return [pair for pair in self.pairs() if not pair.is_disputed]

    def pairs(self) -> Iterator[Pair]:
        for key, (label, names) in self.differing.items():
            chosen = self[key].value() or KEPT
            kept, gone = (
                Said(value, lines_of(actor, names), chosen == value)
                for actor, value in ((self.kept, KEPT), (self.gone, GONE))
            )
            yield Pair(key, label, kept, gone, " ".join(self.errors.get(key, ())) if self.is_bound else "")

    def taken(self) -> list[str]:
        """The columns that come from the entry that goes."""
        chosen = (names for key, (_label, names) in self.differing.items() if self.cleaned_data.get(key) == GONE)
        return [name for names in chosen for name in names]

    @property
    def seen(self) -> tuple[str, str]:
        return self.cleaned_data["seen_kept"], self.cleaned_data["seen_gone"]


def lines_of(actor: Actor, names: tuple[str, ...]) -> list[str]:
    return [line for line in (in_words(actor, name) for name in names) if line]
