"""Who is partner of whom in the demo, and how it came about.

Nobody speaks for the real institutions: what stands there for them is a note of the organisers, in the general words of the
handbook "Zukunft Gestalten im Quartier", and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from partners.models import Partnership, PartnershipParty
from quartier.demo.places import LIBRARY, LUISE, OUISHARE


@dataclass(frozen=True, slots=True)
class Party:
    actor: str
    side: str = PartnershipParty.Side.QUARTIER
    brings: str = ""
    expects: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """So many days from today somebody took a step, by the name of the verb; days in `days` are counted from today too."""

    on: int
    verb: str
    note: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tie:
    """Written down `since` so many days, as what runs already or as a first contact; then step by step."""

    kind: str
    parties: tuple[Party, ...]
    since: int
    stage: str = Partnership.Stage.RUNNING
    start: int | None = None
    end: int | None = None
    steps: tuple[Step, ...] = ()
    intensity: str = ""
    form: str = ""
    review: int | None = None
    note: str = ""
    # When it was taken up again, with which note, and how that went on.
    again: tuple[Step, ...] = ()


HANDBOOK = (
    "Räume, Wissen, Menschen, Reichweite und Kontakte. Gibt Botschaften weiter, verbreitet Ergebnisse, gibt "
    "Rückmeldung und Einblicke."
)
NOTED = "Notiz der Organisation, nach dem Handbuch „Zukunft Gestalten im Quartier“: "
LOCAL_GAIN = NOTED + "ein Mehrwert auch für das eigene Haus, den es noch in eigenen Worten aufschreibt."
COMPANION_GAIN = NOTED + "Brücken ins Quartier zu Menschen, die dort schon bekannt sind."
ACCOMPANYING = PartnershipParty.Side.ACCOMPANYING
Stage = Partnership.Stage
COMPANION = Party(OUISHARE, ACCOMPANYING, NOTED + "begleitet die Partnerschaft von außen.", COMPANION_GAIN)

TIES = (
    Tie(
        Partnership.Kind.MAIN,
        (Party(LIBRARY, brings=HANDBOOK, expects=LOCAL_GAIN), COMPANION),
        since=-300,
        start=-300,
    ),
    Tie(
        Partnership.Kind.MAIN,
        (Party(LUISE, brings=HANDBOOK, expects=LOCAL_GAIN), COMPANION),
        since=-299,
        start=-299,
    ),
    Tie(
        Partnership.Kind.NETWORK,
        (
            Party(
                "nachbarschaftstreff-zwirnrolle",
                brings="Einen offenen Raum und die Leute, die schon da sind.",
                expects="Schneller wissen, wohin wir Menschen mit Sorgen begleiten können.",
                hours="1.5",
            ),
            Party(
                "beratungsstelle-kompassrose",
                brings="Eine Beratungsstunde im Treff, jeden ersten Dienstag.",
                expects="Menschen erreichen, die nie in ein Büro kommen würden.",
                hours="2.5",
            ),
        ),
        since=-180,
        start=-180,
        intensity=Partnership.Intensity.COORDINATING,
        form=Partnership.Form.ORAL,
        review=-4,
    ),
    Tie(
        Partnership.Kind.FUNDING,
        (
            Party(
                "stiftung-offene-klinke",
                brings="Einen Zuschuss im Jahr, mit einer Seite Antrag.",
                expects="Sehen, was aus kleinen Beträgen wird.",
            ),
            Party(
                "nachbarschaftstreff-zwirnrolle",
                brings="Das Café und seine Geschichten.",
                expects="Geld, das ohne zwanzig Seiten Antrag kommt.",
            ),
        ),
        since=-120,
        start=-120,
        end=245,
        intensity=Partnership.Intensity.NETWORKING,
        form=Partnership.Form.CONTRACT,
        review=60,
    ),
    Tie(
        Partnership.Kind.PROJECT,
        (
            Party(
                "initiative-gruenstreif",
                brings="Hände, Spaten, Geduld.",
                expects="Ein Stück Erde, das bleiben darf.",
            ),
            Party(
                "wohngenossenschaft-dachgarten",
                brings="Den Hof und einen Wasserhahn.",
                expects="Einen Hof, in dem man sich begegnet.",
            ),
        ),
        since=-700,
        start=-700,
        end=-200,
        steps=(Step(-195, "end", values={"reason": Partnership.EndReason.GOAL}),),
    ),
    Tie(
        Partnership.Kind.NETWORK,
        (
            Party("baeckerei-kornblum"),
            Party("nachbarschaftstreff-zwirnrolle", brings="Kuchenabnehmer und Neuigkeiten aus der Straße."),
        ),
        since=-6,
        stage=Stage.CONTACT,
        note="Beim Brotkauf ins Gespräch gekommen. Hier hört man alles, was in der Straße los ist. Noch nicht gefragt.",
    ),
    Tie(
        Partnership.Kind.PROJECT,
        (
            Party(
                "jugendzentrum-rampe",
                brings="Jugendliche, die sagen, was sie denken.",
                expects="Dass jemand ihre Ideen bis zum Ende mitdenkt.",
            ),
            Party("hochschule-fuer-stadtfragen", ACCOMPANYING, brings="Studierende für ein Semester."),
        ),
        since=-41,
        stage=Stage.CONTACT,
        intensity=Partnership.Intensity.COOPERATING,
        note="Die Hochschule sucht einen Ort für ein Seminar über Treffpunkte.",
        steps=(
            Step(
                -26, "begin_talks", "Erstes Treffen in der Rampe. Alle wollen; offen ist, was die Hochschule davon hat."
            ),
        ),
    ),
    Tie(
        Partnership.Kind.PROJECT,
        (
            Party(
                "buchladen-seitenweise",
                brings="Vorlesestunden und Bücher zum Ausleihen.",
                expects="Kinder, die später von selbst hereinkommen.",
            ),
            Party(
                "grundschule-am-nadelweg",
                brings="Drei Klassen und die Aula.",
                expects="Lesen, das nicht nach Unterricht schmeckt.",
            ),
        ),
        since=-62,
        stage=Stage.CONTACT,
        start=19,
        intensity=Partnership.Intensity.COOPERATING,
        steps=(
            Step(-50, "begin_talks", "Angerufen, beide Seiten kennen sich schon vom Sommerfest."),
            Step(-12, "agree", "Am runden Tisch beschlossen, eine Seite Papier.", {"form": Partnership.Form.INTENT}),
        ),
    ),
    Tie(
        Partnership.Kind.NETWORK,
        (
            Party(
                "theater-kellerlicht",
                brings="Freikarten und eine Bühne am Montag.",
                expects="Publikum, das sonst nicht in den Keller findet.",
            ),
            Party(
                "mehrgenerationenhaus-treppenabsatz",
                brings="Eine Theatergruppe aus drei Generationen.",
                expects="Einmal im Jahr im Scheinwerferlicht stehen.",
            ),
        ),
        since=-400,
        start=-400,
        intensity=Partnership.Intensity.COLLABORATING,
        form=Partnership.Form.ORAL,
        steps=(Step(-55, "rest", "Das Theater baut um und hat bis dahin keine Hand frei.", days={"until": 33}),),
    ),
    Tie(
        Partnership.Kind.PROJECT,
        (
            Party(
                "kulturverein-lindenhof",
                brings="Musik an vier Abenden.",
                expects="Ein Zimmer mit Menschen statt einer leeren Halle.",
            ),
            Party(
                "cafe-zwischenhalt",
                brings="Das Nebenzimmer, ohne Miete.",
                expects="Gäste an ruhigen Abenden.",
            ),
        ),
        since=-190,
        start=-190,
        end=-3,
        intensity=Partnership.Intensity.COOPERATING,
        form=Partnership.Form.INFORMAL,
    ),
    Tie(
        Partnership.Kind.NETWORK,
        (
            Party(
                "fahrradwerkstatt-speiche",
                brings="Werkzeug und eine Hebebühne.",
                expects="Weniger Räder, die im Keller verrosten.",
            ),
            Party(
                "reparaturverein-schraubenkiste",
                brings="Zehn Freiwillige am Samstag.",
                expects="Einen Ort, an dem Öl auf den Boden tropfen darf.",
            ),
        ),
        since=-500,
        start=-500,
        intensity=Partnership.Intensity.COOPERATING,
        form=Partnership.Form.INFORMAL,
        steps=(
            Step(
                -150,
                "end",
                "Zwei Freiwillige sind weggezogen, der Samstag war nicht mehr zu halten.",
                {"reason": Partnership.EndReason.CAPACITY},
                {"on": -151},
            ),
        ),
        again=(
            Step(-20, "reopen", "Es gibt drei neue Freiwillige. Wir fragen noch einmal."),
            Step(-9, "begin_talks", "Beide haben Lust, diesmal nur einmal im Monat."),
        ),
    ),
    Tie(
        Partnership.Kind.NETWORK,
        (
            Party("sportverein-ballwechsel", brings="Eine Halle am Vormittag."),
            Party("coworking-schreibtischerei", brings="Leute, die zu viel sitzen."),
        ),
        since=-110,
        stage=Stage.CONTACT,
        steps=(
            Step(-90, "begin_talks"),
            Step(
                -70, "give_up", "Die Halle ist nur vormittags frei, und da arbeiten alle. Im Sommer noch einmal fragen."
            ),
        ),
    ),
)
