"""A warning about a full partner is heeded, and gone past with a reason that its organisers can read."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from projects.models import Participation, ParticipationOverride
from tests.factories import ActorFactory, NeighbourhoodFactory, PersonFactory, ProjectFactory

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Nur ein Vormittag, und sie hat es selbst angeboten."


def ask(page: Page, name: str, *, javascript: bool) -> None:
    page.locator("input[type=search][name=actor]").fill(name)
    if javascript:
        expect(page.get_by_role("radio", name=name)).to_be_checked()
    page.locator(".form-actions button").click()


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desk", False)])
def test_a_full_partner_is_spared_or_asked_for_a_reason(watched: Any, size: str, javascript: bool) -> None:
    organiser = PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    full = ActorFactory(name="Bäckerei Kornblum", neighbourhoods=[home], capacity="ausgelastet", lead_time_days=21)
    ActorFactory(name="Buchladen Seitenweise", neighbourhoods=[home])
    project = ProjectFactory(title="Quartierscafé", neighbourhoods=[home])
    page = watched.open(person=organiser, size=size, java_script_enabled=javascript)
    form = f"/projekte/{project.slug}/beteiligungen/neu/"

    page.goto(form)
    ask(page, full.name, javascript=javascript)
    warning = page.get_by_role("alert")
    expect(warning).to_contain_text("ist zurzeit ausgelastet. Bitte fragen Sie erst nach")
    expect(warning).to_contain_text("braucht 21 Tage Vorlauf")
    expect(warning).to_be_focused()
    ask(page, "Buchladen Seitenweise", javascript=javascript)
    expect(page.get_by_role("heading", level=1)).to_have_text("Quartierscafé")
    assert [part.actor.name for part in Participation.objects.all()] == ["Buchladen Seitenweise"]

    page.goto(form)
    ask(page, full.name, javascript=javascript)
    page.get_by_label("Warum soll es trotzdem jetzt sein?").fill(REASON)
    page.get_by_role("button", name="Mit diesem Grund weitermachen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Quartierscafé")
    assert ParticipationOverride.objects.get().reason == REASON
    page.goto(f"{full.get_absolute_url()}auslastung/")
    expect(page.get_by_text(REASON)).to_be_visible()
