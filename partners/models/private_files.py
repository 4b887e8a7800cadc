"""Files that are not for everybody: stored apart, without an address, and read through a view that asks who may."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.storage import storages
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.functional import LazyObject


class PrivateStorage(LazyObject):
    """The part of the storage that no web server may ever show (see README.md, "Private files")."""

    def _setup(self) -> None:
        self._wrapped = storages["private"]


private_storage: Any = PrivateStorage()


def place_of_agreement(copy: Any, file_name: str) -> str:
    """Nobody can guess it, and nothing of the name that the file had on somebody's computer stays."""
    return f"agreements/{uuid.uuid4().hex}.pdf"


class PrivateFile(FieldFile):
    @property
    def url(self) -> str:
        """The page of the portal that asks who may read it; the storage itself has no address."""
        row: Any = self.instance
        return row.get_absolute_url()


class PrivateFileField(models.FileField):
    attr_class = PrivateFile

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"storage": private_storage})

    def deconstruct(self) -> Any:
        """Where it is stored is a setting and no part of the history of the database."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["storage"]
        return name, path, args, kwargs
