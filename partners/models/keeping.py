"""Rows that keep their history, whichever way they are written: one place for `save`, bulk writers and many-to-many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models, router, transaction

from partners.models.history import Act, HistoryEntry, name_of, present_act
from partners.models.search import NormalisedField

BATCH = 500
# What every row has and no reader asks for.
BESIDES = frozenset({"version", "is_demo"})

type Columns = list[models.Field[Any, Any]]
type Values = dict[str, Any]


class KeptQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Writes history with everything that is written in bulk; `bulk_update` goes through `update`."""

    def update(self, **values: Any) -> int:
        columns = [one for one in told_columns(self.model) if one.name in values or one.attname in values]
        if not columns:
            return super().update(**values)
        with transaction.atomic(using=self.db, savepoint=False):
            before = Snapshot.of(self.model, columns, self, using=self.db)
            count = super().update(**values)
            before.tell_changes(present_act())
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Row], *args: Any, **options: Any) -> list[Row]:
        if options.get("update_conflicts") or options.get("ignore_conflicts"):
            raise NotImplementedError("Nobody could tell afterwards which rows are new.")
        with transaction.atomic(using=self.db, savepoint=False):
            rows = super().bulk_create(objs, *args, **options)
            tell_births(self.model, rows, using=self.db)
        return rows

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db, savepoint=False):
            before = Snapshot.of(self.model, told_columns(self.model), self, using=self.db)
            count = super().delete()
            before.tell_removals(present_act())
        return count

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Kept(models.Model):
    """A row whose history is kept. `PART_OF` is the path to the thing in whose history it stands, if not in its own.

    Not told: columns that are derived, moments that the portal sets, people, and what `UNTOLD` names. Rows that go or
    come with their thing in a cascade are told with the thing.
    """

    PART_OF: ClassVar[str] = ""
    # By which field the history calls a part, and which fields stay as they are when an earlier version is brought back.
    NAMED_BY: ClassVar[str] = "name"
    STAYS: ClassVar[frozenset[str]] = frozenset()
    UNTOLD: ClassVar[frozenset[str]] = frozenset()
    # What a part that was removed comes back without, said to whoever brings it back.
    COMES_WITHOUT: ClassVar[Any] = ""

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
        using = using or router.db_for_write(type(self), instance=self)
        model = type(self)
        columns = told_columns(model)
        if update_fields is not None:
            update_fields = frozenset(update_fields)
            columns = [one for one in columns if one.name in update_fields or one.attname in update_fields]
        with transaction.atomic(using=using, savepoint=False):
            known = self.pk is not None and not raw and bool(columns)
            mine = model._base_manager.using(using).filter(pk=self.pk)
            before = Snapshot.of(model, columns, mine, using=using) if known else Snapshot(model, columns, {}, using)
            is_new = self._state.adding
            super().save_base(raw, force_insert, force_update, using, update_fields)
            if raw or not (columns or is_new):
                return
            if is_new and not before.rows:
                tell_births(model, [self], using=using)
            elif any(hasattr(getattr(self, one.attname), "resolve_expression") for one in columns):
                before.tell_changes(present_act())
            else:
                before.tell_changes(present_act(), after={self.pk: values_of(self, columns)})

    save_base.alters_data = True  # type: ignore[attr-defined]

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using, savepoint=False):
            mine = type(self)._base_manager.using(using).filter(pk=self.pk)
            before = Snapshot.of(type(self), told_columns(type(self)), mine, using=using)
            count = super().delete(using, keep_parents)
            before.tell_removals(present_act())
        return count

    delete.alters_data = True  # type: ignore[attr-defined]


class LinkQuerySet(models.QuerySet[Any]):
    """The rows behind a many-to-many field of a kept model: `add`, `set`, `remove` and `clear` end here as well."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        source, target = link_columns(self.model)
        act, subject = present_act(), name_of(kept_field(self.model).model)
        told = [row for row in rows if not act.has_born(subject, getattr(row, source))]
        with transaction.atomic(using=self.db, savepoint=False):
            pairs = {(getattr(row, source), getattr(row, target)) for row in told}
            there = self._pairs({one for one, _other in pairs}) if options.get("ignore_conflicts") else set()
            made = super().bulk_create(rows, *args, **options)
            tell_links(self.model, act, came=pairs - there, using=self.db)
        return made

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def update(self, **values: Any) -> int:
        with transaction.atomic(using=self.db, savepoint=False):
            before = dict(self._triples(self))
            count = super().update(**values)
            after = dict(self._triples(self.model._base_manager.using(self.db).filter(pk__in=before)))
            gone, came = set(before.values()) - set(after.values()), set(after.values()) - set(before.values())
            tell_links(self.model, present_act(), came=came, gone=gone, using=self.db)
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db, savepoint=False):
            gone = set(dict(self._triples(self)).values())
            count = super().delete()
            tell_links(self.model, present_act(), gone=gone, using=self.db)
        return count

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _triples(self, rows: models.QuerySet[Any]) -> list[tuple[int, tuple[int, int]]]:
        source, target = link_columns(self.model)
        return [(pk, (one, other)) for pk, one, other in rows.order_by().values_list("pk", source, target)]

    def _pairs(self, sources: Iterable[int]) -> set[tuple[int, int]]:
        source, target = link_columns(self.model)
        rows = self.model._base_manager.using(self.db).filter(**{f"{source}__in": list(sources)})
        return set(rows.values_list(source, target))


def kept_models() -> list[type[Kept]]:
    return [model for model in apps.get_models() if issubclass(model, Kept)]


def keep_links() -> None:
    """Once all models are loaded: whoever writes a many-to-many field of a kept model writes history."""
    for model in kept_models():
        for one in model._meta.local_many_to_many:
            through: Any = one.remote_field.through
            through.kept_field = one
            # Django gives such a table a plain manager and has no setting for another one.
            through._meta.local_managers.clear()
            through.add_to_class("objects", LinkQuerySet.as_manager())


def kept_field(through: Any) -> models.ManyToManyField[Any, Any]:
    return through.kept_field


def link_columns(through: Any) -> tuple[str, str]:
    """The columns of a many-to-many table: of the thing that is told about, and of what it is tied to."""
    told: Any = kept_field(through)
    columns = through._meta
    return columns.get_field(told.m2m_field_name()).attname, columns.get_field(told.m2m_reverse_field_name()).attname


def told_columns(model: type[models.Model]) -> Columns:
    """The columns whose changes a reader is told."""
    untold = BESIDES | getattr(model, "UNTOLD", frozenset())
    return [one for one in model._meta.concrete_fields if one.name not in untold and not _is_besides(one)]


def _is_besides(column: models.Field[Any, Any]) -> bool:
    """Keys, what is derived, moments that the portal sets, and people."""
    if column.primary_key or isinstance(column, NormalisedField):
        return True
    if isinstance(column, models.DateTimeField):
        return not column.editable
    return column.is_relation and column.related_model._meta.label == settings.AUTH_USER_MODEL  # type: ignore[union-attr]


def values_of(row: models.Model, columns: Columns) -> Values:
    """What the columns of a row say, the way the database stores it."""
    return {one.attname: one.get_prep_value(getattr(row, one.attname)) for one in columns}


def restored_fields(model: type[models.Model]) -> Columns:
    """What an earlier version brings back: not the stage, which moves by steps only, and no file, which may be gone."""
    stays = {"state", *getattr(model, "STAYS", ())}
    columns = [one for one in told_columns(model) if not isinstance(one, models.FileField)]
    return [one for one in [*columns, *model._meta.local_many_to_many] if one.name not in stays]


def part_column(model: type[models.Model]) -> str:
    """The column that says in whose history a row stands; what lies further off is joined (`participation__project`)."""
    return getattr(model, "PART_OF", "") or "pk"


def subject_of(model: type[models.Model]) -> str:
    """In the history of which model a row stands."""
    for step in filter(None, getattr(model, "PART_OF", "").split("__")):
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    return name_of(model)


def subject_ids(model: type[models.Model], rows: list[models.Model], *, using: str) -> Iterator[int]:
    """In whose history each of the rows stands."""
    column = part_column(model)
    if "__" not in column:
        attname = model._meta.get_field(column).attname if column != "pk" else "pk"  # type: ignore[union-attr]
        yield from (getattr(row, attname) for row in rows)
        return
    for portion in batched(rows, BATCH, strict=False):
        mine = model._base_manager.using(using).filter(pk__in=[row.pk for row in portion]).order_by()
        known = dict(mine.values_list("pk", column))
        yield from (known[row.pk] for row in portion)


@dataclass
class Snapshot:
    """What rows said before they were written, by their keys, and in whose history each stands."""

    model: type[models.Model]
    columns: Columns
    rows: dict[int, tuple[int, Values]]
    using: str

    @classmethod
    def of(cls, model: type[models.Model], columns: Columns, rows: Any, *, using: str) -> Snapshot:
        """Reads and locks the rows, so that nobody else writes between what is told and what is written."""
        mine = model._base_manager.using(using).filter(pk__in=rows.order_by().values("pk"))
        return cls(model, columns, dict(read_rows(model, columns, mine.select_for_update(no_key=True))), using)

    def now(self) -> dict[int, Values]:
        found: dict[int, Values] = {}
        for keys in batched(self.rows, BATCH, strict=False):
            rows = self.model._base_manager.using(self.using).filter(pk__in=keys)
            found |= {pk: values for pk, (_subject, values) in read_rows(self.model, self.columns, rows)}
        return found

    def tell_changes(self, act: Act, *, after: dict[int, Values] | None = None) -> None:
        now = self.now() if after is None else after
        lines = [
            (subject, pk, changed)
            for pk, (subject, values) in self.rows.items()
            if (changed := differences(values, now.get(pk, values)))
        ]
        write_lines(self.model, act, HistoryEntry.What.CHANGED, lines, using=self.using)

    def tell_removals(self, act: Act) -> None:
        """Of a part that is gone all that it said, of a thing only that it is gone."""
        is_part = part_column(self.model) != "pk"
        lines = [
            (subject, pk, {name: [value, None] for name, value in values.items() if value} if is_part else {})
            for pk, (subject, values) in self.rows.items()
        ]
        write_lines(self.model, act, HistoryEntry.What.REMOVED, lines, using=self.using)


def read_rows(model: type[models.Model], columns: Columns, rows: Any) -> Iterator[tuple[int, tuple[int, Values]]]:
    names = [one.attname for one in columns]
    for pk, subject, *values in rows.order_by().values_list("pk", part_column(model), *names):
        told = zip(columns, values, strict=True)
        yield pk, (subject, {one.attname: one.get_prep_value(value) for one, value in told})


def differences(before: Values, after: Values) -> dict[str, list[Any]]:
    return {name: [before[name], value] for name, value in after.items() if name in before and before[name] != value}


def tell_births(model: type[models.Model], rows: Iterable[models.Model], *, using: str) -> None:
    """Of a new part what it says, of a new thing only that it is there: what it says stands in the thing itself."""
    act, is_part = present_act(), part_column(model) != "pk"
    columns = told_columns(model) if is_part else []
    rows, lines = list(rows), []
    for subject, row in zip(subject_ids(model, rows, using=using), rows, strict=True):
        values = {name: [None, value] for name, value in values_of(row, columns).items() if value}
        lines.append((subject, row.pk, values))
    write_lines(model, act, HistoryEntry.What.CREATED, lines, using=using)
    if not is_part:
        act.bear(name_of(model), {row.pk for row in rows})


def tell_links(
    through: Any, act: Act, *, came: Iterable[tuple[int, int]] = (), gone: Iterable[tuple[int, int]] = (), using: str
) -> None:
    lines: dict[int, dict[str, list[int]]] = {}
    for sign, pairs in (("+", came), ("-", gone)):
        for one, other in sorted(pairs):
            lines.setdefault(one, {}).setdefault(sign, []).append(other)
    told = kept_field(through)
    write_lines(
        told.model,
        act,
        HistoryEntry.What.CHANGED,
        [(one, one, {told.name: ends}) for one, ends in lines.items()],
        using=using,
    )


def write_lines(
    model: type[models.Model], act: Act, what: str, lines: Iterable[tuple[int, int, dict[str, Any]]], *, using: str
) -> None:
    """Adds the lines of one act. What was born in the same act needs none: it is new with all that it says."""
    subject = subject_of(model)
    told = [line for line in lines if not act.has_born(subject, line[0])]
    if not told:
        return
    person = act.person()
    by_id = person.pk if person is not None and person.is_authenticated else None
    when = {"at": act.at} if act.at else {}
    for portion in batched(told, BATCH, strict=False):
        HistoryEntry.objects.using(using).bulk_create(
            HistoryEntry(
                subject=subject,
                subject_id=subject_id,
                row=name_of(model),
                row_id=row_id,
                what=what,
                values=values,
                act=act.key,
                by_id=by_id,
                occasion=act.occasion,
                detail=act.detail,
                **when,
            )
            for subject_id, row_id, values in portion
        )
