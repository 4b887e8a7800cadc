"""A project with fifty thousand contributions, an actor that gave fifty thousand, and a project passed on five hundred times.

    python -m tests.benchmark.many

Added to a database that was filled before and measured by itself: nothing else is to be slower or faster for it. Written
by the database itself, in the same words on both kinds.
"""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import django
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

NUMBER = 50_000
PARTNERS, PROJECTS, ENTRIES = 20, 250, 500
PROJECT, ACTOR, PASSED_ON = "viele-beitraege", "gibt-viel", "weitergesagt"
# Of the kinds that are counted in hours, pieces and money, and of one that has no quantity.
ROWS = """
INSERT INTO projects_contribution (
    participation_id, category, title, planned_quantity, delivered_quantity, unit, start_on, end_on, is_public, state,
    recorded_side, recorded_at, confirmed_at, objection, version
)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s),
    part(id, place, number) AS (
        SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1, COUNT(*) OVER () FROM projects_participation WHERE {whose}
    ),
    kind(place, category, unit, counts) AS (
        SELECT 0, 'raeume', 'stunden', 1 UNION ALL SELECT 1, 'material', 'stueck', 1
        UNION ALL SELECT 2, 'geld', 'eur', 1 UNION ALL SELECT 3, 'daten', '', 0
    )
SELECT
    part.id, kind.category, 'Beitrag ' || i,
    CASE WHEN counts = 1 THEN i %% 40 + 1 END,
    CASE WHEN counts = 1 AND i %% 3 > 0 THEN i %% 30 + 1 END,
    kind.unit, {day}, NULL, i %% 50 > 0, CASE i %% 3 WHEN 0 THEN 'geplant' WHEN 1 THEN 'erbracht' ELSE 'bestaetigt' END,
    'projekt', CURRENT_TIMESTAMP, CASE WHEN i %% 3 = 2 THEN CURRENT_TIMESTAMP END, '', 1
FROM n JOIN part ON part.place = i %% part.number JOIN kind ON kind.place = (i / 7) %% 4
"""
# Days of the last four years.
DAY = {"sqlite": "DATE('now', '-' || (i %% 1460) || ' days')", "postgresql": "CURRENT_DATE - i %% 1460"}


def passed_on(parts: list[Any]) -> list[Any]:
    from projects.models import Dissemination

    day = timezone.localdate()
    return [
        Dissemination(
            participation=parts[number % len(parts)],
            channel_kind="newsletter",
            channel_name=f"Rundbrief {number % 60}",
            went_out_on=day - timedelta(days=number),
            audience=number + 1,
            measured_on=day,
        )
        for number in range(ENTRIES)
    ]


@transaction.atomic
def make() -> None:
    from partners.models import Actor
    from projects.models import Dissemination, Participation, Project
    from tests.benchmark.pages import busiest

    place, agreed = busiest(), Participation.State.AGREED
    project = Project(title="Viele Beiträge", slug=PROJECT, state=Project.State.RUNNING)
    actor = Actor(name="Gibt viel", slug=ACTOR, state=Actor.State.PUBLISHED)
    spread = Project(title="Weitergesagt", slug=PASSED_ON, state=Project.State.RUNNING)
    for row in (project, actor, spread):
        row.save()
        row.neighbourhoods.add(place)
    partners = list(Actor.objects.published().exclude(pk=actor.pk).order_by("pk")[:PARTNERS])
    projects = Project.objects.published().exclude(pk__in=[project.pk, spread.pk]).order_by("pk")[:PROJECTS]
    parts = [Participation(project=project, actor=partner, state=agreed) for partner in partners]
    parts += [Participation(project=other, actor=actor, state=agreed) for other in projects]
    Participation.objects.bulk_create(parts)
    carriers = [Participation(project=spread, actor=partner, state=agreed) for partner in partners]
    Participation.objects.bulk_create(carriers)
    Dissemination.objects.bulk_create(passed_on(carriers))
    with connection.cursor() as cursor:
        for whose, key in (("project_id", project.pk), ("actor_id", actor.pk)):
            rows = ROWS.format(whose=f"{whose} = %s", day=DAY[connection.vendor])
            cursor.execute(rows, [NUMBER, key])
    call_command("rebuild_sums", verbosity=0, stdout=StringIO())


if __name__ == "__main__":
    django.setup()
    make()
