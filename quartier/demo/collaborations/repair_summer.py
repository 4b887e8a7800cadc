from __future__ import annotations

from projects.models import Participation, Project
from quartier.demo.collaborations.told import DELIVERED, NOTED, OWN, Category, Gains, Gives, Kind, Role, Story, Takes

REPAIR_SUMMER = Story(
    "reparatursommer",
    "Reparatursommer",
    "reparaturverein-schraubenkiste",
    Project.State.COMPLETED,
    "Sechs Samstage, sechs Orte: Die Schraubenkiste zog mit ihren Tischen durch das Quartier und reparierte mit "
    "allen, die etwas Kaputtes mitbrachten.",
    "Weniger Müll, und mehr Menschen, die sich eine Reparatur zutrauen.",
    "An sechs Samstagen kamen 163 Dinge auf den Tisch, 117 gingen heil nach Hause. Vier Jugendliche aus der Rampe "
    "reparieren seitdem jeden Samstag mit.",
    topics=("reparieren-und-teilen", "klima-und-umwelt", "jugend"),
    start=-460,
    end=-330,
    parts=(
        Takes(
            "reparaturverein-schraubenkiste",
            Role.LEAD,
            gives=(
                Gives(Category.VOLUNTEER_TIME, "Reparieren an sechs Samstagen", "220", "236.5", side=OWN),
                Gives(Category.MATERIAL, "Ersatzteile", "150", "164", side=OWN),
            ),
            gains=(
                Gains(
                    Kind.PUBLIC,
                    "Vier junge Leute sind geblieben. Ohne diesen Sommer hätten wir sie nie getroffen.",
                ),
            ),
        ),
        Takes(
            "jugendzentrum-rampe",
            Role.PLACE,
            gives=(Gives(Category.ROOMS, "Werkstatt an zwei Samstagen", "16", "16", side=OWN),),
            gains=(Gains(Kind.RESOURCES, "Wir haben jetzt eine Werkbank, die wirklich gerade steht."),),
        ),
        Takes(
            "fahrradwerkstatt-speiche",
            Role.EXPERT,
            gives=(
                Gives(Category.LOGISTICS, "Tische mit dem Lastenrad fahren", "12", "15", side=OWN),
                Gives(Category.KNOWLEDGE, "Bremsen und Schaltung erklären", "18", "18", side=OWN),
            ),
            gains=(Gains(Kind.KNOWN, "Die Werkstatt ist seitdem im ganzen Quartier bekannt.", NOTED),),
        ),
        Takes(
            "tauschladen-kommodenfach",
            state=Participation.State.ENDED,
            gives=(Gives(Category.ROOMS, "Hof an einem Samstag", "8", "8", DELIVERED),),
        ),
    ),
)
