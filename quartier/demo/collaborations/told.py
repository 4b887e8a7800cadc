"""The shape in which a project of the demo is told: who takes part, what each brings and what each gains."""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import ResourceCategory
from projects.models import Benefit, Contribution, Participation, Side
from quartier.demo.places import SENDLING

Role, Category, Kind = Participation.Role, ResourceCategory, Benefit.Kind
PLANNED, PROMISED, DELIVERED, CONFIRMED, WITHDRAWN = Contribution.State
NOTED, OWN = Side.PROJECT, Side.ACTOR


@dataclass(frozen=True, slots=True)
class Gives:
    """One contribution. Quantities are text, in the unit of the category; `start` and `end` are days from today."""

    category: str
    title: str
    planned: str = ""
    delivered: str = ""
    state: str = CONFIRMED
    side: str = NOTED
    start: int | None = None
    end: int | None = None
    objection: str = ""
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class Gains:
    kind: str
    text: str
    side: str = OWN


@dataclass(frozen=True, slots=True)
class Spreads:
    """A channel of the actor carried the project; `on` is a day from today."""

    channel: str
    on: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Takes:
    """One actor takes part, with everything it brings and gains. `start` and `end` are days from today."""

    actor: str
    role: str = Role.MEMBER
    state: str = Participation.State.AGREED
    tasks: str = ""
    hours: str = ""
    start: int | None = None
    end: int | None = None
    # Why it was asked although it was full, if it was.
    why: str = ""
    gives: tuple[Gives, ...] = ()
    gains: tuple[Gains, ...] = ()
    spreads: tuple[Spreads, ...] = ()
    # Whether a contribution was made of what it passed on, and confirmed.
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    slug: str
    title: str
    lead: str
    state: str
    summary: str
    goal: str = ""
    results: str = ""
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None
    is_open: bool = False
    note: str = ""
    parts: tuple[Takes, ...] = ()
    quartiere: tuple[str, ...] = (SENDLING,)
    # Why it was begun although there is something like it, if there is.
    why_own: str = ""
