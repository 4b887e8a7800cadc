"""Sends what waits in the outbox: each mail once, whatever the mail server does and however many workers there are."""

from __future__ import annotations

import logging
from contextlib import suppress
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from partners.actions.accounts import account_with
from partners.actions.due import Job
from partners.actions.mail_kinds import Letter, MailKind, mail_kinds
from partners.actions.refusals import refusal_link
from partners.models import Mail, NoNotices, Person, declare_lost

logger = logging.getLogger(__name__)

LONGEST_SUBJECT = 150
# So many in one go; then the worker looks whether it shall end, and goes on.
AT_ONCE = 50


class UnreachableError(Exception):
    """The mail server is down, slow, or does not take any mail of ours: the others need not be tried now."""


class RefusedError(Exception):
    """The server does not take this mail. `is_final`: it will not take it later either."""

    def __init__(self, error: Exception, *, code: int) -> None:
        super().__init__(name_of(error))
        self.is_final = not 400 <= code < 500


class UnclearError(Exception):
    """The connection broke while the text was on its way."""


@task()
def send_mails() -> int:
    """Returns how many left. What is not due yet, or did not leave, `run_due` tries again."""
    tried = sent = 0
    try:
        while tried < AT_ONCE and (mail := _take_next()):
            tried += 1
            sent += _send(mail)
    except UnreachableError:
        return sent
    if tried == AT_ONCE:
        send_mails.enqueue()
    return sent


def send_what_waits() -> int:
    """What a dead worker left, what is tried again, and what no worker took."""
    declare_lost()
    return send_mails.call()


SEND_MAILS = Job("mails", _("Mails sent"), send_what_waits)


@transaction.atomic
def _take_next() -> Mail | None:
    """Stored before anything is sent. Where the database can, a mail that another worker is taking is passed over."""
    while mail := Mail.objects.due().select_for_update(skip_locked=True).first():
        if mail.take():
            return mail
    return None


def _send(mail: Mail) -> bool:
    """Says in the row what became of it. Raises `UnreachableError` when there is no use in trying another one."""
    try:
        message = _written(mail)
    except Exception as error:
        # Broad, because a kind of mail runs queries and templates of its own: whatever mistake is in one of them shall
        # not keep the other mails from leaving, and the mail leaves when it is mended.
        logger.exception("Mail %s cannot be written", mail.pk)
        mail.try_later(name_of(error))
        return False
    if message is None:
        return False
    try:
        if not _hand_over(mail, message):
            return False
    except UnreachableError as error:
        mail.try_later(str(error))
        raise
    except UnclearError as error:
        mail.mark_unclear(str(error))
        raise UnreachableError from error
    except RefusedError as error:
        if error.is_final:
            mail.fail(Mail.Reason.REFUSED, str(error))
        else:
            mail.try_later(str(error))
        return False
    mail.mark_sent()
    return True


# --- writing ------------------------------------------------------------------------------------------------------------


def _written(mail: Mail) -> EmailMessage | None:
    """The mail as it is now; None when it is not to be sent any more."""
    kind = mail_kinds()[mail.kind]
    row = row_of(mail, kind)
    if reason := hindrance(mail, kind, row):
        mail.drop(reason)
        return None
    if kind.is_notice and kind.may_wait and mail.person and mail.person.notices == Person.Notices.DAILY:
        mail.collect()
        return None
    reader = mail.person or account_with(mail.address)
    with translation.override(reader.language if reader else mail.language):
        return _message(mail, kind, reader, kind.letter(mail, row))


def row_of(mail: Mail, kind: MailKind) -> Any:
    """What it is about; None when that is gone, and for a kind that is about nothing in particular."""
    return kind.about._default_manager.filter(pk=mail.about_id).first() if kind.about else None


def hindrance(mail: Mail, kind: MailKind, row: Any) -> str:
    """Why it is not sent; nothing if it is. Asked as late as possible, because rights are taken back meanwhile."""
    if kind.about and row is None:
        return Mail.Reason.GONE
    if mail.person and not mail.person.is_active:
        return Mail.Reason.INACTIVE
    if kind.is_notice and _is_unwanted(mail):
        return Mail.Reason.UNWANTED
    return "" if kind.allowed(mail, row) else Mail.Reason.NOT_ALLOWED


def _is_unwanted(mail: Mail) -> bool:
    if mail.person:
        return mail.person.notices == Person.Notices.NONE
    return NoNotices.objects.filter(pk=NoNotices.fingerprint_of(mail.address)).exists()


def _message(mail: Mail, kind: MailKind, reader: Person | None, letter: Letter) -> EmailMessage:
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    words = {
        "greeting": letter.name or (reader.name if reader else ""),
        "link": absolute(letter.link),
        "portal": settings.SITE_URL,
        "refuse": "",
    }
    if kind.is_notice:
        words["refuse"] = absolute(refusal_link(mail))
        words["choose"] = absolute(reverse("account-notices")) if mail.person else ""
        headers["List-Unsubscribe"] = f"<{words['refuse']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(
        subject=one_line(letter.subject)[:LONGEST_SUBJECT],
        body=render_to_string(letter.template, words | letter.words),
        to=[mail.person.email if mail.person else mail.address],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=headers,
    )


def absolute(link: str) -> str:
    return link if link.startswith(("http://", "https://")) else f"{settings.SITE_URL}{link}"


def one_line(text: str) -> str:
    """Line breaks cannot stand in the subject of a mail, whatever a name brings along."""
    return " ".join(text.split())


# --- handing over -------------------------------------------------------------------------------------------------------


def _hand_over(mail: Mail, message: EmailMessage) -> bool:
    """Over a connection of its own, because servers end long ones. False when the mail was taken away from this worker."""
    mailer: Any = mailers["outbox"]
    try:
        mailer.open()
    except OSError as error:
        raise UnreachableError(name_of(error)) from error
    try:
        if not mail.hand():
            return False
        try:
            mailer.send_messages([message])
        except Exception as error:
            # Broad, because from here on the mail may have left: of anything that is not understood `_trouble` says that
            # it is unclear, so that nobody gets it twice.
            raise _trouble(error, has_begun=getattr(mailer, "has_begun", True)) from error
    finally:
        with suppress(OSError):
            mailer.close()
    return True


def _trouble(error: Exception, *, has_begun: bool) -> Exception:
    """What an error says about the mail. `has_begun`: the text was on its way when it happened."""
    if isinstance(error, SMTPRecipientsRefused):
        return RefusedError(error, code=max(code for code, _ in error.recipients.values()))
    if isinstance(error, SMTPDataError):
        return RefusedError(error, code=error.smtp_code)
    if isinstance(error, ValueError):
        return RefusedError(error, code=553)  # an address that no server could take
    if isinstance(error, SMTPResponseException) or (isinstance(error, OSError) and not has_begun):
        return UnreachableError(name_of(error))
    return UnclearError(name_of(error))


def name_of(error: Exception) -> str:
    """What went wrong without the words of the server, which repeat addresses."""
    codes = [error.smtp_code] if isinstance(error, SMTPResponseException) else []
    if isinstance(error, SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
    return " ".join([type(error).__name__, *map(str, codes)])
