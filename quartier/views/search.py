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
from partners.views.paging import some_keys
from projects.models import Need, Project
from projects.views.needs import NEEDS

SHOWN = 6
GROUPS = ("actors", "projects", "offers", "needs")


@dataclass(frozen=True, slots=True)
class Found:
    """The first rows of a group, and how many its own list shows for the same words."""

    first: list[Any]
    count: int

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.first)


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
    return {name: look(one.search(text)) for name, one in zip(GROUPS, rows, strict=True)}


def correct(text: str) -> Correction | None:
    """What was probably meant, if something published has it."""
    meant = corrected(text, among=[Actor.objects.published(), Project.objects.published()])
    return Correction(text, meant, f"?{urlencode({'q': meant})}") if meant else None


def look(rows: Any) -> Found:
    keys, count = some_keys(rows, size=SHOWN)
    lines = {row.pk: row for row in rows.model.objects.for_list().filter(pk__in=keys)}
    return Found([lines[key] for key in keys], count or 0)
