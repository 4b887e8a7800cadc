"""How much of something, as people say it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import ngettext, pgettext

UNITS: dict[str, Callable[[int], str]] = {
    "stunden": lambda n: ngettext("%s hour", "%s hours", n),
    "kontakte": lambda n: ngettext("%s contact", "%s contacts", n),
    "empfaenger": lambda n: ngettext("%s recipient", "%s recipients", n),
    "stueck": lambda n: ngettext("%s piece", "%s pieces", n),
    "fahrten": lambda n: ngettext("%s trip", "%s trips", n),
    "eur": lambda n: pgettext("amount of money", "€%s"),
}


def spoken(value: Decimal | float | str | None, unit: Any = "") -> str:
    """9 Stunden, 1.200 Stück, 12,50 €: no trailing zeros, cents always two. Nothing for None."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value))
    digits = max(-int(number.normalize().as_tuple().exponent), 0)
    if unit == "eur" and digits:
        digits = 2
    shown = number_format(number, digits, force_grouping=True)
    words = UNITS.get(str(unit or ""))
    return words(1 if number == 1 else 2) % shown if words else shown
