"""The link in a notice with which its reader gets no more of them: signed, without a log-in, for one recipient."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from partners.models import Mail, NoNotices, Person

SALT = "partners.notices"


@dataclass(frozen=True)
class Subscriber:
    """Whose link it is: an account, or the fingerprint of an address without one. Neither, if the account is gone."""

    person: Person | None = None
    fingerprint: str = ""


def refusal_link(mail: Mail) -> str:
    """Works for ever, as mails are kept for ever. The address is not in it, because servers write down what they are asked."""
    whom: int | str = mail.person_id or NoNotices.fingerprint_of(mail.address)
    return reverse("partners:notices-refuse", args=[signing.dumps(whom, salt=SALT)])


def subscriber_of(token: str) -> Subscriber | None:
    """None for what we never signed."""
    try:
        whom = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    if isinstance(whom, str):
        return Subscriber(fingerprint=whom)
    return Subscriber(person=Person.objects.filter(pk=whom).first())
