from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models.projects import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person


class ParallelReasonQuerySet(models.QuerySet["ParallelReason"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Organisers of the new project's neighbourhoods, and admins. Its partners are not: nobody shall have to justify herself."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        organised = Project.objects.filter(neighbourhoods__organisers=user)
        return self.filter(project__in=organised.values("pk"))


class ParallelReason(models.Model):
    """Why a project was begun although the portal had named similar ones. Lines are only ever added.

    Organisers read it, so that two things that belong together find each other. Of the similar ones everybody only reads
    the names of those that she may see herself.
    """

    LONGEST = 1000

    project = models.ForeignKey(Project, models.CASCADE, related_name="parallel_reasons", verbose_name=_("new project"))
    similar = models.ManyToManyField(Project, related_name="+", verbose_name=_("similar projects that were shown"))
    reason = models.TextField(_("reason"), max_length=LONGEST)
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    objects = ParallelReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reason for a project beside similar ones")
        verbose_name_plural = _("reasons for projects beside similar ones")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="parallel_has_a_reason",
                violation_error_message=_("Say why it shall be a project of its own."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.reason[:40]}"
