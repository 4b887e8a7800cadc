"""Two entries that somebody made once more: one is a twin, the other one is not."""

from __future__ import annotations

from partners.models import Actor
from quartier.demo.places import Place

HOUSE = "nachbarschaftstreff-zwirnrolle"

TWIN = Place(
    "baeckerei-kornblumm",
    "Bäckerei Kornblumm",
    "",
    "Brot und Brezen in der Fadengasse.",
    address=("Fadengasse", "1"),
    phone="+49 89 0000190",
    state=Actor.State.DRAFT,
)
GROUP = Place(
    "naehgruppe-im-nachbarschaftstreff-zwirnrolle",
    "Nähgruppe im Nachbarschaftstreff Zwirnrolle",
    "",
    "Wir nähen und flicken jeden zweiten Donnerstag.",
    website="https://example.org/naehgruppe",
    state=Actor.State.DRAFT,
)
WHY_TWO = "Die Gruppe trifft sich dort, gehört aber nicht zum Haus."
