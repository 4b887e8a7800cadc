from __future__ import annotations

import pytest

from projects.models import Project
from tests.factories import ActorFactory, NeighbourhoodFactory, PersonFactory, ProjectFactory, TopicFactory

pytestmark = pytest.mark.django_db
State = Project.State


def titles(response):
    return [project.title for project in response.context["page"].object_list]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, rows):
    for _ in range(rows):
        ProjectFactory(lead_actor=ActorFactory(), topics=[TopicFactory(), TopicFactory()])
    with django_assert_num_queries(7):
        assert len(titles(client.get("/projekte/"))) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_organisers_list_takes_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, rows):
    organiser = PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    for _ in range(rows):
        ProjectFactory(lead_actor=ActorFactory(), topics=[TopicFactory()], neighbourhoods=[home])
    client.force_login(organiser)
    with django_assert_num_queries(10):
        assert len(titles(client.get("/projekte/"))) == rows


def test_readers_get_no_cookie(client):
    ProjectFactory()
    assert not client.get("/projekte/").cookies


def test_what_is_going_on_comes_first(client):
    for state in (State.ABANDONED, State.COMPLETED, State.CONTINUED, State.IDEA, State.PLANNING, State.RUNNING):
        ProjectFactory(title=f"in {state}", state=state)
    ProjectFactory(title="Anfang", state=State.RUNNING)
    assert titles(client.get("/projekte/")) == [
        "Anfang",
        "in laufend",
        "in planung",
        "in verstetigt",
        "in abgeschlossen",
        "in abgebrochen",
    ]


def test_filters_narrow_the_list_and_hold_together(client):
    topic, here = TopicFactory(slug="kultur"), NeighbourhoodFactory(slug="sendling")
    ProjectFactory(title="Alles", topics=[topic], neighbourhoods=[here], is_open=True)
    ProjectFactory(title="Thema", topics=[topic])
    ProjectFactory(title="Ort", neighbourhoods=[here], state=State.PLANNING)
    ProjectFactory(title="Vorbei", neighbourhoods=[here], state=State.COMPLETED, is_open=True)
    found = {
        query: titles(client.get(f"/projekte/?{query}"))
        for query in (
            "thema=kultur",
            "quartier=sendling",
            "offen=1",
            "stand=planung&stand=abgeschlossen",
            "thema=kultur&quartier=sendling",
            "q=thema&quartier=sendling",
            "q=THEMA",
        )
    }
    assert found == {
        "thema=kultur": ["Alles", "Thema"],
        "quartier=sendling": ["Alles", "Ort", "Vorbei"],
        "offen=1": ["Alles"],
        "stand=planung&stand=abgeschlossen": ["Ort", "Vorbei"],
        "thema=kultur&quartier=sendling": ["Alles"],
        "q=thema&quartier=sendling": [],
        "q=THEMA": ["Thema"],
    }


def test_visitors_cannot_ask_for_ideas(client):
    ProjectFactory(title="Heimlich", state=State.IDEA)
    answer = client.get("/projekte/?stand=idee")
    assert titles(answer) == []
    assert answer.context["found"].unknown == [("State", "idee")]


def test_unknown_values_are_named_and_left_out(client):
    ProjectFactory(title="Da")
    answer = client.get("/projekte/?stand=gibtsnicht&thema=%00%F0%9F%8F%98&seite=abc")
    assert titles(answer) == ["Da"]
    assert "These filters are unknown here and left out" in answer.content.decode()
    assert "gibtsnicht" in answer.content.decode()


def test_page_stands_in_the_title_and_beyond_the_last_leads_to_the_last(client):
    for number in range(21):
        ProjectFactory(title=f"Projekt {number:02}")
    second = client.get("/projekte/?seite=2")
    assert titles(second) == ["Projekt 20"]
    assert "<title>Projects – page 2 of 2 · Quartier</title>" in second.content.decode()
    beyond = client.get("/projekte/?seite=99&stand=laufend")
    assert (beyond.status_code, beyond["Location"]) == (302, "?stand=laufend&seite=2")


def test_nothing_yet_differs_from_filters_that_are_too_narrow(client):
    assert "No project is noted here yet" in client.get("/projekte/").content.decode()
    ProjectFactory()
    assert "No project fits this" in client.get("/projekte/?q=zzz").content.decode()


def test_lead_that_is_not_public_is_not_named(client):
    for state in ("entwurf", "eingereicht", "verborgen"):
        ProjectFactory(lead_actor=ActorFactory(name=f"Geheim {state}", state=state))
    ProjectFactory(lead_actor=ActorFactory(name="Offen", state="veroeffentlicht"))
    text = client.get("/projekte/").content.decode()
    assert "Offen" in text
    assert "Geheim" not in text
