"""A partner's own sheet: what it gave and what came back in one period, put together from both floors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import DateField, F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext

from partners.days import spoken
from partners.models import Actor, Partnership, PartnershipParty
from projects.models import Benefit, Contribution, Participation, Project, Side, Total, totals_of
from projects.models.contribution_rows import ContributionQuerySet

if TYPE_CHECKING:
    from partners.models import Person

# So many rows of each kind stand on the page; the sums are always those of all of them, and the table has every row.
MOST_SHOWN = 200
# Of more rows than this nobody reads so many: the first ones say what it is about.
VERY_MANY, FIRST = 1000, 40

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
    seen = Participation.objects.filter(actor=actor).visible_to(user).select_related("project")
    own = list(seen.defer(*(f"project__{name}" for name in UNREAD)).order_by("pk"))
    given = column_of(Contribution.objects.all().of(own, user), period, most, whole=whole)
    brought = column_of(brought_by_others(actor, own, user), period, most, whole=whole)
    benefits = benefits_of(own, user, period, most + 1)
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


def brought_by_others(actor: Actor, own: list[Participation], user: Person) -> ContributionQuerySet:
    """What others bring into the projects in which it takes part: what is public, and all of it where it leads.

    Whoever is not public yet is not named on it, nor who was only invited.
    """
    projects = {one.project_id for one in own}
    if not projects:
        return Contribution.objects.none()
    there = Participation.objects.all().public().filter(project__in=projects, actor=actor).order_by().values("project")
    others = Participation.objects.all().public().filter(project__in=there, actor__state__in=Actor.PUBLIC_STATES)
    parts = list(others.exclude(actor=actor).visible_to(user).order_by().only("project", "actor"))
    rows = Contribution.objects.all().of(parts, user)
    return rows.filter(Q(is_public=True) | Q(participation__project__lead_actor=actor))


def column_of(rows: ContributionQuerySet, period: Period, most: int, *, whole: bool) -> Column:
    """A contribution belongs to the period by its days. If it has none, it belongs there by the day on which it was entered."""
    recorded = TruncDate("recorded_at")
    dated = rows.exclude(state=Contribution.State.WITHDRAWN).annotate(
        first_day=Coalesce("start_on", "end_on", recorded, output_field=DateField()),
        last_day=Coalesce("end_on", "start_on", recorded, output_field=DateField()),
    )
    found = dated.filter(period.touched_by(first="first_day", last="last_day"))
    sums = totals_of(found)
    count = sum(total.entries for total in sums)
    if whole and count > most:
        return Column(sums, [])
    order = ("participation__project__sort_title", "participation__project", "first_day", "pk")
    if not whole and count > VERY_MANY:
        # Put in order by their keys alone: whole rows are much wider.
        found = found.filter(pk__in=list(found.order_by(*order).values_list("pk", flat=True)[: min(most, FIRST)]))
    lines = found.select_related("participation__project", "participation__actor").defer(
        *(f"participation__project__{name}" for name in UNREAD),
        *Actor.all_but("name", "slug", "state", through="participation__actor"),
    )
    shown: list[Any] = list(lines.order_by(*order)[:most])
    return Column(
        sums,
        [Entry(row, timezone.localdate(row.recorded_at), period.holds(row.first_day, row.last_day)) for row in shown],
    )


def benefits_of(own: list[Participation], user: Person, period: Period, most: int) -> list[Benefit]:
    """What it gained, by the day on which it was entered. Its own words come first; what a project noted for it says so."""
    projects = {one.project_id: one.project for one in own}
    rows = Benefit.objects.all().of(own, user).annotate(day=TruncDate("recorded_at"))
    found = rows.filter(period.touched_by(first="day", last="day")).order_by("-day", "-pk")[:most]
    benefits = list(found)
    for benefit in benefits:
        benefit.project = projects[benefit.project_id]
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
