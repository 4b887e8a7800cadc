"""Rows out of a file that somebody exported somewhere: CSV in several shapes, or an Excel workbook.

Nothing here knows what a column means; it only finds out how the file is written. Rows are handed on one by one, so
that a list of 100,000 rows needs no more memory than one of ten.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import batched, chain, islice
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl.utils.exceptions import InvalidFileException

from quartier.imports.values import quoted

type Cells = list[Any]
# How well a row serves as the header: 0 is not at all, more is better.
type Judge = Callable[[Sequence[Any]], int]

LOOK_AT = 30  # rows among which the header is looked for
SAMPLE = 256 * 1024
MAX_ROWS = 1_048_576  # what a spreadsheet can hold
MAX_UNPACKED = 512 * 1024 * 1024
END = "\x1eend of file\x1e"
DELIMITERS = {";": gettext_lazy("semicolon"), ",": gettext_lazy("comma"), "\t": gettext_lazy("tab"), "|": "|"}
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# What UTF-8 looks like when it is taken for Windows-1252: "FÃ¶rderverein".
MOJIBAKE = re.compile("[ÂÃ][\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
# Everything the libraries below are known to raise on a file that only looks like a workbook. A packing that Python
# cannot undo is a NotImplementedError, which is a RuntimeError. Text that is no XML is a SyntaxError of two kinds, by
# whether the library for Word documents is there and has brought its own parser.
BROKEN = (
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


class ReadingError(Exception):
    """The file cannot be read as a table. The message says in plain words what it is and what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header is found. `rows` gives each row below it with the number a spreadsheet shows for it."""

    written_as: str
    header: Cells
    header_row: int
    rows: Iterator[tuple[int, Cells]]
    is_text: bool


@contextmanager
def open_table(
    path: Path,
    *,
    judge: Judge,
    sheet: str = "",
    header_row: int | None = None,
    most_unpacked: int | None = None,
) -> Iterator[Table]:
    """The table in a file. Raises `ReadingError`, also while its rows are read."""
    try:
        with path.open("rb") as file:
            head = file.read(SAMPLE)
    except OSError as error:
        raise ReadingError(_("The file cannot be opened: {reason}.").format(reason=error.strerror or error)) from error
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise ReadingError(_("The file is empty."))
    if head.startswith(b"PK\x03\x04"):
        with _open_workbook(path, most_unpacked) as book:
            yield _table_of_workbook(book, judge=judge, sheet=sheet, header_row=header_row)
    else:
        _refuse_other_formats(head)
        yield _table_of_text(path, judge=judge, header_row=header_row)


def blank(cells: Sequence[Any]) -> bool:
    """Nothing but blanks stands in the row."""
    return not any(cell is not None and str(cell).strip() for cell in cells)


def find_header(rows: Sequence[Cells], *, judge: Judge, header_row: int | None) -> int | None:
    """The index of the row that serves best as the header; the first of several, or the one that was asked for."""
    if header_row is not None:
        fits = header_row <= len(rows) and judge(rows[header_row - 1])
        return header_row - 1 if fits else None
    marks = [judge(row) for row in rows[:LOOK_AT]]
    best = max(marks, default=0)
    return marks.index(best) if best else None


def _no_header(rows: Sequence[Cells]) -> ReadingError:
    first = next((row for row in rows if not blank(row)), [])
    seen = ", ".join(quoted(str(cell), 40) for cell in first if cell is not None and str(cell).strip())
    return ReadingError(
        _(
            "No table was found: none of the first {count} rows is a header with a column for the name, such as "
            "“Name”, “Organisation” or “Anbieter”. The first row says: {seen}. If your columns have other names, "
            "write a mapping file (see the README)."
        ).format(count=LOOK_AT, seen=seen[:300] or "–")
    )


# --- text -------------------------------------------------------------------------------------------------------------

FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x1f\x8b", "GZIP"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"SQLite format 3", "SQLite"),
    (b"{\\rtf", "RTF"),
)


def _refuse_other_formats(head: bytes) -> None:
    for magic, name in FOREIGN:
        if head.startswith(magic):
            raise _not_a_table(name)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if re.match(rb"<(!doctype|html|\?xml)", start):
        raise _not_a_table("HTML/XML")
    if re.match(rb'\{\s*"|\[\s*[\[{"\d]', start):
        raise _not_a_table("JSON")
    is_wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # every other byte may be 0 there
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1f]", head))
    if not is_wide and controls > 3 and controls * 50 > len(head):
        raise _not_a_table(_("binary data"))


def _not_a_table(name: str) -> ReadingError:
    if name == "XLS":
        return ReadingError(
            _("This is a workbook in the old Excel format. Save it as “Excel workbook (.xlsx)” or CSV.")
        )
    return ReadingError(
        _("This file is no table but {format}. Save the list as CSV or as “Excel workbook (.xlsx)”.").format(
            format=name
        )
    )


def _find_encoding(path: Path) -> tuple[str, str]:
    """The codec of a text file and its name for people; the whole file is tried, for the ä may stand at the end."""
    with path.open("rb") as file:
        head = file.read(4)
    for bom, codec, name in BOMS:
        if head.startswith(bom):
            if not _decodes(path, codec):
                raise ReadingError(_("The file begins like {encoding}, but later it is not.").format(encoding=name))
            return codec, name
    if _decodes(path, "utf-8"):
        return "utf-8", "UTF-8"
    if not _decodes(path, "cp1252"):
        raise ReadingError(
            _("The letters of this file are neither UTF-8 nor Windows-1252. Save it as CSV with the encoding UTF-8.")
        )
    if any(MOJIBAKE.search(text) for text in _pieces(path, "cp1252")):
        raise ReadingError(
            _(
                "In this file letters in UTF-8 and letters in Windows-1252 are mixed. Save it anew with one encoding, UTF-8."
            )
        )
    return "cp1252", "Windows-1252"


def _pieces(path: Path, codec: str) -> Iterator[str]:
    with path.open(encoding=codec, newline="") as file:
        while piece := file.read(1 << 20):
            yield piece


def _decodes(path: Path, codec: str) -> bool:
    try:
        for _piece in _pieces(path, codec):
            pass
    except UnicodeError:
        return False
    return True


def _table_of_text(path: Path, *, judge: Judge, header_row: int | None) -> Table:
    codec, encoding = _find_encoding(path)
    with path.open(encoding=codec, newline="") as file:
        sample = file.read(SAMPLE)
    lines = list(io.StringIO(sample, newline=""))
    if len(sample) == SAMPLE and len(lines) > 1:
        lines.pop()  # the last one is cut
    delimiter = find_delimiter(lines, judge=judge, header_row=header_row)
    first = _sample_rows(lines, delimiter)
    index = find_header(first, judge=judge, header_row=header_row)
    if index is None:
        raise _no_header(first)
    rows = islice(_text_rows(path, codec, delimiter), index + 1, None)
    written = ", ".join(part for part in ("CSV", encoding, str(DELIMITERS.get(delimiter, ""))) if part)
    return Table(written_as=written, header=first[index], header_row=index + 1, rows=rows, is_text=True)


def _sample_rows(lines: Sequence[str], delimiter: str, limit: int = 200) -> list[Cells]:
    rows: list[Cells] = []
    with suppress(csv.Error):  # the rows before it are enough for a judgement; it is named when it is read
        rows.extend(islice(csv.reader(lines, delimiter=delimiter), limit))
    return rows


def find_delimiter(lines: Sequence[str], *, judge: Judge, header_row: int | None = None) -> str:
    """What stands between the cells.

    Each candidate reads the first rows, quotes honoured. The one wins under which a header is recognised best, then the
    one under which most rows have the same number of cells. A list with one column has none: a comma in it is text.
    """
    best, mark = "\x1f", (0, 0.0, 0)
    for delimiter in DELIMITERS:
        rows = _sample_rows(lines, delimiter)
        index = find_header(rows, judge=judge, header_row=header_row)
        widths = Counter(len(row) for row in rows if not blank(row))
        width, hits = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        header_width = len(rows[index]) if index is not None else width
        if header_width < 2:
            continue
        new = (judge(rows[index]) if index is not None else 0, hits / widths.total(), width)
        if new > mark:
            best, mark = delimiter, new
    return best


def _text_rows(path: Path, codec: str, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """All rows of the file. A last line of our own shows whether a quotation mark was left open before it."""
    number = 0
    with path.open(encoding=codec, newline="") as file:
        reader = csv.reader(chain(file, [END]), delimiter=delimiter)
        try:
            for number, cells in enumerate(reader, start=1):
                if cells == [END]:
                    return
                if cells and END in cells[-1]:
                    raise _open_quote(number)
                yield _counted(number), cells
        except csv.Error as error:
            raise _open_quote(number + 1) from error


def _open_quote(number: int) -> ReadingError:
    return ReadingError(
        _("Row {row}: a quotation mark opens a text that does not end. Correct this row and try again.").format(
            row=number
        )
    )


def _counted(number: int) -> int:
    if number > MAX_ROWS:
        raise ReadingError(_("The file has more than {count} rows. Divide it.").format(count=MAX_ROWS))
    return number


# --- workbooks --------------------------------------------------------------------------------------------------------


@contextmanager
def _open_workbook(path: Path, most_unpacked: int | None) -> Iterator[Any]:
    """What a file is says its content; its name may end as it likes."""
    with path.open("rb") as file:
        try:
            _check_archive(path, most_unpacked)
            with warnings.catch_warnings(action="ignore"):
                book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except BROKEN as error:
            raise _broken_workbook() from error
        try:
            yield book
        finally:
            book.close()


def _broken_workbook() -> ReadingError:
    return ReadingError(
        _("The workbook is damaged or protected by a password. Open it and save it anew, or save it as CSV.")
    )


def _check_archive(path: Path, most_unpacked: int | None) -> None:
    """Many formats are ZIP archives. Only a workbook is read, and none that unpacks to more than a machine can bear."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if "mimetype" in names:
        raise _not_a_table("OpenDocument")
    if not any(name.startswith("xl/") for name in names):
        raise _not_a_table("Word" if any(name.startswith("word/") for name in names) else "ZIP")
    if unpacked > (most_unpacked or MAX_UNPACKED):
        raise ReadingError(_("The workbook is too large. Save the sheet as CSV."))


def _table_of_workbook(book: Any, *, judge: Judge, sheet: str, header_row: int | None) -> Table:
    first: list[Cells] = []
    for page in _sheets(book, sheet):
        top = [cells for _number, cells in islice(_sheet_rows(page), max(LOOK_AT, header_row or 0))]
        index = find_header(top, judge=judge, header_row=header_row)
        if index is not None:
            rows = islice(_sheet_rows(page), index + 1, None)
            written = ", ".join(["XLSX", _("sheet “{name}”").format(name=page.title)])
            return Table(written_as=written, header=top[index], header_row=index + 1, rows=rows, is_text=False)
        first = first or top
    raise _no_header(first)


def _sheets(book: Any, wanted: str) -> list[Any]:
    pages = list(book.worksheets)
    if not wanted:
        return [page for page in pages if page.sheet_state == "visible"]
    named = [page for page in pages if page.title == wanted]
    if not named:
        raise ReadingError(
            _("The workbook has no sheet “{wanted}”. It has: {names}.").format(
                wanted=wanted, names=", ".join(page.title for page in pages)
            )
        )
    return named


def _sheet_rows(page: Any) -> Iterator[tuple[int, Cells]]:
    """All rows of a sheet, also where the file states a wrong size for it."""
    page.reset_dimensions()
    try:
        rows = enumerate(page.iter_rows(values_only=True), start=1)
        chunks = batched(rows, 500, strict=False)
        while True:
            with warnings.catch_warnings(action="ignore"):
                chunk = next(chunks, ())
            if not chunk:
                return
            for number, cells in chunk:
                yield _counted(number), list(cells)
    except BROKEN as error:
        raise _broken_workbook() from error
