from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from quartier.templatetags import portal


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.fixture(autouse=True)
def _german() -> None:
    translation.activate("de")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (Decimal("9.00"), "stunden", "9 Stunden"),
        (Decimal(1), "stunden", "1 Stunde"),
        (Decimal("4.50"), "stunden", "4,5 Stunden"),
        (Decimal(1200), "stueck", "1.200 Stück"),
        (Decimal(1200), "empfaenger", "1.200 Empfänger*innen"),
        (Decimal("12.5"), "eur", "12,50 €"),
        (Decimal(300), "eur", "300 €"),
        (Decimal("0.00"), "fahrten", "0 Fahrten"),
        (7, "", "7"),
        (7, None, "7"),
        (None, "stunden", ""),
        ("", "stunden", ""),
    ],
)
def test_quantity_is_written_as_people_write_it(value: object, unit: str | None, shown: str) -> None:
    assert portal.quantity(value, unit) == shown  # type: ignore[arg-type]


def test_quantity_follows_the_language() -> None:
    with translation.override("en"):
        assert portal.quantity(Decimal("1234.5"), "eur") == "€1,234.50"
        assert portal.quantity(1, "stunden") == "1 hour"


def test_day_and_moment_are_local() -> None:
    late = dt.datetime(2027, 1, 19, 23, 30, tzinfo=dt.UTC)
    assert portal.day(dt.date(2027, 1, 20)) == "20. Januar 2027"
    assert portal.day(late) == "20. Januar 2027"
    assert portal.moment(late) == "20. Januar 2027, 0:30 Uhr"
    assert portal.day(None) == portal.moment(None) == ""
    with translation.override("en"):
        assert portal.day(dt.date(2027, 1, 20)) == "20 January 2027"


def test_plain_text_keeps_paragraphs_and_links_addresses() -> None:
    text = "Guten Tag\nSendling\r\n\r\nMehr: https://example.org/a_(b)?x=1&y=2). Auch http://example.org."
    assert portal.plain_text(text) == (
        "<p>Guten Tag<br>Sendling</p>\n"
        '<p>Mehr: <a href="https://example.org/a_(b)?x=1&amp;y=2" rel="nofollow ugc">https://example.org/a_(b)?x=1&amp;y=2</a>). '
        'Auch <a href="http://example.org" rel="nofollow ugc">http://example.org</a>.</p>'
    )


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("data:text/html,x mailto:a@example.org", "<p>data:text/html,x mailto:a@example.org</p>"),
        ("   \n ", ""),
        (None, ""),
    ],
)
def test_plain_text_lets_no_markup_through(hostile: str | None, shown: str) -> None:
    assert portal.plain_text(hostile) == shown


@given(st.text())
def test_plain_text_never_opens_a_tag_of_its_author(text: str) -> None:
    shown = portal.plain_text(f"{text} https://example.org/{text}")
    for ours in ("<p>", "</p>", "<br>", "</a>", '" rel="nofollow ugc">', '<a href="'):
        shown = shown.replace(ours, "")
    assert not set('<>"') & set(shown)


def test_query_without_removes_a_key_or_one_value_and_goes_back_to_page_one() -> None:
    query = QueryDict("thema=kultur&thema=klima&q=caf%C3%A9&seite=3")
    assert portal.query_without(query, "q") == "?thema=kultur&thema=klima"
    assert portal.query_without(query, "thema", "kultur") == "?thema=klima&q=caf%C3%A9"
    assert portal.query_without(query, "unknown") == "?thema=kultur&thema=klima&q=caf%C3%A9"
    assert portal.query_without(QueryDict("q=x"), "q") == "?"


def test_query_with_changes_one_key() -> None:
    assert portal.query_with(QueryDict("q=a&seite=3"), "seite", 4) == "?q=a&seite=4"


def test_pagination_keeps_the_query_and_writes_plain_numbers() -> None:
    page = Paginator(range(30000), 20).page(1200)
    shown = render(
        '{% include "components/pagination.html" with page=page query=query only %}', page=page, query="q=a%26b"
    )
    assert 'href="?q=a%26b&amp;seite=1201"' in shown
    assert 'aria-current="page"' in shown


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        ("geplant", "open"),
        ("zugesagt", "begun"),
        ("erbracht", "live"),
        ("bestaetigt", "sure"),
        ("archiviert", "off"),
        ("mars", "open"),
    ],
)
def test_tone_says_how_far_a_state_is(state: str, tone: str) -> None:
    assert portal.tone(state) == tone


def test_every_state_of_the_models_has_a_tone() -> None:
    from partners.models import Actor
    from projects.models import Contribution, Participation, Project

    states = {value for model in (Actor, Project, Participation, Contribution) for value in model.State.values}
    assert states - set(portal.TONE_OF) == set()


def test_icon_is_silent_beside_words_and_named_alone() -> None:
    assert 'aria-hidden="true"' in portal.icon("search")
    named = portal.icon("search", 'Suche "überall"')
    assert 'role="img" aria-label="Suche &quot;überall&quot;"' in named
    assert "aria-hidden" not in named


def test_emblem_is_the_same_for_the_same_key() -> None:
    assert portal.emblem("quartierscafe") == portal.emblem("quartierscafe")
    assert portal.emblem("quartierscafe") != portal.emblem("leihregal")
    assert 'viewBox="0 0 80 40"' in portal.emblem("x", 2, 1)
    assert "<script" not in portal.emblem("<script>", 1, 1)


def test_current_marks_the_page_and_the_part_it_lies_in() -> None:
    request = RequestFactory().get("/akteure/stadtbibliothek/")
    context = Context({"request": request})
    assert portal.current(context, "partners:actor-list") == ' aria-current="true"'
    assert portal.current(context, "home") == ""
    context["request"] = RequestFactory().get("/akteure/?seite=2")
    assert portal.current(context, "partners:actor-list") == ' aria-current="page"'
    assert portal.current(Context(), "home") == ""


def test_current_path_is_cut_when_it_is_too_long_to_carry() -> None:
    assert portal.current_path(Context({"request": RequestFactory().get("/suche/?q=a")})) == "/suche/?q=a"
    assert portal.current_path(Context({"request": RequestFactory().get("/suche/", {"q": "a" * 5000})})) == "/suche/"
    assert portal.current_path(Context()) == "/"


class OneField(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(
    ("context", "prefix"),
    [
        ({}, ""),
        ({"form": OneField()}, ""),
        ({"form": OneField({"name": "a"})}, ""),
        ({"form": OneField({})}, "Fehler: "),
        ({"formset": forms.formset_factory(OneField)({"form-TOTAL_FORMS": "x"})}, "Fehler: "),
        ({"form": None}, ""),
    ],
)
def test_error_prefix_begins_the_title_of_a_refused_form(context: dict[str, object], prefix: str) -> None:
    assert render("{% error_prefix %}", **context) == prefix


def test_error_prefix_looks_at_the_form_it_is_given() -> None:
    assert render("{% error_prefix other %}", other=OneField({})) == "Fehler: "


def test_avatar_shows_initials_to_the_eye_only() -> None:
    actor = SimpleNamespace(initials="<S", tint=3)
    shown = render('{% include "components/avatar.html" with actor=actor size="large" only %}', actor=actor)
    assert shown.strip() == '<span class="avatar tint-3 large" aria-hidden="true">&lt;S</span>'
