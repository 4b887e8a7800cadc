"""Two who leave at the same moment, in two real transactions: somebody stays responsible."""

from __future__ import annotations

from functools import partial

import pytest

from partners.actions import invitations
from partners.actions.memberships import make_manager
from partners.models import Invitation, Membership, Person
from projects.actions.resource_requests import grant_request
from projects.models import ResourceRequest
from quartier.leaving import delete_account
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PersonFactory,
    ResourceRequestFactory,
)
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


@pytest.mark.parametrize("attempt", range(10))
@pytest.mark.parametrize("into", ["actor", "neighbourhood"])
def test_who_accepts_an_invitation_while_she_goes_is_a_member_of_nothing(attempt: int, into: str) -> None:
    """Whichever comes first: nobody meets an error, and no row is left that hangs on nobody."""
    target = MembershipFactory(role="manager").actor if into == "actor" else NeighbourhoodFactory()
    if into == "neighbourhood":
        target.organisers.add(PersonFactory())
    person = PersonFactory(email="gast@example.org")
    role = Invitation.Role.EDITOR if into == "actor" else Invitation.Role.ORGANISER
    invitation = Invitation(email=person.email, role=role, created_by=PersonFactory(), **{into: target})
    token = invitation.renew_token()
    invitation.save()
    answers = at_once(partial(delete_account, person=person), partial(invitations.accept, token=token, person=person))

    assert refusals(answers[:1]) == 0
    assert isinstance(answers[1], invitations.AccountGoneError | invitations.InvitationGoneError) or answers[1]
    assert not Person.objects.filter(email="gast@example.org").exists()
    assert Invitation.objects.count() == 0
    assert (target.memberships if into == "actor" else target.organisers).count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_who_asked_deletes_her_account_while_she_is_answered(attempt: int) -> None:
    member = MembershipFactory()
    made = ResourceRequestFactory(actor=member.actor, by=member.person)
    request = ResourceRequest.objects.select_related("offer", "actor", "project", "by").get(pk=made.pk)
    at_once(partial(delete_account, person=member.person), partial(grant_request, request=request, by=None))
    made.refresh_from_db()
    assert (made.state, made.by, Person.objects.exists()) == (ResourceRequest.State.GRANTED, None, False)
