"""Two entries that are one and the same become one, and can be parted again. What they share with others comes along."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from partners.actions.addresses import keep_old_address
from partners.actions.merging_partnerships import (
    EMPTIED,
    lock_partnerships,
    refuse_partners_of_each_other,
    refuse_same_partnerships,
    refuse_silent_sides,
    refuse_two_quotations,
)
from partners.actions.twin_pairs import rule_out
from partners.models import (
    Actor,
    HistoryEntry,
    Kept,
    Merge,
    NotTwins,
    OldAddress,
    StageError,
    acting,
    keys_at_the_end,
    recounting,
    refusing_twins,
)
from partners.models.carriers import refuse_circle
from partners.models.keeping import tell_births
from partners.models.parties import KEEPS_WORDS

if TYPE_CHECKING:
    from partners.models import Person


class Exact(DjangoJSONEncoder):
    """Moments to the microsecond: a row that comes back is the row that was taken away."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


# A picture and its words go back together or not at all.
LOGO = {"logo", "logo_alt"}

# These are looked after by hand, see `merge_actors`.
BY_HAND = (Merge, NotTwins)


class ChangedMeanwhileError(ValidationError):
    """One of the two was changed after the person had looked at them side by side."""


def ties_of(model: type[models.Model]) -> Iterator[Any]:
    """Every foreign key, on every floor, that points to this model. Tables of many-to-many fields are no rows of their own."""
    ties: Any = model._meta.get_fields(include_hidden=True)
    for tie in ties:
        is_reverse = tie.auto_created and not tie.concrete and (tie.one_to_many or tie.one_to_one)
        if is_reverse and not tie.related_model._meta.auto_created and tie.related_model not in BY_HAND:
            yield tie


def weight_of(row: models.Model) -> int:
    """Of two rows that say the same of one thing the weightier stays; a model may know which that is."""
    return getattr(row, "merge_weight", 0)


@dataclass
class Book:
    """Writes rows and notes how each was before."""

    steps: list[dict[str, Any]] = field(default_factory=list)

    def change(self, row: models.Model, values: dict[str, Any]) -> None:
        """By the names of columns. Through the default manager, so that the history hears of it."""
        model = type(row)
        before = {name: plain(model, name, getattr(row, name)) for name in values}
        after = {name: plain(model, name, value) for name, value in values.items()}
        if before == after:
            return
        model._default_manager.filter(pk=row.pk).update(**values)
        pairs = {name: [before[name], after[name]] for name in values if before[name] != after[name]}
        self.steps.append({"did": "changed", "model": model._meta.label_lower, "pk": row.pk, "values": pairs})

    def note_change(self, before: models.Model, after: models.Model, names: Iterable[str]) -> None:
        """For a row that was saved by its own rules."""
        model = type(after)
        said = {name: [plain(model, name, getattr(row, name)) for row in (before, after)] for name in names}
        pairs = {name: pair for name, pair in said.items() if pair[0] != pair[1]}
        self.steps.append({"did": "changed", "model": model._meta.label_lower, "pk": after.pk, "values": pairs})

    def remove(self, row: models.Model) -> None:
        kept = json.loads(json.dumps(serializers.serialize("python", [row]), cls=Exact))
        row.delete()
        self.steps.append({"did": "removed", "rows": kept})

    def added(self, row: models.Model) -> None:
        self.steps.append({"did": "added", "model": row._meta.label_lower, "pk": row.pk})

    def link(self, actor: Actor, name: str, keys: list[int]) -> None:
        if keys:
            getattr(actor, name).add(*keys)
            self.steps.append({"did": "linked", "pk": actor.pk, "field": name, "keys": keys})


def plain(model: type[models.Model], name: str, value: Any) -> Any:
    """A value the way JSON holds it; of a row that it points to the key."""
    value = value.pk if isinstance(value, models.Model) else value
    prepared = model._meta.get_field(name).get_prep_value(value)  # type: ignore[union-attr]
    return json.loads(json.dumps(prepared, cls=Exact))


@transaction.atomic
def merge_actors(*, kept: Actor, gone: Actor, take: Iterable[str], by: Person, seen: tuple[str, str]) -> Merge:
    """`gone` becomes part of `kept`: the columns named by `take` are its, and all that hangs on it comes along.

    Its address leads to `kept` from now on. Where both say something of the same thing (both take part in one project in
    the same role), the two rows become one, with the texts of both. What only concerns an account (a membership that the
    person has in both teams, an open invitation) stays where it is and does nothing there; of two memberships the one
    in the kept team gets the higher role.

    Raises `ChangedMeanwhileError` when one of them is not any more what the person saw (`seen`, the stamps of both), and
    `ValidationError` when they cannot be one, or the columns do not fit together.
    """
    kept, gone = _locked(kept, gone)
    for actor in (kept, gone):
        if actor.state in Actor.OVER:
            raise StageError(_("“%(name)s” is not open for a merge any more.") % {"name": actor.name}, code="over")
    if (kept.stamp, gone.stamp) != seen:
        raise ChangedMeanwhileError(
            _("One of the two was changed in the meantime. Nothing is merged yet: look at them once more."),
            code="changed",
        )
    refuse_partners_of_each_other(kept, gone)
    refuse_same_partnerships(kept, gone)
    refuse_two_quotations(kept, gone)
    book = Book()
    with (
        refusing_twins(),
        acting(by=by, occasion=HistoryEntry.Occasion.MERGED, detail=gone.name),
        keys_at_the_end(),
    ):
        _take_values(book, kept, gone, list(take))
        for many in Actor._meta.many_to_many:
            present = set(getattr(kept, many.name).values_list("pk", flat=True))
            news = getattr(gone, many.name).order_by("pk").values_list("pk", flat=True)
            book.link(kept, many.name, [key for key in news if key not in present])
        for tie in ties_of(Actor):
            _bring(book, tie, gone, kept)
        _bring_no_twins(book, gone, kept, by=by)
        _bring_addresses(book, gone, kept)
        kept.refresh_from_db(fields=["parent"])
        refuse_circle(kept, kept.parent)
        for path in settings.AFTER_MERGES:
            import_string(path)(book=book, kept=kept, by=by)
        before = gone.state
        with recounting(gone):
            gone.write_if_still(before, state=Actor.State.MERGED)
        book.steps.append(
            {"did": "changed", "model": "partners.actor", "pk": gone.pk, "values": {"state": [before, gone.state]}}
        )
    return Merge.objects.create(kept=kept, gone=gone, by=by, steps=book.steps)


def _locked(*actors: Actor) -> list[Actor]:
    """Locked in the order of their keys, so that two merges cannot wait for each other.

    Whoever ties something to an entry locks it too (`hold`), so nothing new comes to them now. Their keys are not locked:
    who has a row open that hangs on one of them may still write it, and is waited for.
    """
    rows = Actor.objects.select_for_update(no_key=True).filter(pk__in=[actor.pk for actor in actors]).order_by("pk")
    found = {row.pk: row for row in rows}
    return [found[actor.pk] for actor in actors]


def _take_values(book: Book, kept: Actor, gone: Actor, names: list[str]) -> None:
    before = copy(kept)
    with recounting(kept, stored=before):
        for name in names:
            setattr(kept, name, getattr(gone, name))
        kept.validate_constraints()
        kept.save()
    book.note_change(before, kept, names)


def _bring(book: Book, tie: Any, source: models.Model, target: models.Model) -> None:
    """All rows of one foreign key. A row that cannot stand beside one that the target has is put together with it."""
    model, column = tie.related_model, tie.field
    for row in model._base_manager.select_for_update().filter(**{column.name: source}).order_by("pk"):
        if type(row) is type(target) and row.pk == target.pk:
            book.change(row, {column.attname: None})
            continue
        try:
            with transaction.atomic():
                book.change(row, {column.attname: target.pk})
        except IntegrityError:
            if getattr(model, "BECOMES_ONE", False):
                _put_together(book, row, _rival(row, column, target), {column.attname: target.pk})
            elif names := getattr(model, "LIFTED", ()):
                _lift(book, row, _rival(row, column, target), names)


def _lift(book: Book, row: models.Model, rival: models.Model, names: tuple[str, ...]) -> None:
    """The row that stays behind gives what makes it the weightier one: a manager of the one is manager of both."""
    if weight_of(row) > weight_of(rival):
        book.change(rival, {name: getattr(row, name) for name in names})


def _rival(row: models.Model, column: Any, target: models.Model) -> models.Model:
    """The row of the target that says something of the same thing."""
    model = type(row)
    for rule in model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and column.name in rule.fields:
            same = {name: getattr(row, name) for name in rule.fields if name != column.name}
            found = model._base_manager.filter(**same, **{column.name: target}).first()
            if found is not None:
                return found
    raise LookupError(f"Nothing of {target} stands in the way of {row!r}.")


def _put_together(book: Book, row: models.Model, rival: models.Model, home: dict[str, Any]) -> None:
    """Two rows become one: the weightier, with the texts of both, the numbers that only one knows and all that hangs on them."""
    stays, goes = (row, rival) if weight_of(row) > weight_of(rival) else (rival, row)
    for tie in ties_of(type(row)):
        _bring(book, tie, goes, stays)
    values = _joined(stays, goes)
    book.remove(goes)
    if stays is row:
        values |= home
    if values:
        book.change(stays, values)


def _joined(stays: models.Model, goes: models.Model) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in type(stays)._meta.concrete_fields:
        own, other = getattr(stays, column.attname), getattr(goes, column.attname)
        if isinstance(column, models.TextField) and other and own != other:
            values[column.attname] = f"{own}\n\n{other}" if own else other
        elif isinstance(column, models.DecimalField | models.IntegerField) and own is None and other is not None:
            values[column.attname] = other
    if flags := getattr(stays, "flags_of_joined", None):
        values |= flags(goes, values)
    return values


def _bring_no_twins(book: Book, gone: Actor, kept: Actor, *, by: Person) -> None:
    """Whoever is known to be no twin of the one is no twin of the other."""
    for pair in NotTwins.objects.filter(first=gone) | NotTwins.objects.filter(second=gone):
        other = pair.second if pair.first_id == gone.pk else pair.first
        if other.pk == kept.pk:
            continue
        there = NotTwins.objects.filter(first__in=(kept, other), second__in=(kept, other)).exists()
        if not there:
            book.added(rule_out(first=kept, second=other, by=pair.by or by, reason=pair.reason))


def _bring_addresses(book: Book, gone: Actor, kept: Actor) -> None:
    for old in OldAddress.objects.leading_to(gone).order_by("pk"):
        book.change(old, {"target": kept.pk})
    keep_old_address(row=kept, before=gone.slug)
    book.added(OldAddress.objects.leading_to(kept).get(slug=gone.slug))


@transaction.atomic
def undo_merge(*, merge: Merge, by: Person) -> list[str]:
    """Parts what was merged: every step backwards. What was changed or added since stays with the entry that was kept.

    Gives the names of the fields that stay as they were changed since. Raises `StageError` when somebody else was faster
    or the kept entry is itself part of another one now, `ValidationError` when something new stands in the way.
    """
    merge = Merge.objects.select_for_update(of=("self",)).select_related("kept", "gone").get(pk=merge.pk)
    kept, gone = _locked(merge.kept, merge.gone)
    if merge.undone_at:
        raise StageError(_("This merge is undone already."), code="undone")
    if kept.state == Actor.State.MERGED:
        raise StageError(
            _("“%(name)s” has become part of another entry since. Undo that merge first.") % {"name": kept.name},
            code="merged",
        )
    stays: list[str] = []
    lock_partnerships(kept, gone)
    try:
        with (
            refusing_twins(),
            acting(by=by, occasion=HistoryEntry.Occasion.PARTED, detail=gone.name),
            keys_at_the_end() as keys,
            recounting(kept, stored=copy(kept)),
            recounting(gone, stored=copy(gone)),
        ):
            for step in reversed(merge.steps):
                stays += BACK[step["did"]](step, by)
            for actor in (kept, gone):
                actor.refresh_from_db()
                actor.save()
            for path in settings.AFTER_PARTINGS:
                import_string(path)(kept=kept, gone=gone, by=by)
            keys.update(lock_partnerships(kept, gone).values_list("pk", flat=True))
            refuse_silent_sides(keys)
    except IntegrityError as error:
        if KEEPS_WORDS in str(error):
            raise ValidationError(EMPTIED % {"name": gone.name}, code="emptied") from error
        raise ValidationError(
            _("Something was entered since that would be there twice. Remove it, then undo the merge."), code="twice"
        ) from error
    merge.undone_by, merge.undone_at = by, timezone.now()
    merge.save(update_fields=["undone_by", "undone_at"])
    return stays


def _change_back(step: dict[str, Any], by: Person) -> list[str]:
    model = apps.get_model(step["model"])
    row = model._base_manager.filter(pk=step["pk"]).first()
    if row is None:
        return []
    values, stays = {}, []
    touched = {
        name for name, (_before, after) in step["values"].items() if plain(model, name, getattr(row, name)) != after
    }
    if model is Actor and touched & LOGO:
        touched |= LOGO
    for name, (before, _after) in step["values"].items():
        column: Any = model._meta.get_field(name)
        if name not in touched:
            values[name] = before if column.is_relation else column.to_python(before)
        else:
            stays.append(_called(row, column, by))
    if values:
        model._default_manager.filter(pk=row.pk).update(**values)
    return stays


def _called(row: models.Model, column: Any, by: Person) -> str:
    """A field that stays as somebody wrote it since; of a row that hangs on the entry with the name, if she may see it."""
    if isinstance(row, Actor):
        return str(column.verbose_name)
    rows: Any = type(row)._default_manager.all()
    is_seen = not hasattr(rows, "visible_to") or rows.visible_to(by).filter(pk=row.pk).exists()
    words = {"kind": capfirst(str(row._meta.verbose_name)), "name": row, "field": column.verbose_name}
    said = _("%(kind)s “%(name)s”: %(field)s") if is_seen else _("%(kind)s: %(field)s")
    return said % words


def _bring_back(step: dict[str, Any], by: Person) -> list[str]:
    """A row that was put together with another one, unless what it belonged to is gone; told, like every row that comes."""
    for found in serializers.deserialize("python", step["rows"]):
        row: Any = found.object
        ends = [column for column in row._meta.concrete_fields if column.is_relation]
        if all(_is_there(column, getattr(row, column.attname)) for column in ends):
            found.save()
            if isinstance(row, Kept):
                tell_births(type(row), [row], using=row._state.db or "default")
    return []


def _is_there(column: Any, key: Any) -> bool:
    return key is None or column.related_model._base_manager.filter(pk=key).exists()


def _take_away(step: dict[str, Any], by: Person) -> list[str]:
    apps.get_model(step["model"])._base_manager.filter(pk=step["pk"]).delete()
    return []


def _unlink(step: dict[str, Any], by: Person) -> list[str]:
    """Without leaving the actor in no neighbourhood at all."""
    tied = getattr(Actor.objects.get(pk=step["pk"]), step["field"])
    if step["field"] != "neighbourhoods" or tied.exclude(pk__in=step["keys"]).exists():
        tied.remove(*step["keys"])
    return []


BACK = {"changed": _change_back, "removed": _bring_back, "added": _take_away, "linked": _unlink}
