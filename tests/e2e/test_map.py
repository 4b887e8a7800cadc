"""The map below the directory: with fingers, with the keyboard, without JavaScript, and never from another server unasked."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from partners.models import Actor
from tests.e2e.test_accounts import sign_in
from tests.factories import ActorFactory, NeighbourhoodFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[11.53, 48.1], [11.56, 48.1], [11.56, 48.13], [11.53, 48.13], [11.53, 48.1]]],
}


def place(name: str, latitude: str, longitude: str, **more: Any) -> Actor:
    return ActorFactory(name=name, latitude=Decimal(latitude), longitude=Decimal(longitude), **more)


def town() -> None:
    home = NeighbourhoodFactory(name="Sendling", slug="sendling", boundary=SQUARE)
    place("Nähstube", "48.125", "11.535", neighbourhoods=[home])
    place("Bäckerei", "48.104", "11.556", neighbourhoods=[home])
    place("Kiosk", "48.1046", "11.5566", neighbourhoods=[home])
    place("Hinterhof", "48.11", "11.54", neighbourhoods=[home], is_address_public=False)


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_from_the_map_to_a_profile_with_the_keyboard(watched: Any, size: str) -> None:
    town()
    page = watched.open(size=size)
    page.goto("/akteure/?quartier=sendling")
    page.get_by_role("link", name="Zur Karte").click()
    expect(page.get_by_text("3 von 4 Einrichtungen stehen auf der Karte.")).to_be_visible()
    expect(page.locator("path.map-outline")).to_have_count(1)
    expect(page.locator(".map-name")).to_have_text("Sendling")
    page.get_by_role("button", name="2 Einrichtungen, näher heran").press("Enter")
    expect(page.get_by_role("button", name="Kiosk")).to_be_visible()
    page.get_by_role("button", name="Bäckerei").press("Enter")
    link = page.locator("[data-card]").get_by_role("link", name="Bäckerei")
    expect(link).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Bäckerei")).to_be_focused()
    page.get_by_role("button", name="Ganze Karte zeigen").click()
    expect(page.get_by_role("button", name="Nähstube")).to_be_visible()
    page.get_by_role("button", name="Nähstube").click()
    page.locator("[data-card]").get_by_role("link", name="Nähstube").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nähstube")


def test_the_map_moves_while_outlines_and_places_are_on_their_way(watched: Any) -> None:
    """What comes too late, for a look that nobody has any more, is not drawn."""
    town()
    page = watched.open()
    late: list[Any] = []

    def hold(route: Any) -> None:
        late.append(route)

    page.route("**/quartiere/grenzen.json*", hold)
    page.goto("/akteure/#karte")
    group = page.get_by_role("button", name="2 Einrichtungen, näher heran")
    expect(group).to_be_visible()
    scale = page.locator(".leaflet-control-scale-line")
    before = scale.text_content()
    group.click()
    expect(page.get_by_role("button", name="Kiosk")).to_be_visible()
    page.get_by_role("button", name="Ganze Karte zeigen").click()
    expect(group).to_be_visible()
    page.route("**/akteure/karte.json*", hold)
    with page.expect_request("**/akteure/karte.json*"):
        page.get_by_role("button", name="Näher heran", exact=True).click()
    expect(scale).not_to_have_text(str(before))
    page.get_by_role("application").focus()
    with page.expect_event("requestfailed"):
        page.keyboard.press("-")
    expect(scale).to_have_text(str(before))
    late[0].continue_()
    expect(page.locator("path.map-outline")).to_have_count(1)
    expect(group).to_be_visible()
    place_of_mark = "document.querySelector('.map-mark.point')?.getBoundingClientRect().x"
    left = page.wait_for_function(place_of_mark).json_value()
    page.get_by_role("application").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"left => {place_of_mark} < left", arg=left)


def test_on_paper_the_places_lie_in_the_middle(watched: Any) -> None:
    """From a phone as well, and afterwards the look is the one from before."""
    town()
    page = watched.open(size="phone")
    page.goto("/akteure/#karte")
    expect(page.get_by_role("button", name="Nähstube")).to_be_visible()
    off_the_middle = """() => {
      const middle = (box) => box.x + box.width / 2;
      const marks = [...document.querySelectorAll(".map-mark")].map((one) => middle(one.getBoundingClientRect()));
      const map = document.querySelector(".map-canvas").getBoundingClientRect();
      return [map.width > 600, Math.round((Math.min(...marks) + Math.max(...marks)) / 2 - middle(map))];
    }"""
    before = page.evaluate(off_the_middle)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    is_wide, off = page.evaluate(off_the_middle)
    assert (is_wide, abs(off) <= 2) == (True, True)
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(off_the_middle) == before


def test_only_this_page_of_the_list(watched: Any) -> None:
    town()
    for number in range(25):
        place(f"Ort {number:02}", f"48.{200 + number * 9}", "11.6")
    page = watched.open()
    page.goto("/akteure/?seite=2#karte")
    expect(page.get_by_text("28 von 29 Einrichtungen stehen auf der Karte.")).to_be_visible()
    page.get_by_role("button", name="Nur diese Seite").click()
    expect(page.get_by_text("Alle Einrichtungen der Liste stehen auf der Karte.")).to_be_visible()


def test_without_javascript_the_list_says_everything(watched: Any) -> None:
    town()
    page = watched.open(java_script_enabled=False)
    page.goto("/akteure/#karte")
    expect(page.get_by_text("Die Karte braucht JavaScript.")).to_be_visible()
    expect(page.get_by_role("button", name="Ganze Karte zeigen")).to_have_count(0)
    expect(page.get_by_role("link", name="Hinterhof")).to_be_visible()


def test_a_map_that_fails_says_so(watched: Any) -> None:
    town()
    page = watched.open()
    page.route("**/karte.json*", lambda route: route.fulfill(status=404))
    page.goto("/akteure/#karte")
    expect(page.get_by_text("Die Karte konnte nicht geladen werden.")).to_be_visible()


def test_streets_come_after_a_click_and_from_that_server_alone(watched: Any, settings: Any) -> None:
    settings.MAP_TILE_URL = "https://{s}.tiles.example.org/{z}/{x}/{y}.png"
    town()
    page = watched.open()
    page.goto("/akteure/#karte")
    expect(page.get_by_role("button", name="Nähstube")).to_be_visible()
    assert watched.foreign == []
    with page.expect_request("**/*.tiles.example.org/**") as asked:
        page.get_by_role("button", name="Straßen zeigen").click()
    assert asked.value.headers.get("referer") in {None, f"{watched.origin}/"}
    expect(page.get_by_text("© OpenStreetMap")).to_be_visible()
    page.close()
    assert {url.split(".", 1)[1].split("/")[0] for url in watched.foreign} == {"tiles.example.org"}
    watched.foreign.clear()
    watched.complaints.clear()


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desk", False)])
def test_a_boundary_is_uploaded_and_shows_who_lies_within(
    watched: Any, tmp_path: Any, size: str, javascript: bool
) -> None:
    organiser = PersonFactory()
    NeighbourhoodFactory(name="Sendling", slug="sendling", organisers=[organiser])
    other = NeighbourhoodFactory(name="Laim", organisers=[organiser])
    place("Nähstube", "48.125", "11.535", neighbourhoods=[other])
    file = tmp_path / "sendling.geojson"
    file.write_text(json.dumps(SQUARE))
    page = watched.open(size=size, java_script_enabled=javascript)
    sign_in(page, organiser.email)
    expect(page).to_have_url(f"{watched.origin}/uebersicht/")
    page.goto("/quartiere/sendling/grenze/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Datei lesen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stimmt die Grenze so?")
    page.get_by_role("button", name="Diese Grenze speichern").click()
    expect(page.get_by_text("Die Grenze von „Sendling“ ist gespeichert.")).to_be_visible()
    page.get_by_role("button", name="In Sendling aufnehmen").click()
    expect(page.get_by_text("„Nähstube“ gehört jetzt zu Sendling.")).to_be_visible()
    page.goto("/quartiere/sendling/")
    expect(page.get_by_role("img", name="Umriss von Sendling")).to_be_visible()
    expect(page.get_by_role("link", name="Nähstube")).to_be_visible()
    page.get_by_role("link", name="Auf der Karte").click()
    expect(page).to_have_url(f"{watched.origin}/akteure/?quartier=sendling#karte")
    if javascript:
        expect(page.locator("path.map-outline")).to_have_count(1)
        expect(page.get_by_role("button", name="Nähstube")).to_be_visible()
