from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.filters import SearchField
from partners.models import Actor, normalise
from projects.models import Project

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Found:
    """The first rows of a group, and how many its own list shows for the same words."""

    first: list[Any]
    count: int

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.first)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Places and projects in one go. Each group leads to its own list, where the same search can be narrowed."""
    text = SearchField().clean(request.GET.get("q", ""))
    asked = bool(normalise(text))
    nothing = Found([], 0)
    context = {
        "text": text,
        "asked": asked,
        "query": urlencode({"q": text}),
        "actors": look(Actor.objects.visible_to(request.user).published().search(text)) if asked else nothing,
        "projects": look(Project.objects.all().visible_to(request.user).search(text)) if asked else nothing,
    }
    return render(request, "quartier/search.html", context)


def look(rows: QuerySet[Any]) -> Found:
    return Found(list(rows.for_list()[:SHOWN]), rows.order_by().count())
