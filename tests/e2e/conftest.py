"""A real browser: what it needs, and what must never happen in it, whatever a journey is about."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from partners.models import Person

HOW_TO_CHROMIUM = (
    "needs Chromium. On Debian: apt-get install chromium. Elsewhere, name its program: CHROMIUM=/path/to/chromium"
)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ARGUMENTS += ["--disable-sync", "--no-first-run", "--disable-dev-shm-usage"]
PATIENCE = 30_000  # milliseconds; a busy machine is no failure
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip(HOW_TO_CHROMIUM)
    return path


@pytest.fixture(scope="session")
def playwright_driver(django_db_setup: None) -> Iterator[Playwright]:
    """Playwright runs an event loop in this thread, and Django keeps a connection of its own for a thread with a loop."""
    connection.close()
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(chromium: str, playwright_driver: Playwright) -> Iterator[Browser]:
    """One browser for each worker.

    Beside Playwright's event loop Django would refuse to ask the database; the tests are not asynchronous, so nothing
    is blocked by it.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    browser = playwright_driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield browser
    browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Watched:
    """Opens windows and remembers what went wrong in any of them."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser = browser
        self.origin = origin
        self.contexts: list[BrowserContext] = []
        self.foreign: list[str] = []
        self.complaints: list[str] = []

    def open(self, *, person: Person | None = None, size: str = "desk", **options: Any) -> Page:
        """A window of somebody's own: signed out, or signed in as the person. `size` is "phone" or "desk"."""
        options = {"viewport": SIZES[size], "locale": "de-DE", "reduced_motion": "reduce"} | options
        context = self.browser.new_context(base_url=self.origin, **options)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        context.route("**/*", self._refuse_foreign)
        context.on("console", lambda message: self._note(message.type, message.text, message.location.get("url", "")))
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        if person:
            self.sign_in(context, person)
        return context.new_page()

    def sign_in(self, context: BrowserContext, person: Person) -> None:
        """Without the form, which has journeys of its own."""
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": self.origin}]
        )

    def _refuse_foreign(self, route: Any) -> None:
        url = route.request.url
        if url.startswith((self.origin + "/", "data:", "blob:")):
            route.continue_()
        else:
            self.foreign.append(url)
            route.abort()

    def _note(self, kind: str, text: str, url: str) -> None:
        """A page that is rightly refused (404, 422 …) is no complaint; a script, a style or a policy that fails is."""
        expected = text.startswith("Failed to load resource: the server responded with a status of 4")
        if kind == "error" and not (expected and "/static/" not in url):
            self.complaints.append(f"{text} ({url})")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def watched(browser: Browser, live_server: Any) -> Iterator[Watched]:
    """Windows onto the portal. Fails when one of them asked another origin, or when the console shows an error."""
    watched = Watched(browser, live_server.url)
    yield watched
    watched.close()
    assert watched.foreign == [], "requests to another origin"
    assert watched.complaints == [], "errors in the console"


@pytest.fixture(params=[True, False], ids=["with-js", "without-js"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
def open_page(watched: Watched, javascript: bool) -> Callable[..., Page]:
    """`open_page(person=…, size="phone")`, once with JavaScript and once without."""

    def opener(**options: Any) -> Page:
        return watched.open(**{"java_script_enabled": javascript} | options)

    return opener
