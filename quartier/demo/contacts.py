"""Whom one asks at the invented actors of the demo: one who agreed, one who has not, one who did by word of mouth."""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import ContactPerson

Way = ContactPerson.Way


@dataclass(frozen=True, slots=True)
class Contact:
    actor: str
    name: str
    function: str
    mail: str
    phone: str = ""
    way: str = ""


CONTACTS = (
    Contact(
        "nachbarschaftstreff-zwirnrolle",
        "Mina Muster",
        "Leitet den Treff",
        "leitung@example.org",
        "089 0000 21",
        Way.LINK,
    ),
    Contact("nachbarschaftstreff-zwirnrolle", "Paul Probe", "Vergibt die Räume", "raeume@example.org"),
    Contact("sportverein-ballwechsel", "Ida Beispiel", "Geschäftsstelle", "buero@example.org", "", Way.SPOKEN),
)
