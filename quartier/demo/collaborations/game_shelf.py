from __future__ import annotations

from projects.models import Project
from quartier.demo.collaborations.told import PLANNED, Category, Gives, Role, Story, Takes

GAME_SHELF = Story(
    "leihregal-fuer-spiele",
    "Leihregal für Spiele",
    "nachbarschaftstreff-zwirnrolle",
    Project.State.PLANNING,
    "Im Treff steht bald ein Regal mit Brettspielen. Wer eines ausleiht, bringt es in der Woche danach zurück.",
    "Familien leihen Spiele, statt sie zu kaufen, und bleiben zum Spielen da.",
    topics=("reparieren-und-teilen", "kinder-und-familie"),
    groups=("familien",),
    start=55,
    why_own="Das Regal im Treppenhaus ist nur für das Haus offen. Unseres steht im Treff, und man spielt gleich dort.",
    parts=(
        Takes(
            "nachbarschaftstreff-zwirnrolle",
            Role.LEAD,
            tasks="Stellt das Regal auf und öffnet es zu den Zeiten des Treffs.",
            gives=(Gives(Category.ROOMS, "Platz für ein Regal", state=PLANNED),),
        ),
        Takes("kita-kieselstein"),
    ),
)
