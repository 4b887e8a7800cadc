"""Editing an actor: who may, what stays, and two people who write at the same time."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client

from partners.actions.actors import edit_actor
from partners.forms.actors import ActorEditForm
from partners.forms.sections import SECTIONS
from partners.models import Actor
from tests.factories import (
    ActorFactory,
    NeighbourhoodFactory,
    TopicFactory,
)
from tests.partners.actor_world import EVERYBODY, INSIDERS, State, World
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
EDIT = "/akteure/treff/bearbeiten/"
OPEN = {"is_address_public": "True"}


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_may_edit_a_profile(who):
    world = World()
    url = f"{EDIT}vorstellung/"
    client = world.client(who)
    answers = [client.get(EDIT).status_code, client.get(url).status_code]
    answers.append(client.post(url, {"name": "Neuer Name"}).status_code)
    name = Actor.objects.get(pk=world.actor.pk).name
    if who in INSIDERS:
        assert (answers, name) == ([200, 200, 302], "Neuer Name")
    else:
        assert (answers, name) == ([302] * 3 if who == "visitor" else [404] * 3, "Treff")


@pytest.mark.parametrize("page", ["bearbeiten", "bearbeiten/kontakt", "team"])
def test_an_editor_gets_404_on_every_foreign_page(page):
    world = World()
    assert world.client("editor").get(f"/akteure/treff/{page}/").status_code == 200
    for state in State:
        foreign = ActorFactory(state=state, neighbourhoods=[world.home])
        assert world.client("editor").get(f"/akteure/{foreign.slug}/{page}/").status_code == 404


def test_the_address_of_a_page_stays_when_the_name_changes():
    world = World()
    world.client("editor").post(f"{EDIT}vorstellung/", {"name": "Ganz anders"})
    actor = Actor.objects.get(pk=world.actor.pk)
    assert (actor.name, actor.slug, actor.sort_name) == ("Ganz anders", "treff", "ganz anders")


def test_only_its_own_organisers_take_an_actor_out_of_a_neighbourhood():
    world = World()
    mine, foreign = NeighbourhoodFactory(organisers=[world.organiser]), NeighbourhoodFactory(name="Fremd")
    world.actor.neighbourhoods.add(foreign)
    client = world.client("organiser")
    url = f"{EDIT}adresse/"
    assert "It also lies in Fremd." in client.get(url).content.decode()
    client.post(url, OPEN | {"neighbourhoods": [mine.pk]})
    assert set(world.actor.neighbourhoods.all()) == {mine, foreign}
    unknown = NeighbourhoodFactory()
    refused = client.post(url, OPEN | {"neighbourhoods": [mine.pk, unknown.pk]})
    assert refused.context["form"].errors["neighbourhoods"] == [
        "This choice is not offered any more. Choose another one."
    ]
    response = client.post(url, OPEN)
    assert set(world.actor.neighbourhoods.all()) == {foreign}
    assert response["Location"] == "/akteure/treff/"
    assert client.get(url).status_code == 404


def test_the_name_of_a_neighbourhood_is_no_markup_in_a_hint():
    world = World()
    world.actor.neighbourhoods.add(NeighbourhoodFactory(name="<b>Nord</b> & Süd"))
    page = world.client("organiser").get(f"{EDIT}adresse/").content.decode()
    assert "It also lies in &lt;b&gt;Nord&lt;/b&gt; &amp; Süd." in page


def test_an_organiser_who_gives_a_draft_away_comes_to_the_directory():
    world = World(state=State.DRAFT)
    world.actor.neighbourhoods.add(NeighbourhoodFactory())
    response = world.client("organiser").post(f"{EDIT}adresse/", OPEN)
    assert response["Location"] == "/akteure/"


def test_the_last_neighbourhood_stays():
    world = World()
    response = world.client("organiser").post(f"{EDIT}adresse/", OPEN)
    assert response.context["form"].errors["neighbourhoods"] == ["Choose at least one neighbourhood."]
    with pytest.raises(ValidationError, match=r"An actor needs at least one neighbourhood."):
        edit_actor(actor=world.actor, values={}, neighbourhoods=[], own=[world.home])
    assert list(world.actor.neighbourhoods.all()) == [world.home]


class TestTwoEditors:
    """Two people open one profile; nobody's words get lost."""

    url = f"{EDIT}vorstellung/"

    def opened(self, client: Client) -> dict[str, list[str]]:
        return sent_by(client.get(self.url))

    def test_fields_of_both_are_kept(self):
        world = World(purpose="Alt", description="Erste\nZweite")
        topic = TopicFactory()
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        assert one.post(self.url, mine | {"purpose": "Neu", "topics": [topic.pk]}).status_code == 302
        assert other.post(self.url, theirs | {"name": "Neuer Treff"}).status_code == 302
        actor = Actor.objects.get(pk=world.actor.pk)
        assert (actor.purpose, actor.name, actor.description) == ("Neu", "Neuer Treff", "Erste\nZweite")
        assert list(actor.topics.all()) == [topic]

    def test_the_same_field_is_compared_before_it_is_saved(self):
        world = World(purpose="Alt")
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        one.post(self.url, mine | {"purpose": "Von der einen", "name": "Neuer Treff"})
        refused = other.post(self.url, theirs | {"purpose": "Vom anderen"})
        form = refused.context["form"]
        assert refused.status_code == 200
        assert [(conflict.label, conflict.now) for conflict in form.conflicts] == [
            ("Your purpose in one sentence", "Von der einen")
        ]
        assert "Somebody else changed the same thing" in refused.content.decode()
        assert form["purpose"].value() == "Vom anderen"
        assert other.post(self.url, sent_by(refused)).status_code == 302
        actor = Actor.objects.get(pk=world.actor.pk)
        assert (actor.purpose, actor.name) == ("Vom anderen", "Neuer Treff")

    def test_the_other_version_may_stay_for_one_field_and_the_own_one_for_another(self):
        world = World(purpose="Alt", description="Alt")
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        one.post(self.url, mine | {"purpose": "Von der einen", "description": "Von der einen"})
        refused = other.post(self.url, theirs | {"purpose": "Vom anderen", "description": "Vom anderen"})
        assert [(one.now, one.mine) for one in refused.context["form"].conflicts] == [
            ("Von der einen", "Vom anderen")
        ] * 2
        assert other.post(self.url, sent_by(refused) | {"version-purpose": "portal"}).status_code == 302
        actor = Actor.objects.get(pk=world.actor.pk)
        assert (actor.purpose, actor.description) == ("Von der einen", "Vom anderen")

    def test_the_topics_of_the_other_may_stay(self):
        world = World()
        first, second = TopicFactory(), TopicFactory()
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        one.post(self.url, mine | {"topics": [first.pk]})
        refused = other.post(self.url, theirs | {"topics": [second.pk]})
        assert [(c.now, c.mine) for c in refused.context["form"].conflicts] == [(str(first), str(second))]
        assert other.post(self.url, sent_by(refused) | {"version-topics": "portal"}).status_code == 302
        assert list(world.actor.topics.all()) == [first]

    def test_both_wrote_the_same(self):
        world = World(purpose="Alt")
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        for client, data in ((one, mine), (other, theirs)):
            assert client.post(self.url, data | {"purpose": "Neu"}).status_code == 302

    def test_topics_chosen_before_a_mistake_are_not_lost(self):
        world = World()
        topic = TopicFactory()
        client = world.client("editor")
        refused = client.post(self.url, self.opened(client) | {"topics": [topic.pk], "name": ""})
        assert client.post(self.url, sent_by(refused) | {"name": "Treff"}).status_code == 302
        assert list(world.actor.topics.all()) == [topic]

    def test_an_unchanged_form_changes_nothing(self):
        world = World(phone="1", description="Erste\n\nZweite", latitude=Decimal("48.1"), longitude=Decimal("11.5"))
        world.actor.topics.add(TopicFactory(), TopicFactory())
        Actor.objects.filter(pk=world.actor.pk).update(
            network_hours=Decimal("7.50"), has_paid_staff=True, languages=["de"]
        )
        client = world.client("organiser")
        for word, section in SECTIONS.items():
            data = QueryDict(urlencode(sent_by(client.get(f"{EDIT}{word}/")), doseq=True))
            actor = Actor.objects.get(pk=world.actor.pk)
            form = ActorEditForm(data, instance=actor, section=section, own=[world.home])
            assert (form.is_valid(), form.changes()) == (True, {})

    def test_both_change_the_topics(self):
        world = World()
        first, second, third = TopicFactory(), TopicFactory(), TopicFactory()
        world.actor.topics.add(first)
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        assert mine["topics"] == mine["initial-topics"] == [str(first.pk)]
        one.post(self.url, mine | {"topics": [first.pk, second.pk]})
        refused = other.post(self.url, theirs | {"topics": [third.pk]})
        assert [conflict.now for conflict in refused.context["form"].conflicts] == [f"{first}, {second}"]
        assert other.post(self.url, sent_by(refused)).status_code == 302
        assert list(world.actor.topics.all()) == [third]

    def test_what_is_cleared_is_cleared(self):
        world = World(purpose="Alt")
        client = world.client("editor")
        client.post(self.url, self.opened(client) | {"purpose": ""})
        assert Actor.objects.get(pk=world.actor.pk).purpose == ""

    def test_places_that_no_longer_fit_together_are_refused(self):
        world = World(latitude=Decimal("48.1"), longitude=Decimal("11.5"))
        one, other = world.client("editor"), world.client("manager")
        url = f"{EDIT}adresse/"
        mine, theirs = sent_by(one.get(url)), sent_by(other.get(url))
        one.post(url, mine | {"latitude": "", "longitude": ""})
        refused = other.post(url, theirs | {"latitude": "48.2"})
        refused = other.post(url, sent_by(refused))
        assert "Latitude and longitude belong together" in refused.content.decode()


@pytest.mark.parametrize("topics", [1, 3])
def test_the_edit_page_takes_the_same_queries_for_every_number_of_choices(django_assert_num_queries, topics):
    world = World()
    world.actor.topics.add(*[TopicFactory() for _ in range(topics)])
    world.actor.neighbourhoods.add(*[NeighbourhoodFactory(organisers=[world.organiser]) for _ in range(topics)])
    client = world.client("organiser")
    for page, queries in (("", 8), ("vorstellung/", 8), ("adresse/", 7), ("kontakt/", 5), ("mitmachen/", 5)):
        with django_assert_num_queries(queries):
            assert client.get(f"{EDIT}{page}").status_code == 200
