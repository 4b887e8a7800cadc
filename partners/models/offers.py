from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor
from partners.models.listings import Listing, ListingQuerySet
from partners.reversing import address

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class OfferQuerySet(ListingQuerySet["Offer"]):
    NAMES = ("actor__sort_name",)

    def _kept(self, user: Person) -> Q:
        return Q(actor__in=Actor.objects.editable_by(user).order_by().values("pk"))

    def _shown(self, user: Person | AnonymousUser) -> Q:
        return Q(actor__state=Actor.State.PUBLISHED)

    def _alive(self) -> Q:
        return Q(actor__state=Actor.State.PUBLISHED)

    def for_list(self) -> Self:
        """A line in a list, with whose it is and where."""
        rows = self.select_related("actor").prefetch_related("actor__neighbourhoods")
        unread = Actor.all_but("name", "slug", "is_demo", "state", through="actor")
        return rows.defer("search_text", *unread).fetch_mode(models.FETCH_PEERS)

    def for_matches(self) -> Self:
        """With all that can speak for it beside a need: whose it is, where, and its topics."""
        read = ("name", "slug", "is_demo", "state", "latitude", "longitude", "is_address_public")
        rows = self.select_related("actor").prefetch_related("actor__neighbourhoods", "actor__topics")
        return rows.defer("search_text", *Actor.all_but(*read, through="actor")).fetch_mode(models.FETCH_PEERS)

    def for_detail(self) -> Self:
        return self.select_related("actor__kind").prefetch_related("actor__neighbourhoods", "actor__topics")


class Offer(Listing):
    """What an actor offers others: a room for three evenings, a projector, two hours of advice a month."""

    # To whom it belongs stays: another actor's offer is another offer.
    STAYS = frozenset({"actor"})

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="offers", verbose_name=_("actor"))

    objects = OfferQuerySet.as_manager()

    class Meta(Listing.Meta):
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        indexes = [
            *Listing.Meta.indexes,
            models.Index(fields=["actor", "state", "valid_until"], name="%(class)s_of_actor"),
        ]

    def get_absolute_url(self) -> str:
        return address("offer-detail", self.pk)

    @property
    def owner(self) -> Actor:
        return self.actor
