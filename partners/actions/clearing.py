"""What is kept no longer than it is needed."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.due import Job
from partners.actions.receipts import KEPT
from partners.models import FormReceipt, Mail

# How long the portal remembers a mail: to an address that may belong to anybody, and to an account, which must not get the
# same reminder twice.
ADDRESS_KEPT = timedelta(days=90)
PERSON_KEPT = timedelta(days=400)


def clear_old_rows() -> int:
    """Receipts of forms after a day; mails that are finished, or that nobody decided on, after their time."""
    now = timezone.now()
    over = Mail.objects.exclude(state__in=[*Mail.OPEN, Mail.State.TAKEN])
    old = [
        FormReceipt.objects.filter(created_at__lt=now - KEPT),
        over.filter(person=None, created_at__lt=now - ADDRESS_KEPT),
        over.filter(person__isnull=False, created_at__lt=now - PERSON_KEPT),
    ]
    return sum(rows.delete()[0] for rows in old)


CLEAR_OLD_ROWS = Job("old-rows", _("Old rows deleted"), clear_old_rows, every=timedelta(days=1))
