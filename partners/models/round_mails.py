"""One text to many partners: written by an organiser, looked at, sent once, with a log of who got it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor
from partners.models.contacts import ContactPerson
from partners.models.neighbourhoods import Neighbourhood
from partners.reversing import address

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class RoundMailQuerySet(models.QuerySet["RoundMail"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Organisers of the Quartier, and admins; who gets one reads it in her mailbox."""
        return self.filter(neighbourhood__in=Neighbourhood.objects.editable_by(user))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """The same, as long as it was not sent."""
        return self.visible_to(user).filter(sent_at=None)

    def for_list(self) -> Self:
        rows = (
            self.select_related("by", "neighbourhood")
            .defer("neighbourhood__boundary")
            .annotate(recipient_count=Count("recipients"))
        )
        return rows.order_by(models.F("sent_at").desc(nulls_first=True), "-pk").fetch_mode(models.FETCH_PEERS)


class RoundMail(models.Model):
    """A draft until it is sent; then it stays as it left. It goes to the teams of places, and to contact persons who agreed."""

    LONGEST = 10_000

    neighbourhood = models.ForeignKey(
        Neighbourhood, models.PROTECT, related_name="round_mails", verbose_name=_("neighbourhood")
    )
    subject = models.CharField(_("subject"), max_length=150)
    text = models.TextField(_("text"), max_length=LONGEST)
    to_teams = models.BooleanField(_("to the teams"), default=True)
    to_contacts = models.BooleanField(_("to contact persons"), default=True)
    answers_to_me = models.BooleanField(_("answers go to the sender"), default=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="round_mails",
        verbose_name=_("sender"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)

    objects = RoundMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("round mail")
        verbose_name_plural = _("round mails")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(text=""),
                name="round_mail_says_something",
                violation_error_message=_("A round mail has a subject and a text."),
            ),
            models.CheckConstraint(
                condition=Q(to_teams=True) | Q(to_contacts=True),
                name="round_mail_goes_to_somebody",
                violation_error_message=_("Choose teams, contact persons, or both."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return address("partners:round-mail-detail", self.pk)

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None


class RoundMailPlace(models.Model):
    """A place that a round mail is meant for. Of two places that become one the one that stays is meant."""

    BECOMES_ONE = True

    round_mail = models.ForeignKey(RoundMail, models.CASCADE, related_name="places", verbose_name=_("round mail"))
    actor = models.ForeignKey(Actor, models.CASCADE, related_name="round_mail_places", verbose_name=_("actor"))

    class Meta:
        verbose_name = _("place of a round mail")
        verbose_name_plural = _("places of round mails")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round_mail", "actor"], name="round_mail_place_once")]

    def __str__(self) -> str:
        return str(self.actor)


class RoundMailRecipient(models.Model):
    """Somebody to whom it was sent: of the team of a place, or its contact person. Without a name once the account is gone."""

    round_mail = models.ForeignKey(RoundMail, models.CASCADE, related_name="recipients", verbose_name=_("round mail"))
    place = models.ForeignKey(
        RoundMailPlace, models.CASCADE, related_name="recipients", verbose_name=_("place of a round mail")
    )
    is_contact = models.BooleanField(_("as a contact person"), default=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="round_mails_got",
        verbose_name=_("person"),
    )
    contact = models.ForeignKey(
        ContactPerson,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="round_mails_got",
        verbose_name=_("contact person"),
    )
    queued_at = models.DateTimeField(_("queued"), auto_now_add=True)

    class Meta:
        verbose_name = _("recipient of a round mail")
        verbose_name_plural = _("recipients of round mails")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round_mail", "person"], name="round_mail_once_for_a_person"),
            models.UniqueConstraint(fields=["round_mail", "contact"], name="round_mail_once_for_a_contact"),
        ]

    def __str__(self) -> str:
        return str(self.contact or self.person or _("a deleted account"))

    # What became of the mail, see `partners.actions.round_mails.log_of`.
    mail: Any = None
