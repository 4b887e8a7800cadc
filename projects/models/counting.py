"""What contributions add up to, kept beside them: nobody reads fifty thousand rows for one number.

Whoever writes contributions writes here what changed, in the same transaction, whichever way they are written (`save`,
`update`, `bulk_create`, `delete`). Nobody waits for anybody: a writer takes the lines of its sort that nobody else holds,
and puts one line with the new sum in their place; what somebody else holds at this moment stays, and both count. So there
may be several lines of one sort, and only their sum means something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from itertools import batched
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models, router, transaction
from django.utils import timezone

from partners.models import Kept, KeptQuerySet

BATCH = 500
# What the sums depend on; the recorded day counts where a contribution has no days of its own.
SORTED_BY = ("participation_id", "category", "state", "is_public", "objection", "start_on", "end_on", "recorded_at")
QUANTITIES = ("planned_quantity", "delivered_quantity")
COUNTED = frozenset({*SORTED_BY, *QUANTITIES, "participation"})


class Sort(NamedTuple):
    """What all contributions of one line have in common. In which years its days lie: the first and the last of them."""

    participation_id: int
    category: str
    state: str
    is_public: bool
    is_contested: bool
    first_year: int
    last_year: int


@dataclass(slots=True)
class Amount:
    """How many there are, how many of them name a quantity, and what these add up to."""

    entries: int = 0
    planned_entries: int = 0
    planned: Decimal = Decimal(0)
    delivered_entries: int = 0
    delivered: Decimal = Decimal(0)

    def add(self, other: Amount, times: int = 1) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + times * getattr(other, one.name))

    @property
    def is_nothing(self) -> bool:
        return not any(getattr(self, one.name) for one in fields(self))


# What one contribution is, by its key; and what those of one sort come to.
type Found = dict[int, tuple[Sort, Amount]]
type Amounts = dict[Sort, Amount]


class TalliedQuerySet[Row: models.Model](KeptQuerySet[Row]):
    """Counts whatever is written in bulk; `bulk_update` goes through `update`."""

    def update(self, **values: Any) -> int:
        if COUNTED.isdisjoint(values):
            return super().update(**values)
        with counting(self):
            return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Row], *args: Any, **options: Any) -> list[Row]:
        with transaction.atomic(using=self.db, savepoint=False):
            rows = super().bulk_create(objs, *args, **options)
            book(difference({}, read(self.model, (row.pk for row in rows), using=self.db)), using=self.db)
        return rows

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with counting(self):
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Tallied(Kept):
    """Counts whatever is written of one row. What comes from a backup (`raw`) is counted there already."""

    class Meta:
        abstract = True

    def save_base(
        self,
        raw: bool = False,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        if raw or (update_fields is not None and COUNTED.isdisjoint(update_fields)):
            super().save_base(raw, force_insert, force_update, using, update_fields)
            return
        using = using or router.db_for_write(type(self), instance=self)
        with counting(type(self)._base_manager.using(using).filter(pk=self.pk)) as keys:
            super().save_base(raw, force_insert, force_update, using, update_fields)
            keys.add(self.pk)

    save_base.alters_data = True  # type: ignore[attr-defined]

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        using = using or router.db_for_write(type(self), instance=self)
        with counting(type(self)._base_manager.using(using).filter(pk=self.pk)):
            return super().delete(using, keep_parents)

    delete.alters_data = True  # type: ignore[attr-defined]


@contextmanager
def counting(rows: models.QuerySet[Any]) -> Iterator[set[int]]:
    """Books what is written to these rows meanwhile, and to those whose keys are added. Locks them, as they are read."""
    with transaction.atomic(using=rows.db, savepoint=False):
        locked = rows.model._base_manager.using(rows.db).filter(pk__in=rows.order_by().values("pk"))
        before = dict(_said(_columns(locked.select_for_update(no_key=True))))
        keys = set(before)
        yield keys
        book(difference(before, read(rows.model, keys, using=rows.db)), using=rows.db)


def read(model: type[models.Model], keys: Iterable[int], *, using: str) -> Found:
    found: Found = {}
    for portion in batched(keys, BATCH, strict=False):
        found |= _said(_columns(model._base_manager.using(using).filter(pk__in=portion)))
    return found


def _columns(rows: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
    return rows.order_by().values_list("pk", *SORTED_BY, *QUANTITIES)


def _said(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[Sort, Amount]]]:
    for pk, part, category, state, public, objection, start, end, at, planned, delivered in rows:
        entered = timezone.localtime(at).date()
        first, last = start or end or entered, end or start or entered
        yield (
            pk,
            (
                Sort(part, category, state, public, bool(objection), first.year, last.year),
                Amount(1, planned is not None, planned or Decimal(0), delivered is not None, delivered or Decimal(0)),
            ),
        )


def difference(before: Found, after: Found) -> Amounts:
    """What has to be added so that the sums say what is there now."""
    amounts: defaultdict[Sort, Amount] = defaultdict(Amount)
    for times, found in ((-1, before), (1, after)):
        for sort, amount in found.values():
            amounts[sort].add(amount, times)
    return {sort: amount for sort, amount in amounts.items() if not amount.is_nothing}


def book(amounts: Amounts, *, using: str) -> None:
    """Adds them to the lines of their sorts. Lines that somebody else holds stay beside the new ones."""
    if not amounts:
        return
    lines = _lines().using(using)
    near = lines.filter(
        participation__in={sort.participation_id for sort in amounts},
        category__in={sort.category for sort in amounts},
        state__in={sort.state for sort in amounts},
        first_year__in={sort.first_year for sort in amounts},
    )
    sums, merged = defaultdict(Amount, amounts), []
    for line in near.order_by().select_for_update(skip_locked=True):
        if line.sort in amounts:
            sums[line.sort].add(line.amount)
            merged.append(line.pk)
    lines.filter(pk__in=merged).delete()
    _add(lines.all(), sums)


def count_anew(contributions: models.QuerySet[Any], lines: models.QuerySet[Any]) -> int:
    """All sums from all contributions, for rows that came another way; nobody may write meanwhile. Says how many lines there are."""
    with transaction.atomic(using=lines.db):
        lines.delete()
        return len(_add(lines, sums_of(contributions)))


def sums_of(contributions: models.QuerySet[Any]) -> Amounts:
    """What the lines have to say, from the contributions themselves."""
    amounts: defaultdict[Sort, Amount] = defaultdict(Amount)
    for _pk, (sort, amount) in _said(_columns(contributions).iterator()):
        amounts[sort].add(amount)
    return amounts


def _add(lines: models.QuerySet[Any], amounts: Amounts) -> list[Any]:
    rows = (
        lines.model(**sort._asdict(), **asdict(amount)) for sort, amount in amounts.items() if not amount.is_nothing
    )
    return lines.bulk_create(rows, batch_size=BATCH)


def _lines() -> Any:
    return apps.get_model("projects", "ContributionTally")._base_manager
