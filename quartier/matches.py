"""Which offers fit a need, and which needs an offer, each with reasons in words. Who reads it decides what can be named.

What has to be true is asked by the database, and so is the order: a match that stands on the overview is the first one
on the page, too. All of it is one question, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Exists, F, FloatField, IntegerField, OuterRef, Q, Subquery, Value, When, Window
from django.db.models.functions import Abs, Cast, Coalesce, RowNumber
from django.db.models.lookups import Exact, GreaterThanOrEqual
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from partners.models import Actor, Listing, Offer, Person
from partners.models.profiles import Profile
from partners.models.twins import distance
from partners.views.asking import asked_often
from projects.models import Need, Project
from quartier.templatetags.portal import quantity

StepFree = Profile.StepFree
# So many stand on the page of an offer or a need.
FEW = 5
TIMES = ("has_mornings", "has_afternoons", "has_evenings", "has_weekends")
# How much speaks for one that fits (ours): the same Quartier as much as two times of the day.
PLACE, TIME, TOPIC = 4, 2, 1
PLACES = ("latitude", "longitude")
# A degree of longitude is so much shorter than one of latitude where we are.
NARROWER = 0.67
NEAR, KILOMETRE = 50, 1000

# Makes an expression of the name of a column.
type Column = Callable[[str], Any]


@dataclass(slots=True)
class Match:
    """Another one that fits, and why."""

    listing: Listing
    reasons: list[str]


@dataclass(slots=True)
class Matches:
    """The best of them, and whether there are more."""

    first: list[Match] = field(default_factory=list)
    has_more: bool = False


@dataclass(slots=True)
class Matched:
    """One's own offer or need with the best that fits it."""

    listing: Listing
    best: Match


def matches_of(listing: Listing, user: Any) -> Matches:
    """What fits this one and may be read by this person."""
    rows = _fitting(_readable(type(listing), user), _known(listing))
    rows = rows.order_by(*_order(Loaded(listing), rows.model))
    keys = list(rows.values_list("pk", flat=True)[: FEW + 1])
    loaded = _others(type(listing)).filter(pk__in=keys).for_matches().in_bulk() if keys else {}
    found = [Match(loaded[key], reasons_of(listing, loaded[key])) for key in keys if key in loaded]
    return Matches(found[:FEW], len(found) > FEW)


def needs_met(user: Person) -> Any:
    """Needs of one's own that an offer fits."""
    return _own(Need, user).filter(Exists(_fitting(_told_of(Need, user), OuterRef)))


def offers_sought(user: Person) -> Any:
    """Offers of one's own that fit the need of others. What fits one's own need stands with that already."""
    return _own(Offer, user).filter(Exists(_fitting(_told_of(Offer, user), OuterRef)))


def best_for(model: type[Listing], rows: Iterable[Listing], user: Person) -> list[Matched]:
    """Each of these rows with the best that fits it, in a constant number of questions."""
    rows = list(rows)
    keys = dict(_best([row.pk for row in rows], user, model=model))
    others = {other.pk: other for other in _matching([key for key in keys.values() if key], model=model)}
    pairs = [(row, others.get(keys.get(row.pk))) for row in rows]
    return [Matched(row, Match(other, reasons_of(row, other))) for row, other in pairs if other]


@asked_often
def _best(keys: list[int], user: Person, *, model: type[Listing]) -> Any:
    """The keys of rows, each with the key of the best that fits it."""
    told = _fitting(_told_of(model, user), OuterRef)
    # Numbered, because SQLite does not look for what lies outside while it puts in order.
    place = Window(RowNumber(), order_by=_order(AMONG[model], told.model))
    best = told.order_by().annotate(place=place).filter(place=1).values("pk")
    rows: Any = model._default_manager.order_by().filter(pk__in=keys)
    return rows.annotate(best=Subquery(best)).values_list("pk", "best")


@asked_often
def _matching(keys: list[int], *, model: type[Listing]) -> Any:
    return _others(model).filter(pk__in=keys).for_matches()


def _told_of(model: type[Listing], user: Person) -> Any:
    """What the overview names beside one's own: what is open to her, not what she keeps for others herself."""
    rows = _others(model).shown_to(user).current().reminded_of()
    return rows if model is Need else rows.exclude(pk__in=_own(Need, user).order_by().values("pk"))


def _own(model: type[Listing], user: Person) -> Any:
    """Of those for whose team or Quartier the person stands herself: an admin may write for all, and is not told of all."""
    actors = Q(actor__in=Actor.objects.current().filter(Actor.rights_of(user)).order_by().values("pk"))
    if model is Need:
        organised = Project.objects.filter(neighbourhoods__organisers=user).order_by().values("pk")
        led = Project.objects.filter(lead_actor__in=Actor.objects.staffed_by(user)).order_by().values("pk")
        actors |= Q(project__in=organised) | Q(project__in=led)
    rows: Any = model._default_manager.all()
    return rows.filter(actors).current().reminded_of()


def _others(model: type[Listing]) -> Any:
    other: Any = Offer if model is Need else Need
    return other.objects.all()


# --- what has to be true ---------------------------------------------------------------------------------------------


def _known(listing: Listing) -> Column:
    """A column of one that is loaded, as `F` and `OuterRef` are those of rows that are not."""

    def column(name: str) -> Any:
        value: Any = listing
        for part in name.split("__"):
            value = getattr(value, part, None)
        return Value(value, output_field=_field(type(listing), name))

    return column


def _field(model: type[Listing], name: str) -> Any:
    found: Any = None
    for part in name.split("__"):
        found = model._meta.get_field(part)
        model = found.related_model if found.is_relation and found.related_model else model
    return IntegerField() if found.is_relation or found.primary_key else found


def _readable(model: type[Listing], user: Any) -> Any:
    """Of the other kind, all that this person may read and that stands in the lists."""
    return _others(model).visible_to(user).current().reminded_of()


def _fitting(rows: Any, asked: Column) -> Any:
    """Those that fit: of the same kind, large enough, step-free and free of charge where that has to be."""
    need, offer = (F, asked) if rows.model is Need else (asked, F)
    rows = rows.filter(
        GreaterThanOrEqual(_or_0(offer("persons")), _or_0(need("persons"))),
        GreaterThanOrEqual(_level(offer("step_free")), _level(need("step_free"))),
        Exact(offer("is_free"), Value(True)) | Exact(need("is_free"), Value(False)),
        category=asked("category"),
    )
    # Nobody is told of her own.
    return rows.exclude(
        Exact(offer("actor_id"), _or_0(need("actor_id")))
        | Exact(offer("actor_id"), _or_0(need("project__lead_actor_id")))
    )


def _or_0(column: Any) -> Coalesce:
    return Coalesce(column, Value(0), output_field=IntegerField())


def _level(column: Any) -> Case:
    """How far one gets in without steps. Who does not say it is not counted on."""
    return Case(
        When(Exact(column, Value(StepFree.YES)), then=Value(2)),
        When(Exact(column, Value(StepFree.PARTLY)), then=Value(1)),
        default=Value(0),
    )


# --- in which order --------------------------------------------------------------------------------------------------


class Loaded:
    """Of one that is loaded: its columns, and the keys of its Quartiere and topics."""

    def __init__(self, listing: Listing) -> None:
        self.column, self.listing = _known(listing), listing

    def tied(self, ties: str, name: str) -> list[Q]:
        keys = [one.pk for one in getattr(self.listing.owner, ties).all()]
        return [Q((f"{name}__in", keys))] if keys else []


class Among:
    """The same of each row of a question, two questions further inside."""

    column = OuterRef

    def __init__(self, model: type[Listing]) -> None:
        name = "offers" if model is Offer else "needs"
        self.ways = [f"actors__{name}"] if model is Offer else [f"actors__{name}", f"projects__{name}"]

    def tied(self, ties: str, name: str) -> list[Q]:
        return [Q((f"{name}__{way}", OuterRef(OuterRef("pk")))) for way in self.ways]


AMONG: dict[type[Listing], Among] = {model: Among(model) for model in (Offer, Need)}


def _order(one: Loaded | Among, model: type[Listing]) -> list[Any]:
    """What more speaks for it, then who is nearer, then the newest."""
    points: Any = Value(0)
    for ties, name, worth in (("neighbourhoods", "neighbourhood", PLACE), ("topics", "topic", TOPIC)):
        if same := one.tied(ties, name):
            points += Case(When(_tied(model, ties, same), then=Value(worth)), default=Value(0))
    for name in TIMES:
        points += Case(When(Q((name, True)) & Exact(one.column(name), Value(True)), then=Value(TIME)), default=Value(0))
    away = [
        Abs(Cast(f"actor__{name}", FloatField()) - Cast(one.column(f"actor__{name}"), FloatField())) for name in PLACES
    ]
    is_known = Q(actor__is_address_public=True) & Exact(one.column("actor__is_address_public"), Value(True))
    far = Case(When(is_known, then=away[0] + away[1] * Value(NARROWER)), default=None)
    return [points.desc(), far.asc(nulls_last=True), F("pk").desc()]


def _tied(model: type[Listing], ties: str, same: list[Q]) -> Any:
    """Whether it lies in one of the same Quartiere, or has to do with one of the same topics."""
    found = [Exists(_ties_of(Actor, ties).filter(one, actor=OuterRef("actor_id"))) for one in same]
    if model is Need:
        found += [Exists(_ties_of(Project, ties).filter(one, project=OuterRef("project_id"))) for one in same]
    return reduce(or_, found, Q())


def _ties_of(owner: type[Actor | Project], ties: str) -> Any:
    return getattr(owner, ties).through.objects.order_by()


# --- why -------------------------------------------------------------------------------------------------------------


def reasons_of(listing: Listing, other: Listing) -> list[str]:
    """In words, from the same columns as the order; the strongest first."""
    need, offer = (listing, other) if isinstance(listing, Need) else (other, listing)
    return [
        *_kind_and_size(need, offer),
        *_terms(need, offer),
        *_names(gettext("fits the time: %(names)s"), [one for one in need.times if one in offer.times]),
        *_names(gettext("in the same place: %(names)s"), _shared(need, offer, "neighbourhoods")),
        *_apart(need, offer),
        *_names(gettext("same topic: %(names)s"), _shared(need, offer, "topics")),
    ]


def _kind_and_size(need: Listing, offer: Listing) -> list[str]:
    said = [gettext("of the same kind: %(kind)s") % {"kind": need.category_label}]
    if need.persons and offer.persons:
        holds = ngettext("room for %(n)s person", "room for %(n)s persons", offer.persons) % {"n": offer.persons}
        said.append(gettext("%(holds)s, %(n)s needed") % {"holds": holds, "n": need.persons})
    if need.quantity and offer.quantity:
        values = {"have": quantity(offer.quantity, offer.unit), "want": quantity(need.quantity, need.unit)}
        said.append(gettext("%(have)s offered, %(want)s needed") % values)
    return said


def _terms(need: Listing, offer: Listing) -> list[str]:
    said = []
    if need.step_free in (StepFree.YES, StepFree.PARTLY):
        said.append(gettext("step-free") if offer.step_free == StepFree.YES else gettext("partly step-free"))
    if offer.is_free:
        said.append(gettext("free of charge"))
    return said


def _names(sentence: str, names: list[str]) -> list[str]:
    return [sentence % {"names": ", ".join(names)}] if names else []


def _shared(need: Listing, offer: Listing, ties: str) -> list[str]:
    keys = {one.pk for one in getattr(offer.owner, ties).all()}
    return [str(one) for one in getattr(need.owner, ties).all() if one.pk in keys]


def _apart(need: Listing, offer: Listing) -> list[str]:
    """As the crow flies, between those whose place everybody may know. A project has none of its own."""
    metres = distance(_place(need), _place(offer))
    if metres is None:
        return []
    if metres < KILOMETRE - NEAR / 2:
        said = gettext("%(n)s m") % {"n": max(NEAR, round(metres / NEAR) * NEAR)}
    else:
        said = gettext("%(n)s km") % {"n": number_format(round(metres / KILOMETRE, 1), 1)}
    return [gettext("about %(distance)s away") % {"distance": said}]


def _place(listing: Listing) -> tuple[float, float] | None:
    actor = listing.owner
    if not isinstance(actor, Actor) or not actor.is_address_public or actor.latitude is None:
        return None
    return float(actor.latitude), float(actor.longitude)  # type: ignore[arg-type]  # both or none: a constraint
