"""An actor: who sees and edits it in which state, which steps are open, and what follows from its partnerships."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from partners.models import Actor, StageError
from tests.factories import (
    ActorFactory,
    NeighbourhoodFactory,
    PartnershipFactory,
    PersonFactory,
)
from tests.partners.actor_world import EVERYBODY, INSIDERS, State, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "seen_by", "edited_by"),
    [
        (State.DRAFT, INSIDERS, INSIDERS),
        (State.SUBMITTED, INSIDERS, INSIDERS),
        (State.PUBLISHED, EVERYBODY, INSIDERS),
        (State.HIDDEN, INSIDERS, INSIDERS),
        (State.ARCHIVED, EVERYBODY, set()),
    ],
)
def test_who_sees_and_who_edits(state, seen_by, edited_by):
    world = World(state=state)
    own = Actor.objects.filter(pk=world.actor.pk)
    assert {who for who in EVERYBODY if own.visible_to(getattr(world, who)).exists()} == seen_by
    assert {who for who in EVERYBODY if not own.hidden_from(getattr(world, who)).exists()} == seen_by
    assert {who for who in EVERYBODY if own.editable_by(getattr(world, who)).exists()} == edited_by
    decide = {who for who in EVERYBODY if own.with_managed_team(getattr(world, who)).exists()}
    assert decide == edited_by - {"editor"}
    assert {who for who in EVERYBODY if own.organised_by(getattr(world, who)).exists()} == {"organiser", "admin"}
    assert {who for who in EVERYBODY if own.staffed_by(getattr(world, who)).exists()} == {"editor", "manager"}


def test_organisers_of_any_of_its_neighbourhoods_edit_an_actor():
    first, second = PersonFactory(), PersonFactory()
    actor = ActorFactory(
        neighbourhoods=[NeighbourhoodFactory(organisers=[first]), NeighbourhoodFactory(organisers=[second])]
    )
    assert list(Actor.objects.editable_by(first)) == list(Actor.objects.editable_by(second)) == [actor]


# --- states -----------------------------------------------------------------------------------------------------------

OPEN = {
    State.DRAFT: {"submit": State.SUBMITTED, "publish": State.PUBLISHED},
    State.SUBMITTED: {"publish": State.PUBLISHED},
    State.PUBLISHED: {"hide": State.HIDDEN},
    State.HIDDEN: {"publish": State.PUBLISHED, "archive": State.ARCHIVED},
    State.ARCHIVED: {},
    State.MERGED: {},
}


@pytest.mark.parametrize("step", ["submit", "publish", "hide", "archive"])
@pytest.mark.parametrize("state", State.values)
def test_only_open_steps_are_taken(state, step):
    actor = ActorFactory(state=state)
    if step in OPEN[state]:
        getattr(actor, step)()
        assert actor.state == OPEN[state][step]
    else:
        with pytest.raises(StageError):
            getattr(actor, step)()
    expected = OPEN[state].get(step, state)
    assert Actor.objects.get().state == expected


def test_a_refused_step_names_the_open_ones():
    with pytest.raises(
        StageError, match=r"From “hidden” there is no step to “submitted”. Open from here: published, archived."
    ):
        ActorFactory(state=State.HIDDEN).submit()
    with pytest.raises(StageError, match=r"“archived” is final: nothing comes after it."):
        ActorFactory(state=State.ARCHIVED).publish()


def test_of_two_who_take_a_step_one_reads_what_happened():
    actor = ActorFactory()
    same = Actor.objects.get(pk=actor.pk)
    actor.hide()
    with pytest.raises(StageError, match=r"Somebody else was faster: it now says “hidden”."):
        same.hide()


WORDS = {"einreichen": "submit", "veroeffentlichen": "publish", "verbergen": "hide", "archivieren": "archive"}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_may_take_which_step(who, word):
    before = {"einreichen": State.DRAFT, "veroeffentlichen": State.SUBMITTED, "verbergen": State.PUBLISHED}
    world = World(state=before.get(word, State.HIDDEN))
    allowed = INSIDERS if word == "einreichen" else {"organiser", "admin"}
    response = world.client(who).post(f"/akteure/treff/{word}/")
    state = Actor.objects.get(pk=world.actor.pk).state
    if who in allowed:
        assert (response.status_code, response["Location"]) == (302, "/akteure/treff/")
        assert state == OPEN[world.actor.state][WORDS[word]]
    else:
        assert response.status_code == (302 if who == "visitor" else 404)
        assert state == world.actor.state


def test_a_step_that_is_not_open_is_refused_with_a_sentence():
    world = World(state=State.PUBLISHED)
    client = world.client("organiser")
    page = client.post("/akteure/treff/archivieren/", follow=True).content.decode()
    assert "Open from here: hidden." in page
    assert Actor.objects.get(pk=world.actor.pk).state == State.PUBLISHED
    assert client.get("/akteure/treff/archivieren/").status_code == 405


def test_the_edit_page_offers_open_steps_only():
    world = World(state=State.DRAFT)
    offered = {
        who: [step.word for step in world.client(who).get("/akteure/treff/bearbeiten/").context["steps"]]
        for who in INSIDERS
    }
    assert offered == {
        "editor": ["einreichen"],
        "manager": ["einreichen"],
        "organiser": ["veroeffentlichen"],
        "admin": ["veroeffentlichen"],
    }


# --- derived ----------------------------------------------------------------------------------------------------------


def test_main_partners_stand_on_the_quartier_side_of_a_running_main_partnership():
    running = PartnershipFactory()
    for values in ({"kind": "projekt"}, {"start_on": "2099-01-01"}, {"start_on": "2020-01-01", "end_on": "2020-02-01"}):
        PartnershipFactory(**values)
    local = running.parties.get(side="quartier").actor
    assert list(Actor.objects.main_partners()) == [local]
    assert [actor.pk for actor in Actor.objects.with_main_partner() if actor.is_main_partner] == [local.pk]


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Stadtbibliothek Sendling", "SS"),
        ("luise", "L"),
        ("„Leihregal“ im Saal", "LI"),
        ("1860 e. V.", "1E"),
        ("☃", "☃"),
    ],
)
def test_initials_stand_in_for_a_logo(name, initials):
    assert Actor(name=name).initials == initials


def test_what_can_never_be_stored():
    with pytest.raises(IntegrityError), transaction.atomic():
        ActorFactory(name="")
    for place in ({"latitude": 48}, {"longitude": 11}, {"latitude": 91, "longitude": 11}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ActorFactory(**place)
