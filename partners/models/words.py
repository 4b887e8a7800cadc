"""The words of what is published, so that a search that finds nothing can say which word was probably meant."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Any, Protocol, Self

from django.db import models, transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import OSA

from partners.models.search import NormalisedField, normalise, words

LETTERS = re.compile(r"[^\W\d_]+")
MARKS = string.punctuation + "„“”‚‘’»«›‹–—…·"
SHORTEST, LONGEST = 4, 40
# From this length on two letters may be wrong, below it one.
LONG = 7
CHOICES, TRIES = 3, 6
ROWS_AT_ONCE = 500


class Published(Protocol):
    """A row whose words may be suggested while everybody may read it."""

    @property
    def public_words(self) -> dict[str, str]: ...


class WordQuerySet(models.QuerySet["Word"]):
    def known(self, asked: Sequence[str]) -> set[str]:
        """Those of the asked words that stand in something published, also as a part of a longer word."""
        if not asked:
            return set()
        parts = {f"part_{n}": Max(Value(1), filter=Q(word__contains=one)) for n, one in enumerate(asked)}
        found = self.filter(count__gt=0).aggregate(**parts)
        return {one for n, one in enumerate(asked) if found[f"part_{n}"]}

    def around(self, asked: Iterable[str]) -> Self:
        """All that might be meant: about as long, and alike at the beginning or at the end."""
        near = Q(pk__in=[])
        for one in asked:
            length = Q(length__range=(len(one) - slips(one), len(one) + slips(one)))
            near |= length & Q(head=one[:2]) | length & Q(tail=one[-2:])
        return self.filter(near, count__gt=0)


class Word(models.Model):
    """One word, normalised as the search compares it, and how many published actors and projects contain it.

    A word is offered only after the search itself found it among what is published, so a row here that is out of date
    gives nothing away; `rebuild_search` counts anew.
    """

    word = models.CharField(_("word"), max_length=LONGEST, unique=True)
    spelling = models.CharField(_("as it is written"), max_length=60)
    head = models.CharField(max_length=2)
    tail = models.CharField(max_length=2)
    length = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(_("published entries that contain it"), default=0)

    objects = WordQuerySet.as_manager()

    class Meta:
        verbose_name = _("word")
        verbose_name_plural = _("words")
        ordering = ["word"]
        indexes = [
            models.Index(fields=["head", "length"], name="word_by_its_head"),
            models.Index(fields=["tail", "length"], name="word_by_its_tail"),
        ]

    def __str__(self) -> str:
        return self.spelling

    @classmethod
    def made(cls, word: str, spelling: str, count: int = 0) -> Word:
        return cls(word=word, spelling=spelling, head=word[:2], tail=word[-2:], length=len(word), count=count)


def slips(word: str) -> int:
    """How many letters may be wrong, missing, too many or swapped."""
    return 2 if len(word) >= LONG else 1


def spelled(text: str) -> dict[str, str]:
    """The words of a text that are worth suggesting, normalised, each as it is written there. No numbers."""
    found: dict[str, str] = {}
    for chunk in text.split():
        pairs = _spelled_often(chunk) if len(chunk) <= LONGEST else _spelled_chunk(chunk)
        found |= {word: spelling for word, spelling in pairs if word not in found}
    return found


def _spelled_chunk(chunk: str) -> tuple[tuple[str, str], ...]:
    """What stands between two blanks. A spelling that the search would read as another word is not kept."""
    parts = LETTERS.findall(normalise(chunk))
    raw = [chunk.strip(MARKS)] if len(parts) == 1 else LETTERS.findall(chunk)
    if len(raw) != len(parts):
        raw = parts
    return tuple(
        (word, spelling if normalise(spelling) == word and len(spelling) <= 60 else word)
        for word, spelling in zip(parts, raw, strict=True)
        if SHORTEST <= len(word) <= LONGEST
    )


# The words of a language come again and again, and ten thousand profiles are counted in one go.
_spelled_often = lru_cache(maxsize=20_000)(_spelled_chunk)


def words_of(row: models.Model, column: str = "search_text") -> dict[str, str]:
    """The words of everything in which a row is found."""
    searched = row._meta.get_field(column)
    sources = searched.sources if isinstance(searched, NormalisedField) else ()
    return spelled("\n".join(str(getattr(row, source) or "") for source in sources))


@dataclass(slots=True)
class Tally:
    """How much more or less often words are published than before."""

    changes: Counter[str] = field(default_factory=Counter)
    spellings: dict[str, str] = field(default_factory=dict)

    def add(self, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        self.changes.update(after.keys() - before.keys())
        self.changes.subtract(before.keys() - after.keys())
        self.spellings |= after

    def write_after_commit(self) -> None:
        """Nobody waits for a common word that another transaction counts, and a failure leaves the rows saved."""
        if any(self.changes.values()):
            transaction.on_commit(self.write, robust=True)

    @transaction.atomic
    def write(self) -> None:
        changed = {word: by for word, by in sorted(self.changes.items()) if by}
        come = [Word.made(word, self.spellings[word]) for word, by in changed.items() if by > 0]
        Word.objects.bulk_create(come, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
        for by in sorted(set(changed.values())):
            rows = Word.objects.filter(word__in=[word for word in changed if changed[word] == by])
            rows.update(count=Greatest(F("count") + by, 0) if by < 0 else F("count") + by)
        Word.objects.filter(word__in=[word for word, by in changed.items() if by < 0], count=0).delete()


_gathered: ContextVar[Tally | None] = ContextVar("gathered", default=None)


@contextmanager
def recounting(row: Published, *, stored: Published | None = None) -> Iterator[None]:
    """Whatever happens to a row inside: after the commit the words are counted that it shows now and did not before.

    `stored` is the row as it was, where a form has changed `row` already.
    """
    before = (stored or row).public_words
    yield
    tally = _gathered.get() or Tally()
    tally.add(before, row.public_words)
    if tally is not _gathered.get():
        tally.write_after_commit()


@contextmanager
def recounting_many() -> Iterator[None]:
    """Many rows in one go: their words are counted together, once."""
    tally = Tally()
    token = _gathered.set(tally)
    try:
        yield
    finally:
        _gathered.reset(token)
    tally.write_after_commit()


def forget_words(rows: Iterable[Published]) -> None:
    """Rows that are about to be deleted take their words with them, after the commit."""
    tally = Tally()
    for row in rows:
        tally.add(row.public_words, {})
    tally.write_after_commit()


def rebuild_words(*published: models.QuerySet[Any]) -> int:
    """Counts the words of all published rows anew; what is published nowhere goes. Gives how many there are."""
    counts: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    for rows in published:
        for row in rows.order_by("pk").iterator(chunk_size=ROWS_AT_ONCE):
            found = words_of(row)
            counts.update(found.keys())
            for word, spelling in found.items():
                spellings.setdefault(word, Counter())[spelling] += 1
    new = [Word.made(word, _usual(spellings[word]), counts[word]) for word in sorted(counts)]
    with transaction.atomic():
        Word.objects.all().delete()
        Word.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    return len(new)


def _usual(spellings: Counter[str]) -> str:
    """The spelling that most entries have; of equals the first by the alphabet, so that every run says the same."""
    return min(spellings, key=lambda one: (-spellings[one], one))


def corrected(text: str, *, among: Sequence[Any]) -> str:
    """The text with its misspelt words put right, as something published has them; empty when there is no such text.

    `among` are published rows with a `search`: at least one of them is found by the answer.
    """
    asked = list(dict.fromkeys(part for word in words(text) for part in LETTERS.findall(word)))
    doubtful = [part for part in asked if SHORTEST <= len(part) <= LONGEST]
    known = Word.objects.known(doubtful)
    doubtful = [part for part in doubtful if part not in known]
    choices = nearest(doubtful)
    if not doubtful or not all(choices[part] for part in doubtful):
        return ""
    places = sorted(product(*(range(len(choices[part])) for part in doubtful)), key=lambda one: (sum(one), one))
    for place in places[:TRIES]:
        meant = {part: choices[part][n] for part, n in zip(doubtful, place, strict=True)}
        answer = " ".join(_put_right(chunk, meant) for chunk in text.split())
        if any(rows.search(answer).exists() for rows in among):
            return answer
    return ""


def nearest(asked: Sequence[str]) -> dict[str, list[str]]:
    """For each word those it is most like, the best first: fewest wrong letters, then what is used most."""
    if not asked:
        return {}
    rows = list(Word.objects.around(asked).values_list("word", "spelling", "count"))
    return {one: _nearest(one, rows) for one in asked}


def _nearest(asked: str, rows: list[tuple[str, str, int]]) -> list[str]:
    most = slips(asked)
    measured = (
        (OSA.distance(asked, word, score_cutoff=most), -count, word, spelling) for word, spelling, count in rows
    )
    return [one[3] for one in sorted(one for one in measured if one[0] <= most)[:CHOICES]]


def _put_right(chunk: str, meant: Mapping[str, str]) -> str:
    """One chunk of what was typed, untouched if nothing in it is wrong."""
    parts = LETTERS.findall(normalise(chunk))
    return " ".join(meant.get(part, part) for part in parts) if meant.keys() & set(parts) else chunk
