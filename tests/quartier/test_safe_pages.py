"""Every form that the portal shows carries what makes it safe: what was seen where it edits, a receipt where it creates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.quartier.test_permissions import PARTNERS, PORTAL, PROJECTS, World
from tests.quartier.test_twenty import CASES
from tests.walk import glanced

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]

RECEIPT = {"once"}
SEEN = {"version", "seen", "seen_kept", "seen_gone"}

STEP = "a step that is taken once; sent again it finds that it was taken"
GONE = "takes away one row; sent again there is none"
LINK = "the link works once"

# Addresses to which a form without either is sent, and what makes it safe instead.
SAFE_OTHERWISE = {
    "account-home": "a person's own name and language, which nobody else sees at the same time",
    "account_logout": "signs out; sent again it finds nobody signed in",
    "set-language": "the language of this browser",
    "partners:actor-step": STEP,
    "partners:agreement-copy-delete": GONE,
    "partners:agreement-create": "one draft for each partnership; the second time finds it",
    "partners:agreement-delete": GONE,
    "partners:agreement-sign": STEP,
    "partners:channel-delete": GONE,
    "partners:contact-consent": LINK + ", and the form that corrects the entry carries what was seen",
    "partners:contact-delete": GONE,
    "partners:quotation-consent": LINK + ", and what confirms or corrects carries what was seen",
    "partners:contact-note-delete": GONE,
    "partners:contact-withdraw": STEP,
    "partners:invitation-accept": LINK,
    "partners:invitation-resend": "makes no row; it sends the same invitation anew",
    "partners:invitation-revoke": STEP,
    "partners:membership-delete": GONE,
    "partners:membership-promote": STEP,
    "partners:next-step-done": STEP,
    "partners:notices-refuse": STEP,
    "partners:neighbourhood-boundary": "stores nothing; it leads to the form that asks and carries what was seen",
    "partners:offer-delete": GONE,
    "partners:offer-renew": LINK + ", until the day that it names",
    "partners:offer-step": STEP,
    "partners:organiser-delete": GONE,
    "partners:partnership-handover-delete": GONE,
    "partners:partnership-handover-line-delete": GONE,
    "partners:partnership-handover-line-done": "one day of one line; sent twice it says the same",
    "partners:partnership-step": STEP,
    "partners:quotation-delete": GONE,
    "partners:review-delete": GONE,
    "partners:round-mail-delete": GONE,
    "projects:benefit-delete": GONE,
    "projects:dissemination-delete": GONE,
    "projects:need-delete": GONE,
    "projects:need-renew": LINK + ", until the day that it names",
    "projects:need-step": STEP,
    "projects:inquiry-answer": STEP,
    "projects:inquiry-withdraw": STEP,
    "projects:participation-step": STEP,
    "projects:request-step": STEP,
    "projects:partnership-project-create": "one tie for each pair; the second time finds it",
    "projects:partnership-project-delete": GONE,
    "projects:project-handover-delete": GONE,
    "projects:project-handover-line-delete": GONE,
    "projects:project-handover-line-done": "one day of one line; sent twice it says the same",
    "projects:project-step": STEP,
}


# Pages whose form makes a row, by the case in which it is sent twenty times at once.
TWENTY = {
    "actor": {"partners:actor-create"},
    "assessment": {"partners:actor-assessment"},
    "benefit": {"projects:benefit-create"},
    "channel": {"partners:channel-create"},
    "passed on": {"projects:dissemination-create"},
    "contribution of what was passed on": {"projects:dissemination-contribute"},
    "offer": {"partners:actor-offer-create"},
    "need": {"projects:actor-need-create", "projects:project-need-create"},
    "contact": {"partners:contact-create"},
    "contact note": {"partners:contact-note-create"},
    "contribution": {"projects:contribution-create"},
    "hand-over": {"partners:partnership-handover-create", "projects:project-handover-create"},
    "line of a hand-over": {"partners:partnership-handover-line-create", "projects:project-handover-line-create"},
    "proposals of a hand-over": {"partners:partnership-handover-proposals", "projects:project-handover-proposals"},
    "invitation of an organiser": {"partners:neighbourhood-team"},
    "invitation to a team": {"partners:actor-team"},
    "next step": {"partners:next-step-create"},
    "participation": {"projects:participation-create"},
    "partnership": {"partners:partnership-create"},
    "partnership taken up again": {"partnership-reopen"},
    "project": {"projects:project-create"},
    "look back": {"partners:review-create"},
    "round mail": {"partners:round-mail-create"},
    "quotation": {"partners:quotation-create"},
    "request to a project": {"projects:inquiry-create"},
    "request for an offer": {"projects:request-create"},
}


def pages(world: World, *roles: str) -> Iterator[tuple[str, Client]]:
    """Every page of the table, as each role that may open it."""
    for row in (*PORTAL, *PARTNERS, *PROJECTS):
        path = reverse(row.name, kwargs=world.kwargs[row.of] | row.more) + row.query
        for role in roles or ("visitor", "editor", "organiser", "admin"):
            client = Client()
            client.cookies = world.cookies[role]
            yield path, client


def forms_of(path: str, client: Client) -> Iterator[tuple[str, frozenset[str]]]:
    for form in forms_in(client.get(path)):
        yield target(form, path), frozenset(names(form))


def forms_in(answer: Any) -> list[Element]:
    if answer.status_code not in {200, 409, 422} or not answer["Content-Type"].startswith("text/html"):
        return []
    page = glanced(answer.content.decode())
    return [form for form in page.iter("form") if form.get("method") == "post"]


def target(form: Element, path: str) -> str:
    """The name of the address to which the form is sent."""
    address = (form.get("action") or path).partition("?")[0]
    try:
        return resolve(address).view_name
    except Resolver404:
        return address


def names(form: Element) -> Iterator[str]:
    for element in form.iter("input"):
        name = element.get("name") or ""
        yield name.rpartition("-")[2] if name.endswith("-seen") else name


def test_every_form_on_every_page_is_safe() -> None:
    """A form carries what was seen, or a receipt; or its address stands in the list with a reason, and none stands there idly."""
    world = World()
    found: dict[str, set[frozenset[str]]] = {}
    for path, client in pages(world):
        for name, carried in forms_of(path, client):
            found.setdefault(name, set()).add(carried)
    bare = {name for name, forms in found.items() if any(not carried & (RECEIPT | SEEN) for carried in forms)}
    assert bare == set(SAFE_OTHERWISE)
    assert {name for name, forms in found.items() if any(carried >= RECEIPT for carried in forms)} == {
        name for names in TWENTY.values() for name in names
    }


def test_what_is_created_on_a_page_is_created_once_by_twenty() -> None:
    """Each page that creates is sent twenty times at once, see the cases there."""
    assert set(CASES) - set(TWENTY) == {name for name in CASES if name.endswith("in the administration")}
    assert set(TWENTY) <= set(CASES)


def hidden(form: Element) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for element in form.iter("input"):
        if element.get("type") == "hidden" and element.get("name"):
            sent.setdefault(element.get("name", ""), []).append(element.get("value", ""))
    return sent


def test_a_form_that_is_refused_carries_it_still() -> None:
    """One that forgets after a mistake what was seen, or its receipt, would overwrite or double at the second try."""
    world = World()
    refused, lost = set(), set()
    for path, client in pages(world, "organiser"):
        for form in forms_in(client.get(path)):
            name, carried = target(form, path), set(names(form)) & (RECEIPT | SEEN)
            if not carried or name in refused:
                continue
            with transaction.atomic():
                answer = client.post(form.get("action") or path, hidden(form))
                transaction.set_rollback(True)
            again = [set(names(one)) for one in forms_in(answer) if target(one, path) == name]
            if again:
                refused.add(name)
            if again and not any(carried <= one for one in again):
                lost.add(name)
    assert lost == set()
    assert len(refused) > 15
