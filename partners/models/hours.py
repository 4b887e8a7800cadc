"""Opening hours as people write them, understood as far as they can be: in the syntax of OpenStreetMap, or much like it.

https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification; a library parses it, the words are ours. What is not
understood whole is shown as it was written, because half of it would be wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, gettext, pgettext
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # its stubs leave it out

LONGEST_TO_READ = 300
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# How people write it → how OpenStreetMap does. The first that fits wins.
PLAIN = tuple(
    (re.compile(rf"(?<![a-zäöüß])(?:{words})(?![a-zäöüß])\.?", re.IGNORECASE), osm)
    for words, osm in (
        ("montags?|mondays?|mon|mo", "Mo"),
        ("dienstags?|tuesdays?|tues?|die|di|tu", "Tu"),
        ("mittwochs?|wednesdays?|wed|mit|mi|we", "We"),
        ("donnerstags?|thursdays?|thurs?|don|do|th", "Th"),
        ("freitags?|fridays?|fri|fr", "Fr"),
        ("samstags?|sonnabends?|saturdays?|sat|sa", "Sa"),
        ("sonntags?|sundays?|sun|son|so|su", "Su"),
        ("feiertage?n?|feiertags|public holidays?|ph", "PH"),
        ("schulferien|ferien|school holidays?|sh", "SH"),
        ("täglich|jeden tag|daily|every day", "Mo-Su"),
        ("werktags|wochentags|weekdays", "Mo-Fr"),
        ("am wochenende|wochenende|weekends?", "Sa-Su"),
        ("geschlossen|zu|closed|off", "off"),
        ("und|and|sowie", ","),
        ("bis|to|until", "-"),
        ("ab", "AB"),
        ("uhr|h|o'clock|von|from|an|am|at|on", ""),
    )
)
TWELVE_HOURS = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
MONTH = rf"(?:{'|'.join(MONTH_NAMES)})"
SEASON = rf"{MONTH}(?:-{MONTH})?(?:,{MONTH}(?:-{MONTH})?)*"
NTH = r"(?:\[-?[1-5](?:,-?[1-5])*\])"
DAY_PART = rf"(?:PH|SH|{DAY}{NTH}|{DAY}(?:-{DAY})?)"
SPAN = r"\d\d:\d\d(?:-\d\d:\d\d|\+)"
RULE = re.compile(
    rf"(?:(?P<season>{SEASON})\b:?\s*)?(?:(?P<days>{DAY_PART}(?:,\s?{DAY_PART})*)\s*)?"
    rf"(?P<times>24/7|{SPAN}(?:,\s?{SPAN})*)?\s*(?P<closed>closed|off)?\s*(?:\"(?P<comment>[^\"]*)\")?"
)
BETWEEN_RULES = re.compile(r"\s*;\s*|,\s+(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Line:
    """When, and from when to when: “Montag bis Freitag”, “10–18 Uhr”."""

    when: str
    times: str


def lines_of(text: str) -> list[Line]:
    """What opening hours say, line by line in the language of the page; nothing where they are free text."""
    return list(_read(text, get_language() or ""))


def in_one_sentence(text: str) -> str:
    """The same to be read in one go; empty where it is free text."""
    return "; ".join(f"{line.when} {line.times}".strip() for line in lines_of(text))


@lru_cache(maxsize=1024)
def _read(text: str, _language: str) -> tuple[Line, ...]:
    if len(text) > LONGEST_TO_READ:
        return ()
    for candidate in (text.strip(), as_osm(text)):
        try:
            known = OpeningHours(candidate, auto_country=False, auto_timezone=False).normalize()
        except ParserError:
            continue
        found = [RULE.fullmatch(rule) for rule in BETWEEN_RULES.split(str(known))]
        if all(found):
            return tuple(_line(rule) for rule in found if rule)
    return ()


def as_osm(text: str) -> str:
    """What people write, rewritten: `Mo–Fr 10–18 Uhr` as `Mo-Fr 10:00-18:00`. Clocks of twelve hours are not read."""
    if TWELVE_HOURS.search(text):
        return ""
    text = re.sub(r"[–—−]", "-", re.sub(r"\s*\n\s*", "; ", text.strip()))
    for pattern, osm in PLAIN:
        text = pattern.sub(osm, text)
    text = re.sub(r"\s*([-,/])\s*", r"\1", text).replace("/", ",")
    text = re.sub(r"(?<=[a-zH])\s*:\s*", " ", text)
    text = re.sub(r"(?<![\d:.])(\d{1,2})(?:[.:](\d\d))?(?![\d:.])", _clock, text)
    text = re.sub(r"AB\s*(\d\d:\d\d)(?!\s*-)", r"\1+", text)
    # One day after the other needs a rule of its own: `Mo-Fr 10:00-18:00,Sa 10:00-14:00`.
    text = re.sub(rf"(?<=\d),(?={DAY}|PH|SH)", "; ", text)
    text = re.sub(rf"(?<=off),(?={DAY}|PH|SH)", "; ", text)
    return re.sub(r"\s+", " ", text).strip(" ;.,")


def _clock(found: re.Match[str]) -> str:
    return f"{int(found[1]):02d}:{found[2] or '00'}"


def _line(rule: re.Match[str]) -> Line:
    season, days, times = rule["season"], rule["days"], rule["times"]
    always = not (season or days) and times in {None, "24/7"}
    when = ", ".join(filter(None, [_seasons(season), _days(days)]))
    said = gettext("closed") if rule["closed"] else _times(times) if times else ""
    comment = rule["comment"] or ""
    if always:
        # A comment alone is said by nothing but itself: the library adds `24/7` to it.
        said = "" if comment and not rule["closed"] else said
    elif not when:
        when = gettext("daily")
    if comment:
        said = f"{said} ({comment})" if said else comment
    return Line(when[:1].upper() + when[1:], said)


def _days(days: str | None) -> str:
    return _listed([_day_part(part.strip()) for part in re.split(r",(?![^\[]*\])", days)]) if days else ""


def _day_part(part: str) -> str:
    if part == "PH":
        return gettext("public holidays")
    if part == "SH":
        return gettext("school holidays")
    if "[" in part:
        day, numbers = part.rstrip("]").split("[")
        return _nth(_day(day), [int(number) for number in numbers.split(",")])
    first, _dash, last = part.partition("-")
    if not last:
        return _day(first)
    if (DAYS.index(last) - DAYS.index(first)) % 7 == 1:
        return _listed([_day(first), _day(last)])
    return gettext("%(first)s to %(last)s") % {"first": _day(first), "last": _day(last)}


def _day(name: str) -> str:
    return str(WEEKDAYS[DAYS.index(name)])


def _nth(day: str, numbers: list[int]) -> str:
    """The first Monday of the month, the last one."""
    words = [
        gettext("last") if number == -1 else pgettext("of the weekdays of a month", "%(number)d.") % {"number": number}
        for number in numbers
    ]
    return gettext("every %(which)s %(day)s of the month") % {"which": _listed(words), "day": day}


def _seasons(season: str | None) -> str:
    if not season:
        return ""
    parts = []
    for part in season.split(","):
        first, _dash, last = part.partition("-")
        names = [str(MONTHS[MONTH_NAMES.index(name) + 1]) for name in (first, last) if name]
        parts.append(
            gettext("%(first)s to %(last)s") % dict(zip(("first", "last"), names, strict=True)) if last else names[0]
        )
    return _listed(parts)


def _times(times: str) -> str:
    if times == "24/7":
        return gettext("day and night")
    spans = [_span(part.strip()) for part in times.split(",")]
    return pgettext("time of day", "%(times)s") % {"times": _listed(spans)}


def _span(span: str) -> str:
    if span.endswith("+"):
        return pgettext("time of day", "from %(start)s") % {"start": _hour(span[:-1])}
    start, end = span.split("-")
    return pgettext("time of day", "%(start)s–%(end)s") % {"start": _hour(start), "end": _hour(end)}


def _hour(clock: str) -> str:
    """10 for 10:00, 10:30 for itself; past midnight counts anew."""
    hour, minute = clock.split(":")
    shown = int(hour) if int(hour) <= 24 else int(hour) - 24
    return f"{shown}:{minute}" if minute != "00" or get_language() != "de" else str(shown)


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
