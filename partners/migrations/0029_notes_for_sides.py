"""Nobody knows any more who wrote what the sides say so far: it counts as noted for them until they make it their own."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SAID = ("brings", "expected_benefit")


def call_them_notes(apps: Any, schema_editor: Any) -> None:
    parties = apps.get_model("partners", "PartnershipParty")
    for name in SAID:
        parties.objects.exclude(**{name: ""}).update(**{f"{name}_is_note": True})


class Migration(migrations.Migration):
    dependencies = [("partners", "0028_own_words")]
    operations = [migrations.RunPython(call_them_notes, migrations.RunPython.noop, elidable=False)]
