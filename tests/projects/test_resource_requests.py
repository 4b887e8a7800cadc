"""The chain from an offer to a thank-you: who may take which turn, what each turn does, and the one mail that tells of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from partners.actions.listings import write_listing
from partners.models import Actor, Mail, NoNotices, Offer
from projects.actions import confirm_contribution, contest_contribution, revise_contribution
from projects.actions.answering import question_of, say_no, say_yes
from projects.actions.asking import token_of
from projects.actions.request_asking import RequestCautionError, ask_for_offer, cautions_for
from projects.actions.request_telling import remind_of_ends
from projects.actions.resource_requests import (
    decline_request,
    finish_request,
    grant_request,
    thank_for_request,
    withdraw_request,
)
from projects.forms.resource_requests import FinishForm
from projects.models import Contribution, Participation, ResourceRequest, ResourceRequestStep, Side
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    OfferFactory,
    ParticipationFactory,
    ProjectFactory,
    ResourceRequestFactory,
)
from tests.projects.conftest import World

State = ResourceRequest.State
HOURS = {"start_time": time(18), "end_time": time(21)}


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


class Chain:
    """The library offers its room; the project asks for it in a week, and so do others. The mails are counted turn by turn."""

    def __init__(self, world: World) -> None:
        self.world, self.people = world, world.people
        self.offer = OfferFactory(actor=world.library, category="raeume", title="Lesesaal", persons=30)
        self.read = 0

    def ask(self, **values: Any) -> ResourceRequest:
        asked = {"project": self.world.project} if not values.get("actor") else {}
        asked |= {"by": self.people.leader, "message": "Für ein Fest.", "start_on": in_days(7), "end_on": in_days(7)}
        asked |= {"offer": self.offer} | values
        return ask_for_offer(**asked)

    def other(self, **values: Any) -> ResourceRequest:
        return self.ask(**{"actor": self.world.bakery, "by": self.people.baker} | values)

    def begin(self, request: ResourceRequest) -> None:
        """Its day has come."""
        ResourceRequest.objects.filter(pk=request.pk).update(start_on=in_days(0), end_on=in_days(0))
        request.refresh_from_db()

    def done(self, *, by: Any = None, **values: Any) -> ResourceRequest:
        request = self.ask()
        grant_request(request=request, by=self.people.librarian)
        self.begin(request)
        finish_request(request=request, by=by or self.people.leader, **values)
        return request

    def mails(self) -> list[tuple[str, Any]]:
        """What was queued since the last look: what kind, to whom."""
        rows = Mail.objects.filter(pk__gt=self.read).order_by("pk")
        found = [(mail.kind.removeprefix("resource-request"), mail.person or mail.address) for mail in rows]
        self.read = max([self.read, *(mail.pk for mail in rows)])
        return found


@pytest.fixture
def chain(world: World) -> Chain:
    return Chain(world)


def everything() -> list[Any]:
    models = (ResourceRequest, ResourceRequestStep, Contribution, Participation, Mail)
    return [list(model._base_manager.order_by("pk").values()) for model in models]


def refused(act: Callable[[], Any]) -> str:
    """The code of the refusal, which has changed nothing."""
    before = everything()
    with pytest.raises(ValidationError) as refusal:
        act()
    assert everything() == before
    found = refusal.value
    return str(
        found.error_list[0].code if not hasattr(found, "error_dict") else next(iter(found.error_dict.values()))[0].code
    )


def told(request: ResourceRequest) -> list[tuple[str, str, str]]:
    return [(one.from_state, one.to_state, one.note) for one in request.steps.all()]


# --- asking -------------------------------------------------------------------------------------------------------------


def test_whoever_asks_writes_to_the_team_of_the_giver_and_once(chain):
    request = chain.ask(**HOURS)
    assert (request.state, request.by, request.project, request.warning) == (
        "offen",
        chain.people.leader,
        chain.world.project,
        "",
    )
    assert told(request) == [("", "offen", "")]
    assert chain.mails() == [("", chain.people.librarian)]
    assert chain.ask(**HOURS) == request
    assert chain.mails() == []


def test_a_giver_without_a_team_is_looked_after_by_its_organisers(chain):
    chain.world.library.memberships.all().delete()
    request = chain.ask()
    assert chain.mails() == [("", chain.people.organiser)]
    assert list(ResourceRequest.objects.answerable_by(chain.people.organiser)) == [request]


def test_where_an_organiser_asks_the_team_of_the_place_reads_the_answer_too(chain):
    """Also of a project the team that leads it. Where one of the team asks, the answer is hers; nobody gets it twice."""
    people, told = chain.people, []
    MembershipFactory(actor=chain.world.bakery)
    MembershipFactory(person=people.baker, actor=chain.world.lead)
    second = chain.world.bakery.memberships.exclude(person=people.baker).get().person
    for number, asked in enumerate(
        ({"actor": chain.world.bakery}, {}, {"actor": chain.world.bakery, "by": people.baker})
    ):
        day = {"start_on": in_days(7 + number), "end_on": in_days(7 + number)}
        request = chain.ask(**{"by": people.organiser} | asked | day)
        chain.mails()
        grant_request(request=request, by=people.librarian)
        withdraw_request(request=request, by=people.librarian, reason="Wasserschaden.")
        told.append(chain.mails())
    answer = [
        [people.organiser, people.baker, second],
        [people.organiser, people.baker, people.leader],
        [people.baker],
    ]
    assert told == [[(kind, one) for kind in ("-answer", "-withdrawn") for one in found] for found in answer]
    # What she takes back herself the team reads as well.
    request = chain.ask(actor=chain.world.bakery, by=people.organiser)
    chain.mails()
    withdraw_request(request=request, by=people.organiser)
    assert chain.mails() == [("-withdrawn", one) for one in (people.baker, second, people.librarian)]


def test_who_does_not_speak_for_it_any_more_is_not_told_but_her_team_is(chain):
    people, bakery = chain.people, chain.world.bakery
    request = chain.other()
    successor = MembershipFactory(actor=bakery).person
    bakery.memberships.filter(person=people.baker).delete()
    chain.mails()
    grant_request(request=request, by=people.librarian)
    assert chain.mails() == [("-answer", successor)]


def test_a_reason_of_ours_is_said_in_the_language_of_the_portal_where_the_account_is_gone(chain):
    request, late = chain.ask(), chain.other()
    chain.people.baker.delete()
    grant_request(request=request, by=chain.people.librarian)
    late.refresh_from_db()
    assert (late.state, late.reason) == (State.DECLINED, "In dieser Zeit ist es an andere vergeben.")


def test_what_cannot_be_asked_for_is_refused_in_words_and_changes_nothing(chain):
    world, offer = chain.world, chain.offer
    led = ProjectFactory(lead_actor=world.library)
    grant_request(request=chain.ask(start_on=in_days(20), end_on=in_days(22)), by=chain.people.librarian)
    chain.ask()
    assert [
        refused(lambda: chain.ask(actor=world.library)),
        refused(lambda: chain.ask(project=led)),
        refused(lambda: chain.ask(start_on=in_days(-1))),
        refused(lambda: chain.ask(start_on=in_days(8))),
        refused(lambda: chain.ask(message="  ")),
        refused(lambda: chain.ask(start_time=time(9))),
        refused(lambda: chain.ask(message="Anders.")),
        refused(lambda: chain.other(start_on=in_days(22), end_on=in_days(23))),
        refused(lambda: chain.ask(offer=OfferFactory(actor=world.bakery), quantity=Decimal(2))),
    ] == ["own", "own", "past", "None", "blank", "None", "waits", "taken", "unit"]
    for values in ({"state": "pausiert"}, {"valid_until": in_days(-1)}, {"visibility": "intern"}):
        hidden = OfferFactory(actor=world.library, category="raeume", **values)
        assert refused(lambda hidden=hidden: chain.other(offer=hidden)) == "gone"
    gone = Offer(pk=offer.pk + 1000, actor=world.library)
    assert refused(lambda: chain.ask(offer=gone)) == "gone"


def test_the_same_days_at_other_hours_are_another_request(chain):
    assert chain.ask(**HOURS) != chain.ask(start_time=time(9), end_time=time(11))


def test_what_speaks_against_it_is_read_first_and_kept(chain):
    Actor.objects.filter(pk=chain.world.library.pk).update(lead_time_days=14)
    Offer.objects.filter(pk=chain.offer.pk).update(quantity=10, valid_until=in_days(3))
    chain.offer.refresh_from_db()
    asked = {"quantity": Decimal(12), "persons": 40}
    with pytest.raises(RequestCautionError) as warned:
        chain.ask(**asked)
    day = f"{in_days(14):%-d %B %Y}"
    assert warned.value.cautions == [
        f"“Stadtbibliothek” asks for a lead time of 14 days: from {day} at the earliest.",
        "The room holds 30 persons.",
        "That is more than is offered (10 hours).",
        f"The offer holds until {in_days(3):%-d %B %Y}.",
    ]
    assert refused(lambda: chain.ask(**asked, accepted="something else")) == "caution"
    request = chain.ask(**asked, accepted=warned.value.digest)
    assert request.warning.splitlines() == warned.value.cautions


def test_the_hours_of_the_giver_are_for_those_who_may_read_them(chain):
    Actor.objects.filter(pk=chain.world.library.pk).update(network_hours=5)
    offer = OfferFactory(actor=Actor.objects.get(pk=chain.world.library.pk), category="wissen")
    days = {"offer": offer, "start_on": in_days(1), "end_on": in_days(1), "quantity": Decimal(6)}
    assert cautions_for(user=chain.people.baker, **days) == []
    [first, *_] = cautions_for(user=chain.people.organiser, **days)
    assert first == "For “Stadtbibliothek” more hours would be promised than it states."


# --- answering ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "there", "promised", "asked", "fits"),
    [
        ("raeume", None, HOURS, {"start_time": time(21), "end_time": time(22)}, True),
        ("raeume", None, HOURS, {"start_time": time(20), "end_time": time(22)}, False),
        ("raeume", None, HOURS, {}, False),
        ("wissen", None, HOURS, {}, True),
        ("wissen", None, HOURS, {"start_time": time(20), "end_time": time(22)}, False),
        ("material", 5, {"quantity": 3}, {"quantity": 2}, True),
        ("material", 5, {"quantity": 3}, {"quantity": 3}, False),
        ("material", 5, {"quantity": 3}, {}, False),
        ("material", None, {"quantity": 1}, {"quantity": 1}, False),
        ("reichweite", None, {}, {}, True),
    ],
)
def test_what_is_given_is_not_given_twice_at_the_same_time(chain, category, there, promised, asked, fits):
    offer = OfferFactory(actor=chain.world.library, category=category, quantity=there)
    first, second = chain.ask(offer=offer, **promised), chain.other(offer=offer, **asked)
    grant_request(request=first, by=chain.people.librarian)
    second.refresh_from_db()
    assert (second.state, second.is_taken) == (("offen", False) if fits else ("abgelehnt", True))
    late = {"offer": offer, "by": chain.people.stranger, "actor": ActorFactory()} | asked
    assert fits or refused(lambda: chain.ask(**late)) == "taken"


def test_pieces_are_counted_at_each_moment(chain):
    """Two others have three of five each, one after the other: two are there all the time."""
    offer = OfferFactory(actor=chain.world.library, category="material", quantity=5)
    for first, last in ((7, 8), (9, 10)):
        days = {"start_on": in_days(first), "end_on": in_days(last)}
        grant_request(request=chain.other(offer=offer, quantity=3, **days), by=None)
    days = {"start_on": in_days(7), "end_on": in_days(10)}
    assert refused(lambda: chain.ask(offer=offer, quantity=3, **days)) == "taken"
    grant_request(request=chain.ask(offer=offer, quantity=2, **days), by=None)


def test_pieces_are_counted_where_one_began_on_that_day_and_another_at_that_hour(chain):
    """From 10 to 12 o'clock on all days, and from 9 to 11 on the third: from 10 to 11 on the third day both have theirs."""
    offer = OfferFactory(actor=chain.world.library, category="material", quantity=2)
    long = {"start_on": in_days(7), "end_on": in_days(11)}
    for day, hours in ((long, (10, 12)), ({"start_on": in_days(9), "end_on": in_days(10)}, (9, 11))):
        times = {"start_time": time(hours[0]), "end_time": time(hours[1])}
        grant_request(request=chain.other(offer=offer, quantity=1, **day, **times), by=None)
    times = {"start_time": time(9), "end_time": time(12)}
    assert refused(lambda: chain.ask(offer=offer, quantity=1, **long, **times)) == "taken"
    grant_request(request=chain.ask(offer=offer, quantity=1, **long, start_time=time(11), end_time=time(12)), by=None)


def test_one_wins_and_the_other_is_told_in_her_language(chain):
    chain.people.baker.language = "de"
    chain.people.baker.save()
    winner, loser, later = chain.ask(), chain.other(), chain.other(start_on=in_days(8), end_on=in_days(8))
    chain.mails()
    grant_request(request=winner, by=chain.people.librarian, note="Gern!")
    assert chain.mails() == [("-answer", chain.people.leader), ("-answer", chain.people.baker)]
    loser.refresh_from_db()
    later.refresh_from_db()
    assert (loser.state, loser.is_taken, later.state) == ("abgelehnt", True, "offen")
    assert loser.reason == "In dieser Zeit ist es an andere vergeben."
    assert told(winner)[-1] == ("offen", "zugesagt", "Gern!")
    assert (winner.decided_by, winner.was_promised, loser.was_promised) == (chain.people.librarian, True, False)


def test_what_is_promised_to_somebody_else_cannot_be_promised_from_an_old_page(chain):
    """A promise that was made before the pieces became fewer stands; a new one would be too much."""
    first = ResourceRequestFactory(offer=chain.offer, state=State.GRANTED, start_on=in_days(7))
    second = ResourceRequestFactory(offer=chain.offer, start_on=in_days(7))
    assert refused(lambda: grant_request(request=second, by=chain.people.librarian)) == "taken"
    old = ResourceRequest.objects.get(pk=first.pk)
    old.state = State.OPEN
    assert refused(lambda: grant_request(request=old, by=chain.people.librarian)) == "race"


def test_a_no_has_a_reason_and_is_told(chain):
    request = chain.ask()
    chain.mails()
    assert refused(lambda: decline_request(request=request, by=chain.people.librarian, reason=" ")) == "required"
    assert refused(lambda: decline_request(request=request, by=None, reason="x" * 2001)) == "long"
    decline_request(request=request, by=chain.people.librarian, reason=" Da wird gestrichen. ")
    assert (request.state, request.reason, request.is_taken) == ("abgelehnt", "Da wird gestrichen.", False)
    assert chain.mails() == [("-answer", chain.people.leader)]
    assert refused(lambda: grant_request(request=request, by=chain.people.librarian)) == "final"


def test_whoever_asked_takes_it_back_and_the_giver_is_told(chain):
    request = chain.ask()
    chain.mails()
    withdraw_request(request=request, by=chain.people.leader)
    assert chain.mails() == [("-withdrawn", chain.people.librarian)]
    assert told(request)[-1] == ("offen", "zurueckgezogen", "")


def test_who_organises_both_sides_tells_both_of_a_withdrawal(chain):
    people = chain.people
    told = []
    for by in (people.leader, people.librarian, people.organiser):
        request = chain.ask()
        grant_request(request=request, by=people.librarian)
        chain.mails()
        withdraw_request(request=request, by=by, reason="Krank.")
        told.append({one for _, one in chain.mails()})
    assert told == [{people.librarian}, {people.leader}, {people.librarian, people.leader}]


def test_a_promise_that_will_not_be_has_a_reason_and_those_who_were_late_are_told_that_it_is_free(chain):
    winner, loser = chain.ask(), chain.other()
    over = chain.other(start_on=in_days(9), end_on=in_days(9))
    decline_request(request=over, by=None, reason="Nein.")
    grant_request(request=winner, by=chain.people.librarian)
    chain.mails()
    assert refused(lambda: withdraw_request(request=winner, by=chain.people.librarian)) == "required"
    withdraw_request(request=winner, by=chain.people.librarian, reason="Wasserschaden.")
    assert chain.mails() == [("-withdrawn", chain.people.leader), ("-free", chain.people.baker)]
    loser.refresh_from_db()
    assert loser.state == State.DECLINED
    assert chain.other().state == State.OPEN


# --- doing and thanking ---------------------------------------------------------------------------------------------------


def test_what_was_given_to_a_project_becomes_a_contribution_that_the_other_side_confirms(chain):
    request = chain.done(quantity=Decimal(3))
    one = request.contribution
    assert (one.title, one.category, one.state, one.delivered_quantity) == ("Lesesaal", "raeume", "erbracht", 3)
    assert (one.participation, one.recorded_side) == (chain.world.library_part, Side.PROJECT)
    assert (one.start_on, one.end_on, one.is_public) == (in_days(0), in_days(0), True)
    assert (request.state, told(request)[-1][:2]) == ("erledigt", ("zugesagt", "erledigt"))
    assert chain.mails()[-1] == ("-confirm", chain.people.librarian)


def test_the_word_of_the_giver_is_confirmed_by_the_project(chain):
    request = chain.done(by=chain.people.librarian, title="Der große Saal", is_public=False)
    one = request.contribution
    assert (one.recorded_side, one.title, one.is_public) == (Side.ACTOR, "Der große Saal", False)
    assert chain.mails()[-1] == ("-confirm", chain.people.leader)


def test_what_was_asked_for_is_what_was_planned(chain):
    request = chain.ask(**HOURS, end_on=in_days(8))
    grant_request(request=request, by=None)
    ResourceRequest.objects.filter(pk=request.pk).update(start_on=in_days(0), end_on=in_days(1))
    request.refresh_from_db()
    finish_request(request=request, by=chain.people.leader)
    assert (request.contribution.planned_quantity, request.contribution.delivered_quantity) == (6, None)


def test_an_offer_that_becomes_another_kind_changes_nobodys_number(chain):
    """Three hours do not become three pieces."""
    request = chain.ask(quantity=Decimal(3))
    write_listing(listing=chain.offer, values={"category": "material", "persons": None})
    request = ResourceRequest.objects.select_related("offer").get(pk=request.pk)

    assert (request.quantity, request.unit, request.offer.unit) == (Decimal(3), "stunden", "stueck")
    assert request.suggested_quantity is None


@pytest.mark.parametrize("before", ["nobody", "eingeladen", "zugesagt", "beendet", "declined", "other role"])
def test_the_giver_takes_part_whatever_was_said_before(chain, before):
    world = chain.world
    part = world.library_part
    Participation.objects.filter(pk=part.pk).update(state=Participation.State.INVITED)
    if before == "nobody":
        part.delete()
    elif before == "declined":
        Participation.objects.filter(pk=part.pk).update(state="beendet", is_declined=True)
    elif before == "other role":
        ParticipationFactory(project=world.project, actor=world.library, role="federfuehrung", state="zugesagt")
    else:
        Participation.objects.filter(pk=part.pk).update(state=before)
    request = chain.done()
    found = request.contribution.participation
    assert (found.state, found.is_declined) == ("zugesagt", False)
    assert found.role == ("federfuehrung" if before == "other role" else "ort")
    assert Participation.objects.filter(project=world.project, actor=world.library).count() == 1 + (
        before == "other role"
    )


def test_what_is_done_before_its_last_day_was_not_given_in_days_to_come(chain):
    request = chain.ask()
    grant_request(request=request, by=chain.people.librarian)
    ResourceRequest.objects.filter(pk=request.pk).update(start_on=in_days(-1), end_on=in_days(5))
    request.refresh_from_db()
    form = FinishForm(chain=request, by=chain.people.leader)
    assert (form["start_on"].initial, form["end_on"].initial) == (in_days(-1), in_days(0))
    entry = finish_request(request=request, by=chain.people.leader).contribution
    assert (entry.start_on, entry.end_on) == (in_days(-1), in_days(0))


def test_who_was_too_late_is_told_that_it_is_free_again_when_it_is_done_early(chain, monkeypatch):
    """Before its last day, or before its hours of that day are over. On the last day of what names no hours it was used."""
    evening = timezone.make_aware(datetime.combine(in_days(0), time(19)))
    monkeypatch.setattr(timezone, "localtime", lambda *_: evening)
    told = []
    for last, hours, wanted in (
        (5, {}, {}),
        (0, {}, {}),
        (0, HOURS, {}),
        (0, {"start_time": time(9), "end_time": time(18)}, {}),
        (5, {}, {"start_on": in_days(0), "end_on": in_days(0), "start_time": time(9), "end_time": time(18)}),
    ):
        days = {"start_on": in_days(0), "end_on": in_days(last)} | hours
        offer = OfferFactory(actor=chain.world.library, category="raeume")
        winner, loser = chain.ask(offer=offer, **days), chain.other(offer=offer, **days | wanted)
        grant_request(request=winner, by=chain.people.librarian)
        chain.mails()
        finish_request(request=winner, by=chain.people.leader)
        told.append(("-free", chain.people.baker) in chain.mails())
        loser.refresh_from_db()
        assert loser.state == State.DECLINED
    assert told == [True, False, True, False, False]


def test_own_work_is_done_without_a_contribution_unless_a_project_is_named(chain):
    made = []
    for number, project in ((1, None), (2, chain.world.project)):
        request = chain.other(start_on=in_days(number), end_on=in_days(number))
        grant_request(request=request, by=chain.people.librarian)
        chain.begin(request)
        chain.mails()
        finish_request(request=request, by=chain.people.librarian, project=project)
        made.append((request.contribution and request.contribution.participation, chain.mails()))
    assert made == [
        (None, [("-thank", chain.people.baker)]),
        (chain.world.library_part, [("-confirm", chain.people.leader)]),
    ]


def test_what_has_not_begun_or_was_not_promised_is_not_done(chain):
    request = chain.ask()
    assert refused(lambda: finish_request(request=request, by=chain.people.leader)) == "closed"
    grant_request(request=request, by=chain.people.librarian)
    assert refused(lambda: finish_request(request=request, by=chain.people.leader)) == "early"
    chain.begin(request)
    old = ResourceRequest.objects.get(pk=request.pk)
    finish_request(request=request, by=chain.people.leader)
    assert refused(lambda: finish_request(request=old, by=chain.people.librarian)) == "race"


def test_a_quantity_needs_a_unit(chain):
    offer = OfferFactory(actor=chain.world.library, category="daten")
    request = ResourceRequestFactory(offer=offer, project=chain.world.project, state="zugesagt", start_on=in_days(0))
    act = {"request": request, "by": chain.people.leader}
    assert refused(lambda: finish_request(**act, quantity=Decimal(2))) == "unit"
    finish_request(**act)


def test_the_whole_chain_is_one_mail_for_each_turn(chain):
    people = chain.people
    request = chain.ask()
    assert chain.mails() == [("", people.librarian)]
    grant_request(request=request, by=people.librarian)
    assert chain.mails() == [("-answer", people.leader)]
    ResourceRequest.objects.filter(pk=request.pk).update(start_on=in_days(-1), end_on=in_days(-1))
    assert [remind_of_ends(), remind_of_ends(), chain.mails()] == [1, 0, [("-over", people.leader)]]
    finish_request(request=ResourceRequest.objects.get(pk=request.pk), by=people.leader)
    assert chain.mails() == [("-confirm", people.librarian)]
    one = Contribution.objects.get(resource_request=request)
    contest_contribution(contribution=one, by=people.librarian, reason="Zwei Abende.")
    assert chain.mails() == [("-contested", people.leader)]
    revise_contribution(contribution=one, by=people.leader, title="Zwei Abende")
    assert chain.mails() == [("-confirm", people.librarian)]
    request.refresh_from_db()
    assert refused(lambda: thank_for_request(request=request, by=people.leader, words="Danke!")) == "early"
    confirm_contribution(contribution=one, by=people.librarian)
    assert chain.mails() == [("-thank", people.leader)]
    assert refused(lambda: thank_for_request(request=request, by=people.leader, words=" ")) == "required"
    thank_for_request(request=request, by=people.leader, words="Danke!")
    assert chain.mails() == [("-thanks", people.librarian)]
    assert refused(lambda: thank_for_request(request=request, by=people.leader, words="Danke!")) == "thanked"
    assert (request.thanks, request.thanked_by) == ("Danke!", people.leader)
    assert [(one.from_state, one.to_state) for one in request.steps.all()] == [
        ("", "offen"),
        ("offen", "zugesagt"),
        ("zugesagt", "erledigt"),
    ]


def test_who_has_no_account_confirms_by_the_link_in_a_mail_and_each_wording_is_asked_about(chain):
    library = chain.world.library
    library.memberships.all().delete()
    Actor.objects.filter(pk=library.pk).update(email="buecherei@example.org")
    request = chain.done(by=chain.people.organiser)
    one = request.contribution
    assert chain.mails()[-1] == ("contribution-question", "buecherei@example.org")
    contest = question_of(token_of(one, "buecherei@example.org"))
    say_no(contest, reason="Zwei Abende.")
    assert chain.mails() == [("-contested", chain.people.leader), ("-contested", chain.people.organiser)]
    one.refresh_from_db()
    revise_contribution(contribution=one, by=chain.people.leader, title="Zwei Abende")
    assert chain.mails() == [("contribution-question", "buecherei@example.org")]
    say_yes(question_of(token_of(one, "buecherei@example.org")))
    assert chain.mails() == [("-thank", chain.people.leader)]
    request.refresh_from_db()
    assert list(ResourceRequest.objects.turn_of(chain.people.leader)) == [request]


def test_a_mailbox_that_wants_no_mails_keeps_nobody_from_finishing(chain):
    library = chain.world.library
    library.memberships.all().delete()
    Actor.objects.filter(pk=library.pk).update(email="buecherei@example.org")
    NoNotices.objects.create(fingerprint=NoNotices.fingerprint_of("buecherei@example.org"))
    request = chain.done(by=chain.people.organiser)
    assert (request.state, request.contribution.state) == ("erledigt", "erbracht")
    assert "contribution-question" not in {kind for kind, _ in chain.mails()}


def test_who_has_no_account_is_thanked_at_the_address_of_the_office(chain):
    request = chain.done()
    confirm_contribution(contribution=request.contribution, by=chain.people.librarian)
    chain.world.library.memberships.all().delete()
    Actor.objects.filter(pk=chain.world.library.pk).update(email="buecherei@example.org")
    request.refresh_from_db()
    chain.mails()
    thank_for_request(request=request, by=chain.people.leader, words="Danke!")
    assert chain.mails() == [("-thanks", "buecherei@example.org")]


# --- who may, and whose turn it is ------------------------------------------------------------------------------------------


def who(chain: Chain, verb: str) -> set[str]:
    """Who finds the request in this queryset."""
    people = vars(chain.people)
    return {name for name, one in people.items() if one and getattr(ResourceRequest.objects, verb)(one).exists()}


def test_each_step_belongs_to_a_side(chain):
    request = chain.ask()
    sides = {"librarian", "leader", "organiser", "admin"}
    assert who(chain, "visible_to") == sides
    assert who(chain, "answerable_by") == {"librarian", "organiser", "admin"}
    assert who(chain, "withdrawable_by") == {"leader", "organiser", "admin"}
    assert who(chain, "turn_of") == {"librarian"}
    grant_request(request=request, by=None)
    assert (who(chain, "withdrawable_by"), who(chain, "finishable_by"), who(chain, "turn_of")) == (sides, set(), set())
    ResourceRequest.objects.filter(pk=request.pk).update(start_on=in_days(-1), end_on=in_days(-1))
    assert (who(chain, "finishable_by"), who(chain, "turn_of")) == (sides, {"leader"})
    request.refresh_from_db()
    finish_request(request=request, by=chain.people.leader)
    assert (who(chain, "turn_of"), who(chain, "thankable_by")) == (set(), set())
    confirm_contribution(contribution=request.contribution, by=chain.people.librarian)
    assert (who(chain, "turn_of"), who(chain, "thankable_by")) == ({"leader"}, {"leader", "organiser", "admin"})


def test_nobody_answers_herself(chain):
    """Whoever is alone on the team of the giver and asks for another actor leaves the answer to the organisers."""
    MembershipFactory(person=chain.people.librarian, actor=chain.world.bakery)
    chain.other(by=chain.people.librarian)
    assert who(chain, "turn_of") == {"organiser"}
    assert chain.mails() == [("", chain.people.organiser)]
    assert who(chain, "answerable_by") == {"organiser", "admin"}


def test_where_the_place_is_archived_whoever_asked_takes_it_back(chain):
    request, organised = chain.ask(), chain.other(by=chain.people.organiser)
    Actor.objects.filter(pk=chain.world.library.pk).update(state=Actor.State.ARCHIVED)
    assert (who(chain, "turn_of"), who(chain, "withdrawable_by")) == (
        {"leader", "organiser", "baker"},
        {"leader", "organiser", "baker", "admin"},
    )
    withdraw_request(request=request, by=chain.people.leader)
    assert who(chain, "turn_of") == {"organiser", "baker"}
    grant_request(request=organised, by=chain.people.admin)
    assert who(chain, "turn_of") == set()


def test_the_side_goes_on_where_whoever_asked_cannot_speak_for_it_any_more(chain):
    request = ResourceRequestFactory(
        offer=chain.offer, actor=ActorFactory(neighbourhoods=[chain.world.place]), by=chain.people.elsewhere
    )
    ResourceRequest.objects.filter(pk=request.pk).update(state="zugesagt", start_on=in_days(-1), end_on=in_days(-1))
    assert who(chain, "turn_of") == {"organiser"}
    chain.world.place.organisers.add(chain.people.elsewhere)
    assert who(chain, "turn_of") == {"elsewhere"}
    chain.people.elsewhere.delete()
    chain.people.elsewhere = None
    assert who(chain, "turn_of") == {"organiser"}


def test_an_offer_that_was_asked_for_is_not_deleted_and_the_administration_says_why(chain):
    chain.ask()
    page = chain.world.client("admin").post(
        reverse("admin:partners_offer_delete", args=[chain.offer.pk]), {"post": "yes"}
    )
    assert "Somebody has asked for this, so it cannot be deleted." in page.content.decode()
    assert Offer.objects.filter(pk=chain.offer.pk).exists()
