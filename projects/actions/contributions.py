from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from partners.actions.holding import MergedMeanwhileError, hold
from partners.models import Person
from projects.actions.request_telling import tell_confirmed, tell_contested, tell_written
from projects.models import Contribution, Participation, Side, side_of


def _side(by: Person | None, participation: Participation) -> Side:
    return side_of(by, participation.actor) if by else Side.PROJECT


def _held(participation: Participation) -> Participation:
    """Where the actor has just become part of another one, its participation goes on there, unless it became one with another."""
    try:
        hold(participation.actor_id)
    except MergedMeanwhileError:
        moved = Participation.objects.select_related("project", "actor").filter(pk=participation.pk).first()
        if moved is None:
            raise
        hold(moved.actor_id)
        return moved
    return participation


@transaction.atomic
def record_contribution(
    *,
    participation: Participation,
    category: str,
    title: str,
    by: Person | None,
    side: str | None = None,
    planned_quantity: Decimal | None = None,
    delivered_quantity: Decimal | None = None,
    state: str = Contribution.State.PLANNED,
    start_on: date | None = None,
    end_on: date | None = None,
    is_public: bool = True,
) -> Contribution:
    """Writes down what an actor brings, as planned, promised or delivered, with the first line of its history.

    Quantities are in the unit of the category. `side` is whose word it is; without it, the side follows from the person.
    Who said no to the project brings nothing into it (`ValidationError`).
    """
    participation = _held(participation)
    if participation.is_declined:
        raise ValidationError(_("This actor said no to the project, so it brings nothing."), code="declined")
    if state not in Contribution.FIRST_STATES:
        raise ValueError(f"A contribution is not written down as {state!r} for the first time.")
    contribution = Contribution(
        participation=participation,
        title=title,
        planned_quantity=planned_quantity,
        delivered_quantity=delivered_quantity,
        state=state,
        start_on=start_on,
        end_on=end_on,
        is_public=is_public,
        recorded_by=by,
        recorded_side=side or _side(by, participation),
    )
    contribution.set_category(category)
    contribution.save()
    contribution.remember("", by=by)
    return contribution


@transaction.atomic
def revise_contribution(
    *, contribution: Contribution, by: Person | None, side: str | None = None, **values: Any
) -> None:
    """Writes the entry anew as the word of the person's side, and asks the other side again."""
    contribution.revise(by=by, side=side or _side(by, contribution.participation), **values)
    tell_written(contribution, by=by)


@transaction.atomic
def confirm_contribution(*, contribution: Contribution, by: Person | None, **how: str) -> None:
    """The side that did not write it says yes; where it was asked for, whoever asked is told to say thank you. Raises `StageError`."""
    contribution.confirm(by=by, **how)
    tell_confirmed(contribution, by=by)


@transaction.atomic
def contest_contribution(*, contribution: Contribution, by: Person | None, reason: str, **how: str) -> None:
    """It says no and why; where it was asked for, the side that wrote it is told. Raises `ValidationError`."""
    contribution.object_to(by=by, reason=reason, **how)
    tell_contested(contribution, by=by)


@transaction.atomic
def deliver_contribution(
    *, contribution: Contribution, by: Person | None, side: str | None = None, quantity: Decimal | None = None
) -> None:
    """Says what was really brought. What was only planned is promised in the same breath."""
    if contribution.state == Contribution.State.PLANNED:
        contribution.promise(by=by)
    contribution.deliver(by=by, side=side or _side(by, contribution.participation), quantity=quantity)
