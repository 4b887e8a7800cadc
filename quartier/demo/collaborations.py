"""What the demo's actors do together: their projects, what they bring and what they gain.

The first project tells the story of the handbook. In it the three real institutions give what the handbook names,
without quantities, and nobody answers for them: what the organiser says to be delivered waits for their own yes.
The other six are invented, one in each state.
Days are counted from the day of loading, so that the demo never grows old.
"""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import ResourceCategory
from projects.models import Benefit, Contribution, Participation, Project, Side
from quartier.demo.places import LIBRARY, LUISE, OUISHARE, SENDLING

Role, Category, Kind = Participation.Role, ResourceCategory, Benefit.Kind
PLANNED, PROMISED, DELIVERED, CONFIRMED, WITHDRAWN = Contribution.State
NOTED, OWN = Side.PROJECT, Side.ACTOR


@dataclass(frozen=True, slots=True)
class Gives:
    """One contribution. Quantities are text, in the unit of the category; `start` and `end` are days from today."""

    category: str
    title: str
    planned: str = ""
    delivered: str = ""
    state: str = CONFIRMED
    side: str = NOTED
    start: int | None = None
    end: int | None = None
    objection: str = ""
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class Gains:
    kind: str
    text: str
    side: str = OWN


@dataclass(frozen=True, slots=True)
class Takes:
    """One actor takes part, with everything it brings and gains. `start` and `end` are days from today."""

    actor: str
    role: str = Role.MEMBER
    state: str = Participation.State.AGREED
    tasks: str = ""
    hours: str = ""
    start: int | None = None
    end: int | None = None
    # Why it was asked although it was full, if it was.
    why: str = ""
    gives: tuple[Gives, ...] = ()
    gains: tuple[Gains, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    slug: str
    title: str
    lead: str
    state: str
    summary: str
    goal: str = ""
    results: str = ""
    topics: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    is_open: bool = False
    note: str = ""
    parts: tuple[Takes, ...] = ()
    quartiere: tuple[str, ...] = (SENDLING,)


STORIES = (
    Story(
        "zukunft-gestalten-im-quartier",
        "Zukunft Gestalten im Quartier",
        OUISHARE,
        Project.State.RUNNING,
        "Wer im Quartier etwas anpackt, muss nicht bei null anfangen. Bibliothek, Kulturzentrum und viele andere sind "
        "schon da und sprechen die Sprache des Quartiers. Einige von ihnen werden Quartierspartner*innen: Sie bringen "
        "ein, was sie haben, und jede Partnerschaft soll jeder Seite etwas bringen.",
        "Das Netzwerk sieht seine Ressourcen, schätzt sie und lässt ungewöhnliche Kooperationen wachsen. Neue "
        "Bewohner*innen finden leicht eine offene Tür.",
        topics=("vernetzung", "nachbarschaft", "beteiligung"),
        start=-300,
        is_open=True,
        parts=(
            Takes(
                OUISHARE,
                Role.LEAD,
                tasks="Begleitet die Quartierspartnerschaften von außen.",
                gives=(Gives(Category.FACILITATION, "Begleitung der Quartierspartnerschaften", state=PLANNED),),
            ),
            Takes(
                LIBRARY,
                Role.LOCAL,
                tasks="Brücke ins Quartier.",
                gives=(
                    Gives(Category.ROOMS, "Räume", state=DELIVERED),
                    Gives(Category.KNOWLEDGE, "Wissen", state=PLANNED),
                    Gives(Category.NETWORK, "Kontakte ins Quartier", state=PLANNED),
                    Gives(Category.REACH, "Botschaften weitergeben", state=PLANNED),
                    Gives(Category.REACH, "Ergebnisse verbreiten", state=PLANNED),
                    Gives(Category.DATA, "Rückmeldung und Einblicke", state=DELIVERED),
                ),
            ),
            Takes(
                LUISE,
                Role.LOCAL,
                tasks="Brücke ins Quartier.",
                gives=(
                    Gives(Category.ROOMS, "Räume", state=PLANNED),
                    Gives(Category.KNOWLEDGE, "Wissen und Menschen", state=PLANNED),
                    Gives(Category.REACH, "Ergebnisse verbreiten", state=PLANNED),
                    Gives(Category.DATA, "Rückmeldung und Einblicke", state=PLANNED),
                ),
            ),
            Takes(
                "hochschule-fuer-stadtfragen",
                Role.EXPERT,
                tasks="Fragt nach, hört zu, schreibt auf.",
                gives=(
                    Gives(Category.KNOWLEDGE, "Seminar: Wer kennt wen im Quartier?", "40", "36", side=OWN),
                    Gives(Category.ADVOCACY, "Fürsprache im Stadtrat", state=DELIVERED, side=OWN),
                ),
                gains=(
                    Gains(Kind.LEARNING, "Unsere Studierenden haben gelernt, dass eine Umfrage mit Kaffee anfängt."),
                ),
            ),
            Takes(
                "nachbarschaftstreff-zwirnrolle",
                gives=(Gives(Category.ROOMS, "Großer Raum für die Treffen des Netzwerks", "24", "18"),),
                gains=(Gains(Kind.CONTACTS, "Ich weiß jetzt, wen ich anrufe. Vorher hatte ich nur eine lange Liste."),),
            ),
            Takes(
                "baeckerei-kornblum",
                Role.COMMUNICATION,
                gives=(Gives(Category.REACH, "Plakat an der Ladentür", "300", "400", DELIVERED, OWN),),
            ),
            Takes(
                "kulturverein-lindenhof",
                gives=(Gives(Category.NETWORK, "Kontakte zu Musiker*innen", "8", "11", side=OWN),),
            ),
            Takes("buchladen-seitenweise"),
        ),
    ),
    Story(
        "quartierscafe-am-spulenplatz",
        "Quartierscafé am Spulenplatz",
        "nachbarschaftstreff-zwirnrolle",
        Project.State.RUNNING,
        "Jeden zweiten Donnerstag stehen lange Tische am Spulenplatz. Wer kommt, setzt sich dazu: die Nachbarin, der "
        "Bäcker, die Gruppe, die einen Raum sucht. Es kostet nichts, und es gibt immer Kuchen.",
        "Wer in Sendling wohnt, kennt nach einem Jahr fünf Menschen und zwei Orte mehr.",
        topics=("nachbarschaft", "ankommen-und-sprache", "ernaehrung"),
        start=-120,
        end=180,
        is_open=True,
        parts=(
            Takes(
                "nachbarschaftstreff-zwirnrolle",
                Role.LEAD,
                tasks="Plant die Nachmittage und hält alles zusammen.",
                hours="8",
                start=-120,
                gives=(
                    Gives(Category.PAID_TIME, "Organisation der Nachmittage", "60", "42", side=OWN),
                    Gives(Category.FACILITATION, "Gespräche an den langen Tischen leiten", "20", "14", DELIVERED, OWN),
                    Gives(Category.VOLUNTEER_TIME, "Zweiter Nachmittag in der Woche", "40", state=WITHDRAWN),
                ),
                gains=(Gains(Kind.KNOWN, "Seit dem Café kommen Leute herein, die vorher nur vorbeigegangen sind."),),
            ),
            Takes(
                "baeckerei-kornblum",
                gives=(
                    Gives(
                        Category.MATERIAL,
                        "Brot und Brezen",
                        "300",
                        "300",
                        DELIVERED,
                        objection="Es waren 240 Brezen, nicht 300. Zweimal ist das Café wegen Regen ausgefallen.",
                    ),
                ),
                gains=(
                    Gains(Kind.PUBLIC, "Am Stehtisch kennen sich die Leute jetzt beim Namen. Und sie bleiben länger."),
                ),
            ),
            Takes(
                "kulturverein-lindenhof",
                hours="3",
                start=-110,
                gives=(
                    Gives(Category.TECHNOLOGY, "Lautsprecher, Mikrofone und Beamer", "6", "6", side=OWN),
                    Gives(Category.VOLUNTEER_TIME, "Auf- und Abbau", "40", "45.5", side=OWN),
                ),
                gains=(
                    Gains(Kind.CONTACTS, "Der Verein hat für den Herbst zwei neue Gruppen für seine Bühne.", NOTED),
                ),
            ),
            Takes(
                "gemeinde-immergruen",
                Role.PLACE,
                tasks="Öffnet den Saal, wenn es regnet.",
                gives=(Gives(Category.ROOMS, "Saal und Küche bei Regen", "32", "28"),),
                gains=(Gains(Kind.COMMUNITY, "Unser Saal lacht wieder."),),
            ),
            Takes(
                "buchladen-seitenweise",
                gives=(Gives(Category.MATERIAL, "Büchertisch zum Tauschen", "30", state=PROMISED, start=-60, end=-10),),
                gains=(Gains(Kind.PUBLIC, "Wer beim Café in einem Buch blättert, steht am Samstag bei uns im Laden."),),
            ),
            Takes(
                "stadtteilzeitung-fensterblick",
                Role.COMMUNICATION,
                gives=(Gives(Category.REACH, "Bericht in der Frühlingsausgabe", "8000", "7500", side=OWN),),
                gains=(Gains(Kind.MISSION, "Unsere Geschichten bekommen wir jetzt beim Kaffee erzählt."),),
            ),
            Takes(
                "stiftung-offene-klinke",
                Role.FUNDER,
                gives=(
                    Gives(Category.MONEY, "Zuschuss für Geschirr und Tische", "800", "800", side=OWN),
                    Gives(Category.HOSTING, "Abrechnung des Zuschusses", state=PROMISED),
                ),
            ),
            Takes(
                "jugendzentrum-rampe",
                gives=(Gives(Category.DATA, "Was Jugendliche am Platz stört", side=OWN),),
                gains=(Gains(Kind.LEARNING, "Die Jugendlichen haben gemerkt: Erwachsene hören zu.", NOTED),),
            ),
            Takes("initiative-gruenstreif", state=Participation.State.INVITED, tasks="Bepflanzte Kübel am Platz."),
            Takes(
                "beratungsstelle-kompassrose",
                Role.EXPERT,
                tasks="Setzt sich an den Tisch, an dem gefragt wird.",
                hours="3",
                start=-60,
                end=75,
                why="Nur ein Nachmittag im Monat bis zum Frühling, und das Team hat es selbst angeboten.",
            ),
        ),
    ),
    Story(
        "leihregal-im-treppenhaus",
        "Leihregal im Treppenhaus",
        "wohngenossenschaft-dachgarten",
        Project.State.PLANNING,
        "Nicht jede Wohnung braucht eine eigene Bohrmaschine. Im Treppenhaus der Wohngenossenschaft entsteht ein Regal "
        "mit Dingen zum Ausleihen: Werkzeug, Spiele, ein Bierzelttisch. Noch fehlen Menschen, die eine Stunde im Monat "
        "das Regal betreuen.",
        "Nachbar*innen leihen, statt zu kaufen.",
        topics=("reparieren-und-teilen", "klima-und-umwelt"),
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
    ),
    Story(
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
    ),
    Story(
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
    ),
    Story(
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
    ),
    Story(
        "vorlesen-in-vielen-sprachen",
        "Vorlesen in vielen Sprachen",
        "grundschule-am-nadelweg",
        Project.State.IDEA,
        "Eltern und Großeltern lesen vor, jede Woche in einer anderen Sprache.",
        topics=("bildung-und-lernen", "ankommen-und-sprache", "kinder-und-familie"),
        parts=(
            Takes("grundschule-am-nadelweg", Role.LEAD),
            Takes(LIBRARY, Role.PLACE, state=Participation.State.INVITED, tasks="Ein Ort zum Vorlesen."),
            Takes("kita-kieselstein", state=Participation.State.INVITED),
        ),
    ),
)
