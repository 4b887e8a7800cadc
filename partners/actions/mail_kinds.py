"""What kinds of mails there are, and what the portal has to know of each.

A new kind is a subclass of `MailKind` beside the action that causes it, and its path in `MAIL_KINDS` of the settings:

    class PartnershipEndMail(MailKind):
        name = "partnership-end"
        label = _("A partnership ends soon")
        about = Partnership
        is_notice = True

        def allowed(self, mail, row):
            return Partnership.objects.editable_by(mail.person).filter(pk=row.pk).exists()

        def letter(self, mail, row):
            return Letter(
                subject=gettext("“%(name)s” ends on %(day)s") % {...},
                link=row.get_absolute_url(),
                template="partners/mail/partnership_end.txt",
                words={"partnership": row},
            )

The template extends `partners/mail/base.txt` and fills its blocks: `text` (what it is about), `action` (the sentence
before the one link), `after` (if something is to be said behind it) and `why` (why one gets it). Greeting, link and the
way to unsubscribe come from the base. Then `partners.actions.mails.queue_mail` puts one into the outbox.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from partners.models import Mail


@dataclass(frozen=True)
class Letter:
    """What a mail says, in the language that is active. `link` may be a path of the portal; the greeting names `name`."""

    subject: str
    link: str
    template: str
    words: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    reply_to: str = ""


class MailKind:
    """One kind of mail. Both methods are asked when the mail is sent, never when it is queued."""

    name: str
    label: str | Promise
    # The model of the row that it is about; a row that is gone by then is not written about.
    about: type[Model] | None = None
    # A notice is what a person may choose to get at once, once a day or not at all, and unsubscribe from with one click.
    # Everything else (an invitation, a question for consent) is answered or ignored, and has no such link.
    is_notice = False
    # Whether a notice may wait for the daily mail of who wants one mail a day.
    may_wait = True

    def allowed(self, mail: Mail, row: Any) -> bool:
        """Whether the recipient may read it, and whether it is still true. False: the mail is dropped for good."""
        raise NotImplementedError

    def letter(self, mail: Mail, row: Any) -> Letter:
        raise NotImplementedError


@cache
def mail_kinds() -> dict[str, MailKind]:
    """By name."""
    kinds: list[MailKind] = [import_string(path)() for path in settings.MAIL_KINDS]
    return {kind.name: kind for kind in kinds}
