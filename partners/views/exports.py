"""The directory as a spreadsheet, to go on working with what a search found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import batched
from typing import IO, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from partners.filters import ActorFilter
from partners.models import Actor
from partners.models.hours import in_one_sentence

MOST_ROWS = 10_000
AT_ONCE = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAY = "DD.MM.YYYY"
type Value = str | Decimal | int | date | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One sheet of a workbook; the columns with these letters are wide."""

    title: str
    rows: Iterable[Sequence[Value]]
    wide: str = ""


@require_safe
def actor_export(request: HttpRequest) -> HttpResponse:
    """What `/akteure/` lists for the same address and the same person, one row each, up to 10,000 rows.

    A longer list leads back to the page, which says so: nobody waits minutes for a table of everything.
    """
    found = ActorFilter(request.GET, user=request.user)
    keys = list(found.qs.values_list("pk", flat=True)[: MOST_ROWS + 1])
    if len(keys) > MOST_ROWS:
        return HttpResponseRedirect(f"{reverse('partners:actor-list')}?{found.query()}")
    rows = lines(keys, origin=request.build_absolute_uri("/")[:-1])
    return spreadsheet("akteure", workbook(rows, title=gettext("Directory"), wide="AFLO"))


def spreadsheet(name: str, book: bytes) -> HttpResponse:
    """A table to be kept, with the day in its name."""
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.xlsx"'
    patch_cache_control(answer, private=True)
    return answer


def lines(keys: list[int], *, origin: str) -> Iterator[list[str]]:
    """The heading, then one line for each actor in the order of the list; nothing but what its profile shows to everybody."""
    yield [
        gettext("Name"),
        gettext("Sector"),
        gettext("Kind"),
        gettext("Neighbourhoods"),
        gettext("Topics"),
        gettext("Purpose"),
        gettext("Street"),
        gettext("Postcode and town"),
        gettext("Website"),
        gettext("E-mail"),
        gettext("Phone"),
        gettext("Opening hours"),
        gettext("Main partner"),
        gettext("State"),
        gettext("Page in the portal"),
    ]
    for some in batched(keys, AT_ONCE, strict=False):
        rows = Actor.objects.filter(pk__in=some).for_list().in_bulk()
        for key in some:
            if actor := rows.get(key):
                yield [*cells(actor), origin + actor.get_absolute_url()]


def cells(actor: Any) -> list[str]:
    kind = actor.kind
    return [
        actor.name,
        str(kind.get_sector_display()) if kind else "",
        kind.label if kind else "",
        ", ".join(sorted(place.name for place in actor.neighbourhoods.all())),
        ", ".join(sorted(topic.label for topic in actor.topics.all())),
        actor.purpose,
        actor.street_line,
        actor.town_line,
        actor.website,
        actor.email,
        actor.phone,
        in_one_sentence(actor.opening_hours) or actor.opening_hours,
        gettext("yes") if actor.is_main_partner else gettext("no"),
        str(actor.get_state_display()),
    ]


def workbook(rows: Iterable[Sequence[Value]], *, title: str, wide: str) -> bytes:
    return workbook_of([Leaf(title, rows, wide)])


def workbook_of(leaves: Iterable[Leaf]) -> bytes:
    file = BytesIO()
    write_leaves(file, leaves)
    return file.getvalue()


def write_workbook(file: IO[bytes], rows: Iterable[Sequence[Value]], *, title: str, wide: str) -> None:
    write_leaves(file, [Leaf(title, rows, wide)])


def write_leaves(file: IO[bytes], leaves: Iterable[Leaf]) -> None:
    """Numbers as numbers, days as days, all else as text, whatever it looks like; headings are bold and stay in sight."""
    book = Workbook(write_only=True)
    bold = Font(bold=True)
    for leaf in leaves:
        sheet = book.create_sheet(leaf.title)
        sheet.freeze_panes = "A2"
        for letter in leaf.wide:
            sheet.column_dimensions[letter].width = 40
        for number, row in enumerate(leaf.rows):
            drawn = [drawn_cell(sheet, value) for value in row]
            if not number:
                for cell in drawn:
                    cell.font = bold
            sheet.append(drawn)
    book.save(file)


def drawn_cell(sheet: Any, value: Value) -> Any:
    cell = WriteOnlyCell(sheet, value=plain(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = DAY
    return cell


def plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, also after it was saved as CSV, and without what XLSX cannot hold."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
