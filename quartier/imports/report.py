"""What there is to say about an import, in sentences that name the row and the column of the list."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from quartier.imports.values import quoted, short

FAULT, CELL, KEPT, HINT = "fault", "cell", "kept", "hint"


@dataclass(slots=True)
class Report:
    """Notes in the order in which they came up.

    The same remark about several rows is one line. A list with ten thousand mistakes gets the first `limit` lines of
    each sort and the number of the others, for nobody reads more and the report is kept.
    """

    limit: int = 300
    lines: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    counts: dict[tuple[str, str, str], int] = field(default_factory=dict)
    named: Counter[str] = field(default_factory=Counter)
    unnamed: Counter[str] = field(default_factory=Counter)

    def fault(self, row: int, text: str, *, column: str = "", value: str = "") -> None:
        """The row cannot be stored."""
        self._note(FAULT, row, column, _quoted(value, text))

    def cell(self, row: int, column: str, value: str, reason: str) -> None:
        """The cell cannot be used; its field gets nothing from it."""
        self._note(CELL, row, column, _("{remark}. Left out.").format(remark=_quoted(value, reason)))

    def kept(self, row: int, text: str) -> None:
        """What somebody wrote in the portal was kept against the list."""
        self._note(KEPT, row, "", text)

    def hint(self, row: int, text: str, *, column: str = "", value: str = "") -> None:
        """Was stored, but somebody should look at it."""
        self._note(HINT, row, column, _quoted(value, text))

    def _note(self, sort: str, row: int, column: str, text: str) -> None:
        line = (sort, column, text)
        if line not in self.lines:
            if self.named[sort] >= self.limit:
                self.unnamed[sort] += 1
                return
            self.named[sort] += 1
            self.lines[line], self.counts[line] = [], 0
        self.counts[line] += 1
        if len(self.lines[line]) < 5:
            self.lines[line].append(row)

    def has(self, sort: str) -> bool:
        return self.named[sort] > 0

    def sentences(self, *sorts: str) -> list[dict[str, Any]]:
        """The notes as they are printed and kept: sort and text."""
        result: list[dict[str, Any]] = []
        for sort in sorts or (FAULT, CELL, KEPT, HINT):
            result += [{"sort": sort, "text": self._sentence(line)} for line in self.lines if line[0] == sort]
            if more := self.unnamed.get(sort):
                result.append({"sort": sort, "text": _("and {count} more of this sort").format(count=more)})
        return result

    def _sentence(self, line: tuple[str, str, str]) -> str:
        _sort, column, text = line
        rows, count = self.lines[line], self.counts[line]
        numbers = ", ".join(str(row) for row in rows)
        if count == 1:
            where = _("Row {row}").format(row=numbers)
        elif count == len(rows):
            where = _("Rows {rows}").format(rows=numbers)
        else:
            where = _("Rows {rows} and {count} more").format(rows=numbers, count=count - len(rows))
        if column:
            where = _("{rows}, column “{column}”").format(rows=where, column=short(column, 60))
        return f"{where}: {text}"


def _quoted(value: str, text: str) -> str:
    return f"{quoted(value)} {text}" if value else text
