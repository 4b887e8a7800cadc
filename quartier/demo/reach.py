"""By which ways the invented actors of the demo reach people. Of the real institutions nothing is said."""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import Channel

Kind = Channel.Kind


@dataclass(frozen=True, slots=True)
class Way:
    """A channel; `measured` counts the days from today."""

    actor: str
    kind: str
    name: str
    audience: int | None = None
    measured: int | None = None
    address: str = ""


WAYS = (
    Way("nachbarschaftstreff-zwirnrolle", Kind.NOTICE, "Brett neben der Kaffeemaschine", 120, -40),
    Way("nachbarschaftstreff-zwirnrolle", Kind.NEWSLETTER, "Post aus der Zwirnrolle", 340, -12),
    Way(
        "buchladen-seitenweise", Kind.SOCIAL_MEDIA, "Seitenweise Bilder", 1_200, -75, "https://example.org/seitenweise"
    ),
    Way("buchladen-seitenweise", Kind.NOTICE, "Schaufenster zum Platz"),
    Way("kulturverein-lindenhof", Kind.LOCAL_PAPER, "Lindenblatt", 4_500, -150, "https://example.org/lindenblatt"),
    Way("kulturverein-lindenhof", Kind.WEBSITE, "Spielplan im Netz", None, None, "https://example.org/lindenhof"),
    Way("baeckerei-kornblum", Kind.NOTICE, "Aushang an der Ladentür", 400, -20),
    Way("sportverein-ballwechsel", Kind.MAILING_LIST, "Rundmail an alle Abteilungen", 610, -5),
)
