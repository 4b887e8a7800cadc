"""What was talked about with a partner, noted by the organisers for each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.models.keeping import Kept, KeptQuerySet
from partners.models.partnerships import Partnership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class ContactNoteQuerySet(KeptQuerySet["ContactNote"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Organisers of the partnership, and admins. The sides do not read what was noted about a talk with them."""
        return self.filter(partnership__in=Partnership.objects.editable_by(user))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Every organiser may put right or take away what another one wrote: she may have left."""
        return self.visible_to(user)

    def for_list(self) -> Self:
        return self.select_related("by").order_by("-on", "-pk").fetch_mode(models.FETCH_PEERS)


class ContactNote(Kept):
    """A note about one talk: when, in which way, with whom, and what was said.

    It is about people, so neither whom one spoke with nor what was said stays in the history: what is deleted is gone.
    """

    class Way(models.TextChoices):
        IN_PERSON = "persoenlich", pgettext_lazy("way of a talk", "in person")
        PHONE = "telefon", pgettext_lazy("way of a talk", "by phone")
        VIDEO = "video", pgettext_lazy("way of a talk", "by video")
        MAIL = "mail", pgettext_lazy("way of a talk", "by mail")
        OTHER = "sonstiges", pgettext_lazy("way of a talk", "in another way")

    PART_OF, NAMED_BY = "partnership", "on"
    STAYS = frozenset({"partnership"})
    UNTOLD = frozenset({"spoken_with", "text"})
    LONGEST = 5000

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="contact_notes", verbose_name=_("partnership")
    )
    on = models.DateField(_("day"), default=timezone.localdate)
    way = models.CharField(_("way"), max_length=20, choices=Way)
    spoken_with = models.CharField(_("spoken with"), max_length=200, blank=True)
    text = models.TextField(_("what was said"), max_length=LONGEST)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="contact_notes",
        verbose_name=_("written by"),
    )
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ContactNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact note")
        verbose_name_plural = _("contact notes")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="contact_note_says_something",
                violation_error_message=_("Write what was said."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()}, {self.on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return f"{self.partnership.get_absolute_url()}#gespraeche"
