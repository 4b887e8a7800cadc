"""The way from the administration to the page of a row in the portal, and whether everybody may read that page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def visible(model: type[Model], keys: list[Any], user: Any) -> set[Any]:
    """Which of the rows this person meets in the portal; all of a model whose rows are open to everybody anyway."""
    rows: Any = model._default_manager.filter(pk__in=keys)
    if not hasattr(rows, "visible_to"):
        return set(keys)
    return set(rows.visible_to(user).order_by().values_list("pk", flat=True))


class LinkingChangeList(ChangeList):
    """Knows of all rows of its page who may read them, in two queries for whatever number."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if "in_portal" not in self.list_display:
            return
        keys = [row.pk for row in self.result_list]
        mine, everybodys = (visible(self.model, keys, user) for user in (request.user, AnonymousUser()))
        for row in self.result_list:
            row.page_for_me, row.page_for_all = row.pk in mine, row.pk in everybodys


class LinkedAdmin(admin.ModelAdmin):
    """`in_portal` is a column; the change page says it above the form."""

    def view_on_site(self, obj: Model) -> str | None:
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LinkingChangeList

    @admin.display(description=_("in the portal"))
    def in_portal(self, row: Any) -> SafeString | str:
        """For a row that the portal shows to nobody any more, a merged actor for example, there is no way."""
        if not row.page_for_me:
            return "–"
        state = gettext("public") if row.page_for_all else gettext("not public")
        return format_html(
            '<a href="{}">{}<span class="visually-hidden">: {}</span></a>',
            row.get_absolute_url(),
            state,
            Truncator(str(row)).chars(80),
        )

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row is not None and self.view_on_site(row):
            context = context | {
                "page_for_me": bool(visible(self.model, [row.pk], request.user)),
                "page_for_all": bool(visible(self.model, [row.pk], AnonymousUser())),
            }
        return super().render_change_form(request, context, *args, **kwargs)
