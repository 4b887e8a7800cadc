from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor

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


class ContactPerson(models.Model):
    """Whom one asks at an actor. Internal until the person agreed, and internal again as soon as she withdraws."""

    class Way(models.TextChoices):
        LINK = "link", _("by the link in the mail")
        SPOKEN = "muendlich", _("by word of mouth")
        WRITTEN = "schriftlich", _("in writing")
        SELF = "selbst", _("entered by the person herself")

    SHOWN = ("name", "function", "email", "phone")

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="contacts", verbose_name=_("actor"))
    name = models.CharField(_("name"), max_length=150)
    function = models.CharField(_("function"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone number"), max_length=50, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="entered_contacts",
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered"), default=timezone.now, editable=False)
    asked_at = models.DateTimeField(_("last asked by mail"), null=True, blank=True, editable=False)
    consent_version = models.CharField(_("version of the consent"), max_length=20, blank=True, editable=False)
    consented_at = models.DateTimeField(_("consented"), null=True, blank=True, editable=False)
    consent_way = models.CharField(_("way of the consent"), max_length=20, choices=Way, blank=True, editable=False)
    consent_noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="noted_consents",
        verbose_name=_("consent entered by"),
    )
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
                condition=Q(consented_at=None, consent_version="", consent_way="", withdrawn_at=None)
                | (Q(consented_at__isnull=False) & ~Q(consent_version="") & ~Q(consent_way="")),
                name="contact_consent_is_whole",
                violation_error_message=_("A consent has a text, a time and a way."),
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
        return self.consented_at is not None and self.withdrawn_at is None

    @property
    def way_line(self) -> str:
        """How the consent was given: by word of mouth, entered by Alex Beispiel."""
        way = str(self.Way(self.consent_way).label) if self.consent_way else ""
        if self.consent_way in {self.Way.SPOKEN, self.Way.WRITTEN} and self.consent_noted_by:
            return gettext("%(way)s, entered by %(name)s") % {"way": way, "name": self.consent_noted_by}
        return way

    def agree(self, *, way: str, by: Person | None = None) -> None:
        """Notes the consent to the present text; who objected can only be brought back by her own link. Unsaved."""
        if self.objected_at and way != self.Way.LINK:
            raise ValidationError(_("This person objected. Only she herself can agree again."), code="objected")
        self.consent_version, self.consented_at, self.consent_way = CONSENT_VERSION, timezone.now(), way
        self.consent_noted_by = by
        self.withdrawn_at = self.objected_at = None

    def withdraw(self) -> None:
        """Internal at once; that there was a consent stays known. Unsaved."""
        if self.has_agreed:
            self.withdrawn_at = timezone.now()

    def object(self) -> None:
        """The person does not want to be shown; nobody but herself changes that. Unsaved."""
        self.withdraw()
        self.objected_at = self.objected_at or timezone.now()
