"""Days and moments in the language of the reader, the same on pages, in mails and in documents."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext


def spoken(day: date | datetime | None) -> str:
    """20. Januar 2027; a moment is said as the day it has in Europe/Berlin. Nothing for None."""
    return date_format(_here(day), pgettext("day format", "j F Y")) if day else ""


def clock(at: datetime) -> str:
    """9:30 Uhr."""
    return pgettext("time of day", "{time}").format(time=date_format(_here(at), "G:i"))


def moment(at: datetime | None) -> str:
    """20. Januar 2027, 9:30 Uhr."""
    return f"{spoken(at)}, {clock(at)}" if at else ""


def _here(day: date) -> date:
    return timezone.localtime(day) if isinstance(day, datetime) and timezone.is_aware(day) else day
