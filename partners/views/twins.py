from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from partners.actions.twin_pairs import Suspicion, rule_out, suspected_pairs
from partners.forms.twins import NotTwinsForm
from partners.models import Actor, Merge, Neighbourhood, NotTwins
from partners.models.twins import Likeness
from partners.views.paging import page_or_redirect

RULED_OUT, MERGED = "keine", "zusammengefuehrt"


@dataclass(frozen=True, slots=True)
class Row:
    """Two actors side by side, with what speaks for their being one."""

    first: Actor
    second: Actor
    likeness: Likeness
    form: NotTwinsForm

    @property
    def sides(self) -> tuple[Actor, Actor]:
        return self.first, self.second


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists of the page: its word in the address, and how much is in it."""

    word: str
    label: str
    count: int
    is_shown: bool


@login_required
@require_safe
def twin_list(request: HttpRequest) -> HttpResponse:
    """For organisers: entries of theirs that may be one and the same, those known to be two, and those that were merged."""
    if not Neighbourhood.objects.editable_by(request.user).exists():
        raise Http404
    shown = request.GET.get("liste", "")
    ruled_out = NotTwins.objects.editable_by(request.user)
    merges = Merge.objects.editable_by(request.user).standing()
    suspected = suspected_pairs(user=request.user)
    rows = {RULED_OUT: ruled_out.for_list(), MERGED: merges.for_list()}.get(shown, suspected)
    if rows is suspected:
        shown = ""
    query = f"liste={shown}" if shown else ""
    page = page_or_redirect(rows, number=request.GET.get("seite", ""), query=query)
    if isinstance(page, HttpResponse):
        return page
    if not shown:
        page.object_list = side_by_side(list(page.object_list))
    counts = {
        "": len(suspected),
        RULED_OUT: page.paginator.count if shown == RULED_OUT else ruled_out.count(),
        MERGED: page.paginator.count if shown == MERGED else merges.count(),
    }
    labels = {"": gettext("Suspected"), RULED_OUT: gettext("No twins"), MERGED: gettext("Merged")}
    tabs = [Tab(word, labels[word], counts[word], word == shown) for word in labels]
    context = {"page": page, "query": query, "shown": shown, "tabs": tabs, "count": counts[shown]}
    return render(request, "partners/twin_list.html", context)


def side_by_side(pairs: list[Suspicion]) -> list[Row]:
    keys = {key for pair in pairs for key in (pair.first, pair.second)}
    actors = {actor.pk: actor for actor in Actor.objects.filter(pk__in=keys).for_list()}
    return [
        Row(
            actors[pair.first],
            actors[pair.second],
            pair.likeness,
            NotTwinsForm(auto_id=f"paar_{pair.first}_{pair.second}_%s"),
        )
        for pair in pairs
        if pair.first in actors and pair.second in actors
    ]


@login_required
@require_POST
def twin_rule_out(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """These two are two: they are not suspected again until somebody takes that back."""
    if first == second:
        raise Http404
    one, other = (organised(request.user, pk) for pk in (first, second))
    form = NotTwinsForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["reason"]))
        return redirect("partners:twin-list")
    rule_out(first=one, second=other, by=request.user, reason=form.cleaned_data["reason"])
    said = gettext("“%(one)s” and “%(other)s” are no twins. You find the pair under “No twins”, to take it back.")
    messages.success(request, said % {"one": one.name, "other": other.name})
    return redirect("partners:twin-list")


def organised(user: Any, pk: int) -> Actor:
    return get_object_or_404(Actor.objects.current().organised_by(user), pk=pk)


@login_required
@require_POST
def twin_suspect_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes back that two are two: if they still look like one, they are suspected again."""
    pair = get_object_or_404(NotTwins.objects.editable_by(request.user).select_related("first", "second"), pk=pk)
    pair.delete()
    said = gettext("“%(one)s” and “%(other)s” are looked at again.")
    messages.success(request, said % {"one": pair.first.name, "other": pair.second.name})
    return redirect("partners:twin-list")
