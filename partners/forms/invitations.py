from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.models import Invitation, Person


class OrganiserInvitationForm(OnceForm, PlainWords, forms.Form):
    """Somebody into the team of a neighbourhood. There is one role, so it is not asked."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("The link goes to this address and works for it only."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=150,
        help_text=_("So that the mail can greet the person."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("email", "name")} | {
            "role": self.cleaned_data.get("role", Invitation.Role.ORGANISER)
        }

    def refuse(self, error: ValidationError) -> None:
        self.add_error("email", error)


class InvitationForm(OrganiserInvitationForm):
    """Somebody into the team of an actor, as editor or manager."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Invitation.Role.EDITOR, _("Editor: keeps the profile and confirms contributions")),
            (Invitation.Role.MANAGER, _("Manager: also decides who belongs to the team")),
        ],
        initial=Invitation.Role.EDITOR,
        widget=forms.RadioSelect,
    )


class NewcomerForm(PlainWords, forms.Form):
    """What somebody without an account is asked; the address is known, because the link came there."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        help_text=_("This is how your team and the organisers see you. It never appears in public."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        help_text=_("At least 10 characters. Several words in a row are safe and easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )
    sentences = {
        "name": {"required": _("Enter your name.")},
        "password": {"required": _("Choose a password.")},
    }

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> Any:
        """The password is judged with the name, because it must not be made of it."""
        password = self.cleaned_data.get("password")
        if password:
            person = Person(email=self.email, name=self.cleaned_data.get("name", ""))
            try:
                get_adapter().clean_password(password, user=person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return self.cleaned_data
