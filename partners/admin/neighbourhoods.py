from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core import signing
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.boundary_files import KEPT, LONGEST, MOST_BYTES, read_boundaries
from partners.admin.address_form import AddressForm
from partners.admin.base import AddressedAdmin, PlainAdmin
from partners.merging import Conflict, MergingForm
from partners.models import ActorKind, Neighbourhood, TargetGroup, Topic
from partners.models.boundaries import Boundary, Outline, digest


class NeighbourhoodAdminForm(AddressForm):
    """The boundary comes as a file, read and mended in the same way as on the page of the organisers.

    As there the form carries which boundary was seen; another one that somebody stored meanwhile is shown beside the new
    one. What was read from the file comes back signed with the form, so that nobody has to choose the file twice.
    """

    boundary_file = forms.FileField(
        label=_("GeoJSON file"),
        required=False,
        allow_empty_file=True,
        help_text=_("Replaces the boundary. The file may hold one area only, or one that is called like the Quartier."),
    )
    no_boundary = forms.BooleanField(label=_("Take the boundary away"), required=False)
    boundary_seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    boundary_kept = forms.CharField(
        label=_("GeoJSON file"), required=False, max_length=LONGEST, widget=forms.HiddenInput
    )

    class Meta:
        model = Neighbourhood
        fields = ["name", "slug", "city", "definition", "organisers", "lead_actor"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["boundary_seen"] = digest(self.instance.boundary)
        if self.data.get("boundary_kept"):
            self._say_that_it_is_kept()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            wanted = self._wanted(cleaned)
        except ValidationError as error:
            self.add_error("boundary_file", error)
            return cleaned
        present = self.instance.boundary
        seen = cleaned.get("boundary_seen") if self.instance.pk else None
        if digest(wanted) == digest(present) or self.data.get("version-boundary") == MergingForm.THEIRS:
            self._keep(None)
        elif (seen or digest(present)) == digest(present):
            self.instance.boundary = wanted
        else:
            self._show_both(present, wanted)
        return cleaned

    def _wanted(self, cleaned: dict[str, Any]) -> Boundary | None:
        """The boundary as it is to be after this form: from the file, none, from the file sent before, or as it is."""
        if file := cleaned.get("boundary_file"):
            boundary = self._read(file, cleaned.get("name", ""))
            self._keep(boundary)
            return boundary
        if cleaned.get("no_boundary"):
            return None
        if kept := cleaned.get("boundary_kept"):
            try:
                return signing.loads(kept, salt=self._salt, max_age=KEPT)
            except signing.BadSignature as error:
                self._keep(None)
                raise ValidationError(_("This page was open for too long. Choose the file again.")) from error
        return self.instance.boundary

    @property
    def _salt(self) -> str:
        return f"boundary-{self.instance.pk}"

    def _keep(self, boundary: Boundary | None) -> None:
        """For the page that shows this form again: what was read from the file, or nothing any more."""
        self.data = self.data.copy()
        self.data["boundary_kept"] = signing.dumps(boundary, salt=self._salt, compress=True) if boundary else ""
        if boundary:
            self._say_that_it_is_kept()

    def _say_that_it_is_kept(self) -> None:
        self["boundary_file"].help_text = _("Your file is kept. Choose another one only to replace it.")

    def _show_both(self, present: Boundary | None, wanted: Boundary | None) -> None:
        self.data["boundary_seen"] = digest(present)  # saving once more decides
        now, mine = drawn(present, _("The boundary now")), drawn(wanted, _("Your boundary"))
        self.conflicts.append(Conflict(gettext("boundary").capitalize(), now, mine, name="version-boundary"))

    def _read(self, file: Any, name: str) -> Boundary:
        areas = read_boundaries(file.read(MOST_BYTES + 1))
        fitting = areas if len(areas) == 1 else [one for one in areas if one.name.casefold() == name.casefold()]
        if not fitting:
            raise ValidationError(_("This file holds several areas, and none is called like the Quartier."))
        return fitting[0].boundary


def drawn(boundary: Boundary | None, label: Any) -> SafeString | str:
    """A boundary as people compare it: its outline, for numbers say nothing."""
    if boundary is None:
        return gettext("No boundary")
    return render_to_string("partners/_outline.html", {"outline": Outline.of(boundary), "label": label})


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(AddressedAdmin):
    form = NeighbourhoodAdminForm
    readonly_fields = ["outline"]
    list_display = ["name", "city", "lead_actor", "is_demo", "in_portal"]
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
        "outline",
        "boundary_file",
        "no_boundary",
        "boundary_seen",
        "boundary_kept",
    ]

    @admin.display(description=_("boundary"))
    def outline(self, row: Neighbourhood) -> str:
        return drawn(
            type(row).objects.with_boundary().get(pk=row.pk).boundary if row.pk else None, _("The boundary now")
        )


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
