from __future__ import annotations

from django.contrib import admin

from partners.admin.base import PlainAdmin
from partners.models import KeyActorAssessment


@admin.register(KeyActorAssessment)
class KeyActorAssessmentAdmin(PlainAdmin):
    list_display = ["actor", "assessed_on", "assessed_by", "access", "networked", "multiplier", "closeness"]
    list_filter = ["assessed_on"]
    list_select_related = ["actor", "assessed_by"]
    search_fields = ["actor__name"]
    autocomplete_fields = ["actor", "assessed_by"]
