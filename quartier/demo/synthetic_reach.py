"""Synthetic channels, and what they passed on: behind every reach that was delivered, and some that is counted nowhere yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from math import ceil
from random import Random

from partners.models import Actor, Channel, ResourceCategory
from projects.models import Contribution, Dissemination, Participation

CALLED = {
    Channel.Kind.NEWSLETTER: ("Rundbrief", "Monatspost"),
    Channel.Kind.NOTICE: ("Schaukasten am Eingang", "Brett im Flur"),
    Channel.Kind.WEBSITE: ("Seite im Netz",),
    Channel.Kind.SOCIAL_MEDIA: ("Bilder aus dem Haus",),
    Channel.Kind.MAILING_LIST: ("Mail an alle",),
    Channel.Kind.LOCAL_PAPER: ("Blatt im Viertel",),
}
WHAT = ("", "Einladung", "Plakat mit allen Terminen", "Bilder vom letzten Mal")


def channels_of(actors: Iterable[Actor], *, chance: Random, today: date) -> Iterator[Channel]:
    """None to three for each; of one in four nobody knows how many it reaches."""
    for actor in actors:
        for kind in chance.sample(list(CALLED), chance.randint(0, 3)):
            audience = chance.randint(40, 3_000) if chance.random() < 0.75 else None
            day = None if audience is None else today - timedelta(days=chance.randint(5, 500))
            yield Channel(actor=actor, kind=kind, name=chance.choice(CALLED[kind]), audience=audience, measured_on=day)


def entries_of(
    participations: Iterable[Participation],
    contributions: Iterable[Contribution],
    channels: Iterable[Channel],
    *,
    chance: Random,
    today: date,
) -> Iterator[Dissemination]:
    """Of who has a channel: several issues behind a contribution, which says no more than they reach."""
    known: dict[int, list[Channel]] = defaultdict(list)
    for channel in channels:
        known[channel.actor_id].append(channel)
    reached: dict[int, list[Contribution]] = defaultdict(list)
    for row in contributions:
        if row.category == ResourceCategory.REACH and row.is_actual:
            reached[row.participation_id].append(row)
    for part in participations:
        own = known[part.actor_id]
        for row in reached[part.pk] if own else ():
            first, *more = chance.choices(own, k=chance.randint(1, 5))
            yield entry(part, first, row, chance=chance, today=today, least=ceil(row.delivered_quantity or 0))
            yield from (entry(part, channel, row, chance=chance, today=today) for channel in more)
        if own and chance.random() < 0.15:
            yield entry(part, chance.choice(own), None, chance=chance, today=today)


def entry(
    part: Participation, channel: Channel, row: Contribution | None, *, chance: Random, today: date, least: int = 0
) -> Dissemination:
    audience = max(channel.audience or 0, least) or None
    day = today - timedelta(days=chance.randint(1, 400))
    return Dissemination(
        participation=part,
        channel=channel,
        channel_kind=channel.kind,
        channel_name=channel.name,
        went_out_on=day,
        what=chance.choice(WHAT),
        audience=audience,
        measured_on=None if audience is None else channel.measured_on or day,
        is_public=chance.random() < 0.95,
        contribution=row,
    )
