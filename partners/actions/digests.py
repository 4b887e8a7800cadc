"""One mail a day for who wants it: what would have been a mail each is a line with its link."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partners.actions.due import Job
from partners.actions.mail_kinds import Letter, MailKind, mail_kinds
from partners.actions.mails import queue_mail
from partners.actions.sending import absolute, hindrance, one_line, row_of
from partners.days import spoken
from partners.models import Mail, Person

logger = logging.getLogger(__name__)

HOUR = 7


class DigestMail(MailKind):
    """Goes out as long as one of its lines holds. The others are dropped, as they would have been alone."""

    name = "digest"
    label = _("Daily mail")
    is_notice = True
    may_wait = False

    def allowed(self, mail: Mail, row: Any) -> bool:
        holding = [_holds(one) for one in _collected(mail)]
        return any(holding)

    def letter(self, mail: Mail, row: Any) -> Letter:
        lines = [line for one in _collected(mail) if (line := _line_of(one))]
        subject = ngettext("%(number)d thing is new: %(day)s", "%(number)d things are new: %(day)s", len(lines))
        day = spoken(date.fromisoformat(mail.event.removeprefix(f"{self.name}:")))
        return Letter(
            subject=subject % {"number": len(lines), "day": day},
            link=reverse("dashboard"),
            template="partners/mail/digest.txt",
            words={"lines": lines},
        )


def _collected(digest: Mail) -> list[Mail]:
    rows = digest.collected.filter(state=Mail.State.COLLECTED).select_related("person")
    return list(rows.order_by("created_at", "pk"))


def _holds(mail: Mail) -> bool:
    kind = mail_kinds()[mail.kind]
    reason = hindrance(mail, kind, row_of(mail, kind))
    if reason:
        mail.drop_collected(reason)
    return not reason


def _line_of(mail: Mail) -> dict[str, str] | None:
    """What cannot be written waits for the daily mail of tomorrow."""
    kind = mail_kinds()[mail.kind]
    try:
        letter = kind.letter(mail, row_of(mail, kind))
    except Exception:
        # Broad, because a kind of mail runs queries and templates of its own: one line with a mistake shall not keep the
        # other lines of the day from their reader.
        logger.exception("Mail %s cannot be written", mail.pk)
        mail.leave_for_tomorrow()
        return None
    return {"subject": one_line(letter.subject), "link": absolute(letter.link)}


def write_digests(now: datetime | None = None) -> int:
    """From seven in the morning on, one for each person and day. What comes later in the day waits for the next one."""
    now = timezone.localtime(now)
    if now.hour < HOUR:
        return 0
    waiting = Mail.objects.filter(state=Mail.State.COLLECTED, digest=None)
    people = Person.objects.filter(pk__in=waiting.values("person"))
    return sum(_write_digest(person, str(now.date())) for person in people)


@transaction.atomic
def _write_digest(person: Person, day: str) -> bool:
    """Puts what is collected into the mail of the day, as long as it has not left: a locked row shows which is first."""
    is_new = queue_mail(kind=DigestMail, event=day, to=person)
    digests = Mail.objects.filter(event=f"{DigestMail.name}:{day}", person=person, state=Mail.State.WAITING)
    digest = digests.select_for_update().first()
    if digest is None:
        return False
    Mail.objects.filter(person=person, state=Mail.State.COLLECTED, digest=None).update(digest=digest)
    return is_new


WRITE_DIGESTS = Job("digests", _("Daily mails written"), write_digests)
