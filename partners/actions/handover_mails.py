"""Who hears that a hand-over waits for her signature: the team that takes over, once the other side has signed."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.mail_kinds import Letter, MailKind, mail_kinds
from partners.actions.mails import queue_mails
from partners.models import Handover, Mail, PartnershipHandover, Person, Signing


class HandoverMail(MailKind):
    """One for each kind of hand-over. A wording that was changed, or signed meanwhile, is not written about any more."""

    name = "handover-signature"
    label = _("A hand-over waits for your signature")
    about: type[Model] | None = PartnershipHandover
    is_notice = True

    def allowed(self, mail: Mail, row: Any) -> bool:
        if mail.person is None or mail.event != f"{self.name}:{event_of(row)}":
            return False
        rows = type(row).objects.ready().signable_by(mail.person, Signing.RECEIVING)
        return rows.filter(pk=row.pk, given_on__isnull=False, received_on=None).exists()

    def letter(self, mail: Mail, row: Any) -> Letter:
        names = {"title": row.title, "receiver": str(row.receiver), "giver": str(row.giver)}
        return Letter(
            subject=gettext("Your signature, please: hand-over “%(title)s”") % names,
            link=row.get_absolute_url(),
            template="partners/mail/handover_signature.txt",
            words=names,
        )


def event_of(row: Handover) -> str:
    """Which wording, and when the first side signed it."""
    return f"{row.pk}:{row.version}:{row.given_on}"


def tell_receiver(row: Handover) -> None:
    """By the kind of mail for this kind of hand-over; a floor above has one of its own."""
    people = Person.objects.filter(memberships__actor=row.receiver_id, is_active=True).distinct().order_by("pk")
    kind = next(one for one in mail_kinds().values() if isinstance(one, HandoverMail) and one.about is type(row))
    queue_mails(kind=type(kind), event=event_of(row), to=people, about=row)
