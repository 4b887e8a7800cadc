"""What is written for good is wiped away after the test, and the rows that migrations made are there again.

Django empties each of our hundred tables with TRUNCATE, which gives every one of them and each of its indexes a new
file, and then builds the rows of the migrations as objects out of JSON and saves them one by one. That takes several
times as long as such a test. Here the rows are deleted, and those of the migrations are copied from a second set of the
tables, in one transaction and by the database alone.
"""

from __future__ import annotations

from pathlib import Path

from django.db import connection, transaction

KEPT = "kept"


class Slate:
    """`make` it when the tables hold nothing but what the migrations wrote, and `wipe` it after a test."""

    def __init__(self, folder: Path) -> None:
        self.file = str(folder / "kept.sqlite3")
        self.tables: list[str] = []
        self.filled: list[str] = []

    def make(self) -> None:
        quoted = connection.ops.quote_name
        self.tables = [
            quoted(name)
            for name in connection.introspection.table_names(include_views=False)
            if name != "django_migrations"  # Django's own way leaves it alone, too
        ]
        self._open_kept()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"CREATE SCHEMA {KEPT}")
            for table in self.tables:
                cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")
                if cursor.fetchone()[0]:
                    self.filled.append(table)
                    cursor.execute(f"CREATE TABLE {KEPT}.{table} AS SELECT * FROM {table}")
        connection.close()

    def wipe(self) -> None:
        """As with TRUNCATE, whoever is still writing is waited for."""
        self._open_kept()
        steps = [f"DELETE FROM {table}" for table in self.tables]
        steps += [f"INSERT INTO {table} SELECT * FROM {KEPT}.{table}" for table in self.filled]
        if connection.vendor == "postgresql":
            before = [
                f"LOCK TABLE {', '.join(self.tables)} IN SHARE ROW EXCLUSIVE MODE",
                # Neither a key that points to what is gone is looked for, nor a trigger called.
                "SET LOCAL session_replication_role = replica",
            ]
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("; ".join([*before, *steps]))
        else:
            with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
                for step in steps:
                    cursor.execute(step)
            connection.close()

    def _open_kept(self) -> None:
        """On SQLite the second set is a file of its own, and each new connection has to be told of it."""
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"ATTACH DATABASE '{self.file}' AS {KEPT}")
