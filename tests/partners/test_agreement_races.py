"""What two people do with one agreement at the same moment, in two real transactions."""

from __future__ import annotations

from datetime import date

import pytest

from partners.actions.agreements import begin_agreement, discard_draft, edit_part, match_sides, sign_agreement
from partners.actions.signed_copies import keep_copy
from partners.models import Agreement, AgreementPart, SignedCopy
from partners.models.private_files import private_storage
from tests.factories import ActorFactory, AgreementFactory, PartnershipFactory, PersonFactory
from tests.partners.test_races import at_once, refusals

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
DAY = date(2026, 2, 3)


@pytest.mark.parametrize("attempt", range(3))
def test_two_who_begin_come_to_one_draft(attempt: int) -> None:
    partnership = PartnershipFactory()
    drafts = at_once(*[lambda: begin_agreement(partnership=partnership, language="de")] * 3)
    assert (len(set(drafts)), Agreement.objects.count(), AgreementPart.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize("attempt", range(5))
def test_nobody_writes_into_what_is_just_being_signed(attempt: int) -> None:
    agreement = AgreementFactory()
    part = AgreementPart.objects.select_related("agreement").earliest("pk")
    answers = at_once(
        lambda: sign_agreement(agreement=agreement, on=DAY),
        lambda: edit_part(part=part, values={"tasks": "Später"}, seen=[]),
    )
    written = AgreementPart.objects.get(pk=part.pk).tasks == "Später"
    assert (written, Agreement.objects.get().signed_on) == (refusals(answers) == 0, DAY)


@pytest.mark.parametrize("attempt", range(3))
def test_what_is_signed_and_deleted_at_once_is_one_of_both(attempt: int) -> None:
    agreement = AgreementFactory()
    answers = at_once(lambda: sign_agreement(agreement=agreement, on=DAY), lambda: discard_draft(agreement=agreement))
    assert refusals(answers) == 1
    assert Agreement.objects.filter(signed_on=DAY).exists() is not isinstance(answers[0], Exception)


@pytest.mark.parametrize("attempt", range(3))
def test_sides_are_taken_over_once_while_somebody_writes(attempt: int) -> None:
    agreement = AgreementFactory()
    part = AgreementPart.objects.select_related("agreement").earliest("pk")
    agreement.partnership.parties.create(actor=ActorFactory())
    at_once(
        lambda: match_sides(agreement=agreement),
        lambda: match_sides(agreement=agreement),
        lambda: edit_part(part=part, values={"tasks": "Jetzt"}, seen=[]),
    )
    assert agreement.parts.count() == 3
    assert AgreementPart.objects.get(pk=part.pk).tasks == "Jetzt"


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_copies_one_stays_with_its_file(attempt: int) -> None:
    agreement, by = AgreementFactory(signed=True), PersonFactory()
    before = set(private_storage.listdir("agreements")[1]) if private_storage.exists("agreements") else set()
    at_once(
        *[
            lambda data=data: keep_copy(agreement=agreement, data=data, source="pdf", by=by)
            for data in (b"one", b"other")
        ]
    )
    copy = SignedCopy.objects.get()
    assert {f"agreements/{name}" for name in set(private_storage.listdir("agreements")[1]) - before} == {copy.file.name}
