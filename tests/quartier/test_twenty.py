"""Twenty identical forms at the same moment make one row, whatever the form is for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection, connections
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from partners.models import (
    Actor,
    Channel,
    ContactNote,
    ContactPerson,
    Invitation,
    KeyActorAssessment,
    Membership,
    Neighbourhood,
    NextStep,
    Offer,
    Partnership,
    PartnershipReview,
    Quotation,
    RoundMail,
    Topic,
)
from partners.models.reviews import QUESTIONS
from projects.actions.disseminations import stamps_of
from projects.models import (
    Benefit,
    Contribution,
    Dissemination,
    Need,
    Participation,
    Project,
    ProjectHandover,
    ProjectHandoverLine,
    ProjectInquiry,
    ResourceRequest,
)
from quartier.imports.run import ListImport
from quartier.models import ImportedActor
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AdminFactory,
    DisseminationFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    OfferFactory,
    ParticipationFactory,
    PartnershipFactory,
    ProjectFactory,
    ProjectHandoverFactory,
)
from tests.partners.browser import sent_by

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
TIMES = 20


class World:
    def __init__(self) -> None:
        self.admin = AdminFactory(is_superuser=True)
        self.home = NeighbourhoodFactory(organisers=[self.admin])
        self.kind = ActorKindFactory()
        self.actor = ActorFactory(slug="treff", neighbourhoods=[self.home])
        self.other = ActorFactory(neighbourhoods=[self.home])
        self.project = ProjectFactory(slug="hof", neighbourhoods=[self.home], lead_actor=self.other)
        self.third = ActorFactory(neighbourhoods=[self.home])
        MembershipFactory(actor=self.other)  # somebody else who can answer for the project
        self.part = ParticipationFactory(project=self.project, actor=self.actor)
        self.over = PartnershipFactory(neighbourhood=self.home, ended=True)
        self.running = PartnershipFactory(neighbourhood=self.home)


class Case(NamedTuple):
    model: type[Model]
    path: Callable[[World], str]
    typed: Callable[[World], dict[str, Any]]
    is_page: bool = True


def handed_over(world: World) -> str:
    return ProjectHandoverFactory(project=world.project, receiver=world.actor).get_absolute_url()


def reasons() -> dict[str, Any]:
    names = ("access", "networked", "multiplier", "closeness")
    return dict.fromkeys(names, "2") | {f"{name}_reason": "Weil." for name in names}


CASES = {
    "actor": Case(
        Actor,
        lambda world: "/akteure/neu/",
        lambda world: {
            "name": "Ganz neu",
            "kind": world.kind.pk,
            "neighbourhoods": world.home.pk,
            "purpose": "Da sein",
        },
    ),
    "partnership": Case(
        Partnership,
        lambda world: "/partnerschaften/neu/",
        lambda world: {
            "kind": "haupt",
            "state": "anbahnung",
            "neighbourhood": world.home.pk,
            "start_on": "1.2.2026",
            "parties-0-actor": world.actor.pk,
            "parties-0-side": "quartier",
            "parties-1-actor": world.other.pk,
            "parties-1-side": "begleitung",
        },
    ),
    "partnership taken up again": Case(
        Partnership,
        lambda world: f"{world.over.get_absolute_url()}wieder-aufnehmen/",
        lambda world: {"note": "Noch einmal."},
    ),
    "contact note": Case(
        ContactNote,
        lambda world: f"{world.running.get_absolute_url()}gespraechsnotizen/neu/",
        lambda world: {"on": "1.2.2026", "way": "telefon", "text": "Sie ruft zurück."},
    ),
    "round mail": Case(
        RoundMail,
        lambda world: f"/quartiere/{world.home.slug}/rundmails/neu/",
        lambda world: {"subject": "Tisch", "text": "Wer kommt?", "partnerships": world.running.pk},
    ),
    "next step": Case(
        NextStep,
        lambda world: f"{world.running.get_absolute_url()}naechster-schritt/neu/",
        lambda world: {"what": "Anrufen", "due_on": "1.2.2027", "responsible": world.admin.pk},
    ),
    "project": Case(
        Project,
        lambda world: "/projekte/neu/",
        lambda world: {"title": "Neues", "neighbourhoods": world.home.pk, "state": "idee", "goal": "Gut"},
    ),
    "participation": Case(
        Participation,
        lambda world: "/projekte/hof/beteiligungen/neu/",
        lambda world: {"actor": world.actor.name, "role": "ort", "state": "zugesagt"},
        is_page=False,  # a panel of the project page
    ),
    "contribution": Case(
        Contribution,
        lambda world: f"/beteiligungen/{world.part.pk}/beitraege/neu/",
        lambda world: {"category": "raeume", "title": "Saal", "state": "geplant"},
        is_page=False,  # a panel of the project page
    ),
    "benefit": Case(
        Benefit,
        lambda world: "/projekte/hof/nutzen/neu/?akteur=treff",
        lambda world: {"text": "Neue Gesichter", "kind": Benefit.Kind.values[0]},
        is_page=False,  # a panel of the project page
    ),
    "passed on": Case(
        Dissemination,
        lambda world: f"/beteiligungen/{world.part.pk}/verbreitung/neu/",
        lambda world: {"channel_kind": "newsletter", "channel_name": "Post", "went_out_on": "1.2.2026"},
        is_page=False,  # the frame of the small forms of a project
    ),
    "contribution of what was passed on": Case(
        Contribution,
        lambda world: (
            f"/beteiligungen/{DisseminationFactory(participation=world.part).participation_id}/verbreitung/beitrag/"
        ),
        lambda world: {"title": "Post", "seen": " ".join(stamps_of(world.part.disseminations.all()))},
        is_page=False,
    ),
    "request to a project": Case(
        ProjectInquiry,
        lambda world: "/projekte/hof/anfragen/neu/?art=mitmachen",
        lambda world: {"actor": world.third.name, "message": "Wir haben einen Saal."},
    ),
    "request for an offer": Case(
        ResourceRequest,
        lambda world: f"{OfferFactory(actor=world.other).get_absolute_url()}anfragen/neu/",
        lambda world: {
            "asker": f"akteur-{world.third.pk}",
            "message": "Ein Fest.",
            "start_on": f"{timezone.localdate() + timedelta(days=9):%d.%m.%Y}",
        },
    ),
    "look back": Case(
        PartnershipReview,
        lambda world: f"{world.over.get_absolute_url()}seiten/{world.over.parties.last().pk}/rueckblick/neu/",
        lambda world: {one.name: 3 for one in QUESTIONS},
    ),
    "quotation": Case(
        Quotation,
        lambda world: f"{world.over.get_absolute_url()}seiten/{world.over.parties.first().pk}/zitat/neu/",
        lambda world: {"text": "Man grüßt sich.", "name": "Ada Beispiel"},
    ),
    "channel": Case(
        Channel,
        lambda world: "/akteure/treff/kanaele/neu/",
        lambda world: {"name": "Rundbrief", "kind": "newsletter"},
    ),
    "offer": Case(
        Offer,
        lambda world: "/akteure/treff/angebote/neu/",
        lambda world: {"category": "raeume", "title": "Saal", "is_free": "True", "persons": "30"},
    ),
    "need": Case(
        Need,
        lambda world: "/projekte/hof/bedarfe/neu/",
        lambda world: {"category": "material", "title": "Stühle", "is_free": "True", "quantity": "30"},
    ),
    "contact": Case(
        ContactPerson,
        lambda world: "/akteure/treff/kontakte/neu/",
        lambda world: {"name": "Ada Beispiel", "function": "Leitung"},
    ),
    "assessment": Case(
        KeyActorAssessment,
        lambda world: "/akteure/treff/einschaetzung/",
        lambda world: reasons(),
    ),
    "invitation to a team": Case(
        Invitation,
        lambda world: "/akteure/treff/team/",
        lambda world: {"email": "gast@example.org", "role": "editor"},
    ),
    "invitation of an organiser": Case(
        Invitation,
        lambda world: f"/quartiere/{world.home.slug}/team/",
        lambda world: {"email": "gast@example.org"},
    ),
    "hand-over": Case(
        ProjectHandover,
        lambda world: "/projekte/hof/uebergabe/neu/",
        lambda world: {"receiver": world.actor.pk, "handed_over_on": "1.7.2027"},
    ),
    "line of a hand-over": Case(
        ProjectHandoverLine,
        lambda world: f"{handed_over(world)}punkte/neu/",
        lambda world: {"kind": "sache", "what": "Schlüssel"},
    ),
    "proposals of a hand-over": Case(
        ProjectHandoverLine, lambda world: f"{handed_over(world)}vorschlaege/", lambda world: {}
    ),
    "topic in the administration": Case(
        Topic,
        lambda world: "/admin/partners/topic/add/",
        lambda world: {"name": "Wasser", "name_en": "Water", "slug": "wasser"},
    ),
    "membership in the administration": Case(
        Membership,
        lambda world: "/admin/partners/membership/add/",
        lambda world: {"person": world.admin.pk, "actor": world.actor.pk, "role": "editor"},
    ),
    "neighbourhood in the administration": Case(
        Neighbourhood,
        lambda world: "/admin/partners/neighbourhood/add/",
        lambda world: {"name": "Neu", "slug": "neu-hier", "city": "München", "definition": "Rund um den Platz"},
    ),
}


def at_once(times: int, act: Callable[[], int]) -> list[int]:
    start = threading.Barrier(times)
    answers: list[int] = []

    def run() -> None:
        try:
            connection.ensure_connection()
            start.wait()
            answers.append(act())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("name", CASES)
def test_twenty_identical_forms_at_once_make_one_row(name: str) -> None:
    case, world = CASES[name], World()
    path = case.path(world)
    client = Client()
    client.force_login(world.admin)
    opened = sent_by(client.get(path)) if case.is_page else {"once": ["schluessel"]}
    data = opened | case.typed(world)
    before = case.model._base_manager.count()

    def send() -> int:
        sender = Client()
        sender.cookies = client.cookies
        return sender.post(path, data).status_code

    assert at_once(TIMES, send) == [302] * TIMES
    assert case.model._base_manager.count() == before + 1


def test_twenty_imports_of_one_list_at_once_enter_each_row_once(tmp_path: Path) -> None:
    """Whoever starts it again because nothing seems to happen doubles nothing; each run says what it did."""
    world = World()
    path = tmp_path / "liste.csv"
    path.write_text("Name;Telefon\nKochtreff;089 1\nNähstube;089 2\n")

    def run() -> int:
        here = Neighbourhood.objects.get(pk=world.home.pk)
        return ListImport(path=path, neighbourhood=here, by=world.admin).write().new_count

    assert sorted(at_once(TIMES, run)) == [0] * (TIMES - 1) + [2]
    assert Actor.objects.filter(name__in=("Kochtreff", "Nähstube")).count() == 2
    assert ImportedActor.objects.count() == 2
