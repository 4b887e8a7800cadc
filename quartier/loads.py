"""The promised hours of one actor, month by month, with the ties that they come from, put together from both floors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext

from partners.models import Actor, Month, Partnership, PartnershipOverride, PartnershipParty, Promise, promises_of
from partners.models.capacity import ZERO
from projects.models import Participation, ParticipationOverride, Project

if TYPE_CHECKING:
    from partners.models import Person


@dataclass(frozen=True, slots=True)
class Bar:
    """Promised beside stated, as parts of a drawing that is 100 wide."""

    promised: Decimal
    stated: Decimal | None
    most: Decimal

    @property
    def is_beyond(self) -> bool:
        return self.stated is not None and self.promised > self.stated

    @property
    def beyond(self) -> Decimal:
        return self.promised - self.stated if self.stated is not None and self.is_beyond else ZERO

    @property
    def within_width(self) -> str:
        return self._part(self.promised - self.beyond)

    @property
    def beyond_width(self) -> str:
        return self._part(self.beyond)

    @property
    def mark(self) -> str:
        """Where the stated hours lie."""
        return "" if self.stated is None else self._part(self.stated)

    def _part(self, hours: Decimal) -> str:
        return f"{min(hours / self.most, Decimal(1)) * 100:.2f}" if self.most else "0"


@dataclass(frozen=True, slots=True)
class Column:
    """One month: its sum, against what is stated."""

    month: Month
    bar: Bar
    is_present: bool

    @property
    def promised(self) -> Decimal:
        return self.bar.promised


@dataclass(frozen=True, slots=True)
class Line:
    """One tie with its hours in each month. A tie that the reader may not see has neither name nor address."""

    promise: Promise
    name: str
    kind: str
    href: str
    hours: list[Decimal]

    @property
    def is_silent(self) -> bool:
        """It runs, but nobody has said how many hours it takes."""
        return self.promise.hours is None


@dataclass(frozen=True, slots=True)
class Load:
    actor: Actor
    columns: list[Column]
    lines: list[Line]

    @property
    def has_hours(self) -> bool:
        return any(column.promised for column in self.columns)

    @property
    def too_much(self) -> list[Column]:
        """The present and the coming months for which more is promised than stated."""
        here = next(place for place, column in enumerate(self.columns) if column.is_present)
        return [column for column in self.columns[here:] if column.bar.is_beyond]

    @property
    def silent(self) -> list[Line]:
        return [line for line in self.lines if line.is_silent]


def load_of(actor: Actor, *, user: Person, today: date | None = None) -> Load:
    """The last three months, the present one and the next nine; ties that touch none of them are left out."""
    day = today or timezone.localdate()
    months = Month.around(day)
    promises = [one for one in promises_of([actor.pk]) if any(one.runs_in(month) for month in months)]
    sums = [sum((one.hours_in(month) for one in promises), ZERO) for month in months]
    most = max([*sums, actor.network_hours or ZERO])
    columns = [
        Column(month, Bar(promised, actor.network_hours, most), is_present=month == Month.of(day))
        for month, promised in zip(months, sums, strict=True)
    ]
    names = names_of((one.tie for one in promises), user=user)
    lines = [
        Line(one, *names[_key(one.tie)], [one.hours_in(month) for month in months])
        for one in sorted(promises, key=lambda one: (-(one.hours or ZERO), one.start))
    ]
    return Load(actor, columns, lines)


def _key(tie: Any) -> tuple[str, int]:
    return tie._meta.label, tie.pk


def names_of(ties: Iterable[Any], *, user: Person) -> dict[tuple[str, int], tuple[str, str, str]]:
    """Name, kind and address of each tie, as far as this person may see it; in one query for each kind."""
    rows = list(ties)
    parts = [row for row in rows if isinstance(row, Participation)]
    sides = [row for row in rows if isinstance(row, PartnershipParty)]
    return {_key(row): named for row, named in [*_of_projects(parts, user), *_of_partnerships(sides, user)]}


def _of_projects(parts: list[Participation], user: Person) -> Iterator[tuple[Participation, tuple[str, str, str]]]:
    visible = Project.objects.all().visible_to(user).only("title", "slug") if parts else Project.objects.none()
    projects = visible.in_bulk([row.project_id for row in parts])
    for row in parts:
        if project := projects.get(row.project_id):
            yield row, (project.title, row.role_label, f"{project.get_absolute_url()}#beteiligte-{row.actor_id}")
        else:
            yield row, (gettext("A project that you may not see"), gettext("participation"), "")


def _of_partnerships(
    sides: list[PartnershipParty], user: Person
) -> Iterator[tuple[PartnershipParty, tuple[str, str, str]]]:
    visible = Partnership.objects.visible_to(user) if sides else Partnership.objects.none()
    bonds = visible.prefetch_related("parties__actor").in_bulk([row.partnership_id for row in sides])
    for row in sides:
        if bond := bonds.get(row.partnership_id):
            others = ", ".join(party.actor.name for party in bond.parties.all() if party.pk != row.pk)
            yield row, (others, str(bond.get_kind_display()), bond.get_absolute_url())
        else:
            yield row, (gettext("A partnership that you may not see"), gettext("partnership"), "")


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked all the same: what she had read, and why she went on."""

    row: PartnershipOverride | ParticipationOverride
    name: str
    href: str


def overrides_of(actor: Actor, *, user: Person) -> list[Asked]:
    """The latest first. What it was about is named as far as this person may see it."""
    about_projects = ParticipationOverride.objects.visible_to(user).of(actor).select_related("participation", "by")
    about_partnerships = PartnershipOverride.objects.visible_to(user).of(actor).select_related("by")
    parts, bonds = list(about_projects), list(about_partnerships)
    projects = Project.objects.all().visible_to(user).in_bulk([row.participation.project_id for row in parts])
    seen = Partnership.objects.visible_to(user).prefetch_related("parties__actor")
    partnerships = seen.in_bulk([row.partnership_id for row in bonds])
    found = []
    for part in parts:
        project = projects.get(part.participation.project_id)
        name = project.title if project else gettext("A project that you may not see")
        found.append(Asked(part, name, project.get_absolute_url() if project else ""))
    for bond in bonds:
        partnership = partnerships.get(bond.partnership_id)
        name = partnership.title if partnership else gettext("A partnership that you may not see")
        found.append(Asked(bond, name, partnership.get_absolute_url() if partnership else ""))
    return sorted(found, key=lambda one: one.row.at, reverse=True)
