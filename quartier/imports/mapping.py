"""Which column of a list means what: from a mapping file (TOML), or recognised by the names of the columns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from partners.models import normalise
from quartier.imports.values import DIGITS_OF_POSTCODE, EUROPE, Area, quoted, tidy

# What a column can mean. `slug` and `seen` say which entry of the portal a row is, and what it said when it was exported.
# Some are spread over several fields of the actor: `about` over purpose and description,
# `street_line`, `town_line` and `address` over the parts of the address.
FIELDS = frozenset(
    {"name", "about", "purpose", "description", "kind", "topics", "neighbourhood"}
    | {"street", "house_number", "street_line", "postcode", "city", "town_line", "address", "latitude", "longitude"}
    | {"website", "email", "phone"}
    | {"slug", "seen"}
)
VOCABULARIES = frozenset({"kind", "topics", "neighbourhood"})
UNKNOWN = frozenset({"report", "fault", "ignore"})
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")

# The names that columns usually have, best first. A column “Name” beside “Organisation” is often a person's.
USUAL_NAMES = {
    "name": "name der einrichtung, name der organisation, name des vereins, einrichtung, organisation, organization, "
    "anbieter, institution, verein, vereinsname, akteur, akteurin, akteur/in, initiative, firma, partner, name, bezeichnung",
    "about": "kurzbeschreibung, zweck, kurztext, short description, purpose, summary",
    "description": "beschreibung, beschreibungstext, description, langbeschreibung, über uns, angebot",
    "address": "adresse, anschrift, address",
    "street_line": "straße und hausnummer, straße + hausnummer, straße + nr, straße u. hausnr, straße hausnummer, "
    "straße/hausnummer, straße/nr, straße nr, straße, street, street address",
    "house_number": "hausnummer, hausnr, hnr, nr, house number, number",
    "postcode": "plz, postleitzahl, postcode, postal code, zip, zip code",
    "city": "ort, stadt, city, town, gemeinde, wohnort",
    "town_line": "plz ort, plz und ort, plz/ort, plz + ort",
    "latitude": "lat, latitude, breite, breitengrad, geogr. breite, y, y wgs 84, wgs84 lat",
    "longitude": "lon, lng, long, longitude, länge, längengrad, geogr. länge, x, x wgs 84, wgs84 lon",
    "website": "website, webseite, webauftritt, internet, internetseite, homepage, url, web, www, link",
    "email": "e-mail, email, mail, e-mail-adresse, email address, kontakt e-mail",
    "phone": "telefon, telefonnummer, tel, tel., fon, phone, phone number, rufnummer",
    "kind": "art, art der einrichtung, einrichtungsart, typ, type, kind, organisationsform",
    "topics": "thema, themen, themenfeld, themenfelder, topic, topics, schlagworte, kategorie, category",
    "neighbourhood": "quartier, quartiere, neighbourhood, neighborhood, neighbourhoods",
    "slug": "kennung im portal, key in the portal",
    "seen": "fassung im portal, version in the portal",
}


class MappingError(Exception):
    """The mapping file cannot be used. The message says where and why."""


def plain_title(title: Any) -> str:
    """The title of a column as titles are compared: neither case nor blanks, dots, dashes and stars tell two apart."""
    return re.sub(r"[^\w+/]|_", "", normalise(tidy(title)))


USUAL = {plain_title(name): kind for kind, names in USUAL_NAMES.items() for name in names.split(",")}
RANK = {plain_title(name): rank for names in USUAL_NAMES.values() for rank, name in enumerate(names.split(","))}


@dataclass(frozen=True, slots=True)
class Column:
    """What one column means. `values` translates what the cells say; to the empty text means: this says nothing."""

    title: str
    target: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    separator: str = ""
    unknown: str = "report"

    def translated(self, text: str) -> tuple[str, ...]:
        """The words a cell stands for; those that the mapping does not name stand for themselves."""
        separator = ";" if self.separator == "," and ";" in text else self.separator
        parts = [part.strip() for part in text.split(separator)] if separator else [text]
        parts = [part for part in parts if part]
        if not self.values:
            return tuple(parts)
        known = self.values.get(normalise(text))
        if known is not None:
            return known
        return tuple(word for part in parts for word in self.values.get(normalise(part), (part,)))


@dataclass(frozen=True, slots=True)
class ListMapping:
    """How one list is written.

    Rows that agree in the columns of `key` speak of the same actor. `source` tells lists of different origin apart, so
    that one does not count as the next edition of the other.
    """

    columns: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    source: str = ""
    sheet: str = ""
    header_row: int | None = None
    country: str = "DE"
    area: Area = EUROPE
    constants: Mapping[str, str] = field(default_factory=dict)
    description: tuple[str, ...] = ()
    further_address: str = ""
    is_written: bool = False

    @property
    def titles(self) -> list[str]:
        """Every column of the list that the mapping speaks of."""
        named = [column.title for column in self.columns] + list(self.key)
        named += [title for template in self.description for title in PLACEHOLDER.findall(template)]
        return list(dict.fromkeys(named))

    def judge(self, cells: Sequence[Any]) -> int:
        """How well a row serves as the header: the columns that are recognised, if the name is among them."""
        present = {plain_title(cell) for cell in cells} - {""}
        if self.is_written:
            wanted = {plain_title(title) for title in self.titles}
            names = {plain_title(column.title) for column in self.columns if column.target == "name"}
            return len(wanted & present) if names <= present else 0
        kinds = {USUAL[title] for title in present if title in USUAL}
        return len(kinds) if "name" in kinds else 0

    def for_header(self, header: Sequence[Any]) -> ListMapping:
        """The mapping for this header: recognised columns, or the written ones, all of which must be there."""
        titles = [tidy(cell) for cell in header]
        if self.is_written:
            self._require(titles)
            return self
        best: dict[str, str] = {}
        for title in titles:
            kind = USUAL.get(plain_title(title))
            if kind and (kind not in best or RANK[plain_title(title)] < RANK[plain_title(best[kind])]):
                best[kind] = title
        if ("latitude" in best) != ("longitude" in best):
            best = {kind: title for kind, title in best.items() if kind not in {"latitude", "longitude"}}
        if "house_number" in best and "street_line" in best:
            best["street"] = best.pop("street_line")
        columns = tuple(Column(title, kind, separator=separator_of(kind)) for kind, title in best.items())
        return replace(self, columns=columns, key=(best["name"],))

    def _require(self, titles: Sequence[str]) -> None:
        present = {plain_title(title) for title in titles}
        missing = [title for title in self.titles if plain_title(title) not in present]
        if missing:
            raise MappingError(
                _(
                    "The mapping speaks of columns that the list does not have: {missing}. The list has: {titles}."
                ).format(
                    missing=", ".join(quoted(title) for title in missing),
                    titles=", ".join(quoted(title, 60) for title in titles if title),
                )
            )


def separator_of(kind: str) -> str:
    """Several words in one cell stand between commas, or between semicolons where a word has a comma in it."""
    return "," if kind in {"topics", "neighbourhood"} else ""


# --- the mapping file -------------------------------------------------------------------------------------------------


def read_mapping(path: Path) -> ListMapping:
    """The mapping in a TOML file; raises `MappingError` with a sentence that names the line or the entry."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MappingError(
            _("The mapping file cannot be opened: {reason}.").format(reason=error.strerror or error)
        ) from error
    return parse_mapping(content)


def parse_mapping(written: bytes) -> ListMapping:
    try:
        content = tomllib.loads(written.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeError, RecursionError) as error:
        raise MappingError(_("The mapping file is no valid TOML: {reason}.").format(reason=error)) from error
    return Builder(content).mapping()


class Builder:
    """Checks every entry of a mapping file, so that a typing error is named and not ignored."""

    ENTRIES = frozenset(
        {"source", "sheet", "header_row", "key", "columns", "constants", "description", "further_address"}
        | {"country", "area"}
    )

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content

    def mapping(self) -> ListMapping:
        for name in self.content:
            if name not in self.ENTRIES:
                raise MappingError(
                    _("The mapping file has an entry “{name}” that means nothing. Possible are: {known}.").format(
                        name=name, known=", ".join(sorted(self.ENTRIES))
                    )
                )
        columns = tuple(self._columns())
        names = [column.title for column in columns if column.target == "name"]
        if len(names) != 1:
            raise MappingError(_("The mapping must name exactly one column for the field “name”."))
        if len({column.target for column in columns} & {"latitude", "longitude"}) == 1:
            raise MappingError(_("Latitude and longitude belong together: the mapping names only one of them."))
        country = self._text("country", "DE").upper()
        if country and country not in DIGITS_OF_POSTCODE:
            raise self._wrong("country", ", ".join(DIGITS_OF_POSTCODE))
        return ListMapping(
            columns=columns,
            key=self._texts("key") or (names[0],),
            source=self._text("source", "")[:80],
            sheet=self._text("sheet", ""),
            header_row=self._header_row(),
            country=country,
            area=self._area(),
            constants=self._constants(),
            description=self._texts("description"),
            further_address=self._text("further_address", ""),
            is_written=True,
        )

    def _wrong(self, entry: str, wanted: str) -> MappingError:
        return MappingError(
            _("The entry “{entry}” of the mapping file should be: {wanted}.").format(entry=entry, wanted=wanted)
        )

    def _text(self, entry: str, default: str) -> str:
        value = self.content.get(entry, default)
        if not isinstance(value, str):
            raise self._wrong(entry, _("a text"))
        return value.strip()

    def _texts(self, entry: str) -> tuple[str, ...]:
        value = self.content.get(entry, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self._wrong(entry, _("a list of texts"))
        return tuple(value)

    def _header_row(self) -> int | None:
        value = self.content.get("header_row")
        if value is not None and (type(value) is not int or not 1 <= value <= 1000):
            raise self._wrong("header_row", _("a number from 1 to 1000"))
        return value

    def _area(self) -> Area:
        value = self.content.get("area")
        if value is None:
            return EUROPE
        try:
            sides = {side: Decimal(str(value[side])) for side in ("south", "north", "west", "east")}
        except (KeyError, TypeError, InvalidOperation) as error:
            raise self._wrong("area", "south, north, west, east") from error
        return Area(**sides)

    def _constants(self) -> Mapping[str, str]:
        value = self.content.get("constants", {})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise self._wrong("constants", _("fields and texts"))
        for name in value:
            self._check_field(name, "constants")
        return value

    def _check_field(self, name: Any, entry: str) -> str:
        if name not in FIELDS:
            raise MappingError(
                _("“{field}” in “{entry}” is no field of an actor. Possible are: {known}.").format(
                    field=name, entry=entry, known=", ".join(sorted(FIELDS))
                )
            )
        return str(name)

    def _columns(self) -> list[Column]:
        value = self.content.get("columns")
        if not isinstance(value, dict) or not value:
            raise self._wrong("columns", _("a table of the columns and their fields"))
        return [
            self._column(title, {"field": entry} if isinstance(entry, str) else entry)
            for title, meaning in value.items()
            for entry in (meaning if isinstance(meaning, list) else [meaning])
        ]

    def _column(self, title: str, entry: Any) -> Column:
        where = f"columns.{title}"
        if not isinstance(entry, dict) or set(entry) - {"field", "values", "separator", "unknown"}:
            raise self._wrong(where, "field, values, separator, unknown")
        name = self._check_field(entry.get("field"), where)
        unknown, separator = entry.get("unknown", "report"), entry.get("separator", separator_of(name))
        if not isinstance(separator, str):
            raise self._wrong(f"{where}.separator", _("a text"))
        if unknown not in UNKNOWN:
            raise self._wrong(f"{where}.unknown", ", ".join(sorted(UNKNOWN)))
        return Column(title, name, self._values(entry.get("values", {}), where), separator, unknown)

    def _values(self, table: Any, where: str) -> Mapping[str, tuple[str, ...]]:
        if not isinstance(table, dict):
            raise self._wrong(f"{where}.values", _("a table"))
        values = {}
        for said, meant in table.items():
            words = [meant] if isinstance(meant, str) else meant
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise self._wrong(f"{where}.values.{said}", _("a text or a list of texts"))
            values[normalise(said)] = tuple(word for word in words if word)
        return values
