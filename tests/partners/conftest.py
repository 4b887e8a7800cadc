"""The tests of this floor read the pages in English, the language of the message ids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from partners.actions import invitations
from partners.models import Actor, Person
from tests.factories import (
    ActorFactory,
    MembershipFactory,
)
from tests.partners.invited import GUEST, Role, path_in


@pytest.fixture(autouse=True)
def _in_english(_clean_slate: None) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def manager() -> Person:
    return MembershipFactory(actor=ActorFactory(name="Treff", slug="treff"), role="manager").person


@pytest.fixture
def actor(manager: Person) -> Actor:
    return manager.memberships.get().actor


@pytest.fixture
def send(django_capture_on_commit_callbacks):
    """Invites and gives the path of the link in the mail."""

    def invite(**values) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            invitations.invite(**{"email": GUEST, "role": Role.EDITOR} | values)
        return path_in(mail.outbox[-1].body)

    return invite
