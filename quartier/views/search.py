from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.filters import SearchField
from partners.models import Actor, Offer, corrected, normalise
from partners.views.correcting import Correction
from partners.views.offers import OFFERS
from partners.views.paging import in_this_order, some_keys
from projects.models import Need, Project
from projects.views.needs import NEEDS

SHOWN = 6
# Offers and needs beyond so many are not counted: a common word would read all there are.
COUNTED = 99
GROUPS = ("actors", "projects", "offers", "needs")


@dataclass(frozen=True, slots=True)
class Found:
    """The first rows of a group, and how many its own list shows for the same words."""

    first: list[Any]
    count: int
    is_counted: bool = True


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Places, projects, offers and needs in one go. Each group leads to its own list, where the same search can be narrowed."""
    text = SearchField().clean(request.GET.get("q", ""))
    asked = bool(normalise(text))
    groups = find(text, request.user) if asked else {}
    correction = None
    if asked and not any(found.count for found in groups.values()):
        correction = correct(text)
    if correction:
        groups = find(correction.meant, request.user)
    context = {
        "text": text,
        "asked": asked,
        "correction": correction,
        "query": urlencode({"q": correction.meant if correction else text}),
        "is_found": any(found.count for found in groups.values()),
        "offer_words": OFFERS.words,
        "need_words": NEEDS.words,
    }
    context |= dict.fromkeys(GROUPS, Found([], 0)) | groups
    return render(request, "quartier/search.html", context)


def find(text: str, user: Any) -> dict[str, Found]:
    """By the names of the groups, in their order."""
    rows = (
        Actor.objects.visible_to(user).published(),
        Project.objects.all().visible_to(user),
        Offer.objects.visible_to(user).current(),
        Need.objects.visible_to(user).current(),
    )
    looks = (look, look, glance, glance)
    return {name: see(one.search(text)) for name, see, one in zip(GROUPS, looks, rows, strict=True)}


def correct(text: str) -> Correction | None:
    """What was probably meant, if something published has it."""
    meant = corrected(text, among=[Actor.objects.published(), Project.objects.published()])
    return Correction(text, meant, f"?{urlencode({'q': meant})}") if meant else None


def look(rows: Any) -> Found:
    keys, count = some_keys(rows, size=SHOWN)
    return Found(in_this_order(rows.model.objects.for_list(), keys), count or 0)


def glance(rows: Any) -> Found:
    keys = list(rows.values_list("pk", flat=True)[: COUNTED + 1])
    first = in_this_order(rows.model.objects.for_list(), keys[:SHOWN])
    return Found(first, min(len(keys), COUNTED), is_counted=len(keys) <= COUNTED)
