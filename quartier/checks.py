"""What `manage.py check --deploy` asks of an operator beside Django's own questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db import DatabaseError, connection
from django.utils import timezone, translation


def legal_pages_are_written(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Imprint, privacy and accessibility are duties of public bodies, so an empty one is named.

    Says nothing while there is no database with these tables: then there is no visitor either.
    """
    pages = apps.get_model("quartier", "LegalPage")._default_manager.order_by("pk")
    try:
        with connection.cursor() as cursor:
            is_migrated = pages.model._meta.db_table in connection.introspection.table_names(cursor)
        empty = [page for page in pages if page.is_empty] if is_migrated else []
    except DatabaseError:
        return []
    with translation.override("en"):
        return [
            checks.Warning(
                f"The page “{page}” (/{page.kind}/) is empty.",
                hint="Write it in the administration, under “Legal pages”. German is needed, English is welcome.",
                id="quartier.W001",
            )
            for page in empty
        ]


def what_is_due_is_done(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Without `run_due` a mail that the server did not take is never tried again, and nobody is reminded of anything."""
    jobs = apps.get_model("partners", "DueJob")._default_manager
    try:
        with connection.cursor() as cursor:
            is_migrated = jobs.model._meta.db_table in connection.introspection.table_names(cursor)
        is_done = not is_migrated or jobs.filter(started_at__gt=timezone.now() - timedelta(hours=1)).exists()
    except DatabaseError:
        return []
    if is_done:
        return []
    return [
        checks.Warning(
            "Nobody has called `manage.py run_due` within the last hour.",
            hint="Let the machine call it every five minutes, see README.md, “Run it on one machine”.",
            id="quartier.W002",
        )
    ]
