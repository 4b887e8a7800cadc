from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from partners.models.twins import pieces_of
from projects.models import Project
from projects.models.similar import Resemblance, Sketch, content, resemble

if TYPE_CHECKING:
    from partners.models import Person

SHOWN = 5
MOST_CANDIDATES = 60
# So many words are looked for, in two halves each: the longest say most.
ASKED_WORDS, MOST_PIECES = 4, 14
# What is compared beside the words: how it is called there, the field of the project, and the column of its table.
TIES = {
    "topics": ("topics", "topic"),
    "groups": ("target_groups", "targetgroup"),
    "places": ("neighbourhoods", "neighbourhood"),
}


@dataclass(frozen=True, slots=True)
class SimilarProject:
    """A project that somebody should know of before she begins another one, with what speaks for it."""

    project: Project
    resemblance: Resemblance


def similar_projects(*, values: Mapping[str, Any], user: Person, itself: Project | None = None) -> list[SimilarProject]:
    """At most five projects that the person may see and that are about what `values` describe, the likeliest first.

    The database names candidates by parts of the words, Quartier and topic; only these are compared.
    """
    chosen = {
        name: {row.pk: getattr(row, "label", "") or str(row) for row in values.get(column) or ()}
        for name, (column, _key) in TIES.items()
    }
    typed = Sketch.of(values, **chosen)
    keys = _candidates(typed, user, itself)
    ties = _ties(keys)
    found: dict[int, Resemblance] = {}
    for row in Project.objects.filter(pk__in=keys).order_by().values("pk", "title", "goal", "start_on", "end_on"):
        pk = row["pk"]
        one = resemble(typed, Sketch.of(row, **{name: tied[pk] for name, tied in ties.items()}), names=chosen)
        if one.is_similar:
            found[pk] = one
    best = sorted(found, key=lambda pk: (-found[pk].points, pk))[:SHOWN]
    projects = {one.pk: one for one in Project.objects.filter(pk__in=best).for_list()} if best else {}
    return [SimilarProject(projects[pk], found[pk]) for pk in best if pk in projects]


def _candidates(typed: Sketch, user: Person, itself: Project | None) -> set[int]:
    """Those that are called alike, and those on it in the same place: in two queries, because each asks its own index."""
    # Whose ideas a person may see is asked once; it takes longer than all the rest.
    ideas = Project.objects.all().visible_to(user).filter(state=Project.State.IDEA).order_by()
    rows = Project.objects.filter(~Q(state=Project.State.IDEA) | Q(pk__in=list(ideas.values_list("pk", flat=True))))
    if itself is not None:
        rows = rows.exclude(pk=itself.pk)
    asked = pieces_of(" ".join(_longest(typed.title)))
    found = _best(rows.filter(_any("sort_title", asked)), "sort_title", asked) if asked else set()
    tied = next((name for name in ("topics", "groups") if getattr(typed, name)), "")
    if typed.places and tied:
        # Few enough to look at each of them: a condition on the words would be tried out on all projects first.
        near = rows.filter(pk__in=_tied("places", typed.places)).filter(pk__in=_tied(tied, getattr(typed, tied)))
        words = [*asked, *pieces_of(" ".join(_longest(typed.goal)))]
        found |= _best(near, "search_text", list(dict.fromkeys(words))[:MOST_PIECES])
    return found


def _tied(name: str, keys: Iterable[int]) -> QuerySet[Any]:
    """The projects that one of these hangs on."""
    column, key = TIES[name]
    return getattr(Project, column).through.objects.filter(**{f"{key}__in": keys}).values("project")


def _longest(text: str) -> list[str]:
    return sorted((word for word, _weight in content(text)), key=len, reverse=True)[:ASKED_WORDS]


def _any(column: str, pieces: Iterable[str]) -> Q:
    return Q(*(Q((f"{column}__contains", piece)) for piece in pieces), _connector=Q.OR)


def _best(rows: QuerySet[Project], column: str, pieces: Iterable[str]) -> set[int]:
    """Those that hold most of the pieces. Only keys are asked for, so that an index over the titles is enough."""
    count: Any = Value(0)
    for piece in pieces:
        count += Case(When(Q((f"{column}__contains", piece)), then=1), default=0, output_field=IntegerField())
    best = rows.annotate(pieces=count).order_by(F("pieces").desc(), "pk")
    return {pk for pk, _count in best.values_list("pk", "pieces")[:MOST_CANDIDATES]}


def _ties(keys: set[int]) -> dict[str, dict[int, set[int]]]:
    """Topics, target groups and Quartiere of all candidates."""
    ties: dict[str, dict[int, set[int]]] = {}
    for name, (column, key) in TIES.items():
        through: Any = getattr(Project, column).through.objects
        ties[name] = defaultdict(set)
        for project, tied in through.filter(project__in=keys).values_list("project", key):
            ties[name][project].add(tied)
    return ties
