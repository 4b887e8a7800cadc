"""How a partnership lives: by named steps with a note, each with what it needs; who sees it at which stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.actions.partnerships import reopen_partnership, write_partnership, write_side
from partners.models import (
    Actor,
    HistoryEntry,
    Partnership,
    PartnershipParty,
    StageChange,
    StageError,
    UnsaidError,
)
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PartnershipFactory,
    PartyFactory,
    PersonFactory,
)
from tests.partners.partnership_world import EVERYBODY, LIST, World

pytestmark = pytest.mark.django_db

Stage, Reason = Partnership.Stage, Partnership.EndReason


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


VALUES: dict[str, dict[str, Any]] = {
    Stage.CONTACT: {"start_on": None},
    Stage.TALKS: {"start_on": None},
    Stage.AGREED: {"start_on": None},
    Stage.RUNNING: {},
    Stage.RESTING: {"resting": True},
    Stage.ENDED: {"ended": True},
    Stage.FAILED: {"start_on": None},
}


def at(stage: str, **values: Any) -> Partnership:
    """A partnership at this stage, in which each side has said what an agreement needs."""
    return PartnershipFactory(**{"state": stage, "words": True} | VALUES[stage] | values)


VERBS: dict[str, tuple[Callable[[Partnership], Any], set[str], str]] = {
    "begin_talks": (lambda row: row.begin_talks(by=None), {Stage.CONTACT}, Stage.TALKS),
    "agree": (lambda row: row.agree(by=None), {Stage.TALKS}, Stage.AGREED),
    # What rests and is started runs again.
    "start": (lambda row: row.start(by=None), {Stage.AGREED, Stage.RESTING}, Stage.RUNNING),
    "rest": (lambda row: row.rest(by=None, until=day(30)), {Stage.RUNNING}, Stage.RESTING),
    "rest_longer": (lambda row: row.rest_longer(by=None, until=day(60)), {Stage.RESTING}, Stage.RESTING),
    "wake": (lambda row: row.wake(by=None), {Stage.RESTING}, Stage.RUNNING),
    "end": (
        lambda row: row.end(by=None, reason=Reason.GOAL),
        {Stage.AGREED, Stage.RUNNING, Stage.RESTING},
        Stage.ENDED,
    ),
    "give_up": (lambda row: row.give_up(by=None), {Stage.CONTACT, Stage.TALKS}, Stage.FAILED),
}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("verb", VERBS)
def test_a_step_is_open_from_its_stages_and_from_no_other(verb, stage):
    act, sources, target = VERBS[verb]
    row = at(stage)
    before = Partnership.objects.filter(pk=row.pk).values().get()
    if stage in sources:
        act(row)
        stored = Partnership.objects.get(pk=row.pk)
        assert (row.state, stored.state) == (target, target)
        assert list(row.steps.values_list("from_state", "to_state")) == [(stage, target)]
        stored.validate_constraints()
    else:
        with pytest.raises(StageError):
            act(row)
        assert Partnership.objects.filter(pk=row.pk).values().get() == before
        assert not row.steps.exists()


def test_a_refused_step_names_the_open_ones():
    with pytest.raises(StageError) as refused:
        at(Stage.AGREED).rest(by=None, until=day(3))
    assert refused.value.messages == [
        "From “agreed” there is no step to “resting”. Open from here: running, ended.",
    ]
    with pytest.raises(StageError, match="“ended” is final"):
        at(Stage.ENDED).start(by=None)


def test_each_step_leaves_a_line_with_its_note_and_stands_in_the_history():
    by = PersonFactory()
    row = write_partnership(
        partnership=Partnership(neighbourhood=NeighbourhoodFactory()),
        parties=[PartyFactory.build(actor=ActorFactory()) for _ in range(2)],
        by=by,
        note="Auf dem Fest getroffen.",
    )
    row.begin_talks(by=by, note=" Anruf. ")
    row.agree(by=by, form="vertrag")
    row.start(by=by)
    row.rest(by=by, until=day(10), note="Umbau.")
    row.rest_longer(by=by, until=day(20))
    row.wake(by=by)
    row.end(by=by, reason=Reason.TERM)
    lines = list(row.steps.values_list("from_state", "to_state", "note", "by", "resting_until"))
    assert lines == [
        ("", "anbahnung", "Auf dem Fest getroffen.", by.pk, None),
        ("anbahnung", "abstimmung", "Anruf.", by.pk, None),
        ("abstimmung", "vereinbart", "", by.pk, None),
        ("vereinbart", "laufend", "", by.pk, None),
        ("laufend", "ruhend", "Umbau.", by.pk, day(10)),
        ("ruhend", "ruhend", "", by.pk, day(20)),
        ("ruhend", "laufend", "", by.pk, None),
        ("laufend", "beendet", "", by.pk, None),
    ]
    assert [step.label for step in row.steps.all()] == [
        "written down as “first contact”",
        "in talks",
        "agreed",
        "running",
        "resting",
        "rests longer",
        "runs again",
        "ended",
    ]
    assert (row.form, row.start_on, row.end_on, row.end_reason) == ("vertrag", day(0), day(0), "laufzeit")
    changed = HistoryEntry.objects.of(row).filter(row="partners.partnership").order_by("pk")
    assert [entry.values["state"] for entry in changed if "state" in entry.values][:2] == [
        ["anbahnung", "abstimmung"],
        ["abstimmung", "vereinbart"],
    ]


# --- what a step needs ------------------------------------------------------------------------------------------------


def test_it_is_agreed_only_when_each_side_has_said_both():
    row = PartnershipFactory(
        state=Stage.TALKS,
        start_on=None,
        quartier=ActorFactory(name="Bibliothek"),
        accompanying=ActorFactory(name="Begleitung"),
    )
    row.parties.filter(actor__name="Bibliothek").update(brings="Räume")
    with pytest.raises(UnsaidError) as refused:
        row.agree(by=None)
    assert refused.value.messages == [
        (
            "Each side first says what it brings and what it expects to gain. Still open – “Bibliothek”: what it hopes to gain; "
            "“Begleitung”: what it brings, what it hopes to gain."
        )
    ]
    assert [(gap.party.actor.name, gap.missing) for gap in refused.value.gaps] == [
        ("Bibliothek", ("expected_benefit",)),
        ("Begleitung", ("brings", "expected_benefit")),
    ]
    assert (Partnership.objects.get(pk=row.pk).state, row.steps.count()) == (Stage.TALKS, 0)


@pytest.mark.parametrize("stage", [Stage.AGREED, Stage.RUNNING, Stage.RESTING])
def test_words_that_are_agreed_may_be_said_anew_but_not_emptied(stage):
    row = at(stage)
    side = row.parties.first()
    write_side(party=side, values={"brings": "Anderes."})
    with pytest.raises(ValidationError, match="It can be rewritten, but not emptied"):
        write_side(party=side, values={"brings": ""})
    with pytest.raises(IntegrityError), transaction.atomic():
        PartnershipParty.objects.filter(pk=side.pk).update(expected_benefit="")
    assert PartnershipParty.objects.get(pk=side.pk).brings == "Anderes."


def test_no_side_joins_what_is_agreed_without_words():
    row = at(Stage.AGREED)
    with pytest.raises(ValidationError, match="say what this side brings"):
        write_partnership(partnership=row, parties=[PartnershipParty(actor=ActorFactory(), brings="Räume")])
    write_partnership(partnership=row, parties=[PartyFactory.build(actor=ActorFactory())])
    assert list(row.parties.values_list("is_agreed", flat=True)) == [True] * 3


def test_sides_older_than_the_stages_are_held_to_their_words_once_all_have_spoken():
    row = PartnershipFactory()
    one, other = row.parties.all()
    write_side(party=one, values={"brings": "Räume", "expected_benefit": "Gäste"})
    assert not row.parties.filter(is_agreed=True).exists()
    with pytest.raises(ValidationError, match="not emptied"):
        write_side(party=one, values={"brings": ""})
    write_side(party=other, values={"brings": "Zeit", "expected_benefit": "Freude"})
    assert row.parties.filter(is_agreed=True).count() == 2


@pytest.mark.parametrize("days", [0, -1])
def test_a_rest_ends_on_a_day_that_is_still_to_come(days):
    with pytest.raises(ValidationError, match="still to come"):
        at(Stage.RUNNING).rest(by=None, until=day(days))
    with pytest.raises(ValidationError, match="still to come"):
        at(Stage.RESTING).rest_longer(by=None, until=day(days))


@pytest.mark.parametrize("reason", ["", "weil"])
def test_an_end_has_a_reason(reason):
    with pytest.raises(ValidationError, match="Say why it ends"):
        at(Stage.RUNNING).end(by=None, reason=reason)


@pytest.mark.parametrize(
    ("planned", "given", "since"),
    [(None, None, 0), (5, None, 0), (-5, None, -5), (5, -2, -2)],
)
def test_it_runs_since_a_day_that_has_come(planned, given, since):
    row = at(Stage.AGREED, start_on=None if planned is None else day(planned))
    row.start(by=None, on=None if given is None else day(given))
    assert Partnership.objects.get(pk=row.pk).start_on == day(since)


def test_it_neither_runs_before_its_day_nor_after_its_end():
    with pytest.raises(ValidationError, match="still to come"):
        at(Stage.AGREED).start(by=None, on=day(1))
    with pytest.raises(ValidationError, match="The agreed end lies before this day"):
        at(Stage.AGREED, end_on=day(-3)).start(by=None)


@pytest.mark.parametrize(
    ("stage", "days", "given", "stored"),
    [
        (Stage.RUNNING, (-90, None), None, (-90, 0)),
        (Stage.RUNNING, (-90, -3), None, (-90, -3)),
        (Stage.RUNNING, (-90, 30), None, (-90, 0)),
        (Stage.RUNNING, (-90, None), -10, (-90, -10)),
        (Stage.AGREED, (30, 60), None, (None, 0)),
    ],
)
def test_what_ends_says_since_when_and_what_never_ran_has_no_first_day(stage, days, given, stored):
    start, end = (None if one is None else day(one) for one in days)
    row = at(stage, start_on=start, end_on=end)
    row.end(by=None, reason=Reason.CAPACITY, on=None if given is None else day(given))
    row.refresh_from_db()
    assert (row.start_on, row.end_on) == (None if stored[0] is None else day(stored[0]), day(stored[1]))


@pytest.mark.parametrize(("on", "sentence"), [(1, "still to come"), (-1000, "before the beginning")])
def test_an_end_lies_between_the_beginning_and_today(on, sentence):
    with pytest.raises(ValidationError, match=sentence):
        at(Stage.RUNNING, start_on=day(-90)).end(by=None, reason=Reason.GOAL, on=day(on))


@pytest.mark.parametrize(
    "values",
    [
        {"state": Stage.RUNNING, "start_on": None},
        {"state": Stage.RESTING},
        {"resting_until": date(2099, 1, 1)},
        {"state": Stage.ENDED},
        {"end_reason": Reason.GOAL},
        {"start_on": date(2027, 1, 2), "end_on": date(2027, 1, 1)},
    ],
)
def test_what_the_database_never_stores(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.create(neighbourhood=NeighbourhoodFactory(), **{"start_on": date(2026, 1, 1)} | values)


def test_it_is_written_down_only_as_a_first_contact_or_as_what_runs():
    home = NeighbourhoodFactory()

    def write(stage: str, *, words: bool = True, **values: Any) -> Partnership:
        side = PartyFactory.build if words else PartnershipParty
        sides = [side(actor=ActorFactory()) for _ in range(2)]
        return write_partnership(partnership=Partnership(neighbourhood=home, state=stage, **values), parties=sides)

    for stage in set(Stage) - set(Partnership.FIRST):
        with pytest.raises(StageError, match="begins as a first contact, or runs already"):
            write(stage)
    with pytest.raises(ValidationError, match="What runs has begun on a day"):
        write(Stage.RUNNING)
    with pytest.raises(ValidationError, match="say what this side brings"):
        write(Stage.RUNNING, start_on=day(-1), words=False)
    assert write(Stage.CONTACT, words=False).state == Stage.CONTACT
    running = write(Stage.RUNNING, start_on=day(-1))
    assert list(running.parties.values_list("is_agreed", flat=True)) == [True, True]
    assert Partnership.objects.count() == StageChange.objects.count() == 2


# --- reopening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", Stage)
def test_only_what_is_over_is_taken_up_again_and_only_once(stage):
    row = at(stage, intensity="kooperieren", form="vertrag")
    if not row.is_over:
        with pytest.raises(StageError, match="Only what is over"):
            reopen_partnership(partnership=row, by=None)
        return
    again = reopen_partnership(partnership=row, by=None, note="Neuer Anlauf.")
    assert (again.state, again.reopens, again.start_on, again.intensity, again.form) == (
        *(Stage.CONTACT, row, None),
        *("kooperieren", ""),
    )
    words = ["actor", "side", "brings", "expected_benefit"]
    assert list(again.parties.values_list(*words)) == list(row.parties.values_list(*words))
    assert list(again.steps.values_list("to_state", "note")) == [(Stage.CONTACT, "Neuer Anlauf.")]
    with pytest.raises(StageError, match="was taken up again already"):
        reopen_partnership(partnership=row, by=None)
    row.refresh_from_db()
    assert row.state == stage


# --- who sees it ------------------------------------------------------------------------------------------------------

PUBLIC = set(EVERYBODY)
INSIDE, ORGANISERS = {"editor", "organiser", "admin"}, {"organiser", "admin"}
SEEN_BY = {
    Stage.CONTACT: ORGANISERS,
    Stage.TALKS: INSIDE,
    Stage.AGREED: PUBLIC,
    Stage.RUNNING: PUBLIC,
    Stage.RESTING: PUBLIC,
    Stage.ENDED: PUBLIC,
    Stage.FAILED: ORGANISERS,
}


@pytest.mark.parametrize("stage", Stage)
def test_who_sees_which_stage(stage):
    world = World(**at_stage(stage))
    for who in EVERYBODY:
        client, seen = world.client(who), who in SEEN_BY[stage]
        assert (who, client.get(world.url).status_code) == (who, 200 if seen else 404)
        assert (world.partnership in client.get(LIST).context["page"]) is seen
    for who in ("visitor", "organiser"):
        bonds = world.client(who).get(world.companion.get_absolute_url()).context["bonds"]
        assert [bond.partnership for bond in bonds] == [world.partnership] * (who in SEEN_BY[stage])
    listed = world.url + "<" in world.client("visitor").get("/sitemap-partnerschaften.xml").content.decode()
    assert listed is (stage in Partnership.PUBLIC)


def at_stage(stage: str) -> dict[str, Any]:
    return {"state": stage} | VALUES[stage]


@pytest.mark.parametrize(
    ("who", "talked", "seen"), [("editor", True, 200), ("other_editor", True, 404), ("editor", False, 404)]
)
def test_parties_see_what_came_to_nothing_if_somebody_talked_with_them(who, talked, seen):
    world = World(**at_stage(Stage.CONTACT))
    if talked:
        world.partnership.begin_talks(by=None)
    world.partnership.give_up(by=None)
    assert world.client(who).get(world.url).status_code == seen


def test_a_party_writes_its_side_as_soon_as_it_knows_of_it():
    world = World(**at_stage(Stage.CONTACT))
    mine = PartnershipParty.objects.filter(pk=world.side.pk)
    assert not mine.editable_by(world.editor).exists()
    world.partnership.begin_talks(by=None)
    assert mine.editable_by(world.editor).exists()


@pytest.mark.parametrize("stage", Stage)
def test_only_what_runs_makes_a_quartierspartner(stage):
    row = at(stage)
    local = row.parties.get(side="quartier").actor
    expected = [local] if stage == Stage.RUNNING else []
    assert list(Actor.objects.main_partners()) == expected
    assert Partnership.objects.for_detail().get(pk=row.pk).main_partners == expected
    assert Partnership.objects.running().exists() is bool(expected)


@pytest.mark.parametrize(
    ("who", "read"), [("organiser", 3), ("admin", 3), ("editor", 2), ("other_editor", 0), ("other_organiser", 0)]
)
def test_the_notes_of_the_first_contact_are_only_for_organisers(who, read):
    world = World(**at_stage(Stage.CONTACT), words=True)
    world.partnership.remember("", by=None, note="Wirkt müde.")
    world.partnership.begin_talks(by=None)
    world.partnership.agree(by=None)
    assert StageChange.objects.visible_to(getattr(world, who)).count() == read


def test_a_member_of_two_parties_sees_it_once():
    world = World()
    MembershipFactory(person=world.editor, actor=world.companion)
    assert Partnership.objects.visible_to(world.editor).count() == 1
