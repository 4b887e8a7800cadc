"""One cell at a time: what is mended, what is refused and with which words."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from quartier.imports import values
from quartier.imports.values import UnusableError


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("  Hof \u00a0 am\tMarkt ", "Hof am Markt"),
        (12057.0, "12057"),
        (12057, "12057"),
        (1.5, "1.5"),
        (True, "yes"),
        (date(2026, 5, 1), "2026-05-01"),
        (datetime(2026, 5, 1), "2026-05-01"),  # noqa: DTZ001 (a spreadsheet knows no time zone)
        ("Hof\x00 am\x08 Markt", "Hof am Markt"),
        ("\ufeffHof\u200b", "Hof"),
        ("<p>Offene <b>Werkstatt</b><br>f&uuml;r alle</p>", "Offene Werkstatt für alle"),
        ("Kinder < 12 & Erwachsene > 60", "Kinder < 12 & Erwachsene > 60"),
        ("Caf&eacute; &amp; Bar", "Café & Bar"),
        ("Anna <anna@example.org>", "Anna <anna@example.org>"),
        ("<script>alert(1)</script>Hof", "Hof"),
        ('<a href="https://hof.example.org">Zum Hof</a>', "Zum Hof (https://hof.example.org)"),
        ('<a href="javascript:alert(1)">Zum Hof</a>', "Zum Hof"),
        ("Mu\u0308hle", "Mühle"),
    ],
)
def test_text_becomes_readable(cell: Any, text: str) -> None:
    assert values.tidy(cell) == text


def test_lines_stay_where_a_text_may_have_several() -> None:
    assert values.tidy("<ul><li>eins</li><li>zwei</li></ul>Ende\r\n\r\n\r\n\r\nSchluss ", lines=True) == (
        "eins\n\nzwei\nEnde\n\nSchluss"
    )


@pytest.mark.parametrize(
    ("cell", "remark"),
    [
        ("Hof\x00", "holds control characters; they were left out."),
        ("F\ufffdrderverein", "holds the sign �: a letter was lost before the list came here."),
        ("Hof\n am Markt\t", ""),
        (12, ""),
    ],
)
def test_damaged_text_is_remarked(cell: Any, remark: str) -> None:
    assert values.damage(cell) == remark


@pytest.mark.parametrize(
    ("text", "street", "number"),
    [
        ("Sonnenallee 225", "Sonnenallee", "225"),
        ("Str. des 17. Juni 150", "Str. des 17. Juni", "150"),
        ("Straße des 17. Juni", "Straße des 17. Juni", ""),
        ("Am Lustgarten", "Am Lustgarten", ""),
        ("Bodestraße 1-3", "Bodestraße", "1-3"),
        ("Alte Jakobstraße 124 – 128", "Alte Jakobstraße", "124 – 128"),
        ("Frankfurter Allee 35/37", "Frankfurter Allee", "35/37"),
        ("Danziger Str. 101/Haus 103", "Danziger Str.", "101/Haus 103"),
        ("Puschkinallee 16 A", "Puschkinallee", "16 A"),
        ("Karolinenstr. 19,", "Karolinenstr.", "19"),
        ("Hofgasse Nr. 5b", "Hofgasse", "5b"),
        ("im Volkspark, Ernst-Zinna-Weg", "im Volkspark, Ernst-Zinna-Weg", ""),
        ("C 4, 12", "C 4", "12"),
    ],
)
def test_a_street_and_its_number_are_told_apart(text: str, street: str, number: str) -> None:
    assert values.split_street(text) == {"street": street, "house_number": number}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Sonnenallee 225, 12057 Berlin", ("Sonnenallee", "225", "12057", "Berlin")),
        ("Am Lustgarten\nD-10178 Berlin Mitte", ("Am Lustgarten", "", "10178", "Berlin Mitte")),
    ],
)
def test_a_whole_address_is_taken_apart(text: str, parts: tuple[str, ...]) -> None:
    found = values.split_address(text, country="DE")
    assert tuple(found.values()) == parts


def test_an_address_without_a_town_is_a_street() -> None:
    assert values.split_address("Sonnenallee 225", country="DE") == {"street": "Sonnenallee", "house_number": "225"}


@pytest.mark.parametrize(
    ("text", "country", "is_number", "postcode"),
    [
        ("12057", "DE", False, "12057"),
        ("01067", "DE", False, "01067"),
        ("1067", "DE", True, "01067"),
        ("12057.0", "DE", False, "12057"),
        ("D-10965", "DE", False, "10965"),
        ("8004", "CH", False, "8004"),
        ("EC1A 1BB", "", False, "EC1A 1BB"),
    ],
)
def test_postcodes_are_text(text: str, country: str, is_number: bool, postcode: str) -> None:
    assert values.postcode(text, country=country, is_number=is_number) == postcode


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("www.hof.example.org", "https://www.hof.example.org"),
        ("hof.example.org/wir über uns/".replace(" ", "-"), "https://hof.example.org/wir-über-uns/"),
        ("http://hof.example.org", "http://hof.example.org"),
        ("HTTPS://Hof.Example.org", "https://Hof.Example.org"),
        ("//hof.example.org", "https://hof.example.org"),
        ("hof.example.org:8080", "https://hof.example.org:8080"),
        ("https://müller.example.org", "https://müller.example.org"),
    ],
)
def test_web_addresses_are_mended(text: str, address: str) -> None:
    assert values.website(text) == address


@pytest.mark.parametrize(
    ("clean", "text", "reason"),
    [
        (values.website, "javascript:alert(1)", "is no web address"),
        (values.website, "JavaScript:alert(1)//hof.example.org", "is no web address"),
        (values.website, "data:text/html,hof.example.org", "is no web address"),
        (values.website, "ftp://hof.example.org", "is no web address"),
        (values.website, "keine", "is no web address"),
        (values.website, "hof.example.org, tor.example.org", "is no web address"),
        (values.website, "http://[::1", "is no web address"),
        (values.website, "https://user:pass@hof.example.org", "is a web address with log-in details"),
        (values.website, "hof.example.org/" + "x" * 500, "has 524 characters, the portal holds 500"),
        (values.email, "gruss@", "is no e-mail address"),
        (values.email, "a@example.org; b@example.org", "is no e-mail address"),
        (values.phone, "Anna anrufen", "is no phone number"),
        (values.phone, "030 1234 Anna", "is no phone number"),
        (values.phone, "030 1", "is no phone number"),
        (values.degrees, "13.405.538", "is no number of degrees, such as 52.473 or 52,473"),
        (values.degrees, "1345876273", "is no number of degrees, such as 52.473 or 52,473"),
        (values.degrees, "٥٢", "is no number of degrees, such as 52.473 or 52,473"),
        (lambda text: values.postcode(text, country="DE"), "Am Lokdepot 3,10965", "is no postcode, which has 5 digits"),
        (lambda text: values.postcode(text, country="DE"), "1067", "is no postcode, which has 5 digits"),
        (lambda text: values.postcode(text, country="AT"), "10965", "is no postcode, which has 4 digits"),
        (lambda text: values.split_town(text, country="DE"), "Berlin", "is no postcode followed by a town"),
        (values.split_street, "Gasse " * 100, "is too long for an address"),
        (values.split_street, "G" * 121, "has 121 characters, the portal holds 120"),
    ],
)
def test_what_cannot_be_used_says_why(clean: Callable[[str], Any], text: str, reason: str) -> None:
    with pytest.raises(UnusableError) as caught:
        clean(text)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("text", "number"),
    [("52,47305961", "52.473060"), ("13.4587", "13.458700"), ("-3", "-3.000000"), ("52,5°", "52.500000")],
)
def test_degrees_have_a_point_or_a_comma(text: str, number: str) -> None:
    assert str(values.degrees(text)) == number


BERLIN = (Decimal("52.473060"), Decimal("13.458763"))


def test_a_point_is_taken_the_right_way_round() -> None:
    assert values.place(*BERLIN, area=values.EUROPE) == (*BERLIN, False)
    assert values.place(BERLIN[1], BERLIN[0], area=values.EUROPE) == (*BERLIN, True)


@pytest.mark.parametrize(
    ("latitude", "longitude", "reason"),
    [
        (0, 0, "lies at 0, 0, in the sea off Africa"),
        (91, 200, "lies outside the area of the list"),
        (-33, 151, "lies outside the area of the list"),
    ],
)
def test_a_point_that_cannot_be_right_is_refused(latitude: int, longitude: int, reason: str) -> None:
    with pytest.raises(UnusableError) as caught:
        values.place(Decimal(latitude), Decimal(longitude), area=values.EUROPE)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("text", "purpose", "rest"),
    [
        ("Eine Werkstatt.", "Eine Werkstatt.", ""),
        ("Der 1. FC ist ein Verein. Er spielt im Park.", "Der 1. FC ist ein Verein.", "Er spielt im Park."),
        ("Bücher, Filme, z. B. Krimis. Auch mehr davon hier.", "Bücher, Filme, z. B. Krimis.", "Auch mehr davon hier."),
        (
            "Ein einziger Satz ohne Ende, der einfach viel zu lang ist",
            "",
            "Ein einziger Satz ohne Ende, der einfach viel zu lang ist",
        ),
    ],
)
def test_a_long_text_is_cut_between_sentences(text: str, purpose: str, rest: str) -> None:
    assert values.split_about(text, limit=30) == (purpose, rest)


@given(st.text(max_size=300))
def test_no_text_is_lost_when_it_is_cut(text: str) -> None:
    text = values.tidy(text, lines=True)
    purpose, rest = values.split_about(text, limit=40)
    assert len(purpose) <= 40
    assert f"{purpose} {rest}".split() == text.split()


@given(st.text(max_size=200))
def test_any_text_in_any_field_is_used_or_refused_with_a_reason(text: str) -> None:
    cleaners: list[Callable[[str], Any]] = [
        values.website,
        values.email,
        values.phone,
        values.degrees,
        values.split_street,
        lambda text: values.split_town(text, country="DE"),
        lambda text: values.split_address(text, country="DE"),
        lambda text: values.postcode(text, country="DE"),
    ]
    plain = values.tidy(text)
    assert not values.CONTROL.search(plain)
    for clean in cleaners:
        with suppress(UnusableError):
            assert clean(plain) not in ("", {}, None)  # but 0 is a number of degrees
