"""Admins read what imports wrote about themselves; nobody changes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from quartier.models import ImportedActor, ImportRun
from tests.factories import AdminFactory, NeighbourhoodFactory
from tests.quartier.imports import run_import, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(tmp_path: Path) -> ImportRun:
    translation.activate("en")
    NeighbourhoodFactory(name="Nordkiez", slug="nordkiez")
    run_import(write_csv(tmp_path, "Name;PLZ\nHof;123\nTor;\nTurm;\n"))
    return ImportRun.objects.get()


def test_a_run_shows_its_remarks_and_cannot_be_changed(client: Client, imported: ImportRun) -> None:
    client.force_login(AdminFactory(language="en"))
    page = client.get(reverse("admin:quartier_importrun_change", args=[imported.pk])).content.decode()
    assert "<div>Row 2, column “PLZ”: “123” is no postcode, which has 5 digits. Left out.</div>" in page
    assert 'name="_save"' not in page
    assert client.post(reverse("admin:quartier_importrun_delete", args=[imported.pk])).status_code == 403
    assert client.get(reverse("admin:quartier_importrun_add")).status_code == 403
    assert ImportRun.objects.count() == 1


def test_an_imported_actor_is_found_by_its_name(client: Client, imported: ImportRun) -> None:
    client.force_login(AdminFactory(language="en"))
    page = client.get(reverse("admin:quartier_importedactor_changelist"), {"q": "turm"}).content.decode()
    addresses = {
        link.key: reverse("admin:quartier_importedactor_change", args=[link.pk]) for link in ImportedActor.objects.all()
    }
    assert [key for key, address in addresses.items() if address in page] == ["turm"]
    assert client.get(addresses["turm"]).status_code == 200
