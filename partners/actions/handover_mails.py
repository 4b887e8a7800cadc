"""Who hears of a hand-over: the team that takes over, once the other side has signed and its own signature is due; and
the teams that take over single lines, once both have signed.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.mail_kinds import Letter, MailKind, mail_kinds
from partners.actions.mails import queue_mails
from partners.models import Actor, Handover, Mail, PartnershipHandover, Person, Signing


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


class HandoverLineMail(MailKind):
    """One for each kind of hand-over. Only as long as both signatures stand under this wording."""

    name = "handover-lines"
    label = _("Single lines of a hand-over go to you")
    about: type[Model] | None = PartnershipHandover
    is_notice = True

    def allowed(self, mail: Mail, row: Any) -> bool:
        if mail.person is None or mail.event != f"{self.name}:{event_of(row)}":
            return False
        signed = type(row).objects.complete().visible_to(mail.person).filter(pk=row.pk).exists()
        return bool(signed and lines_for(row, mail.person).exists())

    def letter(self, mail: Mail, row: Any) -> Letter:
        names = {"title": row.title, "receiver": str(row.receiver), "giver": str(row.giver)}
        mine = lines_for(row, mail.person) if mail.person else row.lines.none()
        return Letter(
            subject=gettext("This goes to you: hand-over “%(title)s”") % names,
            link=row.get_absolute_url(),
            template="partners/mail/handover_lines.txt",
            words=names | {"lines": "\n".join(f"- {line.what}" for line in mine)},
        )


def lines_of_others(row: Handover) -> QuerySet[Any]:
    """Lines that go neither to who takes over the whole nor back to who hands over: nobody asks these for a signature."""
    lines: QuerySet[Any] = row.lines.filter(to_actor__isnull=False)
    return lines.exclude(to_actor__in=[row.giver_id, row.receiver_id])


def lines_for(row: Handover, person: Person) -> QuerySet[Any]:
    """Those that go to her teams."""
    return lines_of_others(row).filter(to_actor__in=Actor.objects.staffed_by(person))


def tell_receiver(row: Handover) -> None:
    _tell(row, HandoverMail, Person.objects.filter(memberships__actor=row.receiver_id))


def tell_takers(row: Handover) -> None:
    """They sign nothing, and would otherwise not know."""
    actors = lines_of_others(row).order_by().values("to_actor")
    _tell(row, HandoverLineMail, Person.objects.filter(memberships__actor__in=actors))


def _tell(row: Handover, kinds: type[MailKind], people: QuerySet[Person]) -> None:
    """By the kind of mail for this kind of hand-over; a floor above has one of its own."""
    kind = next(one for one in mail_kinds().values() if isinstance(one, kinds) and one.about is type(row))
    to = people.filter(is_active=True).distinct().order_by("pk")
    queue_mails(kind=type(kind), event=event_of(row), to=to, about=row)
