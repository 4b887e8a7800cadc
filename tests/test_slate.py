"""A test that writes for good leaves behind it what it found."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import TransactionTestCase

from partners.models import ActorKind, Person, Topic
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, list[tuple[object, ...]]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
    }


def test_what_was_written_is_gone_and_what_was_there_is_there_again() -> None:
    before = rows()
    Topic.objects.all().delete()
    kind = ActorKind.objects.earliest("pk")
    ActorKind.objects.filter(pk=kind.pk).update(name="Anders")
    person = PersonFactory()
    assert rows() != before

    TransactionTestCase()._fixture_teardown()

    assert rows() == before
    assert (ActorKind.objects.get(pk=kind.pk).name, Person.objects.count()) == (kind.name, 0)
    assert Topic.objects.count() > 5
    # A number is not given twice.
    assert PersonFactory().pk != person.pk
