"""A small world: one project with two partners, and everybody who may or may not touch it. Pages are read in English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import translation

from partners.models import Actor, Neighbourhood, Person
from projects.models import Contribution, Participation, Project, Side
from tests.factories import (
    ActorFactory,
    AdminFactory,
    BenefitFactory,
    ContributionFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
)


@pytest.fixture(autouse=True)
def _in_english(_clean_slate: None) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


@dataclass
class World:
    """`people`: organiser of the place, of another place, editor of the library, of the bakery, of the lead, an admin, nobody."""

    place: Neighbourhood
    project: Project
    lead: Actor
    library: Actor
    bakery: Actor
    library_part: Participation
    bakery_part: Participation
    people: SimpleNamespace

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        person: Person | None = getattr(self.people, who)
        if person is not None:
            client.force_login(person)
        return client

    def contribution(self, part: Participation | None = None, **values: object) -> Contribution:
        """In the library's name, noted by the project's side, unless told otherwise."""
        row = ContributionFactory(participation=part or self.library_part, **values)
        row.remember("", by=row.recorded_by)
        return row

    def delivered(self, side: str = Side.PROJECT, **values: object) -> Contribution:
        by = self.people.organiser if side == Side.PROJECT else self.people.librarian
        given = {"state": Contribution.State.DELIVERED, "delivered_quantity": 4, "recorded_side": side} | values
        return self.contribution(recorded_by=by, **given)


@pytest.fixture
def world(db: None) -> World:
    people = SimpleNamespace(
        visitor=None,
        stranger=PersonFactory(name="Stranger"),
        organiser=PersonFactory(name="Olga Organ"),
        elsewhere=PersonFactory(name="Else Where"),
        librarian=PersonFactory(name="Paula Buch"),
        baker=PersonFactory(name="Bert Brot"),
        leader=PersonFactory(name="Lea Leiterin"),
        admin=AdminFactory(name="Ada Admin"),
    )
    place = NeighbourhoodFactory(name="Sendling", slug="sendling", organisers=[people.organiser])
    NeighbourhoodFactory(name="Westend", slug="westend", organisers=[people.elsewhere])
    lead, library, bakery = (
        ActorFactory(name=name, slug=slug, neighbourhoods=[place])
        for name, slug in (("Ouishare", "ouishare"), ("Stadtbibliothek", "stadtbibliothek"), ("Bäckerei", "baeckerei"))
    )
    for person, actor in ((people.librarian, library), (people.baker, bakery), (people.leader, lead)):
        MembershipFactory(person=person, actor=actor)
    project = ProjectFactory(title="Quartierscafé", slug="quartierscafe", neighbourhoods=[place], lead_actor=lead)
    return World(
        place=place,
        project=project,
        lead=lead,
        library=library,
        bakery=bakery,
        library_part=ParticipationFactory(project=project, actor=library, role="ort"),
        bakery_part=ParticipationFactory(project=project, actor=bakery),
        people=people,
    )


@pytest.fixture
def full_world(world: World) -> World:
    """The same with something in every cell."""
    world.delivered()
    world.contribution(part=world.bakery_part)
    BenefitFactory(project=world.project, actor=world.library, text="Besser bekannt.")
    return world
