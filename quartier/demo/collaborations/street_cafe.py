from __future__ import annotations

from projects.models import Participation, Project
from quartier.demo.collaborations.told import (
    DELIVERED,
    NOTED,
    OWN,
    PROMISED,
    WITHDRAWN,
    Category,
    Gains,
    Gives,
    Kind,
    Role,
    Spreads,
    Story,
    Takes,
)

STREET_CAFE = Story(
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
            spreads=(
                Spreads("Post aus der Zwirnrolle", -95, "Einladung zum ersten Café"),
                Spreads("Brett neben der Kaffeemaschine", -90, "Plakat mit allen Terminen"),
                Spreads("Post aus der Zwirnrolle", -35, "Bilder vom Herbst"),
            ),
            is_counted=True,
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
            spreads=(Spreads("Aushang an der Ladentür", -15, "Die nächsten vier Donnerstage"),),
            gains=(Gains(Kind.PUBLIC, "Am Stehtisch kennen sich die Leute jetzt beim Namen. Und sie bleiben länger."),),
        ),
        Takes(
            "kulturverein-lindenhof",
            hours="3",
            start=-110,
            gives=(
                Gives(Category.TECHNOLOGY, "Lautsprecher, Mikrofone und Beamer", "6", "6", side=OWN),
                Gives(Category.VOLUNTEER_TIME, "Auf- und Abbau", "40", "45.5", side=OWN),
            ),
            gains=(Gains(Kind.CONTACTS, "Der Verein hat für den Herbst zwei neue Gruppen für seine Bühne.", NOTED),),
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
        # Nobody can sign in for the club: it was asked by mail, and has not answered yet.
        Takes(
            "sportverein-ballwechsel",
            start=-90,
            gives=(Gives(Category.MATERIAL, "Biertische und Bänke aus dem Vereinsheim", "12", "14", DELIVERED),),
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
)
