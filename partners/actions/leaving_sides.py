"""What goes for good with a side that is taken out of a partnership: its quotation and its looks back.

What the side said of itself stays in the history and can come back with it; these two cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.utils.text import get_text_list
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.models import PartnershipParty, PartnershipReview, Quotation
from partners.seen import print_of

QUOTED = _(
    "“%(name)s”: everybody reads a quotation of this side. Withdraw it first, and tell the person; then take the side out."
)


@dataclass(frozen=True, slots=True)
class Loss:
    """Of one side that is taken out, or whose place somebody else takes."""

    name: str
    quotation: int | None
    reviews: int
    newest: int | None

    @property
    def text(self) -> str:
        found = [gettext("a quotation that waits for its consent")] if self.quotation else []
        if self.reviews:
            found.append(
                ngettext("%(number)d look back", "%(number)d looks back", self.reviews) % {"number": self.reviews}
            )
        told = {"name": self.name, "what": get_text_list(found, gettext("and"))}
        return gettext("“%(name)s”: %(what)s") % told


class LossError(ValidationError):
    """Somebody has to read first what goes along, see `digest`."""

    def __init__(self, losses: Sequence[Loss]) -> None:
        self.losses = losses
        lines = get_text_list([one.text for one in losses], gettext("and"))
        said = gettext(
            "With the sides that are taken out this would be deleted for good: %(what)s. Take them out on the page of the "
            "partnership: there you are asked first."
        )
        super().__init__(said % {"what": lines}, code="loss")


def digest(losses: Sequence[Loss]) -> str:
    """Stands for exactly this: a look back that somebody writes meanwhile is read first."""
    lines = [(one.name, one.quotation, one.reviews, one.newest) for one in losses]
    return print_of(lines)


def part_with(sides: Iterable[int], *, read: str) -> None:
    """While the partnership is locked: takes away what goes along with these sides, if it was read (`read`, a digest).

    Raises `LossError` if it was not, and `ValidationError` where somebody is quoted for everybody to read: that is for
    her to know first.
    """
    keys = sorted(sides)
    if not keys:
        return
    quotations = {one.party_id: one for one in Quotation.objects.filter(party__in=keys).select_for_update(of=("self",))}
    counted = PartnershipReview.objects.filter(party__in=keys).order_by().values("party")
    rows = counted.annotate(number=Count("pk"), newest=Max("pk")).values_list("party", "number", "newest")
    reviews = {party: (number, newest) for party, number, newest in rows}
    parties = PartnershipParty.objects.filter(pk__in=quotations.keys() | reviews.keys())
    losses = []
    for party in parties.select_related("actor").order_by("pk"):
        said, (number, newest) = quotations.get(party.pk), reviews.get(party.pk, (0, None))
        if said and said.has_agreed:
            raise ValidationError(QUOTED % {"name": party.actor.name}, code="quoted")
        losses.append(Loss(party.actor.name, said.pk if said else None, number, newest))
    if losses and read != digest(losses):
        raise LossError(losses)
    Quotation.objects.filter(party__in=keys).delete()
