"""Looking back: what one side says is read by its own team and the organisers, never by the other side."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from partners.actions.merging import merge_actors, undo_merge
from partners.models import Partnership, PartnershipParty, PartnershipReview
from partners.models.reviews import QUESTIONS
from partners.views.reviews import looks_back
from tests.factories import ActorFactory, MembershipFactory, PartnershipFactory, ReviewFactory
from tests.partners.partnership_world import EVERYBODY, World

pytestmark = pytest.mark.django_db
GRADES = {one.name: "3" for one in QUESTIONS}
SECRET = "Wir reden zu selten."


def world_of_two(**values) -> World:
    """With somebody in the team of the companion."""
    world = World(**values)
    world.other_side = world.partnership.parties.get(actor=world.companion)
    world.other_editor = MembershipFactory(actor=world.companion).person
    return world


def new(world: World, party) -> str:
    return f"{world.url}seiten/{party.pk}/rueckblick/neu/"


def readers(world: World) -> set[str]:
    return {who for who in EVERYBODY if SECRET in world.client(who).get(world.url).content.decode()}


# --- who reads, who writes ------------------------------------------------------------------------------------------------


def test_one_side_is_read_by_its_team_and_the_organisers_alone():
    world = world_of_two()
    review = ReviewFactory(party=world.side, remark=SECRET)
    assert readers(world) == {"editor", "organiser", "admin"}
    rows = PartnershipReview.objects.all()
    assert {who for who in EVERYBODY[1:] if review in rows.visible_to(getattr(world, who))} == readers(world)
    PartnershipReview.objects.update(party=world.other_side)
    assert readers(world) == {"other_editor", "organiser", "admin"}


def test_a_team_writes_for_itself_and_an_organiser_for_the_companion():
    world = world_of_two()
    allowed = {
        party.actor.name: {who for who in EVERYBODY if world.client(who).get(new(world, party)).status_code == 200}
        for party in (world.side, world.other_side)
    }
    assert allowed == {"Bibliothek": {"editor"}, "Begleitung": {"other_editor", "organiser", "admin"}}


@pytest.mark.parametrize("values", [{"state": "abstimmung", "start_on": None}, {"state": "vereinbart"}])
def test_what_never_ran_is_not_looked_back_on(values):
    world = world_of_two(**values)
    assert {who for who in EVERYBODY if world.client(who).get(new(world, world.side)).status_code == 200} == set()
    assert "looks_back" not in world.client("editor").get(world.url).context


# --- writing --------------------------------------------------------------------------------------------------------------


def test_a_look_back_is_saved_with_its_day_and_its_words():
    world = world_of_two()
    client = world.client("editor")
    data = GRADES | {"openness": "1", "remark": SECRET, "reviewed_on": "3.5.2026"}
    answer = client.post(new(world, world.side), data | {"next_review_on": "1.1.2099"})
    review = PartnershipReview.objects.get()
    assert answer["Location"] == f"{world.url}#rueckblick-{world.side.pk}"
    assert (review.openness, review.resources, review.written_by) == (1, 3, world.editor)
    assert review.reviewed_on == date(2026, 5, 3)
    assert Partnership.objects.get().next_review_on is None
    page = client.get(world.url).content.decode()
    assert "We keep much to ourselves" in page
    assert 'aria-label="1 of 4"' in page


def test_an_organiser_says_when_the_sides_look_back_next():
    world = world_of_two(next_review_on=date(2026, 5, 1))
    path, client = new(world, world.other_side), world.client("organiser")
    day = timezone.localdate() + timedelta(days=200)
    data = GRADES | {"reviewed_on": "3.5.2026", "next_review_on": f"{day:%d.%m.%Y}"}
    assert 'href="#rueckblick"' in client.get(world.url).content.decode()
    assert client.post(path, data | {"next_review_on": "1.5.2026"}).status_code == 200
    assert not PartnershipReview.objects.exists()
    assert client.post(path, data).status_code == 302
    assert Partnership.objects.get().next_review_on == day


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"openness": ""}, "openness"),
        ({"influence": "5"}, "influence"),
        ({"reviewed_on": "1.1.2099"}, "reviewed_on"),
        ({"remark": "x" * 2001}, "remark"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(typed, field):
    world = world_of_two()
    answer = world.client("editor").post(new(world, world.side), GRADES | {"reviewed_on": "3.5.2026"} | typed)
    assert list(answer.context["form"].errors) == [field]
    assert not PartnershipReview.objects.exists()


def test_it_is_put_right_and_deleted_by_who_wrote_it():
    world = world_of_two()
    review = ReviewFactory(party=world.side)
    client = world.client("editor")
    client.post(f"/rueckblicke/{review.pk}/bearbeiten/", GRADES | {"influence": "2", "reviewed_on": "3.5.2026"})
    review.refresh_from_db()
    assert (review.influence, review.openness) == (2, 3)
    client.post(f"/rueckblicke/{review.pk}/loeschen/")
    assert not PartnershipReview.objects.exists()


def test_a_side_sees_its_own_view_over_time_newest_first_and_no_sum():
    world = world_of_two()
    for number in range(5):
        ReviewFactory(party=world.side, grade=1 + number % 4, reviewed_on=date(2026, 1 + number, 1))
    (side,) = world.client("editor").get(world.url).context["looks_back"]
    assert [review.reviewed_on.month for review in side.shown] == [5, 4, 3, 2]
    assert side.earlier == 1
    assert [[answer.grade for _review, answer in cells] for _question, cells in side.lines] == [[1, 4, 3, 2]] * 6


@pytest.mark.parametrize("rows", [1, 3])
def test_a_view_over_time_takes_the_same_queries_for_every_number_of_looks_back(rows, django_assert_num_queries):
    world = world_of_two()
    for number in range(rows):
        ReviewFactory(party=world.side, reviewed_on=date(2026, 1 + number, 1))
    parties = list(world.partnership.parties.select_related("actor"))
    with django_assert_num_queries(2):
        (side,) = looks_back(parties, world.editor)
        assert len(side.lines) == len(QUESTIONS)
    assert len(side.reviews) == rows


# --- the Quartier ---------------------------------------------------------------------------------------------------------


def test_an_average_needs_three_partnerships_and_counts_the_newest_of_each_side():
    world = world_of_two()
    path = "/quartiere/daheim/rueckblicke/"
    ReviewFactory(party=world.side, grade=4, reviewed_on=date(2026, 1, 1))
    ReviewFactory(party=world.side, grade=1)
    ReviewFactory(party=world.other_side, grade=2)
    ReviewFactory(grade=4)
    ReviewFactory(party=PartnershipFactory(neighbourhood=world.home).parties.first(), grade=2)
    client = world.client("organiser")
    answer = client.get(path)
    assert (answer.context["averages"].partnerships, answer.context["averages"].means) == (2, {})
    assert "At present 2 have a look back." in answer.content.decode()
    ReviewFactory(party=PartnershipFactory(neighbourhood=world.home).parties.first(), grade=3)
    averages = client.get(path).context["averages"]
    assert (averages.partnerships, averages.sides) == (3, 4)
    assert averages.means == {one.name: 2.0 for one in QUESTIONS}


def test_looks_back_come_along_when_two_sides_become_one():
    world = world_of_two()
    kept = ActorFactory(neighbourhoods=[world.home])
    other = PartnershipParty.objects.create(partnership=world.partnership, actor=kept)
    ReviewFactory(party=world.side), ReviewFactory(party=other)
    merge = merge_actors(kept=kept, gone=world.library, take=[], by=world.admin, seen=(kept.stamp, world.library.stamp))
    assert set(PartnershipReview.objects.values_list("party__actor", flat=True)) == {kept.pk}
    undo_merge(merge=merge, by=world.admin)
    assert sorted(PartnershipReview.objects.values_list("party", flat=True)) == sorted([world.side.pk, other.pk])
