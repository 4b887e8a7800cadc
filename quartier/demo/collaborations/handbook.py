"""The story of the handbook.

The three real institutions give what it names, without quantities, and nobody answers for them: what the organiser says
to be delivered waits for their own yes.
"""

from __future__ import annotations

from projects.models import Project
from quartier.demo.collaborations.told import (
    DELIVERED,
    OWN,
    PLANNED,
    Category,
    Gains,
    Gives,
    Kind,
    Role,
    Spreads,
    Story,
    Takes,
)
from quartier.demo.places import LIBRARY, LUISE, OUISHARE

HANDBOOK = Story(
    "zukunft-gestalten-im-quartier",
    "Zukunft Gestalten im Quartier",
    OUISHARE,
    Project.State.RUNNING,
    "Wer im Quartier etwas anpackt, muss nicht bei null anfangen. Bibliothek, Kulturzentrum und viele andere sind "
    "schon da und sprechen die Sprache des Quartiers. Einige von ihnen werden Quartierspartner*innen: Sie bringen "
    "ein, was sie haben, und jede Partnerschaft soll jeder Seite etwas bringen.",
    "Das Netzwerk sieht seine Ressourcen, schätzt sie und lässt ungewöhnliche Kooperationen wachsen. Neue "
    "Bewohner*innen finden leicht eine offene Tür.",
    topics=("vernetzung", "nachbarschaft", "beteiligung"),
    start=-300,
    is_open=True,
    parts=(
        Takes(
            OUISHARE,
            Role.LEAD,
            tasks="Begleitet die Quartierspartnerschaften von außen.",
            gives=(Gives(Category.FACILITATION, "Begleitung der Quartierspartnerschaften", state=PLANNED),),
        ),
        Takes(
            LIBRARY,
            Role.LOCAL,
            tasks="Brücke ins Quartier.",
            gives=(
                Gives(Category.ROOMS, "Räume", state=DELIVERED),
                Gives(Category.KNOWLEDGE, "Wissen", state=PLANNED),
                Gives(Category.NETWORK, "Kontakte ins Quartier", state=PLANNED),
                Gives(Category.REACH, "Botschaften weitergeben", state=PLANNED),
                Gives(Category.REACH, "Ergebnisse verbreiten", state=PLANNED),
                Gives(Category.DATA, "Rückmeldung und Einblicke", state=DELIVERED),
            ),
        ),
        Takes(
            LUISE,
            Role.LOCAL,
            tasks="Brücke ins Quartier.",
            gives=(
                Gives(Category.ROOMS, "Räume", state=PLANNED),
                Gives(Category.KNOWLEDGE, "Wissen und Menschen", state=PLANNED),
                Gives(Category.REACH, "Ergebnisse verbreiten", state=PLANNED),
                Gives(Category.DATA, "Rückmeldung und Einblicke", state=PLANNED),
            ),
        ),
        Takes(
            "hochschule-fuer-stadtfragen",
            Role.EXPERT,
            tasks="Fragt nach, hört zu, schreibt auf.",
            gives=(
                Gives(Category.KNOWLEDGE, "Seminar: Wer kennt wen im Quartier?", "40", "36", side=OWN),
                Gives(Category.ADVOCACY, "Fürsprache im Stadtrat", state=DELIVERED, side=OWN),
            ),
            gains=(Gains(Kind.LEARNING, "Unsere Studierenden haben gelernt, dass eine Umfrage mit Kaffee anfängt."),),
        ),
        Takes(
            "nachbarschaftstreff-zwirnrolle",
            gives=(Gives(Category.ROOMS, "Großer Raum für die Treffen des Netzwerks", "24", "18"),),
            spreads=(Spreads("Post aus der Zwirnrolle", -60, "Wer im Netzwerk ist und wen man fragt"),),
            is_counted=True,
            gains=(Gains(Kind.CONTACTS, "Ich weiß jetzt, wen ich anrufe. Vorher hatte ich nur eine lange Liste."),),
        ),
        Takes(
            "baeckerei-kornblum",
            Role.COMMUNICATION,
            gives=(Gives(Category.REACH, "Plakat an der Ladentür", "300", "400", DELIVERED, OWN),),
        ),
        Takes(
            "kulturverein-lindenhof",
            gives=(Gives(Category.NETWORK, "Kontakte zu Musiker*innen", "8", "11", side=OWN),),
        ),
        Takes("buchladen-seitenweise"),
    ),
)
