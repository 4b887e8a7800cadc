"""What is shown to everybody only as long as the person whom it is about has agreed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.seen import print_of

if TYPE_CHECKING:
    from partners.models.people import Person

NO_CONSENT = Q(consented_at=None, consent_version="", consent_way="")
WHOLE_CONSENT = Q(consented_at__isnull=False) & ~Q(consent_version="") & ~Q(consent_way="")
NOT_WHOLE = _("A consent has a text, a time and a way.")


class Consented(models.Model):
    """An entry about somebody, with her consent: to which text, since when, and in which way it was given."""

    class Way(models.TextChoices):
        LINK = "link", _("by the link in the mail")
        SPOKEN = "muendlich", _("by word of mouth")
        WRITTEN = "schriftlich", _("in writing")
        SELF = "selbst", _("entered by the person herself")

    # What people agree to, by version: an old one stays as long as somebody's consent names it.
    CONSENT_TEXTS: ClassVar[dict[str, Any]]
    CONSENT_VERSION: ClassVar[str]
    # Signs the links of this kind of entry.
    CONSENT_SALT: ClassVar[str]
    # What she agrees to be shown.
    SHOWN: ClassVar[tuple[str, ...]]

    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="entered_%(class)ss",
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
        related_name="noted_consents_to_%(class)ss",
        verbose_name=_("consent entered by"),
    )

    class Meta:
        abstract = True

    @property
    def has_agreed(self) -> bool:
        return self.consented_at is not None

    @property
    def consent_text(self) -> str:
        """What she would agree to now."""
        return str(self.CONSENT_TEXTS[self.CONSENT_VERSION])

    @property
    def words_seen(self) -> str:
        """What it says now, in short: whoever agrees has read this and nothing else."""
        said = [getattr(self, name) for name in self.SHOWN]
        return print_of(said)

    @property
    def way_line(self) -> str:
        """How the consent was given: by word of mouth, entered by Alex Beispiel."""
        way = str(self.Way(self.consent_way).label) if self.consent_way else ""
        if self.consent_way in {self.Way.SPOKEN, self.Way.WRITTEN} and self.consent_noted_by:
            return gettext("%(way)s, entered by %(name)s") % {"way": way, "name": self.consent_noted_by}
        return way

    def agree(self, *, way: str, by: Person | None = None, at: datetime | None = None) -> None:
        """Notes the consent to the present text. Unsaved."""
        self.consent_version, self.consent_way = self.CONSENT_VERSION, way
        self.consented_at, self.consent_noted_by = at or timezone.now(), by
