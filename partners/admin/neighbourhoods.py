from __future__ import annotations

from django.contrib import admin

from partners.admin.base import PlainAdmin
from partners.models import ActorKind, Neighbourhood, TargetGroup, Topic


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(PlainAdmin):
    list_display = ["name", "city", "lead_actor", "is_demo"]
    list_filter = ["city", "is_demo"]
    list_select_related = ["lead_actor"]
    search_fields = ["name", "city"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["organisers", "lead_actor"]


@admin.register(Topic)
class TopicAdmin(PlainAdmin):
    list_display = ["name", "name_en", "slug"]
    search_fields = ["name", "name_en"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(TargetGroup)
class TargetGroupAdmin(PlainAdmin):
    list_display = ["name", "name_en", "slug"]
    search_fields = ["name", "name_en"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(ActorKind)
class ActorKindAdmin(PlainAdmin):
    list_display = ["name", "name_en", "sector", "slug"]
    list_filter = ["sector"]
    search_fields = ["name", "name_en"]
    prepopulated_fields = {"slug": ["name"]}
