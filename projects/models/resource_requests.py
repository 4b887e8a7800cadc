"""One chain from an offer to a thank-you: asked, promised or declined, done, confirmed, thanked.

Whose turn it is follows from where the chain stands, so nobody has to keep it:

- open: whoever keeps the offer says yes or no;
- promised: nobody, until its last day has passed; then whoever asked says what became of it (both sides may, earlier too);
- done, with a contribution that waits: the side that did not write it down confirms (see `Contribution.answerable_by`), or
  the side that did puts right what was contested;
- done, and confirmed or without a contribution: whoever asked says thank you;
- thanked, declined, withdrawn: nobody.

What is given once cannot be given twice at the same time (ours): a room is for one at a time; time, knowledge and trips
are, where both requests name hours of the day; of things that are counted there are as many at any moment as the offer
says, and one where it says nothing. Reach, contacts, data, advocacy, hosting and money are not used up.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from partners.days import spoken
from partners.models import Actor, Membership, Offer, ResourceCategory, Staged, StepRecord
from partners.models.search import words
from partners.reversing import address
from projects.models.contributions import Contribution
from projects.models.projects import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person

# One at a time, whatever the hours; one at a time where both name hours; as many as there are.
ONE_AT_A_TIME = frozenset({ResourceCategory.ROOMS})
ONE_BY_THE_HOUR = frozenset(
    {
        ResourceCategory.PAID_TIME,
        ResourceCategory.VOLUNTEER_TIME,
        ResourceCategory.KNOWLEDGE,
        ResourceCategory.FACILITATION,
        ResourceCategory.LOGISTICS,
    }
)
COUNTED = frozenset({ResourceCategory.MATERIAL, ResourceCategory.TECHNOLOGY})
ZERO = Decimal(0)


class ResourceRequestQuerySet(models.QuerySet["ResourceRequest"]):
    def given_by(self, user: Person | AnonymousUser) -> Self:
        """Asked of those for whom the person writes."""
        return self.filter(self._given(user)) if user.is_authenticated else self.none()

    def asked_by(self, user: Person | AnonymousUser) -> Self:
        """Asked for those for whom the person writes."""
        return self.filter(self._asked(user)) if user.is_authenticated else self.none()

    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Both sides, and admins. Nobody else learns who asked whom for what."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(self._given(user) | self._asked(user))

    @staticmethod
    def _given(user: Person | AnonymousUser) -> Q:
        return Q(offer__actor__in=Actor.objects.editable_by(user).order_by().values("pk"))

    @staticmethod
    def _asked(user: Person | AnonymousUser) -> Q:
        actors = Actor.objects.editable_by(user).order_by().values("pk")
        return Q(actor__in=actors) | Q(project__in=Project.objects.all().editable_by(user).order_by().values("pk"))

    def answerable_by(self, user: Person | AnonymousUser) -> Self:
        """Open, and asked of somebody for whom the person writes. Nobody answers herself where a team is there to do it.

        For a place without accounts an organiser notes what it said, also when she asked herself: the place then
        confirms by mail what it gave.
        """
        if not user.is_authenticated:
            return self.none()
        rows = self if user.is_staff else self.filter(self._given(user))
        return rows.filter(~Q(by=user) | ~_has_team("offer__actor"), state=ResourceRequest.State.OPEN)

    def withdrawable_by(self, user: Person | AnonymousUser) -> Self:
        """Whoever asked takes back what waits; of what was promised both sides can say that it will not be."""
        if not user.is_authenticated:
            return self.none()
        states = ResourceRequest.State
        rows = self if user.is_staff else self.filter(self._given(user) | self._asked(user))
        asked = Q(pk__in=ResourceRequest.objects.asked_by(user).order_by().values("pk"))
        return rows.filter(Q(state=states.OPEN) & asked | Q(state=states.GRANTED))

    def finishable_by(self, user: Person | AnonymousUser) -> Self:
        """Promised, and begun: both sides can say what became of it."""
        today = timezone.localdate()
        return self.visible_to(user).filter(state=ResourceRequest.State.GRANTED, start_on__lte=today)

    def thankable_by(self, user: Person | AnonymousUser) -> Self:
        """Done, and confirmed where something was to be confirmed; not thanked yet."""
        return self.asked_by(user).filter(self._to_thank())

    @staticmethod
    def _to_thank() -> Q:
        settled = Q(contribution=None) | Q(contribution__state=Contribution.State.CONFIRMED)
        return Q(settled, state=ResourceRequest.State.DONE, thanked_at=None)

    def turn_of(self, user: Person | AnonymousUser) -> Self:
        """Where it is this person's turn, but for contributions to confirm or to put right: those wait in piles of their own.

        The team of a place has its turn; its organisers where nobody is on it but whoever asked. Whoever asked has hers,
        with the team of the actor that she asked for, or that leads the project; the whole asking side where she cannot
        speak for it any more. Admins see everything, and have a turn only where they belong.
        """
        if not user.is_authenticated:
            return self.none()
        current, states = Actor.objects.order_by().current(), ResourceRequest.State
        own = current.staffed_by(user).values("pk")
        organised = current.filter(neighbourhoods__organisers=user).values("pk")
        gives = Q(offer__actor__in=own) | Q(~_has_team("offer__actor", but="by"), offer__actor__in=organised)
        to_answer = Q(gives, state=states.OPEN) & (~Q(by=user) | ~_has_team("offer__actor"))
        projects = Project.objects.filter(neighbourhoods__organisers=user).order_by().values("pk")
        asks = Q(by=user) | Q(actor__in=own) | Q(project__lead_actor__in=own)
        asks |= Q(Q(actor__in=organised) | Q(project__in=projects), ~_whoever_asked_speaks())
        over = Q(state=states.GRANTED, end_on__lt=timezone.localdate())
        to_end = asks & (over | self._to_thank()) & self._asked(user)
        return self.filter(to_answer | to_end)

    def to_thank(self) -> Self:
        """Done, and confirmed where something was to be confirmed; nobody has said thank you yet."""
        return self.filter(self._to_thank())

    def waiting_for(self, user: Person | AnonymousUser) -> Self:
        """Where it is this person's turn, with the contributions that she has to confirm or to put right."""
        entries = Contribution.objects.order_by()
        mine = ResourceRequest.objects.order_by().turn_of(user).values("pk")
        told = Q(contribution__in=entries.confirmable_by(user).values("pk"))
        told |= Q(contribution__in=entries.to_mend_by(user).values("pk"))
        return self.visible_to(user).filter(Q(pk__in=mine) | told)

    def with_rights_of(self, user: Person | AnonymousUser) -> Self:
        """Adds what this person may do, and whether it is her turn: `may_answer` … `may_mend`, `is_turn`."""
        if not user.is_authenticated:
            return self
        rows, entries = ResourceRequest.objects.order_by(), Contribution.objects.order_by()
        allowed = {
            "may_answer": rows.answerable_by(user),
            "may_withdraw": rows.withdrawable_by(user),
            "may_finish": rows.finishable_by(user),
            "may_thank": rows.thankable_by(user),
            "is_turn": rows.waiting_for(user),
        }
        own = {name: Exists(rows.filter(pk=OuterRef("pk"))) for name, rows in allowed.items()}
        answers = {"may_confirm": entries.confirmable_by(user), "may_mend": entries.to_mend_by(user)}
        theirs = {name: Exists(rows.filter(pk=OuterRef("contribution"))) for name, rows in answers.items()}
        return self.annotate(**own, **theirs)

    def with_turn_of(self, user: Person | AnonymousUser) -> Self:
        """Only the last of these, for a list."""
        mine = ResourceRequest.objects.order_by().waiting_for(user).filter(pk=OuterRef("pk"))
        return self.annotate(is_turn=Exists(mine))

    def search(self, text: str) -> Self:
        """Rows with every word of the text in what is offered, or in the name of one of the two sides."""
        rows = self
        for word in words(text):
            fits = Q(offer__in=Offer.objects.order_by().filter(search_text__contains=word).values("pk"))
            named = Actor.objects.order_by().filter(sort_name__contains=word).values("pk")
            fits |= Q(offer__actor__in=named) | Q(actor__in=named)
            titled = Project.objects.order_by().filter(sort_title__contains=word).values("pk")
            rows = rows.filter(fits | Q(project__in=titled))
        return rows

    def open(self) -> Self:
        return self.filter(state=ResourceRequest.State.OPEN)

    def granted(self) -> Self:
        return self.filter(state=ResourceRequest.State.GRANTED)

    def given_away(self) -> Self:
        """Promised, and still to come or going on, the next one first."""
        return self.granted().filter(end_on__gte=timezone.localdate()).order_by("start_on", "start_time", "pk")

    def at_the_time_of(self, request: ResourceRequest) -> Self:
        """Others for the same offer that share a day with it, and hours of the day where both name some."""
        rows = self.filter(offer=request.offer_id, start_on__lte=request.end_on, end_on__gte=request.start_on).exclude(
            pk=request.pk
        )
        if request.start_time is None or request.end_time is None:
            return rows
        return rows.filter(Q(start_time=None) | Q(start_time__lt=request.end_time, end_time__gt=request.start_time))

    def for_list(self) -> Self:
        """A line in a list, with both sides and what came of it."""
        return self.select_related(
            "offer__actor", "actor", "project", "by", "contribution__participation__project"
        ).fetch_mode(models.FETCH_PEERS)

    def for_detail(self) -> Self:
        return self.select_related(
            *("offer__actor", "actor", "project__lead_actor", "by", "decided_by", "thanked_by"),
            *("contribution__participation__project", "contribution__recorded_by", "contribution__confirmed_by"),
        ).prefetch_related("steps__by", "contribution__steps")


def _has_team(actor: str, *, but: str = "") -> Exists:
    """Whether somebody with an account keeps the actor to which this leads; `but` leads to a person who does not count."""
    team = Membership.objects.filter(actor=OuterRef(actor), person__is_active=True)
    return Exists(team.exclude(person=Coalesce(OuterRef(but), 0)) if but else team)


def _whoever_asked_speaks() -> Exists:
    """Whether she still has an account, and writes for whom she asked."""
    team = Q(memberships__actor=OuterRef("actor")) | Q(memberships__actor=OuterRef("project__lead_actor"))
    neighbourhoods = Q(organised_neighbourhoods__actors=OuterRef("actor"))
    neighbourhoods |= Q(organised_neighbourhoods__projects=OuterRef("project"))
    people = get_user_model().objects.order_by()
    return Exists(people.filter(Q(is_staff=True) | team | neighbourhoods, pk=OuterRef("by"), is_active=True))


class ResourceRequest(Staged):
    """An actor or a project asks for what somebody offers, for some days and perhaps hours of the day.

    Days are days in Europe/Berlin, both included; hours hold on each of them. The quantity is in the unit of the offer.
    """

    class State(models.TextChoices):
        OPEN = "offen", _("waits for an answer")
        GRANTED = "zugesagt", _("promised")
        DECLINED = "abgelehnt", _("declined")
        WITHDRAWN = "zurueckgezogen", _("withdrawn")
        DONE = "erledigt", _("done")

    # DOMAIN: what was promised is done. That it will not be after all is ours: a room would be blocked for nothing.
    STEPS = {
        State.OPEN: (State.GRANTED, State.DECLINED, State.WITHDRAWN),
        State.GRANTED: (State.DONE, State.WITHDRAWN),
    }
    LONGEST = 2000
    # What somebody may do with it, see `with_rights_of`; nothing, until it is asked.
    may_answer = may_withdraw = may_finish = may_thank = may_confirm = may_mend = is_turn = False

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
        """3. Mai 2027, 18:00 bis 21:00 Uhr; or from one day to another."""
        days = {"start": spoken(self.start_on), "end": spoken(self.end_on)}
        told = days["start"] if self.days == 1 else gettext("%(start)s to %(end)s") % days
        if self.start_time is None or self.end_time is None:
            return told
        hours = {"start": time_format(self.start_time, "G:i"), "end": time_format(self.end_time, "G:i")}
        return f"{told}, {pgettext('time of day', '{time}').format(time=gettext('%(start)s to %(end)s') % hours)}"

    @property
    def suggested_quantity(self) -> Decimal | None:
        """What a contribution is prefilled with: what was asked for, else the hours that were named, day by day."""
        if self.quantity is not None:
            return self.quantity
        if self.offer.unit != "stunden" or self.start_time is None or self.end_time is None:
            return None
        begins, ends = (one.hour * 60 + one.minute for one in (self.start_time, self.end_time))
        return (Decimal(ends - begins) / 60 * self.days).quantize(Decimal("0.01"))

    def rivals(self) -> ResourceRequestQuerySet:
        """Who else asks for it at that time, or has it by promise."""
        states = self.State.OPEN, self.State.GRANTED
        return ResourceRequest.objects.at_the_time_of(self).filter(state__in=states)

    def is_free_again(self) -> bool:
        """Somebody else had got it, and it is to be had again: whoever was too late can ask once more."""
        promised = ResourceRequest.objects.granted().at_the_time_of(self)
        return self.is_taken and not self.is_over and not self.clashes(promised)

    def clashes(self, others: ResourceRequestQuerySet) -> bool:
        """Whether it cannot be given beside these, which lie at its time and were promised; see the rule above."""
        category = self.offer.category
        if category in ONE_AT_A_TIME:
            return others.exists()
        if category in ONE_BY_THE_HOUR:
            return self.start_time is not None and others.exclude(start_time=None).exists()
        if category not in COUNTED:
            return False
        beside = list(others)
        there = self.offer.quantity
        if there is None or self.quantity is None or any(one.quantity is None for one in beside):
            return bool(beside)
        return bool(beside) and self.quantity + self._most_at_once(beside) > there

    def _most_at_once(self, beside: list[ResourceRequest]) -> Decimal:
        """How many pieces others have at that moment of its time at which they have most.

        One of them begins on that day, and one, perhaps another, at that hour.
        """
        days = {max(self.start_on, one.start_on) for one in beside}
        hours = {max(self._begins, one._begins) for one in beside}
        return max(
            sum((one.quantity or ZERO for one in beside if one._holds(day, begins)), ZERO)
            for day, begins in product(days, hours)
        )

    @property
    def _begins(self) -> time:
        return self.start_time or time.min

    def _holds(self, day: date, at: time) -> bool:
        """Whether this moment lies in its days and hours."""
        in_hours = self.end_time is None or self._begins <= at < self.end_time
        return self.start_on <= day <= self.end_on and in_hours

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
