from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor
from partners.models.consent import NO_CONSENT, NOT_WHOLE, WHOLE_CONSENT, Consented

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person

# What people agree to, by version: an old one stays here as long as somebody's consent names it.
CONSENT_TEXTS = {
    "2026-11": _(
        "I agree that my name, my function and the e-mail address and phone number given here are shown to everybody "
        "on the public profile. I can withdraw this at any time; then they are internal at once."
    )
}
CONSENT_VERSION = "2026-11"
AGREED = Q(consented_at__isnull=False, withdrawn_at=None)


class ContactPersonQuerySet(models.QuerySet["ContactPerson"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Everybody sees who agreed, on a published profile; its team and organisers see all."""
        public = AGREED & Q(actor__state=Actor.State.PUBLISHED)
        if not user.is_authenticated:
            return self.filter(public)
        return self if user.is_staff else self.filter(public | Q(actor__in=Actor.objects.filter(Actor.rights_of(user))))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Whoever may edit the actor."""
        return self.filter(actor__in=Actor.objects.editable_by(user))

    def agreed(self) -> Self:
        """Consent was given and not withdrawn."""
        return self.filter(AGREED)


class ContactPerson(Consented):
    """Whom one asks at an actor. Internal until the person agreed, and internal again as soon as she withdraws."""

    CONSENT_TEXTS, CONSENT_VERSION = CONSENT_TEXTS, CONSENT_VERSION
    CONSENT_SALT = "partners.contacts.consent"
    SHOWN = ("name", "function", "email", "phone")

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="contacts", verbose_name=_("actor"))
    name = models.CharField(_("name"), max_length=150)
    function = models.CharField(_("function"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone number"), max_length=50, blank=True)
    withdrawn_at = models.DateTimeField(_("consent withdrawn"), null=True, blank=True, editable=False)
    objected_at = models.DateTimeField(_("objected"), null=True, blank=True, editable=False)

    objects = ContactPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="contact_has_a_name",
                violation_error_message=_("A contact person needs a name."),
            ),
            models.CheckConstraint(
                condition=(NO_CONSENT & Q(withdrawn_at=None)) | WHOLE_CONSENT,
                name="contact_consent_is_whole",
                violation_error_message=NOT_WHOLE,
            ),
            models.CheckConstraint(
                condition=Q(objected_at=None) | Q(consented_at=None) | Q(withdrawn_at__isnull=False),
                name="contact_objection_ends_consent",
                violation_error_message=_("Who objected has not agreed."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.actor.get_absolute_url()}#kontaktpersonen"

    @property
    def has_agreed(self) -> bool:
        return super().has_agreed and self.withdrawn_at is None

    def agree(self, *, way: str, by: Person | None = None, at: datetime | None = None) -> None:
        """Notes the consent to the present text; who objected can only be brought back by her own link. Unsaved."""
        if self.objected_at and way != self.Way.LINK:
            raise ValidationError(_("This person objected. Only she herself can agree again."), code="objected")
        super().agree(way=way, by=by, at=at)
        self.withdrawn_at = self.objected_at = None

    def withdraw(self) -> None:
        """Internal at once; that there was a consent stays known. Unsaved."""
        if self.has_agreed:
            self.withdrawn_at = timezone.now()

    def object(self) -> None:
        """The person does not want to be shown; nobody but herself changes that. Unsaved."""
        self.withdraw()
        self.objected_at = self.objected_at or timezone.now()
