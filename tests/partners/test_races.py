"""What two people do at the same moment, in two real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from partners.actions import invitations
from partners.actions.actors import create_actor, edit_actor
from partners.actions.memberships import end_membership, end_organising
from partners.actions.merging import merge_actors, undo_merge
from partners.actions.partnerships import write_partnership
from partners.actions.receipts import once
from partners.models import Actor, Invitation, Membership, Merge, Partnership, Person, StageError
from tests.factories import ActorFactory, MembershipFactory, NeighbourhoodFactory, PartnershipFactory, PersonFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs each in a thread with a connection of its own, all starting together; gives results, or the refusal."""
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            answers[number] = act()
        except ValidationError as error:
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def refusals(answers: list[Any]) -> int:
    return sum(isinstance(answer, ValidationError) for answer in answers)


@pytest.mark.parametrize("attempt", range(5))
def test_one_of_two_managers_stays(attempt):
    actor = ActorFactory()
    managers = [MembershipFactory(actor=actor, role="manager") for _ in range(2)]
    answers = at_once(*[lambda one=one: end_membership(membership=one, by=one.person) for one in managers])
    assert (refusals(answers), actor.memberships.count()) == (1, 1)


@pytest.mark.parametrize("attempt", range(5))
def test_one_of_two_organisers_stays(attempt):
    people = [PersonFactory(), PersonFactory()]
    home = NeighbourhoodFactory(organisers=people)
    answers = at_once(*[lambda one=one: end_organising(neighbourhood=home, person=one) for one in people])
    assert (refusals(answers), home.organisers.count()) == (1, 1)


def token_for(email: str) -> str:
    invitation = Invitation(email=email, actor=ActorFactory(), created_by=PersonFactory())
    token = invitation.renew_token()
    invitation.save()
    return token


@pytest.mark.parametrize("attempt", range(5))
def test_a_link_is_used_once(attempt):
    person = PersonFactory(email="gast@example.org")
    token = token_for(person.email)
    answers = at_once(*[lambda: invitations.accept(token=token, person=person)] * 3)
    assert (refusals(answers), Membership.objects.filter(person=person).count()) == (2, 1)


@pytest.mark.parametrize("attempt", range(5))
def test_a_link_makes_one_account(attempt):
    token = token_for("gast@example.org")
    values = {"name": "Gast", "password": "ein langer Satz 9", "language": "de"}
    answers = at_once(*[lambda: invitations.accept_as_newcomer(token=token, **values)] * 2)
    assert (refusals(answers), Person.objects.filter(email="gast@example.org").count()) == (1, 1)


@pytest.mark.parametrize("attempt", range(5))
def test_taking_back_and_accepting_exclude_each_other(attempt):
    person = PersonFactory(email="gast@example.org")
    token = token_for(person.email)
    invitation = Invitation.objects.get()
    answers = at_once(
        lambda: invitations.accept(token=token, person=person), lambda: invitations.revoke(invitation=invitation)
    )
    invitation.refresh_from_db()
    assert refusals(answers) == 1
    assert (invitation.accepted_at is None) != (invitation.revoked_at is None)
    assert Membership.objects.filter(person=person).exists() is (invitation.accepted_at is not None)


@pytest.mark.parametrize("attempt", range(5))
def test_two_who_invite_the_same_address_send_one_link(attempt):
    manager = MembershipFactory(role="manager")
    act = lambda: invitations.invite(email="g@example.org", role="editor", by=manager.person, actor=manager.actor)  # noqa: E731
    assert refusals(at_once(act, act)) == 1
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_a_form_sent_twice_at_once_makes_one_row(attempt):
    home = NeighbourhoodFactory()
    act = lambda: once(fingerprint="x", make=lambda: create_actor(name="Treff", neighbourhoods=[home]))  # noqa: E731
    answers = at_once(act, act)
    assert Actor.objects.count() == 1
    assert {answer.leads_to for answer in answers} == {"/akteure/treff/"}
    assert sorted(answer.is_new for answer in answers) == [False, True]


@pytest.mark.parametrize("attempt", range(5))
def test_two_actors_of_one_name_get_two_addresses(attempt):
    home = NeighbourhoodFactory()
    at_once(*[lambda: create_actor(name="Treff", neighbourhoods=[home])] * 3)
    assert set(Actor.objects.values_list("slug", flat=True)) == {"treff", "treff-2", "treff-3"}


@pytest.mark.parametrize("attempt", range(5))
def test_a_step_is_taken_once(attempt):
    actor = ActorFactory(state="verborgen")
    copies = [Actor.objects.get(pk=actor.pk) for _ in range(2)]
    answers = at_once(copies[0].publish, copies[1].archive)
    assert refusals(answers) == 1
    assert any(isinstance(answer, StageError) for answer in answers)


@pytest.mark.parametrize("attempt", range(5))
def test_two_sides_stay_when_two_are_removed_at_once(attempt):
    partnership = PartnershipFactory()
    partnership.parties.create(actor=ActorFactory())
    first, second, _third = partnership.parties.all()
    answers = at_once(
        *[
            lambda one=one: write_partnership(
                partnership=Partnership.objects.get(pk=partnership.pk), parties=[], removed=[one]
            )
            for one in (first, second)
        ]
    )
    assert (refusals(answers), partnership.parties.count()) == (1, 2)


def merging(kept: Actor, gone: Actor) -> Callable[[], Any]:
    seen, by = (kept.stamp, gone.stamp), PersonFactory()
    return lambda: merge_actors(kept=kept, gone=gone, take=[], by=by, seen=seen)


@pytest.mark.parametrize("attempt", range(5))
def test_of_two_merges_both_ways_one_wins(attempt):
    one, other = ActorFactory(), ActorFactory()
    answers = at_once(merging(one, other), merging(other, one))
    assert (refusals(answers), Merge.objects.count()) == (1, 1)
    assert Actor.objects.filter(state=Actor.State.MERGED).count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_twenty_times_the_same_merge_is_one(attempt):
    one, other = ActorFactory(), ActorFactory()
    answers = at_once(*[merging(one, other)] * 20)
    assert (refusals(answers), Merge.objects.count()) == (19, 1)


@pytest.mark.parametrize("attempt", range(5))
def test_a_merge_is_undone_once(attempt):
    one, other = ActorFactory(), ActorFactory()
    merge = merging(one, other)()
    by = PersonFactory()
    answers = at_once(*[lambda: undo_merge(merge=merge, by=by)] * 3)
    assert refusals(answers) == 2
    assert not Merge.objects.standing().exists()


@pytest.mark.parametrize("attempt", range(5))
def test_an_edit_and_a_merge_at_once_lose_nothing(attempt):
    """Either the edit was there first, and the merge asks to look again; or it is found in the entry that goes."""
    kept, gone = ActorFactory(), ActorFactory()
    edited = Actor.objects.get(pk=gone.pk)
    answers = at_once(merging(kept, gone), lambda: edit_actor(actor=edited, values={"description": "Neu."}))
    assert not isinstance(answers[1], ValidationError)
    gone.refresh_from_db()
    assert gone.description == "Neu."
    assert (gone.state == Actor.State.MERGED) is Merge.objects.exists()
    assert refusals(answers) == 1 - Merge.objects.count()
