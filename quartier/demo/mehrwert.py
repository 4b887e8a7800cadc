"""What the partnerships of the demo come to: which projects serve them, and what their sides say of it."""

from __future__ import annotations

from partners.models import Partnership
from projects.actions.serving import tie_project
from projects.models import Project
from quartier.demo.places import LIBRARY, LUISE, OUISHARE

TREFF, CAFE = "nachbarschaftstreff-zwirnrolle", "quartierscafe-am-spulenplatz"
# Which project serves the partnership of which two.
SERVED = (
    (LIBRARY, OUISHARE, "zukunft-gestalten-im-quartier"),
    (LUISE, OUISHARE, "zukunft-gestalten-im-quartier"),
    (TREFF, "beratungsstelle-kompassrose", CAFE),
    (TREFF, "stiftung-offene-klinke", CAFE),
    ("initiative-gruenstreif", "wohngenossenschaft-dachgarten", "hofgarten-fadengasse"),
    ("fahrradwerkstatt-speiche", "reparaturverein-schraubenkiste", "reparatursommer"),
)


def between(one: str, other: str) -> Partnership:
    """The first partnership of the two."""
    rows = Partnership.objects.filter(parties__actor__slug=one).filter(parties__actor__slug=other)
    return rows.order_by("pk")[0]


def tell_mehrwert() -> None:
    for one, other, project in SERVED:
        tie_project(partnership=between(one, other), project=Project.objects.get(slug=project))
