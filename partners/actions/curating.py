"""Kind and topics of many actors at once: first a plan that one can look at, then exactly that plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from partners.models import Actor, ActorKind, Topic
from partners.seen import print_of

BATCH = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall become of each of them. Without a kind the kind stays; a topic is put in, or taken out, or left alone."""

    kind: ActorKind | None = None
    add: tuple[Topic, ...] = ()
    remove: tuple[Topic, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """One actor that changes: by its key and name, and what it says before and after."""

    pk: int
    name: str
    kind_before: int | None
    kind_after: int | None
    topics_before: frozenset[int]
    topics_after: frozenset[int]


@dataclass(slots=True)
class Plan:
    wish: Wish
    changes: list[Planned] = field(default_factory=list)
    same: int = 0
    # History stays as it is: the archived and the merged.
    closed: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Another one as soon as anything of it would be written differently."""
        lines = [
            (one.pk, one.kind_before, one.kind_after, sorted(one.topics_before), sorted(one.topics_after))
            for one in self.changes
        ]
        return print_of(lines)


def plan_curation(actors: Any, wish: Wish) -> Plan:
    """What the wish means for each of the actors (a queryset), in three queries whatever their number."""
    plan = Plan(wish)
    rows = list(actors.order_by("sort_name", "pk").values_list("pk", "name", "state", "kind"))
    topics = topics_of([pk for pk, *_ in rows])
    add, remove = ({topic.pk for topic in some} for some in (wish.add, wish.remove))
    for pk, name, state, kind in rows:
        if state in Actor.OVER:
            plan.closed.append(name)
            continue
        before = frozenset(topics[pk])
        one = Planned(pk, name, kind, wish.kind.pk if wish.kind else kind, before, (before | add) - remove)
        if one.kind_before == one.kind_after and one.topics_before == one.topics_after:
            plan.same += 1
        else:
            plan.changes.append(one)
    return plan


def topics_of(keys: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for some in batched(keys, BATCH, strict=False):
        for pk, topic in Actor.topics.through.objects.filter(actor__in=some).values_list("actor", "topic"):
            found[pk].add(topic)
    return found


@transaction.atomic
def carry_out(*, actors: Any, wish: Wish, seen: str) -> Plan | None:
    """Writes what the person saw in the plan, with its history; None, and nothing, where the plan is another one by now."""
    keys = list(actors.order_by().values_list("pk", flat=True))
    for some in batched(sorted(keys), BATCH, strict=False):
        list(Actor.objects.filter(pk__in=some).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    plan = plan_curation(actors, wish)
    if plan.digest != seen:
        return None
    for some in batched(plan.changes, BATCH, strict=False):
        values: dict[str, Any] = {"updated_at": timezone.now()}
        if wish.kind:
            values["kind"] = wish.kind
        Actor.objects.filter(pk__in=[one.pk for one in some]).update(**values)
        link(some)
    return plan


def link(changes: Iterable[Planned]) -> None:
    ties = Actor.topics.through
    new = [
        ties(actor_id=one.pk, topic_id=topic)
        for one in changes
        for topic in sorted(one.topics_after - one.topics_before)
    ]
    ties.objects.bulk_create(new)
    gone: dict[int, list[int]] = defaultdict(list)
    for one in changes:
        for topic in one.topics_before - one.topics_after:
            gone[topic].append(one.pk)
    for topic, keys in gone.items():
        ties.objects.filter(topic=topic, actor__in=keys).delete()
