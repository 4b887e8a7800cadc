"""Signing in as people do it: with a password, and with a passkey that a device keeps."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


def device(page: Page) -> tuple[Any, str]:
    """Gives the window a device that keeps passkeys and answers at once, as if a finger lay on it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    options |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_in(page: Page, email: str) -> None:
    page.goto("/konto/login/")
    page.get_by_label("E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/konto/logout/")
    page.get_by_role("button", name="Ja, abmelden").click()
    expect(page.get_by_role("banner").get_by_role("link", name="Anmelden")).to_be_visible()


def test_a_passkey_is_added_and_signs_in(watched: Any) -> None:
    person = PersonFactory()
    page = watched.open()
    session, authenticator = device(page)
    sign_in(page, person.email)
    expect(page).to_have_url(f"{watched.origin}/uebersicht/")

    page.goto("/konto/2fa/webauthn/add/")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Weiter").click()
    page.get_by_label("Name des Passkeys").fill("Mein Telefon")
    page.get_by_role("button", name="Passkey anlegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ersatz-Codes")
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/konto/2fa/webauthn/")
    expect(page.get_by_role("heading", name="Mein Telefon")).to_be_visible()

    sign_out(page)
    page.goto("/konto/login/?next=/konto/sessions/")
    page.get_by_role("button", name="Mit einem Passkey anmelden").click()
    expect(page).to_have_url(f"{watched.origin}/konto/sessions/")

    sign_out(page)
    sign_in(page, person.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Zweiter Schritt: Ihr Code")
    page.get_by_role("button", name="Passkey benutzen").click()
    expect(page).to_have_url(f"{watched.origin}/uebersicht/")

    sign_out(page)
    page.goto("/konto/login/")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Mit einem Passkey anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("Das Gerät hat nicht geantwortet")
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
    page.get_by_role("button", name="Mit einem Passkey anmelden").click()
    expect(page).to_have_url(f"{watched.origin}/uebersicht/")


def test_a_password_can_be_looked_at(watched: Any) -> None:
    page = watched.open(size="phone")
    page.goto("/konto/login/")
    field = page.get_by_label("Passwort", exact=True)
    field.fill("geheim")
    expect(field).to_have_attribute("type", "password")
    page.get_by_role("button", name="Zeigen").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Verbergen").click()
    expect(field).to_have_attribute("type", "password")


def test_without_javascript_one_signs_in_with_the_password(watched: Any) -> None:
    page = watched.open(java_script_enabled=False)
    sign_in(page, PersonFactory().email)
    expect(page).to_have_url(f"{watched.origin}/uebersicht/")
    sign_out(page)
    page.goto("/konto/login/")
    expect(page.get_by_role("button", name="Mit einem Passkey anmelden")).to_be_hidden()
