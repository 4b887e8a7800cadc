from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models.consent import NO_CONSENT, NOT_WHOLE, WHOLE_CONSENT, Consented
from partners.models.keeping import Kept, KeptQuerySet
from partners.models.parties import PartnershipParty
from partners.models.partnerships import Partnership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person

QUOTATION_TEXTS = {
    "2026-11": _(
        "I agree that these words are shown to everybody, with my name and my function as they stand here, on the page of "
        "the partnership and on the profile of my side. I can withdraw this at any time; then they are deleted at once."
    )
}
QUOTATION_VERSION = "2026-11"


class QuotationQuerySet(KeptQuerySet["Quotation"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Who sees the partnership reads what was agreed to; the side's own team and organisers also what waits for it."""
        seen = Partnership.objects.visible_to(user).order_by()
        public = Q(consented_at__isnull=False, party__partnership__in=seen)
        if not user.is_authenticated:
            return self.filter(public)
        return self.filter(public | Q(party__in=PartnershipParty.objects.editable_by(user).order_by()))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Whoever writes the side."""
        return self.filter(party__in=PartnershipParty.objects.editable_by(user).order_by())

    def agreed(self) -> Self:
        return self.filter(consented_at__isnull=False)


class Quotation(Kept, Consented):
    """What somebody of a side says of the partnership, in her own words. Public only with her consent.

    Whoever withdraws takes the words away for good. The history knows that there was a quotation, never what it said.
    """

    CONSENT_TEXTS, CONSENT_VERSION = QUOTATION_TEXTS, QUOTATION_VERSION
    CONSENT_SALT = "partners.quotations.consent"
    SHOWN = ("text", "name", "function")

    PART_OF, NAMED_BY = "party__partnership", "party"
    UNTOLD = frozenset({*SHOWN, "email", "entered_at", "asked_at", "consent_version", "consented_at", "consent_way"})

    party = models.OneToOneField(
        PartnershipParty, models.CASCADE, related_name="quotation", verbose_name=_("side of the partnership")
    )
    text = models.TextField(_("words"), max_length=500)
    name = models.CharField(_("name"), max_length=150)
    function = models.CharField(_("function"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)

    objects = QuotationQuerySet.as_manager()

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(name=""),
                name="quotation_is_somebodys_words",
                violation_error_message=_("A quotation has words, and somebody who says them."),
            ),
            models.CheckConstraint(
                condition=NO_CONSENT | WHOLE_CONSENT,
                name="quotation_consent_is_whole",
                violation_error_message=NOT_WHOLE,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.party.partnership.get_absolute_url()}#zitat-{self.party_id}"

    def lapse(self) -> None:
        """The consent was to other words. Unsaved."""
        self.consent_version = self.consent_way = ""
        self.consented_at = self.consent_noted_by = None
