"""The picture by which one knows an actor."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.db import models
from django.db.models.fields.files import FieldFile

from partners.reversing import address


def logo_place(actor: Any, file_name: str) -> str:
    """Nobody can guess it, and nothing of the name that the file had on somebody's computer stays."""
    return f"logos/{uuid.uuid4().hex}.webp"


class LogoFile(FieldFile):
    """Is read through a page of the portal, which asks who may see the actor, and never from the storage itself."""

    @property
    def key(self) -> str:
        """Another one for each picture, without telling where it is stored."""
        return hashlib.sha256((self.name or "").encode()).hexdigest()[:12] if self.name else ""

    @property
    def url(self) -> str:
        actor: Any = self.instance
        return f"{address('partners:actor-logo', actor.slug)}?v={self.key}"


class LogoField(models.FileField):
    attr_class = LogoFile
