from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from partners.models import ResourceCategory
from projects.models.contribution_rows import ContributionState, shown_to
from projects.models.counting import Amount, Sort
from projects.models.participations import Participation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person


class TallyQuerySet(models.QuerySet["ContributionTally"]):
    def of(self, participations: Any, user: Person | AnonymousUser) -> Self:
        """As `ContributionQuerySet.of`: what the person may read of participations that she can see."""
        return self.shown_to(user).filter(participation__in=participations)

    def shown_to(self, user: Person | AnonymousUser) -> Self:
        """As `ContributionQuerySet.shown_to`."""
        return self.filter(shown_to(user))

    def in_years(self, first: int | None, last: int | None) -> Self:
        """Those with one day at least in these years."""
        rows = self if first is None else self.filter(last_year__gte=first)
        return rows if last is None else rows.filter(first_year__lte=last)

    def sums(self) -> models.QuerySet[ContributionTally, Any]:
        """As `ContributionQuerySet.sums`."""
        return (
            self.order_by()
            .values("category", "state", contested=F("is_contested"))
            .annotate(
                number=Sum("entries"),
                planned_number=Sum("planned_entries"),
                planned_sum=Sum("planned"),
                delivered_number=Sum("delivered_entries"),
                delivered_sum=Sum("delivered"),
            )
        )


class ContributionTally(models.Model):
    """What the contributions of one sort add up to, see `projects.models.counting`. Written there, and nowhere else.

    Quantities are in the unit of the category. Where nobody has named one the sum is 0 and so is the number of entries
    that name one.
    """

    participation = models.ForeignKey(
        Participation, models.CASCADE, related_name="tallies", verbose_name=_("participation")
    )
    category = models.CharField(_("category"), max_length=20, choices=ResourceCategory)
    state = models.CharField(_("state"), max_length=20, choices=ContributionState)
    is_public = models.BooleanField(_("show on public pages"))
    is_contested = models.BooleanField(_("contested"))
    first_year = models.SmallIntegerField(_("year of the first day"))
    last_year = models.SmallIntegerField(_("year of the last day"))
    entries = models.IntegerField(_("entries"))
    planned_entries = models.IntegerField(_("entries with a planned quantity"))
    planned = models.DecimalField(_("planned"), max_digits=18, decimal_places=2)
    delivered_entries = models.IntegerField(_("entries with a delivered quantity"))
    delivered = models.DecimalField(_("delivered"), max_digits=18, decimal_places=2)

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("sum of contributions")
        verbose_name_plural = _("sums of contributions")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.category} {self.state}"

    @property
    def sort(self) -> Sort:
        return Sort(**{name: getattr(self, name) for name in Sort._fields})

    @property
    def amount(self) -> Amount:
        return Amount(self.entries, self.planned_entries, self.planned, self.delivered_entries, self.delivered)
