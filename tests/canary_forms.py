"""Finds the forms of a page, and sends them: empty, and with what stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import resolve
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.test_canaries import NOWHERE, World, opened, text_of
from tests.walk import glanced

ON_EVERY_PAGE = ("/sprache/",)
QUIET = "/impressum/"
# Without their keys, two openings of one form are the same form.
LEFT_OUT = ("csrfmiddlewaretoken", "once")
type Data = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Form:
    """Where it is sent and what stands in it, as a browser would send it."""

    action: str
    data: Data


@dataclass(frozen=True)
class Answer:
    path: str
    status: int
    text: str
    mails: list[mail.EmailMessage]


def filled(path: str, html: str) -> Iterator[Form]:
    for form in glanced(html).iter("form"):
        action = form.get("action") or path
        if form.get("method", "").lower() == "post" and not action.startswith((*NOWHERE, *ON_EVERY_PAGE)):
            yield Form(action, tuple(pair for field in form.iter() for pair in values_of(field) if pair[0]))


def values_of(field: Any) -> Iterator[tuple[str, str]]:
    name, sort = field.get("name", ""), field.get("type", "text")
    if field.tag == "textarea":
        yield name, "".join(field.itertext()).removeprefix("\n")
    elif field.tag == "select":
        for option in field.iter("option"):
            if "selected" in option.attrib:
                yield name, option.get("value", "")
    elif field.tag == "input" and name not in LEFT_OUT:
        if sort in {"checkbox", "radio"} and "checked" in field.attrib:
            yield name, field.get("value", "on")
        elif sort not in {"checkbox", "radio", "submit", "file"}:
            yield name, field.get("value", "")


def answers(world: World, role: str, callbacks: DjangoCaptureOnCommitCallbacks) -> Iterator[Answer]:
    """Everything that opens, what comes back for each form in it, and for a bare POST to each address.

    Nothing that is sent stays written.
    """
    client = world.client(role)
    forms: dict[Form, None] = {}
    for path, response in opened(world, client):
        yield Answer(path, response.status_code, text_of(response), [])
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            forms |= dict.fromkeys(filled(path, response.content.decode()))
    bare = dict.fromkeys([*world.paths(), *(form.action for form in forms)])
    led: set[tuple[str, ...]] = set()
    for form in (*(Form(action, ()) for action in bare), *forms):
        yield send(client, form, callbacks, led)


def send(
    client: Client, form: Form, callbacks: DjangoCaptureOnCommitCallbacks, led: set[tuple[str, ...]] | None = None
) -> Answer:
    """Sends it, and opens the page where the answer leads, because that page says what happened.

    `led`: from which kinds of pages to which others somebody was led before. What happened is then read on a page that
    says nothing else; the others are read without having sent anything.
    """
    cache.clear()
    mail.outbox.clear()
    data: dict[str, list[str]] = {}
    for name, value in form.data:
        data.setdefault(name, []).append(value)
    with transaction.atomic():
        with callbacks(execute=True):
            response = client.post(form.action, data)
        text = text_of(response)
        target = response.headers.get("Location", "")
        if target and not urlsplit(target).netloc:
            way = tuple(resolve(urlsplit(path).path).route for path in (form.action, target))
            text += text_of(client.get(QUIET if led is not None and way in led else target))
            if led is not None:
                led.add(way)
        transaction.set_rollback(True)
    return Answer(form.action, response.status_code, text, list(mail.outbox))


def words_sent(message: mail.EmailMessage) -> str:
    """All that somebody gets with a mail."""
    parts = [message.subject, message.body, *(str(body) for body, _ in getattr(message, "alternatives", []))]
    return "\n".join([*parts, *message.recipients(), str(message.extra_headers)]).casefold()
