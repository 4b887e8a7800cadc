"""Who could be a partner, and how far it is: a board by stages, and the same as a list. For the organisers of a Quartier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.filters.board import BoardFilter
from partners.models import Neighbourhood, NextStep, Partnership, PartnershipParty, Person
from partners.models.next_steps import with_next_due, with_stage_since
from partners.views.addresses import of_neighbourhood
from partners.views.asking import asked_often, bring_along
from partners.views.paging import OnePassPaginator, page_or_redirect
from partners.views.partnership_steps import Step, open_steps

# So many cards stand in a column; the list has all of them.
CARDS = 5
SOONEST = F("next_due").asc(nulls_last=True)
# As the columns stand beside each other.
BY_STAGE = Case(*[When(state=stage, then=Value(place)) for place, stage in enumerate(Partnership.Stage)])


@dataclass(slots=True)
class Card:
    """One partnership, what is planned next, and the steps that are open; a card says its names five times."""

    partnership: Partnership
    names: str
    companions: str
    step: NextStep | None
    ways: list[Step]

    @classmethod
    def of(cls, partnership: Any, step: NextStep | None) -> Card:
        return cls(partnership, *partnership.names, step, open_steps(partnership))


@dataclass(slots=True)
class Column:
    """A stage with its cards, the next due first; `count` and `late` are those of all of them."""

    stage: str
    label: str
    address: str
    count: int = 0
    late: int = 0
    cards: list[Card] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.cards)


@login_required
@require_safe
@of_neighbourhood
def partnership_board(request: HttpRequest, slug: str) -> HttpResponse:
    """Nothing is dragged here: a card leads to the page of the step, which says what the step means."""
    user: Any = request.user
    neighbourhood = next(iter(_neighbourhood(slug, user)), None)
    if neighbourhood is None:
        raise Http404
    found = BoardFilter(request.GET, neighbourhood=neighbourhood, user=user)
    context: dict[str, Any] = {"neighbourhood": neighbourhood, "found": found}
    stages = [("stand", option.value) for option in found.asked.get("stand", [])]
    context |= {
        "round_mail_query": urlencode(stages) if stages else "",
        "as_board": found.address(is_list=False),
        "as_list": found.address(is_list=True),
        "by_day": found.address(is_list=True, by_day=True),
        "over_count": neighbourhood.over_count,
    }
    if not found.is_list:
        columns = columns_of(found)
        context |= {"columns": columns, "count": sum(one.count for one in columns)}
        return render(request, "partners/board.html", context)
    rows = with_next_due(found.qs).order_by(*([] if found.is_by_day else [BY_STAGE]), SOONEST, "pk")
    rows = rows.values_list("pk", flat=True)
    number = request.GET.get("seite", "")
    page = page_or_redirect(rows, number=number, query=found.query(), pages=OnePassPaginator)
    if isinstance(page, HttpResponse):
        return page
    context |= {"page": page, "cards": cards_of(page.object_list), "count": page.paginator.count}
    return render(request, "partners/board_list.html", context)


@asked_often
def _neighbourhood(slug: str, user: Person) -> QuerySet[Neighbourhood, Any]:
    """With the number of its partnerships that are over."""
    over = Partnership.objects.order_by().filter(neighbourhood=OuterRef("pk"), state__in=Partnership.OVER)
    number = Subquery(over.values("neighbourhood").annotate(number=Count("pk")).values("number"))
    rows = Neighbourhood.objects.editable_by(user).filter(slug=slug)
    return rows.annotate(over_count=Coalesce(number, 0))


def columns_of(found: BoardFilter) -> list[Column]:
    """In three questions and those of what is loaded with the cards, however many there are.

    Which cards are shown is asked with nothing but their keys: what a card says is looked up for those, not for all that
    were to be put in order.
    """
    whole = (found.neighbourhood.pk, found.user)
    numbers = {
        state: (count, overdue)
        for state, count, overdue in (_numbers_in(found.qs) if found.is_narrowed else _numbers(*whole))
    }
    stages = [one for one in Partnership.Stage if one not in Partnership.OVER or one in numbers]
    columns = {
        str(stage): Column(
            stage, str(stage.label), found.address(is_list=True, stand=stage), *numbers.get(stage, (0, 0))
        )
        for stage in stages
    }
    shown = dict(_first_of(found.qs) if found.is_narrowed else _first(*whole))
    for card in cards_of(list(shown)):
        columns[shown[card.partnership.pk]].cards.append(card)
    return list(columns.values())


def _numbers_in(rows: Any) -> QuerySet[Partnership, Any]:
    """How many stand at each stage, and of how many the next step is overdue."""
    late = Q(pk__in=NextStep.objects.open().overdue().values("partnership"))
    return rows.order_by().values_list("state").annotate(number=Count("pk"), late=Count("pk", filter=late))


def _first_of(rows: Any) -> QuerySet[Partnership, Any]:
    """The keys of those that come first at each stage."""
    place = Window(RowNumber(), partition_by=[F("state")], order_by=[SOONEST, F("pk").asc()])
    first = with_next_due(rows).annotate(place=place).filter(place__lte=CARDS).order_by("place")
    return first.values_list("pk", "state")


@asked_often
def _numbers(neighbourhood: int, user: Person) -> QuerySet[Partnership, Any]:
    return _numbers_in(BoardFilter.going_on(neighbourhood, user))


@asked_often
def _first(neighbourhood: int, user: Person) -> QuerySet[Partnership, Any]:
    return _first_of(BoardFilter.going_on(neighbourhood, user))


def cards_of(keys: Sequence[int]) -> list[Card]:
    """The cards of these, as the keys stand, in three questions."""
    found = {partnership.pk: partnership for partnership in _partnerships(keys)}
    sides: dict[int, list[PartnershipParty]] = {}
    for party in _sides(keys):
        sides.setdefault(party.partnership_id, []).append(party)
    planned = {step.partnership_id: step for step in _planned(keys)}
    for key, partnership in found.items():
        bring_along(partnership, "parties", sides.get(key, []))
    return [Card.of(found[key], planned.get(key)) for key in keys if key in found]


@asked_often
def _partnerships(keys: list[int]) -> QuerySet[Partnership, Any]:
    return with_stage_since(Partnership.objects.filter(pk__in=keys).order_by())


@asked_often
def _sides(keys: list[int]) -> QuerySet[PartnershipParty]:
    rows = PartnershipParty.objects.filter(partnership__in=keys).select_related("actor")
    return rows.only("partnership_id", "actor_id", "side", "actor__name", "actor__slug", "actor__state")


@asked_often
def _planned(keys: list[int]) -> QuerySet[NextStep]:
    return NextStep.objects.open().with_holder().select_related("responsible").filter(partnership__in=keys)
