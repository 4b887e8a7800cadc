from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.validators import URLValidator
from django.db.models import Field
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.admin.base import PlainAdmin
from partners.models import Channel


@admin.register(Channel)
class ChannelAdmin(PlainAdmin):
    list_display = ["name", "kind", "actor", "audience", "measured_on"]
    list_filter = ["kind"]
    list_select_related = ["actor"]
    search_fields = ["name", "actor__name"]
    autocomplete_fields = ["actor"]

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "address":
            field.validators = [URLValidator(schemes=["http", "https"])]
            field.help_text = _("Only addresses that begin with https:// or http:// can be shown here.")
        return field
