"""What the sides of a partnership have not said yet, and the refusal to agree on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models.states import StageError

if TYPE_CHECKING:
    from partners.models.parties import PartnershipParty


@dataclass(frozen=True, slots=True)
class Gap:
    """What one side has not said yet."""

    party: PartnershipParty
    missing: tuple[str, ...]

    @property
    def words(self) -> str:
        said = {"brings": gettext("what it brings"), "expected_benefit": gettext("what it hopes to gain")}
        return ", ".join(said[name] for name in self.missing)

    def __str__(self) -> str:
        return f"“{self.party.actor.name}”: {self.words}"


class UnsaidError(StageError):
    """Nobody agrees on what was not said. `gaps` names it side by side."""

    def __init__(self, gaps: list[Gap]) -> None:
        self.gaps = gaps
        super().__init__(
            format_lazy(
                str(_("Each side first says what it brings and what it expects to gain. Still open – {gaps}.")),
                gaps="; ".join(map(str, gaps)),
            ),
            code="unsaid",
        )
