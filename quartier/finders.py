"""Files of other packages that the portal serves itself, without installing those packages as apps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder, searched_locations
from django.core.files.storage import FileSystemStorage

# What the map needs of Leaflet, as django-leaflet brings it along.
LEAFLET = (
    "leaflet.js",
    "leaflet.js.map",
    "leaflet.css",
    "images/layers.png",
    "images/layers-2x.png",
    "images/marker-icon.png",
)


class LeafletFinder(BaseFinder):
    """`leaflet/leaflet.js` and the few files that belong to it; its plug-ins stay where they are."""

    prefix = "leaflet"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        package = find_spec("leaflet")
        places = (package.submodule_search_locations if package else None) or []
        self.storage = FileSystemStorage(location=Path(next(iter(places))) / "static" / "leaflet")
        self.storage.prefix = self.prefix  # type: ignore[attr-defined]  # that is how collectstatic learns of it

    def find(self, path: str, find_all: bool = False) -> Any:
        if self.storage.location not in searched_locations:
            searched_locations.append(self.storage.location)
        name = path.removeprefix(f"{self.prefix}/")
        if name == path or name not in LEAFLET:
            return []
        found = self.storage.path(name)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        ignored = list(ignore_patterns or [])
        for name in LEAFLET:
            if not any(fnmatch(name, pattern) for pattern in ignored):
                yield name, self.storage
