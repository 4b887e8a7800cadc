"""What two people do to the requests for one offer at the same moment, in two real transactions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from partners.models import Mail, Offer
from projects.actions.request_asking import ask_for_offer
from projects.actions.resource_requests import finish_request, grant_request, thank_for_request, withdraw_request
from projects.models import Contribution, Participation, ResourceRequest
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    OfferFactory,
    PersonFactory,
    ProjectFactory,
    ResourceRequestFactory,
)
from tests.projects.test_races import at_once, refusals

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
TIMES = 4


def waiting(offer: Offer, **values: Any) -> ResourceRequest:
    """With somebody who hears what becomes of it."""
    request = ResourceRequestFactory(offer=offer, by=PersonFactory(), **values)
    MembershipFactory(person=request.by, actor=request.actor or ActorFactory())
    request.remember("", by=None)
    return request


def turn(act: Callable[..., Any], request: ResourceRequest, **values: Any) -> Callable[[], Any]:
    """On a copy of its own, as another page has it."""
    copy = ResourceRequest.objects.select_related("offer", "actor", "project", "by").get(pk=request.pk)
    return partial(act, request=copy, by=PersonFactory(), **values)


def states(*requests: ResourceRequest) -> list[str]:
    """As they stand now; the history of each leads there without a gap."""
    for request in requests:
        request.refresh_from_db()
        steps = list(request.steps.all())
        assert steps[-1].to_state == request.state
        assert all(one.to_state == two.from_state for one, two in pairwise(steps))
    return [request.state for request in requests]


def answers_to(request: ResourceRequest) -> int:
    return Mail.objects.filter(kind="resource-request-answer", about_id=request.pk).count()


def test_of_two_who_want_the_same_evening_one_wins_and_the_other_is_told():
    for _ in range(TIMES):
        offer = OfferFactory(category="raeume")
        one, two = waiting(offer), waiting(offer)
        answers = at_once(turn(grant_request, one), turn(grant_request, two))
        assert (refusals(answers), sorted(states(one, two))) == (1, ["abgelehnt", "zugesagt"])
        assert {one.is_taken, two.is_taken} == {True, False}
        assert (answers_to(one), answers_to(two)) == (1, 1)


def test_there_are_never_more_pieces_promised_than_there_are():
    for _ in range(TIMES):
        offer = OfferFactory(category="material", quantity=5)
        requests = [waiting(offer, quantity=number) for number in (3, 2, 3)]
        answers = at_once(*[turn(grant_request, request) for request in requests])
        three, two, other = states(*requests)
        assert (refusals(answers), two, {three, other}) == (1, "zugesagt", {"zugesagt", "abgelehnt"})


def test_a_yes_and_a_withdrawal_at_once_are_one_of_both():
    for _ in range(TIMES):
        request = waiting(OfferFactory(category="raeume"))
        answers = at_once(turn(grant_request, request), turn(withdraw_request, request, reason="Doch nicht."))
        [state] = states(request)
        assert (refusals(answers), state in {"zugesagt", "zurueckgezogen"}, request.steps.count()) == (1, True, 2)


def test_what_becomes_free_is_promised_or_refused_but_never_twice():
    for _ in range(TIMES):
        offer = OfferFactory(category="raeume")
        first = waiting(offer)
        grant_request(request=first, by=None)
        second = waiting(offer)
        answers = at_once(turn(withdraw_request, first, reason="Wasser."), turn(grant_request, second))
        assert states(first, second) == ["zurueckgezogen", "offen" if refusals(answers) else "zugesagt"]


def test_what_is_asked_for_while_it_is_promised_is_refused_or_declined():
    day = timezone.localdate() + timedelta(days=7)
    for _ in range(TIMES):
        offer = OfferFactory(category="raeume")
        first, asker = waiting(offer), ActorFactory()
        ask = {"offer": offer, "actor": asker, "by": PersonFactory(), "message": "Fest", "start_on": day, "end_on": day}
        answers = at_once(turn(grant_request, first), partial(ask_for_offer, **ask))
        later = ResourceRequest.objects.filter(actor=asker).values_list("state", "is_taken")
        assert list(later) == ([] if refusals(answers) else [("abgelehnt", True)])


def test_who_presses_twice_asks_once():
    day = timezone.localdate()
    for _ in range(TIMES):
        giver, asker = MembershipFactory().actor, ActorFactory()
        ask = {"offer": OfferFactory(actor=giver), "actor": asker, "message": "Fest", "start_on": day, "end_on": day}
        one, two = at_once(*[partial(ask_for_offer, **ask, by=PersonFactory()) for _ in range(2)])
        assert (one, one.steps.count()) == (two, 1)
        assert Mail.objects.filter(kind="resource-request", about_id=one.pk).count() == 1


def test_what_is_finished_twice_at_once_is_one_contribution():
    for _ in range(TIMES):
        request = waiting(OfferFactory(category="raeume"), project=ProjectFactory(), start_on=timezone.localdate())
        grant_request(request=request, by=None)
        answers = at_once(turn(finish_request, request), turn(finish_request, request, title="Saal"))
        assert (refusals(answers), states(request)) == (1, ["erledigt"])
        parts = Participation.objects.filter(project=request.project)
        assert [part.contributions.count() for part in parts] == [1]
        assert request.contribution == Contribution.objects.get(participation__project=request.project)


def test_two_who_give_thanks_at_once_thank_once():
    for _ in range(TIMES):
        giver = MembershipFactory().actor
        request = waiting(OfferFactory(actor=giver, category="raeume"), start_on=timezone.localdate())
        grant_request(request=request, by=None)
        finish_request(request=request, by=None)
        answers = at_once(*[turn(thank_for_request, request, words=words) for words in ("Danke!", "Merci!")])
        request.refresh_from_db()
        first = [isinstance(answer, Exception) for answer in answers].index(False)
        assert (refusals(answers), request.thanks) == (1, ["Danke!", "Merci!"][first])
        assert Mail.objects.filter(kind="resource-request-thanks", about_id=request.pk).count() == 1
