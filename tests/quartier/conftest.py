"""Mira, outside, inside, and after she showed once more that it is her."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Person
from tests.factories import PASSWORD, PersonFactory
from tests.quartier.accounts import sign_in


@pytest.fixture
def person() -> Person:
    return PersonFactory(email="mira@example.org", name="Mira Kaya")


@pytest.fixture
def inside(client: Client, person: Person) -> Client:
    """Signed in through the page, so that the list of devices knows it."""
    answer = sign_in(client, person.email)
    assert answer.status_code == 302
    return client


@pytest.fixture
def sure(inside: Client) -> Client:
    """Signed in, and the password was asked for once more."""
    answer = inside.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302
    return inside
