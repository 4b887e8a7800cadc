"""The search over both floors: two groups, each with the number that its own list has for the same words."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import Actor
from projects.models import Project
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    OfferFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db


def reader(person=None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if person:
        client.force_login(person)
    return client


def found(client, text):
    context = client.get("/suche/", {"q": text}).context
    return [actor.name for actor in context["actors"].first], [row.title for row in context["projects"].first]


@pytest.mark.parametrize(
    "text", ["bibliothek", "BIBLIOTHEK", "stadtbibliothek sendl", "  bibliothek  ", "bib\x00liothek"]
)
def test_it_finds_places_and_projects_by_any_part_of_a_word(text):
    ActorFactory(name="Stadtbibliothek Sendling")
    ActorFactory(name="Bäckerei")
    ProjectFactory(title="Lesen in der Stadtbibliothek Sendling")
    ProjectFactory(title="Hofgarten")
    assert found(reader(), text) == (["Stadtbibliothek Sendling"], ["Lesen in der Stadtbibliothek Sendling"])


def test_names_that_begin_with_the_words_come_first():
    ActorFactory(name="Alte Bibliothek")
    ActorFactory(name="Bibliothek am Markt")
    assert found(reader(), "bibliothek")[0] == ["Bibliothek am Markt", "Alte Bibliothek"]


def test_nobody_finds_here_what_the_lists_do_not_show():
    organiser = PersonFactory()
    quartier = NeighbourhoodFactory(organisers=[organiser])
    for state in Actor.State:
        ActorFactory(name=f"Treff {state.value}", state=state, neighbourhoods=[quartier])
    for state in Project.State:
        ProjectFactory(title=f"Fest {state.value}", state=state, neighbourhoods=[quartier])
    editor = MembershipFactory(actor=Actor.objects.get(state=Actor.State.DRAFT)).person
    public = [f"Fest {state.value}" for state in Project.State if state != Project.State.IDEA]
    for who in (None, PersonFactory(), editor, organiser):
        assert found(reader(who), "treff")[0] == [f"Treff {Actor.State.PUBLISHED.value}"]
        ideas = [f"Fest {Project.State.IDEA.value}"] if who == organiser else []
        assert sorted(found(reader(who), "fest")[1]) == sorted(public + ideas)


@pytest.mark.parametrize("text", ["treff", "münchen", "fest"])
def test_each_group_promises_the_number_of_its_own_list(text):
    organiser = PersonFactory()
    quartier = NeighbourhoodFactory(organisers=[organiser])
    for number in range(8):
        ActorFactory(name=f"Treff {number}", city="München", neighbourhoods=[quartier])
        ProjectFactory(title=f"Fest {number}", neighbourhoods=[quartier])
    ActorFactory(name="Treff im Entwurf", state=Actor.State.DRAFT, neighbourhoods=[quartier])
    ProjectFactory(title="Fest der Ideen", state=Project.State.IDEA, neighbourhoods=[quartier])
    for who in (None, organiser):
        client = reader(who)
        context = client.get("/suche/", {"q": text}).context
        actors = client.get("/akteure/", {"q": text}).context["page"].paginator.count
        projects = client.get("/projekte/", {"q": text}).context["page"].paginator.count
        assert (context["actors"].count, context["projects"].count) == (actors, projects)
        assert (len(context["actors"].first), len(context["projects"].first)) == (min(actors, 6), min(projects, 6))


def test_each_group_leads_to_its_list_with_the_same_words():
    ActorFactory(name="Café & Bar")
    ProjectFactory(title="Café & Bar")
    html = reader().get("/suche/", {"q": "café & bar"}).content.decode()
    assert 'href="/akteure/?q=caf%C3%A9+%26+bar"' in html
    assert 'href="/projekte/?q=caf%C3%A9+%26+bar"' in html
    assert '<input type="search" id="q" name="q" value="café &amp; bar"' in html


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20", "?q=%00", "?anderes=1"])
def test_without_words_it_says_what_one_can_search_for(query):
    ActorFactory()
    answer = reader().get(f"/suche/{query}")
    assert (answer.context["asked"], answer.context["actors"].count, answer.context["projects"].count) == (False, 0, 0)
    html = answer.content.decode()
    assert "Search for a name, a street or a word" in html
    assert "Nothing was found" not in html


def test_with_nothing_found_it_says_how_to_go_on():
    ActorFactory(name="Bibliothek")
    html = reader().get("/suche/", {"q": "<zzz>"}).content.decode()
    assert "Nothing was found for “&lt;zzz&gt;”." in html
    assert "Try it another way" in html
    assert all(f'href="{path}"' in html.split("<main")[1] for path in ("/angebote/", "/bedarfe/"))


def test_searching_sets_no_cookie():
    assert dict(reader().get("/suche/?q=bib").cookies) == {}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_whatever_is_typed_is_answered(text):
    assert reader().get("/suche/", {"q": text}).status_code == 200


def test_a_very_long_question_is_answered():
    assert reader().get("/suche/", {"q": "🦉 " * 20_000}).status_code == 200


def test_offers_and_needs_are_found_too_with_the_number_of_their_lists():
    for make in (OfferFactory, NeedFactory):
        for number in range(7):
            make(title=f"Beamer {number}")
        make(title="Beamer für das Netzwerk", visibility="netzwerk")
        make(title="Beamer von früher", valid_until="2020-01-01")
    answer = reader().get("/suche/?q=beamer")
    for group, path in {"offers": "/angebote/", "needs": "/bedarfe/"}.items():
        shown = answer.context[group]
        assert ([row.title for row in shown.first], shown.count) == ([f"Beamer {n}" for n in (6, 5, 4, 3, 2, 1)], 7)
        assert f'href="{path}?q=beamer"' in answer.content.decode()
        assert reader().get(f"{path}?q=beamer").context["page"].paginator.count == 7
    assert "0 places, 0 projects, 7 offers, 7 needs" in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_questions(rows, django_assert_num_queries):
    for _ in range(rows):
        quartier = NeighbourhoodFactory()
        actor = ActorFactory(name="Treff", neighbourhoods=[quartier])
        PartnershipFactory(neighbourhood=quartier, quartier=actor)
        project = ProjectFactory(title="Treffen", lead_actor=actor, neighbourhoods=[quartier])
        OfferFactory(actor=actor)
        NeedFactory(actor=actor)
        NeedFactory(project=project)
    client = reader()
    with django_assert_num_queries(16):
        client.get("/suche/?q=treff")


def test_offers_are_counted_up_to_ninety_nine() -> None:
    """A common word would read all there are; their own list counts them."""
    place = ActorFactory(name="Werkhof")
    for _ in range(99):
        OfferFactory(actor=place, title="Leiter")
    assert "99 offers" in reader().get("/suche/?q=leiter").content.decode()
    OfferFactory(actor=place, title="Leiter")
    page = reader().get("/suche/?q=leiter").content.decode()
    assert ("more than 99 offers" in page, "100 offers" in page, "All in the list" in page) == (True, False, True)
    assert "100 offers" in reader().get("/angebote/?q=leiter").content.decode()


def test_an_offer_is_found_by_words_of_its_own_and_of_whose_it_is() -> None:
    offer = OfferFactory(actor=ActorFactory(name="Werkhof Süd"), title="Lange Leiter")
    OfferFactory(actor=ActorFactory(name="Werkhof Nord"), title="Pavillon")
    for text in ("leiter", "süd", "lange sued", "leiter werkhof"):
        assert reader().get("/suche/", {"q": text}).context["offers"].first == [offer], text
    assert reader().get("/suche/?q=leiter+nord").context["offers"].first == []
