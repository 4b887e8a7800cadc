"""What is taken away for good by a page: whoever asks for it twice finds her way back, and no page that is not there."""

from __future__ import annotations

from partners.actions.receipts import once
from partners.models import FormReceipt, Kept, Person
from projects.models import Benefit, Participation


def delete_once(*, fingerprint: str, row: Benefit | Kept, place: Participation) -> None:
    """For a day it is known where it stood, not what it said."""

    def take_away() -> Participation:
        row.delete()
        return place

    once(fingerprint=fingerprint, make=take_away)


def place_left(*, fingerprint: str, by: Person) -> Participation | None:
    """Where something stood that was deleted a moment ago, for somebody of one of its two sides."""
    receipt = FormReceipt.objects.filter(pk=fingerprint).first()
    if receipt is None:
        return None
    rows = Participation.objects.answerable_by(by).filter(actor__pk=receipt.leads_to.rpartition("-")[2])
    places = rows.select_related("project", "actor").order_by("pk")
    return next((place for place in places if place.get_absolute_url() == receipt.leads_to), None)
