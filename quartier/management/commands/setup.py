from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.actions.accounts import create_account
from partners.actions.invitations import invite
from partners.models import Invitation, Neighbourhood, Person, unique_slug
from quartier.environment import env

MISSING = {"required": gettext_lazy("This is missing.")}
PASSWORDS = ("admin_password", "organiser_password")


class SetupForm(forms.Form):
    """What the first run needs to know. The labels are the questions; the names are the options."""

    admin_email = forms.EmailField(label=gettext_lazy("E-mail address of the admin"), error_messages=MISSING)
    admin_name = forms.CharField(label=gettext_lazy("Name of the admin"), max_length=150, required=False)
    admin_password = forms.CharField(
        label=gettext_lazy("Password of the admin (is not shown)"), strip=False, max_length=200, required=False
    )
    neighbourhood = forms.CharField(
        label=gettext_lazy("Name of the first neighbourhood"), max_length=120, error_messages=MISSING
    )
    city = forms.CharField(label=gettext_lazy("City"), max_length=120, error_messages=MISSING)
    organiser_email = forms.EmailField(
        label=gettext_lazy("E-mail address of its organiser (empty: the admin)"), required=False
    )
    organiser_name = forms.CharField(label=gettext_lazy("Name of the organiser"), max_length=150, required=False)
    organiser_password = forms.CharField(
        label=gettext_lazy("Password of the organiser"), strip=False, max_length=200, required=False
    )

    def clean_admin_email(self) -> str:
        return self.cleaned_data["admin_email"].lower()

    def clean_organiser_email(self) -> str:
        return self.cleaned_data["organiser_email"].lower()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for role in ("admin", "organiser"):
            self.clean_account(role, values)
        return values

    def clean_account(self, role: str, values: dict[str, Any]) -> None:
        """A new admin needs a name and a password; whatever password is given must be a good one. Known people keep theirs."""
        email, name, password = (values.get(f"{role}_{what}") for what in ("email", "name", "password"))
        if not email or Person.objects.filter(email=email).exists():
            return
        if role == "admin" and not name:
            self.add_error("admin_name", _("A new admin needs a name."))
        if role == "admin" and not password:
            self.add_error("admin_password", _("A new admin needs a password."))
        if password:
            try:
                get_adapter().clean_password(password, Person(email=email, name=name or ""))
            except ValidationError as error:
                self.add_error(f"{role}_password", error)


class Command(BaseCommand):
    """The first steps on an empty portal. A second run changes nothing that is there, so it can simply be repeated."""

    help = "Make the first admin, the first neighbourhood and its organiser: asked for, or by options."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, field in SetupForm().fields.items():
            more = " " + _("Better in the environment variable %s.") % name.upper() if name in PASSWORDS else ""
            parser.add_argument(f"--{name.replace('_', '-')}", metavar="…", help=f"{field.label}{more}")
        parser.add_argument(
            "--no-input", action="store_false", dest="interactive", help=_("Never ask; what is missing is an error.")
        )

    def handle(self, *args: Any, interactive: bool, **options: Any) -> None:
        given = {name: options[name] for name in SetupForm.base_fields if options.get(name) is not None}
        for name in PASSWORDS:
            if name not in given and (value := env.str(name.upper(), default="")):
                given[name] = value
        if interactive and sys.stdin.isatty():
            given = self.ask(given)
        form = SetupForm(given)
        if not form.is_valid():
            raise CommandError(self.complaints(form))
        self.stdout.write("\n".join(self.set_up_and_say(form.cleaned_data)))
        self.stdout.write(_("Sign in here: %(url)s") % {"url": f"{settings.SITE_URL}{reverse('account_login')}"})

    def set_up_and_say(self, answers: dict[str, str]) -> list[str]:
        """Says what was done only once it is stored."""
        done: list[str] = []
        try:
            with transaction.atomic():
                self.set_up(done, **answers)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return done

    def ask(self, given: dict[str, str]) -> dict[str, str]:
        """One question after the other, each again until its answer can be used."""
        answers = dict(given)
        for name, field in SetupForm().fields.items():
            if name not in answers and self.is_needed(name, answers):
                answers[name] = self.answer_to(name, field, answers)
        return answers

    def is_needed(self, name: str, answers: dict[str, str]) -> bool:
        """Known people are not asked for name and password; without an organiser of its own there is none to ask about."""
        if name == "organiser_password":
            return False
        if name in {"admin_name", "admin_password"}:
            return not Person.objects.filter(email=answers.get("admin_email", "").strip().lower()).exists()
        if name == "organiser_name":
            email = answers.get("organiser_email", "").strip().lower()
            return bool(email) and not Person.objects.filter(email=email).exists()
        return True

    def answer_to(self, name: str, field: forms.Field, answers: dict[str, str]) -> str:
        while True:
            value = getpass(f"{field.label}: ") if name in PASSWORDS else input(f"{field.label}: ")
            try:
                check(name, field, value, answers)
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
            else:
                return value

    def complaints(self, form: SetupForm) -> str:
        """One line for each option that cannot be used."""
        lines = [
            f"--{name.replace('_', '-')}: {' '.join(str(error) for error in errors)}"
            for name, errors in form.errors.items()
        ]
        return "\n".join([_("Nothing was changed. Please mend:"), *lines])

    def set_up(self, done: list[str], **answers: str) -> None:
        admin = make_admin(done, answers["admin_email"], answers["admin_name"], answers["admin_password"])
        neighbourhood = make_neighbourhood(done, answers["neighbourhood"], answers["city"])
        make_organiser(
            done,
            neighbourhood,
            admin=admin,
            email=answers["organiser_email"] or admin.email,
            name=answers["organiser_name"],
            password=answers["organiser_password"],
        )


def check(name: str, field: forms.Field, value: str, answers: dict[str, str]) -> None:
    """Raises `ValidationError` for an answer that the form would refuse; who is asked for name or password is new here."""
    field.clean(value)
    if name in {"admin_name", "admin_password"} and not value.strip():
        raise ValidationError(MISSING["required"])
    if name == "admin_password":
        get_adapter().clean_password(value, Person(email=answers["admin_email"], name=answers["admin_name"]))


def make_admin(done: list[str], email: str, name: str, password: str) -> Person:
    admin = Person.objects.filter(email=email).first()
    if admin is None:
        admin = create_account(email=email, name=name, password=password, language=settings.LANGUAGE_CODE)
    if admin.is_superuser and admin.is_staff:
        done.append(_("%(email)s is an admin already.") % {"email": email})
        return admin
    admin.is_staff = admin.is_superuser = True
    admin.save(update_fields=["is_staff", "is_superuser"])
    done.append(_("%(email)s is now an admin.") % {"email": email})
    return admin


def make_neighbourhood(done: list[str], name: str, city: str) -> Neighbourhood:
    neighbourhood = Neighbourhood.objects.filter(name=name, city=city).first()
    if neighbourhood is not None:
        done.append(_("The neighbourhood %(name)s is here already.") % {"name": name})
        return neighbourhood
    done.append(_("The neighbourhood %(name)s is made.") % {"name": name})
    return Neighbourhood.objects.create(name=name, city=city, slug=unique_slug(Neighbourhood, name))


def make_organiser(
    done: list[str], neighbourhood: Neighbourhood, *, admin: Person, email: str, name: str, password: str
) -> None:
    """Who has an account, or gets one with a password, organises at once. Anybody else is invited by mail."""
    words = {"email": email, "name": neighbourhood.name}
    person = Person.objects.filter(email=email).first()
    if person is None and password:
        person = create_account(email=email, name=name, password=password, language=settings.LANGUAGE_CODE)
    if person is not None and neighbourhood.organisers.filter(pk=person.pk).exists():
        done.append(_("%(email)s organises %(name)s already.") % words)
    elif person is not None:
        neighbourhood.organisers.add(person)
        done.append(_("%(email)s now organises %(name)s.") % words)
    elif Invitation.objects.open().filter(email=email, neighbourhood=neighbourhood).exists():
        done.append(_("%(email)s is invited to organise %(name)s already.") % words)
    else:
        invite(email=email, role=Invitation.Role.ORGANISER, by=admin, neighbourhood=neighbourhood, name=name)
        done.append(_("%(email)s gets a mail with an invitation to organise %(name)s.") % words)
