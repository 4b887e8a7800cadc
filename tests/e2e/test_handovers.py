"""A companion leaves a project: prepared with proposals, signed by both sides, and only then it goes on for good."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from projects.models import Project
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("size", "javascript"), [("phone", False), ("desk", True)])
def test_a_project_goes_on_for_good_on_other_shoulders(watched: Any, size: str, javascript: bool) -> None:
    organiser = PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    company, library = (ActorFactory(name=name, neighbourhoods=[home]) for name in ("Wegbegleitung", "Lesesaal"))
    editor = MembershipFactory(actor=library).person
    values = {"neighbourhoods": [home], "state": Project.State.COMPLETED, "title": "Hofcafé", "slug": "hofcafe"}
    project = ProjectFactory(lead_actor=company, **values)
    ParticipationFactory(project=project, actor=company, tasks="Zum Café einladen")
    ParticipationFactory(project=project, actor=library)
    options = {"size": size, "java_script_enabled": javascript}

    # It cannot go on for good yet, and the page leads to what is missing.
    page = watched.open(person=organiser, **options)
    page.goto("/projekte/hofcafe/")
    page.get_by_role("link", name="Übergabe vorbereiten").click()
    page.get_by_label("Tag der Übergabe").fill("1.7.2027")
    page.get_by_role("button", name="Übergabe beginnen").click()
    page.get_by_role("link", name="Vorschläge ansehen").click()
    page.get_by_role("button", name="Diese übernehmen").click()
    expect(page.locator(".handed .what")).to_have_text(["Kontakt: Lesesaal", "Zum Café einladen"])

    # One side signs. A change ends that, and says so before.
    page.get_by_role("link", name=re.compile("Unterschreiben ?: übergibt")).click()
    page.get_by_label("Ich habe es gelesen").check()
    page.get_by_role("button", name="Unterschreiben").click()
    expect(page.get_by_text("von einer Seite unterschrieben")).to_be_visible()
    page.get_by_role("link", name=re.compile("Ändern ?: Zum Café einladen")).click()
    expect(page.get_by_text("Wenn Sie sie ändern, gelten die Unterschriften nicht mehr")).to_be_visible()
    page.get_by_label("An welche Person?").fill("Paula Buch")
    page.get_by_role("button", name="Punkt speichern").click()
    expect(page.get_by_text("deshalb gelten die Unterschriften nicht mehr")).to_be_visible()
    page.get_by_role("link", name=re.compile("Unterschreiben ?: übergibt")).click()
    page.get_by_label("Ich habe es gelesen").check()
    page.get_by_role("button", name="Unterschreiben").click()

    # The team that takes over finds it on its overview, and signs too.
    side = watched.open(person=editor, **options)
    side.goto("/uebersicht/")
    side.get_by_role("link", name="Hofcafé").first.click()
    side.get_by_role("link", name=re.compile("Unterschreiben ?: übernimmt")).click()
    side.get_by_label("Ich habe es gelesen").check()
    side.get_by_role("button", name="Unterschreiben").click()
    expect(side.get_by_text("Die Übergabe gilt ab jetzt.")).to_be_visible()

    # Now it goes on for good, and everybody reads with whom.
    page.goto("/projekte/hofcafe/")
    page.get_by_text("Stand ändern").click()
    page.get_by_role("button", name="verstetig").click()
    visitor = watched.open(**options)
    visitor.goto("/projekte/hofcafe/")
    expect(visitor.get_by_text("Übergeben an Lesesaal am 1. Juli 2027")).to_be_visible()
