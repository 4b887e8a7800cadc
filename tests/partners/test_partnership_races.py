"""What two people do with one partnership at the same moment, in two real transactions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from partners.actions.merging import merge_actors
from partners.actions.partnerships import reopen_partnership, write_partnership, write_side
from partners.models import Partnership, PartnershipParty, StageError, UnsaidError
from partners.models.parties_key import key_of
from tests.factories import ActorFactory, PartnershipFactory, PartyFactory, PersonFactory
from tests.partners.test_races import at_once, refusals

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

Stage = Partnership.Stage


def copies(row: Partnership, number: int = 2) -> list[Partnership]:
    return [Partnership.objects.get(pk=row.pk) for _ in range(number)]


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_steps_one_is_taken(attempt):
    row = PartnershipFactory(state=Stage.AGREED, words=True)
    one, other = copies(row)
    answers = at_once(lambda: one.start(by=None), lambda: other.end(by=None, reason="sonstiges"))
    assert (refusals(answers), row.steps.count()) == (1, 1)
    assert any(isinstance(answer, StageError) for answer in answers)
    row.refresh_from_db()
    assert row.steps.get().to_state == row.state


@pytest.mark.parametrize("attempt", range(3))
def test_the_same_step_is_taken_once(attempt):
    row = PartnershipFactory(words=True)
    until = timezone.localdate() + timedelta(days=9)
    answers = at_once(*[lambda one=one: one.rest(by=None, until=until) for one in copies(row, 3)])
    assert (refusals(answers), row.steps.count()) == (2, 1)


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_main_partnerships_of_the_same_sides_one_runs(attempt):
    sides = {"quartier": ActorFactory(), "accompanying": ActorFactory()}
    one, other = (PartnershipFactory(**sides, state=Stage.AGREED, words=True) for _ in range(2))
    answers = at_once(lambda: one.start(by=None), lambda: other.start(by=None))
    assert refusals(answers) == 1
    assert Partnership.objects.filter(state=Stage.RUNNING).count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_one_is_started_while_the_other_is_written_down(attempt):
    local, companion = ActorFactory(), ActorFactory()
    agreed = PartnershipFactory(quartier=local, accompanying=companion, state=Stage.AGREED, words=True)
    new = Partnership(state=Stage.RUNNING, start_on=date(2026, 1, 1), neighbourhood=agreed.neighbourhood)
    sides = [PartyFactory.build(actor=actor) for actor in (companion, local)]
    answers = at_once(lambda: agreed.start(by=None), lambda: write_partnership(partnership=new, parties=sides, by=None))
    assert refusals(answers) == 1
    assert Partnership.objects.filter(state=Stage.RUNNING).count() == 1


@pytest.mark.parametrize("attempt", range(4))
def test_nothing_is_agreed_while_its_words_are_taken_away(attempt):
    """Either the words are gone first, and it is not agreed; or it is agreed first, and they stay."""
    row = PartnershipFactory(state=Stage.TALKS, start_on=None, words=True)
    side = row.parties.first()
    agreed, emptied = at_once(
        lambda: Partnership.objects.get(pk=row.pk).agree(by=None),
        lambda: write_side(party=PartnershipParty.objects.get(pk=side.pk), values={"brings": ""}),
    )
    row.refresh_from_db()
    side.refresh_from_db()
    if isinstance(agreed, ValidationError):
        assert isinstance(agreed, UnsaidError)
        assert (row.state, side.brings, side.is_agreed) == (Stage.TALKS, "", False)
    else:
        assert isinstance(emptied, ValidationError)
        assert (row.state, bool(side.brings), side.is_agreed) == (Stage.AGREED, True, True)


@pytest.mark.parametrize("attempt", range(3))
def test_nothing_is_agreed_while_a_silent_side_joins(attempt):
    row = PartnershipFactory(state=Stage.TALKS, start_on=None, words=True)
    answers = at_once(
        lambda: Partnership.objects.get(pk=row.pk).agree(by=None),
        lambda: write_partnership(
            partnership=Partnership.objects.get(pk=row.pk), parties=[PartnershipParty(actor=ActorFactory())]
        ),
    )
    assert refusals(answers) == 1
    row.refresh_from_db()
    assert row.parties.count() == (2 if row.state == Stage.AGREED else 3)


@pytest.mark.parametrize("attempt", range(3))
def test_sides_that_join_at_once_are_all_in_the_key(attempt):
    row = PartnershipFactory(words=True)
    people = [ActorFactory() for _ in range(3)]
    at_once(
        *[
            lambda one=one: write_partnership(
                partnership=Partnership.objects.get(pk=row.pk), parties=[PartyFactory.build(actor=one)]
            )
            for one in people[:2]
        ],
        lambda: PartyFactory(partnership=row, actor=people[2]),
    )
    row.refresh_from_db()
    assert row.parties.count() == 5
    assert row.parties_key == key_of(row.parties.values_list("actor", flat=True))


@pytest.mark.parametrize("attempt", range(3))
def test_it_is_taken_up_again_once(attempt):
    row = PartnershipFactory(ended=True, words=True)
    answers = at_once(*[lambda one=one: reopen_partnership(partnership=one, by=None) for one in copies(row, 3)])
    assert (refusals(answers), Partnership.objects.filter(reopens=row).count()) == (2, 1)


@pytest.mark.parametrize("attempt", range(3))
def test_a_merge_and_a_start_at_once_leave_one_that_runs(attempt):
    """The two partnerships would become one and the same by the merge."""
    kept, gone, friend = ActorFactory(), ActorFactory(), ActorFactory()
    PartnershipFactory(quartier=kept, accompanying=friend, words=True)
    other = PartnershipFactory(quartier=gone, accompanying=friend, state=Stage.AGREED, words=True)
    seen, by = (kept.stamp, gone.stamp), PersonFactory()
    answers = at_once(
        lambda: merge_actors(kept=kept, gone=gone, take=[], by=by, seen=seen), lambda: other.start(by=None)
    )
    assert refusals(answers) == 1
    for row in Partnership.objects.all():
        assert row.parties_key == key_of(row.parties.values_list("actor", flat=True))
