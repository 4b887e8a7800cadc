"""What is given once cannot be given twice at the same time (ours).

A room is for one at a time; time, knowledge and trips are, where both requests name hours of the day; of things that are
counted there are as many at any moment as the offer says, and one where it says nothing. Reach, contacts, data, advocacy,
hosting and money are not used up.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from partners.models import ResourceCategory

if TYPE_CHECKING:
    from projects.models.resource_requests import ResourceRequest, ResourceRequestQuerySet

# One at a time, whatever the hours; one at a time where both name hours; as many as there are.
ONE_AT_A_TIME = frozenset({ResourceCategory.ROOMS})
ONE_BY_THE_HOUR = frozenset(
    {
        ResourceCategory.PAID_TIME,
        ResourceCategory.VOLUNTEER_TIME,
        ResourceCategory.KNOWLEDGE,
        ResourceCategory.FACILITATION,
        ResourceCategory.LOGISTICS,
    }
)
COUNTED = frozenset({ResourceCategory.MATERIAL, ResourceCategory.TECHNOLOGY})
ZERO = Decimal(0)


def clashes(request: ResourceRequest, others: ResourceRequestQuerySet) -> bool:
    """Whether it cannot be given beside these, which lie at its time and were promised; see the rule above."""
    category = request.offer.category
    if category in ONE_AT_A_TIME:
        return others.exists()
    if category in ONE_BY_THE_HOUR:
        return request.start_time is not None and others.exclude(start_time=None).exists()
    if category not in COUNTED:
        return False
    beside = list(others)
    there, unit = request.offer.quantity, request.offer.unit
    if there is None or request.quantity is None or any(one.quantity is None or one.unit != unit for one in beside):
        return bool(beside)
    return bool(beside) and request.quantity + _most_at_once(request, beside) > there


def _most_at_once(request: ResourceRequest, beside: list[ResourceRequest]) -> Decimal:
    """How many pieces others have at that moment of its time at which they have most.

    One of them begins on that day, and one, perhaps another, at that hour.
    """
    days = {max(request.start_on, one.start_on) for one in beside}
    hours = {max(_begins(request), _begins(one)) for one in beside}
    return max(
        sum((one.quantity or ZERO for one in beside if _holds(one, day, begins)), ZERO)
        for day, begins in product(days, hours)
    )


def _begins(request: ResourceRequest) -> time:
    return request.start_time or time.min


def _holds(request: ResourceRequest, day: date, at: time) -> bool:
    """Whether this moment lies in its days and hours."""
    in_hours = request.end_time is None or _begins(request) <= at < request.end_time
    return request.start_on <= day <= request.end_on and in_hours
