"""What the operator sets from outside, read once at the start.

Every value is read by django-environ; a value that cannot be used stops the portal with a sentence
that names the variable, what it said and what it should look like. A variable that is set to nothing counts
as not set, because that is what an empty line in a file of settings means.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import warnings
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
env.ENVIRON = {name: value for name, value in os.environ.items() if value.strip()}


class UnusableSettingError(ImproperlyConfigured):
    """A setting of the operator that the portal cannot work with. `manage.py` shows its sentence alone."""


def read[T](name: str, reader: Callable[[], T], *, example: str) -> T:
    """The variable as its reader understands it; raises `UnusableSettingError` with an example when it cannot.

    A password inside an address is not repeated, for the sentence ends up in logs.
    """
    try:
        with warnings.catch_warnings(action="error", category=UserWarning):
            return reader()
    except (ImproperlyConfigured, UserWarning, ValueError, KeyError, TypeError, IndexError) as error:
        said = re.sub(r"(//[^:/@]*):.*@", r"\1:…@", env.str(name, default=""))
        raise UnusableSettingError(
            f"The environment variable {name} cannot be used: {said!r}. Write it like this: {name}={example}"
        ) from error


def switch(name: str, *, default: bool) -> bool:
    """An on/off switch: 1, true, yes, on against 0, false, no, off; anything else is an error, not a silent 'off'."""

    def reader() -> bool:
        value = env.str(name, default="1" if default else "0").strip().lower()
        if value in {"1", "true", "yes", "on", "ja"}:
            return True
        if value in {"0", "false", "no", "off", "nein"}:
            return False
        raise ValueError(value)

    return read(name, reader, example="1")


def secret_key(*, debug: bool, folder: Path) -> str:
    """`SECRET_KEY`, or for a machine on which one develops a key that is made once and kept in `.secret-key`."""
    if given := env.str("SECRET_KEY", default=""):
        return given
    if not debug:
        raise UnusableSettingError(
            "SECRET_KEY is missing. With DEBUG=0 the portal does not start without a key of its own, because it signs "
            "log-ins and links. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    path = folder / ".secret-key"
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


def database(*, folder: Path) -> dict[str, Any]:
    """`DATABASE_URL`, or SQLite in the project folder.

    SQLite runs with a write-ahead log, waits up to 20 seconds for another writer, and takes the write lock when a
    transaction begins, so that two writers queue up instead of failing halfway.
    """
    default = f"sqlite:///{quote(str(folder / 'db.sqlite3'))}"

    def reader() -> dict[str, Any]:
        config = dict(env.db_url("DATABASE_URL", default=default))
        engine = str(config.get("ENGINE", ""))
        if not config["NAME"] or not engine.endswith(("sqlite3", "postgresql")):
            raise ValueError(engine)
        return config

    config = read("DATABASE_URL", reader, example="postgres://user:password@localhost/quartier")
    if str(config["ENGINE"]).endswith("sqlite3"):
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
        } | config.get("OPTIONS", {})
    else:
        config.setdefault("CONN_MAX_AGE", 60)
        config.setdefault("CONN_HEALTH_CHECKS", True)
    return config


def mailers(name: str, *, patience: int) -> dict[str, Any]:
    """How mail leaves the portal; written to the console when nothing is set.

    `smtp+tls` speaks in the clear first and then switches to encryption (port 587), `smtps` encrypts from the first
    byte (port 465), `smtp` does not encrypt (a relay on the same machine). A mail server that does not answer is given up
    after ten seconds where somebody waits for the page (`default`), and after `patience` seconds for what waits in the
    outbox: a server may take long to look at a mail, and whoever hangs up too early does not know whether it left.
    """

    def reader() -> dict[str, Any]:
        config = env.email_url(name, default="consolemail://")
        scheme, _, rest = env.str(name, default="consolemail://").partition("://")
        options: dict[str, Any] = {}
        if scheme.startswith("smtp"):
            if not config["EMAIL_HOST"] or "?" in rest:
                raise ValueError(rest)
            options = {
                "host": config["EMAIL_HOST"],
                "port": config["EMAIL_PORT"] or {"smtp": 25, "smtp+tls": 587}.get(scheme, 465),
                "username": config["EMAIL_HOST_USER"] or "",
                "password": config["EMAIL_HOST_PASSWORD"] or "",
                "use_tls": scheme == "smtp+tls",
                "use_ssl": scheme in {"smtps", "smtp+ssl"},
                "timeout": 10,
            }
        elif scheme == "filemail":
            options = {"file_path": f"/{config['EMAIL_FILE_PATH']}"}
        default = {"BACKEND": config["EMAIL_BACKEND"], "OPTIONS": options}
        if not scheme.startswith("smtp"):
            return {"default": default, "outbox": default}
        outbox = {"BACKEND": "partners.smtp.EmailBackend", "OPTIONS": options | {"timeout": patience}}
        return {"default": default, "outbox": outbox}

    return read(name, reader, example="smtp+tls://user:password@mail.example.org:587")


def storage(*, folder: Path) -> dict[str, Any]:
    """`STORAGE_URL`: a local folder (`media` when nothing is set; a relative one lies in the project folder), or
    `s3://bucket?endpoint=…&region=…` through django-storages."""

    def reader() -> dict[str, Any]:
        parts = urlsplit(env.str("STORAGE_URL", default="media"))
        if parts.scheme in {"", "file"} and parts.path and not parts.netloc:
            location = str(folder / unquote(parts.path))
            return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": location}}
        if parts.scheme != "s3" or not parts.hostname:
            raise ValueError(parts.scheme)
        query = {key: values[-1] for key, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
        options: dict[str, Any] = {
            "bucket_name": parts.hostname,
            "location": parts.path.strip("/"),
            "default_acl": None,
        }
        for name, option in (("endpoint", "endpoint_url"), ("region", "region_name")):
            if name in query:
                options[option] = query.pop(name)
        if query:
            raise ValueError(query)
        if parts.username:
            options |= {"access_key": parts.username, "secret_key": parts.password}
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options | {"default_acl": None}}

    return read("STORAGE_URL", reader, example="s3://bucket?endpoint=https://s3.example.org")


def private_storage(*, folder: Path) -> dict[str, Any]:
    """Files that are not for everybody lie in `private` inside `STORAGE_URL`, in a folder that only the portal opens."""
    config = storage(folder=folder)
    options = config["OPTIONS"]
    within: dict[str, Any] = {
        "location": f"{options['location']}/private".lstrip("/" if "bucket_name" in options else "")
    }
    if "bucket_name" not in options:
        within |= {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return config | {"OPTIONS": options | within}


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Addresses or networks, separated by commas."""
    return read(
        name,
        lambda: [ipaddress.ip_network(part.strip()) for part in env.list(name, default=[]) if part.strip()],
        example="127.0.0.1,10.0.0.0/8",
    )


def origin(name: str, *, default: str) -> str:
    """An address of a site: scheme and host, without a path."""

    def reader() -> str:
        parts = urlsplit(env.str(name, default=default))
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.port == 0:
            raise ValueError(parts.geturl())
        return f"{parts.scheme}://{parts.netloc}"

    return read(name, reader, example="https://quartier.example.org")


def hosts(name: str, *, default: list[str]) -> list[str]:
    """Names of hosts as they stand in an address: no scheme, no port, no path."""

    def reader() -> list[str]:
        given = [part.strip() for part in env.list(name, default=default) if part.strip()]
        if not given or not all(re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9a-fA-F:.]+\]", host) for host in given):
            raise ValueError(given)
        return given

    return read(name, reader, example="quartier.example.org,www.quartier.example.org")


def sender(name: str, *, default: str) -> str:
    """Whom mails come from: an address, with or without a name."""

    def reader() -> str:
        given = env.str(name, default=default)
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(given)[1]):
            raise ValueError(given)
        return given

    return read(name, reader, example="Quartier Sendling <portal@quartier.example.org>")


def tiles(name: str) -> str:
    """Where map tiles come from; empty means that the portal asks nobody and shows no map."""

    def reader() -> str:
        given = env.str(name, default="")
        if given and not (
            given.startswith(("https://", "http://")) and all(key in given for key in ("{x}", "{y}", "{z}"))
        ):
            raise ValueError(given)
        return given

    return read(name, reader, example="https://tiles.example.org/{z}/{x}/{y}.png")


def contact(name: str) -> str:
    """Where to report a security problem, as an address that security.txt may name; a bare mail address will do."""

    def reader() -> str:
        given = env.str(name, default="").strip()
        if re.fullmatch(r"[^@:/\s]+@[^@:/\s]+", given):
            return f"mailto:{given}"
        if given and not re.fullmatch(r"(https://|mailto:|tel:)\S+", given):
            raise ValueError(given)
        return given

    return read(name, reader, example="security@quartier.example.org")
