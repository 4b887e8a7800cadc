"""What the partnerships of the demo come to: which projects serve them, and what their sides say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from partners.actions.own_words import adopt_words
from partners.actions.partnerships import write_side
from partners.actions.reviews import write_review
from partners.models import Actor, Partnership, Person, Quotation
from partners.models.reviews import QUESTIONS
from projects.actions.serving import tie_project
from projects.models import Project
from quartier.demo.places import LIBRARY, LUISE, OUISHARE

ADVICE, FOUNDATION = "beratungsstelle-kompassrose", "stiftung-offene-klinke"
CLUB, CORNER = "kulturverein-lindenhof", "cafe-zwischenhalt"
TREFF, CAFE = "nachbarschaftstreff-zwirnrolle", "quartierscafe-am-spulenplatz"
# Which project serves the partnership of which two.
SERVED = (
    (LIBRARY, OUISHARE, "zukunft-gestalten-im-quartier"),
    (LUISE, OUISHARE, "zukunft-gestalten-im-quartier"),
    (TREFF, ADVICE, CAFE),
    (TREFF, FOUNDATION, CAFE),
    ("initiative-gruenstreif", "wohngenossenschaft-dachgarten", "hofgarten-fadengasse"),
    ("fahrradwerkstatt-speiche", "reparaturverein-schraubenkiste", "reparatursommer"),
)


def between(one: str, other: str) -> Partnership:
    """The first partnership of the two."""
    rows = Partnership.objects.filter(parties__actor__slug=one).filter(parties__actor__slug=other)
    return rows.order_by("pk")[0]


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody invented who says something of the partnership of her place; `way` is how she agreed, if she did."""

    of: str
    other: str
    text: str
    name: str
    function: str
    way: str = ""


VOICES = (
    Voice(
        TREFF,
        ADVICE,
        "Seit die Beratung zu uns kommt, muss sich niemand mehr trauen, irgendwo zu klingeln. Man trinkt Kaffee und fragt.",
        "Jale Muster",
        "leitet den Treff",
        Quotation.Way.LINK,
    ),
    Voice(
        ADVICE,
        TREFF,
        "Im Treff sitzen Menschen, die nie in unser Büro gekommen wären.",
        "Kim Beispiel",
        "berät",
    ),
    Voice(
        CLUB,
        CORNER,
        "Zwölf Leute in einem Nebenzimmer hören genauer zu als hundert in einer Halle.",
        "Maxi Probe",
        "Vorstand",
        Quotation.Way.WRITTEN,
    ),
)


def quote(voice: Voice, by: Person) -> None:
    """Without the mail that she would get: nobody lives there."""
    party = between(voice.of, voice.other).parties.get(actor__slug=voice.of)
    quotation = Quotation(party=party, text=voice.text, name=voice.name, function=voice.function, entered_by=by)
    if voice.way:
        quotation.agree(way=voice.way, by=None if voice.way == Quotation.Way.LINK else by)
    quotation.save()


@dataclass(frozen=True, slots=True)
class Gained:
    """What a side has from it by now: in its own words, with all that was noted for it taken over, or only noted."""

    of: str
    other: str
    text: str
    is_own: bool = True


GAINED = (
    Gained(TREFF, ADVICE, "Wir wissen heute, wohin wir Menschen mit Sorgen begleiten. Früher haben wir nur zugehört."),
    Gained(ADVICE, TREFF, "Jedes dritte Gespräch beginnt inzwischen im Treff.", is_own=False),
    Gained(CLUB, CORNER, "Vier Abende, an denen niemand auf die Uhr gesehen hat."),
    Gained(CORNER, CLUB, "Dienstags sind jetzt Leute da, die wir vorher nicht kannten."),
)


@dataclass(frozen=True, slots=True)
class View:
    """How a side sees it, so many days from today, by the six questions in their order."""

    of: str
    other: str
    on: int
    grades: str
    remark: str = ""


LOOKED_BACK = (
    View(TREFF, ADVICE, -130, "232 233", "Am Anfang wussten wir oft nicht, ob jemand kommt."),
    View(TREFF, ADVICE, -14, "343 344", "Seit dem Aushang mit den festen Tagen klappt es."),
    View(ADVICE, TREFF, -15, "443 233", "Wir möchten früher gefragt werden, wenn ein Termin ausfällt."),
    View(CLUB, CORNER, -40, "334 344"),
    View(CORNER, CLUB, -40, "343 323", "Im Sommer lieber draußen."),
    View(FOUNDATION, TREFF, -20, "334 222"),
)


def say(gained: Gained, organiser: Person, team_of: Callable[[Actor], Person]) -> None:
    party = between(gained.of, gained.other).parties.get(actor__slug=gained.of)
    by = team_of(party.actor) if gained.is_own else organiser
    write_side(party=party, values={"actual_benefit": gained.text}, by=by)
    if gained.is_own:
        party.refresh_from_db()
        adopt_words(party=party, seen=party.words_seen)


def look_back(view: View, team_of: Callable[[Actor], Person]) -> None:
    party = between(view.of, view.other).parties.get(actor__slug=view.of)
    grades = map(int, view.grades.replace(" ", ""))
    answers: dict[str, Any] = dict(zip((one.name for one in QUESTIONS), grades, strict=True))
    day = timezone.localdate() + timedelta(days=view.on)
    by = team_of(party.actor)
    write_review(party=party, by=by, reviewed_on=day, remark=view.remark, **answers)


def tell_mehrwert(*, organiser: Person, team_of: Callable[[Actor], Person]) -> None:
    for gained in GAINED:
        say(gained, organiser, team_of)
    for view in LOOKED_BACK:
        look_back(view, team_of)
    for voice in VOICES:
        quote(voice, organiser)
    for one, other, project in SERVED:
        tie_project(partnership=between(one, other), project=Project.objects.get(slug=project))
