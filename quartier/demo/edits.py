"""Who changed what in the demo, so that the history has something to tell. What stands there today was not always so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone

from partners.models import Actor, Channel, PartnershipParty, Person, Topic, acting
from projects.models import Contribution, Participation, Project
from quartier.demo.places import LIBRARY

# When everything was entered.
FIRST_DAY = -370
# How many days ago somebody confirmed a whole profile.
CONFIRMED = {
    "nachbarschaftstreff-zwirnrolle": -6,
    "cafe-zwischenhalt": -48,
    "mehrgenerationenhaus-treppenabsatz": -160,
    "theater-kellerlicht": -369,
}
HOUSE, PROJECT = "nachbarschaftstreff-zwirnrolle", "zukunft-gestalten-im-quartier"


@dataclass(frozen=True, slots=True)
class Edit:
    """So many days ago somebody wrote what stands there today; before it said `earlier`, and lacked the topic `came`.

    Without `team` it was the organiser; `team` names the actor for which somebody wrote.
    """

    on: int
    find: Callable[[], Model]
    earlier: dict[str, Any] = field(default_factory=dict)
    came: str = ""
    team: str = ""


def _actor(slug: str) -> Actor:
    return Actor.objects.get(slug=slug)


EDITS = (
    Edit(-64, lambda: _actor(LIBRARY), {"purpose": "Quartierspartner*in in Sendling."}),
    Edit(
        -52,
        lambda: PartnershipParty.objects.filter(actor__slug=LIBRARY).earliest("pk"),
        {"brings": "Räume, Wissen und Kontakte. Gibt Botschaften weiter und gibt Rückmeldung."},
        team=LIBRARY,
    ),
    Edit(
        -41,
        lambda: Project.objects.get(slug=PROJECT),
        {"goal": "Das Netzwerk sieht seine Ressourcen. Neue Menschen finden leicht eine offene Tür."},
    ),
    Edit(
        -33,
        lambda: _actor(HOUSE),
        {"how_to_join": "Kommen Sie einfach vorbei.\n\nWer mithelfen möchte, fragt am Tresen."},
        team=HOUSE,
    ),
    Edit(-20, lambda: _actor(LIBRARY), came="nachbarschaft", team=LIBRARY),
    Edit(
        -18,
        lambda: Participation.objects.get(project__slug=PROJECT, actor__slug=LIBRARY),
        {"tasks": "Ansprechpartnerin im Quartier."},
        team=LIBRARY,
    ),
    Edit(
        -15,
        lambda: Contribution.objects.filter(participation__project__slug=PROJECT, title="Räume").earliest("pk"),
        {"title": "Raum"},
        team=LIBRARY,
    ),
    Edit(
        -12,
        lambda: Channel.objects.get(actor__slug=HOUSE, kind=Channel.Kind.NEWSLETTER),
        {"audience": 310},
        team=HOUSE,
    ),
    Edit(
        -9,
        lambda: _actor(HOUSE),
        {
            "accessibility": "Die Toilette ist für Rollstühle geeignet.",
            "lead_time_days": 14,
            "opening_hours": "Mo–Fr 10–17",
        },
    ),
)


def tell_past(*, organiser: Person, team_of: Callable[[Actor], Person]) -> None:
    """Writes first what it said once, as entered on the first day, and then day by day what it says today."""
    rows = [(edit, edit.find()) for edit in EDITS]
    for edit, row in rows:
        if edit.earlier:
            type(row)._default_manager.filter(pk=row.pk).update(**edit.earlier)
        if isinstance(row, Actor) and edit.came:
            row.topics.remove(Topic.objects.get(slug=edit.came))
    for number, (edit, row) in enumerate(rows):
        by = team_of(_actor(edit.team)) if edit.team else organiser
        with acting(by=by, at=moment_of(edit.on, number)):
            if edit.earlier:
                row.save(update_fields=list(edit.earlier))
            if isinstance(row, Actor) and edit.came:
                row.topics.add(Topic.objects.get(slug=edit.came))


def tell_confirmations(*, team_of: Callable[[Actor], Person]) -> None:
    """Some look through their profile now and then; one of them did so too long ago."""
    for number, (slug, days) in enumerate(CONFIRMED.items()):
        actor = _actor(slug)
        actor.confirm(by=team_of(actor), seen=actor.stamp)
        Actor.objects.filter(pk=actor.pk).update(confirmed_at=moment_of(days, number))


def moment_of(days: int, number: int = 0) -> datetime:
    """At some hour of the day on which people work."""
    day: date = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(9 + number % 8, number * 7 % 60)))
