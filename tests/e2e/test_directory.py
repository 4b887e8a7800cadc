"""A resident on a phone looks for a room without steps, and finds when somebody is there."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.factories import ActorFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("javascript", [True, False])
def test_step_free_rooms_of_a_quartier_on_a_phone(watched: Any, javascript: bool) -> None:
    here, elsewhere = NeighbourhoodFactory(name="Sendling", slug="sendling"), NeighbourhoodFactory(name="Laim")
    room = {"step_free": "ja", "has_shared_room": True}
    ActorFactory(name="Zwirnrolle", neighbourhoods=[here], opening_hours="Mo-Fr 10-18", **room)
    ActorFactory(name="Hinterhaus", neighbourhoods=[here], has_shared_room=True, step_free="nein")
    ActorFactory(name="Ohne Raum", neighbourhoods=[here], step_free="ja", has_shared_room=False)
    ActorFactory(name="Zu weit weg", neighbourhoods=[elsewhere], **room)
    page = watched.open(size="phone", java_script_enabled=javascript)
    page.goto("/")
    page.goto("/akteure/")
    page.get_by_text("Filter", exact=False).locator("visible=true").first.click()
    page.get_by_role("group", name="Quartier").get_by_label("Sendling").check()
    for facet, label in (("zugang", "ja"), ("raum", "1")):
        box = page.locator(f"input[name={facet}][value='{label}']")
        if not box.is_visible():
            page.locator(".facet", has=box).locator("summary").click()
        box.check()
    page.get_by_role("button", name="Anzeigen", exact=True).click()
    expect(page.locator("main .facet small")).to_have_count(3)
    names = page.locator("main h3, main h2").filter(has_text="Zwirnrolle")
    expect(names).to_have_count(1)
    for absent in ("Hinterhaus", "Ohne Raum", "Zu weit weg"):
        expect(page.get_by_text(absent)).to_have_count(0)
    page.get_by_role("link", name="Zwirnrolle").click()
    expect(page.get_by_text("Montag bis Freitag")).to_be_visible()
