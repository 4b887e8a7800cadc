"""How the organiser of the demo sees two of the invented actors, one of them a second time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class View:
    """Level and reason for each criterion, in the order of the handbook; `on` counts the days from today."""

    actor: str
    on: int
    access: tuple[int, str]
    networked: tuple[int, str]
    multiplier: tuple[int, str]
    closeness: tuple[int, str]


VIEWS = (
    View(
        "nachbarschaftstreff-zwirnrolle",
        -400,
        (2, "Ein Raum, der jeden Tag offen ist. Geld ist knapp."),
        (1, "Kennt die Nachbarschaft gut, andere Einrichtungen noch kaum."),
        (2, "Was am Brett hängt, weiß nach zwei Tagen das ganze Haus."),
        (2, "Begegnung ist dort der Alltag."),
    ),
    View(
        "nachbarschaftstreff-zwirnrolle",
        -30,
        (2, "Ein Raum, der jeden Tag offen ist. Geld ist weiter knapp."),
        (3, "Seit dem Hofprojekt rufen Schule, Beratung und Buchladen zuerst dort an."),
        (2, "Was am Brett hängt, weiß nach zwei Tagen das ganze Haus."),
        (3, "Begegnung ist der Alltag, und das Café ist unser Anfang gewesen."),
    ),
    View(
        "buchladen-seitenweise",
        -60,
        (1, "Ein Schaufenster und abends ein Raum für zwanzig Leute."),
        (2, "Kennt Kundschaft und Nachbarläden mit Namen."),
        (3, "Erreicht Menschen, die in keinen Verein gehen."),
        (1, "Hilft gern, hat aber ein Geschäft zu führen."),
    ),
)
