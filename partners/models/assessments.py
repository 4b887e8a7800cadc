from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor
from partners.reversing import address

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the four questions of the handbook, and the columns that hold the answer and the reason."""

    name: str
    word: str  # as it stands in the address of a list
    label: Any
    question: Any

    @property
    def reason(self) -> str:
        return f"{self.name}_reason"


CRITERIA = (
    Criterion(
        "access",
        "ressourcen",
        _("access to resources"),
        _("Does it have rooms, money, people or knowledge that others can use?"),
    ),
    Criterion(
        "networked",
        "vernetzt",
        _("well connected"),
        _("Does it know many others in the neighbourhood, and do they know it?"),
    ),
    Criterion(
        "multiplier",
        "multiplikator",
        _("multiplier"),
        _("Does it pass messages on to people whom others do not reach?"),
    ),
    Criterion("closeness", "thema", _("close in topic"), _("Does it work on what the neighbourhood is working on?")),
)


class Level(models.IntegerChoices):
    """Words for 0 to 3, so that nobody reads a mark."""

    NOT = 0, _("not at all")
    LITTLE = 1, _("a little")
    CLEARLY = 2, _("clearly")
    STRONGLY = 3, _("strongly")


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion of an assessment in words."""

    label: Any
    level: Any
    reason: str


class KeyActorAssessmentQuerySet(models.QuerySet["KeyActorAssessment"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Organisers of the actor's neighbourhoods and admins: neither the actor itself nor a visitor."""
        return self.filter(actor__in=Actor.objects.organised_by(user))

    def current(self) -> Self:
        """Of each actor the one that counts: the newest by its day, of two on one day the one entered last."""
        same = KeyActorAssessment.objects.filter(actor=OuterRef("actor"))
        newer = Q(assessed_on__gt=OuterRef("assessed_on"))
        newer |= Q(assessed_on=OuterRef("assessed_on"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(same.filter(newer)))

    def fitting(self, criteria: list[str]) -> Self:
        """Those to which at least one of the criteria applies clearly or strongly."""
        fits = Q()
        for name in criteria:
            fits |= Q((f"{name}__gte", Level.CLEARLY))
        return self.filter(fits)

    def for_history(self) -> Self:
        """Newest first, with whoever wrote it."""
        return self.select_related("assessed_by").order_by("-assessed_on", "-pk")


class KeyActorAssessment(models.Model):
    """How organisers see an actor by the four criteria of the handbook, each from 0 to 3 with a reason.

    A new assessment is a new row; the older ones stay readable. Internal to organisers, and never a ranking.
    """

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="assessments", verbose_name=_("actor"))
    access = models.PositiveSmallIntegerField(_("access to resources"), choices=Level)
    access_reason = models.TextField(_("reason: access to resources"), max_length=1000)
    networked = models.PositiveSmallIntegerField(_("well connected"), choices=Level)
    networked_reason = models.TextField(_("reason: well connected"), max_length=1000)
    multiplier = models.PositiveSmallIntegerField(_("multiplier"), choices=Level)
    multiplier_reason = models.TextField(_("reason: multiplier"), max_length=1000)
    closeness = models.PositiveSmallIntegerField(_("close in topic"), choices=Level)
    closeness_reason = models.TextField(_("reason: close in topic"), max_length=1000)
    assessed_on = models.DateField(_("assessed on"), default=timezone.localdate)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="key_actor_assessments",
        verbose_name=_("assessed by"),
    )

    objects = KeyActorAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("key actor assessment")
        verbose_name_plural = _("key actor assessments")
        ordering = ["-assessed_on", "-pk"]
        indexes = [models.Index(fields=["actor", "assessed_on"], name="assessment_latest_of_actor")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    access__range=(0, 3), networked__range=(0, 3), multiplier__range=(0, 3), closeness__range=(0, 3)
                ),
                name="assessment_from_0_to_3",
                violation_error_message=_("Each criterion goes from 0 to 3."),
            ),
            models.CheckConstraint(
                condition=~Q(access_reason="")
                & ~Q(networked_reason="")
                & ~Q(multiplier_reason="")
                & ~Q(closeness_reason=""),
                name="assessment_has_reasons",
                violation_error_message=_("Each criterion needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} ({self.assessed_on:%Y-%m-%d})"

    def get_absolute_url(self) -> str:
        return address("partners:actor-assessment", self.actor.slug)

    @property
    def findings(self) -> list[Finding]:
        """The four criteria in words, in the order of the handbook."""
        return [Finding(one.label, Level(getattr(self, one.name)).label, getattr(self, one.reason)) for one in CRITERIA]

    @property
    def summary(self) -> str:
        """In one line: access to resources: clearly · well connected: strongly."""
        return " · ".join(f"{one.label}: {one.level}" for one in self.findings)
