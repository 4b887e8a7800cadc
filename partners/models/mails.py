from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# A mail that a worker took and never finished: longer than any mail server may take to answer.
LOST_AFTER = timedelta(minutes=15)
# When the server did not take a mail, it is tried again after these; then every six hours, and no more after five days.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360)]
GIVEN_UP_AFTER = timedelta(days=5)


def new_message_id() -> str:
    """Given once, and the same however often a mail is tried: a mailbox that got it twice can see that it is one mail."""
    return f"<{uuid.uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self) -> Self:
        """What may be sent now, the longest waiting first."""
        waiting = self.filter(state__in=Mail.OPEN, next_attempt_at__lte=timezone.now())
        return waiting.order_by("next_attempt_at", "pk")

    def lost(self) -> Self:
        """Taken by a worker that never said what became of it."""
        return self.filter(state=Mail.State.TAKEN, taken_at__lt=timezone.now() - LOST_AFTER)

    def troubled(self) -> Self:
        """Somebody has to look at it."""
        return self.filter(state__in=Mail.TROUBLED)

    def send_again(self) -> int:
        """What somebody has to look at goes out once more, as the same mail: its Message-ID stays. Returns how many."""
        now = timezone.now()
        fresh = {"reason": "", "attempts": 0, "created_at": now, "next_attempt_at": now}
        return self.troubled().update(
            state=Mail.State.WAITING, taken_at=None, handed_at=None, finished_at=None, **fresh
        )

    def close(self) -> int:
        """Somebody looked at it, and it is not sent any more, nor what it holds if it is a daily mail. Returns how many."""
        closed = {"state": Mail.State.DROPPED, "reason": Mail.Reason.CLOSED, "finished_at": timezone.now()}
        rows = self.filter(state__in=[*Mail.OPEN, *Mail.TROUBLED])
        held = Mail.objects.filter(state=Mail.State.COLLECTED, digest__in=list(rows.values_list("pk", flat=True)))
        number = rows.update(taken_at=None, **closed)
        held.update(**closed)
        return number


class Mail(models.Model):
    """One mail to one recipient because of one event. It is written together with its cause and sent afterwards.

    The text is not stored. It is made when the mail is sent, from the row that it is about: whoever has lost the right
    to it by then gets nothing, no text lies around, and no link that opens something stands in the database. One event
    makes one mail for each recipient, however often somebody says that it happened.

    A worker takes a mail before it sends it, and notes when it begins to hand it to the mail server. If it dies in
    between, nobody knows whether the mail left: then it is unclear, stays so, and an admin decides.
    """

    class State(models.TextChoices):
        WAITING = "wartet", _("waits")
        RETRY = "erneut", _("is tried again")
        TAKEN = "in_arbeit", _("is being sent")
        COLLECTED = "gesammelt", _("waits for the daily mail")
        SENT = "gesendet", _("sent")
        UNCLEAR = "ungeklaert", _("unclear whether it left")
        FAILED = "gescheitert", _("cannot be delivered")
        DROPPED = "verworfen", _("not sent, on purpose")

    class Reason(models.TextChoices):
        """Why a mail was not sent, or is not tried any more."""

        NONE = "", "–"
        GONE = "weg", _("what it was about is gone")
        NOT_ALLOWED = "kein_recht", _("the recipient may not see it any more, or it does not matter any more")
        UNWANTED = "unerwuenscht", _("the recipient does not want notices")
        INACTIVE = "konto_aus", _("the account is switched off")
        REFUSED = "abgelehnt", _("the mail server refused the recipient or the mail")
        GIVEN_UP = "aufgegeben", _("tried for five days")
        CLOSED = "geschlossen", _("closed by an admin")

    OPEN = (State.WAITING, State.RETRY)
    TROUBLED = (State.UNCLEAR, State.FAILED)
    OVER = (State.SENT, State.DROPPED)

    event = models.CharField(_("event"), max_length=200)
    kind = models.CharField(_("kind"), max_length=60)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="mails", verbose_name=_("to the person")
    )
    address = models.EmailField(_("to the address"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="caused_mails", verbose_name=_("caused by")
    )
    about_id = models.BigIntegerField(_("number of what it is about"), null=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True, default=new_message_id)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, default=Reason.NONE, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("queued"), default=timezone.now, db_index=True)
    next_attempt_at = models.DateTimeField(_("not before"), default=timezone.now)
    taken_at = models.DateTimeField(_("taken by a worker"), null=True)
    handed_at = models.DateTimeField(_("handed to the mail server"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    last_error = models.CharField(_("last error"), max_length=100, blank=True)
    digest = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="collected", verbose_name=_("in the daily mail")
    )

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, address="") | (Q(person=None) & ~Q(address="")),
                name="mail_to_a_person_or_an_address",
                violation_error_message=_("A mail goes to a person or to an address."),
            ),
            models.UniqueConstraint(fields=["event", "person"], name="mail_once_for_a_person"),
            models.UniqueConstraint(
                fields=["event", "address"], condition=Q(person=None), name="mail_once_for_an_address"
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state__in=["wartet", "erneut"]), name="mail_due"),
            models.Index(fields=["state"], condition=~Q(state__in=["gesendet", "verworfen"]), name="mail_open"),
        ]

    def __str__(self) -> str:
        return self.event

    @property
    def is_handed(self) -> bool:
        return self.handed_at is not None

    # --- what a worker says of it: each in one conditional UPDATE, so that nobody speaks for a mail that another one has ---

    def take(self) -> bool:
        """Before it is sent. False when somebody else has it."""
        now = timezone.now()
        mine = (
            Mail.objects.due()
            .filter(pk=self.pk)
            .order_by()
            .update(state=self.State.TAKEN, taken_at=now, handed_at=None, attempts=models.F("attempts") + 1)
        )
        if mine:
            self.state, self.taken_at, self.handed_at, self.attempts = self.State.TAKEN, now, None, self.attempts + 1
        return bool(mine)

    def hand(self) -> bool:
        """The last moment at which it surely has not left. False when it was taken away from this worker."""
        self.handed_at = timezone.now()
        return bool(self._mine().filter(state=self.State.TAKEN).update(handed_at=self.handed_at))

    def mark_sent(self) -> None:
        """A worker that was thought lost may still say so: it knows."""
        self._finish(self.State.SENT)

    def mark_unclear(self, error: str) -> None:
        self._finish(self.State.UNCLEAR, error=error)

    def drop(self, reason: str) -> None:
        self._finish(self.State.DROPPED, reason=reason)

    def collect(self) -> None:
        """The recipient wants one mail a day."""
        self._mine().update(state=self.State.COLLECTED)

    def drop_collected(self, reason: str) -> None:
        """It was to be a line of a daily mail."""
        collected = Mail.objects.filter(pk=self.pk, state=self.State.COLLECTED)
        collected.update(state=self.State.DROPPED, reason=reason, finished_at=timezone.now())

    def leave_for_tomorrow(self) -> None:
        Mail.objects.filter(pk=self.pk, state=self.State.COLLECTED).update(digest=None)

    def fail(self, reason: str, error: str) -> None:
        self._finish(self.State.FAILED, reason=reason, error=error)

    def try_later(self, error: str) -> None:
        """It surely has not left. The pauses grow; after five days it is given up."""
        now = timezone.now()
        if self.created_at < now - GIVEN_UP_AFTER:
            self.fail(self.Reason.GIVEN_UP, error)
            return
        pause = PAUSES[min(max(self.attempts, 1), len(PAUSES)) - 1]
        self._mine().update(
            state=self.State.RETRY, next_attempt_at=now + pause, handed_at=None, last_error=short(error)
        )

    def _finish(self, state: str, *, reason: str = "", error: str = "") -> None:
        """What a daily mail holds shares its fate."""
        now = timezone.now()
        done = self._mine().update(state=state, reason=reason, last_error=short(error), finished_at=now)
        if done and state in self.OVER:
            held = Mail.objects.filter(digest=self.pk, state=self.State.COLLECTED)
            held.update(state=state, reason=reason, finished_at=now)

    def _mine(self) -> MailQuerySet:
        """The row, as long as nobody took or decided it since this worker took it."""
        still = [self.State.TAKEN, self.State.UNCLEAR]
        return Mail.objects.filter(pk=self.pk, taken_at=self.taken_at, state__in=still)


def short(error: str) -> str:
    return error[:100]


def declare_lost() -> int:
    """What a worker took and left: it is sent again if it surely has not left, otherwise it is unclear. Returns how many.

    Both in one UPDATE each, so that a worker that is only slow is not overtaken unseen: `Mail.hand` fails for it then.
    """
    lost = Mail.objects.lost()
    error = "worker lost"
    again = lost.filter(handed_at=None).update(state=Mail.State.RETRY, next_attempt_at=timezone.now(), last_error=error)
    now: datetime = timezone.now()
    unclear = lost.filter(handed_at__isnull=False).update(state=Mail.State.UNCLEAR, finished_at=now, last_error=error)
    return again + unclear


class NoNotices(models.Model):
    """An address without an account, to which no notices go any more. Kept as a fingerprint: it recognises, and tells nothing."""

    fingerprint = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.fingerprint

    @staticmethod
    def fingerprint_of(address: str) -> str:
        return hashlib.sha256(f"no notices:{address.strip().lower()}".encode()).hexdigest()
