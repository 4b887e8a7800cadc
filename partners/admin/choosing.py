"""What the pages between choosing rows in a list and doing something with them have in common."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest

SHOWN = 50


class ChoosingAdmin(admin.ModelAdmin):
    """The choice comes back with each form: the rows by their keys, or all that the list found, as the list finds them then."""

    def chosen(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Without the joins and the order of the list."""
        rows: QuerySet[Any] = self.model._default_manager.filter(pk__in=queryset.order_by().values("pk"))
        return rows

    def about_choice(self, request: HttpRequest, *, action: str, title: str) -> dict[str, Any]:
        is_all = request.POST.get("select_across") == "1"
        return {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "action": action,
            "is_all": is_all,
            "keys": [] if is_all else request.POST.getlist(ACTION_CHECKBOX_NAME),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
