from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from partners.actions.cautions import Override, keep_overrides
from partners.actions.holding import hold, hold_sides
from partners.actions.leaving_sides import part_with
from partners.actions.own_words import mark_words
from partners.models import Partnership, PartnershipParty, StageError, keys_at_the_end, refusing_twins
from partners.models.parties import WORDS

if TYPE_CHECKING:
    from partners.models import Person

# What an edit writes. The stage and what follows from it move by steps only.
WRITTEN = ("kind", "intensity", "form", "neighbourhood", "start_on", "end_on", "next_review_on")

UNSAID = _("“%(name)s”: say what this side brings and what it expects to gain. What is agreed needs both.")
EMPTIED = _("“%(name)s”: what a side brings and expects to gain was agreed. It can be rewritten, but not emptied.")


@transaction.atomic
def write_partnership(
    *,
    partnership: Partnership,
    parties: Sequence[PartnershipParty],
    removed: Iterable[PartnershipParty] = (),
    by: Person | None = None,
    note: str = "",
    overrides: Iterable[Override] = (),
    read: str = "",
) -> Partnership:
    """Writes a partnership with the sides that were added or changed, all or nothing. The one place where sides are written.

    Sides that are not named stay as they are. A new one begins as a first contact, or runs already: then each side says
    what it brings and expects. Why a side was asked in spite of a warning is kept (`overrides`). What goes for good
    with a side that is taken out has to be read before (`read`, see `leaving_sides`), else it raises `LossError`. Raises
    `ValidationError` when fewer than two different actors are left (nobody has a partnership alone), when a side would
    be without words that are agreed, or when the same sides have a running main partnership already.
    """
    parties = list(parties)
    hold(*[party.actor_id for party in parties])
    is_new = partnership.pk is None
    if is_new and partnership.state not in Partnership.FIRST:
        raise StageError(_("A partnership begins as a first contact, or runs already."), code="first")
    with refusing_twins(), keys_at_the_end() as waiting:
        if not is_new:
            _take_stage(partnership)
        _refuse_without_day(partnership)
        stored = {party.pk: party for party in partnership.parties.all()} if partnership.pk else {}
        _refuse_lost_words(partnership, parties, stored)
        for party in parties:
            known = stored.get(party.pk)
            mark_words(party, known if known and known.actor_id == party.actor_id else None, by=by)
        partnership.save(update_fields=None if is_new else WRITTEN)
        _write_sides(partnership, parties, removed, read)
        waiting.add(partnership.pk)
        _hold_to_words(partnership)
    partnership.refresh_from_db(fields=["parties_key"])
    if is_new:
        partnership.remember("", by=by, note=note)
    keep_overrides(partnership=partnership, overrides=overrides, by=by)
    return partnership


def _take_stage(partnership: Partnership) -> None:
    """Locks the row. Its key is free while the sides change: only what they are in the end has to be the only one."""
    rows = Partnership._base_manager.filter(pk=partnership.pk)
    partnership.state = rows.select_for_update().get().state
    rows.update(parties_key="")


def _refuse_without_day(partnership: Partnership) -> None:
    if partnership.state in Partnership.LIVE and not partnership.start_on:
        raise ValidationError({"start_on": _("What runs has begun on a day. Enter it, for example 20.1.2027.")})


def _write_sides(
    partnership: Partnership, parties: Sequence[PartnershipParty], removed: Iterable[PartnershipParty], read: str
) -> None:
    """A side that changes its actor is written as a new row, after the old one is gone: two sides can then swap."""
    stored = dict(partnership.parties.values_list("pk", "actor"))
    kept = {party.pk for party in parties if party.pk}
    moved = [party for party in parties if party.pk and stored.get(party.pk) != party.actor_id]
    gone = {party.pk for party in removed if party.pk and party.pk not in kept} | {party.pk for party in moved}
    part_with(gone & stored.keys(), read=read)
    partnership.parties.filter(pk__in=gone).delete()
    for party in moved:
        party.pk = None
        party._state.adding = True
    for party in parties:
        party.partnership = partnership
        party.save()
    if partnership.parties.values("actor").distinct().count() < 2:
        raise ValidationError(_("A partnership needs at least two different actors."), code="alone")


def _refuse_lost_words(
    partnership: Partnership, parties: Iterable[PartnershipParty], stored: Mapping[int, PartnershipParty]
) -> None:
    """While it is agreed, no side comes without words, and none loses those it had."""
    if not partnership.is_binding:
        return
    for party in parties:
        before = stored.get(party.pk)
        if before is None or before.actor_id != party.actor_id:
            if party.missing:
                raise ValidationError(UNSAID % {"name": party.actor.name}, code="unsaid")
        else:
            refuse_emptied(before, party)


def refuse_emptied(before: PartnershipParty, after: PartnershipParty) -> None:
    """Raises `ValidationError` when something was said, and is not any more."""
    if set(after.missing) - set(before.missing):
        raise ValidationError(EMPTIED % {"name": after.actor.name}, code="emptied")


def _hold_to_words(partnership: Partnership) -> None:
    """Once all sides of what is agreed have said both, the database keeps any of them from being emptied."""
    if not partnership.is_binding:
        return
    rows = list(partnership.parties.all())
    if not any(row.missing for row in rows):
        partnership.parties.filter(is_agreed=False).update(is_agreed=True)
    elif any(row.is_agreed for row in rows):
        raise ValidationError(UNSAID % {"name": next(row for row in rows if row.missing).actor.name}, code="unsaid")


@transaction.atomic
def write_side(
    *,
    party: PartnershipParty,
    values: Mapping[str, Any],
    by: Person | None = None,
    overrides: Iterable[Override] = (),
) -> PartnershipParty:
    """Writes what one side says, while its partnership is locked. Raises `ValidationError` when it empties what is agreed.

    What its own team writes is its word; what anybody else writes is noted for it, see `mark_words`. Why more hours were
    asked in spite of a warning is kept (`overrides`).
    """
    partnership = Partnership.objects.select_for_update().get(pk=party.partnership_id)
    before = PartnershipParty.objects.select_for_update().select_related(None).get(pk=party.pk)
    for name, value in values.items():
        setattr(party, name, value)
    if partnership.is_binding or before.is_agreed:
        refuse_emptied(before, party)
    party.save(update_fields=[*values, *mark_words(party, before, by=by)])
    _hold_to_words(partnership)
    keep_overrides(partnership=partnership, overrides=overrides, by=by)
    return party


@transaction.atomic
def take_step(
    *,
    partnership: Partnership,
    take: Callable[..., None],
    by: Person | None,
    overrides: Iterable[Override] = (),
    **values: Any,
) -> None:
    """One step along the stages. Why its sides were asked in spite of a warning is kept (`overrides`)."""
    take(partnership, by=by, **values)
    keep_overrides(partnership=partnership, overrides=overrides, by=by)


@transaction.atomic
def reopen_partnership(
    *, partnership: Partnership, by: Person | None, note: str = "", overrides: Iterable[Override] = ()
) -> Partnership:
    """Makes a new one with the same sides, linked to the one that is over; its story stays as it is.

    Each side begins with the words it had, noted for it until it makes them its own again.

    Raises `StageError` when it is not over, or was taken up again already.
    """
    hold_sides(partnership)
    if not partnership.is_over:
        raise StageError(_("Only what is over can be taken up again."), code="open")
    if Partnership.objects.filter(reopens=partnership).exists():
        raise StageError(_("This partnership was taken up again already."), code="reopened")
    again = Partnership(
        kind=partnership.kind,
        intensity=partnership.intensity,
        neighbourhood_id=partnership.neighbourhood_id,
        reopens=partnership,
        is_demo=partnership.is_demo,
    )
    sides = [
        PartnershipParty(actor_id=party.actor_id, side=party.side, **{name: getattr(party, name) for name in WORDS})
        for party in partnership.parties.all()
    ]
    return write_partnership(partnership=again, parties=sides, by=by, note=note, overrides=overrides)
