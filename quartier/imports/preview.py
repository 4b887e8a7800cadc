"""What an import would do, row by row, before anything of it is done."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import ActorKind, Neighbourhood, Topic
from quartier.imports.comparing import Comparison, Difference
from quartier.imports.records import Record
from quartier.imports.report import CELL, FAULT, HINT, KEPT, Report
from quartier.imports.run import ListImport, Outcome
from quartier.imports.values import actor_field, short

PER_PAGE = 50
LONGEST_VALUE = 240
MOST_REMARKS = 20  # of one row


class What(models.TextChoices):
    """What becomes of a row. One that is changed can have fields that are kept, and any can have remarks."""

    REFUSED = "abgelehnt", _("Refused")
    CHANGED = "geaendert", _("Changed")
    KEPT = "behalten", _("Kept as edited here")
    NEW = "neu", _("New")
    REMARKED = "hinweise", _("With remarks")
    UNCHANGED = "unveraendert", _("Unchanged")


@dataclass(frozen=True, slots=True)
class Part:
    """One field: what the portal says today, and what it will say."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class Line:
    """One row, or all rows that speak of one actor."""

    rows: tuple[int, ...]
    what: What
    name: str = ""
    address: str = ""
    parts: list[Part] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


class RowReport(Report):
    """Also knows what is said of each row, so that it can stand beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.said: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)

    def _note(self, sort: str, row: int, column: str, text: str) -> None:
        super()._note(sort, row, column, text)
        if len(self.said[row]) < MOST_REMARKS:
            where = gettext("Column “{column}”: {text}").format(column=short(column, 60), text=text) if column else text
            self.said[row].append((sort, where))

    def of(self, rows: tuple[int, ...], *sorts: str) -> list[str]:
        return [text for row in rows for sort, text in self.said.get(row, ()) if sort in sorts]


class Preview:
    """One page of the rows of one sort, or of all, and how many there are of each. No more than that page is in memory."""

    def __init__(self, work: ListImport, *, wanted: What | None = None, page: int = 1) -> None:
        self.work, self.wanted, self.page, self.start = work, wanted, page, (page - 1) * PER_PAGE
        self.report = RowReport()
        self.words = Words()
        self.counts: Counter[What] = Counter()
        self.total = self.found = 0
        self.lines: list[Line] = []
        self.unread: deque[int] | None = None
        work.outcome, work.watch = Outcome(report=self.report), self._watch

    @property
    def outcome(self) -> Outcome:
        return self.work.outcome

    def rehearse(self) -> Preview:
        """Goes through the list as the import does. Raises what it raises."""
        self.work.rehearse()
        self._offer_unread(None, Comparison())
        return self

    def _watch(self, comparison: Comparison) -> None:
        """The rows in their order; between them those that never became an actor."""
        found: dict[int, tuple[What, Record, Difference | None]] = {}
        for record in comparison.refused:
            found[record.row] = (What.REFUSED, record, None)
        for record in comparison.new:
            found[record.row] = (What.NEW, record, None)
        for one in comparison.known:
            found[one.record.row] = (What.UNCHANGED if one.is_empty else What.CHANGED, one.record, one)
        for row in sorted(found):
            self._offer_unread(row, comparison)
            what, record, difference = found[row]
            rows = (row, *record.further)
            if self._counts(what, rows):
                self.lines.append(self._line(what, record, difference))

    def _offer_unread(self, before: int | None, comparison: Comparison) -> None:
        """Rows that could not be read, up to the next one that could."""
        if self.unread is None:
            compared = {record.row for record in comparison.refused}
            faulty = {row for row, said in self.report.said.items() if any(sort == FAULT for sort, _text in said)}
            self.unread = deque(sorted(faulty - compared))
        while self.unread and (before is None or self.unread[0] < before):
            row = self.unread.popleft()
            if self._counts(What.REFUSED, (row,)):
                self.lines.append(Line((row,), What.REFUSED, refusals=self.report.of((row,), FAULT)))

    def _counts(self, what: What, rows: tuple[int, ...]) -> bool:
        """Counts the line, and says whether it is on the page."""
        sorts = {what}
        if self.report.of(rows, KEPT):
            sorts = {What.KEPT} | (sorts - {What.UNCHANGED})
        if self.report.of(rows, CELL, HINT):
            sorts.add(What.REMARKED)
        self.counts.update(sorts)
        self.total += 1
        if self.wanted and self.wanted not in sorts:
            return False
        self.found += 1
        return self.start < self.found <= self.start + PER_PAGE

    def _line(self, what: What, record: Record, difference: Difference | None) -> Line:
        rows = (record.row, *record.further)
        kept = self.report.of(rows, KEPT)
        return Line(
            rows,
            What.KEPT if kept and what == What.UNCHANGED else what,
            name=difference.actor.name if difference else record.values["name"],
            address=difference.actor.get_absolute_url() if difference else "",
            parts=self.words.parts(record, difference) if what in {What.NEW, What.CHANGED} else [],
            refusals=self.report.of(rows, FAULT),
            kept=kept,
            remarks=self.report.of(rows, CELL, HINT),
        )


class Words:
    """Values as people read them."""

    def __init__(self) -> None:
        self.names: Mapping[str, dict[str, str]] = {
            "kind": {slug: word for _pk, slug, word in ActorKind.objects.words()},
            "topics": {slug: word for _pk, slug, word in Topic.objects.words()},
            "neighbourhoods": dict(Neighbourhood.objects.values_list("slug", "name")),
        }

    def parts(self, record: Record, difference: Difference | None) -> list[Part]:
        if difference is None:
            return [
                Part(label_of(name), "", self.spoken(name, value))
                for name, value in record.values.items()
                if value and name != "name"
            ]
        parts = [
            Part(label_of(name), self.spoken(name, difference.before[name]), self.spoken(name, value))
            for name, value in difference.updates.items()
        ]
        if difference.neighbourhoods:
            before = [place.slug for place in difference.actor.neighbourhoods.all()]
            after = [*before, *difference.neighbourhoods]
            said = [self.spoken("neighbourhoods", places) for places in (before, after)]
            parts.append(Part(label_of("neighbourhoods"), *said))
        return parts

    def spoken(self, name: str, value: Any) -> str:
        known = self.names.get(name, {})
        if isinstance(value, list):
            return ", ".join(sorted(str(known.get(one, one)) for one in value))
        return short(known.get(value, str(value)), LONGEST_VALUE)


def label_of(name: str) -> str:
    return str(capfirst(str(actor_field(name).verbose_name)))
