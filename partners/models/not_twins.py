from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class NotTwinsQuerySet(models.QuerySet["NotTwins"]):
    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Whoever organises both actors, and admins."""
        own = Actor.objects.organised_by(user)
        return self.filter(first__in=own, second__in=own)

    def for_list(self) -> Self:
        return self.select_related("first__kind", "second__kind", "by").order_by("-at", "-pk")


class NotTwins(models.Model):
    """Somebody looked at two actors that seem to be one and found that they are two. The pair is not suspected again."""

    first = models.ForeignKey(Actor, models.CASCADE, related_name="+", verbose_name=_("one actor"))
    second = models.ForeignKey(Actor, models.CASCADE, related_name="+", verbose_name=_("the other actor"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = NotTwinsQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair that is no twin")
        verbose_name_plural = _("pairs that are no twins")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="not_twins_once",
                violation_error_message=_("It is known already that these two are no twins."),
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="not_twins_in_order",
                violation_error_message=_("Of the pair the actor that was entered earlier comes first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
