"""What a partnership comes to: the partner makes a note its own, quotes somebody, who agrees, and looks back for itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from partners.actions.consent import token_of
from partners.models import Partnership, PartnershipParty, PartnershipReview, Quotation
from partners.models.reviews import QUESTIONS
from projects.models import Contribution
from tests.e2e.conftest import Watched
from tests.factories import (
    ActorFactory,
    ContributionFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
NOTE = "von Organisator*innen eingetragen, noch nicht übernommen"


class World:
    """A bakery and a club in a running partnership; the organisers noted what the bakery brings."""

    def __init__(self) -> None:
        self.organiser = PersonFactory()
        home = NeighbourhoodFactory(organisers=[self.organiser])
        bakery = ActorFactory(name="Bäckerei Morgenrot", neighbourhoods=[home])
        club = ActorFactory(name="Verein Abendrot", neighbourhoods=[home])
        self.baker = MembershipFactory(actor=bakery).person
        self.member = MembershipFactory(actor=club).person
        self.tie = PartnershipFactory(neighbourhood=home, quartier=bakery, accompanying=club, words=True)
        self.side = self.tie.parties.get(actor=bakery)
        PartnershipParty.objects.filter(pk=self.side.pk).update(brings_is_note=True)
        project = ProjectFactory(title="Hoffest", neighbourhoods=[home])
        ContributionFactory(
            participation=ParticipationFactory(project=project, actor=bakery),
            state=Contribution.State.DELIVERED,
            delivered_quantity=4,
        )
        self.url = Partnership.get_absolute_url(self.tie)


def test_a_partner_says_itself_what_it_has_from_it(watched: Watched) -> None:
    world = World()
    page = watched.open(person=world.baker, size="phone")
    page.goto(world.url)
    expect(page.locator("main .noted")).to_have_text(NOTE)
    page.get_by_role("button", name="Das sind unsere Worte").click()
    expect(page.locator("main .noted")).to_have_count(0)
    page.get_by_role("link", name="Diesen Teil schreiben").click()
    page.locator("[name=actual_benefit]").fill("Gäste, die bleiben.")
    page.locator("main .form-actions button").click()
    expect(page.locator("main .gain").first).to_contain_text("Gäste, die bleiben.")

    page.get_by_role("link", name="Projekt hinzufügen").click()
    page.locator("[name=project]").select_option(label="Hoffest")
    page.locator("main .form-actions button").click()
    expect(page.locator("main table.data").first).to_contain_text("4 Stunden")

    page.get_by_role("link", name="Jemanden zitieren").first.click()
    page.locator("[name=text]").fill("Man grüßt sich wieder.")
    page.locator("[name=name]").fill("Ada Beispiel")
    page.locator("[name=email]").fill("ada@example.org")
    page.locator("main .form-actions button").click()
    expect(page.locator("main .voices")).to_contain_text("intern, wartet auf die Einwilligung")

    visitor = watched.open()
    visitor.goto(world.url)
    expect(visitor.locator("main")).to_contain_text("Gäste, die bleiben.")
    expect(visitor.locator("main")).not_to_contain_text("Man grüßt sich wieder.")
    visitor.goto(f"/zitate/einwilligung/{token_of(Quotation.objects.get())}/")
    visitor.get_by_role("button", name="Bestätigen und veröffentlichen").click()
    visitor.goto(world.url)
    expect(visitor.locator("main blockquote")).to_have_text("„Man grüßt sich wieder.“")


def test_a_side_looks_back_for_its_own_eyes(watched: Watched) -> None:
    world = World()
    page = watched.open(person=world.baker, size="phone")
    page.goto(world.url)
    page.get_by_role("link", name="Rückblick schreiben").click()
    page.locator("main .form-actions button").click()
    expect(page.locator("main .errors, main [role=alert]").first).to_be_visible()
    for question in QUESTIONS:
        page.locator(f"[name={question.name}][value='2']").check()
    page.locator("main .form-actions button").click()
    expect(page.locator("main table.looks-back caption")).to_have_text("Wie „Bäckerei Morgenrot“ es sieht")
    expect(page.locator("main table.looks-back meter")).to_have_count(len(QUESTIONS))
    assert PartnershipReview.objects.get().party == world.side

    other = watched.open(person=world.member)
    other.goto(world.url)
    expect(other.locator("main h2", has_text="Rückblick")).to_be_visible()
    expect(other.locator("main table.looks-back")).to_have_count(0)
