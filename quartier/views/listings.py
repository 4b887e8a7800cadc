"""The page of an offer and of a need: what it is, and what fits it on the other side."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.models import Listing
from partners.views.listing_pages import ListingPages
from partners.views.listings import listing_context
from projects.models import Need
from quartier.matches import matches_of


@require_safe
def listing_detail(request: HttpRequest, pages: ListingPages, other: ListingPages, pk: int) -> HttpResponse:
    """Everybody reads with it what fits, as far as it is for her. What nobody can use any more has nothing that fits."""
    context = listing_context(request.user, pages, pk)
    listing = context["listing"]
    context["matches"] = None
    if listing.is_current or (context["may_edit"] and listing.state == Listing.State.DRAFT):
        context |= {
            "matches": matches_of(listing, request.user),
            "other_words": other.words,
            "other_list": f"{other.list_address}?{asked_for(listing)}",
        }
    return render(request, "quartier/listing_detail.html", context)


def asked_for(listing: Listing) -> str:
    """What the list of all is asked for, as far as its filters know it."""
    asked: list[tuple[str, Any]] = [("kategorie", listing.category)]
    if isinstance(listing, Need):
        asked += [("personen", listing.persons)] if listing.persons else []
        asked += [("zugang", one) for one in ("ja", "teilweise") if listing.step_free in ("teilweise", one)]
        asked += [("kostenlos", 1)] if listing.is_free else []
    return urlencode(asked)
