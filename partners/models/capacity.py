"""Hours that actors have promised, month by month, from every kind of tie on every floor.

How it is counted, the same on every page:

- Months are calendar months in Europe/Berlin.
- A tie counts with all its hours in every month in which it runs on at least one day, and not at all in the others. Hours
  are promised by the month, so nobody has to divide them, and everybody can add up the same numbers by hand.
- A partnership that rests counts 0 from the day on which it began to rest until it wakes: a month in which it rests on
  every day has none of its hours.
- A tie without a first day of its own counts from the day on which it was noted, or from the first day of its project if
  that lies later; without a last day, until its project ends; else without end.
- A partnership and a participation of the same actor are two promises, also where the one serves the other: both are
  added up. Whoever means the same hours enters them once and leaves the other empty.

What comes out is a hint beside what an actor states of itself. It never replaces it, and it is never a score.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.keeping import KeptQuerySet

# Stands for “no end” where the database has to compare days.
FAR = date(9999, 12, 31)
BEFORE, AFTER = 3, 9
ZERO = Decimal(0)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month in Europe/Berlin."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def present(cls) -> Month:
        return cls.of(timezone.localdate())

    def later(self, months: int) -> Month:
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return self.later(1).first - timedelta(days=1)

    @property
    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.last.day))

    @classmethod
    def around(cls, day: date) -> list[Month]:
        """Those that a plan shows: the last three, the present one and the next nine."""
        return [cls.of(day).later(number) for number in range(-BEFORE, AFTER + 1)]


@dataclass(frozen=True, slots=True)
class Promise:
    """What one tie takes: hours a month (None: nothing said), from a day until a day, without the time in which it rests."""

    tie: models.Model
    actor_id: int
    hours: Decimal | None
    start: date
    end: date | None = None
    rests: tuple[tuple[date, date], ...] = ()

    def runs_on(self, day: date) -> bool:
        begun = self.start <= day and (self.end is None or day <= self.end)
        return begun and not any(first <= day <= last for first, last in self.rests)

    def runs_in(self, month: Month) -> bool:
        return any(self.runs_on(day) for day in month.days)

    def hours_in(self, month: Month) -> Decimal:
        return self.hours if self.hours and self.runs_in(month) else ZERO


class PromisingQuerySet[Row: models.Model](KeptQuerySet[Row]):
    """Ties of actors that may take hours a month."""

    def promised(self) -> Self:
        """Those that were agreed, each with `promised_from` and `promised_until`, the first and the last day."""
        raise NotImplementedError

    def promised_in(self, month: Month) -> Self:
        """Those that run on at least one day of the month, which is the present one or one to come."""
        return self.promised().filter(promised_from__lte=month.last, promised_until__gte=month.first)

    def for_promises(self) -> Self:
        """With what `PromisesHours.promise` needs to know of each row."""
        return self


class PromisesHours(models.Model):
    """A tie for which an actor has promised hours a month. Its manager is a `PromisingQuerySet`, its actor `actor`."""

    hours_per_month = models.DecimalField(
        _("hours a month promised"), max_digits=6, decimal_places=2, null=True, blank=True
    )

    actor_id: int
    promised_from: date
    promised_until: date

    class Meta:
        abstract = True

    @property
    def rests(self) -> tuple[tuple[date, date], ...]:
        """Times in which it takes nothing, first and last day."""
        return ()

    @property
    def promise(self) -> Promise:
        """Of a row that was loaded by `promised`."""
        end = None if self.promised_until == FAR else self.promised_until
        return Promise(self, self.actor_id, self.hours_per_month, self.promised_from, end, self.rests)


def promising_models() -> list[type[PromisesHours]]:
    """On every floor, so that a lower one need not know who else asks actors for their time."""
    return [model for model in apps.get_models() if issubclass(model, PromisesHours)]


def promises_of(actors: Iterable[int]) -> list[Promise]:
    """Everything these actors have promised, whenever; one query for each kind of tie."""
    keys = list(actors)
    found: list[Promise] = []
    for model in promising_models():
        ties: Any = model._default_manager
        found += [row.promise for row in ties.filter(actor__in=keys).promised().for_promises().order_by("pk")]
    return found


def hours_promised_in(month: Month) -> Any:
    """For actors: the sum over all their ties. Rounded, since SQLite adds decimals up as binary fractions."""
    parts = []
    for model in promising_models():
        ties: Any = model._default_manager
        mine = ties.filter(actor=OuterRef("pk")).promised_in(month).order_by()
        sums = mine.values("actor").annotate(hours=Sum("hours_per_month"))
        hours = models.DecimalField(max_digits=12, decimal_places=2)
        parts.append(Coalesce(Subquery(sums.values("hours")), ZERO, output_field=hours))
    return Round(reduce(operator.add, parts), 2)
