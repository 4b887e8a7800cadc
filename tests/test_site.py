"""Walks the whole portal, with the demo in it: what holds on every page, for everybody, in both languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from typing import NamedTuple

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, resolve
from django.views.decorators.http import require_safe
from pytest_django import DjangoDbBlocker, Settings

from partners.models import Person
from quartier import privacy
from quartier.demo.story import ADMIN, ORGANISER, PARTNER, load_story
from quartier.urls import handler400, handler403, handler404, handler500
from quartier.urls import urlpatterns as real_urlpatterns
from tests.walk import addresses, content_of, defects, missing_headers, walk

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]
LOG_INS = {"visitor": None, "partner": PARTNER, "organiser": ORGANISER, "admin": ADMIN}
GERMAN, ENGLISH = "de", "en"


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The story is told once for all tests of this file, in a transaction that is never written."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_story()
        yield
        transaction.set_rollback(True)


def signed_in(role: str, language: str = GERMAN) -> Client:
    client = Client(headers={"accept-language": language})
    if email := LOG_INS[role]:
        person = Person.objects.get(email=email)
        Person.objects.filter(pk=person.pk).update(language=language)
        client.force_login(person)
    return client


def listed(rows: list[tuple[str, ...]]) -> str:
    return "\n".join([f"{len(rows)} defects", *(": ".join(row) for row in rows)])


@pytest.mark.parametrize(("language", "rows"), [(GERMAN, 5), (ENGLISH, 1)])
@pytest.mark.parametrize("role", LOG_INS)
@pytest.mark.usefixtures("demo")
def test_every_page_along_the_links_is_whole(role: str, language: str, rows: int) -> None:
    """In German for several rows of each kind, since each is in another state; in English every kind of page."""
    wrong: list[tuple[str, str]] = []
    titles = defaultdict(set)
    client = signed_in(role, language)
    client.raise_request_exception = False
    for visit in walk(client, rows=rows, variants=min(rows, 2), without=("/admin/", "/stil/")):
        if visit.response.status_code not in {200, 301, 302}:
            wrong.append((visit.path, f"status {visit.response.status_code}"))
        wrong += [(visit.path, header) for header in missing_headers(visit.response)]
        if role == "visitor" and visit.response.cookies and "csrfmiddlewaretoken" not in visit.text:
            wrong.append((visit.path, f"cookies for a reader: {sorted(visit.response.cookies)}"))
        if visit.is_page and visit.response.status_code == 200:
            wrong += [(visit.path, defect) for defect in defects(visit.text, language=language)]
            title = visit.text.split("<title>")[1].split("</title>")[0]
            titles[title].add(resolve(visit.path.split("?")[0]).route)

    assert wrong == [], listed(wrong)
    assert {title: routes for title, routes in titles.items() if len(routes) > 1} == {}
    assert len(titles) > (30 if rows > 1 else 15)


@pytest.mark.parametrize("role", ["visitor", "admin"])
@pytest.mark.usefixtures("demo")
def test_every_address_answers_with_the_headers_that_protect(role: str) -> None:
    client = signed_in(role)
    client.raise_request_exception = False
    wrong = []
    for name, address in addresses():
        response = client.get(address)
        if response.status_code not in {200, 301, 302, 403, 404, 405}:
            wrong.append((name, address, f"status {response.status_code}"))
        wrong += [(name, address, header) for header in missing_headers(response)]
        content_of(response)

    assert wrong == [], listed(wrong)


@require_safe
def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("This page is broken on purpose.")


urlpatterns = [path("kaputt/", broken), *real_urlpatterns]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class Trouble(NamedTuple):
    address: str
    status: int
    method: str = "get"
    host: str = "testserver"


TROUBLES = {
    "no-page": Trouble("/gibt-es-nicht/", 404),
    "no-row": Trouble("/akteure/gibt-es-nicht/", 404),
    "broken": Trouble("/kaputt/", 500),
    "foreign-host": Trouble("/", 400, host="boese.example.org"),
    "form-too-old": Trouble("/konto/login/", 403, method="post"),
}


@pytest.mark.parametrize("language", [GERMAN, ENGLISH])
@pytest.mark.parametrize("role", ["visitor", "organiser"])
@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
@pytest.mark.usefixtures("demo")
def test_what_goes_wrong_is_a_whole_page_too(settings: Settings, role: str, language: str, trouble: Trouble) -> None:
    settings.ROOT_URLCONF = __name__
    client = signed_in(role, language)
    client.raise_request_exception = False
    client.handler.enforce_csrf_checks = True
    response = getattr(client, trouble.method)(trouble.address, headers={"host": trouble.host})

    assert response.status_code == trouble.status
    assert missing_headers(response) == []
    # A broken page stands alone and speaks both languages, German first.
    assert defects(response.content.decode(), language=GERMAN if trouble.status == 500 else language) == []
    assert role != "visitor" or not response.cookies


@pytest.mark.parametrize("address", ["/static/css/tokens.css", "/static/icons.svg", "/static/admin/css/base.css"])
def test_files_of_the_portal_are_protected_too(client: Client, address: str) -> None:
    response = client.get(address)
    assert b"".join(response)

    assert response.status_code == 200
    assert missing_headers(response) == []


def test_no_migration_is_missing() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)

    assert said.getvalue() == "No changes detected\n"


def test_every_field_says_who_may_read_it() -> None:
    assert privacy.defects() == []
