"""Two wordings of a text, compared word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# Longer texts are shown whole, one after the other: comparing them would take too long.
MOST_WORDS = 3000
# So many words are kept around a change; what lies further off is left out.
AROUND = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed (`same`), went (`gone`) or came (`came`); `gap` stands for words that are left out."""

    kind: str
    text: str = ""

    @property
    def words(self) -> str:
        return self.text.rstrip()

    @property
    def tail(self) -> str:
        """The blanks and line breaks behind the words."""
        return self.text[len(self.words) :]


def compared(before: str, after: str) -> list[Piece]:
    """What went and what came, each with a few words around it; nothing where the texts are too long to compare."""
    old, new = (re.findall(r"\S+\s*", text) for text in (before, after))
    if len(old) + len(new) > MOST_WORDS:
        return []
    pieces: list[Piece] = []
    bare, bare_new = ([word.strip() for word in words] for words in (old, new))
    codes = SequenceMatcher(None, bare, bare_new, autojunk=False).get_opcodes()
    for number, (what, start, end, from_, to) in enumerate(codes):
        if what == "equal":
            pieces += _shortened(new[from_:to], is_first=number == 0, is_last=number == len(codes) - 1)
            continue
        if gone := "".join(old[start:end]):
            pieces.append(Piece("gone", gone if gone[-1].isspace() else f"{gone} "))
        if came := "".join(new[from_:to]):
            pieces.append(Piece("came", came))
    return pieces


def _shortened(words: list[str], *, is_first: bool, is_last: bool) -> list[Piece]:
    head, tail = 0 if is_first else AROUND, 0 if is_last else AROUND
    if len(words) <= head + tail + 1:
        return [Piece("same", "".join(words))]
    pieces = [Piece("same", "".join(words[:head])), Piece("gap"), Piece("same", "".join(words[len(words) - tail :]))]
    return [piece for piece in pieces if piece.kind == "gap" or piece.text]
