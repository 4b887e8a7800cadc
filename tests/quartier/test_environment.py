"""What an operator sets from outside: good values are understood, bad ones stop the portal with a sentence."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from quartier import environment
from quartier.environment import UnusableSettingError

PROJECT = Path(__file__).resolve().parents[2]
# What our own test runs put into the environment for themselves.
TESTS = ["DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"]
OURS = [
    "DATABASE_URL",
    "SECRET_KEY",
    "DEBUG",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "STORAGE_URL",
    "MAP_TILE_URL",
    "MAP_TILE_ATTRIBUTION",
    "SIGNUP_OPEN",
    "TRUSTED_PROXIES",
    "SECURITY_CONTACT",
    "MAIL_FROM",
]
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "k9-Zq4pT7vXw2mNc8LrYb3HsJd6FgUe1AoViKtPyQxWzRnMh-5BtGj0aQc",
    "SITE_URL": "https://quartier.example.org",
    "CACHE_URL": "redis://localhost:6379/0",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
    "TRUSTED_PROXIES": "127.0.0.1",
    "SECURITY_CONTACT": "security@quartier.example.org",
}


def manage(*command: str, **values: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` as an operator runs it, in a shell where nothing but these values is set."""
    bare = {name: value for name, value in os.environ.items() if name not in {*OURS, *TESTS}}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=PROJECT,
        env=bare | values,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "example"),
    [
        ("DEBUG", "vielleicht", "DEBUG=1"),
        ("SIGNUP_OPEN", "2", "SIGNUP_OPEN=1"),
        ("DATABASE_URL", "quartier", "DATABASE_URL=postgres://user:password@localhost/quartier"),
        ("DATABASE_URL", "mysql://localhost/quartier", "DATABASE_URL=postgres://user:password@localhost/quartier"),
        ("DATABASE_URL", "postgres://localhost", "DATABASE_URL=postgres://user:password@localhost/quartier"),
        ("DATABASE_URL", "postgres://localhost:port/x", "DATABASE_URL=postgres://user:password@localhost/quartier"),
        (
            "ALLOWED_HOSTS",
            "https://quartier.example.org",
            "ALLOWED_HOSTS=quartier.example.org,www.quartier.example.org",
        ),
        ("ALLOWED_HOSTS", ",", "ALLOWED_HOSTS=quartier.example.org,www.quartier.example.org"),
        ("SITE_URL", "quartier.example.org", "SITE_URL=https://quartier.example.org"),
        ("SITE_URL", "https://quartier.example.org/portal", "SITE_URL=https://quartier.example.org"),
        ("SITE_URL", "https://quartier.example.org:port", "SITE_URL=https://quartier.example.org"),
        ("CACHE_URL", "localhost:6379", "CACHE_URL=redis://localhost:6379/0"),
        ("EMAIL_URL", "mail.example.org", "EMAIL_URL=smtp+tls://user:password@mail.example.org:587"),
        ("EMAIL_URL", "smtp://mail.example.org:port", "EMAIL_URL=smtp+tls://user:password@mail.example.org:587"),
        ("EMAIL_URL", "smtp://mail.example.org?tls=1", "EMAIL_URL=smtp+tls://user:password@mail.example.org:587"),
        ("MAIL_FROM", "Quartier Sendling", "MAIL_FROM=Quartier Sendling <portal@quartier.example.org>"),
        ("STORAGE_URL", "ftp://files.example.org", "STORAGE_URL=s3://bucket?endpoint=https://s3.example.org"),
        ("STORAGE_URL", "s3://bucket?endpiont=x", "STORAGE_URL=s3://bucket?endpoint=https://s3.example.org"),
        ("MAP_TILE_URL", "https://tiles.example.org", "MAP_TILE_URL=https://tiles.example.org/{z}/{x}/{y}.png"),
        ("TRUSTED_PROXIES", "10.0.0.300", "TRUSTED_PROXIES=127.0.0.1,10.0.0.0/8"),
        ("SECURITY_CONTACT", "javascript:alert(1)", "SECURITY_CONTACT=security@quartier.example.org"),
    ],
)
def test_a_bad_value_stops_the_portal_with_one_sentence(name: str, value: str, example: str) -> None:
    done = manage("check", **{name: value})

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"The environment variable {name} cannot be used: {value!r}. Write it like this: {example}\n"


def test_a_password_in_a_bad_address_is_not_repeated() -> None:
    done = manage("check", DATABASE_URL="postgres://portal:very/secret@localhost:port/quartier")

    assert "'postgres://portal:…@localhost:port/quartier'" in done.stderr
    assert "secret" not in done.stderr + done.stdout


def test_production_without_a_key_does_not_start_and_says_why() -> None:
    done = manage("check", DEBUG="0", SITE_URL="https://quartier.example.org")

    assert done.returncode == 1
    assert done.stderr == (
        "SECRET_KEY is missing. With DEBUG=0 the portal does not start without a key of its own, because it signs "
        "log-ins and links. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'\n"
    )


def test_a_production_configuration_passes_the_deployment_check_without_a_word(tmp_path: Path) -> None:
    """On a database without tables yet; the pages that the law asks for have a test of their own."""
    done = manage("check", "--deploy", "--fail-level", "DEBUG", DATABASE_URL=f"sqlite:///{tmp_path}/db", **PRODUCTION)

    assert (done.stdout, done.stderr, done.returncode) == ("System check identified no issues (2 silenced).\n", "", 0)


def test_the_deployment_check_does_not_need_a_database() -> None:
    done = manage("check", "--deploy", DATABASE_URL="postgres://nobody@127.0.0.1:1/nowhere", **PRODUCTION)

    assert (done.stdout, done.stderr, done.returncode) == ("System check identified no issues (2 silenced).\n", "", 0)


def test_a_key_is_made_once_readable_only_for_its_owner_and_kept(tmp_path: Path) -> None:
    first = environment.secret_key(debug=True, folder=tmp_path)

    assert len(first) >= 50
    assert environment.secret_key(debug=True, folder=tmp_path) == first
    assert stat.S_IMODE((tmp_path / ".secret-key").stat().st_mode) == 0o600


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    monkeypatch.setattr(environment.env, "ENVIRON", values)


def test_a_given_key_is_used_and_no_file_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given(monkeypatch, SECRET_KEY="given")

    assert environment.secret_key(debug=False, folder=tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_variable_counts_as_not_set() -> None:
    done = manage("check", **dict.fromkeys(OURS, " "))

    assert (done.stdout, done.stderr, done.returncode) == ("System check identified no issues (0 silenced).\n", "", 0)


@pytest.mark.parametrize(
    ("word", "means"), [("1", True), ("ja", True), ("On", True), ("0", False), ("nein", False), (" FALSE ", False)]
)
def test_a_switch_understands_the_usual_words(monkeypatch: pytest.MonkeyPatch, word: str, means: object) -> None:
    given(monkeypatch, SIGNUP_OPEN=word)

    assert environment.switch("SIGNUP_OPEN", default=not means) is means


def test_the_database_is_a_file_in_the_project_folder_when_nothing_is_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch)
    folder = tmp_path / "Mein Quartier #1 + 50%?"

    assert environment.database(folder=folder)["NAME"] == str(folder / "db.sqlite3")


def test_postgresql_keeps_connections_and_checks_them(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, DATABASE_URL="postgres://portal:p%40ss@db.example.org:5433/quartier")
    config = environment.database(folder=PROJECT)

    assert {name: config[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "quartier",
        "USER": "portal",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": 5433,
    }
    assert (config["CONN_MAX_AGE"], config["CONN_HEALTH_CHECKS"]) == (60, True)


@pytest.mark.parametrize(
    ("url", "storage"),
    [
        (None, ("FileSystemStorage", {"location": "/srv/quartier/media"})),
        ("uploads", ("FileSystemStorage", {"location": "/srv/quartier/uploads"})),
        ("/var/lib/quartier", ("FileSystemStorage", {"location": "/var/lib/quartier"})),
        ("file:///var/lib/my%20files", ("FileSystemStorage", {"location": "/var/lib/my files"})),
        (
            "s3://key:secret@bucket/folder?endpoint=https://s3.example.org&region=eu",
            (
                "S3Storage",
                {
                    "bucket_name": "bucket",
                    "location": "folder",
                    "endpoint_url": "https://s3.example.org",
                    "region_name": "eu",
                    "access_key": "key",
                    "secret_key": "secret",
                    "default_acl": None,
                },
            ),
        ),
    ],
)
def test_storage_is_a_folder_or_a_bucket(monkeypatch: pytest.MonkeyPatch, url: str | None, storage: object) -> None:
    given(monkeypatch, **({"STORAGE_URL": url} if url else {}))
    config = environment.storage(folder=Path("/srv/quartier"))

    assert (config["BACKEND"].rsplit(".", 1)[1], config["OPTIONS"]) == storage


@pytest.mark.parametrize(
    ("url", "backend", "options"),
    [
        (None, "console", {}),
        ("filemail:///var/mail/portal", "filebased", {"file_path": "/var/mail/portal"}),
        ("smtp://localhost", "smtp", ("localhost", 25, "", "", False, False)),
        ("smtp+tls://portal:p%40ss@mail.example.org", "smtp", ("mail.example.org", 587, "portal", "p@ss", True, False)),
        ("smtps://portal:x@mail.example.org", "smtp", ("mail.example.org", 465, "portal", "x", False, True)),
        ("smtp+ssl://mail.example.org:4465", "smtp", ("mail.example.org", 4465, "", "", False, True)),
    ],
)
def test_mail_leaves_the_way_its_address_says(
    monkeypatch: pytest.MonkeyPatch, url: str | None, backend: str, options: object
) -> None:
    given(monkeypatch, **({"EMAIL_URL": url} if url else {}))
    mailers = environment.mailers("EMAIL_URL", patience=60)
    if isinstance(options, tuple):
        names = ("host", "port", "username", "password", "use_tls", "use_ssl")
        options = dict(zip(names, options, strict=True)) | {"timeout": 10}

    assert mailers["default"] == {
        "BACKEND": f"django.core.mail.backends.{backend}.EmailBackend",
        "OPTIONS": options,
    }
    if backend == "smtp":
        assert mailers["outbox"] == {"BACKEND": "partners.smtp.EmailBackend", "OPTIONS": options | {"timeout": 60}}
    else:
        assert mailers["outbox"] == mailers["default"]


def test_lists_and_addresses_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    given(
        monkeypatch,
        TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8,::1",
        ALLOWED_HOSTS="quartier.example.org, .example.org,[::1]",
        SITE_URL="https://quartier.example.org:8443/",
        SECURITY_CONTACT="security@quartier.example.org",
        MAP_TILE_URL="https://tiles.example.org/{z}/{x}/{y}.png",
        MAIL_FROM="Quartier Sendling <portal@quartier.example.org>",
    )

    assert environment.networks("TRUSTED_PROXIES") == [
        ip_network("127.0.0.1"),
        ip_network("10.0.0.0/8"),
        ip_network("::1"),
    ]
    assert environment.hosts("ALLOWED_HOSTS", default=[]) == ["quartier.example.org", ".example.org", "[::1]"]
    assert environment.origin("SITE_URL", default="") == "https://quartier.example.org:8443"
    assert environment.contact("SECURITY_CONTACT") == "mailto:security@quartier.example.org"
    assert environment.tiles("MAP_TILE_URL") == "https://tiles.example.org/{z}/{x}/{y}.png"
    assert environment.sender("MAIL_FROM", default="") == "Quartier Sendling <portal@quartier.example.org>"


def test_a_setting_that_cannot_be_read_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SITE_URL="quartier")

    with pytest.raises(UnusableSettingError, match="SITE_URL cannot be used: 'quartier'"):
        environment.origin("SITE_URL", default="http://localhost:8000")


@pytest.mark.django_db
def test_sqlite_writes_ahead_waits_for_others_and_locks_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch)
    connection = ConnectionHandler({"default": environment.database(folder=tmp_path)})["default"]
    with connection.cursor() as cursor:
        pragmas = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "busy_timeout", "foreign_keys")
        }

    assert pragmas == {"journal_mode": "wal", "busy_timeout": 20_000, "foreign_keys": 1}
    assert connection.transaction_mode == "IMMEDIATE"
    connection.close()


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_compiles_no_questions() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
