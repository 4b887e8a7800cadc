"""On PostgreSQL a search asks an index instead of reading every row; without the index it finds the same."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from partners.models import Actor, Offer
from partners.models.trigrams import add_trigram_index, index_name
from projects.models import Need, Project
from tests.factories import ActorFactory

pytestmark = pytest.mark.django_db
SEARCHED = {
    (Actor._meta.db_table, index_name("partners_actor")),
    (Project._meta.db_table, index_name("projects_project")),
}
# The names of actors have one of their own, for likely twins, and the titles of projects for similar ones.
INDEXES = SEARCHED | {
    (Actor._meta.db_table, index_name("partners_actor", "sort_name")),
    (Project._meta.db_table, index_name("projects_project", "sort_title")),
    (Offer._meta.db_table, index_name("partners_offer")),
    (Need._meta.db_table, index_name("projects_need")),
}


def indexes() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, indexname FROM pg_indexes WHERE indexname LIKE '%_trigrams'")
        return set(cursor.fetchall())


@pytest.mark.postgresql
def test_the_migrations_make_all_indexes():
    assert indexes() == INDEXES


@pytest.mark.postgresql
@pytest.mark.parametrize("text", ["bibliothek", "stadtbibliothek 17", "straße"])
def test_the_search_of_both_lists_uses_them(text):
    Actor.objects.bulk_create(
        Actor(name=f"Verein {n}", slug=f"v-{n}", state="veroeffentlicht", description="Für alle da. " * 20)
        for n in range(4000)
    )
    Project.objects.bulk_create(
        Project(title=f"Fest {n}", slug=f"f-{n}", state="laufend", summary="Für alle da. " * 20) for n in range(4000)
    )
    with connection.cursor() as cursor:
        for _table, index in INDEXES:
            cursor.execute("SELECT gin_clean_pending_list(%s)", [index])  # what VACUUM does by itself after a while
        cursor.execute("ANALYZE partners_actor, projects_project")
    for rows in (Actor.objects.published().search(text), Project.objects.published().search(text)):
        table = rows.model._meta.db_table
        assert index_name(table) in rows.explain()
        assert index_name(table) in rows.order_by().values("pk").explain()


@pytest.mark.postgresql
def test_an_index_that_is_missing_is_made_by_the_command():
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {index_name('partners_actor')}, {index_name('partners_actor', 'sort_name')}")
    said = StringIO()
    call_command("rebuild_search", stdout=StringIO(), stderr=said)
    assert (indexes(), said.getvalue()) == (INDEXES, "")


class Refusing:
    """A server on which the database user may not create the extension."""

    def __init__(self, real):
        self.vendor, self.alias, self.ops = "postgresql", real.alias, real.ops

    def cursor(self):
        raise DatabaseError("permission denied to create extension")


def test_where_the_extension_is_refused_it_says_what_a_superuser_must_run(monkeypatch):
    found = ActorFactory(name="Stadtbibliothek")
    said = add_trigram_index(Refusing(connection), table="partners_actor")
    assert "A superuser of the server must run, in the database of the portal: CREATE EXTENSION pg_trgm;" in said
    assert "partners_actor" in said
    monkeypatch.setattr("quartier.management.commands.rebuild_search.connection", Refusing(connection))
    errors = StringIO()
    call_command("rebuild_search", stdout=StringIO(), stderr=errors)
    assert errors.getvalue().count("CREATE EXTENSION pg_trgm;") == 4
    assert list(Actor.objects.search("bibliothek")) == [found]


def test_on_sqlite_there_is_nothing_to_make():
    refusing = Refusing(connection)
    refusing.vendor = "sqlite"
    assert add_trigram_index(refusing, table="partners_actor") == ""
