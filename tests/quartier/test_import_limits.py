"""What a big list and two imports at once may not do."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection, connections

from partners.models import Actor
from quartier.imports.run import ListImport
from quartier.models import ImportedActor, ImportRun
from tests.factories import NeighbourhoodFactory
from tests.quartier.imports import write_csv

MEASURE = """
import pathlib, resource, sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
# Where `ru_maxrss` begins with the peak of the process that started this one, Linux also tells the own one.
status = pathlib.Path("/proc/self/status")
own = status.read_text().split("VmHWM:")[1].split()[0] if status.exists() else ""
print("peak", own or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def address_of_test_database() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(database['NAME']))}"
    who = ":".join(quote(str(database[part]), safe="") for part in ("USER", "PASSWORD") if database[part])
    return f"postgres://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_a_list_of_100000_rows_needs_less_than_300_megabytes(tmp_path: Path) -> None:
    NeighbourhoodFactory(name="Nordkiez", slug="nordkiez")
    rows = "".join(f"Verein zur Pflege des Platzes Nummer {number};12057;Berlin\n" for number in range(100_000))
    path = write_csv(tmp_path, "Name;PLZ;Ort\n" + rows)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, "import_actors", str(path), "--neighbourhood=nordkiez", "--dry-run"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address_of_test_database(), "DJANGO_SETTINGS_MODULE": "quartier.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "100.000" in done.stdout
    assert "100.000" in done.stderr  # how far it is
    kilobytes = int(done.stdout.split()[-1])
    assert kilobytes < 300 * 1024


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_list_at_once_make_no_twins(tmp_path: Path) -> None:
    nordkiez = NeighbourhoodFactory(name="Nordkiez", slug="nordkiez")
    path = write_csv(tmp_path, "Name;Ort\n" + "".join(f"Verein {number};Berlin\n" for number in range(40)))
    start, counts = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait(timeout=20)
            counts.append(ListImport(path=path, neighbourhood=nordkiez).write().new_count)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(counts) == [0, 40]
    assert (Actor.objects.count(), ImportedActor.objects.count(), ImportRun.objects.count()) == (40, 40, 2)
