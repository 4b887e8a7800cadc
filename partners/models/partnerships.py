from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.models.actors import Actor
from partners.models.keeping import Kept, KeptQuerySet
from partners.models.neighbourhoods import Neighbourhood

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class PartnershipQuerySet(KeptQuerySet["Partnership"]):
    def running(self, on: date | None = None) -> Self:
        """Begun and not over on that day (today if none is given)."""
        day = on or timezone.localdate()
        return self.filter(Q(end_on=None) | Q(end_on__gte=day), start_on__lte=day)

    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Everybody sees a partnership whose parties can all be seen; a party that is a draft or hidden keeps it back.

        Whoever is a party of it sees it all the same.
        """
        hidden = PartnershipParty.objects.exclude(actor__in=Actor.objects.visible_to(user))
        open_to_all = ~Q(pk__in=hidden.values("partnership"))
        if not user.is_authenticated:
            return self.filter(open_to_all)
        own = PartnershipParty.objects.filter(actor__in=Actor.objects.staffed_by(user))
        return self.filter(
            open_to_all
            | Q(pk__in=own.values("partnership"))
            | Q(pk__in=Partnership.objects.editable_by(user).values("pk"))
        )

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Organisers of its neighbourhood, and admins. A partner writes its own side, see `PartnershipParty`."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(neighbourhood__in=Neighbourhood.objects.editable_by(user))

    def for_list(self) -> Self:
        return (
            self.select_related("neighbourhood").prefetch_related("parties__actor__kind").fetch_mode(models.FETCH_PEERS)
        )

    def for_detail(self) -> Self:
        return self.for_list()


class Partnership(Kept):
    """Two or more actors who have agreed to work together.

    On the quartier side of a running main partnership stand the Quartierspartner*innen.
    """

    class Kind(models.TextChoices):
        MAIN = "haupt", _("main partnership")
        PROJECT = "projekt", _("project partnership")
        FUNDING = "foerder", _("funding partnership")
        NETWORK = "netzwerk", _("network partnership")

    STAYS = frozenset({"neighbourhood"})

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.MAIN)
    neighbourhood = models.ForeignKey(
        Neighbourhood, models.PROTECT, related_name="partnerships", verbose_name=_("neighbourhood")
    )
    start_on = models.DateField(_("begins on"))
    end_on = models.DateField(_("ends on"), null=True, blank=True)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["-start_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="partnership_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("partners:partnership-detail", args=[self.pk])

    @property
    def is_running(self) -> bool:
        today = timezone.localdate()
        return self.start_on <= today and (self.end_on is None or self.end_on >= today)

    @property
    def main_partners(self) -> list[Actor]:
        """Whom it makes Quartierspartner*innen, from the parties that are loaded (see `PartyQuerySet.of_main_partners`)."""
        parties = self.parties.all()
        is_open = all(party.actor.is_public for party in parties)
        if self.kind != self.Kind.MAIN or not self.is_running or not is_open:
            return []
        local = [party.actor for party in parties if party.side == PartnershipParty.Side.QUARTIER]
        return [actor for actor in local if actor.state not in Actor.OVER]

    @property
    def title(self) -> str:
        """Who with whom, from the parties that are loaded."""
        return " & ".join(party.actor.name for party in self.parties.all())


class PartyQuerySet(KeptQuerySet["PartnershipParty"]):
    def of_main_partners(self) -> Self:
        """The sides that make their actors Quartierspartner*innen today: local sides of running main partnerships.

        Only of partnerships that everybody may see: the mark is the same for every reader, so it must not tell of a
        partnership that a draft still holds back. Who is archived is no bridge any more, even while the partnership
        still runs on paper.
        """
        unseen = PartnershipParty.objects.filter(partnership=OuterRef("partnership"))
        running = Q(partnership__end_on=None) | Q(partnership__end_on__gte=timezone.localdate())
        return self.filter(
            running,
            ~Exists(unseen.exclude(actor__state__in=Actor.PUBLIC_STATES)),
            side=PartnershipParty.Side.QUARTIER,
            partnership__kind=Partnership.Kind.MAIN,
            partnership__start_on__lte=timezone.localdate(),
        ).exclude(actor__state__in=Actor.OVER)

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """An actor writes its own side; organisers may note it for them."""
        if not user.is_authenticated:
            return self.none()
        return (
            self
            if user.is_staff
            else self.filter(
                Q(actor__in=Actor.objects.staffed_by(user)) | Q(partnership__in=Partnership.objects.editable_by(user))
            )
        )


class PartnershipParty(Kept):
    """One side of a partnership: what it brings, and what it expects to gain, in its own words."""

    class Side(models.TextChoices):
        QUARTIER = "quartier", pgettext_lazy("side of a partnership", "local partner")
        ACCOMPANYING = "begleitung", _("companion")

    PART_OF, NAMED_BY = "partnership", "actor"
    STAYS = frozenset({"partnership", "actor"})
    BECOMES_ONE = True

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="parties", verbose_name=_("partnership"))
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="parties", verbose_name=_("actor"))
    side = models.CharField(
        _("side"),
        max_length=20,
        choices=Side,
        default=Side.QUARTIER,
        help_text=_("The local partner, or the companion that carries the work from outside."),
    )
    brings = models.TextField(
        _("brings"), blank=True, help_text=_("What this side brings into the partnership, in its own words.")
    )
    expected_benefit = models.TextField(
        _("expects to gain"), blank=True, help_text=_("What this side hopes to gain, in its own words.")
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["-side", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "actor"],
                name="party_once",
                violation_error_message=_("This actor is already a party of the partnership."),
            )
        ]

    def __str__(self) -> str:
        return self.actor.name
