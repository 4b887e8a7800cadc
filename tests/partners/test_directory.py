"""The directory `/akteure/`: what it shows to whom, how it is searched, filtered and paged, and how few queries it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import Actor, ActorKind
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AdminFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PartnershipFactory,
    PersonFactory,
    TargetGroupFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
URL = "/akteure/"


def names(client: Client, query: str = "") -> list[str]:
    response = client.get(URL + query)
    assert response.status_code == 200
    return [line.actor.name for line in response.context["page"].object_list]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, rows):
    home, topic = NeighbourhoodFactory(), TopicFactory()
    for _ in range(rows):
        ActorFactory(neighbourhoods=[home], topics=[topic], purpose="Für alle da.")
    with django_assert_num_queries(10):
        response = client.get(URL)
    assert len(response.context["page"].object_list) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_organisers_list_takes_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, rows):
    organiser = PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    for _ in range(rows):
        ActorFactory(neighbourhoods=[home])
    client.force_login(organiser)
    with django_assert_num_queries(14):
        response = client.get(URL + "?q=akteur&stand=veroeffentlicht&stand=entwurf")
    assert len(response.context["page"].object_list) == rows


@pytest.mark.parametrize(("rows", "page", "shown"), [(1, "1", 1), (3, "1", 3), (45, "1", 20), (45, "3", 5)])
def test_a_search_is_counted_and_read_in_one_pass(client, django_assert_num_queries, rows, page, shown):
    ActorFactory.create_batch(rows, neighbourhoods=[NeighbourhoodFactory()])
    with django_assert_num_queries(9):
        response = client.get(URL, {"q": "akteur", "seite": page})
    assert (len(response.context["page"].object_list), response.context["page"].paginator.count) == (shown, rows)


def test_a_search_beyond_its_last_page_leads_there(client):
    ActorFactory.create_batch(25)
    assert client.get(URL, {"q": "akteur", "seite": "7"})["Location"] == "?q=akteur&seite=2"
    assert client.get(URL, {"q": "akteur", "seite": "9" * 30})["Location"] == "?q=akteur&seite=2"


def test_readers_get_no_cookie(client):
    ActorFactory()
    assert client.get(URL).cookies == {}


def test_only_published_actors_are_listed_until_a_state_is_asked_for(client):
    organiser, editor = PersonFactory(), PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    for state in Actor.State:
        ActorFactory(name=str(state.value), state=state, neighbourhoods=[home])
        ActorFactory(name=f"fremd {state.value}", state=state)
    MembershipFactory(person=editor, actor=Actor.objects.get(name="entwurf"))
    everybody = ["fremd veroeffentlicht", "veroeffentlicht"]
    assert names(client) == everybody
    assert names(client, "?stand=entwurf") == everybody
    assert names(client, "?stand=verborgen&stand=archiviert") == everybody
    for person, drafts in (
        (organiser, ["entwurf"]),
        (editor, ["entwurf"]),
        (AdminFactory(), ["entwurf", "fremd entwurf"]),
    ):
        client.force_login(person)
        assert names(client) == everybody
        assert names(client, "?stand=entwurf") == drafts
    client.force_login(organiser)
    assert names(client, "?stand=eingereicht&stand=verborgen") == ["eingereicht", "verborgen"]


def test_state_is_offered_to_those_only_who_see_more(client):
    ActorFactory()
    assert "stand" not in [facet.name for facet in client.get(URL).context["found"].facets]
    client.force_login(PersonFactory())
    assert "stand" not in [facet.name for facet in client.get(URL).context["found"].facets]
    client.force_login(MembershipFactory().person)
    assert "stand" in [facet.name for facet in client.get(URL).context["found"].facets]


def test_filters_narrow_the_list_and_hold_together(client):
    west, east = NeighbourhoodFactory(slug="west"), NeighbourhoodFactory(slug="ost")
    library = ActorKindFactory(slug="bibliothek", sector=ActorKind.Sector.EDUCATION)
    bakery = ActorKindFactory(slug="baeckerei-kind", sector=ActorKind.Sector.BUSINESS)
    reading, baking = TopicFactory(slug="lesen"), TopicFactory(slug="backen")
    ActorFactory(name="Bücherei West", kind=library, neighbourhoods=[west], topics=[reading])
    ActorFactory(name="Bücherei Ost", kind=library, neighbourhoods=[east], topics=[reading])
    ActorFactory(name="Bäcker West", kind=bakery, neighbourhoods=[west, east], topics=[baking, reading])
    for query, found in {
        "?quartier=west": ["Bäcker West", "Bücherei West"],
        "?quartier=west&quartier=ost": ["Bäcker West", "Bücherei Ost", "Bücherei West"],
        "?bereich=bildung": ["Bücherei Ost", "Bücherei West"],
        "?art=baeckerei-kind": ["Bäcker West"],
        "?thema=backen": ["Bäcker West"],
        "?thema=lesen&quartier=ost&bereich=bildung": ["Bücherei Ost"],
        "?q=west&bereich=bildung": ["Bücherei West"],
        "?q=west&bereich=wirtschaft&thema=backen&quartier=ost": ["Bäcker West"],
        "?art=": ["Bäcker West", "Bücherei Ost", "Bücherei West"],
    }.items():
        assert names(client, query) == found, query


def test_filters_by_what_a_profile_says(client):
    today, now = timezone.localdate(), timezone.now()
    families = TargetGroupFactory(slug="familien")
    library = ActorFactory(name="Bücherei", step_free="ja", has_shared_room=True, capacity="frei", confirmed_at=now)
    library.target_groups.add(families)
    ActorFactory(name="Café", step_free="teilweise", has_shared_room=False, capacity="begrenzt")
    rests = {"capacity": "ruht", "has_shared_room": True}
    ActorFactory(name="Ruht", **rests, resting_until=today, confirmed_at=now - timedelta(days=366))
    ActorFactory(name="Wieder da", **rests, resting_until=today - timedelta(days=1), step_free="nein")
    for query, found in {
        "?zielgruppe=familien": ["Bücherei"],
        "?zugang=ja": ["Bücherei"],
        "?zugang=ja&zugang=teilweise": ["Bücherei", "Café"],
        "?raum=1": ["Bücherei", "Ruht", "Wieder da"],
        "?raum=1&zugang=ja": ["Bücherei"],
        "?kapazitaet=frei&kapazitaet=begrenzt": ["Bücherei", "Café"],
        "?kapazitaet=ruht": ["Ruht"],
        "?bestaetigt=frisch": ["Bücherei"],
        "?bestaetigt=frueher": ["Ruht"],
        "?bestaetigt=nie&bestaetigt=frueher": ["Café", "Ruht", "Wieder da"],
    }.items():
        assert names(client, query) == found, query


def test_main_partners_only(client):
    partnership = PartnershipFactory()
    local = partnership.parties.get(side="quartier").actor
    PartnershipFactory(kind="projekt")
    PartnershipFactory(start_on="2020-01-01", end_on="2020-12-31")
    assert names(client, "?partner=1") == [local.name]
    marked = [line.actor for line in client.get(URL).context["page"] if line.is_main_partner]
    assert marked == [local]


def test_a_place_is_drawn_on_the_map_as_in_the_network(client):
    sectors = {
        "Amt": ActorKind.Sector.GOVERNMENT,
        "Kiosk": ActorKind.Sector.BUSINESS,
        "Verein": ActorKind.Sector.CIVIL_SOCIETY,
    }
    for name, sector in sectors.items():
        ActorFactory(name=name, kind=ActorKindFactory(slug=name.lower(), sector=sector))
    ActorFactory(name="Ohne Art", kind=None)
    PartnershipFactory(quartier=ActorFactory(name="Bibliothek"))
    drawn = {line.actor.name: line.shape for line in client.get(URL).context["page"]}
    shapes = {"Amt": "diamond", "Bibliothek": "square", "Kiosk": "triangle", "Ohne Art": "circle", "Verein": "circle"}
    assert {name: drawn[name] for name in shapes} == shapes


def test_names_that_begin_with_the_search_come_first(client):
    ActorFactory(name="Alte Bibliothek")
    ActorFactory(name="Bibliothek Zett")
    ActorFactory(name="Verein", description="Wir lesen in der Bibliothek.")
    assert names(client, "?q=bibliothek") == ["Bibliothek Zett", "Alte Bibliothek", "Verein"]


def test_chosen_filters_can_be_taken_away_one_by_one(client):
    NeighbourhoodFactory(slug="west", name="Westend")
    ActorFactory()
    found = client.get(URL + "?q=lesen&quartier=west&bereich=bildung&seite=1").context["found"]
    assert [(chip.label, chip.href) for chip in found.chips] == [
        ("“lesen”", "?quartier=west&bereich=bildung"),
        ("Westend", "?q=lesen&bereich=bildung"),
        ("Education", "?q=lesen&quartier=west"),
    ]


def test_unknown_values_are_named_and_left_out(client):
    ActorFactory(name="Da")
    response = client.get(URL + "?art=raumschiff&quartier=atlantis&stand=entwurf&bereich=bildung")
    assert [line.actor.name for line in response.context["page"]] == ["Da"]
    assert response.context["found"].unknown == [
        ("Neighbourhood", "atlantis"),
        ("Kind", "raumschiff"),
        ("State", "entwurf"),
    ]
    assert b"raumschiff" in response.content
    assert response.context["found"].query() == "bereich=bildung"


def test_page_stands_in_the_title_and_beyond_the_last_leads_to_the_last(client):
    home = NeighbourhoodFactory(slug="west")
    for _ in range(41):
        ActorFactory(neighbourhoods=[home])
    assert "<title>Who is here? · Quartier</title>" in client.get(URL).content.decode()
    assert "<title>Who is here? – page 2 of 3 · Quartier</title>" in client.get(URL + "?seite=2").content.decode()
    response = client.get(URL + "?quartier=west&seite=99")
    assert (response.status_code, response["Location"]) == (302, "?quartier=west&seite=3")
    response = client.get(URL + "?q=gibtsnicht&seite=4")
    assert (response.status_code, response["Location"]) == (302, "?q=gibtsnicht")
    for nonsense in ("0", "-3", "abc", "²", "9" * 5000, "%00"):
        assert client.get(URL, {"seite": nonsense}).status_code in {200, 302}
        assert client.get(URL, {"q": "akteur", "seite": nonsense}).status_code in {200, 302}


def test_empty_directory_differs_from_filters_that_are_too_narrow(client):
    draft = ActorFactory(state=Actor.State.DRAFT)
    assert "Nobody is entered here yet" in client.get(URL).content.decode()
    assert draft.name not in client.get(URL + "?stand=entwurf").content.decode()
    ActorFactory()
    page = client.get(URL + "?q=gibtsnicht").content.decode()
    assert "Nothing fits this" in page
    assert "0 places" in page


def test_organisers_are_asked_to_enter_somebody(client):
    link = 'href="/akteure/neu/"'
    assert link not in client.get(URL).content.decode()
    organiser = NeighbourhoodFactory(organisers=[PersonFactory()]).organisers.get()
    client.force_login(organiser)
    assert link in client.get(URL).content.decode()


@pytest.mark.parametrize(
    "value",
    [
        "\x00",
        "a\x00b",
        "\u202ekehrt",
        "😀" * 50,
        "x" * 1_000_000,
        "%",
        "_",
        "'",
        '"><script>',
        "\\",
        "´`",
        "\u0301",
        "{{ 7 }}",
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "q",
        "quartier",
        "bereich",
        "art",
        "thema",
        "zielgruppe",
        "zugang",
        "raum",
        "kapazitaet",
        "bestaetigt",
        "partner",
        "stand",
        "seite",
    ],
)
def test_nothing_in_the_address_breaks_the_list(client, name, value):
    ActorFactory()
    response = client.get(URL, {name: value})
    assert response.status_code in {200, 302}
    assert len(response.content) < 60_000


def test_hidden_markup_in_a_search_stays_text(client):
    page = client.get(URL, {"q": "<b>fett</b>"}).content.decode()
    assert "<b>fett</b>" not in page
    assert "&lt;b&gt;fett&lt;/b&gt;" in page


def test_an_archived_actor_is_no_main_partner_any_more():
    gone, here = ActorFactory(state=Actor.State.ARCHIVED), ActorFactory()
    for actor in (gone, here):
        PartnershipFactory(quartier=actor)
    assert list(Actor.objects.main_partners()) == [here]
    assert {actor.pk for actor in Actor.objects.with_main_partner() if actor.is_main_partner} == {here.pk}


def test_entering_an_actor_stands_beside_the_heading(client):
    organiser = PersonFactory()
    NeighbourhoodFactory(organisers=[organiser])
    client.force_login(organiser)
    page = client.get("/akteure/").content.decode()
    assert page.index("<h1>") < page.index('href="/akteure/neu/"') < page.index('class="lead"')


def test_of_many_groups_of_filters_those_stand_open_in_which_something_is_chosen(client):
    ActorFactory.create_batch(2, neighbourhoods=[NeighbourhoodFactory()])
    facets = client.get(URL + "?kapazitaet=frei&kapazitaet=begrenzt").context["found"].facets
    assert len(facets) > 5
    assert [one.name for one in facets if not one.is_folded] == [facets[0].name, facets[1].name, "kapazitaet"]
    html = client.get(URL + "?kapazitaet=frei&kapazitaet=begrenzt").content.decode()
    assert html.count('<details class="facet" open>') == 3
    assert "Filters (2)" in html
