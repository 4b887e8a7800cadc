"""Deleting one's own account: what the person entered stays with the institution, her name goes."""

from __future__ import annotations

from functools import partial

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from partners.actions.memberships import end_membership, end_organising
from partners.models import Actor, Invitation, Mail, Membership, Neighbourhood, Person
from quartier.own_data import addresses_of

ATTEMPTS = 3


def hindrances(person: Person) -> list[tuple[str, Actor | Neighbourhood]]:
    """For what she is the last one responsible, each with its name: she hands these over first."""
    managed = Actor.objects.filter(memberships__person=person, memberships__role=Membership.Role.MANAGER)
    others = Membership.objects.filter(role=Membership.Role.MANAGER).exclude(person=person)
    alone = managed.unmerged().exclude(pk__in=others.values("actor")).order_by("sort_name")
    places = person.organised_neighbourhoods.exclude(organisers__in=Person.objects.exclude(pk=person.pk))
    return [("manager", actor) for actor in alone] + [("organiser", place) for place in places.order_by("name")]


def delete_account(*, person: Person) -> None:
    """Ends everything that hangs on the account, and tells her by mail. Raises `ValidationError` for the last one responsible.

    Whoever answers her at that moment holds what she asked for, and then needs her row for the mail to her; here it is the
    other way round. Of two that wait for each other the database stops one: this one then begins anew.
    """
    for left in reversed(range(ATTEMPTS)):
        try:
            return _delete(person)
        except OperationalError:
            if not left or connection.in_atomic_block:
                raise
    return None


@transaction.atomic
def _delete(person: Person) -> None:
    """The person's row is locked first, then her teams in the order of their keys: who is made a manager, or becomes the
    last one, at the same moment is seen here or finds no account any more.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    _leave_administration(person)
    _leave_teams(person)
    addresses = addresses_of(person)
    # Links that she sent no longer let anybody in; those sent to her hold her name and address.
    Invitation.objects.filter(created_by=person).waiting().delete()
    Invitation.objects.filter(email__in=addresses).delete()
    Invitation.objects.filter(accepted_by=person).delete()
    Mail.objects.filter(address__in=addresses).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    EmailAddress.objects.filter(user=person).delete()
    reader = Person(email=person.email, name=person.name, language=person.language)
    person.delete()
    transaction.on_commit(partial(_tell, reader))


def _leave_administration(person: Person) -> None:
    """Somebody has to keep the portal: the last admin with all rights stays."""
    admins = Person.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk")
    if person.is_superuser and [admin.pk for admin in admins] == [person.pk]:
        raise ValidationError(
            _("You are the last admin. Make somebody else an admin with all rights first."), code="last"
        )


def _leave_teams(person: Person) -> None:
    hindered = []
    actors = sorted(person.memberships.values_list("actor", flat=True))
    list(Actor.objects.select_for_update(no_key=True).filter(pk__in=actors).order_by("pk").values_list("pk"))
    list(Membership.objects.select_for_update().filter(actor__in=actors).order_by("pk"))
    for membership in person.memberships.select_related("actor").order_by("actor"):
        try:
            end_membership(membership=membership, by=person)
        except ValidationError:
            hindered.append(_last_manager(membership.actor))
    for place in person.organised_neighbourhoods.order_by("pk"):
        try:
            end_organising(neighbourhood=place, person=person)
        except ValidationError:
            hindered.append(_last_organiser(place))
    if hindered:
        raise ValidationError([ValidationError(sentence, code="last") for sentence in hindered])


def _last_manager(actor: Actor) -> str:
    return _("You are the last manager of “%(name)s”.") % {"name": actor.name}


def _last_organiser(place: Neighbourhood) -> str:
    return _("You are the last organiser of “%(name)s”.") % {"name": place.name}


def _tell(reader: Person) -> None:
    get_adapter().send_mail("account/email/account_deleted", reader.email, {"user": reader})
