"""A list that is asked for a misspelt word shows what was probably meant, and says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict

from partners.filters import ListFilter
from partners.models import corrected
from partners.views.paging import page_or_redirect


@dataclass(frozen=True, slots=True)
class Correction:
    """What was typed, what is shown instead, and the address of that."""

    typed: str
    meant: str
    href: str


@dataclass(frozen=True, slots=True)
class Listed[F: ListFilter]:
    """A page of a list, the filters that it answers, and what was put right to find something."""

    found: F
    page: Page[Any]
    correction: Correction | None = None


def page_of[F: ListFilter](
    data: QueryDict,
    *,
    make: Callable[[QueryDict], F],
    rows: Callable[[F], Any],
    public: Any,
    search_pages: type[Paginator[Any]] = Paginator,
) -> Listed[F] | HttpResponse:
    """One page of what was asked for; or, where a search finds nothing, of the nearest words that `public` rows have.

    The chosen filters stay. If the right words find nothing within them either, nothing is put right.
    """
    found = make(data)
    pages = search_pages if found.search_text else Paginator
    page = page_or_redirect(rows(found), number=data.get("seite", ""), query=found.query(), pages=pages)
    if isinstance(page, HttpResponse):
        return page
    typed = found.search_text
    meant = corrected(typed, among=[public]) if typed and not page.paginator.count else ""
    if not meant:
        return Listed(found, page)
    again = data.copy()
    again["q"] = meant
    right = make(again)
    other = page_or_redirect(rows(right), number="", query=right.query(), pages=pages)
    if isinstance(other, HttpResponse) or not other.paginator.count:
        return Listed(found, page)
    return Listed(right, other, Correction(typed, meant, f"?{right.query()}"))
