"""What was said to the partners of the demo and what comes next, by the actor on whose partnership it stands; days from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from partners.actions.next_steps import set_next_step
from partners.models import ContactNote, Partnership, Person


@dataclass(frozen=True, slots=True)
class Planned:
    """With nobody responsible it waits for whoever has time."""

    of: str
    stage: str
    what: str
    due: int
    is_held: bool = True


@dataclass(frozen=True, slots=True)
class Talk:
    of: str
    stage: str
    on: int
    way: str
    spoken_with: str
    text: str


Stage, Way = Partnership.Stage, ContactNote.Way
TALKS = (
    Talk(
        "baeckerei-kornblum",
        Stage.CONTACT,
        -6,
        Way.IN_PERSON,
        "an der Theke",
        "Samstag nach zehn ist die beste Zeit für ein ruhiges Gespräch.",
    ),
    Talk(
        "jugendzentrum-rampe",
        Stage.TALKS,
        -26,
        Way.IN_PERSON,
        "die Leitung und zwei Jugendliche",
        "Alle wollen. Die Jugendlichen fragen, wem die Ergebnisse gehören.",
    ),
    Talk(
        "jugendzentrum-rampe",
        Stage.TALKS,
        -11,
        Way.PHONE,
        "die Seminarleitung",
        "Das Semester beginnt im Herbst. Bis dahin braucht die Hochschule eine Zusage.\n\nZwölf Studierende, zwei Termine.",
    ),
    Talk(
        "fahrradwerkstatt-speiche",
        Stage.TALKS,
        -9,
        Way.MAIL,
        "",
        "Einmal im Monat geht, ein fester Samstag fehlt noch.",
    ),
)
PLANNED = (
    Planned("baeckerei-kornblum", Stage.CONTACT, "Fragen, ob wir zusammen einen Kaffee trinken können", -5),
    Planned("jugendzentrum-rampe", Stage.TALKS, "Zweites Treffen: Was hat die Hochschule davon?", 12),
    Planned("fahrradwerkstatt-speiche", Stage.TALKS, "Anrufen, welcher Samstag im Monat passt", 16, is_held=False),
    Planned("buchladen-seitenweise", Stage.AGREED, "Ersten Vorlesetermin mit der Schule ausmachen", 9),
    Planned("theater-kellerlicht", Stage.RESTING, "Nach dem Umbau nach dem neuen Spielplan fragen", 34),
)


def partnership_of(told: Planned | Talk) -> Partnership:
    return Partnership.objects.filter(parties__actor__slug=told.of, state=told.stage).earliest("pk")


def tell_preparing(*, organiser: Person) -> None:
    today = timezone.localdate()
    for talk in TALKS:
        said = {name: getattr(talk, name) for name in ("way", "spoken_with", "text")}
        day = today + timedelta(days=talk.on)
        ContactNote.objects.create(partnership=partnership_of(talk), on=day, by=organiser, **said)
    for one in PLANNED:
        values = {"what": one.what, "due_on": today + timedelta(days=one.due)}
        set_next_step(
            partnership=partnership_of(one), values=values | {"responsible": organiser if one.is_held else None}
        )
