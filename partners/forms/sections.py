"""The parts of a profile: each has a page of its own, is saved alone, and tells how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.models import Actor


@dataclass(frozen=True)
class Section:
    """`word` stands in the address. Fields in one line of the page stand in one tuple."""

    word: str
    heading: Any
    lead: Any
    lines: tuple[tuple[str, ...], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for line in self.lines for name in line)


@dataclass(frozen=True)
class Progress:
    """How far a section is: how many of its questions are answered."""

    section: Section
    answered: int
    asked: int

    @property
    def state(self) -> str:
        """In the words of the other states, so that it is drawn like them."""
        if self.answered == self.asked:
            return "bestaetigt"
        return "zugesagt" if self.answered else "entwurf"

    @property
    def label(self) -> Any:
        if self.answered == self.asked:
            return _("complete")
        return _("begun") if self.answered else _("still empty")


# An answer to these says nothing about how far a section is: everybody has one from the start, or most have none to give.
ALWAYS_ANSWERED = {"is_address_public", "neighbourhoods", "parent"}
# One question in several fields: the first one stands for all.
PARTS_OF_A_QUESTION = {"logo_alt", "house_number", "longitude", "resting_until"}

SECTIONS = {
    section.word: section
    for section in (
        Section(
            "vorstellung",
            _("Who you are"),
            _("Your name, what you are there for, and for whom."),
            (
                ("name",),
                ("kind",),
                ("parent",),
                ("purpose",),
                ("description",),
                ("topics",),
                ("target_groups",),
                ("languages",),
            ),
        ),
        Section(
            "logo",
            _("Logo"),
            _("The picture by which people know you."),
            (("logo",), ("logo_alt",)),
        ),
        Section(
            "adresse",
            _("Where one finds you"),
            _("Address, opening hours, and whether one gets in without steps."),
            (
                ("neighbourhoods",),
                ("street", "house_number"),
                ("postcode", "city"),
                ("latitude", "longitude"),
                ("is_address_public",),
                ("step_free",),
                ("accessibility",),
                ("opening_hours",),
            ),
        ),
        Section(
            "kontakt",
            _("How one reaches you"),
            _("Website, e-mail and phone of the office."),
            (("website",), ("email",), ("phone",)),
        ),
        Section(
            "mitmachen",
            _("Joining in and capacity"),
            _("How newcomers join in, what you can share, and how much capacity you have for joint work."),
            (
                ("how_to_join",),
                ("has_shared_room",),
                ("capacity",),
                ("resting_until",),
                ("has_paid_staff",),
                ("network_hours", "lead_time_days"),
            ),
        ),
    )
}

# What is asked when an actor is entered; all else can wait.
FIRST_FIELDS = (
    *(
        "name",
        "kind",
        "parent",
        "purpose",
        "description",
        "topics",
        "neighbourhoods",
        "street",
        "house_number",
        "postcode",
    ),
    *("city", "latitude", "longitude", "website", "email", "phone"),
)


def progress_of(actor: Actor) -> list[Progress]:
    """How far each section is. Many-to-many fields are read as they were loaded."""
    found = []
    for section in SECTIONS.values():
        asked = [name for name in section.fields if name not in ALWAYS_ANSWERED | PARTS_OF_A_QUESTION]
        found.append(Progress(section, sum(is_answered(actor, name) for name in asked), len(asked)))
    return found


def is_answered(actor: Actor, name: str) -> bool:
    """No and zero are answers too; an empty text, an empty list and nothing are none."""
    if Actor._meta.get_field(name).many_to_many:
        return bool(getattr(actor, name).all())
    return getattr(actor, name) not in (None, "", [])
