from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.actions.boundary_files import MOST_BYTES, read_boundaries
from partners.admin.address_form import AddressForm
from partners.admin.base import AddressedAdmin, PlainAdmin
from partners.models import ActorKind, Neighbourhood, TargetGroup, Topic


class NeighbourhoodAdminForm(AddressForm):
    """The boundary comes as a file, read and mended in the same way as on the page of the organisers."""

    boundary_file = forms.FileField(
        label=_("GeoJSON file"),
        required=False,
        allow_empty_file=True,
        help_text=_("Replaces the boundary. The file may hold one area only, or one that is called like the Quartier."),
    )
    no_boundary = forms.BooleanField(label=_("Take the boundary away"), required=False)

    class Meta:
        model = Neighbourhood
        fields = ["name", "slug", "city", "definition", "organisers", "lead_actor"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if file := cleaned.get("boundary_file"):
            try:
                self.instance.boundary = self._read(file, cleaned.get("name", ""))
            except ValidationError as error:
                self.add_error("boundary_file", error)
        elif cleaned.get("no_boundary"):
            self.instance.boundary = None
        return cleaned

    def _read(self, file: Any, name: str) -> Any:
        areas = read_boundaries(file.read(MOST_BYTES + 1))
        fitting = areas if len(areas) == 1 else [one for one in areas if one.name.casefold() == name.casefold()]
        if not fitting:
            raise ValidationError(_("This file holds several areas, and none is called like the Quartier."))
        return fitting[0].boundary


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(AddressedAdmin):
    form = NeighbourhoodAdminForm
    readonly_fields = ["boundary"]
    list_display = ["name", "city", "lead_actor", "is_demo"]
    list_filter = ["city", "is_demo"]
    list_select_related = ["lead_actor"]
    search_fields = ["name", "city"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["organisers", "lead_actor"]
    fields = [
        "name",
        "slug",
        "city",
        "definition",
        "organisers",
        "lead_actor",
        "boundary",
        "boundary_file",
        "no_boundary",
    ]


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
