"""From rows to actors: every row is cleaned by itself, then rows that speak of the same actor become one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from django.utils.translation import gettext as _

from partners.models import ActorKind, Neighbourhood, Topic, normalise
from quartier.imports import values
from quartier.imports.mapping import PLACEHOLDER, VOCABULARIES, Column, ListMapping, plain_title
from quartier.imports.report import Report
from quartier.imports.values import UnusableError

type Values = dict[str, Any]

ADDRESS = ("street", "house_number", "postcode", "city")
PLACE = ("latitude", "longitude")
# Which fields of the actor a column speaks of, where they are not just the one of the same name.
SPREAD = {
    "about": ("purpose", "description"),
    "street_line": ("street", "house_number"),
    "town_line": ("postcode", "city"),
    "address": ADDRESS,
}
LONGEST_DESCRIPTION = 20_000
EMPTY_BRACKETS = re.compile(r"\s*\(\s*\)")


# The words of vocabularies come again and again.
normal = lru_cache(maxsize=4096)(normalise)


class NotARowError(Exception):
    """The row cannot become an actor. The message says why."""


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """The words that lists may use for kinds, topics and Quartiere: names in both languages, and short names."""

    words: dict[str, dict[str, str]]

    @classmethod
    def load(cls, neighbourhood: Neighbourhood) -> Vocabularies:
        words: dict[str, dict[str, str]] = {"kind": {}, "topics": {}, "neighbourhood": {}}
        for name, model in (("kind", ActorKind), ("topics", Topic)):
            for word in model.objects.all():
                words[name] |= {normalise(text): word.slug for text in (word.slug, word.name, word.name_en) if text}
        for quartier in Neighbourhood.objects.order_by("pk"):
            same_name = normalise(quartier.name)
            if same_name not in words["neighbourhood"] or quartier.city == neighbourhood.city:
                words["neighbourhood"][same_name] = quartier.slug
            words["neighbourhood"][quartier.slug] = quartier.slug
        return cls(words)

    def slug(self, field_name: str, word: str) -> str | None:
        return self.words[field_name].get(normal(word))


@dataclass(slots=True)
class Row:
    """One row, cleaned. A field that is missing in `values` is one about which the row says nothing that can be used."""

    number: int
    key: str
    values: Values
    paragraphs: list[str] = field(default_factory=list)
    slug: str = ""
    seen: str = ""


class RowCleaner:
    """Cleans the rows of one list."""

    def __init__(
        self,
        mapping: ListMapping,
        header: Sequence[Any],
        *,
        neighbourhood: Neighbourhood,
        vocabularies: Vocabularies,
        report: Report,
        is_text: bool,
    ) -> None:
        self.mapping, self.report, self.is_text = mapping, report, is_text
        self.neighbourhood, self.vocabularies = neighbourhood, vocabularies
        self.width = len(header)
        first: dict[str, int] = {}
        for index, title in enumerate(header):
            first.setdefault(plain_title(title), index)
        self.positions = {title: first[plain_title(title)] for title in mapping.titles}
        self.unused = self._unused(header)

    def _unused(self, header: Sequence[Any]) -> list[str]:
        used = {plain_title(title) for title in self.mapping.titles}
        return [values.tidy(title) for title in header if plain_title(title) and plain_title(title) not in used]

    def clean(self, number: int, cells: Sequence[Any]) -> Row:
        """The row; raises `NotARowError` when it cannot become an actor, and reports every cell that cannot be used."""
        self._check_width(number, cells)
        row = Row(number, "", {})
        for column in self.mapping.columns:
            self._take(row, column, self._cell(cells, column.title))
        for name, text in self.mapping.constants.items():
            if not any(row.values.get(part) for part in SPREAD.get(name, (name,))):
                self._take(row, Column(f"constants.{name}", name, separator="," if name == "topics" else ""), text)
        self._add_templates(row, cells)
        self._check_place(row)
        if not row.values.get("name"):
            raise NotARowError(_("has no name that can be stored."))
        row.values["neighbourhoods"] = row.values.pop("neighbourhood", None) or [self.neighbourhood.slug]
        row.slug, row.seen = row.values.pop("slug", ""), row.values.pop("seen", "")
        row.key = f"/akteure/{row.slug}/" if row.slug else self._key(cells)
        return row

    def _cell(self, cells: Sequence[Any], title: str) -> Any:
        index = self.positions[title]
        return cells[index] if index < len(cells) else None

    def _check_width(self, number: int, cells: Sequence[Any]) -> None:
        if any(values.tidy(cell) for cell in cells[self.width :]):
            raise NotARowError(
                _(
                    "has {count} cells, the header has {width}: a separator stands in a text without quotation marks."
                ).format(count=len(cells), width=self.width)
            )
        if self.is_text and len(cells) < self.width:
            self.report.hint(number, _("has fewer cells than the header; perhaps a line break divides it."))

    def _key(self, cells: Sequence[Any]) -> str:
        key = " | ".join(normalise(values.tidy(self._cell(cells, title))) for title in self.mapping.key)
        if not key.strip(" |"):
            raise NotARowError(
                _("has nothing in {columns}, which tells actors apart.").format(
                    columns=", ".join(values.quoted(title) for title in self.mapping.key)
                )
            )
        return key if len(key) <= 200 else f"{key[:150]}#{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    # one cell

    def _take(self, row: Row, column: Column, cell: Any) -> None:
        fields = SPREAD.get(column.target, (column.target,))
        text = values.tidy(cell, lines=column.target in {"about", "description", "address"})
        try:
            found = self._understood(row, column, text, cell) if text and not values.is_placeholder(text) else {}
        except UnusableError as error:
            self.report.cell(row.number, column.title, values.as_text(cell), str(error))
            return
        if remark := values.damage(cell):
            self.report.hint(row.number, remark, column=column.title, value=values.as_text(cell))
        for name in fields:
            value = found.get(name, "")
            if value or name not in row.values:
                row.values[name] = value

    def _understood(self, row: Row, column: Column, text: str, cell: Any) -> Values:
        if values.SPREADSHEET_ERROR.fullmatch(text):
            raise UnusableError(_("is an error of the spreadsheet"))
        if column.target in VOCABULARIES:
            return {column.target: self._words(row, column, text)}
        if column.target == "about":
            limit = values.actor_field("purpose").max_length or len(text)
            purpose, rest = values.split_about(text, limit=limit)
            row.paragraphs += [rest] if rest else []
            return {"purpose": purpose}
        if column.target == "description":
            row.paragraphs.append(text)
            return {}
        if column.target == "postcode":
            is_number = isinstance(cell, int | float) and not isinstance(cell, bool)
            return {"postcode": values.postcode(text, country=self.mapping.country, is_number=is_number)}
        if column.target in SPREAD:
            return self._split(column.target)(text)
        return {column.target: SINGLE[column.target](text)}

    def _split(self, name: str) -> Callable[[str], dict[str, str]]:
        if name == "street_line":
            return values.split_street
        return partial(values.split_town if name == "town_line" else values.split_address, country=self.mapping.country)

    def _words(self, row: Row, column: Column, text: str) -> Any:
        """The words of a vocabulary that the cell means. One that is not in it is reported, or stops the row."""
        whole = self.vocabularies.slug(column.target, text)
        slugs = [whole] if whole and normal(text) not in column.values else []
        for word in column.translated(text) if not slugs else ():
            slug = self.vocabularies.slug(column.target, word)
            if slug:
                slugs.append(slug)
            else:
                self._unknown_word(row, column, word)
        if column.target == "kind":
            return slugs[0] if slugs else ""
        return sorted(set(slugs))

    def _unknown_word(self, row: Row, column: Column, word: str) -> None:
        reason = {
            "kind": _("is no kind of actor in this portal"),
            "topics": _("is no topic in this portal"),
            "neighbourhood": _("is no Quartier of this portal"),
        }[column.target]
        if column.unknown == "fault":
            raise NotARowError(f"{values.quoted(word)} {reason}.")
        if column.unknown == "ignore":
            return
        if column.target == "neighbourhood":
            reason = _("is no Quartier of this portal; “{name}” stands in").format(name=self.neighbourhood.name)
        self.report.cell(row.number, column.title, word, reason)

    # several cells

    def _add_templates(self, row: Row, cells: Sequence[Any]) -> None:
        """Paragraphs made of several cells; one in which every cell is blank is left out."""
        for template in self.mapping.description:
            said = {title: values.tidy(self._cell(cells, title)) for title in PLACEHOLDER.findall(template)}
            row.values.setdefault("description", "")
            if any(text and not values.is_placeholder(text) for text in said.values()):
                parts = PLACEHOLDER.split(template)  # text, title, text, title, … text
                text = "".join(said[part] if index % 2 else part for index, part in enumerate(parts))
                row.paragraphs.append(EMPTY_BRACKETS.sub("", text).strip(" \n:;,–|-"))

    def _check_place(self, row: Row) -> None:
        """Latitude and longitude belong together and lie where the list can lie."""
        titles = [column.title for column in self.mapping.columns if column.target in PLACE]
        said = [row.values.pop(name, None) for name in PLACE]
        if all(isinstance(number, Decimal) for number in said):
            try:
                latitude, longitude, swapped = values.place(said[0], said[1], area=self.mapping.area)
            except UnusableError as error:
                self.report.cell(row.number, " / ".join(titles), f"{said[0]}, {said[1]}", str(error))
                return
            if swapped:
                remark = _("are latitude and longitude the wrong way round; taken the right way round.")
                self.report.hint(row.number, remark, column=" / ".join(titles), value=f"{said[0]}, {said[1]}")
            row.values |= {"latitude": str(latitude), "longitude": str(longitude)}
        elif said == ["", ""]:
            row.values |= {"latitude": "", "longitude": ""}
        elif any(isinstance(number, Decimal) for number in said) and None not in said:
            self.report.cell(row.number, " / ".join(titles), str(said[0] or said[1]), _("stands alone"))


SINGLE: dict[str, Callable[[str], Any]] = {
    "email": values.email,
    "phone": values.phone,
    "website": values.website,
    "latitude": values.degrees,
    "longitude": values.degrees,
    "slug": partial(values.fit, field="slug"),
    "seen": str,
    **{name: partial(values.fit, field=name) for name in ("name", "purpose", "street", "house_number", "city")},
}


# --- rows that speak of the same actor --------------------------------------------------------------------------------


@dataclass(slots=True)
class Record:
    """One actor as the list describes it."""

    key: str
    row: int
    values: Values
    slug: str = ""
    seen: str = ""
    further: tuple[int, ...] = ()


def merge(rows: Sequence[Row], mapping: ListMapping, report: Report) -> Record:
    """One actor of all rows with the same key: the first row leads, the others fill gaps and add to the description."""
    first = rows[0]
    merged = dict(first.values)
    paragraphs = list(first.paragraphs)
    for row in rows[1:]:
        for name in ("topics", "neighbourhoods"):
            if name in merged or name in row.values:
                merged[name] = sorted(set(merged.get(name) or []) | set(row.values.get(name) or []))
        paragraphs += row.paragraphs
        if _takes_address(merged, row, first, report) and mapping.further_address:
            paragraphs.append(mapping.further_address.replace("{address}", address_line(row.values)))
        for name in ("name", "purpose", "kind", "website", "email", "phone"):
            _take_gap(merged, row, name, first, report)
    if "topics" in merged:
        merged["topics"] = sorted(merged["topics"] or [])
    if "description" in merged or paragraphs:
        merged["description"] = _joined(paragraphs, first, report)
    return Record(first.key, first.number, merged, first.slug, first.seen, tuple(row.number for row in rows[1:]))


def address_line(said: Values) -> str:
    street = f"{said.get('street', '')} {said.get('house_number', '')}".strip()
    town = f"{said.get('postcode', '')} {said.get('city', '')}".strip()
    return ", ".join(part for part in (street, town) if part)


def _takes_address(merged: Values, row: Row, first: Row, report: Report) -> bool:
    """Fills a missing address, and says whether the row has another one than the actor."""
    new = {name: row.values[name] for name in (*ADDRESS, *PLACE) if row.values.get(name)}
    if not any(name in new for name in ADDRESS):
        return False
    differs = any(new[name] != merged[name] for name in ADDRESS if name in new and merged.get(name))
    if differs:
        report.hint(
            row.number,
            _("has another address than row {first} of “{name}”; “{address}” was kept as the address.").format(
                first=first.number, name=values.short(str(merged["name"])), address=address_line(merged)
            ),
            value=address_line(row.values),
        )
        return True
    for name, value in new.items():
        merged[name] = merged.get(name) or value
    return False


def _take_gap(merged: Values, row: Row, name: str, first: Row, report: Report) -> None:
    new = row.values.get(name)
    if new and not merged.get(name):
        merged[name] = new
    elif new and new != merged[name]:
        label = values.actor_field(name).verbose_name
        report.hint(
            row.number,
            _("differs from row {first} of “{actor}” ({field}); what row {first} says was kept.").format(
                first=first.number, actor=values.short(str(merged["name"])), field=label
            ),
            value=str(new),
        )


def _joined(paragraphs: Iterable[str], first: Row, report: Report) -> str:
    """The paragraphs one below the other, each once."""
    once: dict[str, str] = {}
    for paragraph in paragraphs:
        once.setdefault(paragraph.casefold(), paragraph)
    text = "\n\n".join(once.values())
    if len(text) > LONGEST_DESCRIPTION:
        report.hint(
            first.number, _("has a description of {count} characters; the end was cut off.").format(count=len(text))
        )
    return shortened(text)


def shortened(text: str) -> str:
    """No longer than a list may bring it."""
    return text if len(text) <= LONGEST_DESCRIPTION else text[: LONGEST_DESCRIPTION - 1] + "…"
