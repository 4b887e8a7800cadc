from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models import Actor

if TYPE_CHECKING:
    from partners.models import Person


class Side(models.TextChoices):
    """Whose word an entry is: the actor's own, or noted by the project's side on its behalf."""

    PROJECT = "projekt", _("noted by the project")
    ACTOR = "akteur", _("in its own words")


def side_of(person: Person, actor: Actor) -> Side:
    """What somebody writes for an actor to whose team she belongs is that actor's word, everything else the project's."""
    return Side.ACTOR if Actor.objects.staffed_by(person).filter(pk=actor.pk).exists() else Side.PROJECT
