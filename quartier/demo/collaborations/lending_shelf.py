from __future__ import annotations

from projects.models import Participation, Project
from quartier.demo.collaborations.told import PLANNED, PROMISED, Category, Gives, Role, Story, Takes

LENDING_SHELF = Story(
    "leihregal-im-treppenhaus",
    "Leihregal im Treppenhaus",
    "wohngenossenschaft-dachgarten",
    Project.State.PLANNING,
    "Nicht jede Wohnung braucht eine eigene Bohrmaschine. Im Treppenhaus der Wohngenossenschaft entsteht ein Regal "
    "mit Dingen zum Ausleihen: Werkzeug, Spiele, ein Bierzelttisch. Noch fehlen Menschen, die eine Stunde im Monat "
    "das Regal betreuen.",
    "Nachbar*innen leihen, statt zu kaufen.",
    topics=("reparieren-und-teilen", "klima-und-umwelt"),
    groups=("alle-im-quartier",),
    start=40,
    is_open=True,
    parts=(
        Takes(
            "wohngenossenschaft-dachgarten",
            Role.LEAD,
            tasks="Stellt den Platz und den Schlüssel.",
            gives=(
                Gives(Category.HOSTING, "Versicherung über die Genossenschaft", state=PLANNED),
                Gives(Category.VOLUNTEER_TIME, "Ausgabe an zwei Abenden im Monat", "30", state=PROMISED),
            ),
        ),
        Takes(
            "reparaturverein-schraubenkiste",
            Role.EXPERT,
            gives=(
                Gives(Category.KNOWLEDGE, "Geräte prüfen", "10", state=PROMISED),
                Gives(Category.MATERIAL, "Werkzeug aus dem Bestand", "25", state=PLANNED),
            ),
        ),
        Takes(
            "fahrradwerkstatt-speiche",
            gives=(Gives(Category.LOGISTICS, "Regal mit dem Lastenrad holen", "4", state=PLANNED, end=-5),),
        ),
        Takes("coworking-schreibtischerei", state=Participation.State.INVITED),
    ),
)
