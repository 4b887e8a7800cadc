"""Who passed it on, on the phone and without a script: the partner enters its newsletter, counts it, the organiser says yes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from projects.models import Contribution
from tests.e2e.conftest import Watched
from tests.factories import (
    ActorFactory,
    ChannelFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_newsletter_carries_a_project_and_becomes_a_contribution(watched: Watched) -> None:
    organiser = PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    library = ActorFactory(name="Bibliothek Beispiel", neighbourhoods=[home])
    ChannelFactory(actor=library, name="Lesepost", kind="newsletter", audience=1200, measured_on="2026-01-20")
    project = ProjectFactory(title="Hoffest", neighbourhoods=[home])
    ParticipationFactory(project=project, actor=library)

    page = watched.open(person=MembershipFactory(actor=library).person, size="phone")
    for day in ("1.3.2026", "2.4.2026"):
        page.goto(project.get_absolute_url())
        page.locator("#weitergesagt summary").click()
        page.get_by_role("link", name="Bibliothek Beispiel", exact=True).last.click()
        page.get_by_role("link", name="Lesepost").click()
        expect(page.locator("[name=audience]")).to_have_value("1200")
        page.locator("[name=went_out_on]").fill(day)
        page.get_by_role("button", name="Eintrag speichern").click()
        expect(page.locator("#weitergesagt")).to_contain_text("noch nicht Teil eines Beitrags")
    page.get_by_role("link", name="Beitrag daraus machen").click()
    expect(page.locator("main")).to_contain_text("Lesepost, 2-mal: einmal gezählt, 1.200")
    page.get_by_role("button", name="Diesen Beitrag eintragen").click()
    expect(page.locator("#summen")).to_contain_text("1.200 Empfänger*innen")

    page = watched.open(person=organiser)
    page.goto(project.get_absolute_url())
    page.locator(".ledger").get_by_role("button", name="Bestätigen").click()
    expect(page.locator("#weitergesagt")).to_contain_text("Bestätigt, deshalb bleiben die Einträge so.")
    expect(page.locator("#weitergesagt").get_by_role("link", name="Bearbeiten")).to_have_count(0)
    assert Contribution.objects.get().state == Contribution.State.CONFIRMED
