from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import Count, QuerySet, Window
from django.http import HttpResponse, HttpResponseRedirect

PER_PAGE = 20
FURTHEST = 100_000


def some_keys(rows: QuerySet[Any], *, start: int = 0, size: int) -> tuple[list[int], int | None]:
    """The keys of some rows in their order, and how many rows there are in all (unknown beyond the last row).

    Both come from one pass: what makes a search slow is reading every row that may fit, so that is done once.
    """
    pairs = rows.annotate(number_of_all=Window(Count("*"))).values_list("pk", "number_of_all")
    read = list(pairs[start : start + size])
    total = read[0][1] if read else None if start else 0
    return [key for key, _ in read], total


def in_this_order(rows: QuerySet[Any], keys: Sequence[int]) -> list[Any]:
    """The rows of these keys, as the keys stand."""
    return in_their_order(rows.order_by().filter(pk__in=keys), keys)


def in_their_order(rows: Iterable[Any], keys: Sequence[int]) -> list[Any]:
    """Loaded rows, as their keys stand."""
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys if key in found]


class OnePassPaginator(Paginator):
    """Pages of keys that are counted while they are read."""

    def page(self, number: int | str) -> Page[Any]:
        text = str(number)
        asked = int(text) if text.isdecimal() and len(text) <= len(str(FURTHEST)) else 0
        if 0 < asked <= FURTHEST:
            keys, total = some_keys(self.object_list, start=(asked - 1) * self.per_page, size=self.per_page)
            if total is not None:
                self.count = total
                return self._get_page(keys, asked, self)
        return super().page(number)


class CountedPaginator(Paginator):
    """Pages of rows whose number is known already, for example from their sums."""

    def __init__(self, object_list: QuerySet[Any], per_page: int, *, number: int) -> None:
        super().__init__(object_list, per_page)
        self.count = number


def page_or_redirect(
    rows: QuerySet[Any] | Sequence[Any],
    *,
    number: str,
    query: str,
    pages: Callable[[Any, int], Paginator[Any]] = Paginator,
) -> Page[Any] | HttpResponse:
    """The page somebody asked for. Beyond the last one leads to the last; what is no page at all means the first."""
    paginator = pages(rows, PER_PAGE)
    try:
        return paginator.page(number or 1)
    except PageNotAnInteger:
        return paginator.page(1)
    except EmptyPage:
        if int(number) < 1:
            return paginator.page(1)
        last = [f"seite={paginator.num_pages}"] if paginator.num_pages > 1 else []
        return HttpResponseRedirect("?" + "&".join([*([query] if query else []), *last]))
