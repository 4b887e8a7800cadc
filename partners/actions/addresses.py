from __future__ import annotations

from django.db import models, transaction

from partners.models.addresses import OldAddress


@transaction.atomic
def keep_old_address(*, row: models.Model, before: str) -> None:
    """Remembers the address that a row had before it got its present one.

    Whoever changes the short name of a row calls this in the same transaction. An address that the row takes back is an
    old one no longer.
    """
    now = row.slug  # type: ignore[attr-defined]
    if not before or before == now:
        return
    OldAddress.objects.leading_to(row).filter(slug=now).delete()
    OldAddress.objects.update_or_create(kind=row._meta.label_lower, slug=before, defaults={"target": row.pk})
