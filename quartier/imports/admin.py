from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from quartier.models import ImportedActor, ImportRun


class ReadOnlyAdmin(admin.ModelAdmin):
    """What an import wrote about itself is a record: it is read here, and nobody adds, changes or deletes it."""

    view_on_site = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = [
        "started_at",
        "file_name",
        "neighbourhood",
        "by",
        "row_count",
        "new_count",
        "changed_count",
        "faulty_count",
    ]
    list_filter = ["neighbourhood", "source"]
    list_select_related = ["neighbourhood", "by"]
    search_fields = ["file_name", "sha256", "source"]
    date_hierarchy = "started_at"
    exclude = ["report"]
    readonly_fields = ["remarks"]

    @admin.display(description=_("remarks"))
    def remarks(self, run: ImportRun) -> SafeString | str:
        return format_html_join("", "<div>{}</div>", ((line["text"],) for line in run.report)) or "–"


@admin.register(ImportedActor)
class ImportedActorAdmin(ReadOnlyAdmin):
    list_display = ["key", "actor", "neighbourhood", "source", "last_run"]
    list_filter = ["neighbourhood", "source"]
    list_select_related = ["actor", "neighbourhood", "last_run"]
    search_fields = ["key", "actor__name"]
