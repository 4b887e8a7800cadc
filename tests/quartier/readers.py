"""What the tests of the public pages share: somebody who reads, what she finds on a page, and a project with actors in it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from partners.models import Actor, Neighbourhood, Person
from projects.models import Project
from tests.factories import ActorFactory, ParticipationFactory, ProjectFactory


def reader(person: Person | None = None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if person:
        client.force_login(person)
    return client


def heading(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", re.search(r"<h1.*?</h1>", html, re.DOTALL)[0])).strip()


def links(html: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', html.split("<main", 1)[1].split("</main>", 1)[0]))


def tied(
    quartier: Neighbourhood, *names: str, lead: int = 0, state: str = Project.State.RUNNING, **values: Any
) -> tuple[Project, list[Actor]]:
    """A project with so many published actors; the one at `lead` leads it."""
    actors = [ActorFactory(name=name, neighbourhoods=[quartier]) for name in names]
    project = ProjectFactory(neighbourhoods=[quartier], lead_actor=actors[lead], state=state, **values)
    for actor in actors:
        ParticipationFactory(project=project, actor=actor)
    return project, actors
