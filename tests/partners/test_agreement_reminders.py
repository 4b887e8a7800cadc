"""Reminders: organisers and the sides hear in time that an agreement ends and that they meant to look back, each once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from partners.actions.agreement_reminders import remind_of_ends, remind_of_reviews
from partners.actions.sending import send_mails
from partners.models import Agreement, Mail, Membership, Partnership, Person
from tests.factories import AgreementFactory, PartnershipFactory
from tests.partners.agreement_world import AgreementWorld

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
TOLD = ["companion_editor", "editor", "organiser"]


def ending(days: int, **values: Any) -> AgreementWorld:
    world = AgreementWorld(signed=True, subject="Lesen", end_on=TODAY + timedelta(days=days), **values)
    Person.objects.update(language="en")
    return world


def told(world: AgreementWorld) -> list[str]:
    """Who got a mail, by role."""
    roles = {getattr(world, who).email: who for who in [*TOLD, "other_editor", "other_organiser", "admin"]}
    return sorted(roles[address] for message in mail.outbox for address in message.to)


@pytest.mark.parametrize(("days", "count"), [(61, 0), (60, 3), (15, 3), (14, 3), (0, 3), (-1, 0)])
def test_who_is_reminded_of_an_end(days: int, count: int) -> None:
    world = ending(days)
    assert remind_of_ends() == count
    send_mails.call()
    assert told(world) == (TOLD if count else [])


def test_the_mail_says_what_ends_and_when_and_where_to_read_it() -> None:
    world = ending(30)
    remind_of_ends()
    send_mails.call()
    message = mail.outbox[0]
    assert message.subject.startswith("The agreement “Lesen” ends on ")
    assert "between Bibliothek & Begleitung" in message.body
    assert f"http://localhost:8000{world.path}" in message.body


def test_each_is_reminded_twice_at_most_and_anew_when_the_end_moves() -> None:
    world = ending(60)
    assert [remind_of_ends(), remind_of_ends()] == [3, 0]
    for days, count in ((20, 3), (14, 3), (10, 3)):
        Agreement.objects.update(end_on=TODAY + timedelta(days=days))
        assert (remind_of_ends(), remind_of_ends()) == (count, 0), days
    assert Mail.objects.filter(person=world.editor).count() == 4


def test_the_same_end_is_told_again_when_little_time_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    ending(60)
    remind_of_ends()
    for later, count in ((45, 0), (46, 3), (60, 0)):
        monkeypatch.setattr(timezone, "localdate", lambda later=later: TODAY + timedelta(days=later))
        assert remind_of_ends() == count, later


@pytest.mark.parametrize("why", ["no right", "followed", "moved", "over", "not chosen"])
def test_what_does_not_hold_any_more_is_not_sent(why: str) -> None:
    world = ending(30)
    remind_of_ends()
    left = []
    if why == "no right":
        Membership.objects.filter(person=world.editor).delete()
        left = ["companion_editor", "organiser"]
    elif why == "followed":
        AgreementFactory(partnership=world.partnership, edition=2, signed=True)
    elif why == "moved":
        Agreement.objects.update(end_on=TODAY + timedelta(days=300))
    elif why == "over":
        Partnership.objects.update(state=Partnership.Stage.ENDED, end_reason=Partnership.EndReason.TERM)
    else:
        Person.objects.exclude(pk=world.organiser.pk).update(notices=Person.Notices.NONE)
        left = ["organiser"]
    send_mails.call()
    assert told(world) == left


@pytest.mark.parametrize(("days", "count"), [(15, 0), (14, 3), (1, 3), (0, 0)])
def test_who_is_reminded_to_look_back(days: int, count: int) -> None:
    world = ending(300)
    Partnership.objects.filter(pk=world.partnership.pk).update(next_review_on=TODAY + timedelta(days=days))
    assert [remind_of_reviews(), remind_of_reviews()] == [count, 0]
    send_mails.call()
    assert told(world) == (TOLD if count else [])
    if count:
        assert "you look back together: Bibliothek & Begleitung" in mail.outbox[0].subject
        assert f"http://localhost:8000{world.url}" in mail.outbox[0].body


def test_a_look_back_that_was_put_off_is_not_told() -> None:
    world = ending(300)
    Partnership.objects.filter(pk=world.partnership.pk).update(next_review_on=TODAY + timedelta(days=7))
    remind_of_reviews()
    Partnership.objects.filter(pk=world.partnership.pk).update(next_review_on=TODAY + timedelta(days=70))
    send_mails.call()
    assert told(world) == []


PILES = {"vereinbarungen", "rueckblicke", "vereinbarungsentwuerfe"}


@pytest.mark.parametrize("who", ["editor", "companion_editor", "organiser", "admin", "other_editor", "other_organiser"])
def test_what_waits_stands_on_the_overview_with_the_number_of_its_list(who: str) -> None:
    world = ending(30)
    AgreementFactory(partnership=world.partnership, edition=2, subject="Entwurf für später")
    Partnership.objects.filter(pk=world.partnership.pk).update(next_review_on=TODAY + timedelta(days=7))
    client = world.client(who)
    piles = {pile.key: pile.count for pile in client.get("/uebersicht/").context["piles"] if pile.key in PILES}
    sees = who in {"editor", "companion_editor", "organiser", "admin"}
    assert piles == (dict.fromkeys(PILES, 1) if sees else {})
    for pile in PILES:
        page = client.get(f"/uebersicht/?liste={pile}")
        assert page.context["page"].paginator.count == int(sees)
        assert ("Lesen" in page.text) is (sees and pile == "vereinbarungen")


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_of_the_overview_take_the_same_queries(rows: int, django_assert_num_queries: Any) -> None:
    world = ending(30)
    for _ in range(rows - 1):
        partnership = PartnershipFactory(neighbourhood=world.home)
        AgreementFactory(partnership=partnership, signed=True, end_on=TODAY + timedelta(days=5))
    Partnership.objects.update(next_review_on=TODAY + timedelta(days=7))
    client = world.client("organiser")
    for pile, queries in (("vereinbarungen", 5), ("rueckblicke", 6)):
        with django_assert_num_queries(queries):
            assert client.get(f"/uebersicht/?liste={pile}").context["page"].paginator.count == rows
