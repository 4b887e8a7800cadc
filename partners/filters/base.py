"""What one can ask a list for. The address carries all of it; what is not understood is named and left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, ClassVar
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

LONGEST_SEARCH = 200
LONGEST_ECHO = 40
LONGEST_NUMBER = 6
MOST_ECHOES = 5
MOST_WITHOUT_SCROLLING = 12
# More groups of boxes than these are folded: the first ones stand open, and those in which something is chosen.
MOST_UNFOLDED, FIRST_OPEN = 5, 2


@dataclass(slots=True)
class Option:
    """One box to tick: what stands in the address, what people read, what the query needs."""

    value: str
    label: str
    key: Any
    chosen: bool = False


def options_of(words: Iterable[tuple[Any, Any]]) -> list[Option]:
    """One box for each of the pairs of a value and its word."""
    return [Option(str(value), str(word), value) for value, word in words]


def one_box(word: Any) -> Callable[[], list[Option]]:
    """For a question with a yes: ticked or not."""
    return lambda: [Option("1", str(word), True)]


def any_of(fits: dict[str, Q], keys: Iterable[str]) -> Q:
    """What fits one of the keys or more."""
    return reduce(or_, (fits[key] for key in keys), Q())


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen filter, and the address of the list without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of boxes in the panel of filters."""

    name: str
    label: str
    options: list[Option]
    is_folded: bool = False

    @property
    def chosen(self) -> int:
        return sum(one.chosen for one in self.options)

    @property
    def is_long(self) -> bool:
        return len(self.options) > MOST_WITHOUT_SCROLLING

    @property
    def boxes(self) -> SafeString:
        """All boxes in one go: sixty of them drawn by a template would take longer than the rows of the list."""
        drawn = []
        for one in self.options:
            value, checked = escape(one.value), " checked" if one.chosen else ""
            drawn.append(
                f'<div class="choice"><input type="checkbox" name="{self.name}" value="{value}" '
                f'id="{self.name}-{value}"{checked}><label for="{self.name}-{value}">{escape(one.label)}</label></div>'
            )
        return SafeString("".join(drawn))


class SearchField(forms.Field):
    widget = forms.TextInput

    def clean(self, value: Any) -> str:
        """One line, without what no database can store, and never longer than anybody types."""
        return " ".join(str(value or "")[: LONGEST_SEARCH * 2].replace("\x00", "").split())[:LONGEST_SEARCH]


class OptionsField(forms.Field):
    """Ticked boxes. `load` says which there are; `unknown` collects values that are none of them."""

    widget = forms.SelectMultiple

    def __init__(self, *, load: Callable[[], Iterable[Option]], yes_no: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.load = load
        self.yes_no = yes_no
        self.unknown: list[str] = []

    @cached_property
    def options(self) -> list[Option]:
        return list(self.load())

    def clean(self, value: Any) -> list[Option]:
        asked = dict.fromkeys(one for one in value or [] if one)
        for option in self.options:
            option.chosen = option.value in asked
        known = {option.value for option in self.options}
        self.unknown = [one for one in asked if one not in known]
        return [option for option in self.options if option.chosen]


class NumberField(forms.Field):
    """A whole number above 0, as the address says it; anything else is named and left out."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unknown: list[str] = []

    def clean(self, value: Any) -> str:
        typed = str(value or "").strip()
        is_number = typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER and int(typed) > 0
        self.unknown = [typed] if typed and not is_number else []
        return str(int(typed)) if is_number else ""


class NumberFilter(django_filters.Filter):
    """Rows that fit a number; `narrow` takes the queryset and the number."""

    field_class = NumberField

    def __init__(self, *, narrow: Callable[[Any, int], Any], **kw: Any) -> None:
        super().__init__(**kw)
        self.narrow = narrow

    def filter(self, qs: Any, value: str) -> Any:
        return self.narrow(qs, int(value)) if value else qs


class SearchFilter(django_filters.Filter):
    field_class = SearchField

    def filter(self, qs: Any, value: str) -> Any:
        return qs.search(value) if value else qs


class OptionsFilter(django_filters.Filter):
    """Rows that fit one of the ticked boxes; `narrow` takes the queryset and the keys of the options."""

    field_class = OptionsField

    def __init__(
        self, *, load: Callable[[], Iterable[Option]], narrow: Callable[[Any, list[Any]], Any], **kw: Any
    ) -> None:
        super().__init__(load=load, **kw)
        self.narrow = narrow

    def filter(self, qs: Any, value: list[Option]) -> Any:
        return self.narrow(qs, [option.key for option in value]) if value else qs


class ListFilter(django_filters.FilterSet):
    """The filters of a list, with all that a page says about them.

    The form is never drawn by Django: a page with a hundred boxes would spend more time on them than on the rows.
    """

    # How many groups of boxes stand open where there are many.
    FIRST_OPEN: ClassVar[int] = FIRST_OPEN

    @cached_property
    def form(self) -> forms.Form:
        """Only to understand what was asked. Made by hand, because a form class of its own for each request costs more."""
        form = forms.Form(self.data)
        form.fields = {name: one.field for name, one in self.filters.items()}
        return form

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What was understood, by the name in the address."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def search_text(self) -> str:
        return str(self.asked.get("q", ""))

    @property
    def chosen(self) -> int:
        """How many boxes are ticked, and numbers typed."""
        numbers = sum(bool(typed) for _name, _label, typed in self.numbers)
        return numbers + sum(len(value) for value in self.asked.values() if not isinstance(value, str))

    @property
    def facets(self) -> list[Facet]:
        """The groups of boxes. A single box to tick stays away, unless it is a question of its own (`yes_no`)."""
        self.form.is_valid()
        shown = [
            Facet(name, str(field.label), field.options)
            for name, field in self.form.fields.items()
            if isinstance(field, OptionsField) and (len(field.options) > 1 or (field.options and field.yes_no))
        ]
        if len(shown) > MOST_UNFOLDED:
            return [
                replace(one, is_folded=place >= self.FIRST_OPEN and not one.chosen) for place, one in enumerate(shown)
            ]
        return shown

    @property
    def numbers(self) -> list[tuple[str, str, str]]:
        """The numbers that one can type: name, label and what was typed."""
        return [
            (name, str(field.label), str(self.asked.get(name, "")))
            for name, field in self.form.fields.items()
            if isinstance(field, NumberField)
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the address says besides the filters, such as the way in which a list is shown."""
        return []

    @property
    def bare_query(self) -> str:
        """The address without any filter."""
        return urlencode(self.kept)

    @cached_property
    def parameters(self) -> list[tuple[str, str]]:
        """The query of the address, without anything that was not understood."""
        pairs: list[tuple[str, str]] = []
        for name, value in self.asked.items():
            pairs += [(name, value)] if isinstance(value, str) else [(name, option.value) for option in value]
        return pairs

    def query(self, without: tuple[str, str] | None = None) -> str:
        asked = QueryDict(mutable=True)
        for name, value in self.parameters:
            if (name, value) != without:
                asked.appendlist(name, value)
        return "&".join(filter(None, [self.bare_query, asked.urlencode()]))

    @property
    def chips(self) -> list[Chip]:
        """Every chosen filter, to be taken away one by one."""
        labels = {
            (name, option.value): option.label
            for name, value in self.asked.items()
            if not isinstance(value, str)
            for option in value
        }
        return [
            Chip(
                label=labels.get(pair) or self.label_of(*pair),
                href=f"?{self.query(without=pair)}",
            )
            for pair in self.parameters
        ]

    def label_of(self, name: str, value: str) -> str:
        """What the link says that takes away what was typed."""
        return gettext("“%(text)s”") % {"text": value}

    @property
    def unknown(self) -> list[tuple[str, str]]:
        """Values that no filter knows, each with the name of the filter, shortened; not more than anybody reads."""
        self.form.is_valid()
        found = [
            (str(field.label), Truncator(one.replace("\x00", "")).chars(LONGEST_ECHO))
            for field in self.form.fields.values()
            for one in getattr(field, "unknown", ())[:MOST_ECHOES]
        ]
        return found[:MOST_ECHOES]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked)
