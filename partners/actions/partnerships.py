from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from partners.models import Partnership, PartnershipParty


@transaction.atomic
def write_partnership(
    *, partnership: Partnership, parties: Sequence[PartnershipParty], removed: Iterable[PartnershipParty] = ()
) -> Partnership:
    """Writes a partnership with the sides that were added or changed, all or nothing.

    Sides that are not named stay as they are. Raises `ValidationError` when fewer than two different actors are left:
    nobody has a partnership alone.
    """
    if partnership.pk:
        Partnership.objects.select_for_update().get(pk=partnership.pk)
    partnership.save()
    kept = {party.pk for party in parties if party.pk}
    gone = [party.pk for party in removed if party.pk and party.pk not in kept]
    partnership.parties.filter(pk__in=gone).delete()
    for party in _in_writing_order(partnership, parties):
        party.partnership = partnership
        party.save()
    if partnership.parties.values("actor").distinct().count() < 2:
        raise ValidationError(_("A partnership needs at least two different actors."), code="alone")
    return partnership


def _in_writing_order(partnership: Partnership, parties: Sequence[PartnershipParty]) -> list[PartnershipParty]:
    """A side that changes its actor is written as a new row, after the old one is gone: two sides can then swap."""
    stored = dict(partnership.parties.values_list("pk", "actor")) if partnership.pk else {}
    moved = [party for party in parties if party.pk and stored.get(party.pk) != party.actor_id]
    partnership.parties.filter(pk__in=[party.pk for party in moved]).delete()
    for party in moved:
        party.pk = None
        party._state.adding = True
    return list(parties)
