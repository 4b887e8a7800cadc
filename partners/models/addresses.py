from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class OldAddressQuerySet(models.QuerySet["OldAddress"]):
    def of(self, model: type[models.Model]) -> Self:
        """Those under which rows of this kind once stood."""
        return self.filter(kind=model._meta.label_lower)

    def leading_to(self, row: models.Model) -> Self:
        return self.of(type(row)).filter(target=row.pk)


class OldAddress(models.Model):
    """A short name under which a row once stood. It leads to that row for ever and is never given to another one.

    It names the row itself and not its next address, so that however often an address changes one step leads to the
    present one. One table serves every floor; a row that is deleted keeps its old addresses from being given away.
    """

    kind = models.CharField(_("kind of row"), max_length=80)
    slug = models.SlugField(_("old short name"), max_length=120)
    target = models.PositiveBigIntegerField(_("leads to"))
    since = models.DateTimeField(_("since"), auto_now_add=True)

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["kind", "target"], name="old_addresses_of_row")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "slug"],
                name="old_address_leads_to_one_row",
                violation_error_message=_("This old address leads to a row already."),
            )
        ]

    def __str__(self) -> str:
        return self.slug


def free_of_old_addresses(row: models.Model, slug: str) -> str:
    """A sentence that says why a row cannot have this address because of an earlier owner; empty when it can."""
    taken = OldAddress.objects.of(type(row)).filter(slug=slug)
    if row.pk:
        taken = taken.exclude(target=row.pk)
    if not taken.exists():
        return ""
    return gettext("Under this address something else stood before, and it still leads there. Choose another one.")
