from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.holding import MergedMeanwhileError, hold_survivor
from partners.actions.receipts import fingerprint_of
from partners.models import Actor, Channel, Person, ResourceCategory, StageError
from projects.actions.contributions import record_contribution, revise_contribution
from projects.actions.deleting import delete_once, place_left
from projects.models import Contribution, Dissemination, OutdatedError, Participation
from projects.models.reach import count, refuse_more

LOCKED = _("This is part of the confirmed contribution “%(title)s”, so it stays as it is. An objection opens it again.")
# By what one knows which channel an entry speaks of.
CHANNEL = frozenset({"channel", "channel_kind", "channel_name"})
COUNTED = _(
    "Somebody has changed this in the meantime. It is counted anew here: please look at the number, then save again."
)


@transaction.atomic
def record_dissemination(
    *,
    participation: Participation,
    by: Person | None,
    went_out_on: date,
    channel: Channel | None = None,
    channel_kind: str = "",
    channel_name: str = "",
    enter_channel: bool = False,
    **said: Any,
) -> Dissemination:
    """Writes down that a channel of the actor carried something of the project.

    The channel is one of its profile, or is named with its kind. One that is named like a channel of the profile is that
    one; else `enter_channel` notes it there, for whoever may edit the actor. `said` are the other fields of the entry.
    Who said no to the project passes nothing on (`ValidationError`).
    """
    participation = _held(participation)
    if participation.is_declined:
        raise ValidationError(_("This actor said no to the project, so it passes nothing on."), code="declined")
    if channel is not None:
        channel_kind, channel_name = channel.kind, channel.name
    found = _channel_of(participation.actor_id, channel=channel, kind=channel_kind, name=channel_name)
    if found is None and enter_channel and by and Actor.objects.editable_by(by).filter(pk=participation.actor_id):
        found = Channel.objects.create(
            actor_id=participation.actor_id,
            kind=channel_kind,
            name=channel_name,
            audience=said.get("audience"),
            measured_on=said.get("measured_on"),
        )
    return Dissemination.objects.create(
        participation=participation,
        channel=found,
        channel_kind=channel_kind,
        channel_name=channel_name,
        went_out_on=went_out_on,
        recorded_by=by,
        **said,
    )


def _held(participation: Participation) -> Participation:
    """Where the actor has just become part of another one, its participation goes on there, unless it became one with another."""
    hold_survivor(participation.actor_id)
    row = Participation.objects.select_related("project", "actor").filter(pk=participation.pk).first()
    if row is None:
        raise MergedMeanwhileError(participation.actor)
    return row


def _channel_of(actor: int, *, channel: Channel | None, kind: str, name: str) -> Channel | None:
    """The channel as long as it is there; held, so that nobody deletes it before the entry is written."""
    rows = Channel.objects.filter(actor=actor).select_for_update(no_key=True, of=("self",)).order_by("pk")
    if channel is not None:
        return rows.filter(pk=channel.pk).first()
    return next((one for one in rows.filter(kind=kind) if one.name.casefold() == name.casefold()), None)


@transaction.atomic
def edit_dissemination(*, dissemination: Dissemination, by: Person | None, **values: Any) -> None:
    """Writes the values; the contribution that it is part of is counted anew, and its other side is asked again.

    Where it was another channel, that is found as when the entry is made. `StageError` where the contribution is
    confirmed, `OutdatedError` when somebody else was faster.
    """
    if CHANNEL & values.keys():
        values |= _exchanged(dissemination, values)
    contribution = _hold_contribution(dissemination)
    dissemination.claim()
    for name, value in values.items():
        setattr(dissemination, name, value)
    dissemination.recorded_by, dissemination.recorded_at = by, timezone.now()
    dissemination.save(update_fields=[*values, "recorded_by", "recorded_at"])
    if contribution is not None:
        count_anew(contribution, by=by)


def _exchanged(dissemination: Dissemination, values: dict[str, Any]) -> dict[str, Any]:
    """The channel with its kind and name; held before the contribution and the entry, as whoever deletes it does."""
    participation = _held(dissemination.participation)
    channel = values.get("channel")
    if channel is not None:
        kind, name = channel.kind, channel.name
    else:
        kind, name = (values.get(one, getattr(dissemination, one)) for one in ("channel_kind", "channel_name"))
    found = _channel_of(participation.actor_id, channel=channel, kind=kind, name=name)
    return {"channel": found, "channel_kind": kind, "channel_name": name}


@transaction.atomic
def delete_dissemination(*, dissemination: Dissemination, by: Person | None) -> None:
    """Takes it away for good; with the contribution it is as when it is changed."""
    contribution = _hold_contribution(dissemination)
    place = Participation(
        project=dissemination.participation.project, actor=dissemination.participation.actor
    )  # where one reads on
    delete_once(fingerprint=_deleted(dissemination.pk), row=dissemination, place=place)
    if contribution is not None:
        count_anew(contribution, by=by)


def place_of_deleted_dissemination(*, pk: int, by: Person) -> Participation | None:
    """Where an entry stood that was deleted a moment ago, for somebody of one of its two sides."""
    return place_left(fingerprint=_deleted(pk), by=by)


def _deleted(pk: int) -> str:
    return fingerprint_of("dissemination deleted", str(pk))


def _hold_contribution(dissemination: Dissemination) -> Contribution | None:
    """First the contribution, then the entry, as it stands now: nobody confirms the one while the other is written."""
    key = dissemination.contribution_id
    rows = Contribution.objects.select_related("participation__actor").select_for_update(of=("self",))
    contribution = rows.filter(pk=key).first() if key else None
    if contribution is not None and contribution.is_locked:
        raise StageError(LOCKED % {"title": contribution.title}, code="locked")
    mine = Dissemination.objects.filter(pk=dissemination.pk, version=dissemination.version, contribution=contribution)
    if not mine.select_for_update(of=("self",)).order_by().first():
        raise OutdatedError(_("Somebody else has changed this in the meantime. Please look at it once more."))
    return contribution


def count_anew(contribution: Contribution, *, by: Person | None) -> None:
    """Its quantity follows its entries; so the other side is asked again, and an objection counts as answered."""
    if contribution.category != ResourceCategory.REACH:
        return
    total = count(contribution.disseminations.select_related("participation")).total
    quantity = None if total is None else Decimal(total)
    if quantity != contribution.delivered_quantity or contribution.is_contested:
        revise_contribution(contribution=contribution, by=by, delivered_quantity=quantity)


def settle_parting(*, kept: Actor, gone: Actor, by: Person) -> None:
    """What was made of entries of both while they were one: each entry belongs to its own actor again, and waits there.

    The contribution is counted anew of those that stay; where it was confirmed with more, the other side is asked again.
    """
    mine = Dissemination.objects.filter(participation__actor__in=(kept, gone), contribution__isnull=False)
    strange = mine.exclude(participation=F("contribution__participation")).order_by()
    astray = dict(strange.values_list("pk", "contribution"))
    rows = Contribution.objects.select_related("participation__actor").filter(pk__in=set(astray.values()))
    contributions = list(rows.select_for_update(of=("self",)).order_by("pk"))
    Dissemination.objects.filter(pk__in=list(astray)).update(contribution=None)
    for contribution in contributions:
        total = count(contribution.disseminations.select_related("participation")).total
        if contribution.state == Contribution.State.CONFIRMED and total != contribution.delivered_quantity:
            contribution.reopen(by=by)
        if not contribution.is_locked:
            count_anew(contribution, by=by)


@transaction.atomic
def contribute_disseminations(
    *,
    participation: Participation,
    seen: Sequence[str],
    by: Person | None,
    title: str,
    quantity: Decimal | None,
    start_on: date | None = None,
    end_on: date | None = None,
    is_public: bool = True,
) -> Contribution:
    """Makes one delivered contribution of everything that this participation passed on and that is part of none yet.

    `seen` are the stamps of the entries that the person saw, so that she agrees to nothing else: `OutdatedError` when
    somebody has changed one of them, added one, or was faster. The quantity is at most what the channels reach.
    """
    participation = _held(participation)
    rows = Dissemination.objects.filter(participation=participation).waiting().select_related("participation")
    entries = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if not entries or stamps_of(entries) != sorted(seen):
        raise OutdatedError(COUNTED, code="outdated")
    total = count(entries).total
    refuse_more(quantity, total)
    contribution = record_contribution(
        participation=participation,
        category=ResourceCategory.REACH,
        title=title,
        by=by,
        delivered_quantity=quantity if total is not None else None,
        state=Contribution.State.DELIVERED,
        start_on=start_on,
        end_on=end_on,
        is_public=is_public,
    )
    Dissemination.objects.filter(pk__in=[entry.pk for entry in entries]).update(contribution=contribution)
    return contribution


def stamps_of(entries: Sequence[Dissemination]) -> list[str]:
    """What somebody saw of them."""
    return sorted(f"{entry.pk}-{entry.version}" for entry in entries)
