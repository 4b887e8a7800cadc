from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Count, Max

from partners.actions.twins import BOX_EAST, BOX_NORTH, TRACES
from partners.models import Actor, NotTwins
from partners.models.actors import ActorQuerySet
from partners.models.twins import Likeness, Trace, compare

if TYPE_CHECKING:
    from partners.models import Person

# What more than this many share says nothing about any two of them.
LARGEST_BLOCK = 40
# How many neighbours in the order of names are looked at.
WINDOW = 4
KEPT = 600  # seconds

type Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two actors by their keys, the earlier entry first, and what speaks for their being one."""

    first: int
    second: int
    likeness: Likeness


def suspected_pairs(*, user: Person) -> list[Suspicion]:
    """The suspected twins among the actors that the person organises, the likeliest first, without those she ruled out.

    Kept for ten minutes as long as none of the actors changes: then a count costs two queries.
    """
    rows = Actor.objects.current().organised_by(user)
    state = rows.aggregate(number=Count("pk"), newest=Max("updated_at"))
    # Whose list it is decides on what is in it; another one with the same rights computes her own.
    key = f"twins:{user.pk}:{user.is_staff}:{state['number']}:{state['newest'] and state['newest'].timestamp()}"
    found = cache.get(key)
    if found is None:
        found = find_pairs(rows)
        cache.set(key, found, KEPT)
    ruled_out = set(NotTwins.objects.values_list("first", "second"))
    return [one for one in found if (one.first, one.second) not in ruled_out]


def find_pairs(rows: ActorQuerySet) -> list[Suspicion]:
    """Compares those who share a word, a contact or a spot, and neighbours in the order of names; never all with all."""
    read = list(rows.order_by("pk").values("pk", "parent", *TRACES))
    traces = {row["pk"]: Trace.of(row) for row in read}
    carriers = {row["pk"]: row["parent"] for row in read}
    found = []
    for first, second in sorted(set(_candidates(traces))):
        if are_branches(first, second, carriers):
            continue
        likeness = compare(traces[first], traces[second])
        if likeness.is_suspected:
            found.append(Suspicion(first, second, likeness))
    return sorted(found, key=lambda one: (-one.likeness.points, one.first, one.second))


def are_branches(first: int, second: int, carriers: dict[int, int | None]) -> bool:
    """One carries the other, or both have the same carrier: then somebody has said that they are two."""
    one, other = carriers[first], carriers[second]
    return one == second or other == first or (one is not None and one == other)


def _candidates(traces: dict[int, Trace]) -> Iterator[Pair]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for pk, trace in traces.items():
        for key in _keys(trace):
            blocks[key].append(pk)
    for block in blocks.values():
        if len(block) <= LARGEST_BLOCK:
            yield from combinations(block, 2)
    for step in (1, -1):
        order = sorted(traces, key=lambda pk: traces[pk].name.replace(" ", "")[::step])
        yield from _neighbours(order)


def _neighbours(order: list[int]) -> Iterator[Pair]:
    for place, pk in enumerate(order):
        for other in order[place + 1 : place + 1 + WINDOW]:
            yield (pk, other) if pk < other else (other, pk)


def _keys(trace: Trace) -> Iterable[str]:
    """A key is shared by those who may be one. A spot is named with its neighbours, so that no edge parts two."""
    yield from {f"word {word}" for word in trace.name.split() if len(word) >= 4}
    for name in ("host", "email", "phone", "address"):
        if value := getattr(trace, name):
            yield f"{name} {value}"
    if trace.place:
        row, column = int(trace.place[0] // BOX_NORTH), int(trace.place[1] // BOX_EAST)
        yield from (f"spot {row + north} {column + east}" for north in (0, 1) for east in (0, 1))


def rule_out(*, first: Actor, second: Actor, by: Person, reason: str = "") -> NotTwins:
    """Remembers that these two are two. Said twice, it is remembered once."""
    one, other = sorted((first, second), key=lambda actor: actor.pk)
    try:
        with transaction.atomic():
            return NotTwins.objects.create(first=one, second=other, by=by, reason=reason)
    except IntegrityError:
        return NotTwins.objects.get(first=one, second=other)
