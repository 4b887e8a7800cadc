"""What people, robots and attackers send: any query string is answered, any text is refused with a sentence or kept as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.urls import resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from partners.filters import ActorFilter, OfferFilter, PartnershipFilter
from partners.models import Person
from projects.filters import ContributionFilter, NeedFilter, ProjectFilter, RequestFilter
from quartier.demo.places import LIBRARY
from quartier.demo.story import ORGANISER, load_story
from tests.walk import addresses, content_of, glanced, tag, walk

pytestmark = pytest.mark.django_db

LISTS = [
    "/akteure/",
    "/projekte/",
    "/partnerschaften/",
    "/angebote/",
    "/bedarfe/",
    "/anfragen/",
    "/projekte/zukunft-gestalten-im-quartier/beitraege/",
    "/suche/",
    "/admin/partners/actor/",
    "/admin/projects/contribution/",
]
FILTERS = [ActorFilter, PartnershipFilter, ProjectFilter, ContributionFilter, OfferFilter, NeedFilter, RequestFilter]
KEYS = sorted({name for each in FILTERS for name in each.base_filters} | {"q", "seite", "p", "o", "e", "all", "akteur"})
NASTY = [
    "",
    "\x00",
    "a\x00b",
    "\u202egnp.exe",
    "🏘️" * 40,
    "%",
    "_",
    "\\",
    "'\"><script>",
    "-1",
    "0",
    "9" * 30,
    "1e9",
    "NaN",
]
NASTY += ["１", "2026-02-30", "null", "[]", "{}", "../../etc/passwd", "\r\nSet-Cookie: a=b", "ß" * 300]
ALLOWED = {200, 301, 302, 400, 404}


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        load_story()
        yield
        transaction.set_rollback(True)


def sign_in() -> Client:
    """An organiser who is an admin too: she sees most forms."""
    person = Person.objects.get(email=ORGANISER)
    Person.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    client = Client(headers={"accept-language": "de"})
    client.force_login(person)
    return client


@pytest.fixture
def organiser(demo: None) -> Client:
    return sign_in()


texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=30), st.binary(max_size=12))
pairs = st.lists(st.tuples(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), texts), max_size=4)


def query(asked: list[tuple[str, str | bytes]]) -> str:
    """As it may come over the wire: bytes that are no letters included."""

    def quoted(value: str | bytes) -> str:
        return quote_from_bytes(value if isinstance(value, bytes) else value.encode("utf-8", "replace"))

    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in asked)


@pytest.mark.parametrize("address", LISTS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=pairs, is_fragment=st.booleans())
def test_any_query_string_is_answered(
    organiser: Client, address: str, asked: list[tuple[str, str | bytes]], is_fragment: bool
) -> None:
    headers = {"hx-request": "true"} if is_fragment else {}
    with transaction.atomic():
        assert organiser.get(f"{address}?{query(asked)}", headers=headers).status_code in ALLOWED


@pytest.mark.parametrize("address", LISTS)
def test_a_query_of_a_million_letters_is_answered(organiser: Client, address: str) -> None:
    for asked in ({"q": "ä" * 1_000_000}, dict.fromkeys(KEYS, "x" * 60_000)):
        assert organiser.get(address, asked).status_code in ALLOWED


def test_every_address_bears_any_query_string_and_any_number(organiser: Client) -> None:
    asked = query([(key, value) for key in KEYS for value in ["\x00", "9" * 30, "\u202e", b"\xff\xed\xa0\x80"]])
    wrong = []
    organiser.raise_request_exception = False
    for _name, address in addresses():
        numbers = [address.replace("/1/", f"/{number}/") for number in ("9" * 30, "0")] if "/1/" in address else []
        for path in (f"{address}?{asked}", *numbers):
            answer = organiser.get(path)
            content_of(answer)
            if answer.status_code not in ALLOWED | {403, 405}:
                wrong.append((path[:100], answer.status_code))

    assert wrong == []


@dataclass
class Form:
    """A form as it stands on a page, filled in as the page fills it in."""

    page: str
    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)


TYPED = {"text", "email", "url", "tel", "search", "number", "date"}


def forms_on(page: str, tree: Any) -> Iterator[Form]:
    for element in tree.iter():
        if tag(element) == "form" and (element.get("method") or "").lower() == "post":
            form = Form(page, element.get("action") or page)
            for control in element.iter():
                read(form, control)
            buttons = [one for one in element.iter() if tag(one) == "button" and one.get("type") != "button"]
            if buttons and all(one.get("name") for one in buttons):
                form.values[buttons[0].get("name") or ""] = [buttons[0].get("value") or ""]
            yield form


def read(form: Form, control: Any) -> None:
    name, kind = control.get("name"), (control.get("type") or "text").lower()
    if not name or name == "csrfmiddlewaretoken":
        return
    if tag(control) == "select":
        chosen = [option.get("value") or "" for option in control.iter() if option.get("selected") is not None]
        form.values[name] = chosen
    elif tag(control) == "textarea":
        form.values[name] = [(control.text or "").removeprefix("\n")]
        form.texts.append(name)
    elif tag(control) == "input" and kind in TYPED | {"hidden"}:
        form.values[name] = [control.get("value") or ""]
        form.texts += [name] if kind in TYPED else []
    elif tag(control) == "input" and control.get("checked") is not None:
        form.values.setdefault(name, []).append(control.get("value") or "on")


@pytest.fixture(scope="module")
def forms(demo: None) -> list[Form]:
    """One of each sort of form that an organiser meets on her way through the portal and her account."""
    known: dict[tuple[str, str], Form] = {}
    for visit in walk(sign_in(), rows=3, without=("/admin/", "/stil/")):
        if visit.is_page and visit.response.status_code == 200:
            for form in forms_on(visit.path, glanced(visit.text)):
                if form.texts:
                    sort = resolve(urlsplit(form.action).path).route, ",".join(sorted(form.texts))
                    known.setdefault(sort, form)
    return list(known.values())


def is_stored(text: str) -> bool:
    """Whether some row of ours holds exactly this text."""
    ours = [model for model in apps.get_models() if model._meta.app_label in {"partners", "projects", "quartier"}]
    for model in ours:
        columns = [
            models.Q((column.attname, text))
            for column in model._meta.concrete_fields
            if isinstance(column, models.CharField | models.TextField) and not column.choices
        ]
        if columns and model._default_manager.filter(reduce(or_, columns)).exists():
            return True
    return False


def is_refused(client: Client, response: Any) -> bool:
    """The same page says what is wrong; or, after a button without fields of its own page, the page one is led to."""
    if response.status_code == 302:
        answer = client.get(response["Location"]).content.decode()
        return 'class="message error"' in answer
    answer = response.content.decode()
    return response.status_code in {200, 422} and "error-summary" in answer and "<script>alert" not in answer


HOSTILE = {
    "nul": "Haus\x00Garten",
    "right-to-left": "Haus\u202enetraG\u202c\u2066\u2069",
    "emoji": "🏘️👩🏽‍🌾 Haus",
    "markup": "Haus</textarea><script>alert('1')</script>{{ 7|add:7 }}{% now %}",
    "long": "Haus " * 200_000,
}


@pytest.mark.crawl
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_any_text_is_refused_with_a_sentence_or_kept_as_it_is(organiser: Client, forms: list[Form], text: str) -> None:
    assert len(forms) > 10
    wrong: list[tuple[str, str, Any]] = []
    organiser.raise_request_exception = False
    for form in forms:
        for name in form.texts:
            with transaction.atomic():
                response = organiser.post(form.action, form.values | {name: [text]})
                kept = response.status_code == 302 and "\x00" not in text and is_stored(text.strip())
                if not kept and not is_refused(organiser, response):
                    wrong.append((form.page, name, response.status_code))
                transaction.set_rollback(True)

    assert wrong == []


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/projekte/neu/", "topics"),
        ("/projekte/neu/", "neighbourhoods"),
        ("/akteure/neu/", "neighbourhoods"),
        (f"/akteure/{LIBRARY}/bearbeiten/vorstellung/", "topics"),
        (f"/akteure/{LIBRARY}/bearbeiten/vorstellung/", "target_groups"),
    ],
)
def test_a_number_that_no_row_can_have_is_a_choice_that_is_not_offered(
    organiser: Client, address: str, name: str
) -> None:
    answer = organiser.post(address, {name: ["9" * 30]})

    assert (answer.status_code, list(answer.context["form"].errors.as_data()[name][0].params.values())) == (
        200,
        ["9" * 30],
    )
