"""Nobody ties anything to an entry at the moment when it becomes part of another one.

Whoever locks more than one row does it in this order, so that no two wait for each other: the actors, by their keys;
then the partnership or the project; then the rows that are a part of it (sides, participations, contributions). An
agreement stands before its partnership, and a person before everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partners.models import Actor, Merge, Partnership, PartnershipParty, StageError


class MergedMeanwhileError(ValidationError):
    """The entry became part of another one after the person had opened her form."""

    def __init__(self, gone: Actor) -> None:
        merge = Merge.objects.standing().filter(gone=gone).select_related("kept").first()
        if merge is not None and merge.kept.is_public:
            words = {"gone": gone.name, "kept": merge.kept.name}
            said = _(
                "“%(gone)s” has become part of “%(kept)s” in the meantime. Nothing is saved yet: go on with “%(kept)s”, "
                "or save once more."
            )
        else:
            words = {"gone": gone.name}
            said = _(
                "“%(gone)s” has become part of another entry in the meantime. Nothing is saved yet: save once more."
            )
        super().__init__(said % words, code="merged")


def lock_actors(keys: Iterable[Any]) -> list[Actor]:
    """In the order of the keys, as a merge does it; to be called before anything else is locked. What is no key is left out."""
    numbers = {int(key) for key in map(str, keys) if key.isascii() and key.isdigit() and len(key) < 19}
    rows = Actor.objects.filter(pk__in=numbers).only("name", "state").order_by("pk")
    return list(rows.select_for_update(no_key=True)) if numbers else []


def hold(*keys: int | None) -> None:
    """Until the transaction ends, nobody merges the actors with these keys. To be called before anything else is locked.

    A merge that was faster is waited for, and one that comes later finds what was tied. Raises `MergedMeanwhileError`
    when one of them is part of another entry by now.
    """
    for actor in lock_actors(key for key in keys if key):
        if actor.state == Actor.State.MERGED:
            raise MergedMeanwhileError(actor)


def hold_sides(partnership: Partnership) -> None:
    """Its sides, then the partnership. Raises `ValidationError` when one of them changed meanwhile."""
    sides = partnership.parties.order_by("actor_id").values_list("actor", flat=True)
    found = list(sides)
    hold(*found)
    partnership.lock()
    if list(sides.all()) != found:
        said = _("The sides of the partnership were changed in the meantime. Please look at it once more.")
        raise StageError(said, code="race")


def hold_side(party: PartnershipParty) -> None:
    """All sides of its partnership, as everybody does who writes one. Raises `ValidationError` where it is gone."""
    hold_sides(party.partnership)
    if not PartnershipParty.objects.select_for_update(of=("self",)).filter(pk=party.pk).values_list("pk"):
        raise ValidationError(_("This side is not part of the partnership any more."), code="gone")


def hold_survivor(key: int | None) -> None:
    """Holds the actor, or where it is part of another one by now that one."""
    while key:
        try:
            return hold(key)
        except MergedMeanwhileError:
            key = Merge.objects.standing().filter(gone=key).values_list("kept", flat=True).first()
    return None
