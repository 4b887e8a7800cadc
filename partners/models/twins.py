"""Which actors may be one and the same, and why. A suspicion: people decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from partners.models.search import normalise

# From here on somebody should look; while somebody types, less is enough for a hint.
SUSPECTED, HINTED = 60, 45
FAR = 500  # metres: from here on it is another place
LEGAL_FORM = re.compile(r"\b(?:e\.? ?v\.?|g?gmbh|ug|kg|eg)(?!\w)")
NO_LETTER = re.compile(r"[\W_]+")
DIGITS = re.compile(r"[0-9]+")
# Under these many have a page; it says nothing about who they are.
SHARED_HOSTS = (
    "facebook.com",
    "instagram.com",
    "linktr.ee",
    "google.com",
    "youtube.com",
    "jimdosite.com",
    "wixsite.com",
)
# Words of those who stand beside a house and are somebody else.
COMPANIONS = {"foerderverein", "foerderkreis", "freunde", "freundeskreis", "verein"}
METRES_A_DEGREE = 111_195


@dataclass(frozen=True, slots=True)
class Trace:
    """What one actor is recognised by, in one spelling; empty where nothing is known."""

    name: str
    host: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    place: tuple[float, float] | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any], *, with_place: bool = True) -> Trace:
        """From the fields of an actor. Without its place where the reader may not know it."""
        street, number = (normalise(values.get(name) or "") for name in ("street", "house_number"))
        latitude, longitude = values.get("latitude"), values.get("longitude")
        placed = with_place and latitude is not None and longitude is not None
        return cls(
            name=plain_name(values.get("name") or ""),
            host=host_of(values.get("website") or ""),
            email=(values.get("email") or "").strip().casefold(),
            phone=plain_phone(values.get("phone") or ""),
            address=f"{street} {number}" if with_place and street and number else "",
            place=(float(latitude), float(longitude)) if placed else None,  # type: ignore[arg-type]
        )


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much speaks for two actors being one, and what."""

    points: int
    name: int
    same_name: bool
    metres: int | None
    same_address: bool
    host: str
    email: str
    phone: bool

    @property
    def is_suspected(self) -> bool:
        return self.points >= SUSPECTED

    @property
    def reasons(self) -> list[str]:
        """In words, the strongest first."""
        said = []
        if self.name:
            said.append(_("same name") if self.same_name else _("similar name"))
        if self.email:
            said.append(_("same e-mail address"))
        if self.phone:
            said.append(_("same phone number"))
        if self.metres is not None and self.metres < FAR:
            said.append(_("%(metres)d m apart") % {"metres": self.metres} if self.metres else _("at the same point"))
        elif self.same_address:
            said.append(_("same address"))
        if self.host:
            said.append(_("same website: %(host)s") % {"host": self.host})
        return said


def plain_name(name: str) -> str:
    """The words of a name, without legal form and punctuation."""
    return NO_LETTER.sub(" ", LEGAL_FORM.sub(" ", normalise(name))).strip()


def host_of(website: str) -> str:
    """example.org for https://www.example.org/haus; empty for places where many have a page."""
    try:
        host = (urlsplit(website).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return "" if any(host == one or host.endswith(f".{one}") for one in SHARED_HOSTS) else host


def plain_phone(phone: str) -> str:
    """The digits without the prefix of the country; too few say nothing."""
    digits = "".join(DIGITS.findall(phone.replace("(0)", "")))
    if phone.strip().startswith("+49"):
        digits = digits[2:]
    digits = digits.removeprefix("0049").lstrip("0")
    return digits if len(digits) >= 6 else ""


def compare(one: Trace, other: Trace) -> Likeness:
    """What speaks for it: the name most of all, then shared contacts, then the place; another place speaks against it.

    A chain has one website, one name and many places: these are branches. The weights are ours.
    """
    name = name_points(one.name, other.name)
    metres = distance(one.place, other.place)
    same_address = bool(one.address) and one.address == other.address
    host = one.host if one.host == other.host else ""
    email = one.email if one.email == other.email else ""
    phone = bool(one.phone) and one.phone == other.phone
    contacts = 20 * bool(host) + 30 * bool(email) + 30 * phone
    points = name + _place_points(metres, same_address=same_address)
    points += min(contacts, 30) if metres is not None and metres >= FAR else contacts
    if not name and contacts < SUSPECTED:
        points = min(points, SUSPECTED - 1)
    return Likeness(points, name, one.name == other.name, metres, same_address, host, email, phone)


def _place_points(metres: int | None, *, same_address: bool) -> int:
    if metres is None:
        return 20 * same_address
    if metres >= FAR:
        return -25
    return 25 if metres <= 30 else 20 if metres <= 150 else 0


def name_points(one: str, other: str) -> int:
    """60 for the same name or one with a slip of the pen, less for a similar one. Another number is another name."""
    if not one or not other or sorted(DIGITS.findall(one)) != sorted(DIGITS.findall(other)):
        return 0
    if is_slip(one.replace(" ", ""), other.replace(" ", "")):
        return 60
    likeness = max(fuzz.ratio(one.replace(" ", ""), other.replace(" ", "")), fuzz.token_sort_ratio(one, other))
    for least, points in ((95, 60), (88, 45), (78, 25)):
        if likeness >= least:
            return max(points, _part_points(one, other))
    return _part_points(one, other)


def is_slip(one: str, other: str) -> bool:
    """The same but for one wrong, missing, further or swapped letter; two in a long name; none in a short one."""
    length = min(len(one), len(other))
    allowed = 2 if length >= 18 else 1 if length >= 10 else 0
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _part_points(one: str, other: str) -> int:
    """One name is the other with further words: LUISE, Kulturzentrum LUISE. The friends of a house are not the house."""
    shorter, longer = sorted((set(one.split()), set(other.split())), key=len)
    if not any(len(word) >= 4 for word in shorter) or (longer - shorter) & COMPANIONS:
        return 0
    if not all(any(word == further or is_slip(word, further) for further in longer) for word in shorter):
        return 0
    return 45 if len(shorter) > 1 else 30


def distance(one: tuple[float, float] | None, other: tuple[float, float] | None) -> int | None:
    """Metres as the crow flies, exact enough inside a town."""
    if one is None or other is None:
        return None
    north = (one[0] - other[0]) * METRES_A_DEGREE
    east = (one[1] - other[1]) * METRES_A_DEGREE * cos(radians(one[0]))
    return round(hypot(north, east))


def pieces_of(name: str) -> list[str]:
    """Parts of the longest words of a name: of two halves a slip of the pen leaves one whole."""
    words = sorted({word for word in plain_name(name).split() if len(word) >= 3}, key=len, reverse=True)[:4]
    pieces: list[str] = []
    for word in words:
        half = max(len(word) // 2, 4)
        pieces += [word] if len(word) < 5 else [word[:half], word[-half:]]
    return list(dict.fromkeys(pieces))
