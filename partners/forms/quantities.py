"""Numbers as people type them, and the kinds of things that are counted."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format, number_format
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.models import UNIT_OF, ResourceCategory

GROUPED_BY_DOT = re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
GROUPED_BY_COMMA = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
ONE_SIGN = re.compile(r"\d*[.,]\d+|\d+[.,]?")
THOUSANDS_OR_DECIMALS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
BLANKS = re.compile(r"[\s'’]")

NO_QUANTITY = _("“%(category)s” has no quantity. Leave this empty and say it in words above.")
NOT_A_NUMBER = _("Please enter a number, for example 12.5")
NEGATIVE = _("Please enter a number that is not less than 0.")
AMBIGUOUS = _("“%(typed)s” can be read in two ways. Please write %(large)s or %(small)s.")
TOO_PRECISE = _("Please round to two decimal places.")
TOO_LARGE = _("That number is too large to be stored. The largest is %(limit)s.")


def with_unit(category: ResourceCategory) -> Any:
    """Working time, paid staff (hours)"""
    unit = UNIT_OF[category]
    return format_lazy("{} ({})", category.label, unit.label) if unit else category.label


def category_choices() -> list[tuple[str, Any]]:
    return [("", _("Please choose")), *((str(category), with_unit(category)) for category in ResourceCategory)]


def parse_quantity(typed: str) -> Decimal:
    """What somebody meant by a number, or `ValidationError`.

    `12,5` and `12.5` are twelve and a half. Where one sign stands before exactly three digits, it is the thousands
    sign of the page's language (`1.200` in German, `1,200` in English); the other way round is refused, not guessed.
    """
    text = BLANKS.sub("", unicodedata.normalize("NFKC", typed)).removeprefix("€").removesuffix("€")
    if text.startswith(("-", "−")):
        raise ValidationError(NEGATIVE, code="negative")
    german = not (get_language() or "de").startswith("en")
    if THOUSANDS_OR_DECIMALS.fullmatch(text) and ("," in text) == german:
        raise ValidationError(AMBIGUOUS, code="ambiguous", params=_readings(text, typed))
    if not text.isascii():
        raise ValidationError(NOT_A_NUMBER, code="invalid")
    for pattern, group, point in ((GROUPED_BY_DOT, ".", ","), (GROUPED_BY_COMMA, ",", ".")):
        if pattern.fullmatch(text):
            return Decimal(text.replace(group, "").replace(point, "."))
    if not ONE_SIGN.fullmatch(text):
        raise ValidationError(NOT_A_NUMBER, code="invalid")
    return Decimal(text.replace(",", "."))


def _readings(text: str, typed: str) -> dict[str, str]:
    whole, _sign, rest = text.replace(",", ".").partition(".")
    return {"typed": typed.strip(), "large": f"{whole}{rest}", "small": written(Decimal(f"{whole}.{rest}"))}


def written(number: Decimal) -> str:
    """The number as one would type it: the decimal sign of the language, no thousands, no trailing zeros."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", str(get_format("DECIMAL_SEPARATOR")))


class QuantityField(forms.Field):
    """A decimal that is not negative, with two places."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, max_digits: int = 10, **kwargs: Any) -> None:
        self.limit = Decimal(10) ** (max_digits - 2) - Decimal("0.01")
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """12,5 and 12.50 are the same."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, Decimal):
            return value
        if not str(value or "").strip():
            return None
        number = parse_quantity(str(value)[:100])
        if number > self.limit:
            raise ValidationError(TOO_LARGE, code="large", params={"limit": number_format(self.limit, 2)})
        if number != round(number, 2):
            raise ValidationError(TOO_PRECISE, code="precise")
        return number
