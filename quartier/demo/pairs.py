"""Synthetic partnerships: about one for each actor, at every stage. One in 250 is a main partnership that runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from partners.models import Actor, Partnership, PartnershipParty, StageChange
from quartier.demo import words

Stage, Kind, Side = Partnership.Stage, Partnership.Kind, PartnershipParty.Side
MAIN_ONE_IN = 250
# How often a stage comes, and over which others one gets there.
STAGES = {
    Stage.CONTACT: (3, ()),
    Stage.TALKS: (3, (Stage.CONTACT,)),
    Stage.AGREED: (2, (Stage.CONTACT, Stage.TALKS)),
    Stage.RUNNING: (8, (Stage.CONTACT, Stage.TALKS, Stage.AGREED)),
    Stage.RESTING: (1, (Stage.RUNNING,)),
    Stage.ENDED: (5, (Stage.RUNNING,)),
    Stage.FAILED: (2, (Stage.CONTACT, Stage.TALKS)),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two actors and what they have together."""

    local: Actor
    other: Actor
    row: Partnership
    gains: tuple[str, str]

    def steps(self) -> Iterator[StageChange]:
        before = ""
        for stage in (*STAGES[Stage(self.row.state)][1], self.row.state):
            until = self.row.resting_until if stage == Stage.RESTING else None
            yield StageChange(partnership=self.row, from_state=before, to_state=stage, resting_until=until)
            before = stage

    def sides(self) -> Iterator[PartnershipParty]:
        is_agreed = self.row.is_public
        for actor, side, gain in zip(
            (self.local, self.other), (Side.QUARTIER, Side.ACCOMPANYING), self.gains, strict=True
        ):
            yield PartnershipParty(
                partnership=self.row,
                actor=actor,
                side=side,
                brings="Räume und Kontakte",
                expected_benefit=gain if is_agreed else "",
                is_agreed=is_agreed,
            )


def pair_up(actors: list[Actor], number: int, *, chance: Random, today: date) -> list[Pair]:
    """So many pairs, drawn by chance. Of the main partnerships that run no two are of the same two actors."""
    if len(actors) < 2:
        return []
    pairs, bound = [], set()
    for place in range(number):
        local, other = chance.sample(actors, 2)
        sides = frozenset((local.pk, other.pk))
        is_main = place % MAIN_ONE_IN == 0 and sides not in bound
        if is_main:
            bound.add(sides)
        row = main_partnership(chance, today) if is_main else partnership(chance, today)
        pairs.append(Pair(local, other, row, (chance.choice(words.GAINS), chance.choice(words.GAINS))))
    return pairs


def main_partnership(chance: Random, today: date) -> Partnership:
    """These make Quartierspartner*innen."""
    start = today - timedelta(days=chance.randint(1, 900))
    return Partnership(kind=Kind.MAIN, state=Stage.RUNNING, start_on=start, is_demo=True)


def partnership(chance: Random, today: date) -> Partnership:
    """Of another kind, at any stage, with what belongs to it."""
    stage = chance.choices(list(STAGES), [often for often, _way in STAGES.values()])[0]
    row = Partnership(
        kind=chance.choice([kind for kind in Kind if kind != Kind.MAIN]),
        state=stage,
        intensity=chance.choice(Partnership.Intensity.values),
        is_demo=True,
    )
    if row.is_public:
        row.form = chance.choice(Partnership.Form.values)
        row.start_on = today + timedelta(days=chance.randint(-900, -30) if stage != Stage.AGREED else 20)
    if stage == Stage.RESTING:
        row.resting_until = today + timedelta(days=chance.randint(-5, 90))
    if stage == Stage.ENDED:
        row.end_reason = chance.choice(Partnership.EndReason.values)
        row.end_on = today - timedelta(days=chance.randint(0, 29))
    return row
