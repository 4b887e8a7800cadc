from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partners.models import Neighbourhood, Partnership
from partners.views.addresses import of_neighbourhood
from partners.views.paging import page_or_redirect
from quartier.candidates import candidates_of
from quartier.filters import CandidateFilter


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
