"""Looking back on a partnership. Who writes for which side is decided by `reviewable_by`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from partners.actions.holding import hold_side
from partners.models import PartnershipParty, PartnershipReview, Person


@transaction.atomic
def write_review(
    *, party: PartnershipParty, by: Person, next_review_on: date | None = None, **values: Any
) -> PartnershipReview:
    """Adds how one side sees it, and says on which day the sides look back next, if one is given."""
    hold_side(party)
    if next_review_on is not None:
        party.partnership.next_review_on = next_review_on
        party.partnership.save(update_fields=["next_review_on"])
    return PartnershipReview.objects.create(party=party, written_by=by, **values)
