"""Where the demo plays, and the three real institutions in it; the invented ones stand in `invented`.

Of the Münchner Stadtbibliothek Sendling, the Kulturzentrum LUISE and Ouishare nothing is said but what the handbook
"Zukunft Gestalten im Quartier" says of them; they have no address, no number and no voice here.
"""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import Actor

State = Actor.State

SENDLING, ROSENBOGEN = "sendling", "rosenbogen"
LIBRARY, LUISE, OUISHARE = "muenchner-stadtbibliothek-sendling", "kulturzentrum-luise", "ouishare"


@dataclass(frozen=True, slots=True)
class Quartier:
    slug: str
    name: str
    city: str
    definition: str
    lead_actor: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One actor. `kind` and `topics` are slugs of the vocabularies; `state` is where its profile stands today."""

    slug: str
    name: str
    kind: str
    purpose: str
    description: str = ""
    topics: tuple[str, ...] = ()
    address: tuple[str, str] = ("", "")
    mail: str = ""
    phone: str = ""
    website: str = ""
    quartiere: tuple[str, ...] = (SENDLING,)
    carrier: str = ""
    state: str = State.PUBLISHED


# Drawn by hand for the demo, and said so beside the picture: no real boundary.
ROUGH_OUTLINE = {
    "type": "Polygon",
    "coordinates": [
        [
            [11.531, 48.112],
            [11.543, 48.108],
            [11.553, 48.114],
            [11.556, 48.124],
            [11.545, 48.128],
            [11.533, 48.123],
            [11.531, 48.112],
        ]
    ],
}

QUARTIERE = (
    Quartier(
        SENDLING,
        "Sendling",
        "München",
        "Für diese Demo gehört zu Sendling, was die Menschen hier so nennen: die Straßen rund um den Harras, "
        "von der Bahn bis zur Isar.\n\n"
        "Hier liegen zwei Quartierspartner*innen: die Münchner Stadtbibliothek Sendling und das Kulturzentrum LUISE.",
        lead_actor=OUISHARE,
    ),
    Quartier(
        ROSENBOGEN,
        "Rosenbogen",
        "München",
        "Ein kleines zweites Quartier für diese Demo. Hier hat die Arbeit gerade erst begonnen.",
        lead_actor="mehrgenerationenhaus-treppenabsatz",
    ),
)

FROM_THE_HANDBOOK = (
    "Dieser Eintrag gehört zur Demo. Er sagt nur, was das Handbuch „Zukunft Gestalten im Quartier“ nennt: "
    "Quartierspartner*innen leihen Räume, Wissen, Menschen, Reichweite und Kontakte. Sie geben Botschaften weiter, "
    "verbreiten Ergebnisse und geben Rückmeldung und Einblicke."
)

REAL = (
    Place(
        LIBRARY,
        "Münchner Stadtbibliothek Sendling",
        "bibliothek",
        "Quartierspartner*in in Sendling und Brücke ins Quartier.",
        FROM_THE_HANDBOOK,
        topics=("vernetzung", "nachbarschaft"),
    ),
    Place(
        LUISE,
        "Kulturzentrum LUISE",
        "kulturzentrum",
        "Quartierspartner*in in Sendling und Brücke ins Quartier.",
        FROM_THE_HANDBOOK,
        topics=("vernetzung", "nachbarschaft"),
    ),
    Place(
        OUISHARE,
        "Ouishare",
        "",
        "Begleitet die Quartierspartnerschaften in Sendling von außen.",
        "Dieser Eintrag gehört zur Demo. Ouishare hat das Handbuch „Zukunft Gestalten im Quartier“ geschrieben und "
        "begleitet die Quartierspartner*innen in Sendling.",
        topics=("vernetzung",),
    ),
)
