"""Hand-overs of the demo: one that both sides signed, one that waits for signatures, one that is only being prepared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from partners.actions.handovers import add_lines, begin_handover, finish_line, sign_handover
from partners.models import Actor, Handover, HandoverLine, PartnershipHandover, Person, Signing
from projects.models import Project, ProjectHandover
from quartier.demo.days import day
from quartier.demo.mehrwert import between
from quartier.demo.places import LIBRARY, OUISHARE

Kind = HandoverLine.Kind


@dataclass(frozen=True, slots=True)
class Goes:
    """One line; days from today. `person`: whom in particular; `is_open`: nobody yet."""

    kind: str
    what: str
    is_open: bool = False
    person: str = ""
    due: int | None = None
    done: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    giver: str
    receiver: str
    on: int
    lines: tuple[Goes, ...]
    note: str = ""
    # Who signed on paper for both sides, and when.
    names: tuple[str, str] | None = None
    signed: int = 0


# Of projects, by their address. People and places are invented.
PROJECTS = {
    "hofgarten-fadengasse": Told(
        "initiative-gruenstreif",
        "wohngenossenschaft-dachgarten",
        -190,
        (
            Goes(Kind.TIE, "Kontakt zur Kita Kieselstein: Wer kommt mit den Kindern, und wann?", due=-190, done=-188),
            Goes(Kind.TASK, "Im Sommer jeden zweiten Tag gießen", person="Gartengruppe im Haus", due=-190, done=-186),
            Goes(Kind.TASK, "Im März zum Gartentag einladen", due=-180, done=-179),
            Goes(Kind.THING, "Schlüssel zum Wasserhahn und zum Geräteschrank", due=-190, done=-190),
            Goes(Kind.THING, "Ordner mit den Plänen der Beete", due=-160, done=-150),
        ),
        note="Wenn die Bank morsch wird, fragt die Genossenschaft die Initiative um Rat. Danach entscheidet sie selbst.",
        names=("Uli Muster, Initiative", "Sascha Probe, Vorstand"),
        signed=-193,
    ),
    "reparatursommer": Told(
        "reparaturverein-schraubenkiste",
        "fahrradwerkstatt-speiche",
        30,
        (
            Goes(Kind.TIE, "Kontakt zur Druckerei, die die Plakate macht", due=20),
            Goes(Kind.TASK, "Die Termine für den nächsten Sommer absprechen", due=60),
            Goes(Kind.THING, "Kiste mit Werkzeug, zwei Tische und ein Zelt", due=30),
        ),
    ),
}
# Of the partnership with the companion: nobody has agreed to anything yet.
PREPARED = Told(
    OUISHARE,
    LIBRARY,
    120,
    (
        Goes(Kind.TIE, "Wen fragt man im Kulturzentrum LUISE?", due=100),
        Goes(Kind.TASK, "Zum Quartierscafé einladen", is_open=True),
        Goes(Kind.THING, "Liste aller Orte, die mitgemacht haben", is_open=True, due=110),
    ),
    note="Noch nicht besprochen. Das ist der Vorschlag der Organisator*innen für das nächste Treffen.",
)


def tell_prepared() -> None:
    partnership = between(LIBRARY, OUISHARE)
    write(PartnershipHandover, partnership, PREPARED)


def tell_handover(project: Project, *, organiser: Person) -> None:
    """Before the project goes on for good, if it does."""
    told = PROJECTS.get(project.slug)
    if told is None:
        return
    handover = write(ProjectHandover, project, told)
    # The other side first: nobody is written to about what lies back.
    for side, name in zip(reversed(Signing), reversed(told.names or ()), strict=False):
        sign_handover(
            handover=handover, side=side, seen=handover.version, by=organiser, on=day(told.signed), paper_name=name
        )
    for line, goes in zip(handover.lines.all(), told.lines, strict=True):
        if goes.done is not None:
            finish_line(line=line, on=day(goes.done))


def write(model: type[Handover], subject: Any, told: Told) -> Any:
    actors = {one.slug: one for one in Actor.objects.filter(slug__in=(told.giver, told.receiver))}
    giver, receiver = actors[told.giver], actors[told.receiver]
    handover = begin_handover(
        model=model,
        subject=subject,
        giver=giver,
        receiver=receiver,
        handed_over_on=day(told.on),
        note=told.note,
        is_demo=True,
    )
    lines = [
        {
            "kind": goes.kind,
            "what": goes.what,
            "from_actor": giver,
            "to_actor": None if goes.is_open else receiver,
            "to_name": goes.person,
            "due_on": day(goes.due),
        }
        for goes in told.lines
    ]
    add_lines(handover=handover, lines=lines)
    handover.refresh_from_db()
    return handover
