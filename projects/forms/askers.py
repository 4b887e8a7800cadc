"""For whom somebody may ask: one of her places or projects. Who may ask for thousands has her own ones and a search."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from partners.models import Actor, Offer, normalise
from partners.rows_field import is_key
from projects.models import Project

# So many of each kind stand there to be chosen.
OFFERED = 8
ACTOR, PROJECT = "akteur", "projekt"


class Askers:
    """Actors that the person keeps and projects whose side she is, but for the actor that offers and what it leads."""

    def __init__(self, user: Any, offer: Offer) -> None:
        actors = Actor.objects.current().editable_by(user).exclude(pk=offer.actor_id)
        own = Actor.objects.staffed_by(user).order_by()
        self.actors = actors.annotate(is_own=Exists(own.filter(pk=OuterRef("pk"))))
        projects = Project.objects.visible_to(user).editable_by(user).filter(state__in=Project.GOING_ON)
        led = own.filter(pk=OuterRef("lead_actor"))
        self.projects = projects.exclude(lead_actor=offer.actor_id).annotate(is_own=Exists(led))

    def exist(self) -> bool:
        return self.actors.exists() or self.projects.exists()

    def get(self, key: str) -> Actor | Project | None:
        """The one of this key, `akteur-7`, as far as the person may ask for it."""
        kind, _dash, number = key.partition("-")
        rows: Any = {ACTOR: self.actors, PROJECT: self.projects}.get(kind)
        if rows is None or not is_key(number):
            return None
        return rows.filter(pk=number).first()

    def first(self) -> tuple[list[Actor], list[Project], bool]:
        """Her own ones, and whether there are others to be searched; all of them where they are few."""
        actors, more_actors = _some(self.actors.order_by("-is_own", "sort_name", "pk"))
        projects, more_projects = _some(self.projects.order_by("-is_own", "sort_title", "pk"))
        has_more = more_actors or more_projects
        if has_more and any(one.is_own for one in (*actors, *projects)):  # type: ignore[attr-defined]
            actors = [one for one in actors if one.is_own]
            projects = [one for one in projects if one.is_own]
        return actors, projects, has_more

    def found(self, text: str) -> tuple[list[Actor], list[Project], bool]:
        """The best fits for a few letters of a name, and whether there are more."""
        if not normalise(text):
            return [], [], False
        actors, more_actors = _some(self.actors.search(text))
        projects, more_projects = _some(self.projects.search(text))
        return actors, projects, more_actors or more_projects


def _some(rows: Any) -> tuple[list[Any], bool]:
    found = list(rows[: OFFERED + 1])
    return found[:OFFERED], len(found) > OFFERED


def key_of(asker: Actor | Project) -> str:
    return f"{ACTOR if isinstance(asker, Actor) else PROJECT}-{asker.pk}"
