"""Gives the partnerships that are there a stage, after their days: begins later, runs, or is over."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db import migrations
from django.utils import timezone

BESIDE = (
    "Lief neben einer anderen Hauptpartnerschaft derselben Seiten. Es kann nur noch eine laufen, deshalb steht diese als "
    "beendet da; alles, was zu ihr geschrieben ist, bleibt."
)


def give_stages(apps: Any, schema_editor: Any) -> None:
    partnerships = apps.get_model("partners", "Partnership")
    changes = apps.get_model("partners", "StageChange")
    today = timezone.localdate()
    parties = parties_of(apps.get_model("partners", "PartnershipParty"))
    running: set[str] = set()
    for row in partnerships.objects.order_by("start_on", "pk"):
        row.parties_key = key_of(parties[row.pk])
        note = place(row, today, running)
        values = {name: getattr(row, name) for name in ("parties_key", "state", "end_on", "end_reason")}
        partnerships.objects.filter(pk=row.pk).update(**values)
        line = changes.objects.create(partnership=row, to_state=row.state, note=note)
        changes.objects.filter(pk=line.pk).update(at=row.created_at)


def parties_of(model: Any) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for partnership, actor in model.objects.order_by().values_list("partnership", "actor"):
        found[partnership].add(actor)
    return found


def key_of(actors: set[int]) -> str:
    return "-".join(map(str, sorted(actors))) if len(actors) > 1 else ""


def place(row: Any, today: date, running: set[str]) -> str:
    """Says at which stage the row is, and what there is to say about it."""
    if row.end_on and row.end_on < today:
        row.state, row.end_reason = "beendet", "laufzeit"
        return ""
    if row.start_on > today:
        row.state = "vereinbart"
        return ""
    if row.kind == "haupt" and row.parties_key in running:
        row.state, row.end_reason = "beendet", "sonstiges"
        row.end_on = max(row.start_on, today - timedelta(days=1))
        return BESIDE
    row.state = "laufend"
    if row.kind == "haupt" and row.parties_key:
        running.add(row.parties_key)
    return ""


class Migration(migrations.Migration):
    dependencies = [("partners", "0023_stages")]

    operations = [migrations.RunPython(give_stages, migrations.RunPython.noop, elidable=False)]
