"""Every form is safe against being sent twice, and against what somebody else wrote while it was open."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.test import Client

import partners.forms
import projects.forms
from partners.forms.once import OnceForm
from partners.merging import MergingForm
from partners.models import NotTwins
from projects.models import Contribution, Project, Side
from tests.factories import (
    ActorFactory,
    AdminFactory,
    ContributionFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db

# Forms that carry neither a receipt nor what was seen, and what makes them safe instead.
SAFE_OTHERWISE = {
    "NewcomerForm": "the link works once, and whoever used it is led to the team",
    "NotTwinsForm": "one row for each pair; the second time finds it",
    "BoundaryFileForm": "stores nothing; it leads to the form that asks",
    "BoundaryForm": "carries the boundary that was seen",
    "ActorMergeForm": "carries the stamps of both entries that were seen",
    "LogoForm": "carries the picture and the words that were seen; the same picture sent twice is stored once",
    "SignForm": "a step that is taken once",
    "HandSignForm": "carries the wording that was read; each side signs it once",
    "PaperSignForm": "carries the wording that was read; each side signs it once",
    "DoneForm": "one day of one line; sent twice it says the same",
    "SignedCopyForm": "carries the copy that was seen; the same file sent twice is stored once",
    "DeliverForm": "a step of a state machine, taken once",
    "ObjectionForm": "a step of a state machine, taken once, of the version that was seen",
    "WithdrawForm": "a step of a state machine, taken once",
    "AgreeForm": "a step of a state machine, taken once",
    "WakeForm": "a step of a state machine, taken once",
    "StartForm": "a step of a state machine, taken once",
    "RestForm": "a step of a state machine, taken once",
    "EndForm": "a step of a state machine, taken once",
    "TieForm": "one tie for each pair of project and partnership; the second time finds it",
    "BesideForm": "goes with the form of a new project and says why beside similar ones; it stores nothing by itself",
    "GrantForm": "a step of a state machine, taken once",
    "DeclineForm": "a step of a state machine, taken once",
    "TakeBackForm": "a step of a state machine, taken once",
    "FinishForm": "a step of a state machine, taken once",
    "ThankForm": "said once; whoever presses again is told that it was said",
    "AnswerForm": "a step of a state machine, taken once",
    "AnywayForm": "goes with another form and says why in spite of a warning; it stores nothing by itself",
    "LossForm": "goes with the form of the sides and carries what was read there; it stores nothing by itself",
    "NextStepDoneForm": "a step that is done once; sent again it finds that it is done",
    "StepForm": "a step of a state machine, taken once",
}


def form_classes() -> set[type[forms.BaseForm]]:
    """The forms of both floors that are used as they are: nobody derives from them but another used one."""
    found = set()
    for package in (partners.forms, projects.forms):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for one in vars(importlib.import_module(module.name)).values():
                if isinstance(one, type) and issubclass(one, forms.BaseForm) and one.__module__ == module.name:
                    found.add(one)
    return {one for one in found if not one.__subclasses__() or issubclass(one, OnceForm | MergingForm)}


def test_every_form_says_what_makes_it_safe() -> None:
    """A new form derives from `OnceForm` (makes a row) or `MergingForm` (edits one), or says here why it need not."""
    bare = {one.__name__ for one in form_classes() if not issubclass(one, OnceForm | MergingForm)}
    assert bare == set(SAFE_OTHERWISE)


class World:
    def __init__(self) -> None:
        admin = AdminFactory()
        home = NeighbourhoodFactory(organisers=[admin])
        self.actors = [ActorFactory(neighbourhoods=[home]) for _ in range(2)]
        self.project = ProjectFactory(slug="hof", neighbourhoods=[home], state=Project.State.RUNNING)
        self.part = ParticipationFactory(project=self.project, actor=self.actors[0])
        self.client = Client(headers={"accept-language": "en"})
        self.client.force_login(admin)

    def twice(self, path: str, data: dict[str, Any]) -> list[str]:
        """Sends the same form twice; gives how serious the portal found what it said."""
        tags = []
        for _ in range(2):
            answer = self.client.post(path, data)
            assert answer.status_code == 302
            tags += [message.level_tag for message in get_messages(answer.wsgi_request)]
        return tags


def test_a_pair_is_ruled_out_once() -> None:
    world = World()
    first, second = (actor.pk for actor in world.actors)
    said = world.twice(f"/akteure/zwillinge/{first}-{second}/trennen/", {"reason": "Zwei Gruppen"})
    assert (set(said), NotTwins.objects.count()) == ({"success"}, 1)


def test_a_project_takes_a_step_once() -> None:
    world = World()
    said = world.twice("/projekte/hof/abschliessen/", {"note": "Fertig"})
    world.project.refresh_from_db()
    assert (set(said) - {"success"}, world.project.state) == (set(), Project.State.COMPLETED)
    assert world.project.steps.filter(to_state=Project.State.COMPLETED).count() == 1


@pytest.mark.parametrize(
    ("state", "verb", "data", "wanted"),
    [
        (Contribution.State.PROMISED, "erbringen", {"quantity": "3"}, Contribution.State.DELIVERED),
        (Contribution.State.PLANNED, "zurueckziehen", {"note": "Geht nicht"}, Contribution.State.WITHDRAWN),
    ],
)
def test_a_contribution_takes_a_step_once(state: str, verb: str, data: dict[str, str], wanted: str) -> None:
    world = World()
    row = ContributionFactory(participation=world.part, state=state, planned_quantity=3)
    said = world.twice(f"/beitraege/{row.pk}/{verb}/", data)
    row.refresh_from_db()
    assert (set(said), row.state, row.steps.filter(to_state=wanted).count()) == ({"success"}, wanted, 1)


def test_an_objection_is_made_once() -> None:
    world = World()
    row = ContributionFactory(
        participation=world.part, state=Contribution.State.DELIVERED, delivered_quantity=2, recorded_side=Side.ACTOR
    )
    said = world.twice(f"/beitraege/{row.pk}/einwenden/", {"reason": "Es waren zwei."})
    row.refresh_from_db()
    assert (set(said), row.objection, row.steps.count()) == ({"success"}, "Es waren zwei.", 1)
