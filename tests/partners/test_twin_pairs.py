"""The list of suspected twins: found without comparing all with all, for organisers only, ruled out and taken back."""

from __future__ import annotations

import pytest
from django.test import Client

from partners.actions.twin_pairs import LARGEST_BLOCK, rule_out, suspected_pairs
from partners.models import Actor, NotTwins
from tests.factories import ActorFactory, NeighbourhoodFactory, PersonFactory
from tests.partners.actor_world import World
from tests.partners.test_twins import ELSEWHERE, HERE, NEAR

pytestmark = pytest.mark.django_db
LIST = "/akteure/zwillinge/"


@pytest.fixture
def world() -> World:
    return World()


def pair(world: World, name: str = "Bücherstube", **values) -> tuple[Actor, Actor]:
    one = ActorFactory(name=name, neighbourhoods=[world.home], **values)
    return one, ActorFactory(name=name, neighbourhoods=[world.home], **values)


def found(world: World, who: str = "organiser") -> list[tuple[int, int]]:
    return [(one.first, one.second) for one in suspected_pairs(user=getattr(world, who))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Stadtbibliothek"}, {"name": "Stadtbiblothek"}),
        ({"name": "Xtadtbibliothek"}, {"name": "Stadtbibliothek"}),
        ({"name": "Kulturzentrum Luise", **HERE}, {"name": "Luise – Kulturzentrum", **NEAR}),
        (
            {"name": "Treffpunkt", "phone": "089 123456", "email": "a@b.example", **HERE},
            {"name": "Mehrgenerationenhaus", "phone": "+49 89 123456", "email": "A@b.example", **NEAR},
        ),
    ],
)
def test_pairs_are_found_by_name_contacts_and_place(world, one, other):
    first, second = (ActorFactory(neighbourhoods=[world.home], **values) for values in (one, other))
    for number in range(LARGEST_BLOCK):
        ActorFactory(name=f"Verein {number}", neighbourhoods=[world.home])
    assert found(world) == [(first.pk, second.pk)]


def test_branches_are_no_pair(world):
    chain = {"name": "Stadtbibliothek", "website": "https://bibliothek.example", "neighbourhoods": [world.home]}
    ActorFactory(**chain, **HERE)
    ActorFactory(**chain, **ELSEWHERE)
    assert found(world) == []


def test_only_what_one_organises_is_compared(world):
    one, other = pair(world)
    elsewhere = NeighbourhoodFactory(organisers=[world.other_organiser])
    ActorFactory(name="Bücherstube", neighbourhoods=[elsewhere])
    assert found(world) == [(one.pk, other.pk)]
    assert found(world, "other_organiser") == []
    assert len(found(world, "admin")) == 3


def test_a_change_is_seen_at_once(world):
    assert found(world) == []
    one, other = pair(world)
    assert found(world) == [(one.pk, other.pk)]
    other.name = "Turnhalle"
    other.save()
    assert found(world) == []


def test_the_list_names_both_and_why(world):
    one, other = pair(world, website="https://stube.example")
    page = world.client("organiser").get(LIST).content.decode()
    assert "1 suspected pair" in page
    for text in (one.get_absolute_url(), other.get_absolute_url(), "same name", "same website: stube.example"):
        assert text in page


def test_no_twins_are_remembered_with_who_and_why_and_can_be_taken_back(world):
    one, other = pair(world)
    client = world.client("organiser")
    address = f"{LIST}{other.pk}-{one.pk}/trennen/"
    for _twice in range(2):
        client.post(address, {"reason": "Zwei Gruppen in einem Haus."})
    ruled_out = NotTwins.objects.get()
    assert (ruled_out.first, ruled_out.second) == (one, other)
    assert (ruled_out.by, ruled_out.reason) == (world.organiser, "Zwei Gruppen in einem Haus.")
    assert found(world) == found(world, "admin") == []
    page = client.get(LIST, {"liste": "keine"}).content.decode()
    assert "1 pair that is no twin" in page
    assert "Zwei Gruppen in einem Haus." in page
    client.post(f"{LIST}{ruled_out.pk}/wieder/")
    assert not NotTwins.objects.exists()
    assert found(world) == [(one.pk, other.pk)]


def test_who_does_not_organise_both_decides_nothing(world):
    one, other = pair(world)
    foreign = ActorFactory(name="Bücherstube", neighbourhoods=[NeighbourhoodFactory()])
    client = world.client("organiser")
    assert client.post(f"{LIST}{one.pk}-{foreign.pk}/trennen/").status_code == 404
    assert client.post(f"{LIST}{one.pk}-{one.pk}/trennen/").status_code == 404
    ruled_out = rule_out(first=one, second=foreign, by=world.admin, reason="geheim")
    assert client.post(f"{LIST}{ruled_out.pk}/wieder/").status_code == 404
    assert "geheim" not in client.get(LIST, {"liste": "keine"}).content.decode()
    assert other.pk in found(world)[0]


def test_a_reason_that_is_too_long_is_refused_with_a_sentence(world):
    one, other = pair(world)
    address = f"{LIST}{one.pk}-{other.pk}/trennen/"
    page = world.client("organiser").post(address, {"reason": "x" * 301}, follow=True).content.decode()
    assert "This is too long: 301 characters. Use at most 300." in page
    assert not NotTwins.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [("", 10), ("?liste=keine", 8)])
def test_the_list_takes_the_same_queries_for_every_number_of_pairs(django_assert_num_queries, rows, query, queries):
    organiser = PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    for word in ("Bücherstube", "Fahrradwerkstatt", "Turnhalle")[:rows]:
        one, other = (ActorFactory(name=word, neighbourhoods=[home]) for _ in range(2))
        if query:
            rule_out(first=one, second=other, by=organiser)
    client = Client()
    client.force_login(organiser)
    client.get(LIST + query)
    with django_assert_num_queries(queries):
        answer = client.get(LIST + query)
    assert len(answer.context["page"].object_list) == rows
