from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.actions.boundary_files import KEPT, LONGEST, MOST_BYTES, Area, read_boundaries
from partners.forms.wording import PlainWords


class BoundaryFileForm(PlainWords, forms.Form):
    """A GeoJSON file. What it holds is in `areas` afterwards, read and mended."""

    file = forms.FileField(
        label=_("GeoJSON file"),
        allow_empty_file=True,
        help_text=_("A file with the outline of your Quartier, in degrees (WGS 84). At most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )
    sentences = {"file": {"required": _("Choose a file."), "invalid": _("Choose a file.")}}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        self.areas = read_boundaries(file.read(MOST_BYTES + 1))
        return file


class BoundaryForm(PlainWords, forms.Form):
    """What was read from a file comes back signed with the form, so that nobody has to choose the file twice.

    `of` is whose boundary it will be: what was prepared for one Quartier is not taken for another.
    """

    which = forms.TypedChoiceField(label=_("Which area is your Quartier?"), coerce=int)
    prepared = forms.CharField(max_length=LONGEST, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    sentences = {"which": {"required": _("Choose the area."), "invalid_choice": _("Choose one of the areas.")}}

    def __init__(self, data: Any = None, *, of: str, areas: list[Area] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.salt = f"boundary-{of}"
        self.areas = areas if areas is not None else self._unpacked(str((data or {}).get("prepared", "")))
        names = [(number, area.name) for number, area in enumerate(self.areas)]
        self.fields["which"].choices = names if len(names) == 1 else [("", _("Not chosen yet")), *names]
        if len(names) == 1:
            self.fields["which"].widget = forms.HiddenInput()

    def _unpacked(self, text: str) -> list[Area]:
        try:
            return [Area(**one) for one in signing.loads(text, salt=self.salt, max_age=KEPT)]
        except signing.BadSignature:
            return []

    def packed(self) -> str:
        return signing.dumps([asdict(area) for area in self.areas], salt=self.salt, compress=True)

    def clean_prepared(self) -> str:
        if not self.areas:
            raise ValidationError(_("This page was open for too long. Choose the file again."), code="expired")
        return self.cleaned_data["prepared"]

    @property
    def area(self) -> Area | None:
        """The chosen one: ticked in the form, or the one that the page proposes."""
        value = self.cleaned_data.get("which") if self.is_bound else self.initial.get("which")
        return self.areas[value] if isinstance(value, int) and value < len(self.areas) else None


def proposed(areas: list[Area], name: str) -> int | None:
    """The only area of a file, or the one that is called like the Quartier."""
    if len(areas) == 1:
        return 0
    return next((number for number, area in enumerate(areas) if area.name.casefold() == name.casefold()), None)
