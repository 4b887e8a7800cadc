from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, ExpressionWrapper, F, IntegerField, Q, Value, When

from partners.models import Actor
from partners.models.twins import SUSPECTED, Likeness, Trace, compare, host_of, pieces_of, plain_phone

if TYPE_CHECKING:
    from partners.models import Person

SHOWN = 5
MOST_CANDIDATES = 200
# Degrees: about 150 metres north and 160 metres east in Munich.
BOX_NORTH, BOX_EAST = 0.00135, 0.0021
TRACES = ("name", "website", "email", "phone", "street", "house_number", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Twin:
    """An actor that may be the one somebody means, with what speaks for it."""

    actor: Actor
    likeness: Likeness


def likely_twins(*, values: Mapping[str, Any], user: Person, least: int = SUSPECTED) -> list[Twin]:
    """The actors that the person may see and that may be the one described by `values`, the likeliest first.

    The database names candidates by parts of the name, contacts and nearness; only these are compared. Where an exact
    address is not for this person, neither the street nor the point says anything.
    """
    typed, carrier = Trace.of(values), getattr(values.get("parent"), "pk", None)
    found: dict[int, Likeness] = {}
    for row in _candidates(values, user):
        if carrier and carrier in {row["pk"], row["parent"]}:
            continue  # a branch is neither its carrier nor one of its other branches
        likeness = compare(typed, Trace.of(row, with_place=row["knows_place"]))
        if likeness.points >= least:
            found[row["pk"]] = likeness
    best = sorted(found, key=lambda pk: (-found[pk].points, pk))[:SHOWN]
    actors = {actor.pk: actor for actor in Actor.objects.filter(pk__in=best).for_list()} if best else {}
    return [Twin(actors[pk], found[pk]) for pk in best if pk in actors]


def _candidates(values: Mapping[str, Any], user: Person) -> list[dict[str, Any]]:
    """In two queries, because each then asks its own index."""
    own = Actor.objects.editable_by(user).values("pk")
    knows = ExpressionWrapper(Q(is_address_public=True) | Q(pk__in=own), output_field=BooleanField())
    rows = Actor.objects.current().visible_to(user).annotate(knows_place=knows)
    fields = ("pk", "parent", *TRACES, "knows_place")
    found: list[dict[str, Any]] = []
    if pieces := pieces_of(values.get("name") or ""):
        holds = [Q(sort_name__contains=piece) for piece in pieces]
        count: Any = Value(0)
        for one in holds:
            count += Case(When(one, then=1), default=0, output_field=IntegerField())
        named = rows.filter(_any(holds)).annotate(pieces=count).order_by(F("pieces").desc(), "pk")
        found += named.values(*fields)[:MOST_CANDIDATES]
    if shared := _shared(values):
        found += rows.filter(_any(shared)).order_by("pk").values(*fields)[:MOST_CANDIDATES]
    return found


def _any(conditions: list[Q]) -> Q:
    return Q(*conditions, _connector=Q.OR)


def _shared(values: Mapping[str, Any]) -> list[Q]:
    """Who has the same website, e-mail address or phone number, or is near."""
    conditions = []
    if host := host_of(values.get("website") or ""):
        conditions.append(Q(website__icontains=host))
    if email := values.get("email"):
        conditions.append(Q(email__iexact=email))
    if phone := plain_phone(values.get("phone") or ""):
        conditions.append(Q(phone__regex="[^0-9]*".join(map(re.escape, phone[-7:])) + "[^0-9]*$"))
    latitude, longitude = values.get("latitude"), values.get("longitude")
    if latitude is not None and longitude is not None:
        north, east = float(latitude), float(longitude)
        conditions.append(
            Q(
                latitude__range=(north - BOX_NORTH, north + BOX_NORTH),
                longitude__range=(east - BOX_EAST, east + BOX_EAST),
            )
        )
    return conditions
