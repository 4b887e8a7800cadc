"""A word before somebody asks an actor for time at a bad moment: in words, with a date, never a block and never a score.

What an actor states itself comes first, and everybody may read it. That its promised hours exceed what it stated is a
hint for those alone who may read the numbers (`ActorQuerySet.load_visible_to`), and it comes without the numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from partners.days import spoken
from partners.models import Actor, Month, Partnership, PartnershipOverride, Promise, promises_of
from partners.models.capacity import AFTER, ZERO
from partners.seen import print_of

if TYPE_CHECKING:
    from partners.models import Person


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What somebody is about to ask of an actor. `tie` is the row that is to be changed, if it exists already."""

    actor: Actor
    start_on: date | None = None
    end_on: date | None = None
    hours: Decimal | None = None
    tie: models.Model | None = None

    @property
    def begins(self) -> date:
        """Without a day it begins at once; what began long ago asks for time from today."""
        today = timezone.localdate()
        return max(self.start_on or today, today)

    @property
    def is_over(self) -> bool:
        """Only noted for the record: it takes nobody's time any more."""
        return self.end_on is not None and self.end_on < timezone.localdate()


@dataclass(frozen=True)
class Caution:
    """Why this is a bad moment to ask one actor, in sentences."""

    actor: Actor
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Override:
    """What somebody had read about an actor and why she goes on."""

    actor: Actor
    warning: str
    reason: str


def cautions(plans: Iterable[Plan], *, user: Person) -> list[Caution]:
    """What this person should read before she asks; nothing where it is a good moment, or the time is over already."""
    open_plans = [plan for plan in plans if not plan.is_over]
    keys = [plan.actor.pk for plan in open_plans]
    promises: dict[int, list[Promise]] = defaultdict(list)
    known: set[int] = set()
    if keys:
        known = set(Actor.objects.load_visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    for promise in promises_of(known) if known else ():
        promises[promise.actor_id].append(promise)
    found = []
    for plan in open_plans:
        mine = promises[plan.actor.pk] if plan.actor.pk in known else None
        if sentences := tuple(sentences_for(plan, mine)):
            found.append(Caution(plan.actor, sentences))
    return found


def digest(found: Sequence[Caution]) -> str:
    """Stands for exactly these words: what somebody decides on is what she has read."""
    return print_of([one.text for one in found])


def sentences_for(plan: Plan, promises: Sequence[Promise] | None) -> list[str]:
    """`promises` is None for who may not read the hours."""
    told = _as_stated(plan)
    told += _as_promised(plan, promises, has_a_date=bool(plan.actor.asked_again_from)) if promises is not None else []
    is_late = plan.start_on is None or plan.start_on >= timezone.localdate()
    if is_late and (told or plan.start_on is not None):
        told += _lead_time(plan)
    return told


def _as_stated(plan: Plan) -> list[str]:
    actor = plan.actor
    again = actor.asked_again_from
    if not actor.has_no_room or (again is not None and plan.begins >= again):
        return []
    names = {"name": actor.name, "day": spoken(again) if again else ""}
    if actor.stated_capacity == Actor.Capacity.RESTING:
        return [gettext("“%(name)s” rests. Please ask again only from %(day)s.") % names]
    if again is not None:
        return [gettext("“%(name)s” is full at present. Please ask again only from %(day)s.") % names]
    return [gettext("“%(name)s” is full at present. Please ask first when it suits again.") % names]


def _as_promised(plan: Plan, promises: Sequence[Promise], *, has_a_date: bool) -> list[str]:
    """For those who may read the hours. A date that the actor stated is not contradicted by one that was computed."""
    stated = plan.actor.network_hours
    if stated is None:
        return []
    begins = Month.of(plan.begins)
    if begins.later(AFTER + 1).year > MAXYEAR:  # no calendar goes further
        return []
    months = [begins.later(number) for number in range(AFTER + 1)]
    others = [one for one in promises if one.tie != plan.tie]
    promised = {month: sum((one.hours_in(month) for one in others), ZERO) for month in months}
    asked = plan.hours or ZERO
    too_much = [month for month in months if promised[month] >= stated or promised[month] + asked > stated]
    if not any(_touches(plan, month) for month in too_much):
        return []
    was_full = promised[too_much[0]] >= stated
    name = {"name": plan.actor.name}
    told = [
        gettext("For “%(name)s” as many hours are promised already as it states, or more.") % name
        if was_full
        else gettext("For “%(name)s” more hours would be promised than it states.") % name
    ]
    free = too_much[-1].later(1)
    if not has_a_date and free <= months[-1]:
        told.append(gettext("By what is promised there is room again from %(day)s.") % {"day": spoken(free.first)})
    return told


def _touches(plan: Plan, month: Month) -> bool:
    return plan.begins <= month.last and (plan.end_on is None or plan.end_on >= month.first)


def _lead_time(plan: Plan) -> list[str]:
    days = plan.actor.lead_time_days
    if not days:
        return []
    earliest = timezone.localdate() + timedelta(days=days)
    if plan.begins >= earliest:
        return []
    told = ngettext(
        "“%(name)s” asks for a lead time of %(days)s day: from %(day)s at the earliest.",
        "“%(name)s” asks for a lead time of %(days)s days: from %(day)s at the earliest.",
        days,
    )
    return [told % {"name": plan.actor.name, "days": days, "day": spoken(earliest)}]


@transaction.atomic
def keep_overrides(*, partnership: Partnership, overrides: Iterable[Override], by: Person | None) -> None:
    """Why somebody asked for a partnership in spite of a warning."""
    for one in overrides:
        PartnershipOverride.objects.create(
            partnership=partnership, actor=one.actor, by=by, reason=one.reason, warning=one.warning
        )
