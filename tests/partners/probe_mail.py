"""A kind of mail for tests: about an actor, for whoever may edit it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from partners.actions import digests, mail_kinds, sending
from partners.actions.mail_kinds import Letter, MailKind
from partners.models import Actor, Mail


class ProbeMail(MailKind):
    name = "probe"
    label = "Probe"
    about: type[Model] | None = Actor

    def allowed(self, mail: Mail, row: Any) -> bool:
        return mail.person is None or Actor.objects.editable_by(mail.person).filter(pk=row.pk).exists()

    def letter(self, mail: Mail, row: Any) -> Letter:
        return Letter(subject=f"About {row}", link=row.get_absolute_url(), template="partners/mail/base.txt")


def know(monkeypatch: pytest.MonkeyPatch, *kinds: MailKind) -> None:
    """Lets the outbox know these kinds beside those of the portal."""
    known = mail_kinds.mail_kinds() | {kind.name: kind for kind in kinds}
    for module in (sending, digests):
        monkeypatch.setattr(module, "mail_kinds", lambda: known)


class ProbeNotice(ProbeMail):
    name = "probe-notice"
    is_notice = True
