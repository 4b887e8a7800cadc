"""Entries that somebody made once more: one is a twin, one was merged already, and one is a group of its own."""

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
MERGED_INTO = "reparaturverein-schraubenkiste"
MERGED = Place(
    "schraubenkiste-sendling",
    "Schraubenkiste Sendling",
    "",
    "Toaster, Lampen und Räder: Wir reparieren mit Ihnen.",
    topics=("reparieren-und-teilen",),
    website="https://example.org/schraubenkiste",
    state=Actor.State.PUBLISHED,
)
WHY_TWO = "Die Gruppe trifft sich dort, gehört aber nicht zum Haus."
