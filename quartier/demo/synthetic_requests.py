"""Synthetic requests for offers: one for every fifth offer, at every place of the chain. Nobody is asked for twice at one time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from django.utils import timezone

from partners.models import Actor, Offer
from projects.models import ResourceRequest, ResourceRequestStep
from quartier.demo import words

State = ResourceRequest.State


def requests_of(offers: list[Offer], actors: list[Actor], *, chance: Random, today: date) -> Iterator[ResourceRequest]:
    shown = [one for one in offers if one.state == Offer.State.AVAILABLE]
    for offer in shown[::5]:
        asker = chance.choice(actors)
        if asker.pk != offer.actor_id:
            yield ResourceRequest(offer=offer, unit=offer.unit, actor=asker, **values(chance, today))


def values(chance: Random, today: date) -> dict[str, Any]:
    """What is done has passed, what waits is to come; what is declined says why."""
    state = chance.choices(list(State), [4, 3, 2, 1, 6])[0]
    away = -chance.randint(1, 200) if state == State.DONE else chance.randint(1, 60)
    day = today + timedelta(days=away)
    asked = noon(day - timedelta(days=chance.randint(61, 90)))
    answered = asked + timedelta(days=chance.randint(1, 7))
    thanked = state == State.DONE and chance.random() < 0.7
    return {
        "message": chance.choice(words.SENTENCES),
        "start_on": day,
        "end_on": day,
        "state": state,
        "reason": "An diesem Tag ist schon etwas anderes geplant." if state == State.DECLINED else "",
        "created_at": asked,
        "decided_at": answered if state in {State.GRANTED, State.DECLINED, State.DONE} else None,
        "thanks": "Danke, das hat sehr geholfen." if thanked else "",
        "thanked_at": noon(min(day + timedelta(days=3), today)) if thanked else None,
    }


def steps_of(request: ResourceRequest) -> Iterator[ResourceRequestStep]:
    ways = {
        State.OPEN: ("", State.OPEN),
        State.GRANTED: ("", State.OPEN, State.GRANTED),
        State.DECLINED: ("", State.OPEN, State.DECLINED),
        State.WITHDRAWN: ("", State.OPEN, State.WITHDRAWN),
        State.DONE: ("", State.OPEN, State.GRANTED, State.DONE),
    }
    way = ways[State(request.state)]
    for before, after in pairwise(way):
        yield ResourceRequestStep(request=request, from_state=before, to_state=after)


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
