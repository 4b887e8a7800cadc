"""A list between its preview and its import: kept where only the portal reads, for the person who chose it, for a day at most."""

from __future__ import annotations

import hashlib
import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.due import Job
from partners.models import Neighbourhood, Person
from partners.models.private_files import private_storage
from quartier.imports.mapping import ListMapping, parse_mapping

KEPT = timedelta(days=1)
FOLDER = "imports"


class GoneError(Exception):
    """The list is not kept any more, or never was, or somebody else chose it."""


@dataclass(frozen=True, slots=True)
class Upload:
    """What was chosen. The bytes lie beside it, and their checksum says that they are still the same."""

    key: str
    by: int
    file_name: str
    sha256: str
    neighbourhood: int
    mapping: str = ""

    @property
    def names(self) -> tuple[str, str]:
        return f"{FOLDER}/{self.key}.json", f"{FOLDER}/{self.key}.list"

    def read_mapping(self) -> ListMapping:
        return parse_mapping(self.mapping.encode()) if self.mapping else ListMapping()

    @contextmanager
    def path(self) -> Iterator[Path]:
        """The list as a file of its own, for as long as it is read."""
        with tempfile.NamedTemporaryFile(suffix=".list") as copy:
            try:
                with private_storage.open(self.names[1]) as kept:
                    for chunk in kept.chunks():
                        copy.write(chunk)
            except OSError as error:
                raise GoneError from error
            copy.flush()
            if _checksum(copy) != self.sha256:
                raise GoneError
            yield Path(copy.name)

    def forget(self) -> None:
        for name in self.names:
            private_storage.delete(name)


def keep_upload(*, by: Person, file: File[bytes], file_name: str, neighbourhood: Neighbourhood, mapping: str) -> Upload:
    """Its name on somebody's computer is for the record only; where it lies nobody can guess."""
    upload = Upload(str(uuid.uuid4()), by.pk, file_name[:255], _checksum(file), neighbourhood.pk, mapping)
    about, content = upload.names
    file.seek(0)
    private_storage.save(content, file)
    private_storage.save(about, ContentFile(json.dumps(asdict(upload)).encode()))
    return upload


def find_upload(*, key: str, by: Person) -> Upload:
    """Raises `GoneError`."""
    try:
        with private_storage.open(f"{FOLDER}/{key}.json") as kept:
            upload = Upload(**json.load(kept))
    except (OSError, ValueError, TypeError) as error:
        raise GoneError from error
    if upload.by != by.pk:
        raise GoneError
    return upload


def _checksum(file: IO[bytes] | File[bytes] | Any) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def clear_uploads() -> int:
    """Lists that somebody looked at and did not import."""
    try:
        _folders, names = private_storage.listdir(FOLDER)
    except OSError:
        return 0
    limit = timezone.now() - KEPT
    old = [name for name in names if private_storage.get_modified_time(f"{FOLDER}/{name}") < limit]
    for name in old:
        private_storage.delete(f"{FOLDER}/{name}")
    return len(old)


CLEAR_UPLOADS = Job("uploads", _("Lists deleted that nobody imported"), clear_uploads, every=timedelta(days=1))
