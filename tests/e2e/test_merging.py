"""Two entries of one place become one, and two again."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from partners.models import Actor, Channel
from tests.e2e.test_accounts import sign_in
from tests.factories import ActorFactory, ChannelFactory, NeighbourhoodFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desk", False)])
def test_twins_are_merged_and_parted(watched: Any, size: str, javascript: bool) -> None:
    organiser = PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    kept = ActorFactory(name="Bäckerei Kornblum", purpose="", website="", neighbourhoods=[home])
    gone = ActorFactory(name="Bäckerei Kornblumm", purpose="Brot und Brezen.", neighbourhoods=[home])
    ChannelFactory(actor=gone, name="Aushang im Fenster")
    page = watched.open(size=size, java_script_enabled=javascript)
    sign_in(page, organiser.email)
    expect(page).to_have_url(f"{watched.origin}/uebersicht/")

    page.goto("/akteure/zwillinge/")
    page.get_by_role("link", name="Zusammenführen Bäckerei Kornblum").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aus zwei Einträgen einen machen")
    page.get_by_text("sagt nur einer der beiden etwas").click()
    expect(page.get_by_role("group", name="Zweck in einem Satz").get_by_role("radio").nth(1)).to_be_checked()
    expect(page.get_by_text("1 Kommunikationskanal")).to_be_visible()
    page.get_by_role("button", name="Zusammenführen", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Bäckerei Kornblum")
    expect(page.get_by_text("Brot und Brezen.").first).to_be_visible()
    expect(page.get_by_text("Aushang im Fenster").first).to_be_visible()
    page.goto(gone.get_absolute_url())
    expect(page).to_have_url(f"{watched.origin}{kept.get_absolute_url()}")

    page.goto("/akteure/zwillinge/?liste=zusammengefuehrt")
    page.get_by_text("Rückgängig machen …").click()
    page.get_by_role("button", name="Zusammenführung rückgängig machen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bäckerei Kornblumm")
    expect(page.get_by_text("Aushang im Fenster").first).to_be_visible()
    assert Channel.objects.get().actor == gone
    assert Actor.objects.get(pk=kept.pk).purpose == ""
