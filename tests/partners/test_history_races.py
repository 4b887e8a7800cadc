"""What two people write at the same moment is told in the order in which it was written, in two real transactions."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from partners.actions.actors import edit_actor
from partners.models import Actor, HistoryEntry, acting
from tests.factories import ActorFactory, MembershipFactory, PersonFactory
from tests.partners.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.parametrize("way", ["save", "update"])
def test_each_line_begins_with_what_the_one_before_left(attempt: int, way: str) -> None:
    actor = ActorFactory(purpose="Null.")
    people = [PersonFactory() for _ in range(3)]

    def write(number: int) -> None:
        with acting(by=people[number]):
            if way == "save":
                edit_actor(actor=Actor.objects.get(pk=actor.pk), values={"purpose": f"{number}."})
            else:
                Actor.objects.filter(pk=actor.pk).update(purpose=f"{number}.")

    at_once(*[lambda number=number: write(number) for number in range(3)])

    entries = HistoryEntry.objects.of(actor).exclude(by=None).order_by("pk")
    told = [entry.values["purpose"] for entry in entries]
    actor.refresh_from_db()
    assert [before for before, _ in told] == ["Null.", *[after for _, after in told[:-1]]]
    assert (len(told), told[-1][1]) == (3, actor.purpose)


@pytest.mark.parametrize("attempt", range(3))
def test_a_version_that_two_bring_back_at_once_is_one_new_version(attempt: int) -> None:
    actor = ActorFactory(purpose="Erste.")
    actor.purpose = "Zweite."
    actor.save()
    entry = HistoryEntry.objects.of(actor).latest("pk")
    address = reverse("partners:actor-version", args=[actor.slug, entry.pk])
    clients = [Client() for _ in range(3)]
    for client in clients:
        client.force_login(MembershipFactory(actor=actor).person)
    cache.clear()

    def press(client: Client) -> Any:
        return client.post(address, {"version": entry.pk}).status_code

    answers = at_once(*[lambda client=client: press(client) for client in clients])

    actor.refresh_from_db()
    assert (answers, actor.purpose) == ([302, 302, 302], "Erste.")
    assert HistoryEntry.objects.filter(occasion="zurueckgeholt").count() == 1
