"""A Quartier and the ways to join in: every count is that of the list behind it, and nothing is named that is not public."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partners.models import Actor, ActorKind, Neighbourhood
from projects.models import Project
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AdminFactory,
    NeedFactory,
    NeighbourhoodFactory,
    OfferFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
    TopicFactory,
)
from tests.quartier.readers import heading, links, reader, tied

pytestmark = pytest.mark.django_db


# --- a Quartier -------------------------------------------------------------------------------------------------------------


def test_a_quartier_shows_its_bridges_first_and_counts_its_sectors():
    quartier = NeighbourhoodFactory(name="Sendling", slug="sendling", definition="Rund um den Harras.")
    shop = ActorKindFactory(slug="laden", sector="wirtschaft")
    bridge = ActorFactory(name="Bibliothek", neighbourhoods=[quartier])
    ActorFactory(name="Laden", kind=shop, neighbourhoods=[quartier])
    ActorFactory(name="Anderswo", kind=shop)
    ActorFactory(name="Entwurf", kind=shop, neighbourhoods=[quartier], state=Actor.State.DRAFT)
    ActorFactory(name="Ohne Art", kind=None, neighbourhoods=[quartier])
    PartnershipFactory(quartier=bridge, accompanying=ActorFactory())
    answer = reader().get("/quartiere/sendling/")
    assert [actor.name for actor in answer.context["bridges"]] == ["Bibliothek"]
    assert [(sector.value, [actor.name for actor in sector.actors]) for sector in answer.context["sectors"]] == [
        ("bildung", ["Bibliothek"]),
        ("wirtschaft", ["Laden"]),
        ("ohne", ["Ohne Art"]),
    ]
    html = answer.content.decode()
    assert heading(html) == "Sendling"
    assert "Rund um den Harras." in html
    assert "Anderswo" not in html
    assert "Entwurf" not in html
    assert dict(answer.cookies) == {}


def test_organisers_read_which_sectors_and_topics_nobody_stands_for():
    organiser = PersonFactory()
    quartier = NeighbourhoodFactory(slug="sendling", organisers=[organiser])
    taken, empty = TopicFactory(name="Leihen"), TopicFactory(name="Sternwarte")
    shop = ActorKindFactory(slug="laden", sector="wirtschaft")
    ActorFactory(kind=shop, neighbourhoods=[quartier], topics=[taken])
    ActorFactory(kind=ActorKindFactory(slug="gemeinde", sector="religion"), topics=[empty])
    draft = {"neighbourhoods": [quartier], "topics": [empty], "state": Actor.State.DRAFT}
    ActorFactory(kind=ActorKindFactory(slug="zeitung", sector="medien"), **draft)
    answer = reader(organiser).get("/quartiere/sendling/")
    gaps = answer.context["gaps"]
    sectors = {str(label) for value, label in ActorKind.Sector.choices if value != "wirtschaft"}
    assert {sector.casefold() for sector in gaps.sectors} == {sector.casefold() for sector in sectors}
    assert "Sternwarte" in gaps.topics
    assert "Leihen" not in gaps.topics
    assert "Sternwarte" in answer.content.decode()
    for somebody in (None, PersonFactory()):
        assert "Sternwarte" not in reader(somebody).get("/quartiere/sendling/").content.decode()


def test_a_quartier_shows_its_outline_and_only_the_demo_calls_it_drawn():
    square = {"type": "Polygon", "coordinates": [[[11, 48], [12, 48], [12, 49], [11, 49], [11, 48]]]}
    quartier = NeighbourhoodFactory(name="Sendling", slug="sendling")
    assert 'class="outline"' not in reader().get("/quartiere/sendling/").content.decode()
    Neighbourhood.objects.filter(pk=quartier.pk).update(boundary=square)
    html = reader().get("/quartiere/sendling/").content.decode()
    assert 'class="outline"' in html
    assert "<figcaption>" not in html
    Neighbourhood.objects.filter(pk=quartier.pk).update(is_demo=True)
    assert "<figcaption>" in reader().get("/quartiere/sendling/").content.decode()


def test_the_counts_of_a_quartier_are_those_of_the_lists_behind_them():
    organiser = PersonFactory()
    quartier = NeighbourhoodFactory(slug="sendling", organisers=[organiser])
    _project, _actors = tied(quartier, "Treff", "Laden")
    ProjectFactory(state=Project.State.IDEA, neighbourhoods=[quartier])
    ActorFactory(neighbourhoods=[quartier], state=Actor.State.DRAFT)
    PartnershipFactory(neighbourhood=quartier)
    for who, projects in ((None, 1), (organiser, 2)):
        client = reader(who)
        context = client.get("/quartiere/sendling/").context
        actors = client.get("/akteure/?quartier=sendling").context["page"].paginator.count
        in_sector = client.get("/akteure/?quartier=sendling&bereich=bildung").context["page"].paginator.count
        listed = client.get("/projekte/?quartier=sendling").context["page"].paginator.count
        partnerships = client.get("/partnerschaften/?quartier=sendling&stand=laufend").context["page"].paginator.count
        assert context["actor_count"] == actors == 4
        assert [(sector.count, len(sector.actors)) for sector in context["sectors"]] == [(in_sector, 4)] == [(4, 4)]
        assert context["project_count"] == listed == projects
        assert context["partnership_count"] == partnerships == 1


def test_a_sector_names_its_bridges_first_then_folds_and_leads_to_the_rest():
    quartier, kind = NeighbourhoodFactory(slug="sendling"), ActorKindFactory(slug="laden", sector="wirtschaft")
    for number in range(32):
        ActorFactory(name=f"Laden {number:02}", kind=kind, neighbourhoods=[quartier])
    bridge = ActorFactory(name="Zur Brücke", kind=kind, neighbourhoods=[quartier])
    PartnershipFactory(quartier=bridge)
    ActorFactory(name="Ohne Art", kind=None, neighbourhoods=[quartier])
    client = reader()
    answer = client.get("/quartiere/sendling/")
    shops, unsorted = answer.context["sectors"]
    assert [actor.name for actor in shops.first] == ["Zur Brücke", *(f"Laden {number:02}" for number in range(5))]
    assert [actor.name for actor in shops.folded] == [f"Laden {number:02}" for number in range(5, 29)]
    assert (shops.count, shops.unnamed, unsorted.count) == (33, 3, 1)
    html = answer.content.decode()
    for sector in (shops, unsorted):
        address = f"/akteure/?quartier=sendling&bereich={sector.value}"
        assert address.replace("&", "&amp;") in links(html)
        assert client.get(address).context["page"].paginator.count == sector.count
    assert html.split("<details", 1)[1].split("</details>", 1)[0].count("<li>") == 24


def test_only_its_organisers_and_admins_get_the_tools_of_a_quartier():
    organiser, other = PersonFactory(), PersonFactory()
    quartier = NeighbourhoodFactory(slug="sendling", organisers=[organiser])
    NeighbourhoodFactory(organisers=[other])
    team = reverse("partners:neighbourhood-team", args=[quartier.slug])
    pages = [
        reader(who).get("/quartiere/sendling/") for who in (None, PersonFactory(), other, organiser, AdminFactory())
    ]
    assert [team in links(page.content.decode()) for page in pages] == [False, False, False, True, True]


def test_a_lead_actor_that_is_not_published_is_not_named():
    lead = ActorFactory(name="Trägerverein", state=Actor.State.DRAFT)
    quartier = NeighbourhoodFactory(slug="sendling", lead_actor=lead)
    assert "Trägerverein" not in reader().get("/quartiere/sendling/").content.decode()
    Actor.objects.filter(pk=lead.pk).update(state=Actor.State.PUBLISHED)
    assert "Trägerverein" in reader().get(quartier.get_absolute_url()).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_quartier_asks_the_same_number_of_questions(rows, django_assert_num_queries):
    quartier = NeighbourhoodFactory(slug="sendling", lead_actor=ActorFactory())
    for _ in range(rows):
        _project, (bridge, _laden) = tied(quartier, "Bibliothek", "Laden")
        PartnershipFactory(neighbourhood=quartier, quartier=bridge)
        OfferFactory(actor=bridge)
        NeedFactory(project=_project)
    client = reader()
    with django_assert_num_queries(18):
        client.get("/quartiere/sendling/")


# --- joining in -------------------------------------------------------------------------------------------------------------


def test_three_doors_lead_somewhere():
    quartier = NeighbourhoodFactory(slug="sendling")
    ActorFactory(neighbourhoods=[quartier])
    doors = {href for href in links(reader().get("/").content.decode()) if href.startswith("/mitmachen/#")}
    html = reader().get("/mitmachen/").content.decode()
    assert doors == {"/mitmachen/#neu", "/mitmachen/#stunde", "/mitmachen/#raum"}
    assert all(f'id="{door.partition("#")[2]}"' in html for door in doors)


def test_joining_in_names_open_places_open_projects_and_whom_to_ask():
    quartier, elsewhere = NeighbourhoodFactory(slug="sendling"), NeighbourhoodFactory()
    meeting = ActorKindFactory(slug="nachbarschaftstreff", sector="zivilgesellschaft")
    carrier = ActorFactory(name="Träger", kind=None, neighbourhoods=[quartier], email="buero@example.org")
    quartier.lead_actor = carrier
    quartier.save()
    ActorFactory(name="Treff", kind=meeting, neighbourhoods=[quartier], email="treff@example.org")
    ActorFactory(name="Treff nebenan", kind=meeting, neighbourhoods=[elsewhere], phone="089 1")
    ActorFactory(name="Treff ohne Adresse", kind=meeting, neighbourhoods=[quartier])
    ActorFactory(name="Treff im Entwurf", kind=meeting, neighbourhoods=[quartier], state=Actor.State.DRAFT)
    ActorFactory(name="Schule", kind=ActorKindFactory(slug="schule"), neighbourhoods=[quartier], email="s@example.org")
    for title, values in {
        "Offen": {"is_open": True},
        "Zu": {"is_open": False},
        "Vorbei": {"is_open": True, "state": Project.State.COMPLETED},
        "Idee": {"is_open": True, "state": Project.State.IDEA},
    }.items():
        ProjectFactory(title=title, lead_actor=carrier, neighbourhoods=[quartier], **values)
    answer = reader().get("/mitmachen/?quartier=sendling")
    assert [actor.name for actor in answer.context["places"]] == ["Treff", "Treff ohne Adresse"]
    assert [project.title for project in answer.context["projects"]] == ["Offen"]
    assert [actor.name for actor in answer.context["contacts"]] == ["Träger", "Treff"]
    assert "mailto:buero@example.org" in links(answer.content.decode())
    assert dict(answer.cookies) == {}
    everywhere = reader().get("/mitmachen/").context
    assert [actor.name for actor in everywhere["contacts"]] == ["Träger", "Treff", "Treff nebenan"]


@pytest.mark.parametrize("asked", ["nirgends", "%00", "🦉", "x" * 5000, "' OR 1=1"])
def test_an_unknown_quartier_shows_everything(asked):
    answer = reader().get(f"/mitmachen/?quartier={asked}")
    assert answer.status_code == 200
    assert answer.context["chosen"] is None


@pytest.mark.parametrize("rows", [1, 3])
def test_joining_in_asks_the_same_number_of_questions(rows, django_assert_num_queries):
    for _ in range(rows):
        quartier = NeighbourhoodFactory()
        lead = ActorFactory(neighbourhoods=[quartier], email="buero@example.org")
        ProjectFactory(neighbourhoods=[quartier], lead_actor=lead, is_open=True)
    client = reader()
    with django_assert_num_queries(7):
        client.get("/mitmachen/")
