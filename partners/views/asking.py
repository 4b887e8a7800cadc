"""Questions that pages ask all the time: put into SQL once, and from then on only asked.

Django puts every question together anew: on the page of a profile that takes longer than the database needs to answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import get_language

from partners.models import Person

# So many ways of asking one question are kept: by kind of reader, number of keys and language.
WAYS = 200
# More values than this come in any number: such a question is put together anew.
MOST_VALUES = 40
FIRST_NUMBER = 4_000_000_000_000_000_000
UNWORDED: Any = object()
# SQLite is given a moment as text.
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:.*")


type Given = int | str | Collection[int] | Person | AnonymousUser | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Where which of the given values stands, and as which kind of number or word."""

    place: int
    which: int
    kind: type


@dataclass(frozen=True, slots=True)
class Worded:
    """A question in SQL, with gaps for what it is asked for."""

    rows: Any
    compiler: Any
    sql: str
    params: tuple[Any, ...]
    gaps: tuple[Gap, ...]

    def ask(self, values: list[Any]) -> list[Any]:
        params = list(self.params)
        for gap in self.gaps:
            params[gap.place] = gap.kind(values[gap.which])
        compiler = copy(self.compiler)
        compiler.as_sql = lambda *args, **options: (self.sql, tuple(params))
        # A compiler reads through the connection of its own thread.
        compiler.connection = connection
        found = list(self.rows._iterable_class(_Asked(self.rows, compiler)))
        if self.rows._prefetch_related_lookups:
            prefetch_related_objects(found, *self.rows._prefetch_related_lookups)
        return found


class _Asked:
    """What Django reads rows from: a queryset and its query, of which the words are known."""

    def __init__(self, known: Any, compiler: Any) -> None:
        self.known, self.compiler = known, compiler

    @property
    def query(self) -> _Asked:
        return _Asked(self.known.query, self.compiler)

    def get_compiler(self, *args: Any, **options: Any) -> Any:
        return self.compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.known, name)


class AskedOften[Row]:
    """A question, made by a function that gives a queryset; called, it gives the rows.

    What is given by place are values: numbers, words, numbers in a list, and the reader. They are filled into the words of
    the question each time. What is given by name belongs to the question itself. The function sees stand-ins for the
    values, so it can build a queryset with them and nothing else: whatever it asks or reads of them is refused.
    """

    def __init__(self, make: Callable[..., QuerySet[Any, Row]]) -> None:
        self.make = make
        self.ways: dict[Any, Worded | None] = {}
        update_wrapper(self, make)

    def __call__(self, *given: Given, **shape: Any) -> list[Row]:
        kinds, values = [_kind(one) for one in given], [value for one in given for value in _values(one)]
        if len(values) > MOST_VALUES:
            return list(self.make(*given, **shape))
        # What holds today is another question tomorrow, and so is an order by names in another language.
        way = (timezone.localdate(), get_language(), *kinds, *sorted(shape.items()))
        # Looked up once: meanwhile another thread may empty them.
        worded = self.ways.get(way, UNWORDED)
        if worded is UNWORDED:
            worded = self._word(kinds, shape)
            if len(self.ways) >= WAYS:
                self.ways.clear()
            self.ways[way] = worded
        return worded.ask(values) if worded else []

    def _word(self, kinds: list[Any], shape: dict[str, Any]) -> Worded | None:
        stand_ins: list[Any] = []
        given = [_stand_in(kind, stand_ins) for kind in kinds]
        with connection.execute_wrapper(_refuse):
            rows = self.make(*given, **shape)
            compiler = rows.query.get_compiler(connection=connection)
            try:
                sql, params = compiler.as_sql()
            except EmptyResultSet:
                if ("numbers", 0) in kinds:
                    return None
                raise
            along = [param for one in rows._prefetch_related_lookups for param in _params_of(one)]
            if set(stand_ins) & set(along):
                raise ValueError(f"{self.make.__qualname__} hands on what it is given to rows that come along.")
        gaps = [
            Gap(place, stand_ins.index(param), type(param))
            for place, param in enumerate(params)
            if isinstance(param, int | str) and param in stand_ins
        ]
        unread = {one for one in stand_ins if stand_ins.index(one) not in {gap.which for gap in gaps}}
        if unread - {one.pk for one in given if isinstance(one, Person)}:
            raise ValueError(f"{self.make.__qualname__} does not ask for all that it is given.")
        if any(_is_moment(param) for param in (*params, *along)):
            raise ValueError(f"{self.make.__qualname__} asks about a moment, and that is another one each time.")
        return Worded(rows, compiler, sql, tuple(params), tuple(gaps))


KNOWN: list[AskedOften[Any]] = []


def asked_often[Row](make: Callable[..., QuerySet[Any, Row]]) -> AskedOften[Row]:
    KNOWN.append(asked := AskedOften(make))
    return asked


def forget() -> None:
    """All questions are put into words anew: for tests that change what a question says while the portal runs."""
    for asked in KNOWN:
        asked.ways.clear()


def bring_along(row: Any, name: str, rows: list[Any]) -> None:
    """What was asked together with a row is there as if it had been prefetched: `row.name.all()` gives it."""
    row.__dict__.setdefault("_prefetched_objects_cache", {})[name] = rows


def _kind(given: Given) -> tuple[Any, ...]:
    """What makes it another question; of a reader that is whether she is somebody, and whether an admin."""
    if isinstance(given, Person):
        return ("person", given.is_staff, given.is_superuser)
    if isinstance(given, AnonymousUser):
        return ("visitor",)
    if isinstance(given, int | str):
        return ("word",) if isinstance(given, str) else ("number",)
    return ("nothing",) if given is None else ("numbers", len(set(given)))


def _values(given: Given) -> list[int | str]:
    if isinstance(given, Person):
        return [given.pk]
    if isinstance(given, int | str):
        return [given]
    return [] if given is None or isinstance(given, AnonymousUser) else list(dict.fromkeys(given))


def _stand_in(kind: tuple[Any, ...], stand_ins: list[Any]) -> Any:
    """A value that no row has, so that it is found again among those of the question. It is added to `stand_ins`."""
    number = FIRST_NUMBER + len(stand_ins)
    match kind:
        case ("visitor",):
            return AnonymousUser()
        case ("word",):
            stand_ins.append(f"\ue000{number}")
            return stand_ins[-1]
        case ("number",):
            stand_ins.append(number)
            return number
        case ("numbers", many):
            stand_ins.extend(range(number, number + many))
            return list(range(number, number + many))
        case ("person", *rights):
            # Only this is known of her: whoever reads more asks the database, which is refused.
            stand_ins.append(number)
            known = dict(zip(("id", "is_staff", "is_superuser"), (number, *rights), strict=True))
            names = [field.attname for field in Person._meta.concrete_fields if field.attname in known]
            return Person.from_db(connection.alias, names, [known[name] for name in names])
    return None


def _params_of(lookup: Any) -> set[Any]:
    """What a question for rows that come along is asked with; those are put together anew each time."""
    rows = lookup.queryset if isinstance(lookup, Prefetch) else None
    if rows is None:
        return set()
    with suppress(EmptyResultSet):
        own = {param for param in rows.query.sql_with_params()[1] if isinstance(param, int | str | datetime)}
        return own.union(*(_params_of(one) for one in rows._prefetch_related_lookups))
    return set()


def _is_moment(param: Any) -> bool:
    return isinstance(param, datetime) or (isinstance(param, str) and MOMENT.fullmatch(param) is not None)


def _refuse(*args: Any) -> None:
    raise RuntimeError("A question that is asked often is put into words here, and asks nothing before that.")
