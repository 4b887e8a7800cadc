"""Whoever keeps an offer or a need hears in time that it expires, and renews it with one click and without signing in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from partners.actions.listing_reminders import remind_of_offers, token_of
from partners.actions.sending import send_mails
from partners.models import VALID_FOR, Actor, HistoryEntry, Listing, Membership, Offer, Person
from projects.actions.needs import remind_of_needs
from projects.models import Need
from tests.factories import (
    ActorFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    OfferFactory,
    PersonFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def kept(left: int, **values: Any) -> Offer:
    """An offer that holds so many days more, of an actor with a manager and an editor."""
    actor = ActorFactory(name="Treff", slug="treff")
    for role in ("editor", "manager"):
        MembershipFactory(actor=actor, role=role, person__email=f"{role}@example.org", person__language="en")
    return OfferFactory(actor=actor, title="Saal", valid_until=TODAY + timedelta(days=left), **values)


def reached() -> list[str]:
    send_mails.call()
    return [address for message in mail.outbox for address in message.to]


def link() -> str:
    """The path of the link in the one mail."""
    remind_of_offers()
    send_mails.call()
    (message,) = mail.outbox
    return re.search(r"http://localhost:8000(/angebote/\d+/verlaengern/\S+/)", message.body)[1]


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "en"})


def test_a_mail_comes_some_days_before_and_one_on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    offer = kept(12)
    told = {}
    for passed in range(25):
        monkeypatch.setattr(timezone, "localdate", lambda *_, passed=passed: TODAY + timedelta(days=passed))
        if number := remind_of_offers():
            told[12 - passed] = number
            assert remind_of_offers() == 0
    assert told == {10: 1, 0: 1}
    monkeypatch.undo()
    assert offer.is_current


def test_the_mail_names_what_expires_and_when_and_goes_to_who_decides_on_the_team() -> None:
    day = TODAY + timedelta(days=3)
    offer = kept(3)
    assert remind_of_offers() == 1
    assert reached() == ["manager@example.org"]
    (message,) = mail.outbox
    spoken = f"{day.day} {day:%B %Y}"
    assert message.subject == f"“Saal” expires on {spoken}"
    assert f"“Saal” (Treff) is valid until {spoken}." in message.body
    assert f"http://localhost:8000{offer.get_absolute_url()}verlaengern/" in message.body
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("left", "values"),
    [(11, {}), (-8, {}), (3, {"state": "pausiert"}), (3, {"state": "entwurf"}), (3, {"state": "zurueckgezogen"})],
)
def test_nobody_is_reminded_too_early_too_late_or_of_what_does_not_stand_in_the_list(
    left: int, values: dict[str, Any]
) -> None:
    kept(left, **values)
    assert remind_of_offers() == 0


@pytest.mark.parametrize("why", ["left the team", "renewed", "paused", "gone", "archived"])
def test_rights_and_facts_are_asked_again_when_it_is_sent(why: str) -> None:
    offer = kept(3)
    assert remind_of_offers() == 1
    if why == "left the team":
        Membership.objects.all().delete()
    elif why == "renewed":
        offer.renew()
    elif why == "paused":
        offer.pause()
    elif why == "gone":
        offer.delete()
    else:
        Actor.objects.update(state=Actor.State.ARCHIVED)
    assert reached() == []


def test_opening_the_link_changes_nothing_and_the_button_renews_once(client: Client) -> None:
    offer = kept(3)
    path = link()
    for _ in range(2):
        page = client.get(path)
        assert (page.status_code, page.context["is_open"]) == (200, True)
    assert client.head(path).status_code == 200
    assert Offer.objects.get().valid_until == offer.valid_until
    assert client.post(path)["Location"] == path
    renewed = Offer.objects.get()
    assert (renewed.valid_until, renewed.state) == (TODAY + VALID_FOR, Offer.State.AVAILABLE)
    entry = HistoryEntry.objects.of(offer).get(what=HistoryEntry.What.CHANGED)
    assert entry.by == Person.objects.get(email="manager@example.org")
    page = client.get(path)
    assert page.context["is_open"] is False
    assert "This was renewed or changed" in client.post(path, follow=True).content.decode()
    assert Offer.objects.get().valid_until == renewed.valid_until


def test_the_link_leads_on_to_where_its_reader_may_go_and_says_what_is_withdrawn(client: Client) -> None:
    offer = kept(3)
    path, edit = link(), f'href="{offer.get_absolute_url()}bearbeiten/"'
    client.post(path)
    assert edit not in client.get(path).content.decode()
    Offer.objects.update(visibility="intern")
    assert edit in client.get(path).content.decode()
    Offer.objects.update(state=Offer.State.WITHDRAWN)
    page = client.get(path).content.decode()
    assert ("“Saal” is withdrawn." in page, "is valid until" in page) == (True, False)


def test_what_has_expired_is_renewed_too_and_is_found_again(client: Client) -> None:
    kept(-2)
    client.post(link())
    assert [row.title for row in client.get("/angebote/").context["page"].object_list] == ["Saal"]


def test_a_link_works_for_whom_it_was_sent_to_and_for_what_it_names(client: Client) -> None:
    offer, other = kept(3), OfferFactory()
    path = link()
    token = path.split("/")[-2]
    assert client.get(f"/angebote/{other.pk}/verlaengern/{token}/").status_code == 410
    assert client.get(f"/bedarfe/{NeedFactory().pk}/verlaengern/{token}/").status_code == 410
    assert client.get(f"/angebote/{offer.pk}/verlaengern/{token}x/").status_code == 404
    Person.objects.filter(email="manager@example.org").update(is_active=False)
    assert client.get(path).status_code == client.post(path).status_code == 410
    assert Offer.objects.get(pk=offer.pk).valid_until == offer.valid_until


def test_a_token_names_no_one_who_never_kept_it(client: Client) -> None:
    offer = kept(3)
    path = f"/angebote/{offer.pk}/verlaengern/{token_of(offer, PersonFactory())}/"
    assert client.post(path).status_code == 410


def test_of_a_need_the_team_of_its_actor_or_of_the_lead_of_its_project_hears_and_else_the_organisers() -> None:
    home = NeighbourhoodFactory(organisers=[PersonFactory(email="organiser@example.org")])
    team, empty = (ActorFactory(neighbourhoods=[home]) for _ in range(2))
    MembershipFactory(actor=team, person__email="team@example.org")
    until = {"valid_until": TODAY}
    NeedFactory(actor=team, **until)
    NeedFactory(actor=empty, **until)
    NeedFactory(project=ProjectFactory(neighbourhoods=[home], lead_actor=team), **until)
    NeedFactory(project=ProjectFactory(neighbourhoods=[home]), **until)
    assert remind_of_needs() == 4
    send_mails.call()
    got = {message.to[0]: 0 for message in mail.outbox}
    for message in mail.outbox:
        got[message.to[0]] += 1
        assert re.search(r"/bedarfe/\d+/verlaengern/", message.body)
    assert got == {"team@example.org": 2, "organiser@example.org": 2}


def test_renewing_needs_a_day_that_comes_before_half_a_year() -> None:
    far = OfferFactory(valid_until=TODAY + VALID_FOR + timedelta(days=1))
    draft = NeedFactory(state=Listing.State.DRAFT)
    assert (far.is_renewable, draft.is_renewable, NeedFactory().is_renewable) == (False, False, True)
    assert Need.objects.count() == 2
