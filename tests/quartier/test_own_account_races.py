"""Two who leave at the same moment, in two real transactions: somebody stays responsible."""

from __future__ import annotations

from functools import partial

import pytest

from partners.actions.memberships import make_manager
from partners.models import Membership, Person
from quartier.leaving import delete_account
from tests.factories import ActorFactory, MembershipFactory, NeighbourhoodFactory, PersonFactory
from tests.partners.test_races import at_once, refusals

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_managers_who_delete_their_accounts_one_stays(attempt: int) -> None:
    actor = ActorFactory()
    people = [MembershipFactory(actor=actor, role="manager").person for _ in range(2)]
    answers = at_once(*[partial(delete_account, person=one) for one in people])

    assert (refusals(answers), actor.memberships.count(), Person.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_organisers_who_delete_their_accounts_one_stays(attempt: int) -> None:
    people = [PersonFactory(), PersonFactory()]
    home = NeighbourhoodFactory(organisers=people)
    answers = at_once(*[partial(delete_account, person=one) for one in people])

    assert (refusals(answers), home.organisers.count(), Person.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("attempt", range(5))
def test_who_is_made_a_manager_while_she_goes_leaves_nothing_behind(attempt: int) -> None:
    actor = ActorFactory()
    stays, goes = MembershipFactory(actor=actor, role="manager"), MembershipFactory(actor=actor)
    answers = at_once(partial(delete_account, person=goes.person), partial(make_manager, membership=goes))

    assert refusals(answers) == 0
    assert list(Membership.objects.values_list("pk", "role")) == [(stays.pk, "manager")]
