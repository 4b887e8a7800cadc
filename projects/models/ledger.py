"""Geben und Nehmen: per partner what it brings and what it gains, and sums that never mix units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from partners.models import UNIT_OF, Actor, ResourceCategory, Unit
from projects.models.benefits import Benefit
from projects.models.contribution_rows import ContributionQuerySet
from projects.models.contributions import Contribution
from projects.models.disseminations import Dissemination
from projects.models.participations import Participation
from projects.models.reach import repeated


@dataclass(slots=True)
class LedgerEntry:
    """One partner in a project. An empty side asks for a talk; it is never a score."""

    actor: Actor
    participations: list[Participation] = field(default_factory=list)
    gives: list[Contribution] = field(default_factory=list)
    gains: list[Benefit] = field(default_factory=list)
    # Whether it brings more than stands here.
    has_more: bool = False

    @property
    def anchor(self) -> str:
        return f"beteiligte-{self.actor.pk}"

    @property
    def slot(self) -> str:
        """Where the forms of this partner open."""
        return f"eingabe-{self.actor.pk}"

    @property
    def current(self) -> Participation:
        """The participation that new contributions belong to: the first that is not over, or at least took place."""
        return min(self.participations, key=lambda one: (one.state == Participation.State.ENDED, one.is_declined))


@dataclass(slots=True)
class Total:
    """One category in its one unit; None where nobody has named a quantity.

    Planned and delivered stand apart, and so do paid and volunteer time, which are two categories. What was delivered
    counts as soon as one side says so; how much of it waits for the other side's yes, or met its objection, is said beside it.
    Of reach also how much is counted more than once because one channel stands in several contributions.
    """

    category: ResourceCategory
    unit: Unit
    planned: Decimal | None = None
    delivered: Decimal | None = None
    unconfirmed: Decimal | None = None
    contested: Decimal | None = None
    repeated: Decimal | None = None
    entries: int = 0

    @property
    def is_reach(self) -> bool:
        """Whether people are added up who may be the same."""
        return self.category == ResourceCategory.REACH and (self.planned is not None or self.delivered is not None)


def ledger(
    participations: Iterable[Participation], contributions: Iterable[Contribution], benefits: Iterable[Benefit]
) -> list[LedgerEntry]:
    """The partners in the order of their participations, each once, however many roles it has."""
    entries: dict[int, LedgerEntry] = {}
    actor_of: dict[int, int] = {}
    for participation in participations:
        actor_of[participation.pk] = participation.actor_id
        entries.setdefault(participation.actor_id, LedgerEntry(participation.actor)).participations.append(
            participation
        )
    for contribution in contributions:
        if contribution.participation_id in actor_of:
            entries[actor_of[contribution.participation_id]].gives.append(contribution)
    for benefit in benefits:
        if benefit.actor_id in entries:
            entries[benefit.actor_id].gains.append(benefit)
    return list(entries.values())


def totals(contributions: Iterable[Contribution], entries: Iterable[Dissemination] | None = None) -> list[Total]:
    """Sums per category, in the order of the vocabulary; what was withdrawn does not count, and only what was delivered is actual.

    `entries`: what the contributions of reach are made of, for whoever has loaded that; else it is asked for where
    something could be counted more than once.
    """
    sums: dict[str, Total] = {}
    reached: dict[int, Decimal] = {}
    for row in contributions:
        if row.state == Contribution.State.WITHDRAWN:
            continue
        total = sums.setdefault(row.category, Total(ResourceCategory(row.category), Unit(row.unit)))
        total.entries += 1
        total.planned = _plus(total.planned, row.planned_quantity)
        if row.is_actual:
            _deliver(total, row)
            if total.is_reach and row.delivered_quantity is not None:
                reached[row.pk] = row.delivered_quantity
    if len(reached) > 1:
        rows = Dissemination.objects.behind(list(reached)) if entries is None else entries
        sums[ResourceCategory.REACH].repeated = repeated(rows, reached)
    return [sums[category] for category in ResourceCategory.values if category in sums]


def totals_in(sums: Iterable[dict[str, Any]], entries: Callable[[], Iterable[Dissemination]]) -> list[Total]:
    """The same sums as those of `totals`, added up before: `sums` of a queryset, for more rows than a page shows.

    `entries` gives what the contributions are made of, see `entries_of`: for sums in which something could be counted
    more than once.
    """
    found: dict[str, Total] = {}
    for row in sums:
        if row["state"] == Contribution.State.WITHDRAWN:
            continue
        category = row["category"]
        _add(found.setdefault(category, Total(ResourceCategory(category), UNIT_OF[category])), row)
    reach = found.get(ResourceCategory.REACH)
    if reach is not None and reach.entries > 1 and reach.delivered:
        reach.repeated = _repeated_in(entries())
    return [found[category] for category in ResourceCategory.values if category in found]


def entries_of(rows: ContributionQuerySet) -> QuerySet[Dissemination]:
    """What the delivered contributions of reach among these rows are made of."""
    delivered = rows.order_by().filter(category=ResourceCategory.REACH).exclude(delivered_quantity=None)
    return Dissemination.objects.behind(Contribution.objects.filter(pk__in=delivered.values("pk")).order_by())


def _repeated_in(entries: Iterable[Dissemination]) -> Decimal | None:
    rows = list(entries)
    known = {row.contribution_id: row.contribution.delivered_quantity for row in rows if row.contribution}
    return repeated(rows, {key: number for key, number in known.items() if key and number is not None})


def _add(total: Total, row: dict[str, Any]) -> None:
    """What has one state, contested or not."""
    total.entries += row["number"]
    total.planned = _plus(total.planned, _sum(row, "planned"))
    if row["state"] not in Contribution.ACTUAL:
        return
    delivered = _sum(row, "delivered")
    total.delivered = _plus(total.delivered, delivered)
    if row["contested"]:
        total.contested = _plus(total.contested, delivered)
    elif row["state"] == Contribution.State.DELIVERED:
        total.unconfirmed = _plus(total.unconfirmed, delivered)


def _sum(row: dict[str, Any], name: str) -> Decimal | None:
    """None where nobody named a quantity. SQLite adds up as floating point; quantities have two places."""
    return row[f"{name}_sum"].quantize(Decimal("0.01")) if row[f"{name}_number"] else None


def _deliver(total: Total, row: Contribution) -> None:
    total.delivered = _plus(total.delivered, row.delivered_quantity)
    if row.is_contested:
        total.contested = _plus(total.contested, row.delivered_quantity)
    elif row.state == Contribution.State.DELIVERED:
        total.unconfirmed = _plus(total.unconfirmed, row.delivered_quantity)


def _plus(total: Decimal | None, quantity: Decimal | None) -> Decimal | None:
    return total if quantity is None else (total or Decimal(0)) + quantity
