"""Whoever takes a side out of a partnership reads before what goes along with it, and nobody's public words go unasked."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from partners.actions.leaving_sides import LossError
from partners.actions.partnerships import write_partnership
from partners.models import HistoryEntry, PartnershipParty, PartnershipReview, Quotation
from tests.factories import ActorFactory, QuotationFactory, ReviewFactory
from tests.partners.browser import sent_by
from tests.partners.partnership_world import World

pytestmark = pytest.mark.django_db
WAITS = "a quotation that waits for its consent"


class Three(World):
    """Besides the two a café, which looked back twice and has words that nobody agreed to yet."""

    def __init__(self) -> None:
        super().__init__(words=True)
        self.cafe = ActorFactory(name="Café", neighbourhoods=[self.home])
        words = {"brings": "Kuchen", "expected_benefit": "Gäste"}
        self.third = PartnershipParty.objects.create(
            partnership=self.partnership, actor=self.cafe, is_agreed=True, **words
        )
        self.reviews = [ReviewFactory(party=self.third) for _ in range(2)]
        self.quotation = QuotationFactory(party=self.third)
        self.edit = f"{self.url}bearbeiten/"
        self.organised = self.client("organiser")

    def row(self, data: dict[str, Any]) -> str:
        return next(
            name.removesuffix("-id")
            for name, values in data.items()
            if name.endswith("-id") and values == [str(self.third.pk)]
        )

    def without_cafe(self) -> dict[str, Any]:
        data: dict[str, Any] = sent_by(self.organised.get(self.edit))
        return data | {f"{self.row(data)}-DELETE": "on"}

    def counts(self) -> tuple[int, int, int]:
        return self.partnership.parties.count(), Quotation.objects.count(), PartnershipReview.objects.count()


def test_what_goes_along_is_read_first_and_then_taken_out_once() -> None:
    world = Three()
    page = world.organised.post(world.edit, world.without_cafe())
    assert (page.status_code, world.counts()) == (200, (3, 1, 2))
    assert f"“Café”: {WAITS} and 2 looks back" in page.content.decode()
    asked = sent_by(page)
    assert world.organised.post(world.edit, asked)["Location"] == world.url
    assert world.counts() == (2, 0, 0)
    told = HistoryEntry.objects.filter(what="weg").order_by("pk")
    assert [entry.row for entry in told] == ["partners.quotation", "partners.partnershipparty"]
    history = world.organised.get(f"{world.url}verlauf/").content.decode()
    assert "Quotation “Café”: removed" in history


def test_what_was_read_in_two_windows_takes_it_out_once() -> None:
    """The second one finds that it is done already; nothing else goes."""
    world = Three()
    asked = [sent_by(world.organised.post(world.edit, world.without_cafe())) for _ in range(2)]
    assert [world.organised.post(world.edit, one)["Location"] for one in asked] == [world.url, world.url]
    assert (world.counts(), HistoryEntry.objects.filter(what="weg").count()) == ((2, 0, 0), 2)


def test_what_is_written_meanwhile_is_read_as_well() -> None:
    world = Three()
    asked = sent_by(world.organised.post(world.edit, world.without_cafe()))
    ReviewFactory(party=world.third)
    page = world.organised.post(world.edit, asked)
    assert "3 looks back" in page.content.decode()
    assert world.counts() == (3, 1, 3)


def test_somebody_else_in_the_place_of_a_side_is_the_same() -> None:
    world = Three()
    other = ActorFactory(name="Laden", neighbourhoods=[world.home])
    data: dict[str, Any] = sent_by(world.organised.get(world.edit))
    page = world.organised.post(world.edit, data | {f"{world.row(data)}-actor": str(other.pk)})
    assert f"“Café”: {WAITS} and 2 looks back" in page.content.decode()
    assert world.organised.post(world.edit, sent_by(page)).status_code == 302
    assert world.counts() == (3, 0, 0)
    assert sorted(party.actor.name for party in world.partnership.parties.all()) == [
        "Begleitung",
        "Bibliothek",
        "Laden",
    ]


def test_a_side_is_not_taken_out_while_everybody_reads_its_quotation() -> None:
    world = Three()
    asked = sent_by(world.organised.post(world.edit, world.without_cafe()))
    world.quotation.agree(way=Quotation.Way.LINK)
    world.quotation.save()
    page = world.organised.post(world.edit, asked)
    assert "“Café”: everybody reads a quotation of this side. Withdraw it first" in page.content.decode()
    assert world.counts() == (3, 1, 2)


def test_nothing_is_asked_where_nothing_goes() -> None:
    world = Three()
    Quotation.objects.all().delete()
    PartnershipReview.objects.all().delete()
    assert world.organised.post(world.edit, world.without_cafe()).status_code == 302
    assert world.counts() == (2, 0, 0)


def test_whoever_does_not_ask_takes_nothing_out() -> None:
    world = Three()
    with pytest.raises(LossError, match="2 looks back"):
        write_partnership(partnership=world.partnership, parties=[], removed=[world.third])
    address = f"/admin/partners/partnership/{world.partnership.pk}/change/"
    admin = world.client("admin")
    data: dict[str, Any] = sent_by(admin.get(address))
    page = admin.post(address, data | {f"{world.row(data)}-DELETE": "on"}).content.decode()
    assert "there you are asked first" in page
    assert world.counts() == (3, 1, 2)
    with pytest.raises(ValidationError):
        write_partnership(partnership=world.partnership, parties=[], removed=[world.third], read="x")


def test_the_history_does_not_say_that_it_all_comes_back() -> None:
    world = Three()
    world.organised.post(world.edit, sent_by(world.organised.post(world.edit, world.without_cafe())))
    history = world.organised.get(f"{world.url}verlauf/").content.decode()
    assert "Nothing is lost" not in history
    assert "only quotations and looks back that were deleted are gone for good" in history
    entry = HistoryEntry.objects.get(row="partners.partnershipparty", what="weg")
    address = f"{world.url}verlauf/{entry.pk}/"
    assert "They do not come back with it." in world.organised.get(address).content.decode()
    assert world.organised.post(address, {"version": entry.pk}).status_code == 302
    assert world.counts() == (3, 0, 0)
    assert world.partnership.parties.get(actor=world.cafe).brings == "Kuchen"
