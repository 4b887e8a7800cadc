"""Asking somebody by mail whether she agrees to what is entered about her, and knowing her link when it comes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.invitations import PAUSE, PER_DAY
from partners.actions.mail_kinds import MailKind
from partners.actions.mails import queue_mail
from partners.models import Mail, Person
from partners.models.consent import Consented

LIFETIME = timedelta(days=30)


class LinkTooOldError(Exception):
    """The link was right once: it expired, a newer mail replaced it, or the entry is gone."""


class AskingKind(MailKind):
    """Goes out as long as the entry stands with this address and no newer mail was sent.

    Whoever entered her may have left the team meanwhile: that she is entered, she learns all the same.
    """

    def allowed(self, mail: Mail, row: Any) -> bool:
        return mail.event == f"{self.name}:{event_of(row)}" and mail.address == row.email.lower()


def ask(row: Any, *, kind: type[AskingKind], by: Person) -> None:
    """Stores when she was asked, because the link belongs to that moment, and the mail with it."""
    since = timezone.now() - timedelta(days=1)
    if type(row).objects.filter(entered_by=by, asked_at__gt=since).count() >= PER_DAY:
        raise ValidationError(
            _("You have entered %(number)d people within a day. You can enter more tomorrow.") % {"number": PER_DAY},
            code="masses",
        )
    row.asked_at = timezone.now()
    row.save(update_fields=["asked_at"])
    queue_mail(kind=kind, event=event_of(row), to=row.email, about=row, by=by)


def ask_when_due(row: Any, *, kind: type[AskingKind], by: Person, is_due: bool, ask_again: bool) -> None:
    """A link of a moment ago shows the new words too, so only who asks for another mail hears that it is too early."""
    is_fresh = row.asked_at is not None and row.asked_at > timezone.now() - PAUSE
    if ask_again and is_fresh:
        raise ValidationError(
            _("This person has just got a mail. You can send another one in ten minutes."), code="haste"
        )
    if (is_due or ask_again) and not is_fresh:
        ask(row, kind=kind, by=by)


def token_of(row: Consented) -> str:
    return signing.dumps([row.pk, _stamp(row)], salt=row.CONSENT_SALT)


def row_of[Row: Consented](model: type[Row], token: str, *, locked: bool = False, near: tuple[str, ...]) -> Row | None:
    """Whose link it is. None for what we never signed; `LinkTooOldError` for what does not count any more.

    Who has agreed can withdraw by her link at any time, so it then grows no older. `near` are the rows that are read with it.
    """
    try:
        pk, stamp = signing.loads(token, salt=model.CONSENT_SALT)
    except signing.BadSignature:
        return None
    rows = model._default_manager.filter(pk=pk)
    row = (rows.select_for_update() if locked else rows.select_related(*near)).first()
    if row is None or _stamp(row) != stamp or (not row.has_agreed and _is_old(row)):
        raise LinkTooOldError
    return row


def _is_old(row: Consented) -> bool:
    return row.asked_at is None or row.asked_at < timezone.now() - LIFETIME


def _stamp(row: Consented) -> str:
    return row.asked_at.isoformat() if row.asked_at else ""


def event_of(row: Consented) -> str:
    """Each time that she is asked is an event of its own."""
    return f"{row.pk}:{_stamp(row)}"
