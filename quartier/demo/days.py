"""Days and amounts as the demo is written down with them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone


def day_from_today(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def day(offset: int | None) -> date | None:
    """The day that lies so many days from today, where there is one."""
    return None if offset is None else day_from_today(offset)


def amount(text: str) -> Decimal | None:
    return Decimal(text) if text else None
