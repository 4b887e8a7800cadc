from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.holding import hold
from partners.actions.receipts import fingerprint_of
from partners.models import Actor, Person
from projects.actions.deleting import delete_once, place_left
from projects.models import Benefit, Participation, Project, Side, side_of

# Whose word it is, and since when.
WRITTEN_BY = ("recorded_by", "recorded_side", "recorded_at")


def _side(by: Person | None, actor: Actor) -> Side:
    return side_of(by, actor) if by else Side.PROJECT


@transaction.atomic
def record_benefit(
    *,
    project: Project,
    actor: Actor,
    kind: str,
    text: str,
    by: Person | None,
    side: str | None = None,
    is_public: bool = True,
) -> Benefit:
    """Writes down what a partner of the project gained; who takes no part in it gains nothing from it (`ValidationError`).

    `side` is whose word it is; without it, the side follows from the person.
    """
    hold(actor.pk)
    if not Participation.objects.filter(project=project, actor=actor, is_declined=False).exists():
        raise ValidationError(_("Only who takes part in the project can gain something from it."), code="stranger")
    return Benefit.objects.create(
        project=project,
        actor=actor,
        kind=kind,
        text=text,
        is_public=is_public,
        recorded_by=by,
        recorded_side=side or _side(by, actor),
    )


@transaction.atomic
def revise_benefit(*, benefit: Benefit, by: Person | None, side: str | None = None, **values: Any) -> None:
    """Writes it anew as the word of the person's side; `OutdatedError` when somebody else was faster."""
    benefit.claim()
    for name, value in values.items():
        setattr(benefit, name, value)
    benefit.recorded_by, benefit.recorded_side = by, side or _side(by, benefit.actor)
    benefit.recorded_at = timezone.now()
    benefit.save(update_fields=[*values, *WRITTEN_BY])


def delete_benefit(*, benefit: Benefit) -> None:
    """Takes it away for good: a benefit is somebody's word, and whoever said it may take it back.

    For a day it is known whose it was, not what it said, so that a second wish to delete it finds its way.
    """
    place = Participation(project=benefit.project, actor=benefit.actor)
    delete_once(fingerprint=_deleted(benefit.pk), row=benefit, place=place)


def place_of_deleted(*, pk: int, by: Person) -> Participation | None:
    """Where a benefit stood that was deleted a moment ago, for somebody of one of its two sides."""
    return place_left(fingerprint=_deleted(pk), by=by)


def _deleted(pk: int) -> str:
    return fingerprint_of("benefit deleted", str(pk))
