"""What admins curate on the top floor."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from partners.admin.merging import MergingAdmin
from quartier.imports.actor_admin import ListedActorAdmin
from quartier.imports.admin import ImportedActorAdmin, ImportRunAdmin
from quartier.models import LegalPage

__all__ = ["ImportRunAdmin", "ImportedActorAdmin", "LegalPageAdmin", "ListedActorAdmin"]

# The list of mails says what became of them; what a worker runs for it, with its tracebacks, is no matter for curators.
admin.site.unregister(DBTaskResult)


@admin.register(LegalPage)
class LegalPageAdmin(MergingAdmin):
    """There is one page of each kind; admins write it, they neither add nor delete one."""

    list_display = ["__str__", "is_written", "updated_at"]
    search_fields = ["text", "text_en"]
    list_filter = ["updated_at"]
    fields = ["text", "text_en", "updated_at"]
    readonly_fields = ["updated_at"]

    @admin.display(description=_("written"), boolean=True)
    def is_written(self, page: LegalPage) -> bool:
        return not page.is_empty

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LegalPage | None = None) -> bool:
        return False
