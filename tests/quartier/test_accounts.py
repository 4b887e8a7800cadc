"""What people change about their own account, and in which language they are spoken to."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from partners.actions.accounts import confirm_address, create_account
from partners.models import Invitation, Membership, Person
from tests.factories import PASSWORD, MembershipFactory, NeighbourhoodFactory, PersonFactory
from tests.quartier.accounts import (
    NEW_PASSWORD,
    assert_our_house,
    code_of,
    headings,
    link_in,
    sign_in,
)

pytestmark = pytest.mark.django_db


# --- changes to one's own account ---------------------------------------------------------------------------------------


def test_everything_on_the_account_page_begins_here(inside: Client, person: Person) -> None:
    answer = inside.get(reverse("account-home"))
    assert headings(answer) == ["Ihr Konto"]
    page = answer.content.decode()
    for name in ("account_email", "account_change_password", "mfa_index", "usersessions_list", "account_logout"):
        assert f'href="{reverse(name)}"' in page


def test_the_account_page_is_for_those_who_signed_in(client: Client) -> None:
    path = reverse("account-home")
    assert client.get(path)["Location"] == f"{reverse('account_login')}?next={path}"


def test_the_account_page_names_the_teams(inside: Client, person: Person) -> None:
    MembershipFactory(person=person, actor__name="Stadtbibliothek Sendling", role=Membership.Role.MANAGER)
    MembershipFactory(actor__name="Bäckerei Kornblum")
    NeighbourhoodFactory(name="Sendling").organisers.add(person)
    NeighbourhoodFactory(name="Haidhausen")
    page = inside.get(reverse("account-home")).content.decode()
    assert "Stadtbibliothek Sendling" in page
    assert "Sendling</a>" in page
    assert "Bäckerei Kornblum" not in page
    assert "Haidhausen" not in page


def test_name_and_language_are_saved(inside: Client, person: Person) -> None:
    answer = inside.post(reverse("account-home"), {"name": "Mira K.", "language": "en", "is_staff": "on"}, follow=True)
    person.refresh_from_db()
    assert (person.name, person.language, person.is_staff) == ("Mira K.", "en", False)
    assert headings(answer) == ["Your account"]
    assert "Your name and your language are saved." in answer.content.decode()
    assert inside.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.parametrize("data", [{}, {"name": " ", "language": "fr"}, {"name": "a\x00b", "language": ""}])
def test_a_name_and_a_language_we_speak_are_needed(inside: Client, person: Person, data: dict[str, str]) -> None:
    answer = inside.post(reverse("account-home"), data)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    person.refresh_from_db()
    assert (person.name, person.language) == ("Mira Kaya", "de")


def test_a_new_password_signs_out_everywhere_else(sure: Client, person: Person, mailoutbox) -> None:
    other = Client()
    sign_in(other, person.email)
    answer = sure.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})
    assert answer.status_code == 302
    assert sure.get(reverse("account-home")).status_code == 200
    assert other.get(reverse("account-home")).status_code == 302
    assert "Waren Sie das nicht? Dann wählen Sie jetzt ein neues Passwort:" in mailoutbox[0].body
    assert link_in(mailoutbox[0]) == reverse("account_reset_password")


def test_a_new_password_needs_the_current_one(sure: Client, person: Person) -> None:
    answer = sure.post(reverse("account_change_password"), {"oldpassword": "wrong", "password1": NEW_PASSWORD})
    assert "Das ist nicht Ihr jetziges Passwort" in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_new_address_counts_once_its_link_was_opened(sure: Client, person: Person, mailoutbox) -> None:
    sure.post(reverse("account_email"), {"email": "mira.neu@example.org", "action_add": ""})
    person.refresh_from_db()
    assert person.email == "mira@example.org"
    assert mailoutbox[0].to == ["mira.neu@example.org"]
    page = sure.get(reverse("account_email"))
    assert_our_house(page)
    assert "mira.neu@example.org" in page.content.decode()
    sure.post(link_in(mailoutbox[0]))
    person.refresh_from_db()
    assert person.email == "mira.neu@example.org"
    assert mailoutbox[1].to == ["mira@example.org"]
    assert mailoutbox[1].subject == "Sie haben eine neue E-Mail-Adresse bei Quartier"
    assert link_in(mailoutbox[1]) == reverse("imprint"), "a new password would go to the new address"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("mira.neu@example.org", True)]


def test_a_new_address_needs_the_password_first(inside: Client, mailoutbox) -> None:
    answer = inside.post(reverse("account_email"), {"email": "mira.neu@example.org", "action_add": ""})
    assert urlsplit(answer["Location"]).path == reverse("account_reauthenticate")
    assert mailoutbox == []


def test_an_address_that_became_a_log_in_meanwhile_stays_with_its_owner(
    sure: Client, person: Person, mailoutbox
) -> None:
    sure.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    owner = Person.objects.create_user(email="new@example.org", name="Owner")
    answer = sure.post(link_in(mailoutbox[0]), follow=True)
    assert answer.status_code == 200
    person.refresh_from_db()
    owner.refresh_from_db()
    assert (person.email, owner.email) == ("mira@example.org", "new@example.org")


def test_the_list_of_devices_shows_where_one_is_signed_in_and_ends_it(inside: Client, person: Person) -> None:
    other = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    sign_in(other, person.email)
    page = inside.get(reverse("usersessions_list")).content.decode()
    assert "Firefox unter Linux" in page
    assert "dieses Gerät" in page
    inside.post(reverse("usersessions_list"))
    assert other.get(reverse("account-home")).status_code == 302
    assert inside.get(reverse("account-home")).status_code == 200
    assert UserSession.objects.count() == 1


def test_a_newcomer_stands_in_the_list_of_devices(client: Client) -> None:
    invitation = Invitation(
        email="new@example.org", neighbourhood=NeighbourhoodFactory(), role=Invitation.Role.ORGANISER
    )
    token = invitation.renew_token()
    invitation.save()
    client.post(reverse("partners:invitation-accept", args=[token]), {"name": "Neu", "password": PASSWORD})
    person = Person.objects.get(email="new@example.org")
    assert [session.user for session in UserSession.objects.all()] == [person]
    assert client.get(reverse("usersessions_list")).context["session_count"] == 1


# --- the second step ----------------------------------------------------------------------------------------------------


def test_a_code_app_is_set_up_and_asked_for(
    sure: Client, person: Person, mailoutbox, django_capture_on_commit_callbacks
) -> None:
    answer = sure.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "error-summary" in answer.content.decode()
    secret = answer.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        answer = sure.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert mailoutbox[0].subject == "Die Code-App ist für Ihr Konto bei Quartier eingeschaltet"
    spare = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]

    other = Client()
    answer = sign_in(other, person.email)
    assert answer["Location"] == reverse("mfa_authenticate")
    page = other.get(reverse("mfa_authenticate"))
    assert_our_house(page)
    assert "_auth_user_id" not in other.session
    wrong = other.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "error-summary" in wrong.content.decode()
    assert other.post(reverse("mfa_authenticate"), {"code": spare})["Location"] == reverse("dashboard")


def test_spare_codes_can_be_kept_as_a_file(sure: Client, person: Person) -> None:
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(person).get_unused_codes()
    answer = sure.get(reverse("mfa_download_recovery_codes"))
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    assert [line for line in text.splitlines() if line.isdigit()] == codes
    assert text.startswith("Ersatz-Codes")


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "{}",
        "[]",
        "5",
        '"a"',
        "null",
        '{"id": 5}',
        '{"response": []}',
        '{"response": {"userHandle": 7}}',
        "\x00",
        "x" * 9000,
    ],
)
def test_a_passkey_that_is_none_is_refused(client: Client, person: Person, sure: Client, credential: str) -> None:
    visitor = Client()
    visitor.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    answer = visitor.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    assert "_auth_user_id" not in visitor.session
    answer = sure.post(reverse("mfa_add_webauthn"), {"credential": credential, "name": "x"})
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert not Authenticator.objects.exists()


# --- accounts that the portal makes ---------------------------------------------------------------------------------------


def test_an_account_that_the_portal_makes_can_sign_in_at_once(client: Client) -> None:
    person = create_account(email=" New@Example.org", name="Neu", password=PASSWORD, language="en")
    assert (person.email, person.name, person.language) == ("new@example.org", "Neu", "en")
    assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
        (person.pk, "new@example.org", True, True)
    ]
    assert sign_in(client, "new@example.org")["Location"] == reverse("dashboard")


def test_an_address_makes_one_account(person: Person) -> None:
    with pytest.raises(ValidationError):
        create_account(email="MIRA@example.org", name="Again", password=PASSWORD, language="de")
    assert Person.objects.count() == 1


def test_who_shows_that_an_address_is_hers_gets_it(person: Person) -> None:
    EmailAddress.objects.create(user=person, email="ada@example.org")
    ada = Person.objects.create_user(email="ada@example.org")
    confirm_address(person=ada)
    confirm_address(person=ada)
    assert set(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == {
        (person.pk, "mira@example.org", True, True),
        (ada.pk, "ada@example.org", True, True),
    }


# --- language -------------------------------------------------------------------------------------------------------------


def test_signing_in_brings_the_language_of_the_person(client: Client) -> None:
    person = PersonFactory(language="en")
    assert sign_in(client, person.email).cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_the_account_decides_on_the_language_of_whoever_is_signed_in(client: Client) -> None:
    """Also in a browser in which somebody chose another one before; the switch changes page and account together."""
    person = PersonFactory(language="en")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    sign_in(client, person.email)
    pages = [reverse(name) for name in ("home", "dashboard", "account-home", "partners:actor-list", "search", "join")]
    assert [path for path in pages if '<html lang="en"' not in client.get(path).content.decode()] == []
    client.post(reverse("set-language"), {"language": "de"})
    assert [path for path in pages if '<html lang="de"' not in client.get(path).content.decode()] == []
    person.refresh_from_db()
    assert person.language == "de"


def test_the_switch_changes_the_language_and_leads_back(client: Client) -> None:
    answer = client.post(reverse("set-language"), {"language": "en", "next": "/konto/login/?next=%2Fakteure%2F"})
    assert (answer.status_code, answer["Location"]) == (302, "/konto/login/?next=%2Fakteure%2F")
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert set(answer.cookies) == {settings.LANGUAGE_COOKIE_NAME}
    assert headings(client.get(reverse("account_login"))) == ["Sign in"]


def test_the_switch_needs_no_token_of_a_form(person: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert strict.post(reverse("set-language"), {"language": "en"}).status_code == 302
    person.refresh_from_db()
    assert person.language == "en"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example.com/", "//elsewhere.example.com", "", "\x00", "http://["]
)
def test_the_switch_leads_nowhere_else(client: Client, target: str) -> None:
    assert client.post(reverse("set-language"), {"language": "de", "next": target})["Location"] == reverse("home")


@pytest.mark.parametrize("language", ["fr", "", "\x00", "de\r\nSet-Cookie: a=b", "x" * 10_000])
def test_the_switch_knows_our_languages_only(inside: Client, person: Person, language: str) -> None:
    answer = inside.post(reverse("set-language"), {"language": language})
    assert answer.status_code == 302
    assert settings.LANGUAGE_COOKIE_NAME not in answer.cookies
    person.refresh_from_db()
    assert person.language == "de"


def test_the_switch_is_no_link(client: Client) -> None:
    assert client.get(reverse("set-language"), {"language": "en"}).status_code == 405
