"""Reads a list from the first to the last row, and then writes all of it or nothing.

While the file is read and checked nobody has to wait: the cleaned rows lie in a temporary file. Only then one transaction
compares them with the portal and writes.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path

from django.db import reset_queries, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import HistoryEntry, Neighbourhood, Person, acting
from quartier.imports.comparing import Comparer, Comparison
from quartier.imports.mapping import ListMapping
from quartier.imports.reading import MAX_ROWS, ReadingError, Table, blank, open_table
from quartier.imports.records import NotARowError, Record, Row, RowCleaner, Vocabularies, merge
from quartier.imports.report import Report
from quartier.imports.writing import Writer
from quartier.models import ImportRun

BATCH = 500
COUNTS = ("row_count", "actor_count", "new_count", "changed_count", "unchanged_count", "faulty_count")

# Is told what is going on and how many rows or actors are done.
type Progress = Callable[[str, int], None]
# Writes the run, and may do so together with something else, in one transaction.
type Within = Callable[[Callable[[], ImportRun]], object]


class FaultyRowsError(Exception):
    """Some rows cannot be stored, so nothing was written. The outcome says which."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(_("Some rows cannot be stored."))
        self.outcome = outcome


class ChangedMeanwhileError(Exception):
    """What would be written is no longer what was shown, so nothing was written."""


@dataclass(slots=True)
class Outcome:
    """What came of a list."""

    report: Report = field(default_factory=Report)
    written_as: str = ""
    unused: list[str] = field(default_factory=list)
    row_count: int = 0
    actor_count: int = 0
    new_count: int = 0
    changed_count: int = 0
    unchanged_count: int = 0
    faulty_count: int = 0
    digest: str = ""
    run: ImportRun | None = None

    @property
    def changes_nothing(self) -> bool:
        return not self.new_count and not self.changed_count


class Spool:
    """Cleaned rows in a temporary file; only their keys and where they lie are in memory."""

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever makes a spool closes it)
        self.places: dict[str, list[int]] = {}
        self.neighbourhoods: set[str] = set()

    def close(self) -> None:
        self.file.close()

    def add(self, row: Row) -> None:
        self.places.setdefault(row.key, []).append(self.file.seek(0, 2))
        line = [row.number, row.key, row.values, row.paragraphs, row.slug, row.seen]
        self.file.write(json.dumps(line).encode() + b"\n")
        self.neighbourhoods.update(row.values["neighbourhoods"])

    def records(self, mapping: ListMapping, report: Report) -> Iterator[Record]:
        """The actors of the list, in the order in which the list names them first."""
        for places in self.places.values():
            yield merge([self._row(place) for place in places], mapping, report)

    def _row(self, place: int) -> Row:
        self.file.seek(place)
        return Row(*json.loads(self.file.readline()))


@dataclass(slots=True)
class ListImport:
    """One list on its way into the portal: as drafts what is new, as changes what an earlier edition brought.

    Raises `ReadingError` or `MappingError` when there is no table to read, and `FaultyRowsError`, with nothing written,
    when rows cannot be stored and `skip_faulty` does not leave them out.
    """

    path: Path
    neighbourhood: Neighbourhood
    mapping: ListMapping = field(default_factory=ListMapping)
    by: Person | None = None
    skip_faulty: bool = False
    progress: Progress = lambda _what, _count: None
    file_name: str = ""
    # Where somebody waits for the answer, less is read than what the machine could do.
    most_rows: int = MAX_ROWS
    most_unpacked: int | None = None
    # Is shown what every comparison found, before anything of it is written.
    watch: Callable[[Comparison], None] = lambda _comparison: None
    outcome: Outcome = field(default_factory=Outcome)

    def rehearse(self) -> Outcome:
        """Says what would happen and writes nothing."""
        with closing(Spool()) as spool:
            self._read(spool)
            self._compare(spool, self._comparer(lock=False), None)
        return self.outcome

    def check(self) -> None:
        """Whether there is a table to read at all; nothing is compared and nothing written."""
        with closing(Spool()) as spool:
            self._read(spool)

    def write(self, *, shown: str = "", within: Within = lambda store: store()) -> Outcome:
        """Writes all of it or nothing. Raises `ChangedMeanwhileError` when a digest of what was shown is given and does not fit."""
        run = ImportRun(
            neighbourhood=self.neighbourhood,
            file_name=(self.file_name or self.path.name)[:255],
            source=self.mapping.source,
            by=self.by,
            started_at=timezone.now(),
        )
        with closing(Spool()) as spool:
            self._read(spool)
            self._refuse_faults()
            run.sha256, run.written_as = self._checksum(), self.outcome.written_as[:120]
            with acting(by=self.by, occasion=HistoryEntry.Occasion.IMPORT, detail=run.file_name):
                within(lambda: self._store(spool, run, shown))
        return self.outcome

    def _checksum(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _refuse_faults(self) -> None:
        if self.outcome.faulty_count and not self.skip_faulty:
            raise FaultyRowsError(self.outcome)

    def _read(self, spool: Spool) -> None:
        outcome, mapping = self.outcome, self.mapping
        with open_table(
            self.path,
            judge=mapping.judge,
            sheet=mapping.sheet,
            header_row=mapping.header_row,
            most_unpacked=self.most_unpacked,
        ) as table:
            outcome.written_as = table.written_as
            cleaner = RowCleaner(
                mapping.for_header(table.header),
                table.header,
                neighbourhood=self.neighbourhood,
                vocabularies=Vocabularies.load(self.neighbourhood),
                report=outcome.report,
                is_text=table.is_text,
            )
            outcome.unused = cleaner.unused
            self._read_rows(table, cleaner, spool)
        if not outcome.row_count:
            raise ReadingError(
                _("The file has a header in row {row}, but no row below it.").format(row=table.header_row)
            )
        outcome.actor_count = len(spool.places)

    def _read_rows(self, table: Table, cleaner: RowCleaner, spool: Spool) -> None:
        what = _("rows read")
        for number, cells in table.rows:
            if blank(cells):
                continue
            self.outcome.row_count += 1
            if self.outcome.row_count > self.most_rows:
                raise ReadingError(_("The file has more than {count} rows. Divide it.").format(count=self.most_rows))
            try:
                spool.add(cleaner.clean(number, cells))
            except NotARowError as error:
                self.outcome.report.fault(number, str(error))
                self.outcome.faulty_count += 1
            self.progress(what, self.outcome.row_count)

    def _comparer(self, *, lock: bool) -> Comparer:
        return Comparer(
            neighbourhood=self.neighbourhood, source=self.mapping.source, report=self.outcome.report, lock=lock
        )

    def _compare(self, spool: Spool, comparer: Comparer, writer: Writer | None) -> None:
        """Compares all records, some at a time, and hands them to the writer, if there is one."""
        outcome, done, digest = self.outcome, 0, hashlib.sha256()
        for records in batched(spool.records(self.mapping, outcome.report), BATCH, strict=False):
            comparison = comparer.compare(records)
            changed = sum(not difference.is_empty for difference in comparison.known)
            outcome.new_count += len(comparison.new)
            outcome.changed_count += changed
            outcome.unchanged_count += len(comparison.known) - changed
            outcome.faulty_count += len(comparison.refused)
            digest.update(what_happens(comparison))
            self.watch(comparison)
            if writer:
                writer.write(comparison)
            reset_queries()  # with DEBUG=1 Django keeps every statement, and these are long
            done += len(records)
            self.progress(_("actors compared"), done)
        outcome.digest = digest.hexdigest()

    @transaction.atomic
    def _store(self, spool: Spool, run: ImportRun, shown: str) -> ImportRun:
        """All of it in one transaction. The Quartiere are locked first, so that two imports of one list queue up."""
        quartiere = Neighbourhood.objects.filter(slug__in=spool.neighbourhoods | {self.neighbourhood.slug})
        list(quartiere.select_for_update(no_key=True).order_by("pk"))
        run.finished_at = run.started_at
        run.save()
        comparer = self._comparer(lock=True)
        self._compare(spool, comparer, Writer(run, comparer))
        self._refuse_faults()
        if shown and shown != self.outcome.digest:
            raise ChangedMeanwhileError
        for name in COUNTS:
            setattr(run, name, getattr(self.outcome, name))
        run.report = self.outcome.report.sentences()
        run.finished_at = timezone.now()
        run.save()
        self.outcome.run = run
        return run


def what_happens(comparison: Comparison) -> bytes:
    """What would be written, to be compared with what somebody was shown."""
    new = [[record.row, record.key, record.values] for record in comparison.new]
    known = [[one.record.row, one.actor.pk, one.before, one.updates, one.neighbourhoods] for one in comparison.known]
    return json.dumps([new, known, [record.row for record in comparison.refused]], sort_keys=True).encode()
