from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from partners.actions.holding import hold
from partners.models import (
    Actor,
    Neighbourhood,
    OldAddress,
    TargetGroup,
    Topic,
    recounting,
    unique_slug,
)
from partners.models.carriers import refuse_circle

TRIES_FOR_A_SLUG = 5
# What follows from the other columns, or from their being written.
DERIVED = ("sort_name", "search_text", "updated_at")


@transaction.atomic
def create_actor(
    *,
    name: str,
    neighbourhoods: Iterable[Neighbourhood],
    topics: Iterable[Topic] = (),
    target_groups: Iterable[TargetGroup] = (),
    **values: Any,
) -> Actor:
    """Makes a draft with an address of its own. Raises `ValidationError` without a neighbourhood."""
    neighbourhoods = list(neighbourhoods)
    if not neighbourhoods:
        raise ValidationError(_("An actor needs at least one neighbourhood."), code="homeless")
    hold(_carrier_in(values))
    actor = _stored_under_free_slug(name=name, **values)
    actor.neighbourhoods.set(neighbourhoods)
    actor.topics.set(topics)
    actor.target_groups.set(target_groups)
    return actor


def _carrier_in(values: dict[str, Any]) -> int | None:
    return getattr(values.get("parent"), "pk", None) or values.get("parent_id")


def _stored_under_free_slug(*, name: str, **values: Any) -> Actor:
    """Somebody else may take the same address between asking for a free one and storing it: then the next one is taken."""
    for _attempt in range(TRIES_FOR_A_SLUG - 1):
        try:
            with transaction.atomic():
                actor = Actor.objects.create(name=name, slug=unique_slug(Actor, name), **values)
                if not OldAddress.objects.of(Actor).filter(slug=actor.slug).exists():
                    return actor
                transaction.set_rollback(True)
        except IntegrityError:
            continue
    return Actor.objects.create(name=name, slug=unique_slug(Actor, name), **values)


@transaction.atomic
def edit_actor(
    *,
    actor: Actor,
    values: dict[str, Any],
    topics: Iterable[Topic] | None = None,
    target_groups: Iterable[TargetGroup] | None = None,
    neighbourhoods: Iterable[Neighbourhood] | None = None,
    own: Iterable[Neighbourhood] = (),
) -> Actor:
    """Writes the named values and nothing else.

    `own` are the neighbourhoods that the person decides on: of these the actor lies afterwards in the given ones, all
    others stay. Raises `ValidationError` when no neighbourhood would be left, or when the values do not fit together.
    """
    if carrier := _carrier_in(values):
        hold(actor.pk, carrier)
    with recounting(actor):
        for name, value in values.items():
            setattr(actor, name, value)
        if {"parent", "parent_id"} & values.keys():
            refuse_circle(actor, actor.parent)
        actor.validate_constraints()
        actor.save(update_fields=[*values, *DERIVED])
    if topics is not None:
        actor.topics.set(topics)
    if target_groups is not None:
        actor.target_groups.set(target_groups)
    if neighbourhoods is not None:
        move_actor(actor=actor, into=neighbourhoods, own=own)
    return actor


def move_actor(*, actor: Actor, into: Iterable[Neighbourhood], own: Iterable[Neighbourhood]) -> None:
    """Only its own organisers take an actor out of a neighbourhood or into it."""
    decided = set(own)
    chosen = set(into) & decided
    after = (set(actor.neighbourhoods.all()) - decided) | chosen
    if not after:
        raise ValidationError(_("An actor needs at least one neighbourhood."), code="homeless")
    actor.neighbourhoods.set(after)
