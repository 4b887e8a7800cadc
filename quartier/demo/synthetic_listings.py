"""Synthetic offers and needs: an offer for each actor and a need for every third, one in eight of them expired or paused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from partners.models import UNIT_OF, Actor, Listing, Offer, ResourceCategory, Visibility
from projects.models import Need, Project
from quartier.demo import words

State = Listing.State
TIMES = ("has_mornings", "has_afternoons", "has_evenings", "has_weekends")


def offers_of(actors: list[Actor], *, chance: Random, today: date) -> Iterator[Offer]:
    for actor in actors:
        yield Offer(actor=actor, **values(chance, today))


def needs_of(actors: list[Actor], projects: list[Project], *, chance: Random, today: date) -> Iterator[Need]:
    for actor in actors[::3]:
        yield Need(actor=actor, **values(chance, today))
    for project in projects:
        if project.state in Project.GOING_ON:
            yield Need(project=project, **values(chance, today))


def values(chance: Random, today: date) -> dict[str, Any]:
    """One in three is a room, because rooms are what people ask for most."""
    category = ResourceCategory.ROOMS if chance.random() < 0.34 else chance.choice(list(ResourceCategory))
    is_free = chance.random() < 0.7
    given: dict[str, Any] = {
        "category": category,
        "unit": UNIT_OF[category],
        "title": words.GIFTS[category],
        "description": " ".join(chance.sample(words.SENTENCES, 2)),
        "quantity": Decimal(chance.randint(1, 40)) if UNIT_OF[category] and chance.random() < 0.5 else None,
        "is_free": is_free,
        "conditions": "" if is_free else "Bitte hinterher aufräumen.",
        "visibility": chance.choices(list(Visibility), [8, 2, 1])[0],
        "state": chance.choices(list(State), [1, 14, 1, 1])[0],
        "valid_until": today + timedelta(days=chance.randint(-30, 300)),
        **{name: chance.random() < 0.4 for name in TIMES},
    }
    if category == ResourceCategory.ROOMS:
        given |= {
            "persons": chance.choice([None, 8, 15, 25, 40, 80, 150]),
            "area": chance.choice([None, 20, 45, 90]),
            "equipment": chance.choice(["", "Stühle und Tische", "Beamer, Küche"]),
            "step_free": chance.choice(["", "ja", "ja", "teilweise", "nein"]),
        }
    return given
