"""Who carries how much in a Quartier: promised hours, stated hours and ties of every actor there, for its organisers.

Nobody is ranked. The order is one of care: who has promised too much, who is full or rests, who carries within its limits,
who has room and is tied to nobody; inside each by name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, Month
from partners.models.capacity import ZERO, promising_models
from partners.models.profiles import stated_on
from projects.models import Participation
from quartier.loads import Bar


class Standing(StrEnum):
    """In the order in which somebody should look at them."""

    TOO_MUCH = "zu-viel"
    NO_ROOM = "voll"
    CARRIES = "traegt"
    FREE = "frei"
    UNSAID = "offen"

    @property
    def label(self) -> Any:
        return LABELS[self]


LABELS = {
    Standing.TOO_MUCH: _("More is promised than stated"),
    Standing.NO_ROOM: _("Full or resting"),
    Standing.CARRIES: _("Carries, within its limits"),
    Standing.FREE: _("Has room and no tie yet"),
    Standing.UNSAID: _("No tie yet, and nothing stated"),
}
PLACE = {standing: place for place, standing in enumerate(Standing)}


@dataclass(frozen=True, slots=True)
class Burden:
    """One actor in one month."""

    pk: int
    sort_name: str
    capacity: str
    stated: Decimal | None
    promised: Decimal
    participations: int
    partnerships: int

    @property
    def ties(self) -> int:
        return self.participations + self.partnerships

    @property
    def standing(self) -> Standing:
        if self.stated is not None and self.promised > self.stated:
            return Standing.TOO_MUCH
        if self.capacity in {Actor.Capacity.FULL, Actor.Capacity.RESTING}:
            return Standing.NO_ROOM
        if self.ties:
            return Standing.CARRIES
        has_said_so = self.capacity in {Actor.Capacity.FREE, Actor.Capacity.LIMITED} or bool(self.stated)
        return Standing.FREE if has_said_so else Standing.UNSAID


def burdens_of(actors: QuerySet[Actor], month: Month) -> list[Burden]:
    """All of them, in the order of care; one query for the actors and one for each kind of tie."""
    hours: dict[int, Decimal] = defaultdict(Decimal)
    ties: dict[Any, Counter[int]] = {}
    keys = actors.order_by().values("pk")
    for model in promising_models():
        rows: Any = model._default_manager
        sums = rows.filter(actor__in=keys).promised_in(month).order_by().values_list("actor")
        counts = ties[model] = Counter()
        for actor, promised, number in sums.annotate(promised=Sum("hours_per_month"), number=Count("pk")):
            hours[actor] += round(promised or ZERO, 2)
            counts[actor] = number
    parts = ties.pop(Participation)
    others = sum(ties.values(), Counter())
    today = timezone.localdate()
    columns = ("pk", "sort_name", "capacity", "resting_until", "network_hours")
    found = [
        Burden(pk, name, stated_on(today, capacity, until), stated, hours[pk], parts[pk], others[pk])
        for pk, name, capacity, until, stated in actors.order_by().values_list(*columns)
    ]
    return sorted(found, key=lambda one: (PLACE[one.standing], one.sort_name, one.pk))


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the table: the actor itself, and its bar in the measure of the page."""

    actor: Actor
    burden: Burden
    bar: Bar


def shown(burdens: Iterable[Burden], *, most: Decimal) -> list[Shown]:
    rows = list(burdens)
    columns = ("name", "slug", "state", "capacity", "resting_until", "kind__name", "kind__name_en")
    actors = Actor.objects.select_related("kind").only(*columns).in_bulk([one.pk for one in rows])
    return [Shown(actors[one.pk], one, Bar(one.promised, one.stated, most)) for one in rows if one.pk in actors]


def counted(burdens: Iterable[Burden]) -> dict[Standing, int]:
    """How many stand where, every standing named."""
    numbers = Counter(one.standing for one in burdens)
    return {standing: numbers[standing] for standing in Standing}


def widest(burdens: Iterable[Burden]) -> Decimal:
    """What the longest bar stands for."""
    return max((max(one.promised, one.stated or ZERO) for one in burdens), default=ZERO)
