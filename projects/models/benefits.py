from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Actor
from projects.models.participations import Participation
from projects.models.projects import Project
from projects.models.sides import Side
from projects.models.written import Written

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person


class BenefitQuerySet(models.QuerySet["Benefit"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Everybody sees public benefits of visible partners in visible projects; both sides see all of theirs."""
        partners = Participation.objects.all().visible_to(user)
        seen = partners.filter(project=OuterRef("project"), actor=OuterRef("actor"))
        return self.filter(self._shown_to(user), Exists(seen))

    def of(self, participations: Sequence[Participation], user: Person | AnonymousUser) -> Self:
        """The same for participations that are loaded already because the person can see them: of one project or one actor."""
        projects = {one.project_id for one in participations}
        actors = {one.actor_id for one in participations}
        if len(projects) > 1 and len(actors) > 1:
            raise ValueError("These are participations of several actors in several projects.")
        return self.filter(self._shown_to(user), project__in=projects, actor__in=actors)

    @staticmethod
    def _shown_to(user: Person | AnonymousUser) -> Q:
        shown = Q(is_public=True)
        if not user.is_authenticated:
            return shown
        staffed = Q(actor__in=Actor.objects.staffed_by(user))
        return shown | staffed | Q(project__in=Project.objects.all().editable_by(user))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """The actor who gained, in its own words; the project's side only where the actor has not spoken itself."""
        if not user.is_authenticated:
            return self.none()
        staffed = Q(actor__in=Actor.objects.staffed_by(user))
        noted = Q(recorded_side=Side.PROJECT)
        if not user.is_staff:
            noted &= Q(project__in=Project.objects.all().editable_by(user))
        return self.filter(staffed | noted)

    def with_rights_of(self, user: Person | AnonymousUser) -> Self:
        """Adds `may_edit` for this person."""
        if not user.is_authenticated:
            return self
        return self.annotate(
            may_edit=Exists(Benefit.objects.all().editable_by(user).filter(pk=OuterRef("pk")).order_by())
        )

    def for_list(self) -> Self:
        return self.select_related("project", "actor__kind").fetch_mode(models.FETCH_PEERS)


class Benefit(Written):
    """What an actor gained in a project, in its own words; never a score."""

    class Kind(models.TextChoices):
        KNOWN = "bekanntheit", _("Being known in the Quartier")
        CONTACTS = "kontakte", _("New contacts and partners")
        PUBLIC = "publikum", _("New visitors, members or customers")
        LEARNING = "lernen", _("Knowledge and new ideas")
        RESOURCES = "mittel", _("Rooms, material or money")
        RELIEF = "entlastung", _("Less work, shared tasks")
        MISSION = "auftrag", _("Closer to our own mission")
        COMMUNITY = "gemeinschaft", _("Community and joy")
        OTHER = "sonstiges", _("Something else")

    may_edit = False  # see `with_rights_of`

    project = models.ForeignKey(Project, models.CASCADE, related_name="benefits", verbose_name=_("project"))
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="benefits", verbose_name=_("actor"))
    kind = models.CharField(_("kind of benefit"), max_length=20, choices=Kind, default=Kind.OTHER)
    text = models.TextField(
        _("benefit"), max_length=1000, help_text=_("One or two sentences, as the partner would say them.")
    )
    is_public = models.BooleanField(_("show on public pages"), default=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="recorded_benefits",
        verbose_name=_("recorded by"),
    )
    recorded_side = models.CharField(_("whose word"), max_length=10, choices=Side, default=Side.PROJECT, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    objects = BenefitQuerySet.as_manager()

    class Meta:
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="benefit_says_something",
                violation_error_message=_("Please say what was gained."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return f"{self.project.get_absolute_url()}#{self.anchor}"

    @property
    def kind_label(self) -> str:
        return str(self.Kind(self.kind).label)

    @property
    def side_label(self) -> str:
        return str(Side(self.recorded_side).label)

    @property
    def anchor(self) -> str:
        return f"nutzen-{self.pk}"

    @property
    def is_own_word(self) -> bool:
        return self.recorded_side == Side.ACTOR
