"""Offers and needs are written, renewed and taken away."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from partners.actions.holding import hold
from partners.models import UNIT_OF, Actor, Listing, Offer, Person

# What follows from the other columns, or from their being written.
DERIVED = ("unit", "search_text", "updated_at")


def create_offer(*, actor: Actor, release: bool = False, **values: Any) -> Offer:
    """A draft, or with `release` at once there for those who may see it."""
    return store_listing(Offer(actor=actor), release=release, **values)


@transaction.atomic
def store_listing[Row: Listing](listing: Row, *, release: bool = False, **values: Any) -> Row:
    """Stores a new one; the actor that it belongs to is held, so that nobody merges it away meanwhile. Raises `ValidationError`."""
    hold(getattr(listing, "actor_id", None))
    _fill(listing, values)
    listing.save()
    if release:
        listing.release()
    return listing


@transaction.atomic
def write_listing(*, listing: Listing, values: dict[str, Any]) -> None:
    """Writes the values and nothing else. Raises `ValidationError` where they do not fit what the row says by now."""
    _fill(listing, values)
    listing.save(update_fields=[*values, *DERIVED])


def _fill(listing: Listing, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(listing, name, value)
    listing.unit = UNIT_OF[listing.category]
    listing.validate_constraints()


def restore_listing(listing: Listing, values: dict[str, Any], ties: dict[str, list[Any]], by: Person) -> None:
    """An earlier version comes back as a new one. A day that has passed comes back too: the page then says that it has expired."""
    write_listing(listing=listing, values=values)
