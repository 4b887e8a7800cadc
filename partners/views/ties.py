"""Where an actor or a project lies, what it is about and for whom: three short lists, in one question."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet, Value

from partners.models import Actor, Neighbourhood, TargetGroup, Topic
from partners.views.asking import asked_often, bring_along

TIES = {"neighbourhoods": Neighbourhood, "topics": Topic, "target_groups": TargetGroup}


@asked_often
def _ties(key: int, *, model: type[Any]) -> QuerySet[Any, Any]:
    lists = []
    for name, kind in TIES.items():
        back = model._meta.get_field(name).related_query_name()
        english = Value("") if kind is Neighbourhood else F("name_en")
        rows: Any = kind._default_manager.order_by().filter((back, key)).annotate(tie=Value(name), english=english)
        lists.append(rows.values_list("tie", "pk", "name", "english", "slug"))
    first, *others = lists
    return first.union(*others, all=True).order_by("name")


def bring_ties(row: Actor | Any) -> None:
    """Of each what is shown in a line; the same as `prefetch_related` with three questions."""
    ties: dict[str, list[Any]] = {name: [] for name in TIES}
    for name, pk, word, english, slug in _ties(row.pk, model=type(row)):
        known = {"id": pk, "name": word} | ({} if name == "neighbourhoods" else {"name_en": english}) | {"slug": slug}
        ties[name].append(TIES[name].from_db(row._state.db, [*known], [*known.values()]))
    for name, found in ties.items():
        bring_along(row, name, found)
