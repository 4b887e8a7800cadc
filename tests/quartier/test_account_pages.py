"""Every page of allauth stands in our house, and the administration has no door of its own."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse

from partners.models import Person
from tests.factories import AdminFactory
from tests.quartier.accounts import (
    assert_our_house,
    registered_passkey,
    sign_in,
)

pytestmark = pytest.mark.django_db

PREFIXES = ("account_", "mfa_", "usersessions_")


def pages_of_allauth() -> dict[str, dict[str, object]]:
    """Every named page of allauth with what its address needs."""
    return {
        "account_login": {},
        "account_logout": {},
        "account_inactive": {},
        "account_signup": {},
        "account_reauthenticate": {},
        "account_request_reauthentication_code": {},
        "account_confirm_reauthentication_code": {},
        "account_email": {},
        "account_email_verification_sent": {},
        "account_change_password": {},
        "account_set_password": {},
        "account_reset_password": {},
        "account_reset_password_done": {},
        "account_reset_password_from_key": {"uidb36": "1", "key": "no-key"},
        "account_reset_password_from_key_done": {},
        "account_confirm_email": {"key": "no-key"},
        "account_confirm_login_code": {},
        "mfa_index": {},
        "mfa_authenticate": {},
        "mfa_reauthenticate": {},
        "mfa_activate_totp": {},
        "mfa_deactivate_totp": {},
        "mfa_view_recovery_codes": {},
        "mfa_generate_recovery_codes": {},
        "mfa_download_recovery_codes": {},
        "mfa_list_webauthn": {},
        "mfa_add_webauthn": {},
        "mfa_reauthenticate_webauthn": {},
        "mfa_remove_webauthn": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
        "mfa_login_webauthn": {},
        "usersessions_list": {},
    }


def test_the_list_of_pages_is_complete(allauth_names: set[str]) -> None:
    assert set(pages_of_allauth()) == allauth_names


@pytest.fixture
def allauth_names() -> set[str]:
    resolver = get_resolver()
    return {name for name in resolver.reverse_dict if isinstance(name, str) and name.startswith(PREFIXES)}


def visit(client: Client, name: str) -> str:
    """Opens a page and says what came: the template for a page of ours, or where it led."""
    answer = client.get(reverse(name, kwargs=pages_of_allauth()[name]))
    if answer.status_code == 302:
        return urlsplit(answer["Location"]).path
    if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
        assert_our_house(answer)
        return next(template.name for template in answer.templates)
    return str(answer.status_code)


@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_for_visitors(client: Client, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    login = reverse("account_login")
    came = {name: visit(client, name) for name in pages_of_allauth()}
    assert came == {
        "account_login": "account/login.html",
        "account_logout": "/",
        "account_inactive": "account/account_inactive.html",
        "account_signup": "account/signup_closed.html",
        "account_reauthenticate": login,
        "account_request_reauthentication_code": login,
        "account_confirm_reauthentication_code": login,
        "account_email": login,
        "account_email_verification_sent": "account/verification_sent.html",
        "account_change_password": login,
        "account_set_password": login,
        "account_reset_password": "account/password_reset.html",
        "account_reset_password_done": "account/password_reset_done.html",
        "account_reset_password_from_key": "account/password_reset_from_key.html",
        "account_reset_password_from_key_done": "account/password_reset_from_key_done.html",
        "account_confirm_email": "account/email_confirm.html",
        "account_confirm_login_code": login,
        "mfa_index": login,
        "mfa_authenticate": login,
        "mfa_reauthenticate": login,
        "mfa_activate_totp": login,
        "mfa_deactivate_totp": login,
        "mfa_view_recovery_codes": login,
        "mfa_generate_recovery_codes": login,
        "mfa_download_recovery_codes": login,
        "mfa_list_webauthn": login,
        "mfa_add_webauthn": login,
        "mfa_reauthenticate_webauthn": login,
        "mfa_remove_webauthn": login,
        "mfa_edit_webauthn": login,
        "mfa_login_webauthn": login,
        "usersessions_list": login,
    }


@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_for_the_owner_of_an_account(sure: Client, person: Person, language: str) -> None:
    """With a code app, spare codes and a passkey, so that every page has something to show."""
    sure.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    passkey = Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Mein Telefon", "credential": registered_passkey()}
    )
    dashboard = reverse("dashboard")
    expected = {
        "account_login": dashboard,
        "account_logout": "account/logout.html",
        "account_reauthenticate": "account/reauthenticate.html",
        # An open mailbox must not be enough to take the account over.
        "account_request_reauthentication_code": "403",
        "account_confirm_reauthentication_code": "403",
        "account_email": "account/email_change.html",
        "account_change_password": "account/password_change.html",
        "account_set_password": reverse("account_change_password"),
        "mfa_index": "mfa/index.html",
        "mfa_authenticate": dashboard,
        "mfa_reauthenticate": "mfa/reauthenticate.html",
        "mfa_activate_totp": reverse("mfa_deactivate_totp"),
        "mfa_deactivate_totp": "mfa/totp/deactivate_form.html",
        "mfa_view_recovery_codes": "mfa/recovery_codes/index.html",
        "mfa_generate_recovery_codes": "mfa/recovery_codes/generate.html",
        "mfa_list_webauthn": "mfa/webauthn/authenticator_list.html",
        "mfa_add_webauthn": "mfa/webauthn/add_form.html",
        "mfa_reauthenticate_webauthn": "mfa/webauthn/reauthenticate.html",
        "usersessions_list": "usersessions/usersession_list.html",
    }
    assert {name: visit(sure, name) for name in expected} == expected
    for name, template in (
        ("mfa_edit_webauthn", "mfa/webauthn/edit_form.html"),
        ("mfa_remove_webauthn", "mfa/webauthn/authenticator_confirm_delete.html"),
    ):
        answer = sure.get(reverse(name, args=[passkey.pk]))
        assert_our_house(answer)
        assert answer.templates[0].name == template


def test_what_a_device_must_answer_cannot_be_sent_before_the_script_listens(sure: Client) -> None:
    html = sure.get(reverse("mfa_add_webauthn")).content.decode()
    assert '<button class="button" disabled>' in html.split('data-passkey="create"')[1].split("</form>")[0]


def test_pages_that_come_before_something_is_there(sure: Client, person: Person) -> None:
    assert visit(sure, "mfa_activate_totp") == "mfa/totp/activate_form.html"
    assert visit(sure, "mfa_index") == "mfa/index.html"
    assert visit(sure, "mfa_view_recovery_codes") == "404"
    person.set_unusable_password()
    person.save()
    # Whoever has no password says with a second way who they are.
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    [code, *_] = RecoveryCodes.activate(person).get_unused_codes()
    sure.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert sure.post(reverse("mfa_reauthenticate"), {"code": code}).status_code == 302
    assert visit(sure, "account_change_password") == reverse("account_set_password")
    assert visit(sure, "account_set_password") == "account/password_set.html"
    assert_our_house(sure.get(reverse("account-home")))


def test_too_often_is_answered_with_our_page(client: Client) -> None:
    for _ in range(20):
        client.post(reverse("account_reset_password"), {"email": "nobody"})
    answers = [client.post(reverse("account_reset_password"), {"email": "a@example.org"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert_our_house(answers[-1])


# --- the administration ---------------------------------------------------------------------------------------------------


def test_the_administration_has_no_log_in_of_its_own(client: Client) -> None:
    path = reverse("admin:index")
    assert client.get(path)["Location"] == f"{reverse('account_login')}?next={path}"
    login = reverse("admin:login")
    assert client.get(login)["Location"] == f"{reverse('account_login')}?next={login}"
    assert client.post(login, {"username": "a", "password": "b"}).status_code == 302


@pytest.mark.parametrize(
    "name", ["admin:index", "admin:login", "admin:logout", "admin:password_change", "admin:jsi18n"]
)
def test_the_administration_is_not_there_for_others(inside: Client, name: str) -> None:
    assert inside.get(reverse(name)).status_code == 404


def test_admins_sign_in_once_for_everything(client: Client) -> None:
    admin = AdminFactory()
    sign_in(client, admin.email)
    assert "Quartier" in client.get(reverse("admin:index")).content.decode()
    assert client.get(reverse("admin:login"))["Location"] == reverse("admin:index")
    assert client.get(reverse("admin:password_change"))["Location"] == reverse("account_change_password")
    assert client.post(reverse("admin:logout"))["Location"] == reverse("home")
    assert "_auth_user_id" not in client.session
