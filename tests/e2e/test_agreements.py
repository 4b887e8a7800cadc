"""An agreement is printed, and its signed copy is fetched by a side and refused to another partner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from partners.models import Agreement
from tests.factories import ActorFactory, MembershipFactory, NeighbourhoodFactory, PartnershipFactory, PersonFactory
from tests.partners.agreement_world import photo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desk", False)])
def test_an_agreement_from_the_draft_to_the_signed_copy(
    watched: Any, tmp_path: Path, size: str, javascript: bool
) -> None:
    organiser = PersonFactory()
    home = NeighbourhoodFactory(name="Sendling", organisers=[organiser])
    library, company = (ActorFactory(name=name, neighbourhoods=[home]) for name in ("Lesesaal", "Wegbegleitung"))
    editor, other = MembershipFactory(actor=library).person, MembershipFactory().person
    partnership = PartnershipFactory(neighbourhood=home, quartier=library, accompanying=company)
    options = {"size": size, "java_script_enabled": javascript}

    # The organiser begins a draft, and looks through a section that filled itself.
    page = watched.open(person=organiser, **options)
    page.goto(f"/partnerschaften/{partnership.pk}/vereinbarungen/neu/")
    page.get_by_role("button", name="Entwurf beginnen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zusammenarbeit im Quartier Sendling")
    page.get_by_role("link", name="Wie Sie zusammenarbeiten").click()
    expect(page.locator(".chip.prefilled")).to_have_count(2)
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("„Wie Sie zusammenarbeiten“ ist gespeichert.")).to_be_visible()

    # The library writes its own part, and only that.
    side = watched.open(person=editor, **options)
    agreement = Agreement.objects.get()
    side.goto(agreement.get_absolute_url())
    expect(side.get_by_role("link", name="Wegbegleitung", exact=True)).to_have_count(0)
    side.get_by_role("link", name="Lesesaal", exact=True).click()
    side.get_by_label("Aufgaben").fill("Jeden Montag vorlesen.")
    side.get_by_role("button", name="Speichern").click()

    # It is opened to be printed: on paper there is the document and nothing else.
    page.get_by_role("link", name="Lesen und drucken").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kooperationsvereinbarung")
    expect(page.locator("article")).to_contain_text("Aufgaben: Jeden Montag vorlesen.")
    expect(page.get_by_role("button", name="Drucken")).to_be_visible(visible=javascript)
    page.emulate_media(media="print")
    expect(page.locator(".toolbar")).to_be_hidden()
    expect(page.locator(".signatures li")).to_have_count(2)
    printed = page.evaluate("getComputedStyle(document.querySelector('.agreement')).boxShadow")
    assert printed == "none"
    assert page.pdf(prefer_css_page_size=True).count(b"/MediaBox [0 0 594.95") == 2
    page.emulate_media(media="screen")

    # Signed on paper, photographed, stored.
    page.get_by_role("link", name="Zurück zur Vereinbarung").click()
    page.get_by_role("link", name="Unterschriften eintragen").click()
    page.get_by_label("Unterschrieben am").fill("3.2.2026")
    photos = [tmp_path / f"{number}.jpg" for number in (1, 2)]
    for path in photos:
        path.write_bytes(photo().read())
    page.get_by_label("Unterschriebene Vereinbarung").set_input_files(photos)
    page.get_by_role("button", name="Als unterschrieben eintragen").click()
    expect(page.get_by_text("unterschrieben am 3. Februar 2026").first).to_be_visible()

    # The side fetches it as a file; another partner does not even learn that it is there.
    side.goto(agreement.get_absolute_url())
    with side.expect_download() as waiting:
        side.get_by_role("link", name="Herunterladen").click()
    saved = Path(waiting.value.path()).read_bytes()
    assert (waiting.value.suggested_filename, saved[:5]) == (
        f"vereinbarung-{partnership.pk}-unterschrieben.pdf",
        b"%PDF-",
    )
    stranger = watched.open(person=other, **options)
    for path in ("", "dokument/", "unterschrift/", "vereinbarung.docx"):
        assert stranger.goto(f"{agreement.get_absolute_url()}{path}").status == 404
    visitor = watched.open(**options)
    visitor.goto(f"{agreement.get_absolute_url()}unterschrift/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Anmelden")
