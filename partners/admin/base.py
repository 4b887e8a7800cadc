from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse


class PlainAdmin(admin.ModelAdmin):
    """What every list of the administration has in common.

    Rows without an editable derived column; the search compares as the portal does where the model has a search of its
    own; a NUL byte in the address, which PostgreSQL cannot even compare with, is a bad request and no breakdown.
    """

    list_per_page = 50
    show_full_result_count = False

    def view_on_site(self, obj: Model) -> str | None:
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if any("\x00" in text for pair in request.GET.lists() for text in (pair[0], *pair[1])):
            raise BadRequest("NUL byte in the query")
        return super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        search_term = search_term.replace("\x00", "")
        if search_term and hasattr(queryset, "search"):
            return queryset.search(search_term), False
        return super().get_search_results(request, queryset, search_term)
