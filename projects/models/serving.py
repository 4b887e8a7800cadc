"""Which projects serve a partnership, and what its sides deliver in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from partners.models import Actor, Partnership, PartnershipParty, ResourceCategory
from projects.models.contributions import Contribution
from projects.models.disseminations import Dissemination
from projects.models.ledger import Total, totals
from projects.models.participations import Participation
from projects.models.projects import Project, ProjectQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person


def projects_to_tie(partnership: Partnership, user: Person | AnonymousUser) -> ProjectQuerySet:
    """Of which the person may say that they serve the partnership, or do not any more.

    Organisers choose among the projects of its neighbourhood and those in which a side takes part, the team of a side
    among those in which it takes part itself.
    """
    parties = PartnershipParty.objects.filter(partnership=partnership).order_by()
    parts = Participation.objects.all().public().order_by()
    if Partnership.objects.editable_by(user).filter(pk=partnership.pk).exists():
        taken_part = parts.filter(actor__in=parties.values("actor"))
        reach = Q(pk__in=taken_part.values("project")) | Q(
            pk__in=Project.objects.filter(neighbourhoods=partnership.neighbourhood_id).values("pk")
        )
    else:
        own = parts.filter(actor__in=parties.spoken_for_by(user).values("actor"))
        reach = Q(pk__in=own.values("project"))
    return Project.objects.visible_to(user).filter(reach)


@dataclass(slots=True)
class Harvest:
    """What the sides delivered of one category, in the order of the sides; None where a side delivered nothing of it."""

    category: ResourceCategory
    cells: list[tuple[Actor, Total | None]]

    @property
    def is_reach(self) -> bool:
        return any(total is not None and total.is_reach for _actor, total in self.cells)


def harvest(
    sides: Sequence[Actor], participations: Iterable[Participation], contributions: Iterable[Contribution]
) -> list[Harvest]:
    """Side by side. Each line has one unit, and paid and volunteer time are two lines."""
    actor_of = {one.pk: one.actor_id for one in participations}
    given: dict[int, list[Contribution]] = {side.pk: [] for side in sides}
    for row in contributions:
        if row.is_actual and actor_of.get(row.participation_id) in given:
            given[actor_of[row.participation_id]].append(row)
    reached = [row.pk for rows in given.values() for row in rows if row.category == ResourceCategory.REACH]
    # Something can be counted more than once where there is more than one of it.
    entries = list(Dissemination.objects.behind(reached)) if len(reached) > 1 else []
    sums = [{total.category: total for total in totals(given[side.pk], entries)} for side in sides]
    found = [one for one in ResourceCategory if any(one in known for known in sums)]
    return [
        Harvest(category, [(side, known.get(category)) for side, known in zip(sides, sums, strict=True)])
        for category in found
    ]
