"""What people type, and what can be used of it: decimal commas, websites without a scheme, phone numbers, dates."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
DATE_FORMATS = ["%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%Y", "%d. %m. %Y"]
MONTHS = (
    "jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez",
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
WRITTEN_DAY = re.compile(r"(\d{1,2})\.?\s+([^\W\d_]{3,9})\.?\s+(\d{4})")
WRITTEN_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?: ?(?:uhr|h))?", re.IGNORECASE)
DIGITS = Decimal("0.000001")
# What people do together here has days from this year on, and in the lifetime of somebody who is born today; any other
# day is a slip of the finger.
FIRST_YEAR, YEARS_AHEAD = 1900, 100

validate_phone = RegexValidator(
    re.compile(r"\A[ +/().-]*(?:[0-9][ +/().-]*){5,}\Z"),
    _(
        "Write the number with at least 5 digits, for example 089 123456. Between them only blanks and + / ( ) - . may stand."
    ),
    code="phone",
)
validate_postcode = RegexValidator(
    re.compile(r"\A(?:[0-9]{5}|[A-Z]{1,3}-[0-9]{4,5})\Z"),
    _(
        "Write the postcode with 5 digits, for example 81369. One from abroad begins with its country, for example A-1010."
    ),
    code="postcode",
)


class WebsiteField(forms.CharField):
    """An address that begins with http or https. Without a scheme it gets https; everything else is refused."""

    widget = forms.URLInput
    default_error_messages = {
        "invalid": _("This is no address of a website. It looks like www.example.org."),
        "scheme": _("Only addresses that begin with https:// or http:// can be shown here."),
    }

    def to_python(self, value: Any) -> str:
        address = super().to_python(value)
        if not address:
            return address
        scheme = SCHEME.match(address)
        if scheme is None:
            address = f"https://{address.removeprefix('//')}"
        elif scheme[1].lower() not in {"http", "https"}:
            raise ValidationError(self.error_messages["scheme"], code="scheme")
        return address

    def run_validators(self, value: str) -> None:
        super().run_validators(value)
        if value:
            URLValidator(schemes=["http", "https"], message=self.error_messages["invalid"])(value)


class DegreesField(forms.DecimalField):
    """Latitude or longitude, with a dot or a comma, to six digits (about ten centimetres)."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    default_error_messages = {"invalid": _("Write degrees as a number, for example 48.118")}

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = value.strip().removesuffix("°").replace("−", "-").replace(",", ".")
        degrees = super().to_python(value)
        if degrees is None:
            return None
        try:
            return degrees.quantize(DIGITS)
        except InvalidOperation as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class HoursField(forms.DecimalField):
    """Hours with two decimals at most, with a dot or a comma."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "data-unit": _("hours")})
    default_error_messages = {
        "invalid": _("Write the hours as a number, for example 12.5."),
        "max_decimal_places": _("Round the hours to two decimals."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimal_places": 2} | kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text).replace(
            ".", str(get_format("DECIMAL_SEPARATOR"))
        )


class ClockField(forms.TimeField):
    """A time of day as people write it: 18, 18 Uhr, 18:30, 18.30."""

    default_error_messages = {"invalid": _("Write the time like this: 18:30.")}
    widget = forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"input_formats": ["%H:%M"], "help_text": _("For example 18:30")} | kwargs)

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str) and (typed := WRITTEN_TIME.fullmatch(value.strip())):
            value = f"{typed['hour']}:{typed['minute'] or '00'}"
        return super().to_python(value)


class DayField(forms.DateField):
    """A day in one of the ways in which people here write it."""

    default_error_messages = {"year": _("This year cannot be right. Please check the date.")}
    widget = forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"input_formats": DATE_FORMATS, "help_text": _("For example 20.1.2027")} | kwargs)

    def to_python(self, value: Any) -> date | None:
        """A month may also be written out, as the pages of the portal themselves show it: 20. Januar 2027."""
        if isinstance(value, str) and (written := WRITTEN_DAY.fullmatch(value.strip())):
            day, month, year = written.groups()
            if (start := month.lower()[:3]) in MONTHS:
                value = f"{day}.{MONTHS.index(start) % 12 + 1}.{year}"
        return super().to_python(value)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and not FIRST_YEAR <= value.year <= timezone.localdate().year + YEARS_AHEAD:
            raise ValidationError(self.error_messages["year"], code="year")

    def prepare_value(self, value: Any) -> Any:
        """20.1.2027, the way the hint shows it."""
        return f"{value.day}.{value.month}.{value.year}" if isinstance(value, date) else value
