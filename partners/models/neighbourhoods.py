from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.reversing import address

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class NeighbourhoodQuerySet(models.QuerySet["Neighbourhood"]):
    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Its organisers edit a Quartier, and admins all of them."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(organisers=user)

    def for_list(self) -> Self:
        return self.order_by("name").fetch_mode(models.FETCH_PEERS)

    def with_boundary(self) -> Self:
        """Loads the outline too. It has thousands of points, so all other lists go without it."""
        return self.defer(None)


class NeighbourhoodManager(models.Manager.from_queryset(NeighbourhoodQuerySet)):  # type: ignore[misc]  # made by a call
    """Without the outline, also where a list of actors brings its neighbourhoods along."""

    def get_queryset(self) -> NeighbourhoodQuerySet:
        return super().get_queryset().defer("boundary")


class Neighbourhood(models.Model):
    """A Quartier, as the people who work in it define it."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name for addresses"), max_length=120, unique=True)
    city = models.CharField(_("city"), max_length=120)
    definition = models.TextField(
        _("definition"),
        blank=True,
        help_text=_("What belongs to this Quartier, in your own words: streets, squares, what people call it."),
    )
    organisers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="organised_neighbourhoods", verbose_name=_("organisers")
    )
    lead_actor = models.ForeignKey(
        "partners.Actor",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="led_neighbourhoods",
        verbose_name=_("lead actor"),
        help_text=_("The organisation that carries the work."),
    )
    boundary = models.JSONField(
        _("boundary"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The outline as a GeoJSON Polygon or MultiPolygon, in degrees."),
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)

    objects = NeighbourhoodManager()

    class Meta:
        verbose_name = _("neighbourhood")
        verbose_name_plural = _("neighbourhoods")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "city"],
                name="neighbourhood_once_in_a_city",
                violation_error_message=_("This city already has a Quartier of that name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("neighbourhood-detail", self.slug)
