"""Needs: of an actor or of a project; seen as far as whose they are can be seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client

from partners.models import Actor
from projects.models import Need, Participation, Project
from tests.factories import (
    ActorFactory,
    AdminFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
State = Project.State


class World:
    """A project with its lead, somebody who was asked to join, and strangers."""

    def __init__(self, **values: Any) -> None:
        self.organiser, self.stranger, self.admin = PersonFactory(), PersonFactory(), AdminFactory()
        home = NeighbourhoodFactory(organisers=[self.organiser])
        lead, guest = ActorFactory(neighbourhoods=[home]), ActorFactory()
        self.lead, self.asked = MembershipFactory(actor=lead).person, MembershipFactory(actor=guest).person
        self.project = ProjectFactory(slug="hof", title="Hofgarten", neighbourhoods=[home], lead_actor=lead, **values)
        ParticipationFactory(project=self.project, actor=guest, state=Participation.State.INVITED)
        self.visitor = AnonymousUser()

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if who != "visitor":
            client.force_login(getattr(self, who))
        return client


KEEPERS = {"organiser", "lead", "admin"}
EVERYBODY = KEEPERS | {"asked", "stranger", "visitor"}


@pytest.mark.parametrize(
    ("state", "values", "readers"),
    [
        (State.RUNNING, {}, EVERYBODY),
        (State.PLANNING, {"visibility": "netzwerk"}, EVERYBODY - {"visitor"}),
        (State.RUNNING, {"visibility": "intern"}, KEEPERS),
        (State.RUNNING, {"state": Need.State.DRAFT}, KEEPERS),
        (State.IDEA, {}, KEEPERS | {"asked"}),
        (State.COMPLETED, {}, KEEPERS),
        (State.ABANDONED, {}, KEEPERS),
        (State.CONTINUED, {}, EVERYBODY),
    ],
)
def test_a_need_of_a_project_is_seen_as_far_as_the_project(
    state: str, values: dict[str, Any], readers: set[str]
) -> None:
    world = World(state=state)
    need = NeedFactory(project=world.project, **values)
    assert {who for who in EVERYBODY if need in Need.objects.visible_to(getattr(world, who))} == readers
    keepers = {who for who in EVERYBODY if need in Need.objects.kept_by(getattr(world, who))}
    assert keepers == KEEPERS


def test_a_need_of_a_hidden_actor_is_hidden_with_it() -> None:
    need = NeedFactory(actor=ActorFactory(state=Actor.State.HIDDEN))
    assert need not in Need.objects.visible_to(AnonymousUser())
    assert Client().get(need.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("both", [True, False])
def test_a_need_belongs_to_an_actor_or_to_a_project(both: bool) -> None:
    owners = {"actor": ActorFactory(), "project": ProjectFactory()} if both else {"actor": None, "project": None}
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedFactory(**owners)


def test_whoever_leads_a_project_enters_what_it_needs() -> None:
    world = World()
    typed = {"category": "material", "title": "30 Stühle", "quantity": "30", "is_free": "True", "dann": "freigeben"}
    client = world.client("lead")
    page = client.get("/projekte/hof/bedarfe/neu/")
    initial = page.context["form"].initial["valid_until"]
    typed |= {"valid_until": f"{initial:%d.%m.%Y}", "visibility": "oeffentlich"}
    assert client.post("/projekte/hof/bedarfe/neu/", typed).status_code == 302
    need = Need.objects.get()
    assert (need.project, need.actor, need.quantity, need.unit) == (world.project, None, 30, "stueck")
    assert [one.title for one in Client().get("/projekte/hof/").context["needed"].first] == ["30 Stühle"]
    assert [row.title for row in Client().get("/bedarfe/?q=hofgarten").context["page"].object_list] == ["30 Stühle"]
    for who, status in {"asked": 404, "stranger": 404, "organiser": 200}.items():
        assert world.client(who).get("/projekte/hof/bedarfe/neu/").status_code == status
    Project.objects.update(state=State.COMPLETED)
    assert client.get("/projekte/hof/bedarfe/neu/").status_code == 404


def test_who_has_room_for_thirty_finds_those_who_need_as_much_or_less() -> None:
    here, topic = NeighbourhoodFactory(slug="hier"), TopicFactory(slug="musik")
    project = ProjectFactory(neighbourhoods=[here], topics=[topic])
    for title, persons in {"Zwanzig": 20, "Dreißig": 30, "Vierzig": 40}.items():
        NeedFactory(title=title, category="raeume", persons=persons, project=project)
    NeedFactory(title="Von jemandem", actor=ActorFactory(neighbourhoods=[here], topics=[topic]))
    NeedFactory(title="Anderswo")

    def found(query: str) -> list[str]:
        return [row.title for row in Client().get(f"/bedarfe/?{query}").context["page"].object_list]

    assert found("personen=30") == ["Dreißig", "Zwanzig"]
    assert found("quartier=hier") == found("thema=musik") == ["Von jemandem", "Vierzig", "Dreißig", "Zwanzig"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(rows: int, django_assert_num_queries: Any) -> None:
    for _ in range(rows):
        NeedFactory(actor=ActorFactory(topics=[TopicFactory()]))
        NeedFactory(project=ProjectFactory())
    client = Client()
    with django_assert_num_queries(6):
        assert client.get("/bedarfe/").context["page"].paginator.count == 2 * rows


def test_a_need_is_asked_whether_it_must_be_step_free_not_whether_it_is() -> None:
    world = World(state=State.RUNNING)
    client, path = world.client("lead"), "/projekte/hof/bedarfe/neu/"
    form = client.get(path).context["form"]
    assert [str(label) for _key, label in form.fields["step_free"].choices] == [
        "it does not matter",
        "yes, without steps",
        "partly is enough",
    ]
    assert client.post(path, {}).context["form"].errors["is_free"] == ["Say whether it has to be free of charge."]
    stored = NeedFactory(project=world.project, actor=None, category="raeume", step_free="nein")
    edited = client.get(f"{stored.get_absolute_url()}bearbeiten/").context["form"]
    assert [key for key, _label in edited.fields["step_free"].choices] == ["", "ja", "teilweise", "nein"]
