"""allauth's forms with our labels, hints and sentences. What they do is left to allauth."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from quartier.accounts import MFAAdapter

EMAIL_LABEL = _("E-mail address")
EMAIL_ERRORS = {
    "required": _("Enter your e-mail address."),
    "invalid": _("Enter a complete e-mail address, for example name@example.org."),
}
PASSWORD_HINT = _("At least 10 characters. Several words in a row are safe and easy to remember.")
LONGEST_PASSWORD = 200


def word(field: forms.Field, *, label: Any, hint: Any = "", **errors: Any) -> None:
    """Puts our words on a field. Placeholders go: they vanish while one types, and hints do not."""
    field.label = label
    field.help_text = hint
    field.error_messages |= errors
    field.widget.attrs.pop("placeholder", None)


def word_email(field: forms.Field, *, label: Any = EMAIL_LABEL, hint: Any = "") -> None:
    word(field, label=label, hint=hint, **EMAIL_ERRORS)
    field.widget.attrs |= {"autocomplete": "email", "spellcheck": "false"}


def word_password(field: forms.Field, *, label: Any, required: Any, hint: Any = "") -> None:
    """A password has an upper end, because working on a megabyte for a stranger would slow the portal down."""
    word(field, label=label, hint=hint, required=required)
    field.widget.attrs["maxlength"] = str(LONGEST_PASSWORD)
    field.validators.append(at_most_longest)


def at_most_longest(value: str) -> None:
    if len(value) > LONGEST_PASSWORD:
        raise ValidationError(
            ngettext_lazy(
                "This password is too long. Use at most %(number)d character.",
                "This password is too long. Use at most %(number)d characters.",
                LONGEST_PASSWORD,
            )
            % {"number": LONGEST_PASSWORD}
        )


def word_new_password(form: forms.Form) -> None:
    """A new password is asked for once: whoever mistypes it can look at it, or sets a new one by mail."""
    form.fields.pop("password2", None)
    word_password(
        form.fields["password1"],
        label=_("New password"),
        hint=PASSWORD_HINT,
        required=_("Enter a new password."),
    )


def word_code(form: forms.Form, *, label: Any, hint: Any) -> None:
    word(form.fields["code"], label=label, hint=hint, required=_("Enter the code."))
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "spellcheck": "false", "maxlength": "20"}


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_email(self.fields["login"])
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        word_password(self.fields["password"], label=_("Password"), required=_("Enter your password."))
        word(
            self.fields["remember"],
            label=_("Stay signed in on this device"),
            hint=_("Only on a device that nobody else uses."),
        )


class SignupForm(account.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_email(self.fields["email"], hint=_("We send you a link to this address."))
        word_password(
            self.fields["password1"], label=_("Password"), hint=PASSWORD_HINT, required=_("Enter a password.")
        )


class AddEmailForm(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_email(
            self.fields["email"],
            label=_("New e-mail address"),
            hint=_("We send a link to this address. Until you have opened it, your old address stays."),
        )


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_password(
            self.fields["oldpassword"], label=_("Current password"), required=_("Enter your current password.")
        )
        word_new_password(self)


class SetPasswordForm(account.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_new_password(self)


class ResetPasswordForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_email(self.fields["email"], hint=_("The address with which you sign in."))


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_new_password(self)


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_password(self.fields["password"], label=_("Password"), required=_("Enter your password."))


class CodeForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_code(self, label=_("Code"), hint=_("The 6 digits from your code app, or one of your backup codes."))


class ReauthenticateCodeForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_code(self, label=_("Code"), hint=_("The 6 digits from your code app, or one of your backup codes."))


class ActivateCodeAppForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_code(self, label=_("Code from the app"), hint=_("6 digits. The app shows a new code every 30 seconds."))


class PasskeyAnswer:
    """What a phone, computer or key answers. allauth parses it; whatever cannot be parsed was no passkey."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise MFAAdapter().validation_error("incorrect_code") from error


class AuthenticatePasskeyForm(PasskeyAnswer, webauthn.AuthenticateWebAuthnForm):
    pass


class LoginPasskeyForm(PasskeyAnswer, webauthn.LoginWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(PasskeyAnswer, webauthn.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """A passkey always may sign in on its own; a key that can only be a second step has no other form here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_passkey_name(self)
        word(
            self.fields["passwordless"],
            label=_("Sign in without a password, too"),
            hint=_("Then the device asks for your finger, your face or a PIN."),
        )
        self.fields["passwordless"].initial = True
        self.fields["credential"].error_messages["required"] = _(
            "The device did not make a passkey. Try again, or use another device."
        )

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise MFAAdapter().validation_error("incorrect_code") from error


class EditPasskeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_passkey_name(self)


def word_passkey_name(form: forms.Form) -> None:
    """A name is stored beside the key and shown in a list, so it stays short."""
    name = form.fields["name"]
    word(
        name,
        label=_("Name of the passkey"),
        hint=_("So that you recognise it. For example: my phone"),
        required=_("Enter a name."),
    )
    name.validators.append(MaxLengthValidator(80))
    name.widget.attrs |= {"maxlength": "80", "autocomplete": "off"}
