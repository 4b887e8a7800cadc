"""A throwaway PostgreSQL server, for tests and measurements.

`uv run python -m tests.postgres pytest -q` starts one, runs the command with `DATABASE_URL` set, and takes everything
away again. It uses the server programs of the machine (Debian: the package `postgresql`). They refuse to run as root,
so root hands them to another user. The server listens on this machine only and keeps nothing, so it asks for no
password and does not wait for the disk.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}


class NoServerProgramsError(Exception):
    """The machine has no PostgreSQL server programs; the message says how to get them."""


def server_programs() -> Path:
    """The folder with `initdb` and `pg_ctl`, the newest version first: Debian's versioned folders, then the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    on_path = shutil.which("initdb")
    for folder in [*versions, *([Path(on_path).resolve().parent] if on_path else [])]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoServerProgramsError("PostgreSQL's server programs are missing. On Debian: apt-get install postgresql")


def another_user() -> dict[str, Any]:
    """For root: the user `postgres` of the Debian package, or `nobody`. For anybody else: themselves."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in known else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def throwaway_server() -> Iterator[str]:
    """A running server for the time of a `with` block; gives the `DATABASE_URL` of its database `quartier`."""
    programs, identity, port = server_programs(), another_user(), free_port()

    def run(*command: str | Path) -> None:
        done = subprocess.run(
            command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **identity
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")

    with tempfile.TemporaryDirectory(prefix="quartier-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        data, log = folder / "data", folder / "log"
        options = " ".join(f"-c {key}={value}" for key, value in FAST.items())
        options += f" -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -p {port}"
        run(programs / "initdb", "-D", data, "-U", "quartier", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        run(programs / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")
        try:
            run(programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "quartier", "quartier")
            yield f"postgres://quartier@127.0.0.1:{port}/quartier"
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def main(command: list[str]) -> int:
    """Run the command on a throwaway server; its exit code is ours."""
    if not command:
        sys.stderr.write("What shall run? For example: uv run python -m tests.postgres pytest -q\n")
        return 2
    # Whoever ends us also ends the server: without this, SIGTERM would leave it running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with throwaway_server() as url:
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=False).returncode
    except NoServerProgramsError as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
