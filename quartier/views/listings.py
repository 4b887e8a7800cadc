"""The page of an offer and of a need: what it is, and what fits it on the other side."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partners.models import Listing, Offer
from partners.views.listing_pages import ListingPages
from partners.views.listings import listing_context
from projects.forms.askers import Askers
from projects.models import Need, ResourceRequest
from projects.views.resource_requests import with_turns
from quartier.matches import matches_of


@require_safe
def listing_detail(request: HttpRequest, pages: ListingPages, other: ListingPages, pk: int) -> HttpResponse:
    """Everybody reads with it what fits, as far as it is for her. What nobody can use any more has nothing that fits."""
    context = listing_context(request.user, pages, pk)
    listing = context["listing"]
    context |= {"matches": None, "ask_query": "", "ask_address": "", "may_only_call": False, "is_wanted": False}
    if isinstance(listing, Offer):
        context |= asking_for(listing, request.user, keeps=context["may_edit"])
    elif context["may_edit"]:
        context["ask_query"] = f"?bedarf={listing.pk}"
    else:
        context |= {"is_wanted": listing.is_current, "offer_address": f"{other.list_address}neu/"}
    if listing.is_current or (context["may_edit"] and listing.state == Listing.State.DRAFT):
        context |= {
            "matches": matches_of(listing, request.user),
            "other_words": other.words,
            "other_list": f"{other.list_address}?{asked_for(listing)}",
        }
    return render(request, "quartier/listing_detail.html", context)


# So many requests stand on the page of an offer; the list has all of them.
SHOWN = 10


def asking_for(offer: Offer, user: Any, *, keeps: bool) -> dict[str, Any]:
    """How one asks for it; who keeps it reads who waits for an answer and what is promised when."""
    context: dict[str, Any] = {"ask_address": "", "may_only_call": False}
    if offer.is_current:
        if not user.is_authenticated or Askers(user, offer).exist():
            context["ask_address"] = reverse("projects:request-create", args=[offer.pk])
        else:
            context["may_only_call"] = not keeps
    if keeps:
        rows = ResourceRequest.objects.given_by(user).filter(offer=offer).for_list()
        waiting = list(rows.open().order_by("start_on", "pk")[: SHOWN + 1])
        number = rows.open().count() if len(waiting) > SHOWN else len(waiting)
        context |= {"waiting": with_turns(waiting[:SHOWN], user), "number_waiting": number}
        context["promised"] = with_turns(rows.given_away()[:SHOWN], user)
    return context


def asked_for(listing: Listing) -> str:
    """What the list of all is asked for, as far as its filters know it."""
    asked: list[tuple[str, Any]] = [("kategorie", listing.category)]
    if isinstance(listing, Need):
        asked += [("personen", listing.persons)] if listing.persons else []
        asked += [("zugang", one) for one in ("ja", "teilweise") if listing.step_free in ("teilweise", one)]
        asked += [("kostenlos", 1)] if listing.is_free else []
    return urlencode(asked)
