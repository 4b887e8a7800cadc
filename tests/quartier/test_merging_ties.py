"""Whoever ties something to an entry while it becomes part of another one: nothing stays behind, in either order.

Two real transactions: one is open, the other has begun and waits for it, or would not wait and is found out.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from partners.actions import invitations
from partners.actions.agreements import begin_agreement, match_sides
from partners.actions.cautions import Override
from partners.actions.handovers import add_lines, begin_handover
from partners.actions.holding import MergedMeanwhileError
from partners.actions.merging import merge_actors, ties_of
from partners.actions.partnerships import write_partnership
from partners.models import Actor, Invitation, Neighbourhood, Partnership, PartnershipHandover, PartnershipParty
from partners.models.reviews import QUESTIONS
from projects.actions.request_asking import ask_for_offer
from projects.models import Contribution, ProjectHandover
from quartier.imports.run import ListImport
from tests.factories import (
    ActorFactory,
    AdminFactory,
    DisseminationFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    OfferFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
)
from tests.partners.browser import sent_by
from tests.projects.browser import fields_of
from tests.quartier.test_merging import TIES
from tests.quartier.test_twenty import reasons

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
LONGEST = 10


class World:
    """Two entries of one place, and somebody who may do everything."""

    def __init__(self) -> None:
        self.admin, self.guest = AdminFactory(), PersonFactory()
        self.home = NeighbourhoodFactory(organisers=[self.admin])
        self.kept, self.gone, self.other = (ActorFactory(neighbourhoods=[self.home]) for _ in range(3))
        self.project = ProjectFactory(neighbourhoods=[self.home], lead_actor=self.other)
        self.part = ParticipationFactory(project=self.project, actor=self.gone)
        self.entry = DisseminationFactory(participation=self.part)
        self.asked = ProjectFactory(neighbourhoods=[self.home], lead_actor=self.other)
        MembershipFactory(actor=self.other)  # somebody whom the admin can ask
        self.led = ProjectFactory(neighbourhoods=[self.home], lead_actor=self.gone)
        self.bond = PartnershipFactory(neighbourhood=self.home, quartier=self.gone, accompanying=self.other)
        self.loose = PartnershipFactory(neighbourhood=self.home, quartier=self.other, state="anbahnung")
        invitation = Invitation(email=self.guest.email, actor=self.gone, created_by=self.admin)
        self.token = invitation.renew_token()
        invitation.save()

    def merge(self) -> None:
        kept, gone = (Actor.objects.get(pk=one.pk) for one in (self.kept, self.gone))
        merge_actors(kept=kept, gone=gone, take=[], by=self.admin, seen=(kept.stamp, gone.stamp))

    def left_behind(self) -> set[tuple[str, str]]:
        return {
            (tie.related_model._meta.label_lower, tie.field.name)
            for tie in ties_of(Actor)
            if tie.related_model._base_manager.filter(**{tie.field.name: self.gone}).exists()
        }


class Case(NamedTuple):
    """A form, what is typed into it, and which ties it makes."""

    path: str
    typed: Callable[[World], dict[str, Any]]
    ties: tuple[str, ...]
    read: Callable[[Any], dict[str, Any]] = sent_by


def party(world: World) -> dict[str, Any]:
    return {
        "kind": "haupt",
        "neighbourhood": world.home.pk,
        "start_on": "1.2.2026",
        "parties-0-actor": world.gone.pk,
        "parties-0-side": "quartier",
        "parties-1-actor": world.other.pk,
        "parties-1-side": "begleitung",
    }


def host_tasks(world: World) -> dict[str, Any]:
    return {"category": "verwaltung", "title": "Kasse führen", "is_free": "True"}


FORMS = {
    "channel": Case(
        "/akteure/{gone}/kanaele/neu/", lambda _: {"name": "Brief", "kind": "newsletter"}, ("partners.channel.actor",)
    ),
    "offer": Case("/akteure/{gone}/angebote/neu/", host_tasks, ("partners.offer.actor",)),
    "need": Case("/akteure/{gone}/bedarfe/neu/", host_tasks, ("projects.need.actor",)),
    "contact": Case("/akteure/{gone}/kontakte/neu/", lambda _: {"name": "Ada"}, ("partners.contactperson.actor",)),
    "assessment": Case("/akteure/{gone}/einschaetzung/", lambda _: reasons(), ("partners.keyactorassessment.actor",)),
    "invitation": Case(
        "/akteure/{gone}/team/",
        lambda _: {"email": "neu@example.org", "role": "editor"},
        ("partners.invitation.actor",),
    ),
    "carrier": Case(
        "/akteure/{other}/bearbeiten/vorstellung/",
        lambda world: {"parent": world.gone.name},
        ("partners.actor.parent",),
    ),
    "quotation": Case(
        "/partnerschaften/{bond}/seiten/{side}/zitat/neu/", lambda _: {"text": "Man kennt sich.", "name": "Ada"}, ()
    ),
    "look back": Case(
        "/partnerschaften/{bond}/seiten/{other_side}/rueckblick/neu/",
        lambda _: {one.name: "3" for one in QUESTIONS},
        (),
    ),
    "partnership": Case("/partnerschaften/neu/", party, ("partners.partnershipparty.actor",)),
    "another side of a partnership": Case(
        "/partnerschaften/{loose}/bearbeiten/",
        lambda world: {"parties-2-actor": world.gone.pk, "parties-2-side": "quartier"},
        ("partners.partnershipparty.actor",),
        fields_of,
    ),
    "side in the administration": Case(
        "/admin/partners/partnership/{loose}/change/",
        lambda world: {"parties-2-actor": world.gone.pk, "parties-2-side": "quartier", "parties-TOTAL_FORMS": 3},
        ("partners.partnershipparty.actor",),
    ),
    "round mail": Case(
        "/quartiere/{quartier}/rundmails/neu/",
        lambda world: {"subject": "Tisch", "text": "Wer kommt?", "partnerships": world.bond.pk},
        ("partners.roundmailplace.actor",),
    ),
    "lead of a new project": Case(
        "/projekte/neu/",
        lambda world: {
            "title": "Neues",
            "neighbourhoods": world.home.pk,
            "state": "idee",
            "goal": "Gut",
            "lead_actor": world.gone.name,
        },
        ("projects.project.lead_actor", "projects.participation.actor"),
    ),
    "request to a project": Case(
        "/projekte/{asked}/anfragen/neu/?art=mitmachen",
        lambda world: {"actor": world.gone.name, "message": "Wir haben einen Saal."},
        ("projects.projectinquiry.actor",),
    ),
    "project that it leads": Case("/projekte/{led}/bearbeiten/", lambda _: {"goal": "Anders"}, (), fields_of),
    "participation": Case(
        "/projekte/{project}/beteiligungen/neu/",
        lambda world: {"actor": world.gone.name, "role": "ort", "state": "zugesagt", "once": "1"},
        ("projects.participation.actor",),
        lambda _: {},
    ),
    "role of its participation": Case(
        "/beteiligungen/{part}/bearbeiten/", lambda _: {"tasks": "Kochen"}, (), fields_of
    ),
    "contribution": Case(
        "/beteiligungen/{part}/beitraege/neu/",
        lambda _: {"category": "raeume", "title": "Saal", "state": "geplant", "once": "1"},
        (),
        lambda _: {},
    ),
    "channel that passed it on": Case(
        "/beteiligungen/{part}/verbreitung/neu/?kanal=neu",
        lambda _: {
            "channel_kind": "aushang",
            "channel_name": "Brett",
            "went_out_on": "1.2.2026",
            "enter_channel": "on",
            "once": "1",
        },
        ("partners.channel.actor",),
        lambda _: {},
    ),
    "another channel of what was passed on": Case(
        "/verbreitung/{entry}/bearbeiten/",
        lambda _: {"channel_kind": "aushang", "channel_name": "Tafel"},
        (),
        fields_of,
    ),
    "benefit": Case(
        "/projekte/{project}/nutzen/neu/?akteur={gone}",
        lambda _: {"text": "Gesichter", "kind": "kontakte", "once": "1"},
        ("projects.benefit.actor",),
        lambda _: {},
    ),
    "membership in the administration": Case(
        "/admin/partners/membership/add/",
        lambda world: {"person": world.guest.pk, "actor": world.gone.pk, "role": "editor"},
        ("partners.membership.actor",),
    ),
    "lead of a Quartier in the administration": Case(
        "/admin/partners/neighbourhood/{home}/change/",
        lambda world: {"lead_actor": world.gone.pk},
        ("partners.neighbourhood.lead_actor",),
    ),
}


class Sent:
    """A form that was opened before anything happened, and what comes back when it is sent."""

    def __init__(self, world: World, case: Case) -> None:
        self.client = Client(headers={"accept-language": "de"})
        self.client.force_login(world.admin)
        slugs = {name: getattr(world, name).slug for name in ("gone", "other", "project", "led", "asked")}
        slugs["quartier"] = world.home.slug
        sides = dict(world.bond.parties.values_list("actor", "pk"))
        slugs |= {"bond": world.bond.pk, "side": sides[world.gone.pk], "other_side": sides[world.other.pk]}
        self.path = case.path.format(
            entry=world.entry.pk, part=world.part.pk, loose=world.loose.pk, home=world.home.pk, **slugs
        )
        self.data = case.read(self.client.get(self.path)) | case.typed(world)
        self.answer: Any = None

    def __call__(self) -> None:
        self.answer = self.client.post(self.path, self.data)


def accept(world: World) -> Callable[[], Any]:
    return lambda: invitations.accept(token=world.token, person=world.guest)


def import_list(world: World) -> Callable[[], Any]:
    here = Neighbourhood.objects.get(pk=world.home.pk)
    with tempfile.NamedTemporaryFile(suffix=".csv", delete=False) as file:
        file.write(f"Name;Telefon\n{world.gone.name};089 1\n".encode())
    return lambda: ListImport(path=Path(file.name), neighbourhood=here, by=world.admin).write()


def import_table(world: World) -> Callable[[], Any]:
    """A table that the portal made, in which the entry stands by its address."""
    here = Neighbourhood.objects.get(pk=world.home.pk)
    with tempfile.NamedTemporaryFile(suffix=".csv", delete=False) as file:
        file.write(f"Name;Kennung im Portal\nAnders;{world.gone.slug}\n".encode())
    return lambda: ListImport(path=Path(file.name), neighbourhood=here, by=world.admin, skip_faulty=True).write()


def match(world: World) -> Callable[[], Any]:
    """A draft that was begun before the entry became a side."""
    agreement = agree(world)()
    agreement.parts.filter(actor=world.gone).delete()
    return lambda: match_sides(agreement=agreement)


def agree(world: World) -> Callable[[], Any]:
    return lambda: begin_agreement(partnership=Partnership.objects.get(pk=world.bond.pk), language="de")


def insist(world: World) -> Callable[[], Any]:
    """Another partnership, although the portal says that the entry is full."""
    tie = Partnership(kind="projekt", neighbourhood=world.home, state="anbahnung")
    sides = [PartnershipParty(actor=one, side="quartier") for one in (world.gone, world.other)]
    reasons = [Override(world.gone, "Voll.", "Es eilt.")]

    def write() -> None:
        with suppress(MergedMeanwhileError):  # which the page says, with what was typed
            write_partnership(partnership=tie, parties=sides, by=world.admin, overrides=reasons)

    return write


def hand_over(world: World) -> Callable[[], Any]:
    """What stands in it is told on its page if one of the actors has just become part of another one."""

    def write() -> None:
        with suppress(MergedMeanwhileError):
            for model, subject in ((PartnershipHandover, world.bond), (ProjectHandover, world.project)):
                row = begin_handover(model=model, subject=subject, giver=world.gone, receiver=world.gone)
                lines = [{"what": "Ordner", "from_actor": world.gone, "to_actor": world.gone}]
                add_lines(handover=row, lines=lines)

    return write


def ask(world: World) -> Callable[[], Any]:
    """For what somebody else offers; its page says that the entry has just become part of another one."""
    offer = OfferFactory(actor=world.other)
    day = timezone.localdate()

    def write() -> None:
        with suppress(MergedMeanwhileError):
            ask_for_offer(
                offer=offer, actor=world.gone, by=world.admin, message="Für ein Fest.", start_on=day, end_on=day
            )

    return write


COMMANDS = {
    "hand-over": (
        hand_over,
        tuple(
            f"{whose}handover{part}"
            for whose in ("partners.partnership", "projects.project")
            for part in (".giver", ".receiver", "line.from_actor", "line.to_actor")
        ),
    ),
    "accepting an invitation": (accept, ("partners.membership.actor",)),
    "import": (import_list, ("quartier.importedactor.actor",)),
    "import of a table": (import_table, ("quartier.importedactor.actor",)),
    "sides of an agreement": (match, ("partners.agreementpart.actor",)),
    "agreement": (agree, ("partners.agreementpart.actor",)),
    "request for an offer": (ask, ("projects.resourcerequest.actor",)),
    "in spite of a warning": (insist, ("partners.partnershipoverride.actor",)),
}


# Asked once more, entered as a new one, or refused as a row that names nobody, where the merge was faster.
ASKED_AGAIN = {"hand-over", "import", "import of a table", "in spite of a warning", "request for an offer"}


@contextmanager
def meanwhile(act: Callable[[], Any]) -> Iterator[None]:
    """What stands inside is one open transaction; `act` runs in another one that begins before the first is written."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001  # of another thread, raised again below
            faults.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=run)
    with transaction.atomic():
        yield
        other.start()
        until_it_waits(other)
    other.join()
    if faults:
        raise faults[0]


def until_it_waits(other: threading.Thread) -> None:
    """Until it waits for a lock of ours, or has gone by without."""
    began = time.monotonic()
    while other.is_alive() and time.monotonic() - began < LONGEST:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)


def test_each_tie_is_made_by_one_of_the_cases() -> None:
    made = {tie for case in FORMS.values() for tie in case.ties} | {
        tie for _, ties in COMMANDS.values() for tie in ties
    }
    assert made == {f"{model}.{name}" for model, name in TIES}


def came_along(world: World, tie: str) -> bool:
    model, _, column = tie.rpartition(".")
    rows = next(one.related_model for one in ties_of(Actor) if one.related_model._meta.label_lower == model)
    return rows._base_manager.filter(**{column: world.kept}).exists()


# Each of these goes through all forms in one test, because a database that is made anew for each takes longer than all of them.


def test_what_is_sent_while_the_merge_is_written_does_not_stay_behind() -> None:
    """It is asked again with what was typed, or lands where the entry went."""
    left, answers = {}, {}
    for name, case in FORMS.items():
        world = World()
        send = Sent(world, case)
        with meanwhile(send):
            world.merge()
        left[name], answers[name] = world.left_behind(), send.answer.status_code

    assert set().union(*left.values()) == set(), left
    assert set(answers.values()) <= {200, 302, 308, 409, 422}


def test_what_is_written_while_the_merge_begins_comes_along() -> None:
    left, answers, along = {}, {}, {}
    for name, case in FORMS.items():
        world = World()
        send = Sent(world, case)
        with meanwhile(world.merge):
            send()
        left[name], answers[name] = world.left_behind(), send.answer.status_code
        along[name] = all(came_along(world, tie) for tie in case.ties)

    assert set().union(*left.values()) == set(), left
    assert answers == dict.fromkeys(FORMS, 302)
    assert along == dict.fromkeys(FORMS, True)


def test_what_is_no_form_leaves_nothing_behind() -> None:
    for name, (make, ties) in COMMANDS.items():
        for is_first in (True, False):
            world = World()
            act = make(world)
            inside, beside = (world.merge, act) if is_first else (act, world.merge)
            with meanwhile(beside):
                inside()
            assert world.left_behind() == set(), (name, is_first)
            is_along = all(came_along(world, tie) for tie in ties)
            assert is_along or (is_first and name in ASKED_AGAIN), (name, is_first)


def test_who_is_asked_again_saves_once_more_and_it_lands_where_the_entry_went() -> None:
    for name in ("channel", "offer", "need", "contact", "assessment", "invitation"):
        world = World()
        send = Sent(world, FORMS[name])
        with meanwhile(send):
            world.merge()

        assert f"„{world.gone}“ gehört inzwischen zu „{world.kept}“." in send.answer.content.decode(), name
        again = send.client.post(send.path, sent_by(send.answer), follow=True)
        assert (again.redirect_chain[0][1], again.status_code) == (308, 200), name
        assert came_along(world, FORMS[name].ties[0]), name


def test_a_contribution_goes_on_with_the_participation_or_is_asked_again() -> None:
    """Where both took part in the same role the row of the one is no more, and what was typed comes back."""
    for took_part in (False, True):
        world = World()
        if took_part:
            ParticipationFactory(project=world.project, actor=world.kept, role=world.part.role)
        send = Sent(world, FORMS["contribution"])
        with meanwhile(send):
            world.merge()

        noted = Contribution.objects.filter(participation__actor=world.kept).count()
        assert (send.answer.status_code == 302, noted) == (not took_part, int(not took_part))
        if took_part:
            page = send.answer.content.decode()
            assert f"„{world.gone}“ gehört inzwischen zu „{world.kept}“." in page
            assert "Saal" in page
