"""Whoever locks more than one row does it in one order: actors, then the partnership or project, then its parts.

Each act runs while a merge has its two actors and is about to take what hangs on them. In another order the two would
wait for each other, and the database would throw one of them out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from partners.actions import merging
from partners.actions.actors import edit_actor
from partners.actions.partnerships import reopen_partnership, write_partnership
from partners.models import Actor, HistoryEntry, Partnership, PartnershipParty, acting
from partners.views import profiles
from projects.actions import add_participation, edit_participation, edit_project
from projects.actions.inquiries import answer_inquiry
from projects.actions.resource_requests import finish_request, grant_request
from projects.models import Participation, Project, ProjectInquiry, ResourceRequest
from tests.factories import (
    ActorFactory,
    AdminFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
    ProjectInquiryFactory,
    ResourceRequestFactory,
)
from tests.partners.browser import sent_by
from tests.partners.test_races import at_once

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


class Meeting:
    """A merge that takes a moment between the actors and what hangs on them, and somebody who comes just then."""

    def __init__(self, monkeypatch: Any) -> None:
        self.began = threading.Event()
        self.kept, self.gone, self.friend = ActorFactory(), ActorFactory(), ActorFactory()
        self.seen = (self.kept.stamp, self.gone.stamp)
        refuse = merging.refuse_partners_of_each_other

        def slowly(*actors: Actor) -> None:
            self.began.set()
            time.sleep(0.4)
            refuse(*actors)

        monkeypatch.setattr(merging, "refuse_partners_of_each_other", slowly)

    def merge(self) -> Any:
        merging.merge_actors(kept=self.kept, gone=self.gone, take=[], by=PersonFactory(), seen=self.seen)

    def meet(self, act: Any) -> list[Any]:
        def come() -> Any:
            assert self.began.wait(5)
            return act()

        return at_once(lambda: self.merge() or "merged", come)


@pytest.fixture
def meeting(monkeypatch: Any) -> Meeting:
    return Meeting(monkeypatch)


def test_a_partnership_is_taken_up_again_while_a_side_is_merged(meeting):
    over = PartnershipFactory(quartier=meeting.gone, accompanying=meeting.friend, ended=True, words=True)
    merged, refused = meeting.meet(lambda: reopen_partnership(partnership=over, by=None))
    assert (merged, refused.code) == ("merged", "merged")
    again = reopen_partnership(partnership=Partnership.objects.get(pk=over.pk), by=None)
    assert set(again.parties.values_list("actor", flat=True)) == {meeting.kept.pk, meeting.friend.pk}


def test_a_request_to_a_project_is_agreed_to_while_who_would_join_is_merged(meeting):
    inquiry = ProjectInquiryFactory(actor=meeting.gone)
    yes = {"state": ProjectInquiry.State.AGREED, "answer": "", "by": PersonFactory()}
    assert meeting.meet(lambda: answer_inquiry(inquiry=inquiry, **yes)) == ["merged", None]
    parts = Participation.objects.filter(project=inquiry.project)
    assert list(parts.values_list("actor", "state")) == [(meeting.kept.pk, Participation.State.INVITED)]


def test_a_request_is_granted_while_the_giver_is_merged(meeting):
    request = ResourceRequestFactory(offer__actor=meeting.gone)
    assert meeting.meet(lambda: grant_request(request=request, by=PersonFactory())) == ["merged", None]
    request = ResourceRequest.objects.select_related("offer").get(pk=request.pk)
    assert (request.state, request.offer.actor) == (ResourceRequest.State.GRANTED, meeting.kept)


def test_what_both_asked_of_each_other_is_withdrawn_once_they_are_one(meeting):
    request = ResourceRequestFactory(offer__actor=meeting.kept, actor=meeting.gone)
    merged, refused = meeting.meet(lambda: grant_request(request=request, by=PersonFactory()))
    request.refresh_from_db()
    assert (merged, refused.code, request.state) == ("merged", "race", ResourceRequest.State.WITHDRAWN)


def test_what_was_given_is_told_while_the_giver_is_merged(meeting):
    states = {"state": ResourceRequest.State.GRANTED, "start_on": timezone.localdate()}
    request = ResourceRequestFactory(offer__actor=meeting.gone, project=ProjectFactory(), **states)
    merged, done = meeting.meet(lambda: finish_request(request=request, by=PersonFactory()))
    assert (merged, done.contribution.participation.actor) == ("merged", meeting.kept)


def bringing_back(entry: HistoryEntry, address: str) -> Callable[[], int]:
    client = Client()
    client.force_login(AdminFactory())
    newest = client.get(f"{address}{entry.pk}/").context["version"].newest
    return lambda: client.post(f"{address}{entry.pk}/", {"version": newest}).status_code


def test_a_version_of_a_project_comes_back_while_its_lead_is_merged(meeting):
    project = ProjectFactory(lead_actor=meeting.gone, goal="Alt")
    with acting(by=PersonFactory()):
        edit_project(project=project, goal="Neu")
    entry = HistoryEntry.objects.filter(row="projects.project", what="anders").latest("pk")
    meeting.seen = (meeting.kept.stamp, Actor.objects.get(pk=meeting.gone.pk).stamp)
    answers = meeting.meet(bringing_back(entry, f"/projekte/{project.slug}/verlauf/"))
    project.refresh_from_db()
    assert (answers, project.goal, project.lead_actor) == (["merged", 422], "Neu", meeting.kept)


@pytest.mark.parametrize("attempt", range(3))
def test_a_version_of_a_side_comes_back_while_the_partnership_is_written(attempt):
    row = PartnershipFactory(words=True)
    side = row.parties.first()
    with acting(by=PersonFactory()):
        side.brings, before = "Neu", side.brings
        side.save(update_fields=["brings"])
    entry = HistoryEntry.objects.filter(row="partners.partnershipparty", what="anders").latest("pk")
    other = row.parties.last()
    other.brings = "Anders"
    sides = [other, PartnershipParty.objects.get(pk=side.pk)]
    answers = at_once(
        bringing_back(entry, f"/partnerschaften/{row.pk}/verlauf/"),
        lambda: write_partnership(partnership=Partnership.objects.get(pk=row.pk), parties=sides).pk,
    )
    side.refresh_from_db()
    other.refresh_from_db()
    assert answers[1] == row.pk
    assert (side.brings in {before, "Neu"}, other.brings) == (True, "Anders")


def test_a_carrier_is_named_while_both_are_merged(monkeypatch):
    """Here it is the profile that takes a moment, while it has its own row and is about to take that of its carrier."""
    carrier, actor, began = ActorFactory(name="Träger"), ActorFactory(), threading.Event()
    address, client = f"/akteure/{actor.slug}/bearbeiten/vorstellung/", Client()
    client.force_login(AdminFactory())
    sent = sent_by(client.get(address)) | {"parent": ["Träger"]}
    seen = (carrier.stamp, actor.stamp)

    def slowly(**values: Any) -> Any:
        began.set()
        time.sleep(0.4)
        return edit_actor(**values)

    def merge() -> None:
        assert began.wait(5)
        merging.merge_actors(kept=carrier, gone=actor, take=[], by=PersonFactory(), seen=seen)

    monkeypatch.setattr(profiles, "edit_actor", slowly)
    code, refused = at_once(lambda: client.post(address, sent).status_code, merge)
    assert (code, refused.code) == (302, "changed")
    assert Actor.objects.get(pk=actor.pk).parent == carrier


@pytest.mark.parametrize("attempt", range(3))
def test_two_ways_to_take_the_lead_do_not_wait_for_each_other(attempt):
    project, actor = ProjectFactory(lead_actor=None), ActorFactory()
    part = ParticipationFactory(project=project, actor=actor)
    at_once(
        lambda: edit_participation(participation=part, role=Participation.Role.LEAD),
        lambda: edit_project(project=Project.objects.get(pk=project.pk), lead_actor=actor),
        lambda: add_participation(
            project=project, actor=ActorFactory(), role="federfuehrung", by=None, state="zugesagt"
        ),
    )
    project.refresh_from_db()
    leads = Participation.objects.filter(project=project, role=Participation.Role.LEAD)
    assert project.lead_actor_id in set(leads.values_list("actor", flat=True))
