"""What comes next with the partners of the demo, by the actor on whose partnership it stands; days from today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from partners.actions.next_steps import set_next_step
from partners.models import Partnership, Person


@dataclass(frozen=True, slots=True)
class Planned:
    """With nobody responsible it waits for whoever has time."""

    of: str
    stage: str
    what: str
    due: int
    is_held: bool = True


Stage = Partnership.Stage
PLANNED = (
    Planned("baeckerei-kornblum", Stage.CONTACT, "Fragen, ob wir zusammen einen Kaffee trinken können", -5),
    Planned("jugendzentrum-rampe", Stage.TALKS, "Zweites Treffen: Was hat die Hochschule davon?", 12),
    Planned("fahrradwerkstatt-speiche", Stage.TALKS, "Anrufen, welcher Samstag im Monat passt", 16, is_held=False),
    Planned("buchladen-seitenweise", Stage.AGREED, "Ersten Vorlesetermin mit der Schule ausmachen", 9),
    Planned("theater-kellerlicht", Stage.RESTING, "Nach dem Umbau nach dem neuen Spielplan fragen", 34),
)


def tell_next_steps(*, organiser: Person) -> None:
    today = timezone.localdate()
    for one in PLANNED:
        partnership = Partnership.objects.filter(parties__actor__slug=one.of, state=one.stage).earliest("pk")
        values = {"what": one.what, "due_on": today + timedelta(days=one.due)}
        set_next_step(partnership=partnership, values=values | {"responsible": organiser if one.is_held else None})
