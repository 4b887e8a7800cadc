from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, Invitation, Membership, Neighbourhood, Person
from partners.models.memberships import InvitationQuerySet


@transaction.atomic
def end_membership(*, membership: Membership, by: Person) -> None:
    """Takes somebody out of a team. The last manager cannot leave, or nobody of the team could let others in; the team of
    an entry that became part of another one does nothing any more.

    The managers' rows are locked first, so that of two who leave at the same moment the second one is the last.
    """
    managers = Membership.objects.filter(actor=membership.actor_id, role=Membership.Role.MANAGER)
    staying = [manager for manager in managers.select_for_update().order_by("pk") if manager.pk != membership.pk]
    is_manager = membership.role == Membership.Role.MANAGER and membership.actor.state != Actor.State.MERGED
    if is_manager and not staying and membership.person_id == by.pk:
        raise ValidationError(
            _("You are the last manager. Make somebody else a manager first, then you can leave."), code="last"
        )
    membership.delete()
    if membership.person_id != by.pk:
        _take_back(Invitation.objects.filter(actor=membership.actor_id), membership.person_id)


@transaction.atomic
def make_manager(*, membership: Membership) -> Membership:
    """An editor becomes a manager. Nothing happens to somebody who already is one."""
    Membership.objects.filter(pk=membership.pk).update(role=Membership.Role.MANAGER)
    membership.role = Membership.Role.MANAGER
    return membership


@transaction.atomic
def end_organising(*, neighbourhood: Neighbourhood, person: Person) -> None:
    """Takes an organiser out of a neighbourhood. The last one stays, or nobody could publish anything there."""
    locked = Neighbourhood.objects.select_for_update().get(pk=neighbourhood.pk)
    if not locked.organisers.exclude(pk=person.pk).exists():
        raise ValidationError(
            _("This is the last organiser of the neighbourhood. Invite somebody else first."), code="last"
        )
    locked.organisers.remove(person)
    _take_back(Invitation.objects.filter(neighbourhood=locked), person.pk)


def _take_back(invitations: InvitationQuerySet, sender: int) -> None:
    """The links that somebody has sent end with her place in the team, or she could come back through one of them."""
    invitations.waiting().filter(created_by=sender).update(revoked_at=timezone.now())
