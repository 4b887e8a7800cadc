from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models.capacity import Month
from partners.models.partnerships import Partnership
from partners.models.states import StepRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class StageChangeQuerySet(models.QuerySet["StageChange"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Organisers read every step; the parties those since somebody talks with them. Nobody else reads them."""
        if user.is_authenticated and user.is_staff:
            return self
        own = Q(partnership__in=Partnership.objects.told_to(user)) & ~Q(to_state=Partnership.Stage.CONTACT)
        return self.filter(own | Q(partnership__in=Partnership.objects.editable_by(user)))

    def reaching(self, partnership: Any, state: Any) -> Self:
        """The steps with which a partnership came to a stage, the latest first; a longer rest is none."""
        rows = self.filter(partnership=partnership, to_state=state)
        return rows.exclude(from_state=models.F("to_state")).order_by("-at", "-pk")

    def into_rest(self) -> Self:
        """The steps with which a rest began."""
        return self.filter(to_state=Partnership.Stage.RESTING).exclude(from_state=Partnership.Stage.RESTING)


class StageChange(StepRecord):
    """One line in the history of the stages of a partnership: a step, or a longer rest (same stage). Its note is internal."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="steps", verbose_name=_("partnership"))
    resting_until = models.DateField(_("rests until"), null=True, blank=True)

    objects = StageChangeQuerySet.as_manager()

    class Meta(StepRecord.Meta):
        verbose_name = _("step of a partnership")
        verbose_name_plural = _("steps of partnerships")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

    @property
    def label(self) -> str:
        """What happened, in a word or two."""
        stages = Partnership.state_labels()
        if not self.from_state:
            return gettext("written down as “%(stage)s”") % {"stage": stages[self.to_state]}
        if self.from_state == self.to_state:
            return gettext("rests longer")
        if (self.from_state, self.to_state) == (Partnership.Stage.RESTING, Partnership.Stage.RUNNING):
            return gettext("runs again")
        return str(stages[self.to_state])


def rests_of(partnership: Partnership) -> list[tuple[date, date]]:
    """First and last day of each rest, from the steps that are loaded: from the step into it until the day before it woke.

    A rest that goes on ends on its day; where nobody has woken it by then, not before this month is over.
    """
    found, since = [], None
    for step in partnership.steps.all():
        day = timezone.localdate(step.at)
        if step.to_state == Partnership.Stage.RESTING:
            since = since or day
        elif since is not None:
            found.append((since, day - timedelta(days=1)))
            since = None
    until, first = partnership.resting_until, since or partnership.start_on
    if until and first:
        found.append((first, Month.present().last if until < timezone.localdate() else until))
    return found
