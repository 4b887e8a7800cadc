"""Who carries whom: a library system its branches, an association its meeting places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from partners.models.actors import Actor

# A town carries a library, the library a branch, the branch a reading corner: nobody needs more (ours).
MOST_STEPS = 4


def refuse_circle(actor: Actor, carrier: Actor | None) -> None:
    """Raises `ValidationError` where the actor would carry itself, directly or by way of others, or the line gets endless."""
    above, steps = carrier.pk if carrier else None, 1
    while above is not None:
        if above == actor.pk:
            raise ValidationError(_circle(actor, carrier), code="circle")
        if steps > MOST_STEPS:
            raise ValidationError(
                _("Above “%(name)s” there are too many carriers already. Name one that stands higher.")
                % {"name": carrier},
                code="endless",
            )
        rows: Any = type(actor)._base_manager
        above, steps = rows.filter(pk=above).values_list("parent", flat=True).first(), steps + 1


def _circle(actor: Actor, carrier: Actor | None) -> str:
    if carrier is not None and carrier.pk == actor.pk:
        return _("Nobody is one's own carrier. Name another organisation, or leave this empty.")
    return _("“%(carrier)s” is itself carried by “%(name)s”. Only one of the two can carry the other.") % {
        "carrier": carrier,
        "name": actor.name,
    }
