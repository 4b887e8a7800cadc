from __future__ import annotations

from projects.models import Project
from quartier.demo.collaborations.told import NOTED, OWN, WITHDRAWN, Category, Gains, Gives, Kind, Role, Story, Takes

NIGHT_MARKET = Story(
    "nachtmarkt-im-bahnbogen",
    "Nachtmarkt im Bahnbogen",
    "cafe-zwischenhalt",
    Project.State.ABANDONED,
    "Ein Markt am Abend, mit Essen aus der Nachbarschaft und Musik unter der Brücke.",
    topics=("lokale-wirtschaft", "kultur-und-kunst"),
    start=-200,
    end=-150,
    note="Unter der Brücke darf abends keine Musik spielen. Die Idee sucht einen anderen Ort.",
    parts=(
        Takes(
            "cafe-zwischenhalt",
            Role.LEAD,
            gives=(Gives(Category.PAID_TIME, "Gespräche mit den Ämtern", "20", "23", side=OWN),),
            gains=(Gains(Kind.OTHER, "Jetzt wissen wir, welche Fragen man zuerst stellt.", NOTED),),
        ),
        Takes(
            "theater-kellerlicht",
            gives=(Gives(Category.TECHNOLOGY, "Scheinwerfer", "8", state=WITHDRAWN),),
        ),
    ),
)
