"""Needs are entered, and whoever keeps one hears in time that it expires."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from partners.actions.due import Job
from partners.actions.listing_reminders import ListingEndMail, due_for_a_reminder, people_of_actor, remind
from partners.actions.listings import store_listing
from partners.models import Actor, Person
from projects.models import Need, Project


def create_need(
    *, actor: Actor | None = None, project: Project | None = None, release: bool = False, **values: Any
) -> Need:
    """Of an actor or of a project; a draft, or with `release` at once there for those who may see it."""
    return store_listing(Need(actor=actor, project=project), release=release, **values)


class NeedEndMail(ListingEndMail):
    name = "need-end"
    label = _("A need expires")
    about = Need


def remind_of_needs() -> int:
    rows = due_for_a_reminder(Need.objects.all()).select_related("actor", "project__lead_actor")
    return sum(remind(NeedEndMail, need, people_of(need)) for need in rows.iterator(500))


def people_of(need: Need) -> list[Person]:
    """The team of the actor, or of who leads the project; where there is none, the organisers."""
    if need.actor is not None:
        return people_of_actor(need.actor)
    project: Project = need.project  # type: ignore[assignment]  # the constraint: one of them
    team = people_of_actor(project.lead_actor) if project.lead_actor else []
    return team or list(
        Person.objects.filter(organised_neighbourhoods__projects=project, is_active=True).distinct().order_by("pk")
    )


REMIND_OF_NEEDS = Job("need-ends", _("Reminders of needs that expire"), remind_of_needs, every=timedelta(days=1))
