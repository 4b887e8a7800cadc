"""The looks: colours one can read, components that parse, error pages that need nothing."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from quartier.views import errors
from quartier.views.style import ICONS, style_guide

HERE = Path(settings.BASE_DIR)
CSS = HERE / "static" / "css"
TEMPLATES = HERE / "templates"

# --- colours ----------------------------------------------------------------------------------------------------------

GROUNDS = ("paper", "sheet", "sand")
WASHES = ("give-wash", "gain-wash", "sun-wash", "alarm-wash")
TEXT = [
    *[(ink, ground) for ink in ("ink", "soft", "give", "gain", "alarm") for ground in GROUNDS],
    *[("ink", wash) for wash in WASHES],
    ("give", "give-wash"), ("gain", "gain-wash"), ("alarm", "alarm-wash"), ("soft", "sun-wash"),
    ("on-sun", "sun"), ("paper", "ink"), ("paper", "give"), ("paper", "gain"), ("paper", "alarm"),
    ("on-deep", "deep"), ("soft-on-deep", "deep"), ("deep", "on-deep"),
]  # fmt: skip
SHAPES = [
    *[(edge, ground) for edge in ("edge", "give", "gain", "alarm", "focus") for ground in GROUNDS],
    ("focus", "give-wash"), ("focus", "gain-wash"), ("focus", "sun-wash"), ("sun", "deep"),
]  # fmt: skip


def tokens(scheme: str) -> dict[str, str]:
    """The colours of one scheme: the dark ones lie over the light ones, as in the browser."""
    sheet = (CSS / "tokens.css").read_text()
    light, dark = sheet.split("@media (prefers-color-scheme: dark)")
    dark = dark.split("}")[0]
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark)) if scheme == "dark" else {})


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(scheme: str) -> None:
    colours = tokens(scheme)
    faint = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in TEXT}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_edge_and_focus_ring_can_be_seen(scheme: str) -> None:
    colours = tokens(scheme)
    faint = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < 3} == {}


def test_colours_are_named_in_one_place() -> None:
    dark_block = (CSS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")[1].split("}")[0]
    light, dark = tokens("light"), set(re.findall(r"--([\w-]+): #", dark_block))
    assert dark == set(light), "a colour has one value for light and one for dark"
    used = set(chain.from_iterable(re.findall(r"var\(--([\w-]+)", file.read_text()) for file in CSS.glob("*.css")))
    named = set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text()))
    assert used - named == set()


def test_browser_frame_has_the_colour_of_the_paper() -> None:
    head = (TEMPLATES / "components" / "head.html").read_text()
    for scheme in ("light", "dark"):
        assert f'content="{tokens(scheme)["paper"]}" media="(prefers-color-scheme: {scheme})"' in head


def test_style_sheets_load_nothing_and_force_nothing() -> None:
    for file in CSS.glob("*.css"):
        text = file.read_text()
        assert "@import" not in text
        assert "url(" not in text
        assert "!important" not in text
        assert len(text.splitlines()) < 400


# --- the sprite -------------------------------------------------------------------------------------------------------


def sprite() -> list[str]:
    return re.findall(r'<symbol id="([\w-]+)"', (HERE / "static" / "icons.svg").read_text())


def test_living_page_shows_every_symbol() -> None:
    assert sorted(sprite()) == sorted(ICONS)


def test_templates_use_symbols_that_are_there() -> None:
    used = {
        (name, str(file.relative_to(HERE)))
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r'{% icon "([\w-]+)"', file.read_text())
    }
    assert {entry for entry in used if entry[0] not in sprite()} == set()


# --- the living page --------------------------------------------------------------------------------------------------


def headings(response: HttpResponse) -> list[str]:
    """The `h1` of a page that parses strictly and uses no id twice."""
    root = html5lib.HTMLParser(strict=True).parse(response.content.decode())
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert sorted(ids) == sorted(set(ids))
    return ["".join(h1.itertext()).strip() for h1 in root.iter("{http://www.w3.org/1999/xhtml}h1")]


def test_keys_are_written_as_the_machine_reads_them() -> None:
    """From 1,000 on a number is written with a point for people; as the name of a place on a page it would lead nowhere."""
    found = {
        str(file.relative_to(TEMPLATES)): re.findall(r"{{ [\w.]*\bpk }}", file.read_text())
        for file in TEMPLATES.rglob("*.html")
    }
    assert {name: keys for name, keys in found.items() if keys} == {}


def test_living_page_shows_every_component_without_a_database(client: Client, settings) -> None:
    settings.DEBUG = True
    response = client.get(reverse("style-guide"))
    assert response.status_code == 200
    assert headings(response) == ["Wie das Portal aussieht"]
    drawn = {template.name for template in response.templates}
    components = {str(file.relative_to(TEMPLATES)) for file in (TEMPLATES / "components").glob("*.html")}
    # Its buttons need an account: the person's menu is drawn in the tests of the account pages.
    assert components - drawn == {"components/account_menu.html"}


def test_living_page_is_not_there_in_production(client: Client) -> None:
    assert client.get(reverse("style-guide")).status_code == 404
    with pytest.raises(Http404):
        style_guide(RequestFactory().get("/stil/"))


def test_pages_set_no_cookie_for_readers(client: Client, settings) -> None:
    settings.DEBUG = True
    response = client.get(reverse("style-guide"))
    assert response.cookies == {}
    assert "csrfmiddlewaretoken" not in response.content.decode()


# --- errors -----------------------------------------------------------------------------------------------------------

PAGES = [
    (errors.bad_request, (ValueError(),), 400, "Diese Adresse ist nicht lesbar", "This address cannot be understood"),
    (errors.permission_denied, (ValueError(),), 403, "Das dürfen Sie hier nicht", "You may not do this here"),
    (errors.csrf_failure, (), 403, "Das Formular war zu lange offen", "The form was open for too long"),
    (errors.page_not_found, (ValueError(),), 404, "Diese Seite finden wir nicht", "We cannot find this page"),
    (errors.too_many_requests, (), 429, "Das war zu schnell für uns", "That was too fast for us"),
    (errors.server_error, (), 500, "Bei uns ist etwas kaputt", "Bei uns ist etwas kaputt"),
    (errors.service_unavailable, (), 503, "Wir sind gleich wieder da", "Wir sind gleich wieder da"),
]


@pytest.mark.parametrize(("view", "rest", "status", "german", "english"), PAGES)
def test_error_pages_speak_both_languages_and_lead_on(view, rest, status, german, english) -> None:
    for language, heading in (("de", german), ("en", english)):
        with translation.override(language):
            request = RequestFactory().get("/irgendwo/")
            request.session = {}
            response = view(request, *rest)
        assert response.status_code == status
        assert headings(response) == [heading]
        assert f"<title>{heading}" in response.content.decode()
        assert 'href="/"' in response.content.decode()


def test_broken_server_says_so_in_english_too() -> None:
    for view in (errors.server_error, errors.service_unavailable):
        text = view(HttpRequest()).content.decode()
        assert '<div class="stack note" lang="en">' in text
    assert errors.service_unavailable(HttpRequest())["Retry-After"] == "300"


def test_unknown_address_gets_our_page(client: Client) -> None:
    response = client.get("/gibt/es/nicht/")
    assert response.status_code == 404
    assert headings(response) == ["Diese Seite finden wir nicht"]
    assert response.cookies == {}
