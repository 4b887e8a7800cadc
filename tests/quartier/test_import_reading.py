"""How files are written: letters, separators, workbooks; and a clear answer to what is no list."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quartier.imports import reading
from quartier.imports.mapping import ListMapping
from quartier.imports.reading import ReadingError, open_table
from tests.quartier.imports import write_csv, write_xlsx

JUDGE = ListMapping().judge


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def read(path: Path, **options: Any) -> tuple[str, list[Any], list[tuple[int, list[Any]]]]:
    with open_table(path, judge=JUDGE, **options) as table:
        return table.written_as, table.header, list(table.rows)


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(ReadingError) as caught:
        read(path, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "called"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
@pytest.mark.parametrize(("separator", "named"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "|")])
def test_letters_and_separators_are_recognised(
    tmp_path: Path, encoding: str, called: str, separator: str, named: str
) -> None:
    text = separator.join(["Name", "Straße"]) + "\r\n" + separator.join(["Förderverein „Süd“", "Öhlweg 3"]) + "\r\n"
    written_as, header, rows = read(write_csv(tmp_path, text, encoding=encoding))
    assert written_as == f"CSV, {called}, {named}"
    assert header == ["Name", "Straße"]
    assert rows == [(2, ["Förderverein „Süd“", "Öhlweg 3"])]


def test_an_umlaut_at_the_very_end_decides_about_the_letters(tmp_path: Path) -> None:
    text = "Name;Ort\n" + "Verein;Ort\n" * 60_000 + "Nähstube;Köln\n"
    written_as, _header, rows = read(write_csv(tmp_path, text, encoding="cp1252"))
    assert written_as == "CSV, Windows-1252, semicolon"
    assert rows[-1] == (60_002, ["Nähstube", "Köln"])


@pytest.mark.parametrize(
    ("text", "header", "first"),
    [
        ("Name;Breite;Länge\nHof;52,4730;13,4587\nTor;52,1;13,2\n", 3, ["Hof", "52,4730", "13,4587"]),
        ('Name,Ort\n"Hof; Tor, Turm",Berlin\n', 2, ["Hof; Tor, Turm", "Berlin"]),
        ("Name;Beschreibung\nHof;a, b, c, d\nTor;e, f, g, h\n", 2, ["Hof", "a, b, c, d"]),
        ('Name;Text\n"Hof";"eins\nzwei, drei"\n', 2, ["Hof", "eins\nzwei, drei"]),
        ("Name\nMüller, Bäckerei\nSchulz, Tischlerei\n", 1, ["Müller, Bäckerei"]),
    ],
)
def test_separators_are_not_confused_by_what_the_cells_say(
    tmp_path: Path, text: str, header: int, first: list[str]
) -> None:
    _written_as, titles, rows = read(write_csv(tmp_path, text))
    assert len(titles) == header
    assert rows[0][1] == first


def test_the_header_may_stand_below_a_title_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    text = 'Unsere Vereine 2026;;\n\nName;Ort;PLZ\nHof;Köln;50667\n\n"Tor\nam Markt";Köln;50667\nTurm;Köln;50667\n'
    with open_table(write_csv(tmp_path, text), judge=JUDGE) as table:
        assert table.header_row == 3
        assert [(number, cells[0]) for number, cells in table.rows if cells] == [
            (4, "Hof"),
            (6, "Tor\nam Markt"),
            (7, "Turm"),
        ]


def test_a_workbook_is_read_from_the_sheet_with_the_table(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path,
        {
            "Deckblatt": [["Stand: Mai"], ["Amt für Vereine"]],
            "Liste": [
                ["Alle Vereine"],
                ["Name", "PLZ", "Seit"],
                ["Hof", 12057.0, date(2020, 5, 1)],
                [None],
                ["Tor", "01067"],
            ],
        },
    )
    written_as, header, rows = read(path)
    assert written_as == "XLSX, sheet “Liste”"
    assert header == ["Name", "PLZ", "Seit"]
    assert [number for number, _cells in rows] == [3, 4, 5]
    assert rows[0][1][:2] == ["Hof", 12057]
    assert rows[2][1][:2] == ["Tor", "01067"]


def test_a_sheet_can_be_chosen_and_one_that_is_missing_is_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path, {"Alt": [["Name"], ["Hof"]], "Neu": [["Name"], ["Tor"]]})
    assert read(path)[2] == [(2, ["Hof"])]
    assert read(path, sheet="Neu")[2] == [(2, ["Tor"])]
    assert refusal(path, sheet="Mai") == "The workbook has no sheet “Mai”. It has: Alt, Neu."


def test_a_sheet_that_states_a_wrong_size_is_read_to_its_end(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path, {"Liste": [["Name", "Ort"], ["Hof", "Köln"], ["Tor", "Bonn"]]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b'ref="A1:B3"', b'ref="A1"')
    assert b'ref="A1"' in parts[sheet]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read(path)[2] == [(2, ["Hof", "Köln"]), (3, ["Tor", "Bonn"])]


def archive_of(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return file.getvalue()


NO_TABLE = "This file is no table but {}. Save the list as CSV or as “Excel workbook (.xlsx)”."
OLD_EXCEL = "This is a workbook in the old Excel format. Save it as “Excel workbook (.xlsx)” or CSV."
DAMAGED = "The workbook is damaged or protected by a password. Open it and save it anew, or save it as CSV."


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n\r\n", "The file is empty."),
        (b"%PDF-1.7 ...", NO_TABLE.format("PDF")),
        (b'{"name": "Hof"}', NO_TABLE.format("JSON")),
        (b'[{"name": "Hof"}]', NO_TABLE.format("JSON")),
        (b"<!DOCTYPE html><table><tr><td>Name", NO_TABLE.format("HTML/XML")),
        (b"\x89PNG\r\n\x1a\n0000", NO_TABLE.format("PNG")),
        (bytes(range(256)) * 8, NO_TABLE.format("binary data")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_EXCEL),
        (archive_of("bild.png"), NO_TABLE.format("ZIP")),
        (archive_of("word/document.xml"), NO_TABLE.format("Word")),
        (archive_of("mimetype", "content.xml"), NO_TABLE.format("OpenDocument")),
        (archive_of("xl/workbook.xml"), DAMAGED),
        (b"PK\x03\x04 and then nothing", DAMAGED),
        (
            "Name;Ort\nFörderverein;K".encode() + "ö".encode("cp1252") + b"ln\n",
            "In this file letters in UTF-8 and letters in Windows-1252 are mixed. Save it anew with one encoding, UTF-8.",
        ),
        (
            b"Name;Ort\nF\x81rderverein;Ort\n",
            "The letters of this file are neither UTF-8 nor Windows-1252. Save it as CSV with the encoding UTF-8.",
        ),
        (
            b'Name;Ort\nHof;Ort\n"Tor;Ort\nTurm;Ort\n',
            "Row 3: a quotation mark opens a text that does not end. Correct this row and try again.",
        ),
    ],
)
def test_what_is_no_list_gets_a_clear_answer(tmp_path: Path, content: bytes, answer: str) -> None:
    path = tmp_path / "liste"
    path.write_bytes(content)
    assert refusal(path) == answer


def test_a_table_without_a_known_header_is_told_what_was_seen(tmp_path: Path) -> None:
    answer = refusal(write_csv(tmp_path, "Farbe;Form\nrot;rund\n"))
    assert answer.startswith("No table was found: none of the first 30 rows is a header")
    assert "The first row says: “Farbe”, “Form”." in answer


def test_a_file_that_is_not_there_or_a_folder_is_said_to_be_so(tmp_path: Path) -> None:
    assert refusal(tmp_path / "fehlt.csv") == "The file cannot be opened: No such file or directory."
    assert refusal(tmp_path) == "The file cannot be opened: Is a directory."


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_UNPACKED", 100)
    assert (
        refusal(write_xlsx(tmp_path, {"Liste": [["Name"], ["Hof"]]}))
        == "The workbook is too large. Save the sheet as CSV."
    )


def test_a_file_with_endless_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_ROWS", 3)
    assert refusal(write_csv(tmp_path, "Name\nA\nB\nC\n")) == "The file has more than 3 rows. Divide it."


def workbook_bytes() -> bytes:
    file = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["Name", "Ort"])
    book.active.append(["Hof", "Köln"])
    book.save(file)
    return file.getvalue()


WORKBOOK = workbook_bytes()


@st.composite
def damaged_workbooks(draw: st.DrawFn) -> bytes:
    """A real workbook, cut or with some bytes changed."""
    content = bytearray(WORKBOOK)
    for _ in range(draw(st.integers(1, 8))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(4, len(content)))])


@st.composite
def damaged_sheets(draw: st.DrawFn) -> bytes:
    """A sound archive with damaged XML in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as source, zipfile.ZipFile(file, "w") as target:
        names = source.namelist()
        hit = draw(st.sampled_from(names))
        for name in names:
            content = bytearray(source.read(name))
            if name == hit:
                start = draw(st.integers(0, len(content) - 1))
                content[start : start + draw(st.integers(0, 20))] = draw(st.binary(max_size=20))
            target.writestr(name, bytes(content))
    return file.getvalue()


def test_a_workbook_with_an_empty_part_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "liste.xlsx"
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"" if name == "docProps/core.xml" else source.read(name))

    assert refusal(path).startswith("The workbook is damaged")


FILES = st.one_of(
    st.binary(max_size=400),
    st.text(max_size=200).map(lambda text: ("Name;Ort\n" + text).encode("utf-8", "surrogatepass")),
    st.text(alphabet='Name;,\t"\n\r\x00ü', max_size=120).map(str.encode),
    damaged_workbooks(),
    damaged_sheets(),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=FILES)
@example(content=b'Name;Ort\n"')
@example(content=b"Name\n" + b"x" * 200_000)
@example(content=b"\xff\xfeN\x00a\x00m\x00e\x00\n\x00x")
def test_no_bytes_whatsoever_break_the_reader(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "irgendwas"
    path.write_bytes(content)
    try:
        _written_as, header, rows = read(path)
    except ReadingError:
        return  # a sentence for the operator, as the command prints it
    assert JUDGE(header) > 0
    assert [number for number, _cells in rows] == sorted(number for number, _cells in rows)
