"""On PostgreSQL, an index over every three letters of a search column, so that a search need not read every row."""

from __future__ import annotations

import sys
from typing import Any

from django.db import DatabaseError, migrations, transaction

BY_HAND = (
    "The search works, but it reads every row of {table}: PostgreSQL's extension pg_trgm is missing, and this database "
    "user may not create it. A superuser of the server must run, in the database of the portal: "
    "CREATE EXTENSION pg_trgm; After that `manage.py rebuild_search` makes the index."
)


def add_trigram_index(connection: Any, *, table: str, column: str = "search_text") -> str:
    """Makes the index where it is missing. Gives a sentence that says what to do when that is not possible, or nothing.

    On SQLite there is nothing to make. Without the extension everything is found as well, only slower, so this never
    keeps an upgrade back.
    """
    if connection.vendor != "postgresql":
        return ""
    quote = connection.ops.quote_name
    index = f"CREATE INDEX IF NOT EXISTS {quote(index_name(table, column))} ON {quote(table)} "
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(f"{index} USING gin ({quote(column)} gin_trgm_ops)")
    except DatabaseError:
        return BY_HAND.format(table=table)
    return ""


def index_name(table: str, column: str = "search_text") -> str:
    return f"{table}_{column}_trigrams"


def trigram_index(table: str, column: str = "search_text") -> migrations.RunPython:
    """For a migration: makes the index, or says what a superuser has to do first."""

    def add(apps: Any, schema_editor: Any) -> None:
        if said := add_trigram_index(schema_editor.connection, table=table, column=column):
            sys.stderr.write(f"\n{said}\n")

    def remove(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {index_name(table, column)}")

    return migrations.RunPython(add, remove)
