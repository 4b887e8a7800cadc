"""What is given once cannot be given twice at the same time (ours).

A room is for one at a time; time, knowledge and trips are, where both requests name hours of the day; of things that are
counted there are as many at any moment as the offer says, and one where it says nothing. Reach, contacts, data, advocacy,
hosting and money are not used up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from partners.models import ResourceCategory

if TYPE_CHECKING:
    from projects.models.resource_requests import ResourceRequest

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


def clashes(request: ResourceRequest, others: Iterable[ResourceRequest]) -> bool:
    """Whether it cannot be given beside these, which lie at its time and were promised; see the rule above."""
    category, beside = request.offer.category, list(others)
    if category in ONE_AT_A_TIME:
        return bool(beside)
    if category in ONE_BY_THE_HOUR:
        return request.start_time is not None and any(one.start_time is not None for one in beside)
    if category not in COUNTED:
        return False
    there, unit = request.offer.quantity, request.offer.unit
    if there is None or request.quantity is None or any(one.quantity is None or one.unit != unit for one in beside):
        return bool(beside)
    return bool(beside) and request.quantity + _most_at_once(request, beside) > there


def share_time(one: ResourceRequest, other: ResourceRequest) -> bool:
    """What `ResourceRequestQuerySet.at_the_time_of` asks of the database, of two that are loaded."""
    same_days = one.start_on <= other.end_on and one.end_on >= other.start_on
    if one.start_time is None or one.end_time is None or other.start_time is None or other.end_time is None:
        return same_days
    return same_days and one.start_time < other.end_time and one.end_time > other.start_time


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
