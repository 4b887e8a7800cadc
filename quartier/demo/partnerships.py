"""Who is partner of whom in the demo, and how it came about.

Nobody speaks for the real institutions: what stands there for them is a note of the organisers, in the general words of the
handbook "Zukunft Gestalten im Quartier", and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from partners.models import Partnership, PartnershipParty
from quartier.demo.places import LIBRARY, LUISE, OUISHARE


@dataclass(frozen=True, slots=True)
class Party:
    actor: str
    side: str = PartnershipParty.Side.QUARTIER
    brings: str = ""
    expects: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """So many days from today somebody took a step, by the name of the verb; days in `days` are counted from today too."""

    on: int
    verb: str
    note: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tie:
    """Written down `since` so many days, as what runs already or as a first contact; then step by step."""

    kind: str
    parties: tuple[Party, ...]
    since: int
    stage: str = Partnership.Stage.RUNNING
    start: int | None = None
    end: int | None = None
    steps: tuple[Step, ...] = ()
    intensity: str = ""
    form: str = ""
    review: int | None = None
    note: str = ""


HANDBOOK = (
    "Räume, Wissen, Menschen, Reichweite und Kontakte. Gibt Botschaften weiter, verbreitet Ergebnisse, gibt "
    "Rückmeldung und Einblicke."
)
NOTED = "Notiz der Organisation, nach dem Handbuch „Zukunft Gestalten im Quartier“: "
LOCAL_GAIN = NOTED + "ein Mehrwert auch für das eigene Haus, den es noch in eigenen Worten aufschreibt."
COMPANION_GAIN = NOTED + "Brücken ins Quartier zu Menschen, die dort schon bekannt sind."
ACCOMPANYING = PartnershipParty.Side.ACCOMPANYING
COMPANION = Party(OUISHARE, ACCOMPANYING, NOTED + "begleitet die Partnerschaft von außen.", COMPANION_GAIN)

TIES = (
    Tie(
        Partnership.Kind.MAIN,
        (Party(LIBRARY, brings=HANDBOOK, expects=LOCAL_GAIN), COMPANION),
        since=-300,
        start=-300,
    ),
    Tie(
        Partnership.Kind.MAIN,
        (Party(LUISE, brings=HANDBOOK, expects=LOCAL_GAIN), COMPANION),
        since=-299,
        start=-299,
    ),
    Tie(
        Partnership.Kind.NETWORK,
        (
            Party(
                "nachbarschaftstreff-zwirnrolle",
                brings="Einen offenen Raum und die Leute, die schon da sind.",
                expects="Schneller wissen, wohin wir Menschen mit Sorgen begleiten können.",
                hours="1.5",
            ),
            Party(
                "beratungsstelle-kompassrose",
                brings="Eine Beratungsstunde im Treff, jeden ersten Dienstag.",
                expects="Menschen erreichen, die nie in ein Büro kommen würden.",
                hours="2.5",
            ),
        ),
        since=-180,
        start=-180,
    ),
    Tie(
        Partnership.Kind.FUNDING,
        (
            Party(
                "stiftung-offene-klinke",
                brings="Einen Zuschuss im Jahr, mit einer Seite Antrag.",
                expects="Sehen, was aus kleinen Beträgen wird.",
            ),
            Party(
                "nachbarschaftstreff-zwirnrolle",
                brings="Das Café und seine Geschichten.",
                expects="Geld, das ohne zwanzig Seiten Antrag kommt.",
            ),
        ),
        since=-120,
        start=-120,
    ),
    Tie(
        Partnership.Kind.PROJECT,
        (
            Party(
                "initiative-gruenstreif",
                brings="Hände, Spaten, Geduld.",
                expects="Ein Stück Erde, das bleiben darf.",
            ),
            Party(
                "wohngenossenschaft-dachgarten",
                brings="Den Hof und einen Wasserhahn.",
                expects="Einen Hof, in dem man sich begegnet.",
            ),
        ),
        since=-700,
        start=-700,
        end=-200,
        steps=(Step(-195, "end", values={"reason": Partnership.EndReason.GOAL}),),
    ),
)
