"""Which projects are about the same thing, and why. A hint before a second one is begun beside the first: people decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from partners.models import normalise
from partners.models.twins import is_slip

# From here on it is worth naming: half way between the likest of the different pairs and the least like of the similar
# ones. All weights are ours, found with the first half of `tests/projects/pairs`.
NAMED = 51
TITLE, TEXT, TOPICS, GROUPS, PLACE, TIME, ELSEWHERE = 45, 45, 12, 8, 4, 4, 45
# Without any likeness of words two projects only have a field in common.
LEAST_WORDS = 0.25
LETTERS = re.compile(r"[^\W\d_]+")
SHORTEST = 3
# What no title is recognised by, normalised: little words, and the words of the field that stand in every second title.
LITTLE_WORDS = """
aber alle allen aller alles als also andere anderes auch auf aus bei beim bekommen bekommt bis das dass dem den denn
der deren des die dies diese dieser drei ein eine einem einen einer eines ein einmal fuenf fuer ganz gibt haben hat
ihr ihre ihrem ihren ihrer ihres immer ins ist jede jeder jung kann kein keine keinen koennen mal man mehr mit nach
neue neuen nicht noch nur oder ohne ort orte sich sie sind statt ueber und uns unser unsere unter vier viele vom von
vor war was weg wenn wer werden wie wieder wird wochen woche zeigen zeigt zeit zum zur zusammen zwei zwischen
"""
LITTLE = frozenset(LITTLE_WORDS.split())
COMMON_WORDS = """
angebot angebote gemeinsam haus helfen hilfe hilft initiative menschen monat nachbarinnen nachbarn nachbarschaft
netzwerk offen offene offener offenes projekt quartier quartiere runder stadtteil tag tage tisch treff treffen
verein vereine viertel
"""
COMMON = frozenset(COMMON_WORDS.split())
COMMONLY, PLACE_NAME = 0.15, 0.4
# Long words are rare: a compound says more of what it is about than a short word. A word of so many letters counts once.
USUAL, LEAST, MOST = 9, 0.5, 1.5
# Where it takes place says less than what takes place.
WHERE = frozenset({"am", "im", "in", "beim", "an"})
STREETS = ("strasse", "platz", "weg", "gasse", "park")

type Words = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a project is recognised by. Empty where nothing is known; what is tied to it is known by its number."""

    title: str
    goal: str = ""
    topics: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    start_on: date | None = None
    end_on: date | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any], **ties: Iterable[int]) -> Sketch:
        return cls(
            title=normalise(values.get("title") or ""),
            goal=normalise(values.get("goal") or ""),
            start_on=values.get("start_on"),
            end_on=values.get("end_on"),
            **{name: frozenset(keys) for name, keys in ties.items()},
        )


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How much speaks for two projects being about the same thing, and what."""

    points: int
    title: float
    text: float
    same_title: bool = False
    topics: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    at_once: bool = False
    # Else the likeness of all words is that of the titles, which is said already.
    both_goals: bool = False
    # What is shared is called by these; the numbers alone say nothing to people.
    names: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @property
    def is_similar(self) -> bool:
        return self.points >= NAMED

    @property
    def reasons(self) -> list[str]:
        """In words, the strongest first, from the same numbers as the points."""
        said = []
        if self.same_title:
            said.append(_("same title"))
        elif self.title >= 0.5:
            said.append(_("similar title"))
        if self.text >= 0.4 and (self.both_goals or self.title < 0.5):
            said.append(_("similar words in title and goal"))
        if self.topics:
            said.append(_("same topic: %(names)s") % {"names": self._named("topics", self.topics)})
        if self.groups:
            said.append(_("for the same people: %(names)s") % {"names": self._named("groups", self.groups)})
        if self.places:
            said.append(_("in the same place: %(names)s") % {"names": self._named("places", self.places)})
        if self.at_once:
            said.append(_("at the same time"))
        return said

    def _named(self, kind: str, keys: Iterable[int]) -> str:
        called = self.names.get(kind, {})
        return ", ".join(sorted(called.get(key, "") for key in keys))


def resemble(one: Sketch, other: Sketch, *, names: Mapping[str, Mapping[int, str]] | None = None) -> Resemblance:
    """What speaks for it: the words most of all, then topics, people, place and time. Another Quartier speaks against it.

    The same offer in another Quartier serves other people. Another year does not speak against it: whoever plans the next
    edition should know who made the last one.
    """
    titles = content(one.title), content(other.title)
    title = likeness(*titles)
    text = likeness(content(f"{one.title}. {one.goal}"), content(f"{other.title}. {other.goal}"))
    same_title = bool(titles[0]) and sorted(titles[0]) == sorted(titles[1])
    topics, groups, places = one.topics & other.topics, one.groups & other.groups, one.places & other.places
    at_once = overlap(one, other)
    points = TITLE * title + TEXT * text
    points += TOPICS * shared(topics, one.topics, other.topics) + GROUPS * shared(groups, one.groups, other.groups)
    points += PLACE * bool(places) + TIME * at_once
    if one.places and other.places and not places:
        points -= ELSEWHERE
    if max(title, text) < LEAST_WORDS:
        points = min(points, NAMED - 1)
    return Resemblance(
        round(points),
        title,
        text,
        same_title=same_title,
        topics=topics,
        groups=groups,
        places=places,
        at_once=at_once,
        both_goals=bool(one.goal and other.goal),
        names=names or {},
    )


def shared(both: frozenset[int], one: frozenset[int], other: frozenset[int]) -> float:
    return len(both) / min(len(one), len(other)) if both else 0


def overlap(one: Sketch, other: Sketch) -> bool:
    """Both have a beginning, and neither is over before the other begins."""
    if one.start_on is None or other.start_on is None:
        return False
    ends = one.end_on or date.max, other.end_on or date.max
    return one.start_on <= ends[1] and other.start_on <= ends[0]


@lru_cache(maxsize=5_000)
def content(text: str) -> tuple[tuple[str, float], ...]:
    """The words of a normalised text that say what it is about, each once with its weight. Numbers, so years, are none."""
    weights: dict[str, float] = {}
    before = ""
    for word in LETTERS.findall(text):
        if len(word) >= SHORTEST and word not in LITTLE:
            says_where = before in WHERE or word.endswith(STREETS)
            weight = COMMONLY if word in COMMON else PLACE_NAME if says_where else 1
            weights.setdefault(word, weight * min(MOST, max(LEAST, len(word) / USUAL)))
        before = word
    return tuple(weights.items())


def likeness(some: Words, others: Words) -> float:
    """Between 0 and 1: how much of the words of each is found in the other. A short text inside a long one counts nearly."""
    if not some or not others:
        return 0
    one, other = found(some, others), found(others, some)
    return 0.5 * (one + other) / 2 + 0.5 * max(one, other) * min(1, min(len(some), len(others)) / 2)


def found(words: Words, among: Words) -> float:
    """The share of the words that stand among the others, too, in this or a like form."""
    hits = sum(weight * max(alike(word, one) for one, _weight in among) for word, weight in words)
    return hits / sum(weight for _word, weight in words)


@lru_cache(maxsize=50_000)
def alike(one: str, other: str) -> float:
    """1 for the same word or one with a slip of the pen, less for one that is a part of the other or begins like it."""
    if one == other or is_slip(one, other):
        return 1
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= 4 and shorter in longer:
        if longer.startswith(shorter):
            return 0.9
        return 0.7 if len(shorter) >= 6 else 0.4  # the end of a compound only says of which kind it is
    begins = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(shorter))
    if begins >= 5 or (begins >= 4 and begins >= len(shorter) - 2):
        return 0.7
    return 0.8 if len(shorter) >= 6 and fuzz.ratio(one, other) >= 84 else 0
