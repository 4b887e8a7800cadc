"""Who is partner of whom in the demo. What the real institutions expect to gain is left open: nobody speaks for them."""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import Partnership, PartnershipParty
from quartier.demo.places import LIBRARY, LUISE, OUISHARE


@dataclass(frozen=True, slots=True)
class Party:
    actor: str
    side: str = PartnershipParty.Side.QUARTIER
    brings: str = ""
    expects: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    kind: str
    start: int
    parties: tuple[Party, ...]
    end: int | None = None


HANDBOOK = (
    "Räume, Wissen, Menschen, Reichweite und Kontakte. Gibt Botschaften weiter, verbreitet Ergebnisse, gibt "
    "Rückmeldung und Einblicke."
)
ACCOMPANYING = PartnershipParty.Side.ACCOMPANYING
COMPANION = Party(OUISHARE, ACCOMPANYING, "Begleitet die Partnerschaft von außen.")

TIES = (
    Tie(Partnership.Kind.MAIN, -300, (Party(LIBRARY, brings=HANDBOOK), COMPANION)),
    Tie(Partnership.Kind.MAIN, -299, (Party(LUISE, brings=HANDBOOK), COMPANION)),
    Tie(
        Partnership.Kind.NETWORK,
        -180,
        (
            Party(
                "nachbarschaftstreff-zwirnrolle",
                brings="Einen offenen Raum und die Leute, die schon da sind.",
                expects="Schneller wissen, wohin wir Menschen mit Sorgen begleiten können.",
            ),
            Party(
                "beratungsstelle-kompassrose",
                brings="Eine Beratungsstunde im Treff, jeden ersten Dienstag.",
                expects="Menschen erreichen, die nie in ein Büro kommen würden.",
            ),
        ),
    ),
    Tie(
        Partnership.Kind.FUNDING,
        -120,
        (
            Party(
                "stiftung-offene-klinke",
                brings="Einen Zuschuss im Jahr, mit einer Seite Antrag.",
                expects="Sehen, was aus kleinen Beträgen wird.",
            ),
            Party("nachbarschaftstreff-zwirnrolle", brings="Das Café und seine Geschichten."),
        ),
    ),
    Tie(
        Partnership.Kind.PROJECT,
        -700,
        (
            Party("initiative-gruenstreif", brings="Hände, Spaten, Geduld."),
            Party(
                "wohngenossenschaft-dachgarten",
                brings="Den Hof und einen Wasserhahn.",
                expects="Einen Hof, in dem man sich begegnet.",
            ),
        ),
        end=-200,
    ),
)
