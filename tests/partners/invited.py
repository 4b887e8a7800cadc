"""Who is invited, and the way to the link in the mail."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from partners.models import Invitation, Person

Role = Invitation.Role
GUEST = "gast@example.org"
NEWCOMER = {"name": "Noor Gast", "password": "ein langer Satz 9"}


def path_in(body: str) -> str:
    return re.search(r"http://localhost:8000(/einladungen/[^/]+/)", body)[1]


def earlier(**values) -> None:
    """Moves all invitations into the past, as if they had been sent an hour ago."""
    Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1), **values)


def signed_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client
