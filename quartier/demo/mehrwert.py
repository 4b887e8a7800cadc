"""What the partnerships of the demo come to: which projects serve them, and what their sides say of it."""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import Partnership, Person, Quotation
from projects.actions.serving import tie_project
from projects.models import Project
from quartier.demo.places import LIBRARY, LUISE, OUISHARE

ADVICE = "beratungsstelle-kompassrose"
TREFF, CAFE = "nachbarschaftstreff-zwirnrolle", "quartierscafe-am-spulenplatz"
# Which project serves the partnership of which two.
SERVED = (
    (LIBRARY, OUISHARE, "zukunft-gestalten-im-quartier"),
    (LUISE, OUISHARE, "zukunft-gestalten-im-quartier"),
    (TREFF, ADVICE, CAFE),
    (TREFF, "stiftung-offene-klinke", CAFE),
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
        "kulturverein-lindenhof",
        "cafe-zwischenhalt",
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


def tell_mehrwert(*, organiser: Person) -> None:
    for voice in VOICES:
        quote(voice, organiser)
    for one, other, project in SERVED:
        tie_project(partnership=between(one, other), project=Project.objects.get(slug=project))
