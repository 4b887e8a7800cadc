"""What the invented actors of the demo offer and need, in every state. Of the real institutions nothing is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.actions.listings import create_offer
from partners.models import Actor, Listing, ResourceCategory, Visibility
from projects.actions.needs import create_need
from projects.models import Project
from quartier.demo.days import day_from_today

R = ResourceCategory
State = Listing.State
AVAILABLE, DRAFT, PAUSED, WITHDRAWN = State.AVAILABLE, State.DRAFT, State.PAUSED, State.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Told:
    """One offer or need; `until` counts the days from today. `project` for a need of a project, `actor` for all others."""

    category: str
    title: str
    description: str
    actor: str = ""
    project: str = ""
    until: int = 120
    state: str = AVAILABLE
    more: dict[str, Any] = field(default_factory=dict)


EVENINGS, WEEKENDS = {"has_evenings": True}, {"has_weekends": True}
NETWORK, INTERNAL = {"visibility": Visibility.NETWORK}, {"visibility": Visibility.INTERNAL}

OFFERS = (
    Told(
        R.ROOMS,
        "Großer Raum mit Küche",
        "Für Treffen, Kurse und Feste von Gruppen aus dem Quartier. Wer ihn nutzt, räumt hinterher auf.",
        "nachbarschaftstreff-zwirnrolle",
        more=EVENINGS
        | WEEKENDS
        | {
            "persons": 40,
            "area": 85,
            "step_free": "ja",
            "equipment": "40 Stühle, 10 Tische, Beamer, Küche, Toilette für Rollstühle",
            "room_hours": "Montag bis Donnerstag ab 18 Uhr, Samstag ganztags",
            "availability": "Bitte drei Wochen vorher fragen.",
        },
    ),
    Told(
        R.ROOMS,
        "Probebühne am Vormittag",
        "Ein dunkler, ruhiger Raum für Proben und Bewegung.",
        "theater-kellerlicht",
        more={
            "has_mornings": True,
            "persons": 25,
            "area": 60,
            "step_free": "nein",
            "equipment": "Spiegelwand, Tanzboden, einfache Tonanlage",
            "is_free": False,
            "conditions": "Bitte besenrein verlassen und einmal im Jahr beim Aufräumen helfen.",
        },
    ),
    Told(
        R.ROOMS,
        "Besprechungsraum für zwölf Leute",
        "Mit Bildschirm und WLAN, mitten im Coworking.",
        "coworking-schreibtischerei",
        until=5,
        more=EVENINGS | {"persons": 12, "area": 28, "step_free": "ja", "room_hours": "Werktags von 17 bis 21 Uhr"},
    ),
    Told(
        R.ROOMS,
        "Gemeindesaal",
        "Ein heller Saal mit Bühne und Klavier.",
        "gemeinde-immergruen",
        until=-9,
        more=EVENINGS | {"persons": 90, "area": 160, "step_free": "ja"},
    ),
    Told(
        R.MATERIAL,
        "Bierbänke und ein Pavillon",
        "Zum Abholen mit dem Lastenrad, für Hoffeste und Straßenaktionen.",
        "sportverein-ballwechsel",
        more=WEEKENDS
        | {"quantity": 20, "is_free": False, "conditions": "20 Garnituren gegen ein Pfand für den Schlüssel."},
    ),
    Told(
        R.LOGISTICS,
        "Lastenrad mit Fahrer*in",
        "Wir fahren, was in eine Kiste von einem Kubikmeter passt.",
        "fahrradwerkstatt-speiche",
        more={"has_afternoons": True, "quantity": 4, "availability": "Vier Fahrten im Monat, am liebsten dienstags."},
    ),
    Told(
        R.REACH,
        "Ein Absatz in unserem Lindenblatt",
        "Termine und Aufrufe aus dem Quartier, fünf Zeilen, einmal im Quartal.",
        "kulturverein-lindenhof",
    ),
    Told(
        R.KNOWLEDGE,
        "Beratung zu Anträgen",
        "Wir lesen Förderanträge gegen, bevor sie abgeschickt werden.",
        "stiftung-offene-klinke",
        more=NETWORK | {"quantity": 6, "availability": "Sechs Stunden im Monat, nach Absprache."},
    ),
    Told(
        R.TECHNOLOGY,
        "Zwei Laptops zum Ausleihen",
        "Für Kurse und Sprechstunden.",
        "jugendzentrum-rampe",
        state=PAUSED,
        more={"quantity": 2},
    ),
    Told(
        R.PAID_TIME,
        "Begleitung zu Ämtern",
        "Wir sagen den Organisator*innen Bescheid, sobald wieder jemand Zeit hat.",
        "beratungsstelle-kompassrose",
        more=INTERNAL | {"quantity": 8},
    ),
    Told(R.MATERIAL, "Hochbeete auf Rollen", "Drei Stück, bepflanzt.", "initiative-gruenstreif", state=DRAFT),
    Told(R.ROOMS, "Keller als Lager", "War trocken, wird jetzt gebraucht.", "baeckerei-kornblum", state=WITHDRAWN),
    Told(
        R.ROOMS,
        "Saal im Erdgeschoss",
        "Mit Blick auf den Garten.",
        "mehrgenerationenhaus-treppenabsatz",
        more=EVENINGS | {"persons": 60, "area": 110, "step_free": "ja", "equipment": "Stühle, Leinwand, Teeküche"},
    ),
)

NEEDS = (
    Told(
        R.ROOMS,
        "Ein Raum für 30 Leute an einem Abend",
        "Für unseren runden Tisch im Frühjahr. Wir kochen selbst und räumen auf.",
        project="quartierscafe-am-spulenplatz",
        more=EVENINGS | {"persons": 30, "step_free": "ja", "equipment": "Stühle, wenn möglich eine Küche"},
    ),
    Told(
        R.MATERIAL,
        "Regalbretter und Kisten",
        "Das Leihregal soll im Januar stehen. Gebraucht ist besser als neu.",
        project="leihregal-im-treppenhaus",
        more={"quantity": 12, "availability": "Bis Mitte Januar."},
    ),
    Told(
        R.VOLUNTEER_TIME,
        "Zwei Stunden am Samstag",
        "Wir suchen Menschen, die mit uns gießen und jäten.",
        "gartenfreunde-rosenbogen",
        until=8,
        more=WEEKENDS | {"quantity": 2},
    ),
    Told(
        R.LOGISTICS,
        "Erde und Kisten zum Garten fahren",
        "Dreimal im Frühjahr, vom Baumarkt zu uns. Eine Kiste fasst ein Lastenrad gut.",
        "gartenfreunde-rosenbogen",
        more={"has_afternoons": True, "quantity": 3},
    ),
    Told(
        R.TECHNOLOGY,
        "Eine Tonanlage für das Sommerfest",
        "Für draußen, mit zwei Mikrofonen.",
        "kita-kieselstein",
        more=WEEKENDS
        | {"quantity": 1, "is_free": False, "conditions": "Wir nennen Sie auf dem Plakat und backen Kuchen."},
    ),
    Told(
        R.NETWORK,
        "Kontakte zu älteren Menschen im Haus",
        "Wir möchten sie zu unserem Bewegungskurs einladen.",
        "pflegedienst-handreichung",
        more=NETWORK,
    ),
    Told(
        R.FACILITATION,
        "Jemand moderiert unseren Abend",
        "Ein heikles Thema, zwei Stunden.",
        "wohngenossenschaft-dachgarten",
        until=-20,
        more=EVENINGS | {"quantity": 2},
    ),
    Told(
        R.KNOWLEDGE,
        "Vorleser*innen mit anderen Muttersprachen",
        "Noch nicht öffentlich, die Idee reift.",
        project="vorlesen-in-vielen-sprachen",
        state=DRAFT,
    ),
    Told(R.MATERIAL, "Alte Stoffe", "Wir nähen Wimpel.", "kulturverein-lindenhof", state=PAUSED, more={"quantity": 30}),
    Told(R.ADVOCACY, "Ein gutes Wort im Bezirksausschuss", "Hat geklappt.", "initiative-gruenstreif", state=WITHDRAWN),
)


def tell_listings() -> None:
    actors = {row.slug: row for row in Actor.objects.filter(slug__in={one.actor for one in (*OFFERS, *NEEDS)})}
    projects = {row.slug: row for row in Project.objects.filter(slug__in={one.project for one in NEEDS})}
    for told in OFFERS:
        walk(create_offer(actor=actors[told.actor], **values_of(told)), told)
    for told in NEEDS:
        walk(create_need(actor=actors.get(told.actor), project=projects.get(told.project), **values_of(told)), told)


def values_of(told: Told) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "category": told.category,
        "title": told.title,
        "description": told.description,
        # What has expired was entered while its day was still to come.
        "valid_until": today + timedelta(days=max(told.until, 0)),
        **told.more,
    }


def walk(listing: Listing, told: Told) -> None:
    """By the steps that people take, to where it stands today."""
    if told.state != DRAFT:
        listing.release()
    if told.state == PAUSED:
        listing.pause()
    if told.state == WITHDRAWN:
        listing.withdraw()
    if told.until < 0:
        rows: Any = type(listing)._default_manager
        rows.filter(pk=listing.pk).update(valid_until=day_from_today(told.until))
