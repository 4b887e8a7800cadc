"""Two people edit one entry: in either order, and at the very same moment in two real transactions, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client

from tests.factories import (
    ActorFactory,
    AdminFactory,
    AgreementFactory,
    BenefitFactory,
    ChannelFactory,
    ContactFactory,
    ContributionFactory,
    NeedFactory,
    NeighbourhoodFactory,
    OfferFactory,
    ParticipationFactory,
    PartnershipFactory,
    ProjectFactory,
)
from tests.partners.test_races import at_once
from tests.projects.browser import fields_of

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


CRITERIA = ("access", "networked", "multiplier", "closeness")


class World:
    def __init__(self) -> None:
        self.admin = AdminFactory()
        self.home = NeighbourhoodFactory(organisers=[self.admin])
        self.actor = ActorFactory(neighbourhoods=[self.home])
        self.project = ProjectFactory(neighbourhoods=[self.home])
        self.part = ParticipationFactory(project=self.project, actor=self.actor)


class Case(NamedTuple):
    """An entity with history: how it is made, where it is edited, what both type, and a field that only one of them changes."""

    make: Callable[[World], Model]
    path: str
    field: str
    typed: tuple[str, str] = ("Von Ada", "Von Ben")
    stored: tuple[str, str] = ("Von Ada", "Von Ben")
    other: tuple[str, str] = ("", "")


CASES = {
    "actor": Case(
        lambda world: world.actor,
        "/akteure/{row.slug}/bearbeiten/vorstellung/",
        "purpose",
        other=("description", "Nur von Ben"),
    ),
    "partnership": Case(
        lambda world: PartnershipFactory(neighbourhood=world.home, start_on="2026-01-01"),
        "/partnerschaften/{row.pk}/bearbeiten/",
        "end_on",
        ("2.2.2027", "3.3.2027"),
        ("2027-02-02", "2027-03-03"),
        other=("start_on", "4.4.2026"),
    ),
    "agreement": Case(
        lambda world: AgreementFactory(partnership__neighbourhood=world.home),
        "/vereinbarungen/{row.pk}/bearbeiten/gegenstand/",
        "goals",
        other=("background", "Nur von Ben"),
    ),
    "project": Case(
        lambda world: world.project, "/projekte/{row.slug}/bearbeiten/", "goal", other=("summary", "Nur von Ben")
    ),
    "participation": Case(
        lambda world: world.part, "/beteiligungen/{row.pk}/bearbeiten/", "tasks", other=("start_on", "4.4.2026")
    ),
    "contribution": Case(
        lambda world: ContributionFactory(participation=world.part),
        "/beitraege/{row.pk}/bearbeiten/",
        "title",
        other=("start_on", "4.4.2026"),
    ),
    "benefit": Case(
        lambda world: BenefitFactory(project=world.project, actor=world.actor, kind="kontakte"),
        "/nutzen/{row.pk}/bearbeiten/",
        "text",
        other=("kind", "lernen"),
    ),
    "side of a partnership": Case(
        lambda world: PartnershipFactory(neighbourhood=world.home, quartier=world.actor).parties.get(actor=world.actor),
        "/partnerschaften/{row.partnership_id}/seiten/{row.pk}/bearbeiten/",
        "brings",
        other=("expected_benefit", "Nur von Ben"),
    ),
    "channel": Case(
        lambda world: ChannelFactory(actor=world.actor),
        "/kanaele/{row.pk}/bearbeiten/",
        "name",
        other=("address", "https://brief.example.org"),
    ),
    "offer": Case(
        lambda world: OfferFactory(actor=world.actor),
        "/angebote/{row.pk}/bearbeiten/",
        "title",
        other=("description", "Nur von Ben"),
    ),
    "need": Case(
        lambda world: NeedFactory(project=world.project),
        "/bedarfe/{row.pk}/bearbeiten/",
        "title",
        other=("description", "Nur von Ben"),
    ),
    "contact person": Case(
        lambda world: ContactFactory(actor=world.actor, entered_by=world.admin),
        "/kontakte/{row.pk}/bearbeiten/",
        "function",
        other=("phone", "089 123"),
    ),
}


class Editors:
    """Two people who have one form open; each sends what a browser would send."""

    def __init__(self, case: Case) -> None:
        world = World()
        self.case, self.row = case, case.make(world)
        self.path = case.path.format(row=self.row)
        self.clients = [Client(headers={"accept-language": "en"}) for _ in range(2)]
        for client in self.clients:
            client.force_login(world.admin)
        self.opened = [fields_of(client.get(self.path)) for client in self.clients]

    def send(self, who: int, **typed: str) -> Any:
        return self.clients[who].post(self.path, self.opened[who] | typed)

    def type(self, who: int) -> Any:
        return self.send(who, **{self.case.field: self.case.typed[who]})

    def stored(self) -> str:
        return str(getattr(type(self.row)._base_manager.get(pk=self.row.pk), self.case.field))

    def send_again(self, who: int, answer: HttpResponse, **typed: str) -> int:
        """The refused page as it came, which the person has looked at."""
        return self.clients[who].post(self.path, fields_of(answer) | typed).status_code


def is_refused(answer: Any) -> bool:
    return answer.status_code in {200, 409, 422}


# Each goes through its turns in one test, because a database that is made anew for each takes longer than all of them.


@pytest.mark.parametrize("name", CASES)
def test_in_either_order_the_second_sees_both_versions_and_the_first_one_stays(name: str) -> None:
    case = CASES[name]
    for first, second in ((0, 1), (1, 0)):
        editors = Editors(case)
        assert editors.type(first).status_code == 302
        refused = editors.type(second)
        assert is_refused(refused)
        assert editors.stored() == case.stored[first]
        (conflict,) = refused.context["form"].conflicts
        assert fields_of(refused)[case.field] == [case.typed[second]]
        assert (conflict.now, conflict.mine) == (case.typed[first], case.typed[second])
        assert editors.send_again(second, refused) == 302
        assert editors.stored() == case.stored[second]


@pytest.mark.parametrize("name", CASES)
def test_the_second_may_leave_what_the_first_one_wrote(name: str) -> None:
    case = CASES[name]
    editors = Editors(case)
    editors.type(0)
    refused = editors.type(1)
    assert editors.send_again(1, refused, **{f"version-{case.field}": "portal"}) == 302
    assert editors.stored() == case.stored[0]


@pytest.mark.parametrize("name", CASES)
def test_of_two_at_the_same_moment_one_is_saved_and_the_other_one_asked(name: str) -> None:
    case = CASES[name]
    for _attempt in range(3):
        editors = Editors(case)
        answers = at_once(lambda editors=editors: editors.type(0), lambda editors=editors: editors.type(1))
        (saved,) = [who for who in range(2) if answers[who].status_code == 302]
        late = 1 - saved
        assert is_refused(answers[late])
        assert editors.stored() == case.stored[saved]
        assert fields_of(answers[late])[case.field] == [case.typed[late]]


@pytest.mark.parametrize("name", CASES)
def test_two_different_fields_at_the_same_moment_both_stay(name: str) -> None:
    """Nobody is asked for nothing twice: whoever was a moment late saves once more, and both fields are there."""
    case = CASES[name]
    field, value = case.other
    for _attempt in range(3):
        editors = Editors(case)
        answers = at_once(
            lambda editors=editors: editors.type(0), lambda editors=editors: editors.send(1, **{field: value})
        )
        late = [who for who in range(2) if is_refused(answers[who])]
        assert len(late) <= 1
        for who in late:
            assert editors.send_again(who, answers[who]) == 302
        page = fields_of(editors.clients[0].get(editors.path))
        assert (page[case.field], page[field]) == ([case.typed[0]], [value])


def test_two_who_assess_at_the_same_moment_are_both_read() -> None:
    """An assessment is never edited: each is a row of its own, and the older ones stay readable."""
    world = World()
    path = f"/akteure/{world.actor.slug}/einschaetzung/"
    clients = [Client() for _ in range(2)]
    for client in clients:
        client.force_login(world.admin)

    opened = [fields_of(client.get(path)) for client in clients]

    def send(who: int) -> int:
        words = {f"{name}_reason": f"Grund {who}" for name in CRITERIA}
        return clients[who].post(path, opened[who] | dict.fromkeys(CRITERIA, "2") | words).status_code

    assert at_once(lambda: send(0), lambda: send(1)) == [302, 302]
    page = clients[0].get(path).content.decode()
    assert ("Grund 0" in page, "Grund 1" in page) == (True, True)
