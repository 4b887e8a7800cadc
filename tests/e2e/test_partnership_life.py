"""From the first contact to an agreement that runs, rests and runs again; on the way the partner writes its own side."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.models import Partnership
from tests.e2e.conftest import Watched
from tests.factories import ActorFactory, MembershipFactory, NeighbourhoodFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


def press(page: Page, label: str, *, note: str = "", **fields: str) -> None:
    """Goes to the page of the step, fills it in and takes the step."""
    page.get_by_role("link", name=label, exact=True).click()
    for name, value in fields.items():
        box = page.locator(f"[name={name}]").first
        if box.get_attribute("type") == "radio":
            page.locator(f"[name={name}][value={value}]").check()
        else:
            box.fill(value)
    if note:
        page.locator("[name=note]").fill(note)
    page.locator("main .form-actions button").click()


def stands_at(page: Page, stage: str) -> None:
    expect(page.locator("main .page-head .state")).to_have_text(stage)


def test_a_first_contact_becomes_a_partnership_that_rests_and_runs_again(watched: Watched) -> None:
    organiser = PersonFactory(name="Alex")
    home = NeighbourhoodFactory(name="Sendling", organisers=[organiser])
    bakery = ActorFactory(name="Bäckerei Morgenrot", neighbourhoods=[home])
    club = ActorFactory(name="Verein Abendrot", neighbourhoods=[home])
    baker = MembershipFactory(actor=bakery).person

    page = watched.open(person=organiser)
    page.goto("/partnerschaften/neu/")
    page.locator("[name=parties-0-actor]").select_option(label=bakery.name)
    page.locator("[name=parties-1-actor]").select_option(label=club.name)
    for name, text in {"brings": "Einen Raum.", "expected_benefit": "Frisches Brot."}.items():
        page.locator(f"[name=parties-1-{name}]").fill(text)
    page.locator("main .form-actions button").click()
    expect(page.locator("h1")).to_have_text("Bäckerei Morgenrot & Verein Abendrot")
    partnership = Partnership.objects.get()
    stands_at(page, "Anbahnung")

    partner = watched.open(person=baker, size="phone")
    partner.goto(partnership.get_absolute_url())
    expect(partner.locator("h1")).not_to_contain_text("Morgenrot")
    press(page, "Abstimmung beginnen", note="Beide haben Lust.")
    stands_at(page, "Abstimmung")

    page.get_by_role("link", name="Vereinbaren", exact=True).click()
    expect(page.locator("main .tasks")).to_contain_text("Bäckerei Morgenrot: was sie einbringt, was sie sich erhofft")
    partner.goto(partnership.get_absolute_url())
    expect(partner.locator("main")).to_contain_text("Beide haben Lust.")
    partner.get_by_role("link", name="Diesen Teil schreiben").click()
    partner.locator("[name=brings]").fill("Brot von gestern.")
    partner.locator("[name=expected_benefit]").fill("Gäste von morgen.")
    partner.locator("main .form-actions button").click()
    expect(partner.locator("main .give").first).to_contain_text("Brot von gestern.")

    visitor = watched.open()
    assert visitor.goto(partnership.get_absolute_url()).status == 404  # type: ignore[union-attr]
    page.goto(partnership.get_absolute_url())
    press(page, "Vereinbaren", form="muendliche_zusage")
    stands_at(page, "vereinbart")
    visitor.goto(partnership.get_absolute_url())
    expect(visitor.locator("main")).to_contain_text("Gäste von morgen.")
    expect(visitor.locator("main")).not_to_contain_text("Beide haben Lust.")

    press(page, "Starten")
    stands_at(page, "laufend")
    until = timezone.localdate() + timedelta(days=40)
    press(page, "Ruhen lassen", until=f"{until:%d.%m.%Y}", note="Der Ofen wird erneuert.")
    stands_at(page, "ruhend")
    press(page, "Wieder aufnehmen")
    stands_at(page, "laufend")
    assert [step.to_state for step in partnership.steps.all()] == [
        *("anbahnung", "abstimmung", "vereinbart", "laufend", "ruhend", "laufend")
    ]
