"""Whom one could ask to become a partner: who has no partnership of this kind yet, each with reasons in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from partners.models import Actor, ActorKind, Partnership
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AssessmentFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
)
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
URL = "/quartiere/daheim/anbahnung/wen-fragen/"
Kind = Partnership.Kind


class World:
    def __init__(self) -> None:
        self.organiser = PersonFactory()
        self.companion = ActorFactory(name="Begleitung", slug="begleitung", neighbourhoods=[NeighbourhoodFactory()])
        self.home = NeighbourhoodFactory(
            name="Daheim", slug="daheim", organisers=[self.organiser], lead_actor=self.companion
        )
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(self.organiser)

    def actor(self, name: str, **values: Any) -> Actor:
        return ActorFactory(name=name, neighbourhoods=[self.home], **values)

    def found(self, query: str = "") -> dict[str, list[str]]:
        return {one.actor.name: one.reasons for one in self.client.get(URL + query).context["candidates"]}


def test_who_has_such_a_partnership_or_is_being_won_is_no_candidate() -> None:
    world = World()
    free, asked, tied, gone = (world.actor(name) for name in ("Frei", "Gefragt", "Verbunden", "Vorbei"))
    world.actor("Archiv", state=Actor.State.ARCHIVED)
    ActorFactory(name="Anderswo")
    both = {"neighbourhood": world.home, "accompanying": world.companion}
    PartnershipFactory(quartier=asked, state="anbahnung", start_on=None, **both)
    PartnershipFactory(quartier=tied, **both)
    PartnershipFactory(quartier=gone, ended=True, **both)
    assert list(world.found()) == ["Frei", "Vorbei"]
    assert list(world.found("?fuer=netzwerk")) == ["Frei", "Gefragt", "Verbunden", "Vorbei"]
    assert list(world.found("?fuer=quatsch")) == ["Frei", "Vorbei"]
    assert free.name in world.client.get(URL).content.decode()


def test_the_reasons_are_words_and_no_numbers_for_a_ranking() -> None:
    world = World()
    actor = world.actor("Treff", has_shared_room=True, has_paid_staff=True, network_hours="7.5")
    world.actor("Entwurf", state=Actor.State.DRAFT)
    AssessmentFactory(actor=actor, access=3, networked=2, multiplier=1, closeness=0)
    project = ProjectFactory(neighbourhoods=[world.home])
    ParticipationFactory(project=project, actor=actor)
    for slug in ("verein", "schule"):
        other = world.actor(slug, kind=ActorKindFactory(slug=slug, name=slug.title()))
        ParticipationFactory(project=project, actor=other)
    theatre = world.actor("Theater", kind=ActorKindFactory(slug="theater", name="Theater"))
    PartnershipFactory(neighbourhood=world.home, kind=Kind.NETWORK, quartier=actor, accompanying=theatre)
    found = world.found()
    *plain, kinds = found["Treff"]
    assert plain == [
        "Everybody can read its profile.",
        "It has a room that others can use.",
        "It has paid staff.",
        "It states 7.5 hours a month for working with others.",
        "By your assessment: access to resources – strongly, well connected – clearly.",
        "It takes part in 1 running project.",
    ]
    with translation.override("en"):
        words = {word for _pk, slug, word in ActorKind.objects.words() if slug in {"verein", "schule", "theater"}}
    intro, _colon, named = kinds.rstrip(".").partition(": ")
    assert (intro, set(named.split(", "))) == ("It works with many kinds of partners", words)
    assert found["Entwurf"] == []


def test_who_is_full_is_named_with_the_soft_words() -> None:
    world = World()
    world.actor("Voll", capacity=Actor.Capacity.FULL, resting_until="2099-03-31")
    assert "please ask again only from 1 April 2099" in world.client.get(URL).content.decode()


def test_one_press_leads_to_a_partnership_that_is_filled_in() -> None:
    world = World()
    actor = world.actor("Treff", slug="treff")
    path = "/partnerschaften/neu/?mit=treff&art=haupt&quartier=daheim"
    assert path.replace("&", "&amp;") in world.client.get(URL).content.decode()
    data = sent_by(world.client.get(path))
    assert world.client.post(path, data).status_code == 302
    partnership = Partnership.objects.get()
    assert (partnership.kind, partnership.state) == (Kind.MAIN, Partnership.Stage.CONTACT)
    assert {(party.actor, party.side) for party in partnership.parties.all()} == {
        (actor, "quartier"),
        (world.companion, "begleitung"),
    }
    odd = world.client.get("/partnerschaften/neu/?mit=%00&art=quatsch&quartier=nirgends")
    assert odd.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_questions(rows: int, django_assert_num_queries) -> None:
    world = World()
    project = ProjectFactory(neighbourhoods=[world.home])
    for number in range(rows):
        actor = world.actor(f"Treff {number}")
        AssessmentFactory(actor=actor)
        ParticipationFactory(project=project, actor=actor)
        other = world.actor(f"Amt {number}")
        PartnershipFactory(neighbourhood=world.home, kind=Kind.NETWORK, quartier=actor, accompanying=other)
    with django_assert_num_queries(12):
        world.client.get(URL)
