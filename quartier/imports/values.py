"""One cell: what somebody typed into a list becomes a value that the portal can use, or a sentence that says why not."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any, cast
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.utils.translation import gettext as _

from partners.forms.fields import validate_phone
from partners.models import Actor

# Signs people put where they have nothing to say.
PLACEHOLDERS = frozenset({"-", "--", "–", "—", "/", "k.a.", "k. a.", "n/a", "null"})
SPREADSHEET_ERROR = re.compile(r"#(N/A|NV|REF|BEZUG|NAME|VALUE|WERT|DIV/0|NUM|ZAHL|NULL)[!?]?")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# A table of the portal writes '+49 30 … so that no spreadsheet takes it for a formula.
NEUTRALISED = re.compile(r"'[=+@\t\r-]")
LOST_LETTER = "\ufffd"
WEB_ADDRESS = URLValidator(schemes=["http", "https"])
DIGITS_OF_POSTCODE = {"DE": 5, "AT": 4, "CH": 4, "LI": 4}
PLACES = Decimal("0.000001")


class UnusableError(Exception):
    """The cell cannot be used. The message says why; where it stands is added by whoever asked."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a place can lie at all, in degrees. Europe, unless the mapping says otherwise."""

    south: Decimal = Decimal(34)
    north: Decimal = Decimal(72)
    west: Decimal = Decimal(-25)
    east: Decimal = Decimal(45)

    def holds(self, latitude: Decimal, longitude: Decimal) -> bool:
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


EUROPE = Area()

# --- text -------------------------------------------------------------------------------------------------------------

TAGS = (
    "a|abbr|b|big|blockquote|body|br|center|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|script|small|span|strong|style|"
    "sub|sup|table|tbody|td|th|tr|u|ul"
)
MARKUP = re.compile(rf"</?(?:{TAGS})(?:\s[^<>]*)?/?>|<!--|&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);", re.IGNORECASE)
NEW_LINE = frozenset({"br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "p", "td", "th", "tr"})
UNREAD = frozenset({"script", "style"})


class PlainText(HTMLParser):
    """Text as a reader of the page would see it; the address of a link follows the words of the link."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.target = ""
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NEW_LINE:
            self.parts.append("\n")
        if tag == "a":
            self.target = dict(attrs).get("href") or ""
        self.unread += tag in UNREAD

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li", "div"}:
            self.parts.append("\n")
        if tag == "a":
            if self.target.startswith(("http://", "https://")) and self.target not in "".join(self.parts):
                self.parts.append(f" ({self.target})")
            self.target = ""
        self.unread = max(0, self.unread - (tag in UNREAD))

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.parts.append(data)


def without_markup(text: str) -> str:
    """Plain text of a cell that holds HTML; any other text stays as it is, also “for < 12 years”."""
    if ("<" not in text and "&" not in text) or not MARKUP.search(text):
        return text
    if "<" not in text:
        return html.unescape(text)
    parser = PlainText()
    parser.feed(text)
    parser.close()
    return "".join(parser.parts)


def as_text(cell: Any) -> str:
    """A cell of a spreadsheet as the person who filled it in sees it: 12057.0 is the number 12057."""
    match cell:
        case None:
            return ""
        case bool():
            return _("yes") if cell else _("no")
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if cell.time() == time.min:
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            text = str(cell)
            return text[1:] if NEUTRALISED.match(text) else text


def tidy(cell: Any, *, lines: bool = False) -> str:
    """Readable text without markup, control characters and spare blanks; on one line, unless it may have several."""
    text = unicodedata.normalize("NFC", without_markup(as_text(cell)))
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    text = CONTROL.sub("", text.replace("\ufeff", "").replace("\u200b", "").replace("\r\n", "\n").replace("\r", "\n"))
    if not lines:
        return " ".join(text.split())
    rows = [" ".join(row.split()) for row in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


def damage(cell: Any) -> str:
    """Why somebody should look at this text, though it can be used; empty when it is sound."""
    if not isinstance(cell, str):
        return ""
    if CONTROL.search(cell):
        return _("holds control characters; they were left out.")
    if LOST_LETTER in cell:
        return _("holds the sign �: a letter was lost before the list came here.")
    return ""


def is_placeholder(text: str) -> bool:
    return text.casefold() in PLACEHOLDERS


def quoted(text: str, limit: int = 80) -> str:
    """A value of the list in quotation marks."""
    return _("“{text}”").format(text=short(text, limit))


def short(text: str, limit: int = 80) -> str:
    """A value as it is quoted in a report."""
    text = " ".join(CONTROL.sub("", text).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def actor_field(name: str) -> models.Field[Any, Any]:
    return cast("models.Field[Any, Any]", Actor._meta.get_field(name))


def fit(text: str, field: str) -> str:
    """The text, if the field of the actor can hold it."""
    limit = actor_field(field).max_length
    if limit and len(text) > limit:
        raise UnusableError(_("has {count} characters, the portal holds {limit}").format(count=len(text), limit=limit))
    return text


# --- addresses --------------------------------------------------------------------------------------------------------

NUMBER = r"\d+\s?[a-zA-Z]?"
STREET = re.compile(
    rf"(?P<street>.*?[^\W\d].*?)[\s,]+(?:(?:Nr|No)\.?\s*)?(?P<number>{NUMBER}(?:\s*[-–—/+&]\s*(?:{NUMBER}|Haus\s\d+))*)"
)
WHOLE_ADDRESS = re.compile(r"(?P<street>.+?)\s*[,;\n·|]\s*(?P<town>(?:[A-Z]{1,2}-)?\d{4,5}\s+\D.*)", re.DOTALL)
TOWN = re.compile(r"(?P<postcode>(?:[A-Z]{1,2}-)?\d{4,5})\s+(?P<city>\D.*)")


def fit_address(text: str) -> str:
    """No address is that long; and the patterns below would take their time over such a text."""
    if len(text) > 300:
        raise UnusableError(_("is too long for an address"))
    return text


def split_street(text: str) -> dict[str, str]:
    """`Sonnenallee 225` is a street and a house number; `Am Lustgarten` and `Straße des 17. Juni` have none."""
    text = fit_address(text.strip(" ,;"))
    found = STREET.fullmatch(text)
    if not found or len(found["number"]) > 20:
        return {"street": fit(text, "street"), "house_number": ""}
    return {"street": fit(found["street"].strip(" ,"), "street"), "house_number": fit(found["number"], "house_number")}


def split_town(text: str, *, country: str) -> dict[str, str]:
    """`12057 Berlin`."""
    found = TOWN.fullmatch(fit_address(text))
    if not found:
        raise UnusableError(_("is no postcode followed by a town"))
    return {"postcode": postcode(found["postcode"], country=country), "city": fit(found["city"], "city")}


def split_address(text: str, *, country: str) -> dict[str, str]:
    """`Sonnenallee 225, 12057 Berlin`, or only the street."""
    found = WHOLE_ADDRESS.fullmatch(fit_address(text))
    if not found:
        return split_street(text)
    return split_street(found["street"]) | split_town(" ".join(found["town"].split()), country=country)


def postcode(text: str, *, country: str, is_number: bool = False) -> str:
    """A postcode as text. A spreadsheet that took it for a number has dropped a leading zero; that is put back."""
    digits = DIGITS_OF_POSTCODE.get(country)
    if digits is None:
        return fit(text, "postcode")
    plain = re.sub(r"^[A-Z]{1,2}[-\s]\s*|\.0$", "", text)
    if is_number and len(plain) == digits - 1:
        plain = plain.zfill(digits)
    if not re.fullmatch(rf"[0-9]{{{digits}}}", plain):
        raise UnusableError(_("is no postcode, which has {count} digits").format(count=digits))
    return plain


# --- ways to reach somebody -------------------------------------------------------------------------------------------


def website(text: str) -> str:
    """A web address; one without `https://` in front gets it. Nothing else than a web address becomes a link."""
    address = text if re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.IGNORECASE) else f"https://{text.lstrip('/')}"
    try:
        WEB_ADDRESS(address)
        parts = urlsplit(address)
    except (ValidationError, ValueError) as error:
        raise UnusableError(_("is no web address")) from error
    if "@" in parts.netloc:
        raise UnusableError(_("is a web address with log-in details"))
    return fit(parts._replace(scheme=parts.scheme.lower()).geturl(), "website")


def email(text: str) -> str:
    address = re.sub(r"^mailto:\s*", "", text, flags=re.IGNORECASE)
    try:
        validate_email(address)
    except ValidationError as error:
        raise UnusableError(_("is no e-mail address")) from error
    return fit(address, "email")


def phone(text: str) -> str:
    number = re.sub(r"^tel:\s*", "", text, flags=re.IGNORECASE)
    try:
        validate_phone(number)
    except ValidationError as error:
        raise UnusableError(_("is no phone number")) from error
    return fit(number, "phone")


# --- places -----------------------------------------------------------------------------------------------------------


def degrees(text: str) -> Decimal:
    """A number of degrees with a point or a comma for the decimals."""
    if not re.fullmatch(r"[-+]?[0-9]{1,3}(?:[.,][0-9]+)?°?", text):
        raise UnusableError(_("is no number of degrees, such as 52.473 or 52,473"))
    try:
        return Decimal(text.rstrip("°").replace(",", ".")).quantize(PLACES)
    except InvalidOperation as error:
        raise UnusableError(_("is no number of degrees, such as 52.473 or 52,473")) from error


def place(latitude: Decimal, longitude: Decimal, *, area: Area) -> tuple[Decimal, Decimal, bool]:
    """The point, and whether the two numbers had to change places. 0,0 is where points lie that nobody filled in."""
    if not latitude and not longitude:
        raise UnusableError(_("lies at 0, 0, in the sea off Africa"))
    if area.holds(latitude, longitude):
        return latitude, longitude, False
    if area.holds(longitude, latitude):
        return longitude, latitude, True
    raise UnusableError(_("lies outside the area of the list"))


# --- sentences --------------------------------------------------------------------------------------------------------

# A sentence ends at . ! or ? before a capital letter; not after a number ("Der 1. FC") nor after an abbreviation ("z. B.").
SENTENCE_END = re.compile(r"(?<=[^\W\d]{4}[.!?])[\"“»)]?\s+(?=[\"„«(]?[A-ZÄÖÜ0-9])")


def split_about(text: str, *, limit: int) -> tuple[str, str]:
    """A text about an actor as its purpose, in whole sentences up to the limit, and the rest for the description."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line, ""
    cut = 0
    for found in SENTENCE_END.finditer(text):
        if len(" ".join(text[: found.end()].split())) > limit:
            break
        cut = found.end()
    return " ".join(text[:cut].split()), text[cut:].strip()
