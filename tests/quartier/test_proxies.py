from __future__ import annotations

from ipaddress import ip_network

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from quartier.proxies import TrustedProxies


@pytest.fixture(autouse=True)
def _trusted(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("::1")]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def arrived(peer: str, **headers: str) -> HttpRequest:
    """The request as the views see it."""
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    TrustedProxies(view)(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))
    return seen[0]


@pytest.mark.parametrize(
    ("peer", "chain", "client"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("127.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7, unknown", "127.0.0.1"),
        ("127.0.0.1", "'; DROP TABLE", "127.0.0.1"),
        ("203.0.113.9", "10.0.0.2", "203.0.113.9"),
        ("nonsense", "10.0.0.2", "nonsense"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_trusted_proxy(peer: str, chain: str, client: str) -> None:
    assert arrived(peer, HTTP_X_FORWARDED_FOR=chain).META["REMOTE_ADDR"] == client


@pytest.mark.parametrize(("peer", "secure"), [("127.0.0.1", True), ("", True), ("203.0.113.9", False)])
def test_only_a_trusted_proxy_can_say_that_the_connection_is_encrypted(peer: str, secure: object) -> None:
    assert arrived(peer, HTTP_X_FORWARDED_PROTO="https").is_secure() is secure


def test_whoever_is_not_trusted_loses_every_forwarding_header() -> None:
    headers = {
        "HTTP_X_FORWARDED_FOR": "10.0.0.2",
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_HOST": "evil.example.org",
        "HTTP_FORWARDED": "for=10.0.0.2",
    }

    assert [name for name in headers if name in arrived("203.0.113.9", **headers).META] == []


def test_nobody_is_trusted_when_nothing_is_set(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = []

    assert arrived("127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7").META["REMOTE_ADDR"] == "127.0.0.1"
