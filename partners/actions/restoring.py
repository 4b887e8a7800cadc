"""An earlier version comes back as a new one: what was written since stays in the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from partners.actions.actors import edit_actor
from partners.actions.holding import hold, lock_actors
from partners.actions.partnerships import write_partnership, write_side
from partners.actions.telling import Change, Words, model_of
from partners.models import (
    Actor,
    Channel,
    HistoryEntry,
    Kept,
    Partnership,
    PartnershipParty,
    Person,
    acting,
    restored_fields,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Writes the values, and the rows tied to it, as somebody's own editing would.
type Write = Callable[[Any, dict[str, Any], dict[str, list[Any]], Person], None]


@dataclass(slots=True)
class Version:
    """What one row said until somebody wrote this line, as far as it is something else than today."""

    row: Kept
    entry: HistoryEntry
    # The latest line when this was put together; later ones would be news.
    newest: int
    values: dict[str, Any] = field(default_factory=dict)
    ties: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_lost(self) -> bool:
        """A part that was removed and is not there today."""
        return self.row.pk is None

    @property
    def is_present(self) -> bool:
        return not self.values and not self.ties

    def changes(self, user: Person | AnonymousUser) -> list[Change]:
        """Field by field: what it says today, and what it would say again."""
        model, words = type(self.row), Words(user)
        told: dict[str, Any] = {
            name: [_stored(self.row, name) if self.row.pk else None, value] for name, value in self.values.items()
        }
        for name, keys in self.ties.items():
            today = _tied(self.row, name)
            told[name] = {"+": sorted(set(keys) - today), "-": sorted(today - set(keys))}
        row = (model._meta.label_lower, self.row.pk)
        words.learn([(row, told)], of=row[0])
        return [words.change_of(model, key, change) for key, change in told.items()]


def _stored(row: models.Model, name: str) -> Any:
    column: Any = row._meta.get_field(name)
    return column.get_prep_value(getattr(row, column.attname))


def _tied(row: models.Model, name: str) -> set[int]:
    return set(getattr(row, name).values_list("pk", flat=True))


def version_of(row: Kept, entry: HistoryEntry) -> Version:
    """What the row said before this line: takes back, one by one, what was written since."""
    later = HistoryEntry.objects.filter(row=entry.row, row_id=entry.row_id, pk__gte=entry.pk).order_by("-pk")
    columns = {one.attname: one for one in restored_fields(type(row))}
    values: dict[str, Any] = {}
    ties: dict[str, set[int]] = {}
    newest = entry.pk
    for line in later:
        newest = max(newest, line.pk)
        for key, told in line.values.items():
            if key in columns and isinstance(told, list):
                values[key] = told[0]
            elif key in columns:
                keys = ties.setdefault(key, _tied(row, key))
                ties[key] = (keys - set(told.get("+", []))) | set(told.get("-", []))
    version = Version(row, entry, newest)
    version.values = {
        key: value for key, raw in values.items() if (value := _read(columns[key], raw)) != _stored(row, key)
    }
    version.ties = {
        key: sorted(here) for key, keys in ties.items() if (here := _still_there(columns[key], keys)) != _tied(row, key)
    }
    return version


def lost_version(thing: Kept, entry: HistoryEntry) -> Version | None:
    """A part that was removed, as it stood then; None for a row that does not come back by itself, or that is there."""
    model = next((one for one in REMADE if one._meta.label_lower == entry.row), None)
    if model is None or model._base_manager.filter(pk=entry.row_id).exists():  # undoing a merge brought it back
        return None
    version = Version(model(**{model.PART_OF: thing}), entry, entry.pk)
    back = HistoryEntry.objects.of(thing).filter(row=entry.row, what=HistoryEntry.What.CREATED, pk__gt=entry.pk)
    if not back.filter(occasion=HistoryEntry.Occasion.RESTORED, detail=entry.at.isoformat()).exists():
        columns = {one.attname: one for one in model._meta.concrete_fields if one.name != model.PART_OF}
        version.values = {key: _read(columns[key], told[0]) for key, told in entry.values.items() if key in columns}
    return version


def _read(column: Any, raw: Any) -> Any:
    """What a column holds for what the history says; a part that came empty said nothing of it."""
    value = raw if column.is_relation else column.to_python(raw)
    return column.get_default() if value is None and not column.null else value


def _still_there(column: Any, keys: set[int]) -> set[int]:
    return set(column.related_model._default_manager.filter(pk__in=keys).values_list("pk", flat=True))


def lock_before(*, thing: Kept, entry: HistoryEntry) -> None:
    """What comes before the row of this line in the order of locks (see `holding`), for whoever restores a version of it.

    That is every actor that it names or named since, and the thing that it is a part of.
    """
    model: Any = model_of(entry.row)
    columns = [one.attname for one in model._meta.concrete_fields if one.related_model is Actor]
    keys = {entry.row_id} if model is Actor else set()
    if columns:
        keys |= set(model._base_manager.filter(pk=entry.row_id).values_list(*columns).first() or ())
        for line in HistoryEntry.objects.filter(row=entry.row, row_id=entry.row_id, pk__gte=entry.pk):
            keys |= {told[0] for name in columns if isinstance(told := line.values.get(name), list)}
    if isinstance(thing, Actor):
        keys.add(thing.pk)
    lock_actors(str(key) for key in keys if key)
    if model is not type(thing) and not isinstance(thing, Actor):
        list(type(thing)._default_manager.select_for_update(of=("self",)).filter(pk=thing.pk).order_by())


@transaction.atomic
def restore(*, version: Version, by: Person, write: Write) -> None:
    """Writes the version, told as what it is. Raises `ValidationError` where it does not fit any more."""
    columns = {one.name: one for one in type(version.row)._meta.local_many_to_many}
    ties = {
        name: list(columns[name].related_model._default_manager.filter(pk__in=keys))
        for name, keys in version.ties.items()
    }
    occasion = HistoryEntry.Occasion.RESTORED
    try:
        with acting(by=by, occasion=occasion, detail=version.entry.at.isoformat()), transaction.atomic():
            hold(*_actors_in(version))
            write(version.row, version.values, ties, by)
    except IntegrityError as error:
        raise ValidationError(
            _("This version does not fit what the portal says today. Please write it anew by hand."), code="misfit"
        ) from error


def _actors_in(version: Version) -> list[int | None]:
    """To whom the row was tied then."""
    columns = {one.attname: one for one in type(version.row)._meta.concrete_fields}
    return [key for name, key in version.values.items() if columns[name].related_model is Actor]


def check(row: models.Model, values: Mapping[str, Any], **derived: Any) -> None:
    """Raises `ValidationError`, with the fields named, where a row with these values could not be stored."""
    candidate = copy(row)
    for name, value in {**values, **derived}.items():
        setattr(candidate, name, value)
    given = {candidate._meta.get_field(name).name for name in values}
    others = {one.name for one in candidate._meta.fields} - given
    candidate.clean_fields(exclude=others)
    candidate.validate_constraints()


def restore_actor(actor: Actor, values: dict[str, Any], ties: dict[str, list[Any]], by: Person) -> None:
    check(actor, values)
    edit_actor(actor=actor, values=values, **ties)


def restore_channel(channel: Channel, values: dict[str, Any], ties: dict[str, list[Any]], by: Person) -> None:
    _save(channel, values)


def restore_partnership(
    partnership: Partnership, values: dict[str, Any], ties: dict[str, list[Any]], by: Person
) -> None:
    check(partnership, values)
    for name, value in values.items():
        setattr(partnership, name, value)
    write_partnership(partnership=partnership, parties=[], by=by)


def restore_side(party: PartnershipParty, values: dict[str, Any], ties: dict[str, list[Any]], by: Person) -> None:
    """A side that comes back is one more side; of one that is there only the words come back."""
    check(party, values)
    if party.pk:
        write_side(party=party, values=values, by=by)
        return
    for name, value in values.items():
        setattr(party, name, value)
    write_partnership(partnership=party.partnership, parties=[party], by=by)


def _save(row: models.Model, values: dict[str, Any]) -> None:
    check(row, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values) if row.pk else None)


# Parts that organisers and teams take away on pages of the portal.
REMADE: tuple[type[Kept], ...] = (Channel, PartnershipParty)

WRITERS: dict[type[Kept], Write] = {
    Actor: restore_actor,
    Channel: restore_channel,
    Partnership: restore_partnership,
    PartnershipParty: restore_side,
}
