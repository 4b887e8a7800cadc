from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect

PER_PAGE = 20


def page_or_redirect(rows: QuerySet[Any] | Sequence[Any], *, number: str, query: str) -> Page[Any] | HttpResponse:
    """The page somebody asked for. Beyond the last one leads to the last; what is no page at all means the first."""
    paginator = Paginator(rows, PER_PAGE)
    try:
        return paginator.page(number or 1)
    except PageNotAnInteger:
        return paginator.page(1)
    except EmptyPage:
        if int(number) < 1:
            return paginator.page(1)
        last = [f"seite={paginator.num_pages}"] if paginator.num_pages > 1 else []
        return HttpResponseRedirect("?" + "&".join([*([query] if query else []), *last]))
