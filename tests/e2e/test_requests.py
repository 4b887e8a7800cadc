"""From the search for a room to a thank-you: an organiser asks for a group, and the group says yes by mail."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from partners.actions.sending import send_mails
from projects.models import Contribution, ResourceRequest
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    OfferFactory,
    PersonFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desk", False)])
def test_a_room_is_found_asked_for_given_confirmed_by_mail_and_thanked(
    watched: Any, size: str, javascript: bool
) -> None:
    organiser = PersonFactory(name="Olga Organ", language="de")
    home = NeighbourhoodFactory(name="Sendling", organisers=[organiser])
    library = ActorFactory(name="Bücherei", neighbourhoods=[home])
    partner = MembershipFactory(actor=library, person__language="de").person
    group = ActorFactory(name="Gartengruppe", email="garten@example.org", neighbourhoods=[home])
    ProjectFactory(title="Hofgarten", lead_actor=group, neighbourhoods=[home])
    OfferFactory(actor=library, title="Lesesaal", category="raeume", persons=20, has_evenings=True)
    options = {"size": size, "java_script_enabled": javascript}

    page, theirs = watched.open(person=organiser, **options), watched.open(person=partner, **options)
    ask(page)
    promise_and_give(theirs)
    say_yes_by_mail(watched.open(**options))
    # Whoever asked says thank you, and everybody reads the whole way.
    page.reload()
    expect(page.get_by_role("heading", name="Sie sind an der Reihe: Sagen Sie Danke.")).to_be_visible()
    expect(page.get_by_text("über den Link in einer Mail")).to_be_visible()
    page.get_by_label("Was möchten Sie sagen?").fill("Danke für den ruhigen Abend!")
    page.get_by_role("button", name="Danke sagen").click()
    expect(page.get_by_text("Ihr Dank ist unterwegs.")).to_be_visible()
    theirs.reload()
    expect(theirs.get_by_text("Danke für den ruhigen Abend!")).to_be_visible()
    assert theirs.locator(".steps > .done").count() == 6


def ask(page: Page) -> None:
    """The organiser looks for a room, and asks for a project that is led by a group without an account."""
    page.goto("/angebote/?kategorie=raeume")
    page.get_by_role("link", name="Lesesaal").click()
    page.get_by_role("link", name="Anfragen", exact=True).first.click()
    page.get_by_label("Hofgarten").check()
    page.get_by_label("Wofür brauchen Sie es?").fill("Wir planen die Beete für das Frühjahr.")
    page.get_by_label("An welchem Tag, oder ab wann?").fill(f"{timezone.localdate():%d.%m.%Y}")
    page.get_by_label("Ab welcher Uhrzeit?").fill("18")
    page.get_by_label("Bis zu welcher Uhrzeit?").fill("20:30")
    page.get_by_label("Wie viele Personen kommen?").fill("25")
    page.get_by_role("button", name="Anfrage senden").click()
    # There is something to be read first; nothing is lost, and the second press sends it.
    expect(page.get_by_role("heading", name="Bevor Sie fragen")).to_be_visible()
    assert ResourceRequest.objects.count() == 0
    page.get_by_role("button", name="Trotzdem anfragen").first.click()
    expect(page.get_by_text("Ihre Anfrage ist unterwegs.")).to_be_visible()
    expect(page.get_by_role("heading", name="Jetzt ist Bücherei an der Reihe")).to_be_visible()


def promise_and_give(page: Page) -> None:
    """The library finds it on its overview, promises it, and says afterwards what became of it."""
    page.goto("/uebersicht/")
    page.get_by_role("link", name="Hofgarten fragt nach „Lesesaal“").click()
    expect(page.get_by_text("Wir planen die Beete für das Frühjahr.").first).to_be_visible()
    page.get_by_label("Was sollten die anderen wissen?").fill("Der Schlüssel liegt am Tresen.")
    page.get_by_role("button", name="Zusagen").click()
    expect(page.get_by_text("Es ist zugesagt. Wer gefragt hat, bekommt eine Mail.")).to_be_visible()
    page.get_by_text("Eintragen, was daraus geworden ist").click()
    expect(page.get_by_label("Wie viel war es?")).to_have_value("2,5")
    page.get_by_role("button", name="Es hat stattgefunden").click()
    expect(page.get_by_role("heading", name="Jetzt ist Hofgarten an der Reihe")).to_be_visible()


def say_yes_by_mail(device: Page) -> None:
    """The group has no account: it says yes by the link in its mail."""
    send_mails.call()
    (question,) = [one for one in mail.outbox if one.to == ["garten@example.org"]]
    link = re.search(r"http://localhost:8000(/beitraege/antworten/\S+/)", question.body)[1]
    device.goto(link)
    expect(device.get_by_text("Lesesaal").first).to_be_visible()
    assert Contribution.objects.get().state == Contribution.State.DELIVERED
    device.get_by_role("button", name="Ja, das stimmt").click()
    expect(device.get_by_role("heading", level=1)).to_contain_text("Danke")
    assert Contribution.objects.get().state == Contribution.State.CONFIRMED
