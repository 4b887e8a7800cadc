from __future__ import annotations

from projects.models import Project
from quartier.demo.collaborations.told import NOTED, OWN, Category, Gains, Gives, Kind, Role, Story, Takes

COURTYARD_GARDEN = Story(
    "hofgarten-fadengasse",
    "Hofgarten Fadengasse",
    "initiative-gruenstreif",
    Project.State.CONTINUED,
    "Aus neun Stellplätzen wurde ein Garten für das ganze Haus und für die Kita nebenan.",
    "Ein Platz zum Sitzen, Gärtnern und Reden, den niemand kaufen muss.",
    "Der Garten ist da: fünf Beete, eine Bank und ein Wasserhahn. Die Wohngenossenschaft Dachgarten pflegt ihn "
    "weiter, auch ohne das Projekt.",
    topics=("klima-und-umwelt", "nachbarschaft", "kinder-und-familie"),
    start=-700,
    end=-200,
    note="Die Wohngenossenschaft führt den Garten weiter.",
    parts=(
        Takes(
            "initiative-gruenstreif",
            Role.LEAD,
            gives=(Gives(Category.VOLUNTEER_TIME, "Graben, pflanzen, gießen", "300", "342", side=OWN),),
            gains=(Gains(Kind.COMMUNITY, "Wir waren zwölf. Jetzt gießen dreißig."),),
        ),
        Takes(
            "wohngenossenschaft-dachgarten",
            Role.PLACE,
            gives=(Gives(Category.MONEY, "Erde und Holz", "1200", "1187.4", side=OWN),),
            gains=(Gains(Kind.COMMUNITY, "Im Hof grüßt man sich. Das stand in keinem Antrag."),),
        ),
        Takes(
            "amt-fuer-zwischenraeume",
            Role.FUNDER,
            gives=(Gives(Category.ADVOCACY, "Genehmigung auf kurzem Weg", side=OWN),),
            gains=(Gains(Kind.LEARNING, "Das Amt zeigt den Hof heute anderen Stadtteilen.", NOTED),),
        ),
        Takes("kita-kieselstein", gains=(Gains(Kind.MISSION, "Unsere Kinder wissen, wie eine Erbse aussieht."),)),
    ),
)
