"""A room is offered, found with one form, expires, and is renewed from a mail by somebody who is not signed in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from partners.actions.listing_reminders import remind_of_offers
from partners.actions.sending import send_mails
from partners.models import VALID_FOR, Offer
from tests.factories import ActorFactory, MembershipFactory, NeighbourhoodFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("size", "javascript"), [("phone", True), ("desk", False)])
def test_an_offer_that_expires_is_renewed_from_a_mail(watched: Any, size: str, javascript: bool) -> None:
    home = NeighbourhoodFactory(name="Sendling")
    actor = ActorFactory(name="Treff Zwirnrolle", neighbourhoods=[home])
    manager = MembershipFactory(actor=actor, role="manager").person
    options = {"size": size, "java_script_enabled": javascript}

    # The team enters a room; what is asked of rooms is there only for them.
    page = watched.open(person=manager, **options)
    page.goto("/angebote/")
    page.get_by_role("link", name="Angebot eintragen").first.click()
    page.get_by_label("Worum geht es?").select_option(label="Material und Ausstattung (Stück)")
    expect(page.get_by_label("Für wie viele Personen?")).to_be_hidden()
    page.get_by_label("Worum geht es?").select_option(label="Räume und Flächen (Stunden)")
    page.get_by_label("Was bieten Sie an?").fill("Großer Raum mit Küche")
    page.get_by_label("Für wie viele Personen?").fill("40")
    page.get_by_role("group", name="Kommt man ohne Stufen hinein?").get_by_label("ja", exact=True).check()
    page.get_by_label("abends").check()
    page.get_by_role("button", name="Speichern und zeigen").click()
    expect(page.get_by_role("heading", name="Bitte prüfen Sie Ihre Angaben")).to_be_visible()
    page.get_by_label("ja, kostenlos").check()
    page.get_by_role("button", name="Speichern und zeigen").click()
    expect(page.get_by_text("„Großer Raum mit Küche“ steht jetzt in der Liste.")).to_be_visible()

    # A visitor asks for a step-free room for 30 people on an evening, free of charge: one form, one press.
    visitor = watched.open(**options)
    visitor.goto("/angebote/")
    if size == "phone":
        visitor.locator(".panel-of-filters > summary").click()
    visitor.get_by_label("Für wie viele Personen?").fill("30")
    for box in ("kostenlos", "Ohne Stufen", "abends", "Räume und Flächen"):
        visitor.get_by_label(box, exact=True).check()
    visitor.get_by_role("button", name="Anzeigen").click()
    expect(visitor.get_by_role("heading", level=2, name="1 Angebot")).to_be_visible()
    visitor.get_by_role("link", name="Großer Raum mit Küche").click()
    expect(visitor.get_by_text("für 40 Personen")).to_be_visible()

    # Its day has come and passed: nobody finds it any more, and the manager gets a mail.
    Offer.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert remind_of_offers() == 1
    send_mails.call()
    (message,) = mail.outbox
    assert message.subject == "„Großer Raum mit Küche“ ist abgelaufen"
    link = re.search(r"http://localhost:8000(/angebote/\S+/verlaengern/\S+/)", message.body)[1]
    visitor.goto("/angebote/")
    expect(visitor.get_by_role("heading", level=2, name="0 Angebote")).to_be_visible()

    # She opens it on a device on which she is not signed in. Looking changes nothing; the button renews.
    device = watched.open(**options)
    device.goto(link)
    expect(device.get_by_role("heading", level=1)).to_have_text("Gilt das noch?")
    assert Offer.objects.get().is_expired
    device.get_by_role("button", name="Ja, um ein halbes Jahr verlängern").click()
    expect(device.get_by_text("„Großer Raum mit Küche“ ist verlängert")).to_be_visible()
    expect(device.get_by_role("button", name="Ja, um ein halbes Jahr verlängern")).to_have_count(0)
    assert Offer.objects.get().valid_until == timezone.localdate() + VALID_FOR
    visitor.reload()
    expect(visitor.get_by_role("link", name="Großer Raum mit Küche")).to_be_visible()
