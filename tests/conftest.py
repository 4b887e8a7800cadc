"""What every test may rely on: quick passwords, a fresh cache, German, and the rows that migrations made."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from partners.views.asking import forget
from tests.slate import Slate

REQUIRE_ALL = os.environ.get("QUARTIER_REQUIRE_ALL") == "1"
SCRATCH = pytest.StashKey[Path]()
# Whoever begins with what takes longest does not wait for it at the end, while the other workers have nothing to do.
LONG = ("test_axe.py", "test_canary_answers.py", "test_canary_corners.py", "test_canaries.py", "test_site.py")
# The files whose tests share a fixture of their module.
WORLDS = {"test_permissions.py", "test_hostile.py", "test_story.py", "test_production.py", "test_site.py"}
WORLDS |= {"test_canaries.py", "test_canary_answers.py", "test_canary_corners.py"}
HOW_TO_POSTGRESQL = (
    "needs PostgreSQL. With Debian's package `postgresql` installed, this starts a throwaway server and runs the tests "
    "on it: uv run python -m tests.postgres pytest"
)


def pytest_configure(config: pytest.Config) -> None:
    """Settings that make tests quick and keep them off the disk, the same whatever the shell has in its environment.

    The SQLite test database is a file and not memory, because in memory all threads share one connection: no two
    real transactions, and a browser that asks for two pages at once would break into the transaction of the other.
    """
    gc.set_threshold(100_000, 50, 50)  # looking for garbage seldom saves a seventh of the time
    folder = Path(tempfile.mkdtemp(prefix="quartier-tests-"))
    config.stash[SCRATCH] = folder
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = folder
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")
        database["OPTIONS"] = database["OPTIONS"] | {
            "init_command": database["OPTIONS"]["init_command"] + "PRAGMA synchronous=OFF;"
        }


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """At the end of the session, because the workers of xdist never get to `pytest_unconfigure`."""
    shutil.rmtree(session.config.stash[SCRATCH], ignore_errors=True)


class SharedWorlds(LoadScopeScheduling):
    """Tests that share the world of their module go to one worker, so that it is made once, and the others one by one."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return path if Path(path).name in WORLDS else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> SharedWorlds | None:
    return SharedWorlds(config, log) if config.getoption("dist") == "load" else None


def pytest_itemcollected(item: pytest.Item) -> None:
    fixtures = chain.from_iterable(item._fixtureinfo.name2fixturedefs.values())  # type: ignore[attr-defined]
    if item.path.name not in WORLDS and any(fixture.scope == "module" for fixture in fixtures):
        raise pytest.UsageError(f"{item.path.name} has a world of its own: add it to WORLDS in tests/conftest.py.")


def is_transactional(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    wanted = {"live_server", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(wanted or (marker and marker.kwargs.get("transaction")))


def asks_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or "django_db_setup" in getattr(item, "fixturenames", ())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that write for good come last; PostgreSQL's tests skip on SQLite.

    Where everything is required, those tests are left to the run on PostgreSQL: a skip would be a failure. So are those that
    ask no database, which would only say the same twice.
    """
    # What is written for good comes last: the world of a module may be open in a transaction until then.
    items.sort(key=lambda item: (is_transactional(item), item.path.name not in LONG))
    if connection.vendor == "postgresql":
        return
    elsewhere = {item for item in items if item.get_closest_marker("postgresql")}
    if REQUIRE_ALL:
        elsewhere |= {item for item in items if not asks_database(item)}
        config.hook.pytest_deselected(items=list(elsewhere))
        items[:] = [item for item in items if item not in elsewhere]
    for item in elsewhere:
        item.add_marker(pytest.mark.skip(reason=HOW_TO_POSTGRESQL))


def pytest_collection_finish() -> None:
    """What is there by now stays until the end, and is not searched for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With `QUARTIER_REQUIRE_ALL=1` a skipped test is a failed one, so that nothing goes missing unseen."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"{item.nodeid} was skipped where every test must run: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Whatever a test has written, by whichever way: the sums that are kept beside contributions are right after it."""
    yield
    if {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())) and not connection.needs_rollback:
        from tests.sums import wrong

        assert not wrong(), "The sums that are kept are not those of the contributions."


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest) -> None:
    """Tests that write for good leave the rows of the data migrations behind them, and nothing else (see `tests.slate`)."""
    slate = Slate(request.config.stash[SCRATCH])
    with django_db_blocker.unblock():
        slate.make()
    TransactionTestCase._fixture_setup = classmethod(lambda cls: None)  # type: ignore[method-assign]
    TransactionTestCase._fixture_teardown = lambda self: slate.wipe()  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _clean_slate(request: pytest.FixtureRequest) -> Iterator[None]:
    """No language and no rate limit is left over from the test before, and no day: a run that passes midnight goes on.

    Questions that are put into words once are forgotten around a test that plants something into them.
    """
    plants = "monkeypatch" in request.fixturenames
    if isinstance(getattr(request.module, "TODAY", None), date):
        request.module.TODAY = timezone.localdate()
    translation.deactivate()
    cache.clear()
    if plants:
        forget()
    yield
    translation.deactivate()
    if plants:
        forget()
