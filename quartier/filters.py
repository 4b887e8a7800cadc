"""What one can ask the pages about the places of one Quartier for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.filters import ListFilter, Option, OptionsFilter, by_capacity, by_sector, by_shared_room, one_box
from partners.forms.fields import DayField
from partners.models import Actor, Neighbourhood, Partnership
from quartier.burdens import Burden, Standing
from quartier.candidates import possible_partners
from quartier.sheets import Period


class CandidateFilter(ListFilter):
    """Whom one looks for: with a room, with paid staff, with room for something new, of one sector."""

    raum = by_shared_room()
    hauptamt = OptionsFilter(
        label=_("Staff"),
        yes_no=True,
        load=one_box(_("Has paid staff")),
        narrow=lambda rows, keys: rows.filter(has_paid_staff=True),
    )
    kapazitaet = by_capacity()
    bereich = by_sector()

    class Meta:
        model = Actor
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, neighbourhood: Neighbourhood) -> None:
        asked = data.get("fuer", "")
        self.kind = asked if asked in Partnership.Kind.values else Partnership.Kind.MAIN
        super().__init__(data, queryset=possible_partners(neighbourhood, self.kind))

    @property
    def kept(self) -> list[tuple[str, str]]:
        return [] if self.kind == Partnership.Kind.MAIN else [("fuer", self.kind)]


class BurdenFilter(ListFilter):
    """Where somebody stands is computed from the ties, so `lage` is applied to the rows when they are known."""

    lage = OptionsFilter(
        label=_("Standing"),
        load=lambda: [Option(one.value, str(one.label), one) for one in Standing],
        narrow=lambda rows, keys: rows,
    )
    kapazitaet = by_capacity()
    bereich = by_sector()

    class Meta:
        model = Actor
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, neighbourhood: Neighbourhood) -> None:
        super().__init__(data, queryset=Actor.objects.current().filter(neighbourhoods=neighbourhood))

    def narrowed(self, rows: list[Burden]) -> list[Burden]:
        asked = {option.key for option in self.asked.get("lage", [])}
        return [row for row in rows if row.standing in asked] if asked else rows


class PeriodForm(forms.Form):
    """From when until when; what is left empty is open on that side."""

    von = DayField(label=_("From"), required=False, help_text=_("For example 1.1.2026. Empty: from the beginning."))
    bis = DayField(label=_("Until"), required=False, help_text=_("For example 31.12.2026. Empty: without an end."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("von"), data.get("bis")
        if start and end and end < start:
            self.add_error("bis", _("The end lies before the beginning. Please check both days."))
        return data

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["von"], self.cleaned_data["bis"])
