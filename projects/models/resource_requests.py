"""One chain from an offer to a thank-you: asked, promised or declined, done, confirmed, thanked.

Whose turn it is follows from where the chain stands, so nobody has to keep it:

- open: whoever keeps the offer says yes or no; where that was archived meanwhile, whoever asked takes it back;
- promised: nobody, until its last day has passed; then whoever asked says what became of it (both sides may, earlier too);
- done, with a contribution that waits: the side that did not write it down confirms (see `Contribution.answerable_by`), or
  the side that did puts right what was contested;
- done, and confirmed or without a contribution: whoever asked says thank you;
- thanked, declined, withdrawn: nobody.

What cannot be given twice at the same time says `projects.models.clashes`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from partners.days import spoken
from partners.models import Actor, Offer, Staged, StepRecord, Unit
from partners.reversing import address
from projects.models.clashes import clashes
from projects.models.contributions import Contribution
from projects.models.projects import Project
from projects.models.resource_request_rows import ResourceRequestQuerySet, ResourceRequestState

if TYPE_CHECKING:
    from partners.models import Person


# 24 o'clock, the end of the day: later than every other time of it, because nobody types seconds.
MIDNIGHT = time(23, 59, 59)


def clock(moment: time) -> str:
    return "24:00" if moment == MIDNIGHT else time_format(moment, "G:i")


def hours_told(begins: time | None, ends: time | None) -> str:
    """18:00 bis 24:00 Uhr; nothing where no hours are named."""
    if begins is None or ends is None:
        return ""
    hours = gettext("%(start)s to %(end)s") % {"start": clock(begins), "end": clock(ends)}
    return pgettext("time of day", "{time}").format(time=hours)


class ResourceRequest(Staged):
    """An actor or a project asks for what somebody offers, for some days and perhaps hours of the day.

    Days are days in Europe/Berlin, both included; hours hold on each of them, until `MIDNIGHT` at the latest. The quantity
    is in the unit of the offer.
    """

    State = ResourceRequestState

    # DOMAIN: what was promised is done. That it will not be after all is ours: a room would be blocked for nothing.
    STEPS = {
        State.OPEN: (State.GRANTED, State.DECLINED, State.WITHDRAWN),
        State.GRANTED: (State.DONE, State.WITHDRAWN),
    }
    LONGEST = 2000
    # What somebody may do with it, see `with_rights_of`; nothing, until it is asked.
    may_answer = may_withdraw = may_finish = may_thank = may_confirm = may_mend = is_turn = False
    # Whether the reader reads that it is free again, see `ResourceRequestQuerySet.free_again_for`.
    is_free = False

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="requests", verbose_name=_("offer"))
    actor = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="resource_requests",
        verbose_name=_("actor that asks"),
    )
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="resource_requests",
        verbose_name=_("project that asks"),
    )
    message = models.TextField(_("message"), max_length=LONGEST)
    start_on = models.DateField(_("from"))
    end_on = models.DateField(_("until"))
    start_time = models.TimeField(_("from what time"), null=True, blank=True)
    end_time = models.TimeField(_("until what time"), null=True, blank=True)
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    # That of the offer when it was asked for: whoever gives the offer another kind meanwhile changes nobody's number.
    unit = models.CharField(_("unit"), max_length=20, choices=Unit, default=Unit.NONE, blank=True, editable=False)
    persons = models.PositiveIntegerField(_("persons"), null=True, blank=True, validators=[MinValueValidator(1)])
    # What whoever asked had read about the moment before she asked all the same.
    warning = models.TextField(_("warning that was shown"), blank=True, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.OPEN, editable=False)
    # Why not; also that somebody else got it, and why it will not be after all.
    reason = models.TextField(_("reason"), max_length=LONGEST, blank=True)
    is_taken = models.BooleanField(_("somebody else got it"), default=False, editable=False)
    contribution = models.OneToOneField(
        Contribution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="resource_request",
        verbose_name=_("contribution"),
        editable=False,
    )
    thanks = models.TextField(_("thanks"), max_length=LONGEST, blank=True)
    created_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    thanked_at = models.DateTimeField(_("thanked"), null=True, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    thanked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("thanked by")
    )

    objects = ResourceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for an offer")
        verbose_name_plural = _("requests for offers")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["offer", "state", "start_on"], name="request_of_offer"),
            models.Index(fields=["state", "end_on"], name="request_waiting"),
            models.Index(fields=["created_at", "id"], name="request_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(message=""),
                name="request_has_a_message",
                violation_error_message=_("Write in one or two sentences what you need it for."),
            ),
            models.CheckConstraint(
                condition=Q(actor=None, project__isnull=False) | Q(actor__isnull=False, project=None),
                name="request_of_an_actor_or_a_project",
                violation_error_message=_("An actor or a project asks, not both."),
            ),
            models.CheckConstraint(
                condition=Q(end_on__gte=F("start_on")),
                name="request_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                # Said of both, because for a database what is neither true nor false is no violation.
                condition=Q(start_time=None, end_time=None)
                | Q(start_time__isnull=False, end_time__isnull=False, end_time__gt=F("start_time")),
                name="request_names_both_hours",
                violation_error_message=_("Say from when until when: the second time is the later one."),
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gte=0),
                name="request_not_negative",
                violation_error_message=_("A quantity cannot be less than 0."),
            ),
            models.CheckConstraint(
                condition=~Q(state="abgelehnt") | ~Q(reason=""),
                name="request_declined_with_a_reason",
                violation_error_message=_("Say why not, so that the others can plan."),
            ),
            models.CheckConstraint(
                condition=Q(contribution=None, thanked_at=None) | Q(state="erledigt"), name="request_ends_once_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer}: {self.asker}"

    def get_absolute_url(self) -> str:
        return address("projects:request-detail", self.pk)

    @property
    def asker(self) -> Actor | Project:
        """The actor or project that asks, from what is loaded."""
        return self.actor or self.project  # type: ignore[return-value]  # the constraint: one of them

    @property
    def giver(self) -> Actor:
        return self.offer.actor

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_stranded(self) -> bool:
        """It waits for a place that was archived: nobody answers, so whoever asked takes it back."""
        return self.is_open and self.giver.state == Actor.State.ARCHIVED

    @property
    def is_thanked(self) -> bool:
        return self.thanked_at is not None

    @property
    def was_promised(self) -> bool:
        """Also if it will not be after all."""
        return self.decided_at is not None and self.state != self.State.DECLINED

    @property
    def is_over(self) -> bool:
        """Its last day has passed."""
        return self.end_on < timezone.localdate()

    @property
    def has_begun(self) -> bool:
        return self.start_on <= timezone.localdate()

    @property
    def given_until(self) -> date:
        """The last day on which it was given by now: who is done earlier has not had it until the end."""
        return min(self.end_on, max(self.start_on, timezone.localdate()))

    @property
    def days(self) -> int:
        return (self.end_on - self.start_on).days + 1

    @property
    def when(self) -> str:
        """3. Mai 2027, 18:00 bis 21:00 Uhr; or from one day to another, and the hours of each of them."""
        days = {"start": spoken(self.start_on), "end": spoken(self.end_on)}
        told = days["start"] if self.days == 1 else gettext("%(start)s to %(end)s") % days
        hours = hours_told(self.start_time, self.end_time)
        if not hours:
            return told
        return (
            f"{told}, {hours}"
            if self.days == 1
            else gettext("%(days)s, daily %(hours)s") % {"days": told, "hours": hours}
        )

    @property
    def suggested_quantity(self) -> Decimal | None:
        """What a contribution is prefilled with: what was asked for, else the hours that were named, day by day."""
        if self.quantity is not None and self.unit == self.offer.unit:
            return self.quantity
        if self.offer.unit != Unit.HOURS or self.start_time is None or self.end_time is None:
            return None
        ends = 24 * 60 if self.end_time == MIDNIGHT else self.end_time.hour * 60 + self.end_time.minute
        begins = self.start_time.hour * 60 + self.start_time.minute
        return (Decimal(ends - begins) / 60 * self.days).quantize(Decimal("0.01"))

    def rivals(self) -> ResourceRequestQuerySet:
        """Who else asks for it at that time, or has it by promise."""
        states = self.State.OPEN, self.State.GRANTED
        return ResourceRequest.objects.at_the_time_of(self).filter(state__in=states)

    @property
    def has_time_left(self) -> bool:
        """Its last day has not passed; on that day itself, neither have the hours that it names."""
        if self.end_on != timezone.localdate() or self.end_time is None:
            return not self.is_over
        return self.end_time > timezone.localtime().time()

    def is_free_again(self, promised: Iterable[ResourceRequest] | None = None) -> bool:
        """Somebody else had got it, and it is to be had again: whoever was too late can ask once more.

        `promised`: what is promised at its time, where that is loaded.
        """
        if not self.is_taken or not self.has_time_left:
            return False
        if promised is None:
            promised = ResourceRequest.objects.granted().at_the_time_of(self)
        return not self.clashes(promised)

    def clashes(self, others: Iterable[ResourceRequest]) -> bool:
        """Whether it cannot be given beside these, which lie at its time and were promised."""
        return clashes(self, others)

    def remember(self, before: str, *, by: Person | None, note: str = "") -> None:
        ResourceRequestStep.objects.create(request=self, from_state=before, to_state=self.state, by=by, note=note)


class ResourceRequestStep(StepRecord):
    """One line of the history: asked, promised, declined, withdrawn, done. Thanks are no step: they follow after the last one."""

    request = models.ForeignKey(ResourceRequest, models.CASCADE, related_name="steps", verbose_name=_("request"))

    class Meta(StepRecord.Meta):
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of requests")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
