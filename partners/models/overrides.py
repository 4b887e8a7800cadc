"""Why somebody asked for time all the same, although the portal said that it is a bad moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor
from partners.models.partnerships import Partnership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class CapacityOverride(models.Model):
    """One line for each time: who, when, what she had read, and why she went on. Lines are only ever added.

    Its team and the organisers of its neighbourhoods read it, so that a reason can be talked about.
    """

    LONGEST = 1000

    reason = models.TextField(_("reason"), max_length=LONGEST)
    warning = models.TextField(_("warning that was shown"))
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="%(class)s_has_a_reason",
                violation_error_message=_("Say why it shall be all the same."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.reason[:40]}"


class PartnershipOverrideQuerySet(models.QuerySet["PartnershipOverride"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """The actor's team, organisers of its neighbourhoods, and admins."""
        return self.filter(actor__in=Actor.objects.load_visible_to(user))

    def of(self, actor: Actor) -> Self:
        return self.filter(actor=actor)


class PartnershipOverride(CapacityOverride):
    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="overrides", verbose_name=_("partnership")
    )
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="overrides", verbose_name=_("actor"))

    objects = PartnershipOverrideQuerySet.as_manager()

    class Meta(CapacityOverride.Meta):
        verbose_name = _("partnership in spite of a warning")
        verbose_name_plural = _("partnerships in spite of a warning")

    @property
    def tie(self) -> Any:
        return self.partnership
