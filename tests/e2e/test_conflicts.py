"""Two people edit one profile at the same time, each in a browser of their own."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.factories import ActorFactory, MembershipFactory, NeighbourhoodFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desk", False)])
def test_the_second_of_two_editors_reads_both_versions_and_chooses(watched: Any, size: str, javascript: bool) -> None:
    organiser = PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    actor = ActorFactory(name="Kochtreff", purpose="Kochen.", description="Mittwochs.", neighbourhoods=[home])
    editor = MembershipFactory(actor=actor).person
    path = f"/akteure/{actor.slug}/bearbeiten/vorstellung/"
    first = watched.open(person=organiser)
    second = watched.open(person=editor, size=size, java_script_enabled=javascript)
    for page in (first, second):
        page.goto(path)

    first.get_by_label("Wofür Sie da sind").fill("Gemeinsam kochen.")
    first.get_by_label("Beschreibung").fill("Donnerstags um sechs.")
    first.get_by_role("button", name="Speichern").click()
    expect(first).not_to_have_url(f"{watched.origin}{path}")
    second.get_by_label("Wofür Sie da sind").fill("Für alle kochen.")
    second.get_by_label("Beschreibung").fill("Mittwochs um sieben, mit Kindern.")
    second.get_by_role("button", name="Speichern").click()

    expect(second.get_by_role("heading", name="Zwei Fassungen")).to_be_visible()
    actor.refresh_from_db()
    assert (actor.purpose, actor.description) == ("Gemeinsam kochen.", "Donnerstags um sechs.")
    for field, theirs, mine in (
        ("Wofür Sie da sind", "Gemeinsam kochen.", "Für alle kochen."),
        ("Beschreibung", "Donnerstags um sechs.", "Mittwochs um sieben, mit Kindern."),
    ):
        choice = second.get_by_role("group", name=field)
        expect(choice.get_by_role("radio").nth(1)).to_be_checked()
        expect(choice.get_by_text(theirs)).to_be_visible()
        expect(choice.get_by_text(mine)).to_be_visible()
        expect(second.get_by_role("textbox", name=field)).to_have_value(mine)
    second.get_by_role("group", name="Wofür Sie da sind").get_by_role("radio").first.check()
    second.get_by_role("button", name="Auswahl speichern").click()

    expect(second).not_to_have_url(f"{watched.origin}{path}")
    actor.refresh_from_db()
    assert (actor.purpose, actor.description) == ("Gemeinsam kochen.", "Mittwochs um sieben, mit Kindern.")
