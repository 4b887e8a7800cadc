"""Addresses of pages from names."""

from __future__ import annotations

from django.db import models
from django.utils.text import slugify

from partners.models.addresses import OldAddress
from partners.models.search import normalise

# Words that stand in an address behind the list and therefore cannot be the name of a row.
RESERVED = frozenset({"neu", "bearbeiten", "loeschen", "karte", "export", "vorschlagen", "zwillinge"})


def unique_slug(model: type[models.Model], name: str, *, taken: set[str] | None = None, length: int = 110) -> str:
    """A free address for a name: ä becomes ae, the star of `Partner*innen` is left out, a number is added when it is taken.

    An address under which another row once stood is never free again: it still leads there.
    `taken` lists addresses that are given away in the same run but not stored yet; the new one is added to it.
    """
    base = slugify(normalise(name))[:length].strip("-") or model._meta.model_name or "seite"
    taken = set() if taken is None else taken
    stored = set(model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True))
    stored |= set(OldAddress.objects.of(model).filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in RESERVED or slug in stored or slug in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug
