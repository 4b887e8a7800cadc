"""What two people may write at the same time."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class OutdatedError(ValidationError):
    """Somebody else has changed the row since it was read."""


class Written(models.Model):
    """A row that nobody overwrites without having seen what it says now."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True

    def claim(self) -> None:
        """Takes the next version in one conditional UPDATE, before a save in the same transaction.

        Raises `OutdatedError` when the row was changed since it was read.
        """
        rows = type(self)._default_manager.filter(pk=self.pk, version=self.version)
        if not rows.update(version=self.version + 1):
            raise OutdatedError(_("Somebody else has changed this in the meantime. Please look at it once more."))
        self.version += 1
