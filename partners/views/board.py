"""Who could be a partner, and how far it is: a board by stages, and the same as a list. For the organisers of a Quartier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from partners.filters.board import BoardFilter
from partners.models import Neighbourhood, NextStep, Partnership
from partners.models.next_steps import with_next_due, with_next_step
from partners.views.addresses import of_neighbourhood
from partners.views.paging import OnePassPaginator, in_this_order, page_or_redirect
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
    def of(cls, partnership: Any) -> Card:
        step = next(iter(partnership.planned), None)
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
    neighbourhood = get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=slug)
    found = BoardFilter(request.GET, neighbourhood=neighbourhood, user=request.user)  # type: ignore[arg-type]
    context: dict[str, Any] = {"neighbourhood": neighbourhood, "found": found}
    stages = [("stand", option.value) for option in found.asked.get("stand", [])]
    context |= {
        "round_mail_query": urlencode(stages) if stages else "",
        "as_board": found.address(is_list=False),
        "as_list": found.address(is_list=True),
        "by_day": found.address(is_list=True, by_day=True),
        "over_count": Partnership.objects.filter(neighbourhood=neighbourhood, state__in=Partnership.OVER).count(),
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


def columns_of(found: BoardFilter) -> list[Column]:
    """In three questions and those of what is loaded with the cards, however many there are.

    Which cards are shown is asked with nothing but their keys: what a card says is looked up for those, not for all that
    were to be put in order.
    """
    late = Q(pk__in=NextStep.objects.open().overdue().values("partnership"))
    counts = found.qs.order_by().values_list("state").annotate(number=Count("pk"), late=Count("pk", filter=late))
    numbers = {state: (count, overdue) for state, count, overdue in counts}
    stages = [one for one in Partnership.Stage if one not in Partnership.OVER or one in numbers]
    columns = {
        str(stage): Column(
            stage, str(stage.label), found.address(is_list=True, stand=stage), *numbers.get(stage, (0, 0))
        )
        for stage in stages
    }
    place = Window(RowNumber(), partition_by=[F("state")], order_by=[SOONEST, F("pk").asc()])
    first = with_next_due(found.qs).annotate(place=place).filter(place__lte=CARDS).order_by("place")
    shown = dict(first.values_list("pk", "state"))
    for card in cards_of(list(shown)):
        columns[shown[card.partnership.pk]].cards.append(card)
    return list(columns.values())


def cards_of(keys: Sequence[int]) -> list[Card]:
    rows = with_next_step(Partnership.objects.all()).for_list()
    return [Card.of(partnership) for partnership in in_this_order(rows, keys)]
