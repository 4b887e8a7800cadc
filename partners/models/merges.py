from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class MergeQuerySet(models.QuerySet["Merge"]):
    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Whoever organises the entry that was kept, and admins."""
        return self.filter(kept__in=Actor.objects.current().organised_by(user))

    def standing(self) -> Self:
        """Those that nobody took back."""
        return self.filter(undone_at=None)

    def parts_of(self, actor: Actor) -> list[Actor]:
        """The entries that are part of this one today, also by way of others, the latest first."""
        found: list[Merge] = []
        keys = [actor.pk]
        while keys:
            more = list(self.standing().filter(kept__in=keys).select_related("gone"))
            found += more
            keys = [merge.gone_id for merge in more]
        return [merge.gone for merge in sorted(found, key=lambda merge: merge.at, reverse=True)]

    def for_list(self) -> Self:
        return self.select_related("kept__kind", "gone__kind", "by", "undone_by").defer("steps").order_by("-at", "-pk")


class Merge(models.Model):
    """Two entries were one and the same: `gone` became part of `kept`.

    `steps` is every single change in its order, with what stood there before: undoing walks it backwards. It names rows
    by their keys; texts stand in it only where two rows of a shared thing were put together.
    """

    kept = models.ForeignKey(Actor, models.CASCADE, related_name="+", verbose_name=_("entry that was kept"))
    gone = models.ForeignKey(Actor, models.CASCADE, related_name="+", verbose_name=_("entry that became part of it"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    steps = models.JSONField(_("steps"), default=list, encoder=DjangoJSONEncoder, editable=False)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gone"],
                condition=Q(undone_at=None),
                name="merged_into_one_entry",
                violation_error_message=_("This entry is part of another one already."),
            ),
            models.CheckConstraint(condition=~Q(kept=F("gone")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"
