from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from partners.filters import ListFilter, Option, OptionsFilter
from partners.filters.lists import sector_options
from partners.models import Actor, Neighbourhood, Partnership
from partners.views.addresses import of_neighbourhood
from partners.views.paging import page_or_redirect
from quartier.candidates import candidates_of, possible_partners


def one_box(value: str, label: Any) -> Any:
    return lambda: [Option(value, str(label), True)]


class CandidateFilter(ListFilter):
    """Whom one looks for: with a room, with paid staff, with room for something new, of one sector."""

    raum = OptionsFilter(
        label=_("Room"),
        yes_no=True,
        load=one_box("1", _("Has a room that others can use")),
        narrow=lambda rows, keys: rows.filter(has_shared_room=True),
    )
    hauptamt = OptionsFilter(
        label=_("Staff"),
        yes_no=True,
        load=one_box("1", _("Has paid staff")),
        narrow=lambda rows, keys: rows.filter(has_paid_staff=True),
    )
    kapazitaet = OptionsFilter(
        label=_("Capacity"),
        load=lambda: [Option(value, str(label), value) for value, label in Actor.Capacity.choices if value],
        narrow=lambda rows, keys: rows.stating_capacity(keys),
    )
    bereich = OptionsFilter(
        label=_("Sector"), load=sector_options, narrow=lambda rows, keys: rows.filter(kind__sector__in=keys)
    )

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


@login_required
@require_safe
@of_neighbourhood
def partner_candidates(request: HttpRequest, slug: str) -> HttpResponse:
    """Whom the organisers of this Quartier could ask, with reasons in words; one press begins a first contact."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=slug)
    found = CandidateFilter(request.GET, neighbourhood=neighbourhood)
    rows = found.qs.for_list().order_by("sort_name", "pk")
    page = page_or_redirect(rows, number=request.GET.get("seite", ""), query=found.query())
    if isinstance(page, HttpResponse):
        return page
    context = {
        "neighbourhood": neighbourhood,
        "found": found,
        "page": page,
        "candidates": candidates_of(page.object_list, user=request.user),  # type: ignore[arg-type]
        "kinds": Partnership.Kind.choices,
        "kind_label": Partnership.Kind(found.kind).label,
    }
    return render(request, "quartier/partner_candidates.html", context)
