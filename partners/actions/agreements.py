"""Agreements: drafted from what is known, edited section by section, signed once, followed by the next edition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.text import get_text_list
from django.utils.translation import gettext

from partners.actions.agreement_proposals import first_draft, first_part, next_draft, next_part
from partners.actions.restoring import check
from partners.models import Agreement, AgreementPart, Partnership, PartnershipParty, Person, StageError


@transaction.atomic
def begin_agreement(*, partnership: Partnership, language: str) -> Agreement:
    """The draft of this partnership: the one that is there, or a new one that fills itself.

    The first one is filled from the profiles of the sides, in `language`; a later one from the edition that was signed
    before it. The partnership is locked, so that two who begin at the same moment come to the same draft. Raises
    `StageError` before the first talks, when the sides do not know of it yet, and when it is over.
    """
    partnership = locked(partnership)
    if partnership.state not in Agreement.DRAFTED_IN:
        said = gettext("An agreement is drafted from the first talks on, until the partnership ends.")
        raise StageError(said, code="closed")
    latest = partnership.agreements.prefetch_related("parts__actor").first()
    if latest is not None and not latest.is_signed:
        return latest
    with translation.override(latest.language if latest else language):
        agreement = next_draft(latest) if latest else first_draft(partnership)
        agreement.language = agreement.language if latest else language
        agreement.save()
        earlier = {part.actor_id: part for part in latest.parts.all()} if latest else {}
        for party in partnership.parties.all():
            add_part(agreement, party, earlier.get(party.actor_id))
    return agreement


def locked(partnership: Partnership) -> Partnership:
    rows = Partnership.objects.select_for_update(of=("self",)).select_related("neighbourhood")
    return rows.prefetch_related("parties__actor__topics").get(pk=partnership.pk)


def add_part(agreement: Agreement, party: PartnershipParty, earlier: AgreementPart | None = None) -> None:
    part = next_part(earlier) if earlier else first_part(party)
    part.agreement = agreement
    part.save()


def differing_sides(agreement: Agreement) -> tuple[list[PartnershipParty], list[AgreementPart]]:
    """Sides of the partnership that the draft does not know, and parts of the draft that are no side any more."""
    parties, parts = list(agreement.partnership.parties.all()), list(agreement.parts.all())
    here, there = {part.actor_id for part in parts}, {party.actor_id for party in parties}
    return (
        [party for party in parties if party.actor_id not in here],
        [part for part in parts if part.actor_id not in there],
    )


# Whoever writes in a draft locks the agreement first, then its parts, then the partnership.


def still_a_draft(agreement: Agreement) -> Agreement:
    """Locked. Raises `StageError` where somebody noted the signatures meanwhile: what was signed is not rewritten."""
    found = Agreement.objects.select_for_update(of=("self",)).drafts().filter(pk=agreement.pk).first()
    if found is None:
        raise StageError(
            gettext("This agreement is signed. It stays as it is; a new one can follow it."), code="signed"
        )
    return found


@transaction.atomic
def match_sides(*, agreement: Agreement) -> None:
    """The draft gets the sides that the partnership has now; what the others wrote stays."""
    agreement = still_a_draft(agreement)
    agreement.partnership = locked(agreement.partnership)
    new, gone = differing_sides(agreement)
    with translation.override(agreement.language):
        for party in new:
            add_part(agreement, party)
    AgreementPart.objects.filter(pk__in=[part.pk for part in gone]).delete()


@transaction.atomic
def edit_agreement(*, agreement: Agreement, values: dict[str, Any], seen: Iterable[str]) -> None:
    """Writes the named values. `seen` are the fields that the person had before her: nobody need look at them again."""
    still_a_draft(agreement)
    _write(agreement, values, seen)


@transaction.atomic
def edit_part(*, part: AgreementPart, values: dict[str, Any], seen: Iterable[str]) -> None:
    still_a_draft(part.agreement)
    _write(part, values, seen)


def _write(row: Agreement | AgreementPart, values: dict[str, Any], seen: Iterable[str]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    done = set(seen)
    row.prefilled = [name for name in row.prefilled if name not in done]
    row.save(update_fields=[*values, "prefilled"])


def restore_agreement(agreement: Agreement, values: dict[str, Any], ties: dict[str, list[Any]], by: Person) -> None:
    """An earlier wording of a draft comes back."""
    check(agreement, values)
    edit_agreement(agreement=agreement, values=values, seen=values)


def restore_part(part: AgreementPart, values: dict[str, Any], ties: dict[str, list[Any]], by: Person) -> None:
    check(part, values)
    edit_part(part=part, values=values, seen=values)


@transaction.atomic
def sign_agreement(*, agreement: Agreement, on: date) -> None:
    """From now on it stays as it is. Raises `StageError` where it is signed already, or lacks what it cannot do without."""
    agreement = still_a_draft(agreement)
    if lacking := agreement.lacks:
        raise StageError(
            gettext("It cannot be signed yet. It still lacks: %(what)s.")
            % {"what": get_text_list(lacking, gettext("and"))},
            code="lacks",
        )
    agreement.signed_on = on
    agreement.save(update_fields=["signed_on"])


@transaction.atomic
def discard_draft(*, agreement: Agreement) -> None:
    still_a_draft(agreement).delete()
