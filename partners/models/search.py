"""One spelling for everything that is searched, so that a search finds the same on every database."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db import models

# Partner*innen, Partner:innen, Partner_innen, Partner/innen, Partner/-innen, Partner·innen → Partnerinnen
GENDERED = re.compile(r"(?<=\w)[*:_·/]+-?(?=in(?:nen)?\b)")
ABBREVIATIONS = ((re.compile(r"\bst\.\s*"), "sankt "), (re.compile(r"str\.(?!\w)"), "strasse"))
LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "ł": "l", "đ": "d"}
)
SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Text as the search compares it.

    Upper and lower case, ä/ae, ß/ss and other accents, `St.`/`Sankt`, `Str.`/`Straße` and the ways to write
    `Partner*innen` are made alike; runs of blanks become one, NUL bytes go (PostgreSQL cannot store them).
    """
    text = unicodedata.normalize("NFKC", text.replace("\x00", "")).casefold().translate(LETTERS)
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    text = GENDERED.sub("", text.casefold().translate(LETTERS))
    for pattern, word in ABBREVIATIONS:
        text = pattern.sub(word, text)
    return SPACE.sub(" ", text).strip()


class NormalisedField(models.TextField):
    """A derived column: the named fields of the same row, normalised, one line each.

    It is written before every save and bulk insert; `rebuild_search` writes it anew for rows that came another way.
    Never edited, never shown.
    """

    def __init__(self, *args: Any, sources: Sequence[str] = (), limit: int | None = None, **kwargs: Any) -> None:
        self.sources = tuple(sources)
        self.limit = limit
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"sources": self.sources, "limit": self.limit}

    def value_of(self, row: models.Model) -> str:
        """What the column should say for this row."""
        lines = (normalise(str(getattr(row, source) or "")) for source in self.sources)
        return "\n".join(line for line in lines if line)[: self.limit]

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.value_of(model_instance)
        setattr(model_instance, self.attname, value)
        return value


def words(text: str, *, limit: int = 8) -> list[str]:
    """The words somebody searches for, normalised; at most eight, because nobody means more."""
    return normalise(text[:500]).split()[:limit]


def matching(text: str, *, field: str) -> models.Q:
    """Rows whose normalised column contains every word of the text, anywhere, so that "bibliothek" finds "Stadtbibliothek"."""
    return models.Q(*(models.Q((f"{field}__contains", word)) for word in words(text)))
