"""The history in words: who did what, and when, as sentences that a neighbour understands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from partners.actions.wordings import Piece, compared
from partners.days import clock, moment, spoken
from partners.models import HistoryEntry, Kept, language_name
from partners.models.hours import in_one_sentence

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person

# From this length on two wordings are compared word by word instead of being read one after the other.
LONG = 60
BULKY = 240

type Raw = dict[str, Any]
type Row = tuple[str, int]
What = HistoryEntry.What


@dataclass(slots=True)
class Change:
    """One field: what it said before and after, or what was added to it and taken out of it."""

    label: str
    before: str = ""
    after: str = ""
    came: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def is_tie(self) -> bool:
        return bool(self.came or self.gone)

    @property
    def is_bulky(self) -> bool:
        return len(self.before) > BULKY or len(self.after) > BULKY


@dataclass(slots=True)
class Line:
    """What somebody did to one row in one go."""

    row: Row
    sentence: str
    what: str
    changes: list[Change]
    # The first line of the history that stands for it: before that, the row said what can be brought back.
    first: int
    is_offered: bool = False


@dataclass(slots=True)
class Telling:
    """What somebody did in one go."""

    at: datetime
    who: str
    occasion: str
    lines: list[Line]

    @property
    def clock(self) -> str:
        return clock(self.at)


def model_of(name: str) -> type[Kept] | None:
    """None for a model that the portal does not have any more."""
    try:
        return apps.get_model(name)
    except LookupError:
        return None


def merged(entries: Iterable[HistoryEntry]) -> Raw:
    """What several lines of one row come to, the oldest first; what was undone in between is not told."""
    values: Raw = {}
    for entry in entries:
        for key, told in entry.values.items():
            values[key] = _joined(values.get(key), told)
    return {key: told for key, told in values.items() if told and told != [None, None] and not _is_same(told)}


def told_of(row: Row, entries: Iterable[HistoryEntry]) -> Raw:
    """Without the tie of a part to its thing: the reader knows where she is."""
    part_of = getattr(model_of(row[0]), "PART_OF", "")
    return {key: told for key, told in merged(entries).items() if key != f"{part_of}_id"}


def _joined(earlier: Any, later: Any) -> Any:
    if earlier is None:
        return later
    if isinstance(later, list):
        return [earlier[0], later[1]]
    came, gone = set(earlier.get("+", [])), set(earlier.get("-", []))
    plus, minus = set(later.get("+", [])), set(later.get("-", []))
    ends = {"+": sorted((came - minus) | (plus - gone)), "-": sorted((gone - plus) | (minus - came))}
    return {sign: keys for sign, keys in ends.items() if keys}


def _is_same(told: Any) -> bool:
    return isinstance(told, list) and told[0] == told[1]


class Words:
    """Looks up once, for many lines, how the rows are called that they name."""

    def __init__(self, user: Person | AnonymousUser) -> None:
        self.user = user
        self.names: dict[Row, Any] = {}
        self.labels: dict[type[models.Model], dict[int, str]] = {}

    def learn(self, rows: Iterable[tuple[Row, Raw]], *, of: str) -> None:
        rows = list(rows)
        self._learn_names({row for row, _ in rows if row[0] != of}, rows)
        called_after = {part for row in self.names if (part := self._called_after(row))}
        self._learn_names(called_after, rows)
        rows += [(part, {}) for part in called_after]
        keys: dict[type[models.Model], set[int]] = defaultdict(set)
        for (name, pk), values in rows:
            model = model_of(name)
            for key, told in values.items():
                column = field_of(model, key)
                if column is not None and column.is_relation:
                    keys[column.related_model].update(_keys_in(told))
            if model and (name, pk) in self.names:
                named_by = model._meta.get_field(model.NAMED_BY)
                if named_by.is_relation:
                    keys[named_by.related_model].add(self.names[name, pk])  # type: ignore[index]
        for related, wanted in keys.items():
            self.labels[related] = self._labels_of(related, wanted)

    def _learn_names(self, wanted: set[Row], rows: list[tuple[Row, Raw]]) -> None:
        """How each part is called: by the row itself, or if it is gone by the line that says so."""
        for name, group in groupby(sorted(wanted), key=lambda row: row[0]):
            if model := model_of(name):
                keys = [pk for _, pk in group]
                attname = model._meta.get_field(model.NAMED_BY).attname  # type: ignore[union-attr]
                here = dict(model._base_manager.filter(pk__in=keys).values_list("pk", attname))
                self.names |= {(name, pk): called for pk, called in here.items()}
                self._learn_gone(name, set(keys) - here.keys(), attname)

    def _called_after(self, row: Row) -> Row | None:
        """The part that another part is named by, a side of which there is a quotation: it may be gone as well."""
        model = model_of(row[0])
        related: Any = model._meta.get_field(model.NAMED_BY).related_model if model else None
        return (related._meta.label_lower, self.names[row]) if getattr(related, "PART_OF", "") else None

    def _learn_gone(self, name: str, keys: set[int], attname: str) -> None:
        if not keys:
            return
        for entry in HistoryEntry.objects.filter(row=name, row_id__in=keys, what=What.REMOVED):
            if attname in entry.values:
                self.names[name, entry.row_id] = entry.values[attname][0]

    def _labels_of(self, model: Any, keys: set[int]) -> dict[int, str]:
        """Only of what this person may see."""
        rows = model._default_manager.all()
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(self.user)
        rows = (
            rows.filter(pk__in=keys).prefetch_related(*getattr(model, "LABELLED_BY", ())).fetch_mode(models.FETCH_PEERS)
        )
        return {row.pk: str(getattr(row, "label", row)) for row in rows}

    def name_of(self, row: Row) -> str:
        model, called = model_of(row[0]), self.names.get(row)
        if model is None or called is None:
            return ""
        if part := self._called_after(row):
            return self.name_of(part)
        return self.said(model._meta.get_field(model.NAMED_BY), called)

    def change_of(self, model: type[models.Model] | None, key: str, told: Any) -> Change:
        column = field_of(model, key)
        label = str(column.verbose_name) if column is not None else key
        if isinstance(told, dict):
            came, gone = (self._all(column, told.get(sign, [])) for sign in ("+", "-"))
            return Change(capfirst(label), came=came, gone=gone)
        before, after = (self.said(column, raw) for raw in told)
        if before == after and isinstance(column, models.FileField):
            after = gettext("another picture")
        if before == after and isinstance(column, models.TextField):  # the same, written in another way
            before, after = (str(raw or "") for raw in told)
        pieces = compared(before, after) if before and after and max(len(before), len(after)) > LONG else []
        return Change(capfirst(label), before, after, pieces=pieces)

    def _all(self, column: Any, keys: list[int]) -> list[str]:
        return sorted(self.said(column, key) for key in keys)

    def said(self, column: Any, raw: Any) -> str:
        """What a stored value says to a reader; nothing where nothing was said."""
        if raw is None or raw in ("", []):
            return ""
        if column is None:
            return str(raw)
        if column.is_relation:
            return self.labels.get(column.related_model, {}).get(raw, gettext("(not to be seen)"))
        if column.flatchoices:
            return str(dict(column.flatchoices).get(raw, raw))
        return _in_words(column, raw)


def _keys_in(told: Any) -> Iterator[int]:
    ends = told if isinstance(told, list) else [*told.get("+", []), *told.get("-", [])]
    return (key for key in ends if key is not None)


def _in_words(column: Any, raw: Any) -> str:
    if column.name == "languages":
        return ", ".join(language_name(code) for code in raw)
    if column.name == "opening_hours":
        return in_one_sentence(raw) or str(raw)
    for kind, say in SAYINGS.items():
        if isinstance(column, kind):
            return say(raw)
    return str(raw)


SAYINGS: dict[type[models.Field[Any, Any]], Callable[[Any], str]] = {
    models.FileField: lambda raw: gettext("picture"),
    models.BooleanField: lambda raw: gettext("yes") if raw else gettext("no"),
    models.DecimalField: lambda raw: number_format(format(Decimal(str(raw)).normalize(), "f")),
    models.IntegerField: number_format,
    models.DateTimeField: lambda raw: moment(parse_datetime(str(raw))),
    models.DateField: lambda raw: spoken(parse_date(str(raw))),
}


def field_of(model: type[models.Model] | None, key: str) -> Any:
    """None for a field that the portal does not have any more."""
    if model is None:
        return None
    try:
        return model._meta.get_field(key)
    except FieldDoesNotExist:
        return None


def tell(entries: Iterable[HistoryEntry], *, of: models.Model, user: Person | AnonymousUser) -> list[Telling]:
    """Lines of the history of one thing, the latest first, in words; what was done in one go stands together."""
    subject = of._meta.label_lower
    acts = [list(group) for _, group in groupby(entries, key=lambda entry: entry.act)]
    read = [(act, _rows_of(act)) for act in acts]
    words = Words(user)
    words.learn(((row, told_of(row, lines)) for _, rows in read for row, lines in rows.items()), of=subject)
    return [
        Telling(
            at=act[0].at,
            who=who_did(act[0]),
            occasion=occasion_of(act[0]),
            lines=[line for row, lines in rows.items() if (line := _line_of(row, lines, words, of=subject))],
        )
        for act, rows in read
    ]


def _rows_of(act: list[HistoryEntry]) -> dict[Row, list[HistoryEntry]]:
    rows: dict[Row, list[HistoryEntry]] = {}
    for entry in reversed(act):
        rows.setdefault((entry.row, entry.row_id), []).append(entry)
    return rows


def _line_of(row: Row, entries: list[HistoryEntry], words: Words, *, of: str) -> Line | None:
    happened = {entry.what for entry in entries}
    what = next(one for one in (What.REMOVED, What.CREATED, What.CHANGED) if one in happened)
    model = model_of(row[0])
    changes = [words.change_of(model, key, told) for key, told in told_of(row, entries).items()]
    if what == What.CHANGED and not changes:
        return None
    is_part = row[0] != of
    called = words.name_of(row) if is_part else ""
    kind = capfirst(str(model._meta.verbose_name)) if model else row[0]
    thing = gettext("%(kind)s “%(name)s”") % {"kind": kind, "name": called} if called else kind
    return Line(row, SENTENCES[what, is_part]() % {"thing": thing}, what, changes, entries[0].pk)


SENTENCES = {
    (What.CREATED, False): lambda: gettext("Everything was entered for the first time."),
    (What.CHANGED, False): lambda: gettext("Details changed"),
    (What.REMOVED, False): lambda: gettext("%(thing)s: deleted"),
    (What.CREATED, True): lambda: gettext("%(thing)s: newly entered"),
    (What.CHANGED, True): lambda: gettext("%(thing)s: changed"),
    (What.REMOVED, True): lambda: gettext("%(thing)s: removed"),
}


def who_did(entry: HistoryEntry) -> str:
    if entry.by is not None:
        return str(entry.by)
    if entry.occasion == HistoryEntry.Occasion.LINK:
        return entry.detail
    return gettext("A deleted account") if entry.by_id else gettext("The portal itself")


def occasion_of(entry: HistoryEntry) -> str:
    """On which occasion something was written, if it was no plain editing."""
    if entry.occasion == HistoryEntry.Occasion.IMPORT:
        return gettext("Import of the file “%(file)s”") % {"file": entry.detail}
    if entry.occasion == HistoryEntry.Occasion.RESTORED:
        return gettext("Version until %(moment)s brought back") % {"moment": moment(parse_datetime(entry.detail))}
    if entry.occasion == HistoryEntry.Occasion.MERGED:
        return gettext("Merged with “%(name)s”") % {"name": entry.detail}
    if entry.occasion == HistoryEntry.Occasion.PARTED:
        return gettext("Merge with “%(name)s” undone") % {"name": entry.detail}
    if entry.occasion == HistoryEntry.Occasion.LINK:
        return gettext("By the link in a mail, without an account")
    return ""
