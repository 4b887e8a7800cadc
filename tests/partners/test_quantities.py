from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from partners.forms.quantities import QuantityField, written

GERMAN = {
    "12,5": "12.5",
    "12.5": "12.5",
    "12,50": "12.50",
    "1.200": "1200",
    "1.200,5": "1200.5",
    "1.200.300": "1200300",
    "1,200.50": "1200.50",
    "1 200": "1200",
    "1\u202f200,5": "1200.5",
    "1'200": "1200",
    "12,50 €": "12.50",
    "€ 3": "3",
    " 7 ": "7",
    ",5": "0.5",
    "12,": "12",
    "１２": "12",
    "99999999,99": "99999999.99",
}
REFUSED = {
    "1,200": "ambiguous",
    "12,345": "ambiguous",
    "0,125": "precise",
    "0.125": "precise",
    "1,2345": "precise",
    "-3": "negative",
    "−3": "negative",
    "100000000": "large",
    "9" * 5000: "large",
    "abc": "invalid",
    "1e5": "invalid",
    "NaN": "invalid",
    "Infinity": "invalid",
    "1.20.300": "invalid",
    "12 Stunden": "invalid",
    "½": "invalid",
    "١٢": "invalid",
    "1\x002": "invalid",
    ".": "invalid",
}


def clean(typed: str, language: str = "de") -> Decimal | None:
    with translation.override(language):
        return QuantityField(required=False).clean(typed)


@pytest.mark.parametrize(("typed", "meant"), GERMAN.items())
def test_number_is_understood_as_it_is_written_here(typed: str, meant: str) -> None:
    assert clean(typed) == Decimal(meant)


@pytest.mark.parametrize(("typed", "code"), REFUSED.items())
def test_number_that_cannot_be_meant_is_refused_with_a_reason(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        clean(typed)
    assert [error.code for error in caught.value.error_list] == [code]


def test_thousands_sign_is_the_one_of_the_language() -> None:
    assert clean("1,200", "en") == Decimal(1200)
    assert clean("1.200", "de") == Decimal(1200)
    with pytest.raises(ValidationError) as caught:
        clean("1.200", "en")
    assert caught.value.messages == ["“1.200” can be read in two ways. Please write 1200 or 1.2."]


def test_nothing_is_no_quantity() -> None:
    assert clean("") is None
    assert clean("  ") is None


def test_required_quantity_must_be_there() -> None:
    with pytest.raises(ValidationError):
        QuantityField().clean("")


@given(st.decimals(min_value=0, max_value="99999999.99", places=2), st.sampled_from(["de", "en"]))
def test_what_the_portal_writes_it_reads_again(number: Decimal, language: str) -> None:
    """An edit form that is saved unchanged changes nothing."""
    with translation.override(language):
        shown = written(number)
        assert QuantityField().clean(shown) == number
        assert not QuantityField().has_changed(number, shown)


@given(st.text(max_size=60))
def test_whatever_is_typed_gets_a_number_or_a_sentence(typed: str) -> None:
    try:
        number = clean(typed)
    except ValidationError as error:
        assert all(error.messages)  # noqa: PT017  # both outcomes are right
    else:
        assert number is None or 0 <= number <= Decimal("99999999.99")
