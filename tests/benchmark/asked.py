"""Thirty thousand requests for what the places of one Quartier offer: all of them are its organiser's to read.

    python -m tests.benchmark.asked

Added like `tests.benchmark.many`, and after it: two thousand of them became contributions that it made.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django
from django.db import transaction
from django.utils import timezone

NUMBER, GIVEN, PEOPLE = 30_000, 2_000, 200


@transaction.atomic
def make() -> None:
    """Every fifth is a project's; each on a day of the last year or of the next two months, at any place of the chain.

    Those who asked are on the team of one actor each, and most do not speak for the one that they asked for any more: that
    is when the organisers have the turn.
    """
    from partners.models import Actor, Membership, Offer, Person
    from projects.models import Contribution, Project, ResourceRequest
    from tests.benchmark.pages import busiest

    offers = list(Offer.objects.filter(actor__neighbourhoods=busiest()).order_by("pk").values_list("pk", "unit"))
    actors = list(Actor.objects.published().order_by("pk").values_list("pk", flat=True))
    projects = list(Project.objects.published().order_by("pk").values_list("pk", flat=True))
    given = Contribution.objects.filter(state__in=["erbracht", "bestaetigt"], resource_request=None).order_by("pk")
    people = Person.objects.bulk_create(Person(email=f"fragt-{one}@example.org", name="Fragt") for one in range(PEOPLE))
    Membership.objects.bulk_create(
        Membership(person=person, actor_id=actor) for person, actor in zip(people, actors, strict=False)
    )
    entries = iter(given.values_list("pk", flat=True)[:GIVEN])
    now, today = timezone.now(), timezone.localdate()
    done = {"state": "erledigt"}
    ways: list[dict[str, Any]] = [
        *({"state": "offen"}, {"state": "zugesagt"}, {"state": "zurueckgezogen"}),
        *({"state": "abgelehnt", "reason": "Umbau."}, {"state": "abgelehnt", "reason": "Vergeben.", "is_taken": True}),
        *(done, done | {"thanks": "Danke!", "thanked_at": now}, done | {"thanks": "Danke!", "thanked_at": now}),
    ]
    rows = []
    for number in range(NUMBER):
        offer, unit = offers[number % len(offers)]
        by_project, way = number % 5 == 0, ways[number // 7 % len(ways)]
        day = today + timedelta(days=number % 420 - 360)
        asker = (
            {"project_id": projects[number % len(projects)]}
            if by_project
            else {"actor_id": actors[number % len(actors)]}
        )
        entry = {"contribution_id": next(entries, None)} if by_project and way is done else {}
        asked = {
            "offer_id": offer,
            "unit": unit,
            "message": "Für ein Fest.",
            "created_at": now - timedelta(minutes=number),
        }
        asked["by"] = people[number % PEOPLE]
        rows.append(ResourceRequest(start_on=day, end_on=day, **asker, **asked, **way, **entry))
    ResourceRequest.objects.bulk_create(rows, batch_size=1000)


if __name__ == "__main__":
    django.setup()
    make()
