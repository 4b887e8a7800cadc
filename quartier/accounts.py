"""How people sign in: the portal's answers to the questions that allauth leaves open."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from partners.models import Person

PASSWORD_ERRORS = {
    "password_too_short": _("This password is too short. Use at least %(min_length)d characters."),
    "password_too_common": _("Many people use this password. Choose another one."),
    "password_entirely_numeric": _("This password has only digits. Add letters."),
    "password_too_similar": _("This password is too close to your name or e-mail address. Choose another one."),
}

REAUTHENTICATION_WAYS = {
    "reauthenticate": _("With the password"),
    "mfa_reauthenticate": _("With a code from the app or a backup code"),
    "mfa_reauthenticate:webauthn": _("With a passkey"),
}


def remember_language(response: HttpResponse, language: str) -> None:
    """The only thing the portal keeps in a browser for somebody who is not signed in, and only when asked to."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,  # type: ignore[arg-type]
    )


class SignupDetails(forms.Form):
    """What we ask besides the e-mail address and the password. The language is the one the page was read in."""

    field_order = ["name", "email", "password1"]
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("So that others know who is writing. For example: Samira Aydın"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )

    def signup(self, request: HttpRequest, user: Person) -> None:
        user.name = self.cleaned_data["name"]
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        user.save(update_fields=["name", "language"])


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come by invitation unless `SIGNUP_OPEN` says otherwise; mails speak the language of who reads them."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is switched off."),
        "duplicate_email": _("This is already your e-mail address. Enter another one."),
        "email_password_mismatch": _("E-mail address and password do not match. Check both, or set a new password."),
        "email_taken": _("This e-mail address cannot be used here. Enter another one."),
        "enter_current_password": _("This is not your current password. Try again."),
        "incorrect_code": _("This code is not right. Wait for the next code and enter that one."),
        "incorrect_password": _("This is not your password. Try again."),
        "invalid_login": _("E-mail address and password do not match. Check both, or set a new password."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
        "rate_limited": _("That was too often in a short time. Wait a few minutes and try again."),
        "too_many_login_attempts": _("That was wrong too often. Wait five minutes and try again."),
        "unverified_primary_email": _("Confirm your e-mail address first. The link is in the mail we sent you."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Reading why it is closed is a normal page; sending the form anyway is refused."""
        if not settings.SIGNUP_OPEN and request.method == "POST":
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=403))
        return settings.SIGNUP_OPEN

    def is_safe_url(self, url: str) -> bool:
        """Only ways back into this portal; an address that cannot be read at all is no way back either."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address for rate limits and the list of devices. Over a Unix socket there is none; that is this machine."""
        if not request.META.get("REMOTE_ADDR"):
            return "127.0.0.1"
        return super().get_client_ip(request)

    def clean_password(self, password: str, user: Person | None = None) -> str:
        """Django's rules, with sentences that say what to do."""
        try:
            return super().clean_password(password, user)
        except ValidationError as error:
            raise ValidationError(
                [
                    ValidationError(PASSWORD_ERRORS.get(str(one.code), one.message), code=one.code, params=one.params)
                    for one in error.error_list
                ]
            ) from error

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, Any]]:
        ways = super().get_reauthentication_methods(user)
        return [way | {"description": REAUTHENTICATION_WAYS[way["id"]]} for way in ways]

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Somebody may have got this very address as a log-in since the mail went out; then it stays with them."""
        taken = Person.objects.filter(email=email_address.email).exclude(pk=email_address.user_id).exists()
        if taken:
            self.add_message(
                request,
                messages.ERROR,
                "account/messages/email_confirmation_failed.txt",
                {"email": email_address.email},
            )
            return False
        return super().confirm_email(request, email_address)

    def login(self, request: HttpRequest, user: Person) -> None:
        """Every sign-in stands in the list of devices, also the one of a newcomer whose invitation made the account."""
        super().login(request, user)
        UserSession.objects.create_from_request(request)

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Whoever signs in reads the language of the account, whatever somebody else chose in this browser before."""
        response = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        return response

    def send_account_already_exists_mail(self, email: str) -> None:
        """Takes as long as making an account does, so that the time of the answer tells nothing either."""
        make_password("the time that this takes is the point")
        super().send_account_already_exists_mail(email)

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        super().send_notification_mail(template_prefix, user, {"user": user} | (context or {}), email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the person; to an address without an account in the language of the page.

        Not by way of the outbox: a link that sets a new password would have to be stored there until it is sent, and
        whoever waits for one asks again when it does not come.
        """
        reader = Person.objects.filter(email=email).first() or context.get("user")
        words = {
            "name": reader.name if reader else "",
            "site_url": settings.SITE_URL,
        }
        with translation.override(reader.language if reader else translation.get_language()):
            self.render_mail(template_prefix, email, words | {"email": email} | context).send()


class MFAAdapter(DefaultMFAAdapter):
    """The second step of signing in, in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("The second step cannot be switched off for this account."),
        "cannot_generate_recovery_codes": _("Backup codes need a code app or a passkey. Set up one of them first."),
        "incorrect_code": _("This did not work. Try again."),
        "unverified_email": _("Confirm your e-mail address first. The link is in the mail we sent you."),
    }

    def build_totp_svg(self, url: str) -> str:
        """Black on white whatever the colours of the page are: a camera needs the contrast."""
        buffer = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(buffer)
        return buffer.getvalue().decode("utf-8")

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002 - their name
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name that the phone or the key shows when it asks the person."""
        return super().get_public_key_credential_rp_entity() | {"name": "Quartier"}
