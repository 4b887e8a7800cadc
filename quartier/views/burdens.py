from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from partners.models import Actor, Month, Neighbourhood
from partners.views.addresses import of_neighbourhood
from partners.views.exports import MOST_ROWS, spreadsheet, workbook
from partners.views.paging import page_or_redirect
from quartier.burdens import Burden, burdens_of, counted, shown, widest
from quartier.filters import BurdenFilter


def _organised(request: HttpRequest, slug: str) -> Neighbourhood:
    return get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=slug)


@login_required
@require_safe
@of_neighbourhood
def neighbourhood_burdens(request: HttpRequest, slug: str) -> HttpResponse:
    """Who carries how much here this month, for the organisers of this Quartier alone."""
    neighbourhood = _organised(request, slug)
    found = BurdenFilter(request.GET, neighbourhood=neighbourhood)
    month = Month.present()
    everybody = burdens_of(found.qs, month)
    rows = found.narrowed(everybody)
    page = page_or_redirect(rows, number=request.GET.get("seite", ""), query=found.query())
    if isinstance(page, HttpResponse):
        return page
    context = {
        "neighbourhood": neighbourhood,
        "month": month,
        "found": found,
        "page": page,
        "lines": shown(page.object_list, most=widest(rows)),
        "standings": [(one, number) for one, number in counted(everybody).items() if number],
        "is_empty": not everybody and not found.is_narrowed,
        "may_export": 0 < len(rows) <= MOST_ROWS,
    }
    return render(request, "quartier/neighbourhood_burdens.html", context)


@login_required
@require_safe
@of_neighbourhood
def neighbourhood_burdens_export(request: HttpRequest, slug: str) -> HttpResponse:
    """The same rows as a table, up to 10,000; a longer list leads back to the page."""
    neighbourhood = _organised(request, slug)
    found = BurdenFilter(request.GET, neighbourhood=neighbourhood)
    month = Month.present()
    rows = found.narrowed(burdens_of(found.qs, month))
    if len(rows) > MOST_ROWS:
        return HttpResponseRedirect(f"{reverse('neighbourhood-burdens', args=[slug])}?{found.query()}")
    lines = cells(rows, origin=request.build_absolute_uri("/")[:-1])
    return spreadsheet("lastenverteilung", workbook(lines, title=gettext("Distribution of load"), wide="ABG"))


def cells(rows: list[Burden], *, origin: str) -> Iterator[list[str | Decimal | int | None]]:
    yield [
        gettext("Name"),
        gettext("Standing"),
        gettext("Promised hours a month"),
        gettext("Stated hours a month"),
        gettext("Participations"),
        gettext("Partnerships"),
        gettext("Capacity"),
        gettext("Until"),
        gettext("Page in the portal"),
    ]
    for line in shown(rows, most=widest(rows)):
        actor, burden = line.actor, line.burden
        words: dict[str, Any] = dict(Actor.Capacity.choices)
        until = actor.resting_until if actor.has_no_room else None
        yield [
            actor.name,
            str(burden.standing.label),
            burden.promised,
            burden.stated,
            burden.participations,
            burden.partnerships,
            str(words[burden.capacity]) if burden.capacity else "",
            until.isoformat() if until else "",
            origin + reverse("actor-load", args=[actor.slug]),
        ]
