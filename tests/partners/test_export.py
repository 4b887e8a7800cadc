"""The directory as a spreadsheet: the same rows as the list, for the same person, and no cell that computes."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from partners.models import Actor
from partners.views import exports
from tests.factories import ActorFactory, NeighbourhoodFactory, PartnershipFactory, PersonFactory, TopicFactory

pytestmark = pytest.mark.django_db
URL = "/akteure/liste.xlsx"


def sheet(client: Client, query: str = "") -> list[tuple[str | None, ...]]:
    answer = client.get(URL + query, headers={"accept-language": "de"})
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.content))
    return list(book.active.iter_rows(values_only=True))


@pytest.mark.parametrize("rows", [1, 3])
def test_export_takes_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, rows):
    home, topic = NeighbourhoodFactory(), TopicFactory()
    for _ in range(rows):
        ActorFactory(neighbourhoods=[home], topics=[topic])
    with django_assert_num_queries(9):
        answer = client.get(URL)
    assert len(list(load_workbook(BytesIO(answer.content)).active.iter_rows())) == rows + 1


def test_a_row_says_what_the_profile_says(client):
    home = NeighbourhoodFactory(name="Sendling", slug="sendling")
    library = ActorFactory(
        name="Bücherei", purpose="Lesen", street="Am Platz", house_number="3", postcode="81371", city="München",
        website="https://buecherei.example.org", email="team@buecherei.example.org", phone="089 123456", opening_hours="Mo-Fr 10-18",
        neighbourhoods=[home], topics=[TopicFactory(name="Lesen"), TopicFactory(name="Bildung")],
    )  # fmt: skip
    PartnershipFactory(neighbourhood=home, quartier=library)
    hours = "Montag bis Freitag 10–18 Uhr"
    row = next(row for row in sheet(client, "?q=bücherei") if row[0] == "Bücherei")
    assert row == (
        "Bücherei", "Bildung", library.kind.label, "Sendling", "Bildung, Lesen", "Lesen", "Am Platz 3",
        "81371 München", "https://buecherei.example.org", "team@buecherei.example.org", "089 123456", hours, "ja",
        "veröffentlicht", "http://testserver" + library.get_absolute_url(),
    )  # fmt: skip


@pytest.mark.parametrize("query", ["", "?q=laden", "?quartier=sendling", "?stand=entwurf", "?stand=entwurf&q=buch"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_export_holds_exactly_what_the_list_holds(client, query, signed_in):
    organiser = PersonFactory()
    home = NeighbourhoodFactory(slug="sendling", organisers=[organiser])
    for name in ("Laden", "Buchladen", "Treff"):
        ActorFactory(name=name, neighbourhoods=[home])
    ActorFactory(name="Buchbinderei", neighbourhoods=[home], state=Actor.State.DRAFT)
    ActorFactory(name="Anderswo")
    ActorFactory(name="Fremder Entwurf", state=Actor.State.DRAFT)
    if signed_in:
        client.force_login(organiser)
    listed = [line.actor.name for line in client.get("/akteure/" + query).context["page"].object_list]
    assert [row[0] for row in sheet(client, query)[1:]] == listed
    assert listed


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_computes(client, text):
    ActorFactory(name="Verein", purpose=text)
    book = load_workbook(BytesIO(client.get(URL).content))
    cell = book.active.cell(2, 6)
    assert (cell.value.strip("'\t\r\n ")[:3], cell.data_type) == (text.strip()[:3], "s")
    assert cell.value.startswith("'")


def test_what_a_spreadsheet_cannot_hold_is_left_out(client):
    Actor.objects.filter(pk=ActorFactory().pk).update(purpose="a\x08b 📚")
    assert sheet(client)[1][5] == "ab 📚"


def test_a_list_that_is_too_long_leads_back_to_the_page_that_says_so(client, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    ActorFactory(name="Laden")
    assert len(sheet(client)) == 2
    ActorFactory(name="Buchladen")
    answer = client.get(URL + "?q=laden")
    assert (answer.status_code, answer["Location"]) == (302, "/akteure/?q=laden")
    assert len(sheet(client, "?q=buch")) == 2


def test_the_page_leads_to_the_table_of_the_same_result(client):
    ActorFactory(name="Laden")
    ActorFactory(name="Buchladen")
    html = client.get("/akteure/?q=laden").content.decode()
    assert f'href="{URL}?q=laden"' in html
    assert client.get(URL).cookies == {}


def test_the_page_says_when_a_list_is_too_long_for_a_table(client, monkeypatch):
    monkeypatch.setattr("partners.views.actors.MOST_ROWS", 1)
    ActorFactory()
    ActorFactory()
    html = client.get("/akteure/", headers={"accept-language": "de"}).content.decode()
    assert URL not in html
    assert "Für eine Excel-Tabelle ist die Liste zu lang" in html
