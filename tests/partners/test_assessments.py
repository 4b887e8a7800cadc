"""Key actors: how organisers assess an actor, who reads it, and what the directory makes of it for them alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.models import CRITERIA, Actor, KeyActorAssessment
from tests.factories import ActorFactory, AssessmentFactory, NeighbourhoodFactory, PersonFactory
from tests.partners.actor_world import EVERYBODY, World
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
PAGE = "/akteure/treff/einschaetzung/"
LIST = "/akteure/"
READERS = {"organiser", "admin"}
FULL = {one.name: "2" for one in CRITERIA} | {one.reason: f"Grund {one.name}" for one in CRITERIA}
FULL |= {"assessed_on": "3.5.2026", "multiplier": "3"}


def names(client, query: str) -> list[str]:
    return [line.actor.name for line in client.get(LIST + query).context["page"].object_list]


def test_only_organisers_of_the_actors_neighbourhoods_and_admins_read_an_assessment():
    world = World()
    assessment = AssessmentFactory(actor=world.actor)
    rows = KeyActorAssessment.objects.all()
    assert {who for who in EVERYBODY if assessment in rows.visible_to(getattr(world, who))} == READERS


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_writes_an_assessment(who):
    world = World()
    answer = world.client(who).post(PAGE, FULL)
    if who not in READERS:
        assert answer.status_code == (302 if who == "visitor" else 404)
        assert not KeyActorAssessment.objects.exists()
        return
    assert answer["Location"] == PAGE
    row = KeyActorAssessment.objects.get()
    assert (row.actor, row.assessed_by, row.assessed_on) == (world.actor, getattr(world, who), date(2026, 5, 3))
    assert [str(finding.level) for finding in row.findings] == ["clearly", "clearly", "strongly", "clearly"]
    assert row.multiplier_reason == "Grund multiplier"


def test_a_new_assessment_is_a_new_row_and_the_older_ones_stay_readable():
    world = World()
    client = world.client("organiser")
    client.post(PAGE, FULL)
    opened = sent_by(client.get(PAGE))
    assert (opened["multiplier"], opened["access_reason"]) == (["3"], ["Grund access"])
    client.post(PAGE, opened | {"multiplier": "0", "multiplier_reason": "Es ist still geworden."})
    page = client.get(PAGE)
    assert (page.context["latest"].multiplier, [row.multiplier for row in page.context["older"]]) == (0, [3])
    html = page.content.decode()
    assert "Es ist still geworden." in html.split('id="frueher"')[0]
    assert "Grund multiplier" in html.split('id="frueher"')[1].split('id="neu"')[0]


def test_the_newest_day_counts_and_of_one_day_the_last_entry():
    actor, other = ActorFactory(), ActorFactory()
    AssessmentFactory(actor=actor, assessed_on=date(2026, 6, 1))
    newest = AssessmentFactory(actor=actor, assessed_on=date(2026, 6, 1))
    AssessmentFactory(actor=actor, assessed_on=date(2025, 1, 1))
    alone = AssessmentFactory(actor=other)
    assert set(KeyActorAssessment.objects.current()) == {newest, alone}


def test_the_same_form_sent_twice_makes_one_assessment():
    client = World().client("organiser")
    form = sent_by(client.get(PAGE)) | FULL
    assert [client.post(PAGE, form).status_code for _ in range(3)] == [302, 302, 302]
    assert KeyActorAssessment.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"access": ""}, "access"),
        ({"access": "4"}, "access"),
        ({"access": "-1"}, "access"),
        ({"access": "9" * 30}, "access"),
        ({"networked": "viel\x00"}, "networked"),
        ({"closeness_reason": "  "}, "closeness_reason"),
        ({"closeness_reason": "x" * 1001}, "closeness_reason"),
        ({"closeness_reason": "a\x00b"}, "closeness_reason"),
        ({"assessed_on": "31.2.2026"}, "assessed_on"),
        ({"assessed_on": (timezone.localdate() + timedelta(days=2)).isoformat()}, "assessed_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(typed, field):
    answer = World().client("organiser").post(PAGE, FULL | typed)
    assert list(answer.context["form"].errors) == [field]
    assert not KeyActorAssessment.objects.exists()


def test_of_an_archived_actor_it_is_only_read():
    world = World(state=Actor.State.ARCHIVED)
    AssessmentFactory(actor=world.actor, access_reason="Damals ein Raum.")
    page = world.client("organiser").post(PAGE, FULL)
    assert page.context["form"] is None
    assert "Damals ein Raum." in page.content.decode()
    assert KeyActorAssessment.objects.count() == 1


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_profile_and_list_say_it_to_organisers_alone(who):
    world = World()
    AssessmentFactory(actor=world.actor, networked=3, networked_reason="Kennt die ganze Straße.")
    client = world.client(who)
    profile, listed = client.get("/akteure/treff/").content.decode(), client.get(LIST).content.decode()
    summary = "access to resources: clearly · well connected: strongly · multiplier: clearly · close in topic: clearly"
    told = ("Kennt die ganze Straße." in profile, PAGE in profile, summary in listed)
    assert told == (who in READERS,) * 3


@pytest.mark.parametrize("who", ["visitor", "stranger", "editor", "manager"])
def test_to_everybody_else_the_filter_is_unknown(who):
    world = World()
    AssessmentFactory(actor=world.actor)
    ActorFactory(name="Anderswo")
    answer = world.client(who).get(LIST + "?schluessel=vernetzt")
    assert answer.context["found"].unknown == [("Key actors", "vernetzt")]
    assert "schluessel" not in [facet.name for facet in answer.context["found"].facets]
    assert {line.actor.name for line in answer.context["page"]} >= {"Treff", "Anderswo"}
    assert answer.context["found"].query() == ""


def test_organisers_filter_by_what_counts_now():
    world = World()
    quiet = ActorFactory(name="Ruhig", neighbourhoods=[world.home])
    ActorFactory(name="Neu", neighbourhoods=[world.home])
    foreign = ActorFactory(name="Fremd")
    AssessmentFactory(actor=world.actor, multiplier=1)
    AssessmentFactory(actor=quiet, networked=3)
    AssessmentFactory(actor=quiet, networked=1, multiplier=3, assessed_on=date(2026, 6, 1))
    AssessmentFactory(actor=foreign, networked=3)
    client = world.client("organiser")
    assert names(client, "?schluessel=vernetzt") == ["Treff"]
    assert names(client, "?schluessel=multiplikator") == ["Ruhig"]
    assert names(client, "?schluessel=vernetzt&schluessel=multiplikator") == ["Ruhig", "Treff"]
    assert names(client, "?schluessel=offen") == ["Neu"]
    assert names(client, "?schluessel=offen&schluessel=vernetzt") == ["Neu", "Treff"]
    assert names(world.client("other_organiser"), "?schluessel=vernetzt") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, rows):
    organiser = PersonFactory()
    home = NeighbourhoodFactory(organisers=[organiser])
    for _ in range(rows):
        AssessmentFactory(actor=ActorFactory(neighbourhoods=[home]))
    client.force_login(organiser)
    with django_assert_num_queries(15):
        found = client.get(LIST + "?schluessel=vernetzt").context["page"].object_list
    assert [line.assessment is not None for line in found] == [True] * rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_every_number_of_rows(django_assert_num_queries, rows):
    world = World()
    for _ in range(rows):
        AssessmentFactory(actor=world.actor, assessed_by=PersonFactory())
    client = world.client("organiser")
    with django_assert_num_queries(4):
        page = client.get(PAGE)
    assert len(page.context["older"]) == rows - 1


@pytest.mark.parametrize("wrong", [{"access": 4}, {"closeness": -1}, {"networked_reason": ""}], ids=str)
def test_what_can_never_be_stored(wrong):
    actor = ActorFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentFactory(actor=actor, **wrong)
