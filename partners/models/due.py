from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Whoever took a job and never finished it has died; another one may then take it.
HELD = timedelta(minutes=10)


class DueJob(models.Model):
    """When something periodic was done, and when it is due again. One row for each job, taken by one process at a time."""

    name = models.CharField(_("name"), max_length=60, primary_key=True)
    next_at = models.DateTimeField(_("due from"), default=timezone.now)
    taken_until = models.DateTimeField(_("taken until"), null=True)
    started_at = models.DateTimeField(_("last started"), null=True)
    finished_at = models.DateTimeField(_("last finished"), null=True)
    done = models.PositiveIntegerField(_("number of things done"), default=0)
    last_error = models.CharField(_("last error"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def take(self) -> bool:
        """In one conditional UPDATE: of two at the same moment one gets it. False when it is not due, or somebody is at it."""
        now = timezone.now()
        free = Q(taken_until=None) | Q(taken_until__lte=now)
        self.taken_until = now + HELD
        rows = DueJob.objects.filter(free, pk=self.pk, next_at__lte=now)
        return bool(rows.update(taken_until=self.taken_until, started_at=now))

    def finish(self, *, done: int, every: timedelta) -> None:
        """The next time counts from the beginning, so that a daily job does not wander through the day."""
        self._mine().update(
            next_at=F("started_at") + every, taken_until=None, finished_at=timezone.now(), done=done, last_error=""
        )

    def fail(self, error: str) -> None:
        """It stays due."""
        self._mine().update(taken_until=None, last_error=error[:100])

    def _mine(self) -> models.QuerySet[DueJob]:
        return DueJob.objects.filter(pk=self.pk, taken_until=self.taken_until)
