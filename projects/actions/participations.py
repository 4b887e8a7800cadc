from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from partners.actions.cautions import Override
from partners.actions.holding import hold
from partners.models import Actor, Person
from projects.models import Contribution, Participation, ParticipationOverride, Project

TAKEN = _("This actor has this role in the project already. Please choose another role.")
HAD_BEFORE = _(
    "This actor had this role in the project before. Please choose another role, or enter the earlier one anew."
)


@transaction.atomic
def add_participation(
    *,
    project: Project,
    actor: Actor,
    role: str,
    by: Person | None,
    state: str = Participation.State.INVITED,
    start_on: date | None = None,
    end_on: date | None = None,
    tasks: str = "",
    hours_per_month: Decimal | None = None,
    overrides: Sequence[Override] = (),
) -> Participation:
    """Notes that an actor takes part (`AGREED`) or was asked to (`INVITED`); only who agreed is named in public.

    Who ended this role or said no to it is asked again, whatever `state` says: the new yes is the actor's to give.
    The first that takes the lead also becomes the project's lead actor. Why it was asked in spite of a warning is kept
    (`overrides`). Raises `ValidationError` when the actor has this role already.
    """
    hold(actor.pk)
    _hold_project(project.pk, role)
    details: dict[str, Any] = {
        "start_on": start_on,
        "end_on": end_on,
        "tasks": tasks,
        "hours_per_month": hours_per_month,
    }
    try:
        with transaction.atomic():
            participation = Participation.objects.create(
                project=project,
                actor=actor,
                role=role,
                state=state,
                **details,
            )
    except IntegrityError as error:
        earlier = Participation.objects.filter(project=project, actor=actor, role=role).first()
        if earlier is None:
            raise
        if earlier.state != Participation.State.ENDED:
            raise ValidationError(TAKEN, code="taken") from error
        earlier.ask_again(**details)
        keep_why(earlier, overrides, by=by)
        return earlier
    keep_why(participation, overrides, by=by)
    _pass_the_lead(participation)
    return participation


def keep_why(participation: Participation, overrides: Sequence[Override], *, by: Person | None) -> None:
    """Why somebody asked for a participation in spite of a warning."""
    for one in overrides:
        ParticipationOverride.objects.create(participation=participation, by=by, reason=one.reason, warning=one.warning)


@transaction.atomic
def agree_participation(*, participation: Participation) -> None:
    """The actor takes part from now on; an invited lead now leads."""
    _hold_project(participation.project_id, participation.role)
    participation.agree()
    _pass_the_lead(participation)


@transaction.atomic
def end_participation(*, participation: Participation, by: Person | None) -> None:
    """The participation is over. Who declines also brings nothing of what was planned or promised for it."""
    participation.end()
    if participation.is_declined:
        open_states = [Contribution.State.PLANNED, Contribution.State.PROMISED]
        for contribution in Contribution.objects.filter(participation=participation, state__in=open_states):
            contribution.withdraw(by=by)


@transaction.atomic
def edit_participation(
    *, participation: Participation, by: Person | None = None, overrides: Sequence[Override] = (), **values: Any
) -> None:
    """Writes the values; `OutdatedError` when somebody else was faster, `ValidationError` when the role is taken.

    Why more was asked in spite of a warning is kept (`overrides`), with who did (`by`).
    """
    _hold_project(participation.project_id, values.get("role", participation.role))
    participation.claim()
    for name, value in values.items():
        setattr(participation, name, value)
    taken = Participation.objects.filter(
        project=participation.project_id, actor=participation.actor_id, role=participation.role
    )
    try:
        with transaction.atomic():
            participation.save(update_fields=list(values))
    except IntegrityError as error:
        if other := taken.exclude(pk=participation.pk).first():
            is_over = other.state == Participation.State.ENDED
            raise ValidationError(HAD_BEFORE if is_over else TAKEN, code="taken") from error
        raise
    keep_why(participation, overrides, by=by)
    _pass_the_lead(participation)


def _hold_project(project: int, role: str) -> None:
    """Who takes the lead writes into the project too: that is locked before what is a part of it."""
    if role == Participation.Role.LEAD:
        Project.objects.select_for_update(no_key=True, of=("self",)).filter(pk=project).order_by().first()


def _pass_the_lead(participation: Participation) -> None:
    """A project without a lead gets one as soon as somebody has agreed to take the lead."""
    if participation.role == Participation.Role.LEAD and participation.state == Participation.State.AGREED:
        Project.objects.filter(pk=participation.project_id, lead_actor=None).update(lead_actor=participation.actor_id)
