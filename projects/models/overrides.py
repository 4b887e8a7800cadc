from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, CapacityOverride
from projects.models.participations import Participation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person


class ParticipationOverrideQuerySet(models.QuerySet["ParticipationOverride"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """The actor's team, organisers of its neighbourhoods, and admins."""
        return self.filter(participation__actor__in=Actor.objects.load_visible_to(user))

    def of(self, actor: Actor) -> Self:
        return self.filter(participation__actor=actor)


class ParticipationOverride(CapacityOverride):
    participation = models.ForeignKey(
        Participation, models.CASCADE, related_name="overrides", verbose_name=_("participation")
    )

    objects = ParticipationOverrideQuerySet.as_manager()

    class Meta(CapacityOverride.Meta):
        verbose_name = _("participation in spite of a warning")
        verbose_name_plural = _("participations in spite of a warning")

    @property
    def tie(self) -> Any:
        return self.participation
