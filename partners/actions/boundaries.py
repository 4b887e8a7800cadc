from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.actors import move_actor
from partners.models import Actor, Neighbourhood
from partners.models.boundaries import Boundary, digest


@transaction.atomic
def set_boundary(*, neighbourhood: Neighbourhood, boundary: Boundary | None, seen: str) -> None:
    """Stores a boundary, or takes it away with `None`.

    `seen` is the digest of the one that the person had before her eyes. Raises `ValidationError` (code `changed`) when
    somebody else stored another one since; storing the same twice is the same wish.
    """
    row = Neighbourhood.objects.with_boundary().select_for_update().get(pk=neighbourhood.pk)
    present = digest(row.boundary)
    if present == digest(boundary):
        return
    if present != seen:
        raise ValidationError(
            _("Somebody else changed the boundary in the meantime. Nothing is saved yet: compare, then save again."),
            code="changed",
        )
    row.boundary = boundary
    row.save(update_fields=["boundary"])


@transaction.atomic
def place_actor(*, actor: Actor, neighbourhood: Neighbourhood) -> None:
    """Puts an actor into one more Quartier; all others stay as they are."""
    move_actor(actor=actor, into=[neighbourhood], own=[neighbourhood])
    Actor.objects.filter(pk=actor.pk).update(updated_at=timezone.now())
