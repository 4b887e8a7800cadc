from __future__ import annotations

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from partners.models import Person


@transaction.atomic
def create_account(*, email: str, name: str, password: str | None, language: str) -> Person:
    """Makes an account whose address counts as confirmed: its owner opened a link from that mailbox, or the operator vouches for it.

    Without a password the account can only be entered through "Forgotten your password?". Raises `ValidationError`
    when the address already has an account. Whether the password is good enough, the form that asked for it has checked.
    """
    if Person.objects.filter(email=email.strip().lower()).exists():
        raise ValidationError(_("There is already an account with this address."), code="taken")
    person = Person.objects.create_user(email=email, password=password, name=name, language=language)
    confirm_address(person=person)
    return person


@transaction.atomic
def confirm_address(*, person: Person) -> None:
    """The person has shown that the log-in address is hers, by another way than the mail that allauth sends for it.

    Whatever another account has noted for the same address is dropped: one mailbox is one person.
    """
    EmailAddress.objects.filter(email=person.email).exclude(user=person).delete()
    EmailAddress.objects.filter(user=person, primary=True).exclude(email=person.email).update(primary=False)
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})


def account_with(email: str) -> Person | None:
    """Who signs in with this address, or has confirmed it as a further one."""
    person = Person.objects.filter(email=email.lower()).first()
    if person is None:
        known = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
        person = known.user if known else None
    return person


def is_address_of(person: Person, email: str) -> bool:
    account = account_with(email)
    return account is not None and account.pk == person.pk
