from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from partners.actions.accounts import account_with, create_account, is_address_of
from partners.actions.holding import hold, hold_survivor
from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mail
from partners.models import Actor, Invitation, Mail, Membership, Neighbourhood, Person

PER_DAY = 50
PAUSE = timedelta(minutes=10)


class InvitationGoneError(ValidationError):
    """The link was used, taken back, replaced by a newer one, or is too old."""

    def __init__(self) -> None:
        super().__init__(_("This invitation is no longer valid."), code="gone")


class AccountGoneError(ValidationError):
    """Who is signed in has deleted her account a moment ago, in another window."""

    def __init__(self) -> None:
        super().__init__(_("This account does not exist any more."), code="no account")


@transaction.atomic
def invite(
    *,
    email: str,
    role: str,
    by: Person,
    actor: Actor | None = None,
    neighbourhood: Neighbourhood | None = None,
    name: str = "",
) -> Invitation:
    """Sends somebody a link into the team of an actor or a neighbourhood.

    An address that is already invited gets a new link, and the one before stops working. Raises `ValidationError` for
    somebody who belongs to the team, and for too many invitations.
    """
    email = email.strip().lower()
    hold(actor.pk if actor else None)
    _refuse_members(email=email, role=role, actor=actor, neighbourhood=neighbourhood)
    waiting = Invitation.objects.select_for_update().waiting()
    invitation = waiting.filter(email=email, actor=actor, neighbourhood=neighbourhood).first()
    if invitation is None:
        invitation = Invitation(email=email, actor=actor, neighbourhood=neighbourhood)
    else:
        _refuse_haste(invitation)
    invitation.role, invitation.name, invitation.created_by = role, name or invitation.name, by
    _refuse_masses(by)
    _send(invitation, by=by)
    return invitation


@transaction.atomic
def resend(*, invitation: Invitation, by: Person) -> Invitation:
    """Sends a new link, valid for another fourteen days. The one before stops working."""
    waiting = Invitation.objects.select_for_update().waiting().filter(pk=invitation.pk).first()
    if waiting is None:
        raise InvitationGoneError
    _refuse_haste(waiting)
    _refuse_masses(by)
    _send(waiting, by=by)
    return waiting


def revoke(*, invitation: Invitation) -> None:
    """The link stops working at once. Raises `InvitationGoneError` when it has just been used."""
    if not Invitation.objects.waiting().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        raise InvitationGoneError


@transaction.atomic
def accept(*, token: str, person: Person) -> Membership | Neighbourhood:
    """Takes the person into the team. The link works once, for the address it was sent to.

    Her row is locked first, as `delete_account` does: of both at the same moment one comes after the other. Raises
    `AccountGoneError` when she has just deleted her account.
    """
    locked = Person.objects.select_for_update().filter(pk=person.pk).first()
    if locked is None:
        raise AccountGoneError
    person = locked
    invitation = _claim(token, by=person)
    if not is_address_of(person, invitation.email):
        raise ValidationError(_("This invitation was sent to another e-mail address."), code="other")
    return _join(invitation, person)


@transaction.atomic
def accept_as_newcomer(
    *, token: str, name: str, password: str, language: str
) -> tuple[Person, Membership | Neighbourhood]:
    """Makes the account that the invitation is meant for, and takes it into the team.

    Who opened the link has the mailbox, so the address counts as confirmed. Raises `ValidationError` when the address
    has got an account in the meantime; the link then still works.
    """
    invitation = _claim(token, by=None)
    person = create_account(email=invitation.email, name=name, password=password, language=language)
    Invitation.objects.filter(pk=invitation.pk).update(accepted_by=person)
    return person, _join(invitation, person)


def _claim(token: str, *, by: Person | None) -> Invitation:
    """Marks the invitation as used, in one conditional UPDATE on its own row: of two at the same moment one gets it.

    It comes along when its actor becomes part of another one, so it is read after that.
    """
    rows = Invitation.objects.with_token(token)
    hold_survivor(rows.values_list("actor", flat=True).first())
    invitation = rows.select_related("actor", "neighbourhood").first()
    if invitation is None or not invitation.is_open:
        raise InvitationGoneError
    if not Invitation.objects.with_token(token).open().update(accepted_at=timezone.now(), accepted_by=by):
        raise InvitationGoneError
    return invitation


def _join(invitation: Invitation, person: Person) -> Membership | Neighbourhood:
    """Into the team; an editor who is invited as manager becomes one, nobody loses anything."""
    if invitation.neighbourhood is not None:
        invitation.neighbourhood.organisers.add(person)
        return invitation.neighbourhood
    membership, is_new = Membership.objects.get_or_create(
        person=person, actor=invitation.actor, defaults={"role": invitation.role}
    )
    if not is_new and invitation.role == Invitation.Role.MANAGER and membership.role != Membership.Role.MANAGER:
        membership.role = Membership.Role.MANAGER
        membership.save(update_fields=["role"])
    return membership


def _refuse_members(*, email: str, role: str, actor: Actor | None, neighbourhood: Neighbourhood | None) -> None:
    person = account_with(email)
    if person is None:
        return
    if neighbourhood is not None:
        belongs = neighbourhood.organisers.filter(pk=person.pk).exists()
    else:
        known = Membership.objects.filter(person=person, actor=actor)
        belongs = (known if role == Invitation.Role.EDITOR else known.filter(role=role)).exists()
    if belongs:
        raise ValidationError(_("This person already belongs to the team."), code="member")


def _refuse_haste(invitation: Invitation) -> None:
    """A link that is replaced while somebody is about to open it only confuses; and nobody's mailbox shall be flooded."""
    if invitation.sent_at > timezone.now() - PAUSE:
        minutes = int(PAUSE.total_seconds() // 60)
        raise ValidationError(
            ngettext_lazy(
                "This address has just got an invitation. You can send another one after %(minutes)d minute.",
                "This address has just got an invitation. You can send another one after %(minutes)d minutes.",
                minutes,
            )
            % {"minutes": minutes},
            code="haste",
        )


def _refuse_masses(by: Person) -> None:
    since = timezone.now() - timedelta(days=1)
    if Invitation.objects.filter(created_by=by, sent_at__gt=since).count() >= PER_DAY:
        raise ValidationError(
            _("You have sent %(number)d invitations within a day. You can send more tomorrow.") % {"number": PER_DAY},
            code="masses",
        )


def _send(invitation: Invitation, *, by: Person) -> None:
    """Stores the invitation with a fresh link, and its mail with it."""
    invitation.renew_token()
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError as error:
        raise ValidationError(_("Somebody else is inviting this address right now."), code="race") from error
    queue_mail(kind=InvitationMail, event=event_of(invitation), to=invitation.email, about=invitation, by=by)


def event_of(invitation: Invitation) -> str:
    """Each new link is an event of its own."""
    return f"{invitation.pk}:{invitation.token_hash[:16]}"


def mail_states(rows: list[Invitation]) -> dict[int, str]:
    """What became of the newest mail of each, by the number of the invitation."""
    events = {f"{InvitationMail.name}:{event_of(row)}": row.pk for row in rows}
    return {events[mail.event]: mail.state for mail in Mail.objects.filter(event__in=events)}


class InvitationMail(MailKind):
    """Goes out as long as its link opens the team, and whoever sent it still decides on that team."""

    name = "invitation"
    label = _("Invitation")
    about = Invitation

    def allowed(self, mail: Mail, row: Invitation) -> bool:
        is_newest = mail.event == f"{self.name}:{event_of(row)}" and row.token != ""
        return is_newest and row.is_open and mail.by is not None and _may_invite(mail.by, row)

    def letter(self, mail: Mail, row: Invitation) -> Letter:
        words = {
            "invitation": row,
            "target": row.target,
            "inviter": mail.by,
            "has_account": account_with(row.email) is not None,
        }
        return Letter(
            subject=gettext("Invitation: %(target)s") % {"target": row.target},
            link=reverse("partners:invitation-accept", args=[row.token]),
            template="partners/mail/invitation.txt",
            words=words,
            name=row.name,
        )


def _may_invite(by: Person, invitation: Invitation) -> bool:
    return by.is_active and Invitation.objects.manageable_by(by).filter(pk=invitation.pk).exists()
