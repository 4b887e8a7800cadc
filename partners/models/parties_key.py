"""Who has a partnership together, as one text: partnerships of the same set of actors have the same key.

The key follows the rows of the parties whichever way these are written (see `PartyQuerySet`), so that the database itself
can refuse a second running main partnership of the same set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import batched
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

BATCH = 500
RUNS_ONCE = "partnership_runs_once"
TWICE = _("The same sides have a running main partnership already. Go on with that one, or end it first.")

# The partnerships whose keys are written when a longer act is over; None while each write looks after its own.
_waiting: ContextVar[set[int] | None] = ContextVar("waiting", default=None)


def key_of(actors: Iterable[int]) -> str:
    """Nothing as long as there are no two: nobody has a partnership alone."""
    keys = sorted(set(actors))
    return "-".join(map(str, keys)) if len(keys) > 1 else ""


class PartiesKeyField(models.CharField):
    """Worked out from the parties at every save, so that an old copy of the row cannot bring an old key back."""

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {"max_length": 400, "blank": True, "default": "", "editable": False}
        super().__init__(**given | kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        row: Any = model_instance
        key = "" if row.pk is None else key_of(row.parties.order_by().values_list("actor", flat=True))
        setattr(row, self.attname, key)
        return key


@contextmanager
def keys_at_the_end() -> Iterator[set[int]]:
    """Inside, parties come and go one by one; what the partnerships are in the end is looked at once, when all are there.

    Keys of partnerships may be added to what this gives.
    """
    waiting: set[int] = set()
    token = _waiting.set(waiting)
    try:
        yield waiting
    finally:
        _waiting.reset(token)
    write_keys(waiting)


def write_keys(partnerships: Iterable[int]) -> None:
    """Works the keys anew, while the partnerships are locked in the order of their keys."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(partnerships)
        return
    for portion in batched(sorted(set(partnerships)), BATCH, strict=False):
        _write_some(portion)


def _write_some(keys: Iterable[int]) -> None:
    model: Any = _partnership()
    rows = list(model._base_manager.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    actors: defaultdict[int, list[int]] = defaultdict(list)
    parties = model.parties.rel.related_model._base_manager.filter(partnership__in=keys).order_by()
    for partnership, actor in parties.values_list("partnership", "actor"):
        actors[partnership].append(actor)
    changed = []
    for row in rows:
        if (key := key_of(actors[row.pk])) != row.parties_key:
            row.parties_key = key
            changed.append(row)
    # Past the history: nobody is told of what is only worked out.
    with refusing_twins():
        model._base_manager.bulk_update(changed, ["parties_key"], batch_size=BATCH)


def _partnership() -> Any:
    return apps.get_model("partners", "Partnership")


@contextmanager
def refusing_twins() -> Iterator[None]:
    """Says in a sentence what the database refused: a second running main partnership of the same sides."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if RUNS_ONCE in str(error) or "parties_key" in str(error):
            raise ValidationError(TWICE, code="twice") from error
        raise
