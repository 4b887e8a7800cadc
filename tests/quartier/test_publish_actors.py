"""One command publishes what an import brought."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from partners.models import Actor, Neighbourhood
from quartier.models import ImportRun
from tests.factories import ActorFactory, NeighbourhoodFactory
from tests.quartier.imports import run_import, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


@pytest.fixture(autouse=True)
def nordkiez() -> Neighbourhood:
    return NeighbourhoodFactory(name="Nordkiez", slug="nordkiez")


def publish(**options: Any) -> str:
    out = StringIO()
    call_command("publish_actors", neighbourhood="nordkiez", stdout=out, stderr=out, **options)
    return out.getvalue().strip()


def published() -> list[str]:
    return list(Actor.objects.published().order_by("name").values_list("name", flat=True))


def test_what_was_imported_is_published_and_what_people_write_themselves_is_not(
    tmp_path: Path, nordkiez: Neighbourhood
) -> None:
    ActorFactory(name="Eigener Entwurf", slug="eigen", state=Actor.State.DRAFT).neighbourhoods.set([nordkiez])
    run_import(write_csv(tmp_path, "Name\nHof\nTor\nTurm\n"))
    Actor.objects.filter(name="Turm").update(state=Actor.State.HIDDEN)
    assert publish(dry_run=True) == "Hof\n  Tor\nWould be published: 2"
    assert published() == []
    assert publish() == "Published: 2"
    assert published() == ["Hof", "Tor"]
    assert publish() == "Published: 0"


def test_one_run_can_be_chosen_by_number_or_as_the_latest(tmp_path: Path) -> None:
    run_import(write_csv(tmp_path, "Name\nHof\n"))
    run_import(write_csv(tmp_path, "Name\nTor\nTurm\n"))
    first = ImportRun.objects.order_by("pk")[0]
    assert publish(import_run="latest") == "Published: 2"
    assert published() == ["Tor", "Turm"]
    assert publish(import_run=str(first.pk)) == "Published: 1"


def test_the_latest_run_counts_also_when_it_changed_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "Name\nHof\n")
    run_import(path)
    run_import(path)
    assert publish(import_run="latest") == "Published: 1"


@pytest.mark.parametrize("text", ["7000000", "x", "-1", "9" * 40])
def test_a_run_that_does_not_exist_is_named(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        publish(import_run=text)
    assert str(caught.value) == f"There is no import run “{text}” here. There are: –."
