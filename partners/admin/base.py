from __future__ import annotations

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from partners.actions.addresses import keep_old_address
from partners.admin.address_form import AddressForm
from partners.admin.merging import MergingAdmin
from partners.admin.past import PastAdmin
from partners.admin.portal_links import LinkedAdmin
from partners.models import forget_words, recounting
from partners.rows_field import LONGEST_KEY


def is_endless(text: str) -> bool:
    return text.lstrip("+-").isdigit() and len(text) > LONGEST_KEY


class PlainAdmin(LinkedAdmin, MergingAdmin, PastAdmin):
    """What every list of the administration has in common.

    Rows without an editable derived column; the search compares as the portal does where the model has a search of its
    own; what no database can even compare with, a NUL byte or a number that no row can have, is a bad request and no
    breakdown.
    """

    list_per_page = 50
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if any("\x00" in text for pair in request.GET.lists() for text in (pair[0], *pair[1])):
            raise BadRequest("NUL byte in the query")
        lookups = [text for name, texts in request.GET.lists() if name.endswith("__in") for text in texts]
        asked = [one for text in lookups for one in text.split(",")] + request.POST.getlist(ACTION_CHECKBOX_NAME)
        if any(is_endless(one) for one in asked):
            raise BadRequest("A number that no row can have")
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """What is published gives its words to the search that corrects them."""
        if not hasattr(obj, "public_words"):
            super().save_model(request, obj, form, change)
            return
        with recounting(obj, stored=type(obj)._base_manager.filter(pk=obj.pk).first()):  # type: ignore[arg-type]
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        if hasattr(obj, "public_words"):
            forget_words([obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        if hasattr(queryset.model, "public_words"):
            forget_words(queryset)
        super().delete_queryset(request, queryset)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        search_term = search_term.replace("\x00", "")
        if search_term and hasattr(queryset, "search"):
            return queryset.search(search_term), False
        return super().get_search_results(request, queryset, search_term)


class AddressedAdmin(PlainAdmin):
    """Rows with a short name. A changed one leads to the row for ever, and nobody gets one that somebody else had."""

    form = AddressForm

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            keep_old_address(row=obj, before=form.initial["slug"])
