from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.accounts import is_address_of
from partners.actions.holding import hold
from partners.actions.invitations import PAUSE, PER_DAY
from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mail
from partners.models import Actor, ContactPerson, Mail, Person

LIFETIME = timedelta(days=30)
SALT = "partners.contacts.consent"


class LinkTooOldError(Exception):
    """The link was right once: it expired, a newer mail replaced it, or the entry is gone."""


@transaction.atomic
def enter_contact(*, actor: Actor, by: Person, agreed: str = "", **values: Any) -> ContactPerson:
    """Enters a person, internal unless a consent is noted, and tells her by mail when somebody else entered her.

    Raises `ValidationError` when somebody says "that is me" of an address that is not hers, and for too many mails.
    """
    hold(actor.pk)
    contact = ContactPerson(actor=actor, entered_by=by, **values)
    _note(contact, agreed, by)
    contact.save()
    if contact.email and not is_address_of(by, contact.email):
        _ask(contact, by=by)
    return contact


@transaction.atomic
def edit_contact(
    *, contact: ContactPerson, by: Person, values: dict[str, Any], agreed: str = "", ask_again: bool = False
) -> None:
    """Writes the named values.

    A consent covers what the person saw: after a change by somebody else it ends, and she is asked anew. A new address
    makes the old link useless.
    """
    is_new_address = values.get("email", contact.email) != contact.email
    for name, value in values.items():
        setattr(contact, name, value)
    own = bool(contact.email) and is_address_of(by, contact.email)
    has_lapsed = bool(values) and contact.has_agreed and not own
    if has_lapsed:
        contact.withdraw()
    if is_new_address:
        contact.asked_at = None
    _note(contact, agreed, by)
    contact.save()
    if contact.email and not own and not contact.objected_at:
        _ask_when_due(contact, by=by, is_due=is_new_address or has_lapsed, ask_again=ask_again)


def _ask_when_due(contact: ContactPerson, *, by: Person, is_due: bool, ask_again: bool) -> None:
    """A link of a moment ago shows the new words too, so only who asks for another mail hears that it is too early."""
    is_fresh = contact.asked_at is not None and contact.asked_at > timezone.now() - PAUSE
    if ask_again and is_fresh:
        raise ValidationError(
            _("This person has just got a mail. You can send another one in ten minutes."), code="haste"
        )
    if (is_due or ask_again) and not is_fresh:
        _ask(contact, by=by)


def _note(contact: ContactPerson, agreed: str, by: Person) -> None:
    if not agreed:
        return
    if agreed == ContactPerson.Way.SELF and not is_address_of(by, contact.email):
        raise ValidationError(
            _("Only a person who signs in with this e-mail address can say that it is herself."), code="other"
        )
    contact.agree(way=agreed, by=by)


def _ask(contact: ContactPerson, *, by: Person) -> None:
    """Stores when she was asked, because the link belongs to that moment, and the mail with it."""
    since = timezone.now() - timedelta(days=1)
    if ContactPerson.objects.filter(entered_by=by, asked_at__gt=since).count() >= PER_DAY:
        raise ValidationError(
            _("You have entered %(number)d people within a day. You can enter more tomorrow.") % {"number": PER_DAY},
            code="masses",
        )
    contact.asked_at = timezone.now()
    contact.save(update_fields=["asked_at"])
    queue_mail(kind=ConsentMail, event=event_of(contact), to=contact.email, about=contact, by=by)


def token_of(contact: ContactPerson) -> str:
    return signing.dumps([contact.pk, _stamp(contact)], salt=SALT)


def contact_of(token: str, *, locked: bool = False) -> ContactPerson | None:
    """Whose link it is. None for what we never signed; `LinkTooOldError` for what does not count any more."""
    try:
        pk, stamp = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.SignatureExpired as error:
        raise LinkTooOldError from error
    except signing.BadSignature:
        return None
    rows = ContactPerson.objects.filter(pk=pk)
    contact = (rows.select_for_update() if locked else rows.select_related("actor")).first()
    if contact is None or _stamp(contact) != stamp:
        raise LinkTooOldError
    return contact


def _stamp(contact: ContactPerson) -> str:
    return contact.asked_at.isoformat() if contact.asked_at else ""


def event_of(contact: ContactPerson) -> str:
    """Each time that she is asked is an event of its own."""
    return f"{contact.pk}:{_stamp(contact)}"


class ConsentMail(MailKind):
    """Goes out as long as the entry stands with this address, no newer mail was sent, and she has not objected.

    Whoever entered her may have left the team meanwhile: that she is entered, she learns all the same.
    """

    name = "consent"
    label = _("Question to a contact person")
    about = ContactPerson

    def allowed(self, mail: Mail, row: ContactPerson) -> bool:
        is_newest = mail.event == f"{self.name}:{event_of(row)}" and mail.address == row.email.lower()
        return is_newest and row.objected_at is None

    def letter(self, mail: Mail, row: ContactPerson) -> Letter:
        return Letter(
            subject=gettext("Contact person of %(actor)s: do you agree?") % {"actor": row.actor},
            link=reverse("partners:contact-consent", args=[token_of(row)]),
            template="partners/mail/contact.txt",
            words={"contact": row, "actor": row.actor, "by": mail.by or gettext("Somebody")},
            name=row.name,
        )
