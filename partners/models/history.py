"""Who changed what and when: one line for every row that anybody writes. Lines are only ever added."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from partners.models.people import Person

MOST_BORN = 20_000


@dataclass(slots=True)
class Act:
    """What somebody does in one go: a form that is sent, a command that runs. All its lines are told together."""

    person: Callable[[], Person | None]
    occasion: str = ""
    detail: str = ""
    at: datetime | None = None
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    born: dict[str, set[int]] = field(default_factory=dict)

    def bear(self, subject: str, keys: set[int]) -> None:
        """What is new needs no further lines in the same act. Only the latest are known, so that memory stays bounded."""
        known = self.born.setdefault(subject, set())
        if len(known) > MOST_BORN:
            known.clear()
        known |= keys

    def has_born(self, subject: str, key: int) -> bool:
        return key in self.born.get(subject, ())


_present: ContextVar[Act | None] = ContextVar("act", default=None)


@contextmanager
def acting(
    *,
    by: Person | Callable[[], Person | None] | None = None,
    occasion: str = "",
    detail: str = "",
    at: datetime | None = None,
) -> Iterator[Act]:
    """Whatever is written inside is told as one act of this person, on this occasion (`HistoryEntry.Occasion`)."""
    person = by if callable(by) else lambda: by
    act = Act(person=person, occasion=occasion, detail=detail[:200], at=at)
    token = _present.set(act)
    try:
        yield act
    finally:
        _present.reset(token)


def present_act() -> Act:
    """The act that is going on; a write outside of any is an act of its own, by nobody."""
    return _present.get() or Act(person=lambda: None)


def name_of(model: type[models.Model]) -> str:
    """How the history calls a model: `partners.actor`."""
    return model._meta.label_lower


class HistoryQuerySet(models.QuerySet["HistoryEntry"]):
    def of(self, thing: models.Model) -> Self:
        """The history of one thing, with what belongs to it."""
        return self.filter(subject=name_of(type(thing)), subject_id=thing.pk)

    def about(self, kinds: Iterable[type[models.Model]]) -> Self:
        """Lines about rows of these kinds, whatever thing they are a part of."""
        return self.filter(row__in=[name_of(kind) for kind in kinds])

    def concerning(self, row: models.Model) -> Self:
        """Of a thing its history with its parts, of a part its own lines in the history of its thing."""
        part_of: str = getattr(row, "PART_OF", "")
        if not part_of:
            return self.of(row)
        thing: Any = row
        for step in part_of.split("__"):
            thing = getattr(thing, step)
        return self.of(thing).filter(row=name_of(type(row)), row_id=row.pk)


class HistoryEntry(models.Model):
    """What happened to one row in one act. Keeps ids of people, not names: who deletes an account is nobody here.

    `subject` is the thing in whose history the line stands, `row` what was written: the thing itself or a part of it. A
    changed field holds what it said before and after, a many-to-many field which rows came and which went.
    """

    class What(models.TextChoices):
        CREATED = "neu", _("created")
        CHANGED = "anders", _("changed")
        REMOVED = "weg", _("removed")

    class Occasion(models.TextChoices):
        IMPORT = "import", _("import of a file")
        RESTORED = "zurueckgeholt", _("earlier version brought back")
        MERGED = "zusammengefuehrt", _("merged with a twin")
        PARTED = "getrennt", _("merge undone")
        LINK = "link", _("answered by the link in a mail")

    subject = models.CharField(_("subject"), max_length=60)
    subject_id = models.BigIntegerField(_("key of the subject"))
    row = models.CharField(_("row"), max_length=60)
    row_id = models.BigIntegerField(_("key of the row"))
    what = models.CharField(_("what happened"), max_length=10, choices=What, default=What.CHANGED)
    values = models.JSONField(_("values"), default=dict, encoder=DjangoJSONEncoder)
    act = models.UUIDField(_("act"), default=uuid.uuid4)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    occasion = models.CharField(_("occasion"), max_length=20, choices=Occasion, blank=True)
    detail = models.CharField(
        _("detail"), max_length=200, blank=True, help_text=_("Which file was imported, which version was brought back.")
    )

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the history")
        verbose_name_plural = _("history")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject", "subject_id", "-id"], name="history_of_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id} ({self.pk})"
