"""A hint at a similar project: it is joined instead of a new one being made, or gone past with a reason."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from projects.models import Participation, Project, ProjectInquiry
from tests.factories import ActorFactory, MembershipFactory, NeighbourhoodFactory, PersonFactory, ProjectFactory

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Unseres steht im Treff, und man spielt gleich dort."


class World:
    """A lending shelf with somebody who looks after it, and an organiser who keeps a bookshop in the same place."""

    def __init__(self) -> None:
        self.organiser, self.keeper = PersonFactory(), PersonFactory()
        self.home = NeighbourhoodFactory(organisers=[self.organiser])
        house = ActorFactory(name="Genossenschaft Dachgarten", neighbourhoods=[self.home])
        MembershipFactory(actor=house, person=self.keeper)
        self.shop = ActorFactory(name="Buchladen Seitenweise", neighbourhoods=[self.home])
        MembershipFactory(actor=self.shop, person=self.organiser)
        self.shelf = ProjectFactory(
            title="Leihregal im Treppenhaus", slug="leihregal", neighbourhoods=[self.home], lead_actor=house
        )


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desk", False)])
def test_a_similar_project_is_joined_instead_of_a_new_one(watched: Any, size: str, javascript: bool) -> None:
    world = World()
    page = watched.open(person=world.organiser, size=size, java_script_enabled=javascript)
    page.goto("/projekte/neu/")
    page.get_by_label("Titel").fill("Leihregal für Spiele")
    if not javascript:
        page.get_by_role("button", name="Projekt speichern").click()
    hint = page.get_by_role("region", name="Gibt es das schon?")
    expect(hint.get_by_role("link", name=world.shelf.title, exact=True)).to_be_visible()
    hint.get_by_role("link", name="Dort mitmachen").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Mitmachen anfragen")
    expect(page.get_by_label("Was möchten Sie einbringen")).to_have_value(
        "Wir wollten gerade selbst „Leihregal für Spiele“ beginnen."
    )
    page.wait_for_load_state()  # a machine that is busy types before the page listens
    page.locator("input[type=search][name=actor]").fill(world.shop.name)
    if javascript:
        expect(page.get_by_role("radio", name=world.shop.name)).to_be_checked()
    page.get_by_role("button", name="Anfrage senden").click()
    expect(page.get_by_text("Ihre Anfrage ist unterwegs.")).to_be_visible()
    assert [inquiry.project for inquiry in ProjectInquiry.objects.all()] == [world.shelf]

    other = watched.open(person=world.keeper, size=size, java_script_enabled=javascript)
    other.goto("/uebersicht/")
    other.get_by_role("link", name="Buchladen Seitenweise möchte bei „Leihregal im Treppenhaus“ mitmachen").click()
    other.get_by_role("button", name="Ja, willkommen").click()
    expect(other.get_by_text("Ihre Antwort ist unterwegs.")).to_be_visible()
    part = Participation.objects.get(project=world.shelf, actor=world.shop)
    assert (part.state, Project.objects.count()) == (Participation.State.AGREED, 1)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_project_of_its_own_keeps_the_reason(watched: Any, javascript: bool) -> None:
    world = World()
    page = watched.open(person=world.organiser, java_script_enabled=javascript)
    page.goto("/projekte/neu/")
    reason = page.get_by_label("Warum soll es ein eigenes Projekt werden?")
    expect(reason).to_be_hidden()
    page.get_by_label("Titel").fill("Leihregal für Spiele")
    if not javascript:
        page.get_by_role("button", name="Projekt speichern").click()
    expect(reason).to_be_visible()
    reason.fill(REASON)
    page.get_by_role("button", name="Projekt speichern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leihregal für Spiele")
    expect(page.get_by_text(REASON)).to_be_visible()
    assert Project.objects.get(title="Leihregal für Spiele").parallel_reasons.get().reason == REASON
