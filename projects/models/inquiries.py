from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, Staged
from projects.models.participations import Participation
from projects.models.projects import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person
    from partners.models.actors import ActorQuerySet


class ProjectInquiryQuerySet(models.QuerySet["ProjectInquiry"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Whoever asked, the team of the actor that would join, the project's side, and admins; as long as they see the project."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        sides = Q(actor__in=Actor.objects.staffed_by(user)) | Q(project__in=Project.objects.all().editable_by(user))
        return self.filter(Q(by=user) | sides, project__in=Project.objects.all().visible_to(user))

    def answerable_by(self, user: Person | AnonymousUser) -> Self:
        """The project's side answers; nobody answers herself."""
        if not user.is_authenticated:
            return self.none()
        rows = self.exclude(by=user)
        return rows if user.is_staff else rows.filter(project__in=Project.objects.all().editable_by(user))

    def withdrawable_by(self, user: Person | AnonymousUser) -> Self:
        return self.filter(by=user) if user.is_authenticated else self.none()

    def waiting(self) -> Self:
        return self.filter(state=ProjectInquiry.State.OPEN)

    def waiting_for(self, user: Person | AnonymousUser) -> Self:
        """Those that wait for this person's answer."""
        return self.answerable_by(user).waiting()

    def for_list(self) -> Self:
        return self.select_related("project", "actor", "by")


class ProjectInquiry(Staged):
    """Somebody would like to take part in a project, or has a question about it, instead of beginning one of her own.

    It goes to whoever leads the project, and to its organisers where nobody does.
    """

    class Kind(models.TextChoices):
        JOIN = "mitmachen", _("would like to take part")
        QUESTION = "frage", _("has a question")

    class State(models.TextChoices):
        OPEN = "offen", _("waits for an answer")
        AGREED = "zugesagt", _("yes")
        DECLINED = "abgelehnt", _("no")
        ANSWERED = "beantwortet", _("answered")
        WITHDRAWN = "zurueckgezogen", _("withdrawn")

    STEPS = {State.OPEN: (State.AGREED, State.DECLINED, State.ANSWERED, State.WITHDRAWN)}
    LONGEST = 2000
    # Two entries of which each asks the same project become one that asks once, with the words of both.
    BECOMES_ONE = True

    project = models.ForeignKey(Project, models.CASCADE, related_name="inquiries", verbose_name=_("project"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="project_inquiries", verbose_name=_("who would join")
    )
    message = models.TextField(_("message"), max_length=LONGEST)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.OPEN, editable=False)
    answer = models.TextField(_("answer"), max_length=LONGEST, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = ProjectInquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to a project")
        verbose_name_plural = _("requests to projects")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(message=""),
                name="inquiry_has_a_message",
                violation_error_message=_("Write in one or two sentences what it is about."),
            ),
            models.CheckConstraint(
                condition=Q(kind="mitmachen", actor__isnull=False) | Q(kind="frage", actor=None),
                name="inquiry_names_who_would_join",
                violation_error_message=_("Say who would like to take part. A question needs nobody."),
            ),
            models.UniqueConstraint(
                fields=["project", "actor", "state"],
                condition=Q(state="offen", kind="mitmachen"),
                name="inquiry_to_join_once",
                violation_error_message=_("This actor has asked already and waits for an answer."),
            ),
            models.UniqueConstraint(
                fields=["project", "by", "state"],
                condition=Q(state="offen", kind="frage"),
                name="inquiry_question_once",
                violation_error_message=_("There is a question that waits for an answer already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}: {self.get_kind_display()}"

    @staticmethod
    def askers(project: Project, user: Person) -> ActorQuerySet:
        """For which actors of hers a person may ask whether they may take part: not for one that does, or that waits."""
        parts = Participation.objects.filter(project=project).exclude(state=Participation.State.ENDED)
        waits = ProjectInquiry.objects.waiting().filter(project=project, kind=ProjectInquiry.Kind.JOIN)
        rows = Actor.objects.current().editable_by(user)
        return rows.exclude(pk__in=parts.values("actor")).exclude(pk__in=waits.values("actor"))

    def get_absolute_url(self) -> str:
        return reverse("projects:inquiry-detail", args=[self.project.slug, self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_to_join(self) -> bool:
        return self.kind == self.Kind.JOIN

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)
