from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor
from partners.models.keeping import Kept, KeptQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person

MOST_READERS = 100_000_000


class ChannelQuerySet(KeptQuerySet["Channel"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Whoever reads the profile of the actor."""
        return self.filter(actor__in=Actor.objects.visible_to(user))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Whoever may edit the actor."""
        return self.filter(actor__in=Actor.objects.editable_by(user))


class Channel(Kept):
    """A way by which an actor reaches people. Reach is something one can give, so it is told with the day it was measured."""

    class Kind(models.TextChoices):
        NEWSLETTER = "newsletter", _("newsletter")
        NOTICE = "aushang", _("notice board")
        WEBSITE = "website", _("website")
        SOCIAL_MEDIA = "social-media", _("social media")
        MAILING_LIST = "verteiler", _("mailing list")
        LOCAL_PAPER = "stadtteilzeitung", _("local newspaper")

    PART_OF = "actor"
    STAYS = frozenset({"actor"})

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="channels", verbose_name=_("actor"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    address = models.URLField(_("website"), max_length=500, blank=True)
    audience = models.PositiveIntegerField(
        _("people reached"), null=True, blank=True, validators=[MaxValueValidator(MOST_READERS)]
    )
    measured_on = models.DateField(_("measured on"), null=True, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="channel_has_a_name",
                violation_error_message=_("A channel needs a name."),
            ),
            models.CheckConstraint(
                condition=Q(audience=None, measured_on=None) | Q(audience__isnull=False, measured_on__isnull=False),
                name="channel_audience_has_a_day",
                violation_error_message=_(
                    "How many people a channel reaches and the day of counting belong together: fill in both or none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.actor.get_absolute_url()}#kanaele"
