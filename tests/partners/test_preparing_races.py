"""What two organisers do at the same moment with a next step or a round mail, in two real transactions."""

from __future__ import annotations

from datetime import date

import pytest

from partners.actions.next_steps import finish_next_step, set_next_step
from partners.actions.round_mails import plan_of, send_round_mail
from partners.models import ContactNote, Mail, NextStep, RoundMailRecipient
from tests.factories import (
    MembershipFactory,
    NextStepFactory,
    PartnershipFactory,
    PersonFactory,
    RoundMailPlaceFactory,
)
from tests.partners.test_races import at_once, refusals

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
NEXT = {"what": "Besuchen", "due_on": date(2027, 3, 4)}


def test_two_who_set_a_step_set_one() -> None:
    partnership = PartnershipFactory()
    answers = at_once(*[lambda: set_next_step(partnership=partnership, values=NEXT)] * 3)
    assert (refusals(answers), NextStep.objects.count()) == (2, 1)


def test_two_who_tick_off_a_step_do_it_once() -> None:
    step = NextStepFactory()
    note = {"text": "Gut.", "way": "telefon"}
    answers = at_once(*[lambda: finish_next_step(step=step, note=note, following=NEXT)] * 3)
    assert (refusals(answers), NextStep.objects.open().count(), ContactNote.objects.count()) == (2, 1, 1)


def test_a_round_mail_is_sent_once() -> None:
    sender = PersonFactory()
    place = RoundMailPlaceFactory()
    written = place.round_mail
    written.neighbourhood.organisers.add(sender)
    place.actor.neighbourhoods.add(written.neighbourhood)
    MembershipFactory(actor=place.actor)
    seen = plan_of(written).seen
    answers = at_once(*[lambda: send_round_mail(round_mail=written, by=sender, seen=seen)] * 3)
    assert (refusals(answers), Mail.objects.count(), RoundMailRecipient.objects.count()) == (2, 1, 1)
