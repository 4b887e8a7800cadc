from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from partners.models import FormReceipt

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """Where a form leads, and whether it was this request that made something."""

    leads_to: str
    is_new: bool


def fingerprint_of(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\x00")
    return digest.hexdigest()


def once(*, fingerprint: str, make: Callable[[], models.Model]) -> Answer:
    """Runs `make` and notes where its row is shown; a form with the same fingerprint leads there and makes nothing.

    Two at the same moment: the second waits for the first on the primary key. Whatever `make` refuses undoes the note.
    """
    try:
        with transaction.atomic():
            receipt = FormReceipt.objects.create(fingerprint=fingerprint)
            receipt.leads_to = make().get_absolute_url()  # type: ignore[attr-defined]
            receipt.save(update_fields=["leads_to"])
            FormReceipt.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    except IntegrityError:
        earlier = FormReceipt.objects.filter(pk=fingerprint).first()
        if earlier is None:
            raise
        return Answer(earlier.leads_to, is_new=False)
    return Answer(receipt.leads_to, is_new=True)


def was_sent(*, fingerprint: str) -> bool:
    """Whether a form with this fingerprint made its row already."""
    return FormReceipt.objects.filter(pk=fingerprint).exists()
