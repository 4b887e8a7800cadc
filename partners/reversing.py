"""Addresses that are remembered: a page writes dozens of them, and a list writes the same ones again and again."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

# Ten thousand places with their pages: some megabytes at most.
REMEMBERED = 20_000


def address(name: str, *args: int | str) -> str:
    """As `reverse`, for what is told apart by numbers and short names."""
    return _address(name, args, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=REMEMBERED)
def _address(name: str, args: tuple[int | str, ...], urlconf: str, prefix: str) -> str:
    """The prefix is not read here, but an address begins with it."""
    return reverse(name, urlconf=urlconf, args=args)
