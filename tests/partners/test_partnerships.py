"""Reading partnerships: two sides at least, shown side by side, kept back while a side is hidden."""

from __future__ import annotations

from datetime import date

import pytest

from partners.models import Actor, Partnership, PartnershipParty
from tests.factories import (
    ActorFactory,
    PartnershipFactory,
)
from tests.partners.partnership_world import EVERYBODY, LIST, World

pytestmark = pytest.mark.django_db


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, rows):
    for _ in range(rows):
        PartnershipFactory()
    with django_assert_num_queries(5):
        response = client.get(LIST)
    assert len(response.context["page"].object_list) == rows
    assert response.cookies == {}


@pytest.mark.parametrize("more", [0, 2])
def test_page_takes_the_same_queries_for_every_number_of_sides(client, django_assert_num_queries, more):
    partnership = PartnershipFactory()
    for _ in range(more):
        PartnershipParty.objects.create(partnership=partnership, actor=ActorFactory())
    with django_assert_num_queries(7):
        response = client.get(partnership.get_absolute_url())
    assert len(response.context["sides"]) == 2 + more
    assert response.cookies == {}


def test_sides_stand_side_by_side_and_empty_ones_ask(client):
    world = World()
    world.side.brings = "Räume <b>für</b> Abende"
    world.side.save()
    page = client.get(world.url).content.decode()
    assert "<h1>Bibliothek &amp; Begleitung</h1>" in page
    assert "<p>Räume &lt;b&gt;für&lt;/b&gt; Abende</p>" in page
    assert page.count("Ask: what shall this side have from it?") == 2
    assert page.count("chip bridge") == 1
    assert "bearbeiten" not in page


def test_a_bridge_is_shown_only_while_a_main_partnership_runs(client):
    for values in ({"kind": "netzwerk"}, {"start_on": date(2099, 1, 1)}, {"end_on": date(2026, 1, 2)}):
        assert "chip bridge" not in client.get(PartnershipFactory(**values).get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_hidden_side_keeps_a_partnership_back_except_from_its_parties(who):
    world = World()
    Actor.objects.filter(pk=world.companion.pk).update(state=Actor.State.HIDDEN)
    client = world.client(who)
    seen = who in {"editor", "organiser", "admin", "other_organiser"}  # the last one keeps the hidden side
    assert client.get(world.url).status_code == (200 if seen else 404)
    assert (world.partnership in client.get(LIST).context["page"]) is seen
    if who == "editor":
        assert f'href="{world.companion.get_absolute_url()}"' not in client.get(world.url).content.decode()


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_partnership_that_is_held_back_makes_nobody_a_main_partner_for_anybody(who):
    """The mark would tell of it; also to those who see it, the mark is what everybody reads."""
    world = World()
    client = world.client(who)
    pages = [world.library.get_absolute_url(), LIST.replace("partnerschaften", "akteure"), world.url]
    marked = [client.get(path).content.decode().count("chip bridge") for path in pages]
    Actor.objects.filter(pk=world.companion.pk).update(state=Actor.State.HIDDEN)
    assert marked == [1, 1, 1]
    assert [client.get(path).content.decode().count("chip bridge") for path in pages] == [0, 0, 0]
    assert list(Actor.objects.main_partners()) == []
    assert client.get("/akteure/?partner=1").context["page"].paginator.count == 0


def test_one_open_main_partnership_is_enough_and_an_archived_companion_holds_nothing_back():
    world = World()
    PartnershipFactory(quartier=world.library, accompanying=ActorFactory(state=Actor.State.DRAFT))
    Actor.objects.filter(pk=world.companion.pk).update(state=Actor.State.ARCHIVED)
    assert list(Actor.objects.main_partners()) == [world.library]
    assert Partnership.objects.for_detail().get(pk=world.partnership.pk).main_partners == [world.library]


def test_filters_narrow_the_list(client):
    world = World()
    over = PartnershipFactory(kind="projekt", ended=True, intensity="kooperieren")
    later = PartnershipFactory(kind="projekt", state="vereinbart", start_on=date(2099, 1, 1), form="vertrag")
    for query, found in {
        "": {world.partnership, over, later},
        "?quartier=daheim": {world.partnership},
        "?art=projekt": {over, later},
        "?stand=laufend": {world.partnership},
        "?stand=beendet&stand=vereinbart": {over, later},
        "?art=projekt&stand=beendet": {over},
        "?intensitaet=kooperieren": {over},
        "?vereinbarungsform=vertrag": {later},
    }.items():
        assert set(client.get(LIST + query).context["page"]) == found, query
    unknown = client.get(LIST + "?art=ehe&stand=gestern").context["found"].unknown
    assert unknown == [("Stage", "gestern"), ("Kind", "ehe")]


@pytest.mark.parametrize("name", ["quartier", "art", "stand", "seite"])
@pytest.mark.parametrize("value", ["\x00", "😀", "x" * 1_000_000, "9" * 5000, '"><script>'])
def test_nothing_in_the_address_breaks_the_list(client, name, value):
    World()
    assert client.get(LIST, {name: value}).status_code in {200, 302}


def test_beyond_the_last_page_leads_to_the_last(client):
    for _ in range(21):
        PartnershipFactory()
    assert client.get(LIST + "?seite=7")["Location"] == "?seite=2"
    assert "<title>Partnerships – page 2 of 2 · Quartier</title>" in client.get(LIST + "?seite=2").content.decode()


def test_an_empty_list_differs_from_filters_that_are_too_narrow(client):
    assert "No partnership is written down yet" in client.get(LIST).content.decode()
    PartnershipFactory()
    assert "Nothing fits this" in client.get(LIST + "?art=foerder").content.decode()


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999"])
def test_what_is_not_there_is_not_found(pk):
    client = World().client("organiser")
    for path in ("", "bearbeiten/", "seiten/1/bearbeiten/", f"seiten/{pk}/bearbeiten/"):
        assert client.get(f"/partnerschaften/{pk}/{path}").status_code == 404
