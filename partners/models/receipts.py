from __future__ import annotations

from django.db import models


class FormReceipt(models.Model):
    """A form that was sent, and where its answer led: the same form sent twice makes one row and leads there again.

    Kept for a day. The fingerprint covers the one-time key of the form and all that was typed, so that a form which
    is changed and sent again counts as a new one.
    """

    fingerprint = models.CharField(max_length=64, primary_key=True)
    leads_to = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.leads_to
