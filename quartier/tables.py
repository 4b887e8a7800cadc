"""What SQLite has to be told about its tables before it chooses the right index."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from partners.actions.due import Job


def measure_tables() -> int:
    """Counts anew how much each index tells apart. Nobody waits for that, so there is nothing to report.

    Without these figures SQLite guesses, and reads nine thousand published actors to find the sides of sixty partnerships.
    With ten thousand actors it takes a tenth of a second (https://sqlite.org/lang_analyze.html). PostgreSQL does it by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return 0


MEASURE_TABLES = Job("tables", _("Indexes measured"), measure_tables, every=timedelta(days=1))
