"""The frame around every page, in a real browser: menu, focus, forms that go out once, and the room it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from partners.models import Person
from tests.e2e.conftest import Watched
from tests.factories import ContributionFactory, ParticipationFactory

STYLE = "/stil/"


@pytest.fixture(autouse=True)
def _living_page(settings: Any) -> None:
    settings.DEBUG = True


def test_phone_menu_opens_and_closes_without_a_script(open_page: Callable[..., Page]) -> None:
    page = open_page(size="phone")
    page.goto(STYLE)
    menu = page.get_by_role("navigation", name="Hauptmenü")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menü").click()
    expect(menu.get_by_role("link", name="Wer ist hier")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_menu_lies_open_on_the_desk(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(STYLE)
    expect(page.get_by_role("navigation", name="Hauptmenü").get_by_role("link", name="Projekte")).to_be_visible()
    expect(page.get_by_role("button", name="Menü")).to_be_hidden()


def test_filters_are_folded_on_the_phone_and_open_on_the_desk(open_page: Callable[..., Page]) -> None:
    for size, folded in (("phone", True), ("desk", False)):
        page = open_page(size=size)
        page.goto(STYLE)
        tick_box = page.locator(".filters").get_by_label("Kultur")
        expect(tick_box).to_be_hidden() if folded else expect(tick_box).to_be_visible()


def test_button_of_the_filters_is_in_reach_on_the_desk(open_page: Callable[..., Page]) -> None:
    """However long the choices are: at the end of the first screen, before anybody scrolls."""
    page = open_page(size="desk")
    page.goto("/akteure/")
    page.set_viewport_size({"width": 1280, "height": 560})
    expect(page.locator(".filters").get_by_role("button", name="Anzeigen")).to_be_in_viewport(ratio=1)


def test_names_in_the_picture_of_the_network_stay_readable_on_the_smallest_screen(watched: Watched) -> None:
    page = watched.open(size="phone")
    page.goto(STYLE)
    page.set_viewport_size({"width": 320, "height": 700})
    shown = """names => names.filter(one => getComputedStyle(one).display !== "none")
        .map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"""
    sizes = page.locator(".network text").evaluate_all(shown)
    assert sizes
    assert min(sizes) >= 12


def test_skip_link_is_first_and_leads_to_the_content(watched: Watched) -> None:
    page = watched.open()
    page.goto("/impressum/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_errors_get_the_focus_and_lead_into_their_field(watched: Watched) -> None:
    page = watched.open()
    page.goto(STYLE)
    expect(page.locator(".error-summary").first).to_be_focused()
    page.get_by_role("link", name="Titel des Projekts: Hier fehlt").click()
    expect(page.locator("#id_refused-title")).to_be_focused()


def test_form_that_is_pressed_twice_goes_out_once(watched: Watched) -> None:
    page = watched.open()
    page.goto(STYLE)
    sent = []

    def hold(route: Route) -> None:
        """The first answer takes its time, as on a slow line; meanwhile the page stays."""
        if route.request.method != "POST":
            return route.fallback()
        return sent.append(route.request.url)

    page.route("**/stil/**", hold)
    pressed = "button => { button.click(); button.click(); return button.getAttribute('aria-disabled'); }"
    assert page.get_by_role("button", name="Änderungen speichern").evaluate(pressed) == "true"
    page.wait_for_timeout(300)
    assert len(sent) == 1


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1600])
def test_nothing_is_wider_than_the_window(watched: Watched, width: int) -> None:
    page = watched.open(viewport={"width": width, "height": 800})
    for path in (STYLE, "/impressum/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_table_of_contributions_is_read_without_scrolling_on_every_desk(watched: Watched) -> None:
    """With the longest words that it knows, beside the filters and below them."""
    part = ParticipationFactory(actor__name="Nachbarschaftstreff Zwirnrolle")
    reach = {"category": "reichweite", "unit": "empfaenger", "state": "erbracht", "delivered_quantity": 12_000}
    ContributionFactory(participation=part, title="Begleitung der Quartierspartnerschaften", **reach)
    page = watched.open()
    page.goto(f"{part.project.get_absolute_url()}beitraege/")
    scrolls = (
        "[document.documentElement, ...document.querySelectorAll('.scroll')].map(e => e.scrollWidth > e.clientWidth)"
    )
    wide = {}
    for width in (641, 700, 896, 900, 960, 1024, 1100, 1240):
        page.set_viewport_size({"width": width, "height": 800})
        wide[width] = page.evaluate(scrolls)
    assert [width for width, scrolled in wide.items() if any(scrolled)] == []


SMALL_TARGETS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
    .filter(e => e.checkVisibility() && e.type !== "hidden")
    .filter(e => !(e.matches("p > a, dd > a, li > p > a, figcaption > a, .error-summary a, h3 > a, .skip")))
    .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
    .filter(([box]) => box.width > 0 && (box.width < 24 || box.height < 24))
    .filter(([box, html]) => !/type="(checkbox|radio)"/.test(html))
    .map(([box, html]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_everything_to_press_is_large_enough(watched: Watched, size: str) -> None:
    """24 pixels at least; links within a sentence may be as high as their line, and tick boxes have their label."""
    page = watched.open(size=size)
    page.goto(STYLE)
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_axe_finds_nothing_on_the_living_page(watched: Watched, size: str, scheme: str) -> None:
    page = watched.open(size=size, color_scheme=scheme)
    page.goto(STYLE)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found] == []


def test_account_menu_has_a_name_and_signs_out(open_page: Callable[..., Page]) -> None:
    person = Person.objects.create_user(email="alex@example.org", password="ein langer satz", name="Alex Beispiel")
    page = open_page(size="phone", person=person)
    page.goto("/impressum/")
    page.get_by_role("button", name="Konto").click()
    menu = page.get_by_role("navigation", name="Konto")
    expect(menu).to_contain_text("Alex Beispiel")
    menu.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Anmelden")).to_be_visible()
