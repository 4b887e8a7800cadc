"""One step of many actors at once: first who can take it and who cannot, with the reason, then exactly that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.db import transaction
from django.utils import timezone

from partners.models import Actor, StageError, recounting, recounting_many
from partners.seen import print_of

BATCH = 500
GOALS = {"publish": Actor.State.PUBLISHED, "hide": Actor.State.HIDDEN, "archive": Actor.State.ARCHIVED}


@dataclass(frozen=True, slots=True)
class Mover:
    """One actor that takes the step, and what its profile lacks for a reader."""

    pk: int
    name: str
    slug: str
    state: str
    has_kind: bool
    has_purpose: bool


@dataclass(slots=True)
class Refusal:
    """Actors in one state, from which the step is not open."""

    state: str
    reason: str
    names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class StepPlan:
    movers: list[Mover] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Another one as soon as anybody else would take the step, or from another state."""
        lines = [(one.pk, one.state) for one in self.movers]
        return print_of(lines)


def way(state: str, goal: str) -> tuple[str, ...]:
    """The states that lead to the goal; a draft is submitted in the same breath. Raises `StageError` with the reason."""
    if (state, goal) == (Actor.State.DRAFT, Actor.State.PUBLISHED):
        return (Actor.State.SUBMITTED, goal)
    Actor(state=state).check_step(goal)
    return (goal,)


def plan_step(actors: Any, step: str) -> StepPlan:
    """What the step means for each of the actors (a queryset), in one query whatever their number."""
    plan, refused = StepPlan(), refusals(step)
    for pk, name, slug, state, kind, purpose in actors.order_by("sort_name", "pk").values_list(
        "pk", "name", "slug", "state", "kind", "purpose"
    ):
        if state in refused:
            refused[state].names.append(name)
        else:
            plan.movers.append(Mover(pk, name, slug, state, kind is not None, bool(purpose)))
    plan.refusals = [one for one in refused.values() if one.names]
    return plan


def refusals(step: str) -> dict[str, Refusal]:
    """The states from which the step is not open, each with the reason."""
    found = {}
    for state in Actor.State.values:
        try:
            way(state, GOALS[step])
        except StageError as error:
            found[state] = Refusal(state, " ".join(error.messages))
    return found


@transaction.atomic
def take_step_with_many(*, actors: Any, step: str, seen: str = "") -> StepPlan | None:
    """Takes one step (`publish`, `hide`, `archive`) with all of the actors (a queryset) that can take it.

    One that cannot does not keep the others back. With `seen`, the digest of the plan that somebody looked at, nothing
    is written and None given where the plan is another one by now.
    """
    keys = sorted(actors.order_by().values_list("pk", flat=True))
    for some in batched(keys, BATCH, strict=False):
        list(Actor.objects.filter(pk__in=some).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    plan = plan_step(Actor.objects.filter(pk__in=actors.order_by().values("pk")), step)
    if seen and plan.digest != seen:
        return None
    with recounting_many():
        for some in batched(plan.movers, BATCH, strict=False):
            _move(some, GOALS[step])
    return plan


def _move(movers: Sequence[Mover], goal: str) -> None:
    """The rows are locked, so nobody moves one of them meanwhile; where a database cannot lock, the state is asked again."""
    by_state: dict[str, list[int]] = defaultdict(list)
    for one in movers:
        by_state[one.state].append(one.pk)
    for state, keys in by_state.items():
        present = state
        for following in way(state, goal):
            _write(keys, present, following)
            present = following


def _write(keys: Iterable[int], before: str, after: str) -> None:
    """The words that the directory shows from now on, or no longer, are counted with the step."""
    rows = Actor.objects.filter(pk__in=keys, state=before)
    for actor in rows.defer("search_text") if Actor.State.PUBLISHED in {before, after} else ():
        with recounting(actor):
            actor.state = after
    rows.update(state=after, updated_at=timezone.now())
