"""What the mails of a chain say, where they lead, and that what is not true any more is not sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time
from decimal import Decimal

import pytest
from django.core import mail
from django.utils import translation

from partners.actions.sending import send_mails
from partners.models import Actor, Mail, Offer, Person
from projects.actions import confirm_contribution, contest_contribution, revise_contribution
from projects.actions.request_telling import remind_of_ends
from projects.actions.resource_requests import (
    decline_request,
    finish_request,
    grant_request,
    thank_for_request,
    withdraw_request,
)
from projects.models import ResourceRequest
from tests.factories import MembershipFactory, OfferFactory
from tests.projects.test_resource_requests import Chain, in_days


@pytest.fixture
def chain(world) -> Chain:
    Person.objects.update(language="en")
    made = Chain(world)
    made.people = type(made.people)(
        **{name: one and Person.objects.get(pk=one.pk) for name, one in vars(made.people).items()}
    )
    made.offer = OfferFactory(actor=world.library, category="material", title="Benches", quantity=5)
    return made


def sent() -> list[tuple[str, str, str]]:
    """To whom, the subject, and what is said up to the link."""
    mail.outbox.clear()
    send_mails.call()
    return [
        (one.to[0], one.subject, " | ".join(re.split(r"\n+", one.body.split("\n--")[0].strip())[1:]))
        for one in mail.outbox
    ]


def test_each_mail_says_what_happened_and_leads_to_the_next_turn(chain):
    people = chain.people
    keeper, asker, late = (one.email for one in (people.librarian, people.leader, people.baker))
    day = f"{in_days(7):%-d %B %Y}"
    address = "http://localhost:8000/anfragen"
    one = chain.ask(quantity=Decimal(3), start_time=time(18), end_time=time(21))
    two = chain.other(quantity=Decimal(3))
    asked = "Für ein Fest. | – {by} | When: {day} | How much: 3 pieces | It is your turn. Say yes or no here: | {link}"
    assert sent() == [
        (
            keeper,
            "A request for “Benches”",
            f"“{who}” asks “Stadtbibliothek” for “Benches”. | {asked.format(by=row.by, day=when, link=f'{address}/{row.pk}/')}",
        )
        for who, row, when in (
            ("Quartierscafé", one, one.when),
            ("Bäckerei", two, day),
        )
    ]
    grant_request(request=one, by=people.librarian, note="Gladly.")
    here = "This is where it stands:"
    assert sent() == [
        (
            asker,
            "Promised: “Benches”",
            (
                f"“Stadtbibliothek” promises “Benches” to “Quartierscafé”. | Gladly. | – {people.librarian} | When: {one.when} | {here} | "
                f"{address}/{one.pk}/"
            ),
        ),
        (
            late,
            "Answer to your request for “Benches”",
            (
                "“Benches” cannot be given to “Bäckerei”: somebody else got it for this time. You can ask for another day. | "
                f"When: {day} | {here} | {address}/{two.pk}/"
            ),
        ),
    ]
    withdraw_request(request=one, by=people.librarian, reason="Flood.")
    assert [(to, subject, text.split(" | ")[1]) for to, subject, text in sent()] == [
        (asker, "Withdrawn: “Benches”", "Flood."),
        (late, "Free again: “Benches”", f"When: {day}"),
    ]


def test_what_was_given_is_told_with_its_quantity_and_the_thanks_in_their_words(chain):
    people = chain.people
    request = chain.ask(quantity=Decimal(3))
    grant_request(request=request, by=people.librarian)
    ResourceRequest.objects.filter(pk=request.pk).update(start_on=in_days(-1), end_on=in_days(-1))
    sent()
    remind_of_ends()
    told = [sent()]
    request.refresh_from_db()
    finish_request(request=request, by=people.leader, quantity=Decimal(1))
    told.append(sent())
    contest_contribution(contribution=request.contribution, by=people.librarian, reason="Three.")
    told.append(sent())
    revise_contribution(contribution=request.contribution, by=people.leader, delivered_quantity=Decimal(3))
    told.append(sent())
    confirm_contribution(contribution=request.contribution, by=people.librarian)
    told.append(sent())
    chain.world.library.memberships.all().delete()
    Actor.objects.filter(pk=chain.world.library.pk).update(email="books@example.org")
    request.refresh_from_db()
    thank_for_request(request=request, by=people.leader, words="Thank you!")
    told.append(sent())
    with translation.override("de"):
        in_german = request.when
    assert [(to, subject, *text.split(" | ")[1:-2]) for [(to, subject, text)] in told] == [
        (people.leader.email, "What became of “Benches”?", f"When: {request.when}"),
        (people.librarian.email, "Is this right? “Benches”", "Benches", f"When: {request.when}", "How much: 1 piece"),
        (people.leader.email, "Not right: “Benches”", "Three.", f"When: {request.when}"),
        (people.librarian.email, "Is this right? “Benches”", "Benches", f"When: {request.when}", "How much: 3 pieces"),
        (people.leader.email, "Say thank you: “Benches”", f"When: {request.when}"),
        ("books@example.org", "Danke für „Benches“", "Thank you!", f"– {people.leader}", f"Wann: {in_german}"),
    ]
    assert told[-1][0][2].endswith("http://localhost:8000/akteure/stadtbibliothek/")


def promised(chain: Chain) -> ResourceRequest:
    request = chain.ask()
    grant_request(request=request, by=chain.people.librarian)
    return request


def too_late(chain: Chain) -> ResourceRequest:
    winner, loser = chain.ask(), chain.other()
    grant_request(request=winner, by=chain.people.librarian)
    sent()
    withdraw_request(request=winner, by=chain.people.leader, reason="No.")
    return loser


STALE: dict[str, tuple[Callable[[Chain], ResourceRequest], Callable[[Chain, ResourceRequest], object], str]] = {
    "answered meanwhile": (
        lambda chain: chain.ask(),
        lambda chain, row: decline_request(request=row, by=None, reason="No."),
        "resource-request",
    ),
    "a promise that was taken back": (
        promised,
        lambda chain, row: withdraw_request(request=row, by=None, reason="No."),
        "resource-request-answer",
    ),
    "left the side": (
        promised,
        lambda chain, row: chain.world.lead.memberships.all().delete(),
        "resource-request-answer",
    ),
    "confirmed meanwhile": (
        lambda chain: chain.done(),
        lambda chain, row: confirm_contribution(contribution=row.contribution, by=chain.people.librarian),
        "resource-request-confirm",
    ),
    "free, but not offered any more": (
        too_late,
        lambda chain, row: Offer.objects.update(state="pausiert"),
        "resource-request-free",
    ),
}


@pytest.mark.parametrize("case", STALE)
def test_what_is_not_true_any_more_is_not_sent(chain, case):
    begin, change, kind = STALE[case]
    row = begin(chain)
    change(chain, row)
    sent()
    assert Mail.objects.filter(kind=kind, state=Mail.State.DROPPED, reason=Mail.Reason.NOT_ALLOWED).count() == 1


def test_the_thanks_go_to_the_team_once_there_is_one(chain):
    chain.world.library.memberships.all().delete()
    Actor.objects.filter(pk=chain.world.library.pk).update(email="books@example.org")
    request = chain.done(by=chain.people.librarian, project=None)
    confirm_contribution(contribution=request.contribution, by=None)
    request.refresh_from_db()
    thank_for_request(request=request, by=chain.people.leader, words="Thank you!")
    MembershipFactory(actor=chain.world.library)
    assert "books@example.org" not in {to for to, _, _ in sent()}
