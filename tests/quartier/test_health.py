from __future__ import annotations

import pytest
from django.core.cache import caches
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from redis.exceptions import ConnectionError as CacheIsGoneError

from quartier.views import health


def test_the_process_says_that_it_lives_without_asking_the_database(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_the_portal_is_ready_when_database_tables_and_cache_are(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"database: ok\ncache: ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_the_portal_is_not_ready_while_a_migration_is_missing(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="partners").latest("pk").delete()

    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"database: 1 migrations are missing\ncache: ok\n")


@pytest.mark.django_db
def test_the_portal_is_not_ready_when_the_database_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(health, "MigrationExecutor", refuse)
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (503, b"database: does not answer\ncache: ok\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "reason"), [("set", "does not answer"), ("get", "forgets what it is given")], ids=["gone", "forgetful"]
)
def test_the_portal_is_not_ready_without_its_cache(
    client: Client, monkeypatch: pytest.MonkeyPatch, name: str, reason: str
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        if name == "set":
            raise CacheIsGoneError("gone")

    monkeypatch.setattr(type(caches["default"]), name, broken)
    response = client.get("/readyz")

    assert (response.status_code, response.content.decode()) == (503, f"database: ok\ncache: {reason}\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_nobody_writes_to_the_health_pages(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
