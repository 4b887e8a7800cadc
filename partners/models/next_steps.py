"""What comes next with a partner: one open step for each partnership, with a day and a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.keeping import Kept, KeptQuerySet
from partners.models.neighbourhoods import Neighbourhood
from partners.models.partnerships import Partnership, PartnershipQuerySet
from partners.models.stage_changes import StageChange

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


def end_of_week(day: date) -> date:
    """The Sunday after it, or the day itself."""
    return day + timedelta(days=6 - day.weekday())


class NextStepQuerySet(KeptQuerySet["NextStep"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Organisers of the partnership, and admins; the sides do not read what is planned with them."""
        return self.filter(partnership__in=Partnership.objects.editable_by(user))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        return self.visible_to(user).open()

    def open(self) -> Self:
        """Still to be done. With a partnership that is over nothing is to be done any more."""
        return self.filter(done_on=None).exclude(partnership__state__in=Partnership.OVER)

    def overdue(self, on: date | None = None) -> Self:
        return self.filter(due_on__lt=on or timezone.localdate())

    def due_by_the_end_of_the_week(self, on: date | None = None) -> Self:
        """Overdue, or due until Sunday."""
        return self.filter(due_on__lte=end_of_week(on or timezone.localdate()))

    def with_holder(self) -> Self:
        """Adds `is_held`: whether whoever is responsible still organises the Quartier. If not, nobody looks after it."""
        organisers = Neighbourhood.organisers.through.objects.filter(
            neighbourhood=OuterRef("partnership__neighbourhood"),
            person=OuterRef("responsible"),
            person__is_active=True,
        )
        return self.annotate(is_held=Exists(organisers))

    def reminded_of(self, on: date | None = None) -> Self:
        """Overdue, and somebody who still organises the Quartier looks after it: she is reminded by mail."""
        return self.open().overdue(on).with_holder().filter(is_held=True).order_by("pk")

    def waiting_for(self, user: Person | AnonymousUser) -> Self:
        """Hers, and those of her Quartiere that nobody looks after."""
        if not user.is_authenticated:
            return self.none()
        mine = Neighbourhood.objects.filter(organisers=user)
        rows = self.open().filter(partnership__neighbourhood__in=mine).with_holder()
        return rows.filter(Q(responsible=user) | Q(is_held=False))

    def for_list(self) -> Self:
        rows = self.with_holder().select_related("responsible", "partnership__neighbourhood")
        rows = rows.defer("partnership__neighbourhood__boundary")
        return rows.prefetch_related("partnership__parties__actor").fetch_mode(models.FETCH_PEERS)


class NextStep(Kept):
    """What is to be done next, until when and by whom. A partnership has one at a time; those that are done stay."""

    PART_OF, NAMED_BY = "partnership", "what"
    STAYS = frozenset({"partnership"})
    LONGEST = 200

    # Whether somebody looks after it, see `with_holder`; nobody, until it is asked.
    is_held = False

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="next_steps", verbose_name=_("partnership")
    )
    what = models.CharField(_("next step"), max_length=LONGEST)
    due_on = models.DateField(_("due on"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="next_steps",
        verbose_name=_("responsible"),
    )
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = NextStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(done_on=None),
                name="next_step_one_at_a_time",
                violation_error_message=_("This partnership has a next step already."),
            ),
            models.CheckConstraint(
                condition=~Q(what=""),
                name="next_step_says_what",
                violation_error_message=_("Say what comes next."),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}#naechster-schritt"

    @property
    def is_overdue(self) -> bool:
        return self.done_on is None and self.due_on < timezone.localdate()

    @property
    def is_soon(self) -> bool:
        """Today, or until Sunday."""
        today = timezone.localdate()
        return self.done_on is None and today <= self.due_on <= end_of_week(today)

    @staticmethod
    def possible_people(partnership: Partnership) -> Any:
        """Who can look after it: the organisers of its Quartier."""
        return partnership.neighbourhood.organisers.filter(is_active=True).order_by("name", "email")


def with_next_due(partnerships: PartnershipQuerySet) -> PartnershipQuerySet:
    """Adds `next_due`, the day of the open step."""
    mine = NextStep.objects.filter(partnership=OuterRef("pk"), done_on=None).order_by()
    return partnerships.annotate(next_due=Subquery(mine.values("due_on")[:1]))


def with_stage_since(partnerships: PartnershipQuerySet) -> PartnershipQuerySet:
    """Adds `stage_since`, when the partnership came to its present stage."""
    since = StageChange.objects.reaching(OuterRef("pk"), OuterRef("state"))
    return partnerships.annotate(stage_since=Subquery(since.values("at")[:1]))
