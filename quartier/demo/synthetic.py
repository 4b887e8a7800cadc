"""Many synthetic actors with projects, participations and contributions, for measuring. The same seed makes the same data.

Rows are written in bulk: this is the one place where the actions are passed by, and a test compares what both write.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import batched
from random import Random
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import slugify

from partners.models import (
    UNIT_OF,
    Actor,
    ActorKind,
    Channel,
    Neighbourhood,
    Offer,
    Partnership,
    PartnershipParty,
    ResourceCategory,
    StageChange,
    Topic,
    acting,
    normalise,
)
from projects.models import (
    Benefit,
    Contribution,
    Dissemination,
    Need,
    Participation,
    Project,
    ProjectHandover,
    ResourceRequest,
    ResourceRequestStep,
    Side,
)
from quartier.demo import words
from quartier.demo.pairs import pair_up
from quartier.demo.synthetic_listings import needs_of, offers_of
from quartier.demo.synthetic_reach import channels_of, entries_of
from quartier.demo.synthetic_requests import requests_of, steps_of

CITY = "Musterstadt"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Made:
    actors: int
    projects: int
    contributions: int


@transaction.atomic
def load_synthetic(*, actors: int, seed: int) -> Made | None:
    """Makes so many actors, and about a project for every eight of them. None, and nothing, where there are synthetic ones already."""
    if Neighbourhood.objects.filter(city=CITY, is_demo=True).exists():
        return None
    with acting():
        return Loom(seed).weave(actors)


def stored[M: models.Model](model: type[M], rows: list[M]) -> list[M]:
    """Writes the rows in portions that every database takes."""
    for portion in batched(rows, BATCH, strict=False):
        model._default_manager.bulk_create(portion)
    return rows


class Loom:
    """One source of chance for everything, so that a seed decides it all."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311  # nothing secret is drawn
        # A source of its own: what else a seed makes stays what it was.
        self.hours = Random(seed)  # noqa: S311
        self.listings = Random(seed)  # noqa: S311
        self.requests = Random(seed)  # noqa: S311
        self.reach = Random(seed)  # noqa: S311
        self.today: date = timezone.localdate()
        self.now: datetime = timezone.now()
        self.slugs: dict[type[models.Model], set[str]] = {
            model: set(model._default_manager.values_list("slug", flat=True))
            for model in (Actor, Project, Neighbourhood)
        }
        self.kinds = list(ActorKind.objects.filter(slug__in=words.CALLED).order_by("slug"))
        self.topics = list(Topic.objects.order_by("slug"))

    def weave(self, number: int) -> Made:
        quartiere = self.make_quartiere()
        actors = stored(Actor, [self.make_actor() for _number in range(number)])
        homes = {actor.pk: self.some(quartiere, 1, 1 + (self.chance.random() < 0.08)) for actor in actors}
        self.link(Actor.neighbourhoods.through, "actor", "neighbourhood", homes)
        self.link(Actor.topics.through, "actor", "topic", {actor.pk: self.some(self.topics, 0, 3) for actor in actors})
        shown = [actor for actor in actors if actor.state == Actor.State.PUBLISHED] or actors
        projects = self.make_projects(max(1, number // 8), shown, homes)
        participations = self.make_participations(projects, shown)
        contributions = stored(Contribution, [row for part in participations for row in self.make_contributions(part)])
        stored(Benefit, [self.make_benefit(part) for part in participations if self.chance.random() < 0.4])
        self.make_partnerships(number, shown, homes)
        offers = stored(Offer, list(offers_of(actors, chance=self.listings, today=self.today)))
        requests = stored(ResourceRequest, list(requests_of(offers, shown, chance=self.requests, today=self.today)))
        stored(ResourceRequestStep, [step for row in requests for step in steps_of(row)])
        stored(Need, list(needs_of(actors, projects, chance=self.listings, today=self.today)))
        channels = stored(Channel, list(channels_of(actors, chance=self.reach, today=self.today)))
        entries = entries_of(participations, contributions, channels, chance=self.reach, today=self.today)
        stored(Dissemination, list(entries))
        return Made(len(actors), len(projects), len(contributions))

    def some[T](self, of: list[T], least: int, most: int) -> list[T]:
        return self.chance.sample(of, min(len(of), self.chance.randint(least, most)))

    def slug(self, model: type[models.Model], name: str) -> str:
        """A free address, without asking the database for each."""
        base, number = slugify(normalise(name))[:100], 2
        slug = base
        while slug in self.slugs[model]:
            slug, number = f"{base}-{number}", number + 1
        self.slugs[model].add(slug)
        return slug

    def street(self) -> str:
        return self.chance.choice(words.FIRST) + self.chance.choice(words.SECOND)

    def link(self, through: type[models.Model], one: str, other: str, pairs: dict[int, list[Any]]) -> None:
        stored(
            through,
            [through(**{f"{one}_id": key, f"{other}_id": row.pk}) for key, rows in pairs.items() for row in rows],
        )

    def make_quartiere(self) -> list[Neighbourhood]:
        rows = [
            Neighbourhood(name=name, slug=self.slug(Neighbourhood, name), city=CITY, is_demo=True)
            for name in words.QUARTIERE
        ]
        return stored(Neighbourhood, rows)

    def make_actor(self) -> Actor:
        kind = self.chance.choice(self.kinds)
        called, purpose = words.CALLED[kind.slug]
        place = self.street() if self.chance.random() < 0.7 else self.chance.choice(words.NAMES)
        name = f"{self.chance.choice(called)} {place}"
        slug = self.slug(Actor, name)
        return Actor(
            name=name,
            slug=slug,
            kind=kind,
            purpose=purpose,
            description=" ".join(self.some(list(words.SENTENCES), 2, 6)),
            street=self.street(),
            house_number=str(self.chance.randint(1, 180)),
            postcode=f"{self.chance.randint(1, 99):05}",
            city=CITY,
            email=f"{slug}@example.org"[-254:],
            phone=f"0000 {self.chance.randint(10000, 99999)}",
            website=f"https://example.org/{slug}" if self.chance.random() < 0.6 else "",
            state=self.chance.choices(
                [Actor.State.PUBLISHED, Actor.State.DRAFT, Actor.State.SUBMITTED, Actor.State.ARCHIVED], [92, 5, 2, 1]
            )[0],
            is_demo=True,
            network_hours=self.hours.choice([None, None, 4, 8, 12, 20]),
            capacity=self.hours.choice(["", "", "frei", "begrenzt", "ausgelastet"]),
            **self.point(),
        )

    def point(self) -> dict[str, Decimal | None]:
        """Where it lies: dense in the middle of the town, thin at its edge; one in fifty has no point."""
        if self.chance.random() < 0.02:
            return {"latitude": None, "longitude": None}
        latitude, longitude = self.chance.gauss(50, 0.03), self.chance.gauss(10, 0.045)
        return {"latitude": Decimal(f"{latitude:.6f}"), "longitude": Decimal(f"{longitude:.6f}")}

    def hand_over(self, projects: list[Project], actors: list[Actor]) -> None:
        """Nothing goes on for good without: signed by both sides on the day on which the project ended."""
        rows = []
        for place, project in enumerate(projects):
            giver: Any = project.lead_actor_id
            day = min(project.end_on or self.today, self.today)
            rows.append(
                ProjectHandover(
                    project=project,
                    giver_id=giver,
                    receiver=actors[place % len(actors)],
                    handed_over_on=day,
                    given_on=day,
                    received_on=day,
                    is_demo=True,
                )
            )
        stored(ProjectHandover, rows)

    def make_projects(self, number: int, actors: list[Actor], homes: dict[int, list[Neighbourhood]]) -> list[Project]:
        rows = []
        for _number in range(number):
            title = f"{self.chance.choice(words.PROJECTS)} {self.street()}"
            start = self.today + timedelta(days=self.chance.randint(-900, 60))
            rows.append(
                Project(
                    title=title,
                    slug=self.slug(Project, title),
                    lead_actor=self.chance.choice(actors),
                    state=self.chance.choices(list(Project.State), [1, 2, 5, 2, 1, 1])[0],
                    summary=" ".join(self.some(list(words.SENTENCES), 2, 4)),
                    goal=self.chance.choice(words.GAINS),
                    start_on=start,
                    end_on=start + timedelta(days=self.chance.randint(60, 700)),
                    is_open=self.chance.random() < 0.5,
                    is_demo=True,
                )
            )
        stored(Project, rows)
        self.hand_over([row for row in rows if row.state == Project.State.CONTINUED], actors)
        self.link(
            Project.neighbourhoods.through,
            "project",
            "neighbourhood",
            {p.pk: homes[p.lead_actor_id or 0] for p in rows},
        )
        self.link(Project.topics.through, "project", "topic", {p.pk: self.some(self.topics, 1, 3) for p in rows})
        return rows

    def make_participations(self, projects: list[Project], actors: list[Actor]) -> list[Participation]:
        rows = []
        roles = [role for role in Participation.Role if role != Participation.Role.LEAD]
        for project in projects:
            partners = {project.lead_actor: Participation.Role.LEAD}
            for actor in self.some(actors, 2, 9):
                partners.setdefault(actor, self.chance.choice(roles))
            rows += [
                Participation(
                    project=project,
                    actor=actor,
                    role=role,
                    state=Participation.State.AGREED,
                    hours_per_month=self.hours.choice([None, 1, 2, 4, Decimal("2.5")]),
                )
                for actor, role in partners.items()
            ]
        return stored(Participation, rows)

    def make_contributions(self, participation: Participation) -> list[Contribution]:
        states = Contribution.State
        rows = []
        for category in self.some(list(ResourceCategory), 0, 3):
            state = self.chance.choices(
                [states.PLANNED, states.PROMISED, states.DELIVERED, states.CONFIRMED], [2, 2, 2, 5]
            )[0]
            unit = UNIT_OF[category]
            planned = Decimal(self.chance.randint(2, 400)) / 2 if unit else None
            actual = state in {states.DELIVERED, states.CONFIRMED}
            rows.append(
                Contribution(
                    participation=participation,
                    category=category,
                    unit=unit,
                    title=words.GIFTS[category],
                    planned_quantity=planned,
                    delivered_quantity=Decimal(self.chance.randint(2, 400)) / 2 if unit and actual else None,
                    state=state,
                    confirmed_at=self.now if state == states.CONFIRMED else None,
                    recorded_side=self.chance.choice(list(Side)),
                )
            )
        return rows

    def make_benefit(self, participation: Participation) -> Benefit:
        return Benefit(
            project=participation.project,
            actor=participation.actor,
            kind=self.chance.choice(list(Benefit.Kind)),
            text=self.chance.choice(words.GAINS),
            recorded_side=self.chance.choice(list(Side)),
        )

    def make_partnerships(self, number: int, actors: list[Actor], homes: dict[int, list[Neighbourhood]]) -> None:
        pairs = pair_up(actors, number, chance=self.chance, today=self.today)
        for pair in pairs:
            pair.row.neighbourhood = homes[pair.local.pk][0]
        stored(Partnership, [pair.row for pair in pairs])
        stored(StageChange, [step for pair in pairs for step in pair.steps()])
        stored(PartnershipParty, [side for pair in pairs for side in pair.sides()])
