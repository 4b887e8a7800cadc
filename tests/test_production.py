"""The portal as operators run it: gunicorn behind a proxy that speaks https, files with a hash in their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.benchmark.__main__ import environment, run, served
from tests.benchmark.pages import HOST
from tests.walk import HEADERS


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    text: str


class Visitor:
    """Asks through the proxy, over one open connection."""

    def __init__(self, connection: HTTPConnection) -> None:
        self.connection = connection

    def get(self, path: str, *, scheme: str = "https", host: str = HOST, **headers: str) -> Answer:
        asked = {"Host": host, "X-Forwarded-Proto": scheme, "X-Forwarded-For": "203.0.113.7"} | headers
        self.connection.request("GET", path, headers=asked)
        response = self.connection.getresponse()
        body = response.read()
        given = response.getheaders()
        return Answer(
            response.status,
            dict(given),
            [value for name, value in given if name == "Set-Cookie"],
            body.decode("utf-8", "replace"),
        )


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder: Path = tmp_path_factory.mktemp("production")
    env = environment(f"sqlite:///{folder}/db.sqlite3", f"{folder}/static")
    run(env, "manage.py", "migrate", "--verbosity", "0")
    run(env, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    with served(env) as connection:
        yield Visitor(connection)


def test_who_comes_unencrypted_is_led_to_the_encrypted_page(visitor: Visitor) -> None:
    answer = visitor.get("/akteure/?q=x", scheme="http")

    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/akteure/?q=x")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_reader_gets_the_page_with_all_protection_and_without_a_cookie(visitor: Visitor) -> None:
    answer = visitor.get("/")

    assert (answer.status, answer.cookies) == (200, [])
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_cookies_are_bound_to_this_host_and_to_encryption(visitor: Visitor) -> None:
    answer = visitor.get("/konto/login/")

    assert answer.status == 200
    assert answer.cookies
    for cookie in answer.cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(re.split(r"; ", cookie))


def test_files_carry_a_hash_and_are_kept_for_ever(visitor: Visitor) -> None:
    styles = re.findall(r'rel="stylesheet" href="(/static/css/[^"]+)"', visitor.get("/").text)

    assert styles
    for path in styles:
        answer = visitor.get(path, **{"Accept-Encoding": "gzip"})
        assert re.search(r"\.[0-9a-f]{12}\.css$", path)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "max-age=315360000, public, immutable")
        assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert answer.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(("path", "text"), [("/healthz", "ok\n"), ("/readyz", "database: ok\ncache: ok\n")])
def test_machines_on_the_same_host_need_no_encryption(visitor: Visitor, path: str, text: str) -> None:
    answer = visitor.get(path, scheme="http")

    assert (answer.status, answer.text, answer.cookies) == (200, text, [])


@pytest.mark.parametrize(
    ("path", "host", "status"), [("/gibt-es-nicht/", HOST, 404), ("/", "boese.example.org", 400), ("/stil/", HOST, 404)]
)
def test_errors_are_pages_that_tell_nothing_about_the_inside(
    visitor: Visitor, path: str, host: str, status: int
) -> None:
    answer = visitor.get(path, host=host)

    assert answer.status == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "Traceback" not in answer.text
    assert "DEBUG" not in answer.text


def test_nobody_is_asked_to_trust_a_sitemap_of_another_scheme(visitor: Visitor) -> None:
    assert f"<loc>https://{HOST}/sitemap-akteure.xml</loc>" in visitor.get("/sitemap.xml").text
