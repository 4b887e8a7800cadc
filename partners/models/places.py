"""Which Quartier a place lies in, as far as boundaries tell. It is a suggestion: people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partners.models.actors import Actor
from partners.models.boundaries import Boundary, within
from partners.models.neighbourhoods import Neighbourhood

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


def suggested_neighbourhoods(actor: Actor, user: Person | AnonymousUser) -> list[Neighbourhood]:
    """Those in whose boundary the actor lies without belonging to them, as far as the person decides on them."""
    if actor.latitude is None or actor.longitude is None:
        return []
    # By their keys: they are loaded already, and then they are no query any more.
    present = [one.pk for one in actor.neighbourhoods.all()]
    rows = Neighbourhood.objects.editable_by(user).filter(boundary__isnull=False).exclude(pk__in=present)
    place = (actor.latitude, actor.longitude)
    return [one for one in rows.with_boundary().order_by("name") if one.boundary and within(one.boundary, [place])[0]]


def suggested_actors(neighbourhood: Neighbourhood, user: Person | AnonymousUser) -> list[Actor]:
    """Those whom the person may edit, who lie within the boundary and do not belong to the Quartier yet."""
    if not neighbourhood.boundary:
        return []
    rows = Actor.objects.editable_by(user).exclude(latitude=None).exclude(pk__in=neighbourhood.actors.all())
    placed = list(rows.only("name", "slug", "latitude", "longitude"))
    inside = within(neighbourhood.boundary, [(one.latitude, one.longitude) for one in placed])
    return [one for one, lies_within in zip(placed, inside, strict=True) if lies_within]


def count_within(neighbourhood: Neighbourhood, boundary: Boundary) -> tuple[int, int]:
    """How many of its actors lie within a boundary, and how many outside. Those without coordinates are in neither."""
    rows = neighbourhood.actors.current().exclude(latitude=None)
    inside = within(boundary, rows.values_list("latitude", "longitude"))
    return sum(inside), len(inside) - sum(inside)
