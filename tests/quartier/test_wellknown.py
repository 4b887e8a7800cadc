from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from tests.factories import NeedFactory, OfferFactory

SITE = "https://quartier.example.org"


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = SITE


def test_robots_are_led_to_what_is_public(client: Client) -> None:
    response = client.get("/robots.txt")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == (
        "User-agent: *\n"
        "Disallow: /admin/\n"
        "Disallow: /akteure/neu/\n"
        "Disallow: /beitraege/antworten/\n"
        "Disallow: /einladungen/\n"
        "Disallow: /konto/\n"
        "Disallow: /projekte/neu/\n"
        "Disallow: /suche/\n"
        "Disallow: /uebersicht/\n"
        "\n"
        f"Sitemap: {SITE}/sitemap.xml\n"
    )


@pytest.mark.parametrize(
    ("setting", "contact"),
    [("mailto:security@example.org", "mailto:security@example.org"), ("", f"{SITE}/impressum/")],
)
def test_security_problems_go_to_the_operator(client: Client, settings: Settings, setting: str, contact: str) -> None:
    settings.SECURITY_CONTACT = setting
    response = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in response.content.decode().splitlines())

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    expires = datetime.fromisoformat(fields.pop("Expires"))
    assert timedelta(days=180) < expires - datetime.now(UTC) < timedelta(days=365)
    assert fields == {
        "Contact": contact,
        "Preferred-Languages": "de, en",
        "Canonical": f"{SITE}/.well-known/security.txt",
    }


def locations(client: Client, path: str) -> list[str]:
    response = client.get(path, headers={"host": "localhost"})
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml")
    return re.findall(r"<loc>http://localhost([^<]*)</loc>", response.content.decode())


@pytest.mark.django_db
def test_the_sitemap_lists_one_list_for_each_sort_of_page(client: Client) -> None:
    assert locations(client, "/sitemap.xml") == [
        "/sitemap-seiten.xml",
        "/sitemap-quartiere.xml",
        "/sitemap-akteure.xml",
        "/sitemap-projekte.xml",
        "/sitemap-partnerschaften.xml",
        "/sitemap-angebote.xml",
        "/sitemap-bedarfe.xml",
    ]
    assert locations(client, "/sitemap-seiten.xml") == [
        "/",
        "/akteure/",
        "/partnerschaften/",
        "/angebote/",
        "/projekte/",
        "/bedarfe/",
        "/mitmachen/",
    ]


@pytest.mark.django_db
def test_the_sitemap_lists_offers_and_needs_that_everybody_finds(client: Client) -> None:
    for make, name in ((OfferFactory, "angebote"), (NeedFactory, "bedarfe")):
        shown = make()
        for values in ({"visibility": "netzwerk"}, {"state": "pausiert"}, {"valid_until": "2020-01-01"}):
            make(**values)
        assert locations(client, f"/sitemap-{name}.xml") == [shown.get_absolute_url()]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sitemap-personen.xml", "/sitemap-akteure.xml?p=2", "/sitemap-akteure.xml?p=%00"])
def test_a_list_that_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
