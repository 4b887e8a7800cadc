from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor
from partners.models.neighbourhoods import Neighbourhood

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person

LIFETIME = timedelta(days=14)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def removable_by(self, user: Person | AnonymousUser) -> Self:
        """Everybody may leave; whoever decides on the team removes editors; a manager goes by organisers and admins only."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        editors = Q(role=Membership.Role.EDITOR, actor__in=Actor.objects.with_managed_team(user))
        return self.filter(Q(person=user) | editors | Q(actor__in=Actor.objects.organised_by(user)))

    def promotable_by(self, user: Person | AnonymousUser) -> Self:
        """Editors whom the person may make managers."""
        return self.filter(role=Membership.Role.EDITOR, actor__in=Actor.objects.with_managed_team(user))

    def for_list(self) -> Self:
        """Managers first, then by name."""
        return self.select_related("person", "actor").order_by("-role", "person__name", "pk")


class Membership(models.Model):
    """Somebody keeps the profile of an actor, as editor or as manager."""

    class Role(models.TextChoices):
        EDITOR = "editor", _("editor")
        MANAGER = "manager", _("manager")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="memberships", verbose_name=_("actor"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.EDITOR)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    # What a second membership gives when two actors become one, see `partners.actions.merging`.
    LIFTED = ("role",)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["role", "person__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "actor"],
                name="membership_once",
                violation_error_message=_("This person already belongs to the team."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.actor} ({self.get_role_display()})"

    @property
    def merge_weight(self) -> int:
        return int(self.role == self.Role.MANAGER)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Can still be accepted: not used, not taken back, not expired."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())

    def waiting(self) -> Self:
        """Neither used nor taken back, even if expired: these can be sent anew."""
        return self.filter(accepted_at=None, revoked_at=None)

    def with_token(self, token: str) -> Self:
        return self.filter(token_hash=Invitation.hash_of(token))

    def manageable_by(self, user: Person | AnonymousUser) -> Self:
        """Those of actors whose team, or of neighbourhoods which, the person decides on."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(actor__in=Actor.objects.with_managed_team(user))
            | Q(neighbourhood__in=Neighbourhood.objects.editable_by(user))
        )


class Invitation(models.Model):
    """A way into a team by mail: works once, for fourteen days, until it is taken back.

    The link is not stored: a hash of it recognises it, and the mail makes it from `seed` and the secret key of the
    portal. So nobody gets into a team with what stands in the database, or in a copy of it.
    """

    class Role(models.TextChoices):
        EDITOR = "editor", _("editor")
        MANAGER = "manager", _("manager")
        ORGANISER = "organiser", _("organiser")

    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.EDITOR)
    actor = models.ForeignKey(
        Actor, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("actor")
    )
    neighbourhood = models.ForeignKey(
        Neighbourhood,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("neighbourhood"),
    )
    seed = models.CharField(max_length=64, blank=True, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="sent_invitations",
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("invited"), auto_now_add=True)
    sent_at = models.DateTimeField(_("last sent"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="accepted_invitations",
        verbose_name=_("accepted by"),
    )
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role="organiser", actor=None, neighbourhood__isnull=False)
                | Q(role__in=["editor", "manager"], actor__isnull=False, neighbourhood=None),
                name="invitation_into_one_team",
                violation_error_message=_(
                    "An invitation leads to one team: organisers to a neighbourhood, editors and managers to an actor."
                ),
            ),
            models.UniqueConstraint(
                fields=["email", "actor"],
                condition=Q(accepted_at=None, revoked_at=None, actor__isnull=False),
                name="invitation_to_actor_once",
            ),
            models.UniqueConstraint(
                fields=["email", "neighbourhood"],
                condition=Q(accepted_at=None, revoked_at=None, neighbourhood__isnull=False),
                name="invitation_to_neighbourhood_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} – {self.target} ({self.get_role_display()})"

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    def renew_token(self) -> str:
        """Gives the invitation a fresh link, valid for fourteen days, and returns it; the one before stops working. Unsaved."""
        self.seed = secrets.token_urlsafe(32)
        token = self._made_from_seed()
        self.token_hash = self.hash_of(token)
        self.sent_at = timezone.now()
        self.expires_at = self.sent_at + LIFETIME
        return token

    def _made_from_seed(self) -> str:
        digest = salted_hmac("partners.Invitation", self.seed, algorithm="sha256").digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def token(self) -> str:
        """What stands in the link; nothing when the portal has got another secret key since the link was made."""
        token = self._made_from_seed()
        return token if self.hash_of(token) == self.token_hash else ""

    @property
    def target(self) -> Actor | Neighbourhood:
        target = self.actor or self.neighbourhood
        if target is None:
            raise ValueError("An invitation without a team cannot be stored.")
        return target

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Can be accepted now. Into the team of an archived actor nobody comes any more."""
        used = self.accepted_at is not None or self.revoked_at is not None
        closed = self.actor is not None and self.actor.state in Actor.OVER
        return not (used or closed or self.is_expired)
