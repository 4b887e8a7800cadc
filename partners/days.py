"""Days and moments in the language of the reader, the same on pages, in mails and in documents."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext


def spoken(day: date | datetime | None) -> str:
    """20. Januar 2027; a moment is said as the day it has in Europe/Berlin. Nothing for None."""
    if not day:
        return ""
    here = _here(day)
    return _spoken(here.date() if isinstance(here, datetime) else here, get_language())


@lru_cache(maxsize=4096)
def _spoken(day: date, language: str | None) -> str:
    """Remembered for each language: the same few days stand in every list."""
    return date_format(day, pgettext("day format", "j F Y"))


def clock(at: datetime) -> str:
    """9:30 Uhr."""
    return pgettext("time of day", "{time}").format(time=date_format(_here(at), "G:i"))


def moment(at: datetime | None) -> str:
    """20. Januar 2027, 9:30 Uhr."""
    return f"{spoken(at)}, {clock(at)}" if at else ""


def _here(day: date) -> date:
    return timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day
