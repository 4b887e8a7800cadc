from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, OperationalError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from partners.models import Neighbourhood, Person
from quartier.imports.mapping import ListMapping, MappingError, read_mapping
from quartier.imports.reading import ReadingError
from quartier.imports.report import CELL, FAULT, HINT, KEPT
from quartier.imports.run import FaultyRowsError, ListImport, Outcome
from quartier.tables import measure_tables


class Command(BaseCommand):
    help = "Reads actors from a list (CSV or XLSX) into a neighbourhood. What is new becomes a draft."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the list: CSV or Excel workbook (.xlsx)")
        parser.add_argument("--neighbourhood", required=True, metavar="SLUG", help="the Quartier the actors belong to")
        parser.add_argument("--mapping", type=Path, metavar="FILE", help="a TOML file that says what each column means")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--skip-faulty", action="store_true", help="leave out rows that cannot be stored")
        parser.add_argument("--by", metavar="EMAIL", help="who imports, for the record")

    def handle(self, *args: Any, **options: Any) -> None:
        self.progress = Progress(self.stderr)
        try:
            work = ListImport(
                path=options["file"],
                neighbourhood=neighbourhood_named(options["neighbourhood"]),
                mapping=read_mapping(options["mapping"]) if options["mapping"] else ListMapping(),
                by=person_named(options["by"]),
                skip_faulty=options["skip_faulty"],
                progress=self.progress,
            )
            outcome = work.rehearse() if options["dry_run"] else work.write()
        except (ReadingError, MappingError) as error:
            raise CommandError(str(error)) from error
        except FaultyRowsError as error:
            self._print(error.outcome, FAULT)
            raise self._refusal(error.outcome) from error
        except (IntegrityError, OperationalError) as error:
            raise CommandError(
                _("Somebody else wrote at the same moment; nothing was imported. Please try again. ({reason})").format(
                    reason=error
                )
            ) from error
        else:
            if not options["dry_run"]:
                measure_tables()
            self._tell(outcome, dry_run=options["dry_run"])
            if outcome.faulty_count and not options["skip_faulty"]:
                raise self._refusal(outcome)
        finally:
            self.progress.end()

    def _refusal(self, outcome: Outcome) -> CommandError:
        return CommandError(
            _(
                "Nothing was written, because {count} of {rows} rows cannot be stored. Correct them, or leave them out "
                "with --skip-faulty."
            ).format(count=number_format(outcome.faulty_count), rows=number_format(outcome.row_count))
        )

    def _tell(self, outcome: Outcome, *, dry_run: bool) -> None:
        self.progress.end()
        self.stdout.write(_("Read as: {format}").format(format=outcome.written_as))
        if outcome.unused:
            self.stdout.write(_("Columns that are not used: {titles}").format(titles=", ".join(outcome.unused)))
        self._print(outcome, FAULT, CELL, KEPT, HINT)
        figures = {
            _("rows"): outcome.row_count,
            _("actors"): outcome.actor_count,
            _("new"): outcome.new_count,
            _("changed"): outcome.changed_count,
            _("unchanged"): outcome.unchanged_count,
            _("rows left out"): outcome.faulty_count,
        }
        self.stdout.write("\n" + " · ".join(f"{name}: {number_format(count)}" for name, count in figures.items()))
        self.stdout.write(self.style.SUCCESS(self._result(outcome, dry_run=dry_run)))

    def _result(self, outcome: Outcome, *, dry_run: bool) -> str:
        if dry_run:
            return _("This was a rehearsal. Nothing was written.")
        if outcome.changes_nothing:
            return _("Nothing changed: the portal has all of it already.")
        return (
            _(
                "Imported as run {run}. New actors are drafts; “manage.py publish_actors --neighbourhood {slug} "
                "--import-run {run}” publishes them."
            ).format(run=outcome.run.pk, slug=outcome.run.neighbourhood.slug)
            if outcome.run
            else ""
        )

    def _print(self, outcome: Outcome, *sorts: str) -> None:
        headings = {
            FAULT: _("Rows that cannot be stored:"),
            CELL: _("Cells that cannot be used:"),
            KEPT: _("Edited in the portal, therefore kept:"),
            HINT: _("Please look at:"),
        }
        for sort in sorts:
            lines = outcome.report.sentences(sort)
            if lines:
                self.stdout.write("\n".join(["", headings[sort], *(f"  {line['text']}" for line in lines)]))


class Progress:
    """Says how far it is: on a terminal several times a second in one line, in a log every 10,000."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.live, self.said = stream, sys.stderr.isatty(), 0.0
        self.is_open = False

    def __call__(self, what: str, count: int) -> None:
        if self.live and time.monotonic() - self.said > 0.2:
            self.stream.write(f"\r{number_format(count)} {what} … ", ending="", style_func=str)
            self.said, self.is_open = time.monotonic(), True
        elif not self.live and count % 10_000 == 0:
            self.stream.write(f"{number_format(count)} {what} …", style_func=str)

    def end(self) -> None:
        """Leaves the line of the terminal to what comes next."""
        if self.is_open:
            self.stream.write("", style_func=str)
            self.is_open = False


def neighbourhood_named(slug: str) -> Neighbourhood:
    found = Neighbourhood.objects.filter(slug=slug.replace("\x00", "")).first()
    if found is None:
        known = ", ".join(Neighbourhood.objects.order_by("slug").values_list("slug", flat=True)[:50]) or "–"
        raise CommandError(_("There is no Quartier “{slug}”. There are: {known}.").format(slug=slug, known=known))
    return found


def person_named(email: str | None) -> Person | None:
    if not email:
        return None
    found = Person.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise CommandError(_("Nobody has an account with the address {email}.").format(email=email))
    return found
