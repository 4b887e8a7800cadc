"""Small help for the tests of the import: files with one quirk each, and the command as an operator calls it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
from django.core.management import call_command

DATA = Path(__file__).parent.parent / "data"
MAPPINGS = Path(__file__).parents[2] / "quartier" / "imports" / "mappings"


def run_import(path: Path, *, neighbourhood: str = "nordkiez", **options: Any) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("import_actors", path, neighbourhood=neighbourhood, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def write_csv(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "liste.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def write_xlsx(folder: Path, sheets: dict[str, list[list[Any]]], *, name: str = "liste.xlsx") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / name
    book.save(path)
    return path
