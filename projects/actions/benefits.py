from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, Person
from projects.models import Benefit, Participation, Project, Side, side_of


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
    benefit.save()


def delete_benefit(*, benefit: Benefit) -> None:
    """Takes it away for good: a benefit is somebody's word, and whoever said it may take it back."""
    benefit.delete()
