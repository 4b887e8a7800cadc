"""Numbers that change with a row that nobody may see are leaks too: public pages read the same with it and without it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client

from partners.models import Actor, Neighbourhood, Topic
from projects.models import Contribution, Participation, Project
from tests.factories import (
    ActorFactory,
    AssessmentFactory,
    BenefitFactory,
    ChannelFactory,
    ContactFactory,
    ContributionFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
    TopicFactory,
)
from tests.walk import walk

pytestmark = pytest.mark.django_db

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')


class Public:
    """What everybody sees: two places that work together in a project and a partnership."""

    def __init__(self) -> None:
        self.here: Neighbourhood = NeighbourhoodFactory()
        self.topic: Topic = TopicFactory()
        place = {"neighbourhoods": [self.here], "topics": [self.topic]}
        self.library: Actor = ActorFactory(**place)
        self.company: Actor = ActorFactory(**place)
        self.shop: Actor = ActorFactory(**place)
        self.project: Project = ProjectFactory(lead_actor=self.company, **place)
        self.part: Participation = ParticipationFactory(project=self.project, actor=self.library)
        delivered = {"state": Contribution.State.DELIVERED, "delivered_quantity": 4}
        ContributionFactory(participation=self.part, **delivered)
        BenefitFactory(project=self.project, actor=self.library)
        PartnershipFactory(neighbourhood=self.here, quartier=self.library, accompanying=self.company)


def pages() -> dict[str, bytes]:
    """Every page that a visitor reaches, without what is made anew for each reader. The table carries its time of making."""
    cache.clear()
    found = {visit.path: visit.response for visit in walk(Client(), rows=20, variants=9, without=("/konto/",))}
    return {path: TOKEN.sub(b"", answer.content) for path, answer in found.items() if "liste.xlsx" not in path}


def unseen_actors(world: Public) -> None:
    """Before and after its time in public: with all that belongs to a profile, and tied to who can be seen."""
    for state in (Actor.State.DRAFT, Actor.State.SUBMITTED, Actor.State.HIDDEN):
        actor = ActorFactory(state=state, neighbourhoods=[world.here], topics=[world.topic])
        ChannelFactory(actor=actor)
        ContactFactory(actor=actor, agreed=True)
        MembershipFactory(actor=actor)
        AssessmentFactory(actor=actor)
        part = ParticipationFactory(project=world.project, actor=actor)
        ContributionFactory(participation=part, state=Contribution.State.DELIVERED, delivered_quantity=7)
        BenefitFactory(project=world.project, actor=actor)
        PartnershipFactory(
            neighbourhood=world.here, quartier=actor, accompanying=world.company, start_on=date(2026, 2, 1)
        )


def unseen_bridges(world: Public) -> None:
    """Main partnerships that another side holds back: they make nobody a Quartierspartner*in in public."""
    for state in (Actor.State.DRAFT, Actor.State.SUBMITTED, Actor.State.HIDDEN):
        unseen = ActorFactory(state=state, neighbourhoods=[world.here])
        PartnershipFactory(neighbourhood=world.here, quartier=world.company, accompanying=unseen)
        tie = PartnershipFactory(neighbourhood=world.here, quartier=world.shop, accompanying=world.company)
        tie.parties.create(actor=unseen, side="begleitung")


def unseen_ideas(world: Public) -> None:
    """Projects before their planning, with those who take part."""
    idea = ProjectFactory(
        state=Project.State.IDEA, neighbourhoods=[world.here], topics=[world.topic], lead_actor=world.library
    )
    part = ParticipationFactory(project=idea, actor=world.company)
    ContributionFactory(participation=part, state=Contribution.State.DELIVERED, delivered_quantity=7)
    BenefitFactory(project=idea, actor=world.company)


def unseen_entries(world: Public) -> None:
    """In the project that everybody sees: what is not public, what was withdrawn, who was only asked."""
    delivered = {"state": Contribution.State.DELIVERED, "delivered_quantity": 7}
    ContributionFactory(participation=world.part, is_public=False, **delivered)
    ContributionFactory(participation=world.part, state=Contribution.State.WITHDRAWN, planned_quantity=7)
    BenefitFactory(project=world.project, actor=world.library, is_public=False)
    ParticipationFactory(project=world.project, actor=world.company, state=Participation.State.INVITED)


def unseen_people(world: Public) -> None:
    """Contacts without consent, teams, and what organisers think."""
    ContactFactory(actor=world.library)
    MembershipFactory(actor=world.library)
    AssessmentFactory(actor=world.library)
    world.here.organisers.add(PersonFactory())


def unseen_answers(world: Public) -> None:
    """Answers that the network or the team alone reads."""
    Actor.objects.filter(pk=world.library.pk).update(has_paid_staff=True, lead_time_days=9, network_hours=12)
    Participation.objects.filter(pk=world.part.pk).update(hours_per_month=5)


@pytest.fixture
def public() -> Public:
    return Public()


@pytest.mark.parametrize(
    "add", [unseen_actors, unseen_bridges, unseen_ideas, unseen_entries, unseen_people, unseen_answers]
)
def test_pages_read_the_same_with_and_without_what_nobody_may_see(public: Public, add) -> None:
    before = pages()
    add(public)
    after = pages()

    assert {path for path in before | after if before.get(path) != after.get(path)} == set()
    assert len(before) > 15


def test_the_comparison_sees_a_row_that_everybody_may_see(public: Public) -> None:
    before = pages()
    ActorFactory(neighbourhoods=[public.here])

    assert {"/", "/akteure/", public.here.get_absolute_url()} <= {
        path for path, content in pages().items() if before.get(path) != content
    }
