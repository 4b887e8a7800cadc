from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.accounts import is_address_of
from partners.actions.consent import AskingKind, ask, ask_when_due, token_of
from partners.actions.holding import hold
from partners.actions.mail_kinds import Letter
from partners.models import Actor, ContactPerson, Mail, Person


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
        ask(contact, kind=ConsentMail, by=by)
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
        ask_when_due(contact, kind=ConsentMail, by=by, is_due=is_new_address or has_lapsed, ask_again=ask_again)


def _note(contact: ContactPerson, agreed: str, by: Person) -> None:
    if not agreed:
        return
    if agreed == ContactPerson.Way.SELF and not is_address_of(by, contact.email):
        raise ValidationError(
            _("Only a person who signs in with this e-mail address can say that it is herself."), code="other"
        )
    contact.agree(way=agreed, by=by)


class ConsentMail(AskingKind):
    """To nobody who has objected."""

    name = "consent"
    label = _("Question to a contact person")
    about = ContactPerson

    def allowed(self, mail: Mail, row: ContactPerson) -> bool:
        return super().allowed(mail, row) and row.objected_at is None

    def letter(self, mail: Mail, row: ContactPerson) -> Letter:
        return Letter(
            subject=gettext("Contact person of %(actor)s: do you agree?") % {"actor": row.actor},
            link=reverse("partners:contact-consent", args=[token_of(row)]),
            template="partners/mail/contact.txt",
            words={"contact": row, "actor": row.actor, "by": mail.by or gettext("Somebody")},
            name=row.name,
        )
