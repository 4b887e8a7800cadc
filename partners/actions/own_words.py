"""Whose words they are: what somebody else writes for a side of a partnership is a note until the side makes it its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from partners.models import Actor, PartnershipParty
from partners.models.parties import SAID

if TYPE_CHECKING:
    from partners.models import Person


def mark_words(party: PartnershipParty, before: PartnershipParty | None, *, by: Person | None) -> list[str]:
    """Says of each text that changed whether its own team wrote it. Returns the names of the columns that it set. Unsaved.

    `by` is whoever writes; nobody (a command, an import) speaks for no side.
    """
    changed = [name for name in SAID if before is None or getattr(party, name) != getattr(before, name)]
    if not changed:
        return []
    is_own = by is not None and Actor.objects.staffed_by(by).filter(pk=party.actor_id).exists()
    for name in changed:
        setattr(party, f"{name}_is_note", not is_own and bool(getattr(party, name).strip()))
    return [f"{name}_is_note" for name in changed]


@transaction.atomic
def adopt_words(*, party: PartnershipParty, seen: str) -> bool:
    """Makes what was noted for a side its own words. Who may say so is decided by `spoken_for_by`.

    `seen` is `words_seen` of what the person read: what was rewritten or taken away since is not made anybody's words unseen
    (False).
    """
    stored = PartnershipParty.objects.select_for_update().select_related(None).filter(pk=party.pk).first()
    if stored is None or stored.words_seen != seen:
        return False
    for name in stored.notes:
        setattr(stored, f"{name}_is_note", False)
    stored.save(update_fields=[f"{name}_is_note" for name in SAID])
    return True
