"""Which pages are measured, and what each asks of the database. Prints one JSON object for each.

Runs in a process of its own with production settings: `python -m tests.benchmark.pages`, and with `many` for the pages
of very many contributions and requests.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import urlencode

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

HOST = "quartier.example.org"
# How many times the empty page each page may take. The front page and the page of a Quartier bring together what a dozen
# questions answer and are not to grow unseen. `common` and `both` ask for a word that every second row has. With
# `--actors 100000` on PostgreSQL a usual word stays below 100 in the directory, one like that does not.
MARKS = {
    "empty": None,
    "home": 150,
    "quartier": 120,
    "list": 30,
    "search": 40,
    "common": 100,
    "everywhere": 100,
    "both": 100,
    "partners": 30,
    "in talks": 30,
    "board": 30,
    "its list": 30,
    "profile": 20,
    "project": 25,
    "map": 80,
    "offers": 30,
    "offered room": 30,
    "offers searched": 40,
    "needs": 30,
    "similar": 100,
    "points": None,
    "same map": 5,
    # With fifty thousand contributions, see `tests.benchmark.many`; "its own" is the page of their project for whoever works
    # on it, with a handful of forms for each of twenty partners. The sheet is no list but a report on 250 projects and on
    # what 1,500 others brought into them.
    "many": 30,
    "many chosen": 30,
    "project of many": 30,
    "its own": 200,
    "passed on": 30,
    "all of it": 30,
    "sheet": 200,
    "sheet of one year": 200,
    # With thirty thousand requests for offers, see `tests.benchmark.asked`.
    "asked": 50,
}
# Asked for by a browser that has the answer already: 304, nothing else.
KNOWN = {"same map"}
# Read by an organiser of the Quartier with the most partnerships.
SIGNED_IN = {"board", "its list", "similar", "sheet", "sheet of one year", "asked", "its own"}
# Only a part of its page, as it is asked for while somebody types.
PARTS = {"similar"}
# `points` draws every place by itself, which no look at the map ever does, so it is the heaviest the map can be: its
# mark is one of bytes, compressed.
HEAVIEST = {"points": 400_000}


def paths() -> dict[str, str]:
    """Of profiles and projects the hundredth in the order of how much it takes part: busy, but no record."""
    from partners.models import Actor
    from projects.models import Project

    board = f"{busiest().get_absolute_url()}anbahnung/"
    actors = Actor.objects.published().annotate(work=Count("participations")).order_by("-work", "pk")
    projects = Project.objects.published().annotate(work=Count("participations")).order_by("-work", "pk")
    return {
        "empty": "/leer/",
        "home": "/",
        "quartier": busiest().get_absolute_url(),
        "list": "/akteure/",
        "search": "/akteure/?q=bibliothek",
        "common": "/akteure/?q=verein",
        "everywhere": "/suche/?q=bibliothek",
        "both": "/suche/?q=verein",
        "partners": "/partnerschaften/",
        "in talks": "/partnerschaften/?stand=vereinbart&art=projekt&intensitaet=kooperieren&seite=3",
        "board": board,
        "its list": f"{board}?ansicht=liste",
        "profile": list(actors[:100])[-1].get_absolute_url(),
        "project": list(projects[:100])[-1].get_absolute_url(),
        "offers": "/angebote/",
        "offered room": "/angebote/?personen=30&kostenlos=1&zugang=ja&zeit=abends&kategorie=raeume",
        "offers searched": "/angebote/?q=verein",
        "needs": "/bedarfe/?seite=3",
        "similar": f"/projekte/neu/?{urlencode(typed_project())}",
        "map": "/akteure/karte.json",
        "points": "/akteure/karte.json?zoom=18",
        "same map": "/akteure/karte.json",
    }


def paths_of_many() -> dict[str, str]:
    """The last full year of the sheet has a quarter of its rows."""
    from tests.benchmark.many import ACTOR, PASSED_ON, PROJECT

    project, sheet = f"/projekte/{PROJECT}/", f"/akteure/{ACTOR}/geben-und-nehmen/"
    year = timezone.localdate().year - 1
    return {
        "empty": "/leer/",
        "many": f"{project}beitraege/",
        "many chosen": f"{project}beitraege/?art=raeume&stand=bestaetigt&seite=3",
        "sheet": f"{sheet}?von=&bis=",
        "sheet of one year": f"{sheet}?von={year}-01-01&bis={year}-12-31",
        "project of many": project,
        "its own": project,
        "passed on": f"/projekte/{PASSED_ON}/",
        "all of it": f"/projekte/{PASSED_ON}/verbreitung/?seite=3",
        "asked": "/anfragen/",
    }


def typed_project() -> dict[str, Any]:
    """Another repair day in the busiest Quartier, as of many in it."""
    from partners.models import Topic

    topic = Topic.objects.get(slug="reparieren-und-teilen")
    words = {"title": "Reparaturtag in der Lindenstraße", "goal": "Zu unseren Terminen kommen neue Gesichter."}
    return words | {"topics": topic.pk, "neighbourhoods": busiest().pk}


def busiest() -> Any:
    from partners.models import Neighbourhood

    return Neighbourhood.objects.annotate(work=Count("partnerships")).order_by("-work", "pk")[0]


def organiser() -> Client:
    """Somebody who organises the busiest Quartier, signed in."""
    from partners.models import Person

    person, _ = Person.objects.get_or_create(email="messung@example.org", defaults={"name": "Messung"})
    place = busiest()
    place.organisers.add(person)
    client = Client(headers={"host": HOST})
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def measure(client: Client, name: str, path: str) -> dict[str, object]:
    headers = {"accept-encoding": "gzip"} if name in HEAVIEST or name in KNOWN else {}
    if name in SIGNED_IN:
        client = organiser()
        client.get(path, secure=True)  # the first page with a form brings the last cookie
        headers["cookie"] = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    if name in PARTS:
        headers["hx-request"] = "true"
    first = client.get(path, secure=True, headers=headers)
    if name in KNOWN:
        headers["if-none-match"] = first["ETag"]
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path, secure=True, headers=headers)
    if response.status_code != (304 if name in KNOWN else 200):
        raise RuntimeError(f"{path} answered {response.status_code}")
    return {
        "name": name,
        "path": path,
        "mark": MARKS[name],
        "queries": len(queries),
        "headers": headers,
        "status": response.status_code,
        "bytes": len(response.content),
        "heaviest": HEAVIEST.get(name),
        "cookies": sorted(response.cookies),
    }


def main() -> None:
    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client(headers={"host": HOST})
    asked = paths_of_many() if sys.argv[1:] == ["many"] else paths()
    for name, path in asked.items():
        sys.stdout.write(json.dumps(measure(client, name, path)) + "\n")


if __name__ == "__main__":
    main()
