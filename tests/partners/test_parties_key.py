"""One running main partnership per set of parties, whichever way the parties are written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partners.actions.merging import merge_actors, undo_merge
from partners.actions.partnerships import write_partnership
from partners.models import Actor, Partnership, PartnershipParty, keys_at_the_end
from partners.models.parties_key import key_of
from tests.factories import ActorFactory, PartnershipFactory, PartyFactory, PersonFactory

pytestmark = pytest.mark.django_db

Side = PartnershipParty.Side


def assert_keys_are_right() -> None:
    for row in Partnership.objects.all():
        assert row.parties_key == key_of(row.parties.values_list("actor", flat=True))


def swap_one(row: Partnership) -> None:
    party, actor = row.parties.first(), ActorFactory()
    party.actor = actor
    party.save()


def add_by_hand(row: Partnership) -> None:
    PartnershipParty(partnership=row, actor=ActorFactory()).save()


WAYS: dict[str, Callable[[Partnership], object]] = {
    "save a new one": add_by_hand,
    "save a changed one": swap_one,
    "create": lambda row: row.parties.create(actor=ActorFactory()),
    "bulk_create": lambda row: PartnershipParty.objects.bulk_create(
        PartnershipParty(partnership=row, actor=ActorFactory()) for _ in range(2)
    ),
    "update": lambda row: PartnershipParty.objects.filter(pk=row.parties.first().pk).update(actor=ActorFactory()),
    "bulk_update": lambda row: PartnershipParty.objects.bulk_update(
        [PartnershipParty(pk=row.parties.first().pk, actor=ActorFactory())], ["actor"]
    ),
    "move": lambda row: (
        row.parties.create(actor=ActorFactory(), partnership=row)
        and PartnershipParty.objects.filter(pk=row.parties.last().pk).update(partnership=PartnershipFactory())
    ),
    "delete": lambda row: row.parties.first().delete(),
    "delete many": lambda row: row.parties.all().delete(),
    "action": lambda row: write_partnership(
        partnership=row,
        parties=[PartyFactory.build(actor=ActorFactory())],
        removed=[row.parties.first()],
    ),
    "an old copy of the row": lambda row: (
        stale := Partnership.objects.get(pk=row.pk),
        row.parties.create(actor=ActorFactory()),
        stale.save(),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_key_follows_the_parties(way):
    row = PartnershipFactory(words=True)
    before = Partnership.objects.get(pk=row.pk).parties_key
    WAYS[way](row)
    assert_keys_are_right()
    assert Partnership.objects.get(pk=row.pk).parties_key != before or way == "move"


def test_a_key_knows_no_order_and_needs_two():
    assert key_of([9, 10, 9]) == key_of([10, 9]) == "9-10"
    assert key_of([9]) == key_of([]) == ""


def test_of_a_longer_act_only_the_end_counts():
    one, other = ActorFactory(), ActorFactory()
    PartnershipFactory(quartier=one, accompanying=other)
    with keys_at_the_end():
        second = Partnership.objects.create(
            kind="haupt", state="laufend", start_on=date(2026, 1, 1), neighbourhood=one.neighbourhoods.first()
        )
        for actor in (one, other, ActorFactory()):
            second.parties.create(actor=actor)
    assert_keys_are_right()


BESIDE = {
    "another kind": {"kind": "netzwerk"},
    "agreed": {"state": "vereinbart"},
    "ended": {"ended": True},
}


@pytest.mark.parametrize("name", BESIDE)
def test_another_kind_or_one_that_does_not_run_may_stand_beside(name):
    sides = {"quartier": ActorFactory(), "accompanying": ActorFactory()}
    PartnershipFactory(**sides)
    PartnershipFactory(**sides, **BESIDE[name])
    assert Partnership.objects.count() == 2


def runs_twice(**values: object) -> tuple[Partnership, Partnership]:
    """A running main partnership, and another one of the same sides that does not run as one."""
    sides = {"quartier": ActorFactory(), "accompanying": ActorFactory()}
    return PartnershipFactory(**sides, words=True), PartnershipFactory(**sides, words=True, **values)


def sentence_of(act: Callable[[], object]) -> str:
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        act()
    return refused.value.messages[0]


TWICE = "The same sides have a running main partnership already. Go on with that one, or end it first."


def test_a_second_one_is_not_started_not_turned_into_one_and_not_written_down():
    first, second = runs_twice(state="vereinbart")
    assert sentence_of(lambda: second.start(by=None)) == TWICE
    assert Partnership.objects.get(pk=second.pk).state == "vereinbart"
    assert not second.steps.exists()
    third = PartnershipFactory(kind="projekt", quartier=first.parties.first().actor, words=True)
    third.kind = "haupt"
    sides = [PartyFactory.build(actor=first.parties.last().actor)]
    assert sentence_of(
        lambda: write_partnership(
            partnership=third, parties=sides, removed=third.parties.filter(side=Side.ACCOMPANYING)
        )
    ) == (TWICE)
    new = Partnership(state="laufend", start_on=date(2026, 1, 1), neighbourhood=first.neighbourhood)
    sides = [PartyFactory.build(actor=party.actor) for party in first.parties.all()]
    assert sentence_of(lambda: write_partnership(partnership=new, parties=sides)) == TWICE
    assert Partnership.objects.count() == 3


def test_past_the_actions_the_database_refuses():
    first, second = runs_twice(state="vereinbart")
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.filter(pk=second.pk).update(state="laufend")
    other = PartnershipFactory(quartier=first.parties.first().actor)
    with pytest.raises(ValidationError, match="have a running main partnership already"), transaction.atomic():
        PartnershipParty.objects.filter(partnership=other, side=Side.ACCOMPANYING).update(
            actor=first.parties.last().actor
        )


def test_sides_can_change_to_what_another_one_gives_up_in_the_same_act():
    row = PartnershipFactory(words=True)
    actors = [party.actor for party in row.parties.all()]
    twin = PartnershipFactory(quartier=actors[0], words=True)
    with pytest.raises(ValidationError), transaction.atomic():
        write_partnership(
            partnership=twin,
            parties=[PartyFactory.build(actor=actors[1])],
            removed=twin.parties.filter(side=Side.ACCOMPANYING),
        )
    row.end(by=None, reason="sonstiges")
    write_partnership(
        partnership=twin,
        parties=[PartyFactory.build(actor=actors[1])],
        removed=twin.parties.filter(side=Side.ACCOMPANYING),
    )
    assert_keys_are_right()


# --- twins among the parties ------------------------------------------------------------------------------------------


def merge(kept: Actor, gone: Actor):
    return merge_actors(kept=kept, gone=gone, take=[], by=PersonFactory(), seen=(kept.stamp, gone.stamp))


def test_two_that_would_be_one_and_the_same_keep_their_actors_apart():
    kept, gone = ActorFactory(name="Bücherei"), ActorFactory(name="Bücherstube")
    friend = ActorFactory(name="Treff")
    one = PartnershipFactory(quartier=kept, accompanying=friend)
    other = PartnershipFactory(quartier=gone, accompanying=friend)
    assert sentence_of(lambda: merge(kept, gone)) == (
        f"The main partnerships “Bücherei & Treff” (no. {one.pk}) and “Bücherstube & Treff” (no. {other.pk}) would be one "
        "and the same. End one of the two, then merge."
    )
    other.end(by=None, reason="sonstiges")
    merge(kept, gone)
    assert_keys_are_right()
    assert one.parties_key == Partnership.objects.get(pk=other.pk).parties_key


def test_keys_follow_a_merge_and_its_undoing():
    kept, gone, third = ActorFactory(), ActorFactory(), ActorFactory()
    one = PartnershipFactory(quartier=gone)
    three = PartnershipFactory(quartier=kept, accompanying=gone)
    three.parties.create(actor=third)
    before = {row.pk: row.parties_key for row in Partnership.objects.all()}
    done = merge(kept, gone)
    assert_keys_are_right()
    assert Partnership.objects.get(pk=three.pk).parties_key == key_of([kept.pk, third.pk])
    undo_merge(merge=done, by=PersonFactory())
    assert_keys_are_right()
    assert {row.pk: row.parties_key for row in Partnership.objects.all()} == before
    assert one.pk in before


def test_undoing_a_merge_is_refused_when_a_new_one_runs_with_the_same_sides():
    kept, gone, friend = ActorFactory(), ActorFactory(), ActorFactory()
    PartnershipFactory(quartier=gone, accompanying=friend)
    done = merge(kept, gone)
    Partnership.objects.all().update(state="beendet", end_reason="sonstiges")
    old = Partnership.objects.get()
    PartnershipFactory(quartier=gone, accompanying=friend)
    Partnership.objects.filter(pk=old.pk).update(state="laufend", end_reason="")
    assert sentence_of(lambda: undo_merge(merge=done, by=PersonFactory())) == TWICE
    assert_keys_are_right()


@pytest.mark.parametrize("both", [True, False])
def test_what_was_agreed_since_a_merge_is_not_left_without_words(both):
    """Before the merge only one of the two had said anything; what was agreed rests on the words of both."""
    kept, gone, third = ActorFactory(), ActorFactory(), ActorFactory()
    row = PartnershipFactory(quartier=kept, accompanying=third, state="abstimmung", start_on=None)
    words = {"brings": "Räume", "expected_benefit": "Gäste"}
    row.parties.update(**words)
    row.parties.create(actor=gone, **(words if both else {}))
    done = merge(kept, gone)
    row.agree(by=None)
    if both:
        undo_merge(merge=done, by=PersonFactory())
        assert row.parties.filter(is_agreed=True).count() == 3
    else:
        assert "Apart, " in sentence_of(lambda: undo_merge(merge=done, by=PersonFactory()))
        assert row.parties.count() == 2
    assert_keys_are_right()
