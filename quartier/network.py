"""The picture on the home page: Quartierspartner*innen and the actors they are tied to.

It is drawn by the server from what everybody may read, the same for every reader. A tie is a running project or a running
partnership. So that the picture stays readable it shows a dozen actors at most, and within a project only the ties
that lead to one of the centres: the Quartierspartner*innen, or the lead where none takes part.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import permutations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Prefetch, Value, When

from partners.models import Actor, ActorKind, Partnership, PartnershipParty
from projects.models import Participation, Project

WIDTH, HEIGHT = 480, 500
MAX_CENTRES, MAX_OUTER = 3, 8
MAX_PROJECTS, MAX_PARTICIPATIONS, MAX_PARTNERSHIPS = 30, 300, 60
CENTRE_SEATS = {
    1: [(240, 240)],
    2: [(216, 168), (228, 322)],
    3: [(240, 92), (216, 232), (266, 378)],
}
LINE_LENGTH, LINE_HEIGHT = 19, 19


@dataclass(slots=True)
class Tie:
    """Two actors and everything that ties them."""

    one: Actor
    other: Actor
    projects: list[Project] = field(default_factory=list)
    partnerships: list[Partnership] = field(default_factory=list)
    path: str = ""

    @property
    def is_main(self) -> bool:
        return any(partnership.kind == Partnership.Kind.MAIN for partnership in self.partnerships)

    @property
    def is_loose(self) -> bool:
        """Only a partnership of another kind, no common project."""
        return not self.projects and not self.is_main


@dataclass(slots=True)
class Node:
    """An actor in the picture, with its place and its ties."""

    actor: Actor
    is_bridge: bool
    x: int = 0
    y: int = 0
    is_centre: bool = False
    ties: list[tuple[Actor, Tie]] = field(default_factory=list)

    @property
    def shape(self) -> str:
        """Square for a bridge, otherwise the form of the sector."""
        if self.is_bridge:
            return "square"
        return self.actor.kind.shape if self.actor.kind else "circle"

    @property
    def drawing(self) -> str:
        """The outline, as the path of an SVG."""
        x, y, r = self.x, self.y, 19 if self.is_centre else 15
        return {
            "square": f"M{x - r} {y - r}h{2 * r}v{2 * r}h{-2 * r}z",
            "triangle": f"M{x} {y - r}L{x + r + 1} {y + r}H{x - r - 1}z",
            "diamond": f"M{x} {y - r - 2}L{x + r + 2} {y}L{x} {y + r + 2}L{x - r - 2} {y}z",
            "circle": f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z",
        }[self.shape]

    @property
    def anchor(self) -> str:
        """Names stand centred below the centres, and flush with the outer edge of the picture beside the others."""
        if self.is_centre:
            return "middle"
        return "start" if self.x < WIDTH / 2 else "end"

    @property
    def text_x(self) -> int:
        return {"middle": self.x, "start": self.x - 16, "end": self.x + 16}[self.anchor]

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The name in lines, each with its height: above the node in the upper half, else below it."""
        words = in_lines(self.actor.name, most=3 if self.is_centre else 2)
        above = self.y < HEIGHT / 2 and not self.is_centre
        first = self.y - 25 - LINE_HEIGHT * (len(words) - 1) if above else self.y + 37
        return [(first + LINE_HEIGHT * number, line) for number, line in enumerate(words)]


@dataclass(slots=True)
class Network:
    nodes: list[Node]
    ties: list[Tie]

    @property
    def bridges(self) -> int:
        return sum(node.is_bridge for node in self.nodes)

    @property
    def shapes(self) -> set[str]:
        """Which forms the picture uses; the legend explains these."""
        return {node.shape for node in self.nodes}

    @property
    def kinds(self) -> list[ActorKind]:
        """What sorts of places one meets in the picture: three at most, each of another sector, bridges first."""
        by_sector: dict[str, ActorKind] = {}
        for node in self.nodes:
            if node.actor.kind:
                by_sector.setdefault(node.actor.kind.sector, node.actor.kind)
        return list(by_sector.values())[:3]

    def __bool__(self) -> bool:
        return bool(self.ties)


def in_lines(name: str, *, most: int) -> list[str]:
    """The name broken into so many lines at most, cut with … where it is longer."""
    lines = [""]
    for word in name.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= LINE_LENGTH or not lines[-1]:
            lines[-1] = joined
        elif len(lines) < most:
            lines.append(word)
        else:
            lines[-1] += " …"
            break
    return [line if len(line) <= LINE_LENGTH + 4 else f"{line[: LINE_LENGTH + 1]}…" for line in lines]


def draw_network() -> Network:
    """What there is to draw today, in four queries; an empty network when nobody is tied to anybody."""
    ties = ties_of(running_participations(), running_partnerships())
    bridges = bridges_of(ties)
    strength: Counter[Actor] = Counter()
    for tie in ties:
        for actor in (tie.one, tie.other):
            strength[actor] += len(tie.projects) + len(tie.partnerships)
    centres, outer = choose(ties, strength, bridges)
    shown = {*centres, *outer}
    kept = [tie for tie in ties if tie.one in shown and tie.other in shown]
    nodes = {actor: Node(actor, actor in bridges, is_centre=actor in centres) for actor in [*centres, *outer]}
    for tie in kept:
        nodes[tie.one].ties.append((tie.other, tie))
        nodes[tie.other].ties.append((tie.one, tie))
    take_seats([nodes[actor] for actor in centres], [nodes[actor] for actor in outer])
    for tie in kept:
        tie.path = bent_line(nodes[tie.one], nodes[tie.other])
    return Network(list(nodes.values()), kept)


def running_participations() -> list[Participation]:
    public = AnonymousUser()
    projects = Project.objects.visible_to(public).running().order_by("-updated_at", "pk")[:MAX_PROJECTS]
    rows = Participation.objects.visible_to(public).filter(
        state=Participation.State.AGREED,
        project__in=[project.pk for project in projects.only("pk")],
    )
    needed = [f"project__{name}" for name in ("title", "slug", "lead_actor_id")]
    needed += [f"actor__{name}" for name in ("name", "slug", "sort_name", "state")]
    needed += [f"actor__kind__{name}" for name in ("name", "name_en", "sector")]
    found = rows.select_related("project", "actor__kind").order_by("project_id", "pk").only(*needed)
    return [row for row in found[:MAX_PARTICIPATIONS] if row.actor.state == Actor.State.PUBLISHED]


def running_partnerships() -> list[Partnership]:
    main_first = Case(When(kind=Partnership.Kind.MAIN, then=Value(0)), default=Value(1))
    rows = Partnership.objects.visible_to(AnonymousUser()).running()
    here = PartnershipParty.objects.filter(actor__state=Actor.State.PUBLISHED).select_related("actor__kind")
    read = [f"actor__{name}" for name in ("name", "slug", "sort_name", "state")]
    read += [f"actor__kind__{name}" for name in ("name", "name_en", "sector")]
    named = here.only("partnership_id", "side", *read)
    rows = rows.only("kind").order_by(main_first, "pk")
    return list(rows.prefetch_related(Prefetch("parties", named))[:MAX_PARTNERSHIPS])


class Ties(dict[frozenset[int], Tie]):
    """Every tie once, however many projects and partnerships two actors share."""

    def between(self, one: Actor, other: Actor) -> Tie:
        return self.setdefault(frozenset((one.pk, other.pk)), Tie(one, other))


def ties_of(participations: Iterable[Participation], partnerships: Iterable[Partnership]) -> list[Tie]:
    ties = Ties()
    for partnership in partnerships:
        for one, other in sides(partnership):
            ties.between(one, other).partnerships.append(partnership)
    bridges = bridges_of(ties.values())
    by_project: defaultdict[Project, dict[Actor, None]] = defaultdict(dict)
    for participation in participations:
        by_project[participation.project][participation.actor] = None
    for project, actors in by_project.items():
        for one, other in spokes(project, list(actors), bridges):
            ties.between(one, other).projects.append(project)
    return list(ties.values())


def spokes(project: Project, actors: list[Actor], bridges: set[Actor]) -> list[tuple[Actor, Actor]]:
    """Each centre of a project with everybody else in it, and every pair once."""
    hubs = [actor for actor in actors if actor in bridges] or [
        actor for actor in actors if actor.pk == project.lead_actor_id
    ]
    return [
        (hub, actor)
        for number, hub in enumerate(hubs)
        for actor in actors
        if actor != hub and actor not in hubs[:number]
    ]


def sides(partnership: Partnership) -> list[tuple[Actor, Actor]]:
    """Local partners with their companions; where there is one side only, everybody with the first."""
    parties = list(partnership.parties.all())
    local = [party.actor for party in parties if party.side == PartnershipParty.Side.QUARTIER]
    companions = [party.actor for party in parties if party.side != PartnershipParty.Side.QUARTIER]
    if local and companions:
        return [(one, other) for one in local for other in companions]
    actors = local or companions
    return [(one, other) for one in actors[:1] for other in actors[1:]]


def bridges_of(ties: Iterable[Tie]) -> set[Actor]:
    """Who stands on the quartier side of a main partnership."""
    return {
        party.actor
        for tie in ties
        for partnership in tie.partnerships
        if partnership.kind == Partnership.Kind.MAIN
        for party in partnership.parties.all()
        if party.side == PartnershipParty.Side.QUARTIER
    }


def choose(ties: list[Tie], strength: Counter[Actor], bridges: set[Actor]) -> tuple[list[Actor], list[Actor]]:
    """The centres, and around them those who are tied to the picture most; at equal strength the alphabet decides."""

    def strongest(actors: Iterable[Actor]) -> list[Actor]:
        return sorted(actors, key=lambda actor: (-strength[actor], actor.sort_name, actor.pk))

    centres = strongest(bridges)[:MAX_CENTRES] or strongest(strength)[:1]
    outer = strongest(tied_to(set(centres), ties))[:MAX_OUTER]
    shown = {*centres, *outer}
    # Seats that are left go to further ties, beginning with those of the most active; nobody sits there untied.
    for tie in sorted(ties, key=lambda tie: -strength[tie.one] - strength[tie.other]):
        new = {tie.one, tie.other} - shown
        if len(outer) + len(new) <= MAX_OUTER:
            outer += strongest(new)
            shown |= new
    return centres, outer


def tied_to(actors: set[Actor], ties: list[Tie]) -> set[Actor]:
    """Who is tied to one of them without being one of them."""
    return {actor for tie in ties if (pair := {tie.one, tie.other}) & actors for actor in pair - actors}


def take_seats(centres: list[Node], outer: list[Node]) -> None:
    """Places everybody so that ties stay short: centres in the middle, the others on an oval around them.

    Beginning with the order of the names, two neighbours on the oval change seats as long as that shortens the ties.
    """
    for node, (x, y) in zip(centres, CENTRE_SEATS.get(len(centres), []), strict=False):
        node.x, node.y = x, y
    seats = outer_seats(len(outer))
    for node, (x, y) in zip(outer, seats, strict=True):
        node.x, node.y = x, y
    place = {node.actor: node for node in [*centres, *outer]}

    def length(*nodes: Node) -> float:
        return sum(
            math.dist((node.x, node.y), (place[other].x, place[other].y)) for node in nodes for other, _ in node.ties
        )

    for _ in range(len(outer)):
        for one, other in permutations(outer, 2):
            before = length(one, other)
            one.x, one.y, other.x, other.y = other.x, other.y, one.x, one.y
            if length(one, other) >= before - 0.5:
                one.x, one.y, other.x, other.y = other.x, other.y, one.x, one.y


def outer_seats(number: int) -> list[tuple[int, int]]:
    """Two bows, on the left and on the right, so that every name has room and the picture can be read on a phone."""
    left = (number + 1) // 2
    seats = []
    for side, count in ((-1, left), (1, number - left)):
        for row in range(count):
            height = (row + 0.5) / count  # from 0 at the top to 1 at the bottom
            reach = 205 - 70 * (2 * height - 1) ** 2
            seats.append((round(WIDTH / 2 + side * reach), round(30 + (HEIGHT - 60) * height + side * 12)))
    return seats


def bent_line(one: Node, other: Node) -> str:
    """A thread between two nodes, bent a little so that several do not lie on each other."""
    bend = 0.12 if (one.x + other.y) % 2 else -0.12
    middle_x = (one.x + other.x) / 2 + (other.y - one.y) * bend
    middle_y = (one.y + other.y) / 2 - (other.x - one.x) * bend
    return f"M{one.x} {one.y}Q{round(middle_x)} {round(middle_y)} {other.x} {other.y}"
