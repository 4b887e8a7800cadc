"""The hand-over of a project: what it needs before it goes on for good. Its shape stands in `partners.models.handovers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Handover, HandoverLine, HandoverQuerySet, KeptQuerySet
from projects.models.participations import Participation
from projects.models.projects import Project

if TYPE_CHECKING:
    from partners.models import Person


class ProjectHandoverQuerySet(HandoverQuerySet["ProjectHandover"]):
    def _organised(self, user: Person) -> Q:
        return Q(pk__in=self.model.objects.filter(project__neighbourhoods__organisers=user).order_by().values("pk"))

    def _kept(self, user: Person) -> Q:
        """The project's side: its organisers, and the team that leads it."""
        return Q(project__in=Project.objects.all().editable_by(user).order_by().values("pk"))

    def _read(self, user: Person) -> Q:
        """Those who take part in it, now or once."""
        return Q(project__in=Participation.objects.all().staffed_by(user).public().order_by().values("project"))

    def settled(self) -> Self:
        """The project goes on for good on the strength of it."""
        return self.complete().filter(project__state=Project.State.CONTINUED)

    def for_list(self) -> Self:
        return super().for_list().select_related("project")

    def for_detail(self) -> Self:
        return super().for_detail().select_related("project")


class ProjectHandover(Handover):
    """A project goes on for good only when it is written down, and signed by both sides, who carries it from now on.

    Projects that went on for good before hand-overs were asked for stay as they are; theirs can be entered later.
    """

    POSSIBLE_IN = (Project.State.RUNNING, Project.State.COMPLETED, Project.State.CONTINUED)
    PART_OF, OF = "project", "project"

    project = models.OneToOneField(Project, models.PROTECT, related_name="handover", verbose_name=_("project"))

    objects = ProjectHandoverQuerySet.as_manager()

    class Meta(Handover.Meta):
        verbose_name = _("hand-over of a project")
        verbose_name_plural = _("hand-overs of projects")
        ordering = ["pk"]


class ProjectHandoverLine(HandoverLine):
    PART_OF = "handover__project"

    handover = models.ForeignKey(ProjectHandover, models.CASCADE, related_name="lines", verbose_name=_("hand-over"))

    objects = KeptQuerySet["ProjectHandoverLine"].as_manager()

    class Meta(HandoverLine.Meta):
        verbose_name = _("line of a hand-over of a project")
        verbose_name_plural = _("lines of hand-overs of projects")
