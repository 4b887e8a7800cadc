"""Signing in, signing up, and getting back in without the password."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.urls import reverse

from partners.models import Person
from tests.factories import PASSWORD, PersonFactory
from tests.quartier.accounts import (
    NEW_PASSWORD,
    headings,
    link_in,
    sign_in,
    tokens,
    without_input,
)

pytestmark = pytest.mark.django_db


# --- signing in ---------------------------------------------------------------------------------------------------------


def test_signing_in_leads_to_the_dashboard(client: Client, person: Person) -> None:
    answer = sign_in(client, "Mira@Example.org")
    assert (answer.status_code, answer["Location"]) == (302, reverse("dashboard"))


def test_signing_in_leads_back_into_the_portal_only(client: Client, person: Person) -> None:
    for target, location in (
        ("/akteure/", "/akteure/"),
        ("https://elsewhere.example.com/", reverse("dashboard")),
        ("//elsewhere.example.com/", reverse("dashboard")),
        ("http://[", reverse("dashboard")),
        ("javascript:alert(1)", reverse("dashboard")),
        ("\x00", reverse("dashboard")),
    ):
        assert sign_in(client, person.email, next=target)["Location"] == location
        client.logout()


@pytest.mark.parametrize("target", ["http://[", "//[::", "\x00", "🏘" * 3000, "x" * 100_000])
@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password", "account_logout"])
def test_a_strange_way_back_breaks_nothing(client: Client, name: str, target: str) -> None:
    assert client.get(reverse(name), {"next": target}).status_code in {200, 302}


def test_known_and_unknown_addresses_get_the_same_answer_when_signing_in(client: Client, person: Person) -> None:
    """The answers differ in nothing but what was typed."""
    known = sign_in(client, person.email, "wrong")
    unknown = sign_in(client, "none@example.org", "wrong")
    assert known.status_code == unknown.status_code == 200
    assert without_input(known, person.email) == without_input(unknown, "none@example.org")
    assert "E-Mail-Adresse und Passwort passen nicht zusammen" in known.content.decode()
    assert person.email in known.content.decode()


def test_known_and_unknown_addresses_get_the_same_answer_when_the_password_is_forgotten(
    client: Client, person: Person, mailoutbox
) -> None:
    known = client.post(reverse("account_reset_password"), {"email": person.email}, follow=True)
    unknown = client.post(reverse("account_reset_password"), {"email": "none@example.org"}, follow=True)
    assert without_input(known) == without_input(unknown)
    assert [mail.to for mail in mailoutbox] == [[person.email], ["none@example.org"]]
    assert [mail.subject for mail in mailoutbox] == [
        "Neues Passwort für Quartier wählen",
        "Bei Quartier gibt es kein Konto mit dieser Adresse",
    ]


def test_known_and_unknown_addresses_get_the_same_answer_when_signing_up(
    client: Client, person: Person, mailoutbox, settings
) -> None:
    settings.SIGNUP_OPEN = True
    form = {"name": "Ada Berg", "password1": NEW_PASSWORD}
    unknown = client.post(reverse("account_signup"), form | {"email": "ada@example.org"}, follow=True)
    known = Client().post(reverse("account_signup"), form | {"email": person.email}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain == [(reverse("account_email_verification_sent"), 302)]
    assert without_input(known) == without_input(unknown)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["ada@example.org"], "Bitte bestätigen Sie Ihre E-Mail-Adresse für Quartier"),
        ([person.email], "Sie haben schon ein Konto bei Quartier"),
    ]
    person.refresh_from_db()
    assert person.name == "Mira Kaya"
    assert person.check_password(PASSWORD)


def test_a_switched_off_account_stays_outside(client: Client, person: Person) -> None:
    person.is_active = False
    person.save()
    answer = sign_in(client, person.email)
    assert answer["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_an_address_nobody_confirmed_stays_outside_and_gets_the_link_again(
    client: Client, person: Person, mailoutbox
) -> None:
    EmailAddress.objects.filter(user=person).update(verified=False)
    answer = sign_in(client, person.email)
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session
    page = client.get(link_in(mailoutbox[0]))
    assert headings(page) == ["Bestätigen Sie Ihre E-Mail-Adresse"]
    client.post(link_in(mailoutbox[0]))
    assert sign_in(client, person.email)["Location"] == reverse("dashboard")


def test_trying_many_passwords_is_stopped(client: Client, person: Person) -> None:
    for _ in range(5):
        sign_in(client, person.email, "wrong")
    answer = sign_in(client, person.email)
    assert "Warten Sie fünf Minuten" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_staying_signed_in_is_a_choice(client: Client, person: Person) -> None:
    assert sign_in(client, person.email).cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    client.logout()
    answer = sign_in(client, person.email, remember="on")
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == settings.SESSION_COOKIE_AGE


def test_signing_out_asks_first(inside: Client) -> None:
    assert headings(inside.get(reverse("account_logout"))) == ["Möchten Sie sich abmelden?"]
    assert "_auth_user_id" in inside.session
    assert inside.post(reverse("account_logout"))["Location"] == reverse("home")
    assert "_auth_user_id" not in inside.session


def test_empty_forms_say_how_to_mend_them(client: Client) -> None:
    page = client.post(reverse("account_login"), {}).content.decode()
    assert "Geben Sie Ihre E-Mail-Adresse ein." in page
    assert "Geben Sie Ihr Passwort ein." in page
    assert "<title>Fehler: Anmelden · Quartier</title>" in page


def test_fields_help_browsers_to_fill_them_in(client: Client, settings) -> None:
    settings.SIGNUP_OPEN = True
    assert tokens(client.get(reverse("account_login"))) == {"login": "username", "password": "current-password"}
    assert tokens(client.get(reverse("account_signup"))) == {
        "name": "name",
        "email": "email",
        "password1": "new-password",
    }


# --- signing up ---------------------------------------------------------------------------------------------------------


def test_without_open_sign_up_the_page_says_how_to_get_an_account(client: Client) -> None:
    answer = client.get(reverse("account_signup"))
    assert answer.status_code == 200
    assert headings(answer) == ["Konten gibt es auf Einladung"]
    assert reverse("join") in answer.content.decode()


def test_without_open_sign_up_nobody_makes_an_account(client: Client) -> None:
    answer = client.post(
        reverse("account_signup"), {"name": "Ada", "email": "ada@example.org", "password1": NEW_PASSWORD}
    )
    assert answer.status_code == 403
    assert headings(answer) == ["Konten gibt es auf Einladung"]
    assert not Person.objects.filter(email="ada@example.org").exists()


def test_with_open_sign_up_somebody_makes_an_account(client: Client, mailoutbox, settings) -> None:
    settings.SIGNUP_OPEN = True
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.post(reverse("account_signup"), {"name": "Ada", "email": "Ada@example.org", "password1": NEW_PASSWORD})
    person = Person.objects.get()
    assert (person.email, person.name, person.language) == ("ada@example.org", "Ada", "en")
    assert mailoutbox[0].subject == "Please confirm your e-mail address for Quartier"
    assert sign_in(client, "ada@example.org", NEW_PASSWORD)["Location"] == reverse("account_email_verification_sent")
    client.post(link_in(mailoutbox[0]))
    assert sign_in(client, "ada@example.org", NEW_PASSWORD)["Location"] == reverse("dashboard")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("kurz", "Dieses Passwort ist zu kurz. Nehmen Sie mindestens 10 Zeichen."),
        ("92746251083", "Dieses Passwort hat nur Ziffern. Nehmen Sie auch Buchstaben."),
        ("administrator", "Dieses Passwort benutzen viele. Wählen Sie ein anderes."),
        (
            "ada@example.org",
            "Dieses Passwort ist Ihrem Namen oder Ihrer E-Mail-Adresse zu ähnlich. Wählen Sie ein anderes.",
        ),
        ("a7" * 150, "Dieses Passwort ist zu lang. Nehmen Sie höchstens 200 Zeichen."),
    ],
)
def test_weak_passwords_are_refused_with_a_sentence(client: Client, settings, password: str, sentence: str) -> None:
    settings.SIGNUP_OPEN = True
    answer = client.post(
        reverse("account_signup"), {"name": "Ada Berg", "email": "ada@example.org", "password1": password}
    )
    page = answer.content.decode()
    assert sentence in page
    assert 'value="Ada Berg"' in page
    assert 'value="ada@example.org"' in page
    assert not Person.objects.exists()


@pytest.mark.parametrize("hostile", ["\x00", "a\x00b", "\u202eevil", "🏘" * 200, "x" * 800_000])
@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_hostile_input_is_refused_with_a_page(client: Client, settings, name: str, hostile: str) -> None:
    settings.SIGNUP_OPEN = True
    fields = {
        "account_login": ("login", "password"),
        "account_signup": ("name", "email", "password1"),
        "account_reset_password": ("email",),
    }
    answer = client.post(reverse(name), dict.fromkeys(fields[name], hostile))
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()


# --- a forgotten password -----------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_mail(client: Client, person: Person, mailoutbox) -> None:
    client.post(reverse("account_reset_password"), {"email": "Mira@example.org"})
    mail = mailoutbox.pop()
    assert mail.to == ["mira@example.org"]
    assert mail.body.startswith("Guten Tag Mira Kaya!")
    form = client.get(link_in(mail), follow=True)
    assert headings(form) == ["Wählen Sie ein neues Passwort"]
    action = form.redirect_chain[-1][0]
    done = client.post(action, {"password1": NEW_PASSWORD}, follow=True)
    assert headings(done) == ["Ihr neues Passwort gilt"]
    assert mailoutbox.pop().subject == "Ihr Passwort für Quartier wurde geändert"
    assert sign_in(client, person.email).status_code == 200
    assert sign_in(client, person.email, NEW_PASSWORD)["Location"] == reverse("dashboard")
    assert headings(Client().get(link_in(mail), follow=True)) == ["Dieser Link geht nicht mehr"]


def test_a_new_password_must_be_good_as_well(client: Client, person: Person, mailoutbox) -> None:
    client.post(reverse("account_reset_password"), {"email": person.email})
    form = client.get(link_in(mailoutbox[0]), follow=True)
    answer = client.post(form.redirect_chain[-1][0], {"password1": "mira kaya 1"})
    assert "zu ähnlich" in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_mails_speak_the_language_of_the_person(client: Client, mailoutbox) -> None:
    PersonFactory(email="kim@example.org", name="Kim", language="en")
    client.post(reverse("account_reset_password"), {"email": "kim@example.org"})
    assert mailoutbox[0].subject == "Choose a new password for Quartier"
    assert mailoutbox[0].body.startswith("Hello Kim,")


def test_mails_do_not_escape_what_people_are_called(client: Client, mailoutbox) -> None:
    PersonFactory(email="oday@example.org", name="Sam O'Day & Co", language="en")
    client.post(reverse("account_reset_password"), {"email": "oday@example.org"})
    assert mailoutbox[0].body.startswith("Hello Sam O'Day & Co,")
