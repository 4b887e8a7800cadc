"""A partner's own sheet: what it gave and what came back in one period, put together from both floors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import batched, chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import DateField, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext

from partners.days import spoken
from partners.models import Actor, Partnership, PartnershipParty
from projects.models import (
    Benefit,
    Contribution,
    ContributionTally,
    Dissemination,
    Participation,
    Project,
    Side,
    Total,
    entries_of,
    totals_in,
)
from projects.models.contribution_rows import ContributionQuerySet, shown_of
from projects.models.participations import ParticipationQuerySet
from projects.models.tallies import TallyQuerySet

if TYPE_CHECKING:
    from partners.models import Person

# So many rows of each kind stand on the page; the sums are always those of all of them, and the table has every row.
MOST_SHOWN = 200
# Of more rows than this nobody reads so many: the first ones say what it is about.
VERY_MANY, FIRST = 1000, 20
# Where they begin is looked up in so many projects at a time.
PROJECTS = 10

# Long texts of a project that its name on the sheet does not show.
UNREAD = ("summary", "goal", "results", "how_to_join", "search_text")


@dataclass(frozen=True, slots=True)
class Period:
    """From one day until another, both included; without a day it is open on that side."""

    start: date | None = None
    end: date | None = None

    @classmethod
    def of_year(cls, year: int) -> Period:
        return cls(date(year, 1, 1), date(year, 12, 31))

    @property
    def is_open(self) -> bool:
        return self.start is None and self.end is None

    @property
    def query(self) -> str:
        """As it stands in the address."""
        return "&".join(
            f"{name}={day.isoformat() if day else ''}" for name, day in (("von", self.start), ("bis", self.end))
        )

    def __str__(self) -> str:
        if self.start and self.end:
            days = {"start": spoken(self.start), "end": spoken(self.end)}
            return gettext("%(start)s to %(end)s") % days
        if self.start:
            return gettext("from %(day)s on") % {"day": spoken(self.start)}
        if self.end:
            return gettext("until %(day)s") % {"day": spoken(self.end)}
        return gettext("the whole time")

    @property
    def years(self) -> tuple[int | None, int | None] | None:
        """The first and the last of whole years, where it begins and ends with one."""
        if self.start and (self.start.month, self.start.day) != (1, 1):
            return None
        if self.end and (self.end.month, self.end.day) != (12, 31):
            return None
        return self.start.year if self.start else None, self.end.year if self.end else None

    def touched_by(self, *, first: str, last: str) -> Q:
        """Which rows lie in it with one day at least; `first` and `last` name their first and last day."""
        found = Q()
        if self.start:
            found &= Q(**{f"{last}__gte": self.start})
        if self.end:
            found &= Q(**{f"{first}__lte": self.end})
        return found

    def holds(self, first: date, last: date) -> bool:
        """Whether all of these days lie in it."""
        return (self.start is None or self.start <= first) and (self.end is None or last <= self.end)


@dataclass(frozen=True, slots=True)
class Entry:
    """One contribution. It counts with all that it says, also where some of its days lie outside the period."""

    row: Contribution
    recorded_on: date
    is_within: bool

    @property
    def has_days(self) -> bool:
        return bool(self.row.start_on or self.row.end_on)

    @property
    def project(self) -> Project:
        return self.row.participation.project

    @property
    def actor(self) -> Actor:
        return self.row.participation.actor


class Place(NamedTuple):
    """A participation, of which there may be very many: by its keys alone."""

    pk: int
    project: int
    has_entries: bool
    # Whether the reader answers for it, and so may read what is not public.
    is_answered: bool


@dataclass(frozen=True, slots=True)
class Source:
    """What was brought in these participations, as far as the person may read it; they are in the order of the sheet."""

    participations: list[Place]
    only: Q = field(default_factory=Q)

    def rows(self, period: Period, among: Iterable[Place] | None = None) -> ContributionQuerySet:
        """Those of the period, in all of these participations or among some of them."""
        return in_period(Contribution.objects.filter(self.shown(among), self.only), period)

    def tallies(self) -> TallyQuerySet:
        return ContributionTally.objects.filter(self.shown(), self.only)

    def shown(self, among: Iterable[Place] | None = None) -> Q:
        places = self.participations if among is None else [*among]
        return shown_of([one.pk for one in places], [one.pk for one in places if one.is_answered])

    def totals(self, period: Period) -> list[Total]:
        """The sums of whole years are kept; of other periods each contribution is looked at."""
        years = period.years
        sums = self.rows(period).sums() if years is None else self.tallies().in_years(*years).sums()
        return totals_in(sums, lambda: self.entries(period))

    def entries(self, period: Period) -> Iterable[Dissemination]:
        """Of which channels the contributions of reach are made: most are not."""
        places = [one for one in self.participations if one.has_entries]
        return entries_of(self.rows(period, places)) if places else ()

    def by_project(self) -> Iterator[list[Place]]:
        for _key, places in groupby(self.participations, key=attrgetter("project")):
            yield list(places)


@dataclass(frozen=True, slots=True)
class Column:
    """One side of the sheet: sums of all rows, each category in its own unit, and the first of the rows."""

    totals: list[Total]
    entries: list[Entry]

    @property
    def count(self) -> int:
        return sum(total.entries for total in self.totals)

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.entries)


@dataclass(frozen=True, slots=True)
class Bond:
    """One partnership, seen from this side."""

    partnership: Partnership
    own: PartnershipParty
    others: list[PartnershipParty]


@dataclass(frozen=True, slots=True)
class Sheet:
    actor: Actor
    period: Period
    given: Column
    brought: Column
    benefits: list[Benefit]
    bonds: list[Bond]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        return not (self.given.totals or self.brought.totals or self.benefits or self.bonds)


def sheet_of(actor: Actor, *, user: Person, period: Period, most: int | None = None, whole: bool = False) -> Sheet:
    """What one actor gave in these days, what it says that it gained, what others brought into its projects, and with whom.

    The querysets say what this person may read. Of what others brought there is only what the actor itself may read, also
    where the reader knows more: the sheet goes to the carrier of the actor. Who wants it `whole` or not at all gets no
    contributions where there are too many.
    """
    most = most or MOST_SHOWN
    own = places_of(Participation.objects.filter(actor=actor), user)
    given = column_of(Source(own), period, most, whole=whole)
    brought = column_of(brought_by_others(actor, own, user), period, most, whole=whole)
    benefits = benefits_of(actor, own, user, period, most + 1)
    bonds = bonds_of(actor, user, period, most + 1)
    return Sheet(
        actor=actor,
        period=period,
        given=given,
        brought=brought,
        benefits=benefits[:most],
        bonds=bonds[:most],
        is_cut=given.is_cut or brought.is_cut or max(len(benefits), len(bonds)) > most,
    )


def places_of(participations: ParticipationQuerySet, user: Person) -> list[Place]:
    """Those that the person can see, in the order of the sheet."""
    rows = participations.visible_to(user)
    answered = Exists(Participation.objects.order_by().answerable_by(user).filter(pk=OuterRef("pk")))
    entries = Exists(Dissemination.objects.order_by().filter(contribution__participation=OuterRef("pk")))
    keys = rows.order_by("project__sort_title", "project", "pk").values_list("pk", "project", entries, answered)
    return [Place(*one) for one in keys]


def brought_by_others(actor: Actor, own: list[Place], user: Person) -> Source:
    """What others bring into the projects in which it takes part: what is public, and all of it where it leads.

    Whoever is not public yet is not named on it, nor who was only invited.
    """
    projects = {one.project for one in own}
    if not projects:
        return Source([])
    there = Participation.objects.all().public().filter(project__in=projects, actor=actor).order_by().values("project")
    others = Participation.objects.all().public().filter(project__in=there, actor__state__in=Actor.PUBLIC_STATES)
    public = Q(is_public=True) | Q(participation__project__lead_actor=actor)
    return Source(places_of(others.exclude(actor=actor), user), public)


def column_of(source: Source, period: Period, most: int, *, whole: bool) -> Column:
    totals = source.totals(period)
    count = sum(total.entries for total in totals)
    if whole and count > most:
        return Column(totals, [])
    if whole or count <= VERY_MANY:
        rows: Iterable[Any] = lines_of(source.rows(period))[:most]
    else:
        rows = first_of(source, period, min(most, FIRST))
    return Column(
        totals,
        [Entry(row, timezone.localdate(row.recorded_at), period.holds(row.first_day, row.last_day)) for row in rows],
    )


def in_period(rows: ContributionQuerySet, period: Period) -> ContributionQuerySet:
    """A contribution belongs to the period by its days. If it has none, it belongs there by the day on which it was entered."""
    recorded = TruncDate("recorded_at")
    dated = rows.exclude(state=Contribution.State.WITHDRAWN).annotate(
        first_day=Coalesce("start_on", "end_on", recorded, output_field=DateField()),
        last_day=Coalesce("end_on", "start_on", recorded, output_field=DateField()),
    )
    return dated.filter(period.touched_by(first="first_day", last="last_day"))


def lines_of(rows: ContributionQuerySet) -> QuerySet[Any, Any]:
    """By project, and in each by day, with what a line of the sheet says."""
    lines: QuerySet[Any, Any] = rows.select_related("participation__project", "participation__actor").defer(
        *(f"participation__project__{name}" for name in UNREAD),
        *Actor.all_but("name", "slug", "state", through="participation__actor"),
    )
    return lines.order_by("participation__project__sort_title", "participation__project", "first_day", "pk")


def first_of(source: Source, period: Period, number: int) -> list[Any]:
    """Looked up a few projects at a time, so that all the others need not be put in order for it."""
    found: list[Any] = []
    for projects in batched(source.by_project(), PROJECTS, strict=False):
        found += lines_of(source.rows(period, chain.from_iterable(projects)))[: number - len(found)]
        if len(found) == number:
            break
    return found


def benefits_of(actor: Actor, own: list[Place], user: Person, period: Period, most: int) -> list[Benefit]:
    """What it gained, by the day on which it was entered. Its own words come first; what a project noted for it says so."""
    sides = [Participation(actor=actor, project_id=project) for project in dict.fromkeys(one.project for one in own)]
    rows = Benefit.objects.all().of(sides, user).annotate(day=TruncDate("recorded_at"))
    found = rows.filter(period.touched_by(first="day", last="day")).order_by("-day", "-pk").select_related("project")
    benefits = found.defer(*(f"project__{name}" for name in UNREAD))[:most]
    return sorted(benefits, key=lambda one: one.recorded_side != Side.ACTOR)


def bonds_of(actor: Actor, user: Person, period: Period, most: int) -> list[Bond]:
    """The partnerships that are agreed, run or ran in these days, with what each side brings and what this one gains."""
    rows = Partnership.objects.visible_to(user, among=actor.parties.order_by().values("partnership"))
    rows = rows.filter(state__in=Partnership.PUBLIC)
    if not period.is_open:
        ends = Q(end_on=None) if period.start is None else Q(end_on=None) | Q(end_on__gte=period.start)
        rows = rows.filter(ends, start_on__isnull=False)
        rows = rows.filter(start_on__lte=period.end) if period.end else rows
    sides: QuerySet[PartnershipParty] = PartnershipParty.objects.select_related("actor").defer(
        *Actor.all_but("name", "slug", "state", through="actor")
    )
    bonds = []
    order = F("start_on").desc(nulls_first=True)
    for partnership in rows.order_by(order, "-pk").prefetch_related(Prefetch("parties", sides))[:most]:
        parties = list(partnership.parties.all())
        own = next(party for party in parties if party.actor_id == actor.pk)
        bonds.append(Bond(partnership, own, [party for party in parties if party is not own]))
    return bonds
