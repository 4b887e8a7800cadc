"""How mails of the outbox leave by SMTP: as Django does it, and knowing how far it got when something breaks."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends import smtp


class Watched(smtplib.SMTP):
    """Remembers whether the text of the present mail was on its way to the server."""

    has_begun = False

    def sendmail(self, *args: Any, **kwargs: Any) -> Any:
        self.has_begun = False
        return super().sendmail(*args, **kwargs)

    def getreply(self) -> tuple[int, bytes]:
        """354 is the server's “go on with the text”."""
        reply = super().getreply()
        self.has_begun = self.has_begun or reply[0] == 354
        return reply


class WatchedOverTLS(smtplib.SMTP_SSL, Watched):
    pass


class EmailBackend(smtp.EmailBackend):
    """Before the text is on its way a break is harmless: the mail surely has not left. Afterwards nobody knows."""

    @property
    def connection_class(self) -> Any:
        return WatchedOverTLS if self.use_ssl else Watched

    @property
    def has_begun(self) -> bool:
        return isinstance(self.connection, Watched) and self.connection.has_begun
