"""On a phone, without JavaScript: an organiser opens a stage of the board, takes a step, and says what comes next."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from partners.models import NextStep, Partnership
from tests.factories import ActorFactory, NeighbourhoodFactory, NextStepFactory, PartnershipFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_board_on_the_phone_without_javascript(watched: Any) -> None:
    organiser = PersonFactory()
    home = NeighbourhoodFactory(slug="daheim", organisers=[organiser])
    bakery = ActorFactory(name="Bäckerei Kornblum", neighbourhoods=[home])
    contact = PartnershipFactory(neighbourhood=home, quartier=bakery, state="anbahnung", start_on=None)
    NextStepFactory(partnership=contact, what="Hingehen", due_on="2026-01-05", responsible=organiser)
    page = watched.open(person=organiser, size="phone", java_script_enabled=False)

    page.goto("/quartiere/daheim/anbahnung/")
    card = page.locator(".board-card")
    expect(card).to_be_hidden()
    page.locator("summary", has_text="Anbahnung").click()
    expect(card).to_contain_text("überfällig seit 5. Januar 2026")
    card.get_by_role("link", name="Erledigt").click()
    page.get_by_label("Was kommt als Nächstes?").fill("Kaffee trinken")
    page.get_by_label("Bis wann?").fill("20.1.2027")
    page.get_by_role("button", name="Es ist erledigt").click()
    expect(page.locator(".next-step")).to_contain_text("Kaffee trinken")
    assert NextStep.objects.open().get().responsible == organiser

    page.goto("/quartiere/daheim/anbahnung/")
    page.locator("summary", has_text="Anbahnung").click()
    page.locator("summary", has_text="Stand ändern").click()
    page.get_by_role("link", name="Abstimmung beginnen").click()
    page.get_by_role("button", name="Abstimmung beginnen").click()
    page.goto("/quartiere/daheim/anbahnung/")
    page.locator("summary", has_text="Abstimmung").click()
    expect(card).to_contain_text("Bäckerei Kornblum")
    contact.refresh_from_db()
    assert contact.state == Partnership.Stage.TALKS
