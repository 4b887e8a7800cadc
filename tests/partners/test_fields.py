"""What people type into a field, and what the portal makes of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from partners.forms.actors import ActorForm
from partners.forms.fields import DayField
from tests.factories import NeighbourhoodFactory, PersonFactory


@pytest.mark.parametrize(
    "text",
    [
        "20.1.2027",
        "20. 1. 2027",
        "2027-01-20",
        "20. Januar 2027",
        " 20 January 2027 ",
        "20. Jan. 2027",
        "20. JANUAR 2027",
    ],
)
def test_day_may_be_written_as_the_pages_show_it(text: str) -> None:
    assert DayField().clean(text) == date(2027, 1, 20)


@pytest.mark.parametrize(
    ("text", "month"), [("1. März 2027", 3), ("1. Mai 2027", 5), ("1 May 2027", 5), ("1. Dez 2027", 12)]
)
def test_months_of_both_languages_are_known(text: str, month: int) -> None:
    assert DayField().clean(text) == date(2027, month, 1)


@pytest.mark.parametrize("text", ["31. Februar 2027", "20. Fasching 2027", "Januar 2027", "20. Januar", "20 1 2027x"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        DayField().clean(text)


@pytest.mark.parametrize("text", ["31.12.9999", "1.6.3000", "1.1.0001"])
def test_a_day_in_a_year_that_nobody_means_is_refused(text):
    with pytest.raises(ValidationError, match="This year cannot be right"):
        DayField().clean(text)


def test_a_day_may_lie_a_hundred_years_ahead_and_no_more():
    year = timezone.localdate().year + 100
    assert DayField().clean(f"31.12.{year}") == date(year, 12, 31)
    with pytest.raises(ValidationError, match="This year cannot be right"):
        DayField().clean(f"1.1.{year + 1}")


@pytest.mark.django_db
def test_what_is_pasted_is_not_cut_in_silence() -> None:
    form = ActorForm({"name": "Testhaus", "purpose": "x" * 300}, only=["name", "purpose"])
    assert "purpose" in form.errors
    assert "maxlength" not in str(form["purpose"])
    assert "x" * 300 in str(form["purpose"])


@pytest.mark.django_db
@pytest.mark.parametrize(("latitude", "opened"), [("48,118", False), ("nördlich", True)])
def test_degrees_are_folded_until_they_are_wrong(client: Client, latitude: str, opened: bool) -> None:
    organiser = PersonFactory()
    NeighbourhoodFactory(organisers=[organiser])
    client.force_login(organiser)
    page = client.post("/akteure/neu/", {"name": "", "latitude": latitude, "longitude": "11,539"}).content.decode()
    folded = page[page.index("Point on the map") - 200 : page.index("Point on the map")]
    assert ('<details class="more-of" open>' in folded, '<details class="more-of">' in folded) == (opened, not opened)
