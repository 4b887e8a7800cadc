"""How long the pages take that are read most, with ten thousand actors, as a multiple of a page that does nothing.

    uv run python -m tests.benchmark [--actors 10000] [--rounds 60] [--postgresql URL]

Each database is filled with synthetic data by `load_demo`, then one gunicorn worker serves it with production settings
and every page is asked for in turn over one connection that is kept open, signed out except where a page is for
organisers. Each is asked right after the empty page, and that one right after another page: so a busy machine slows it as
much as the others, it finds the memory of the worker as they do, and what all are divided by is the median of many
hundred times. Ends with 1 when a mark is missed.

PostgreSQL is a throwaway server when the machine has its programs, or the server that is named; the database named is
filled and must be empty.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.benchmark.pages import HOST
from tests.postgres import NoServerProgramsError, free_port, throwaway_server

PROJECT = Path(__file__).resolve().parents[2]
KEY = "only-for-measuring-" * 4
ANALYSE = "import django; django.setup(); from django.db import connection; connection.cursor().execute('ANALYZE')"
FORWARDED = {"Host": HOST, "X-Forwarded-Proto": "https"}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def environment(url: str, folder: str) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": url,
        "DEBUG": "0",
        "SECRET_KEY": KEY,
        "SITE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": HOST,
        "TRUSTED_PROXIES": "127.0.0.1",
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "dummymail://",
        "DJANGO_SETTINGS_MODULE": "tests.benchmark.settings",
        "BENCHMARK_FOLDER": folder,
    }


def run(env: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=PROJECT, env=env, check=False, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return done.stdout


def fill(env: dict[str, str], actors: int) -> None:
    began = time.perf_counter()
    run(env, "manage.py", "migrate", "--verbosity", "0")
    run(env, "manage.py", "load_demo", "--actors", str(actors), "--seed", "1", "--force")
    if env["DATABASE_URL"].startswith("postgres"):
        # What the server does by itself within a minute.
        run(env, "-c", ANALYSE)
    say(f"Filled with {actors} actors in {time.perf_counter() - began:.0f} s")


@contextmanager
def served(env: dict[str, str]) -> Iterator[HTTPConnection]:
    """One worker, as small as production gets, and an open connection to it."""
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", "1"]
    options += ["--keep-alive", "75", "--log-level", "error", "--no-control-socket"]
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "quartier.wsgi", *options], cwd=PROJECT, env=env)
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(300):
            try:
                connection.connect()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        yield connection
        connection.close()
    finally:
        server.terminate()
        server.wait(timeout=30)


def ask(connection: HTTPConnection, page: dict[str, Any]) -> float:
    """Seconds until the whole page is here."""
    path = page["path"]
    began = time.perf_counter()
    connection.request("GET", path, headers=FORWARDED | page["headers"])
    response = connection.getresponse()
    response.read()
    took = time.perf_counter() - began
    # To somebody who is signed in, Django renews the cookie of the forms with every page.
    is_wrong = response.getheader("Set-Cookie") and "cookie" not in page["headers"]
    if response.status != page["status"] or is_wrong or response.will_close:
        sys.exit(f"{path} answered {response.status} {response.getheaders()}")
    return took


def measured(env: dict[str, str], rounds: int, *which: str) -> list[dict[str, Any]]:
    pages = [json.loads(line) for line in run(env, "-m", "tests.benchmark.pages", *which).splitlines()]
    times: dict[str, list[float]] = {page["name"]: [] for page in pages}
    with served(env) as connection:
        for page in pages:
            for _ in range(5):
                ask(connection, page)
        empty, *others = pages
        for _ in range(rounds):
            for page in others:
                times["empty"].append(ask(connection, empty))
                times[page["name"]].append(ask(connection, page))
    least = statistics.median(times["empty"])
    for page in pages:
        page["median"] = statistics.median(times[page["name"]])
        page["ratio"] = page["median"] / least
        fast = page["mark"] is None or page["ratio"] <= page["mark"]
        page["held"] = fast and (page["heaviest"] is None or page["bytes"] <= page["heaviest"])
    return pages


def report(database: str, pages: list[dict[str, Any]]) -> bool:
    say(f"\n{database}\n{'page':<18}{'queries':>8}{'bytes':>9}{'median':>11}{'ratio':>8}{'mark':>6}")
    for page in pages:
        verdict = "" if page["mark"] is None else "  held" if page["held"] else "  MISSED"
        say(
            f"{page['name']:<18}{page['queries']:>8}{page['bytes']:>9}{page['median'] * 1000:>8.2f} ms"
            f"{page['ratio']:>8.1f}{page['mark'] or '':>6}{verdict}"
        )
    return all(page["held"] for page in pages)


def benchmark(database: str, url: str, *, actors: int, rounds: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="quartier-benchmark-") as folder:
        env = environment(url or f"sqlite:///{folder}/benchmark.sqlite3", f"{folder}/static")
        fill(env, actors)
        held = report(database, measured(env, rounds))
        run(env, "-m", "tests.benchmark.many")
        run(env, "-m", "tests.benchmark.asked")
        run(env, "-c", ANALYSE)
        return (
            report(f"{database}, fifty thousand contributions, thirty thousand requests", measured(env, rounds, "many"))
            and held
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--actors", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=60, help="how often each page is asked for")
    parser.add_argument("--postgresql", metavar="URL", help="an empty database on a server of yours")
    options = parser.parse_args()
    held = [benchmark("SQLite", "", actors=options.actors, rounds=options.rounds)]
    try:
        with nullcontext(options.postgresql) if options.postgresql else throwaway_server() as url:
            held.append(benchmark("PostgreSQL", url, actors=options.actors, rounds=options.rounds))
    except NoServerProgramsError as error:
        say(f"\nPostgreSQL was not measured. {error}")
    say("\nAll marks held." if all(held) else "\nA mark was missed.")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
