"""For machines that watch the portal: a supervisor and a load balancer ask here, without a log-in."""

from __future__ import annotations

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError


class NotReadyError(Exception):
    """Something that every page needs does not answer."""


def check_database() -> None:
    """The database answers, and its tables are those that this version of the portal expects."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise NotReadyError("does not answer") from error
    if missing:
        raise NotReadyError(f"{len(missing)} migrations are missing")


def check_cache() -> None:
    try:
        cache.set("readyz", "ready", timeout=10)
        answer = cache.get("readyz")
    except (OSError, RedisError) as error:
        raise NotReadyError("does not answer") from error
    if answer != "ready":
        raise NotReadyError("forgets what it is given")


CHECKS: dict[str, Callable[[], None]] = {"database": check_database, "cache": check_cache}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives. Asks nobody else, so that a slow database does not make a supervisor restart the portal."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether visitors may be sent here: 200 when all answers, 503 and a line for each when not."""
    lines, status = [], 200
    for name, check in CHECKS.items():
        try:
            check()
        except NotReadyError as error:
            status = 503
            lines.append(f"{name}: {error}")
        else:
            lines.append(f"{name}: ok")
    return HttpResponse("\n".join([*lines, ""]), status=status, content_type="text/plain; charset=utf-8")
