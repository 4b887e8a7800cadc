"""The pages on which organisers lead a partnership, what is due, and who reads how it came about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from partners.models import Partnership, PartnershipParty
from tests.factories import MembershipFactory, NeighbourhoodFactory, PartnershipFactory, PersonFactory
from tests.partners.browser import sent_by
from tests.partners.partnership_world import EVERYBODY, LIST, NEW, World, posted
from tests.partners.test_stages import VALUES, at, day

pytestmark = pytest.mark.django_db

Stage = Partnership.Stage


def typed(days: int) -> str:
    return f"{day(days):%d.%m.%Y}"


def world_at(stage: str, **values: Any) -> World:
    return World(**{"state": stage, "words": True} | VALUES[stage] | values)


# The word in the address, the stage it leads from, what is typed, and where it leads to.
WAYS: dict[str, tuple[str, dict[str, str], str]] = {
    "abstimmen": (Stage.CONTACT, {}, Stage.TALKS),
    "vereinbaren": (Stage.TALKS, {"form": "informell"}, Stage.AGREED),
    "starten": (Stage.AGREED, {"on": typed(-2)}, Stage.RUNNING),
    "ruhen": (Stage.RUNNING, {"until": typed(20)}, Stage.RESTING),
    "laenger-ruhen": (Stage.RESTING, {"until": typed(20)}, Stage.RESTING),
    "weiterfuehren": (Stage.RESTING, {}, Stage.RUNNING),
    "beenden": (Stage.RUNNING, {"reason": "konflikt", "on": typed(0)}, Stage.ENDED),
    "aufgeben": (Stage.TALKS, {}, Stage.FAILED),
}


@pytest.mark.parametrize("verb", WAYS)
def test_organisers_take_a_step_and_nobody_else(verb):
    source, data, target = WAYS[verb]
    world = world_at(source)
    url = f"{world.url}{verb}/"
    for who in EVERYBODY:
        if who in {"organiser", "admin"}:
            continue
        client = world.client(who)
        codes = client.get(url).status_code, client.post(url, data).status_code
        assert (who, codes) == (who, (302, 302) if who == "visitor" else (404, 404))
    assert not world.partnership.steps.exists()
    client = world.client("organiser")
    page = client.get(url).content.decode()
    assert f'<h1 id="worum">{dict(steps_shown(client, world))[verb]}</h1>' in page
    answer = client.post(url, data | {"note": "Gut so."})
    assert answer["Location"] == world.url
    world.partnership.refresh_from_db()
    step = world.partnership.steps.get()
    assert (world.partnership.state, step.to_state, step.note, step.by) == (target, target, "Gut so.", world.organiser)


def steps_shown(client: Any, world: World) -> list[tuple[str, str]]:
    return [(step.verb, str(step.label)) for step in client.get(world.url).context["steps_open"]]


@pytest.mark.parametrize(
    ("stage", "verbs"),
    [
        (Stage.CONTACT, ["abstimmen", "aufgeben"]),
        (Stage.TALKS, ["vereinbaren", "aufgeben"]),
        (Stage.AGREED, ["starten", "beenden"]),
        (Stage.RUNNING, ["ruhen", "beenden"]),
        (Stage.RESTING, ["weiterfuehren", "laenger-ruhen", "beenden"]),
        (Stage.ENDED, []),
        (Stage.FAILED, []),
    ],
)
def test_the_page_offers_the_open_steps_to_who_may_take_them(stage, verbs):
    world = world_at(stage)
    page = world.client("organiser").get(world.url).content.decode()
    assert [verb for verb in WAYS if f'href="{world.url}{verb}/"' in page] == sorted(verbs, key=list(WAYS).index)
    assert (f'href="{world.url}wieder-aufnehmen/"' in page) is (not verbs)
    for who in set(EVERYBODY) - {"organiser", "admin"}:
        other = world.client(who).get(world.url).content.decode()
        assert not [verb for verb in [*WAYS, "wieder-aufnehmen", "bearbeiten"] if f"{world.url}{verb}/" in other]


def test_a_step_that_is_not_open_names_the_open_ones_and_the_same_button_twice_is_one_step():
    world = world_at(Stage.AGREED)
    client = world.client("organiser")
    refused = client.post(f"{world.url}ruhen/", {"until": typed(5)}, follow=True)
    assert "there is no step to “resting”. Open from here: running, ended." in refused.content.decode()
    closed = client.get(f"{world.url}weiterfuehren/", follow=True).content.decode()
    assert "This step is not open any more. Look at what is open now." in closed
    for _ in range(2):
        twice = client.post(f"{world.url}starten/", {"on": typed(0)}, follow=True)
    assert [str(message) for message in twice.context["messages"]] == []
    assert world.partnership.steps.count() == 1
    assert (
        "This step is not open any more" in client.get(f"{world.url}weiterfuehren/", follow=True).content.decode() or 1
    )


@pytest.mark.parametrize(
    ("verb", "data", "field", "sentence"),
    [
        ("vereinbaren", {}, "form", "Choose one."),
        ("starten", {"on": ""}, "on", "Enter the day on which it began"),
        ("starten", {"on": typed(1)}, "__all__", "This day is still to come."),
        ("ruhen", {"until": ""}, "until", "Enter the day until which it rests"),
        ("ruhen", {"until": "bald"}, "until", "Write the date like this: 20.1.2027."),
        ("ruhen", {"until": typed(0)}, "__all__", "Choose a day that is still to come."),
        ("ruhen", {"until": typed(6 * 366)}, "until", "This day lies more than five years ahead."),
        ("laenger-ruhen", {"until": typed(-1)}, "__all__", "Choose a day that is still to come."),
        ("beenden", {"on": typed(0)}, "reason", "Choose why it ends."),
        ("beenden", {"reason": "weil", "on": typed(0)}, "reason", "This choice is not offered any more."),
        ("beenden", {"reason": "laufzeit", "on": "1.1.1990"}, "__all__", "The end lies before the beginning."),
        ("aufgeben", {"note": "x" * 2001}, "note", "This is too long"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence_and_kept(verb, data, field, sentence):
    world = world_at(WAYS[verb][0])
    data = {"note": "Bleibt stehen."} | data
    answer = world.client("organiser").post(f"{world.url}{verb}/", data)
    page = answer.content.decode()
    assert "<title>Error: " in page
    assert sentence in answer.context["form"].errors[field][0]
    assert data["note"] in page
    assert not world.partnership.steps.exists()


def test_what_is_missing_is_named_side_by_side_with_the_way_to_mend_it():
    world = world_at(Stage.TALKS)
    world.partnership.parties.filter(pk=world.side.pk).update(expected_benefit="")
    client = world.client("organiser")
    url = f"{world.url}vereinbaren/"
    mend = f'href="{world.url}seiten/{world.side.pk}/bearbeiten/"'
    for page in (client.get(url), client.post(url, {"form": "vertrag"}), client.get(world.url)):
        assert mend in page.content.decode()
        assert [str(gap) for gap in page.context["gaps"]] == ["“Bibliothek”: what it hopes to gain"]
    assert "Each side first says" in client.post(url, {"form": "vertrag"}).content.decode()
    world.client("editor").post(f"{world.url}seiten/{world.side.pk}/bearbeiten/", {"expected_benefit": "Gäste"})
    PartnershipParty.objects.filter(pk=world.side.pk).update(brings="Räume")
    assert client.post(url, {"form": "vertrag"}).status_code == 302
    assert Partnership.objects.get().form == "vertrag"


def test_a_step_that_would_make_a_second_main_partnership_is_refused_with_the_reason():
    world = world_at(Stage.AGREED)
    PartnershipFactory(quartier=world.library, accompanying=world.companion)
    answer = world.client("organiser").post(f"{world.url}starten/", {"on": typed(0)})
    assert "The same sides have a running main partnership already." in answer.content.decode()


# --- what stays said --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["editor", "organiser"])
def test_a_side_does_not_empty_what_is_agreed(who):
    world = world_at(Stage.RUNNING)
    url = f"{world.url}seiten/{world.side.pk}/bearbeiten/"
    answer = world.client(who).post(url, {"brings": "", "expected_benefit": "Neues."})
    assert answer.context["form"].errors == {"brings": ["Say what this side brings. What is agreed needs it."]}
    world.side.refresh_from_db()
    assert (world.side.brings, world.side.expected_benefit) == ("Einen Raum.", "Neue Gäste.")


def test_editing_neither_empties_a_side_nor_adds_a_silent_one():
    world = world_at(Stage.AGREED)
    client = world.client("organiser")
    url = f"{world.url}bearbeiten/"
    data = sent_by(client.get(url))
    emptied = client.post(url, data | {"parties-0-brings": ""})
    assert emptied.context["formset"].errors[0] == {"brings": ["Say what this side brings. What is agreed needs it."]}
    other = MembershipFactory().actor
    silent = client.post(url, data | {"parties-2-actor": other.pk, "parties-2-side": "quartier"})
    assert set(silent.context["formset"].errors[2]) == {"brings", "expected_benefit"}
    assert world.partnership.parties.count() == 2
    spoken = {"parties-2-brings": "Zeit", "parties-2-expected_benefit": "Freude"}
    joins = data | spoken | {"parties-2-actor": other.pk, "parties-2-side": "quartier"}
    assert client.post(url, joins).status_code == 302
    assert world.partnership.parties.filter(is_agreed=True).count() == 3


@pytest.mark.parametrize(
    ("start", "sentence"), [("", "What runs has begun on a day."), (typed(3), "the partnership runs already")]
)
def test_what_runs_keeps_its_first_day(start, sentence):
    world = world_at(Stage.RUNNING)
    client = world.client("organiser")
    url = f"{world.url}bearbeiten/"
    answer = client.post(url, sent_by(client.get(url)) | {"start_on": start})
    assert sentence in answer.context["form"].errors["start_on"][0]


def test_what_runs_already_is_written_down_with_the_words_of_its_sides():
    world = World()
    client = world.client("organiser")
    sides = [{"actor": MembershipFactory().actor.pk, "side": "quartier"} for _ in range(2)]
    data = {"neighbourhood": world.home.pk, "state": "laufend"}
    silent = client.post(NEW, posted(*sides, **data))
    assert [set(errors) for errors in silent.context["formset"].errors] == [{"brings", "expected_benefit"}] * 2
    words = {"brings": "Räume", "expected_benefit": "Gäste"}
    assert client.post(NEW, posted(*[side | words for side in sides], **data)).status_code == 302
    made = Partnership.objects.latest("pk")
    assert (made.state, made.steps.get().by, made.parties.filter(is_agreed=True).count()) == (
        *(Stage.RUNNING, world.organiser),
        2,
    )


# --- taken up again ---------------------------------------------------------------------------------------------------


def test_what_is_over_is_taken_up_again_and_both_lead_to_each_other():
    world = world_at(Stage.ENDED)
    client = world.client("organiser")
    url = f"{world.url}wieder-aufnehmen/"
    data = sent_by(client.get(url)) | {"note": "Noch einmal."}
    places = {client.post(url, data)["Location"] for _ in range(2)}
    again = Partnership.objects.get(reopens=world.partnership)
    assert places == {again.get_absolute_url()}
    assert f'href="{world.url}"' in client.get(again.get_absolute_url()).content.decode()
    assert f'href="{again.get_absolute_url()}"' in client.get(world.url).content.decode()
    assert f'href="{again.get_absolute_url()}"' not in world.client("visitor").get(world.url).content.decode()
    refused = client.post(url, sent_by(client.get(url)))
    assert "was taken up again already" in refused.content.decode()
    for who in ("visitor", "editor", "other_organiser"):
        assert world.client(who).post(url, data).status_code == (302 if who == "visitor" else 404)
    assert Partnership.objects.count() == 2


def test_what_is_not_over_is_not_taken_up_again():
    world = world_at(Stage.RUNNING)
    page = world.client("organiser").post(f"{world.url}wieder-aufnehmen/", follow=True).content.decode()
    assert "Only what is over can be taken up again." in page
    assert Partnership.objects.count() == 1


# --- who reads what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "notes"),
    [
        ("visitor", []),
        ("other_editor", []),
        ("other_organiser", []),
        ("editor", ["Im Gespräch."]),
        ("organiser", ["Wirkt müde.", "Im Gespräch."]),
        ("admin", ["Wirkt müde.", "Im Gespräch."]),
    ],
)
def test_notes_and_reasons_are_internal(who, notes):
    world = world_at(Stage.CONTACT)
    world.partnership.remember("", by=None, note="Wirkt müde.")
    world.partnership.begin_talks(by=world.organiser, note="Im Gespräch.")
    world.partnership.agree(by=world.organiser)
    world.partnership.end(by=world.organiser, reason="konflikt")
    page = world.client(who).get(world.url).content.decode()
    assert [note for note in ("Wirkt müde.", "Im Gespräch.") if note in page] == notes
    assert ("conflict" in page, world.organiser.name in page) == (bool(notes), bool(notes))


def test_the_way_shows_what_was_and_what_comes():
    world = world_at(Stage.CONTACT)
    world.partnership.remember("", by=None)
    world.partnership.begin_talks(by=None)

    def way() -> list[tuple[str, bool, bool]]:
        path = world.client("organiser").get(world.url).context["path"]
        return [(one.label, one.at is not None, one.is_present) for one in path]

    later = [(label, False, False) for label in ("agreed", "running", "ended")]
    assert way() == [("first contact", True, False), ("in talks", True, True), *later]
    world.partnership.give_up(by=None)
    assert [one[0] for one in way()] == ["first contact", "in talks", "came to nothing"]
    running = PartnershipFactory(neighbourhood=world.home)
    path = world.client("organiser").get(running.get_absolute_url()).context["path"]
    assert [one.label for one in path] == ["running", "ended"]


# --- what is due ------------------------------------------------------------------------------------------------------

DUE: list[tuple[dict[str, Any], str]] = [
    ({"state": Stage.RESTING, "resting_until": day(0)}, "The rest is over since"),
    ({"end_on": day(-1)}, "The agreed end was on"),
    ({"state": Stage.RESTING, "resting_until": day(5), "end_on": day(-1)}, "The agreed end was on"),
    ({"state": Stage.AGREED, "start_on": day(0)}, "It was to begin on"),
    ({"next_review_on": day(0)}, "A look back was planned for"),
]
NOT_DUE: list[dict[str, Any]] = [
    {},
    {"state": Stage.RESTING, "resting_until": day(1)},
    {"end_on": day(0)},
    {"state": Stage.AGREED, "start_on": day(1)},
    {"state": Stage.AGREED, "start_on": None, "next_review_on": day(-1)},
    {"next_review_on": day(1)},
    {"state": Stage.ENDED, "end_on": day(-1), "end_reason": "laufzeit", "next_review_on": day(-1)},
    {"state": Stage.TALKS, "start_on": day(-1)},
]


def test_what_is_due_stands_on_the_overview_with_the_same_count_in_the_list():
    world = World()
    there = {PartnershipFactory(neighbourhood=world.home, **values): said for values, said in DUE}
    for values in NOT_DUE:
        PartnershipFactory(neighbourhood=world.home, **values)
    PartnershipFactory(end_on=day(-1))
    for row, said in there.items():
        assert [one[: len(said)] for one in row.due] == [said]
    assert set(Partnership.objects.filter(neighbourhood=world.home).due()) == set(there)
    client = world.client("organiser")
    piles = {pile.key: pile.count for pile in client.get("/uebersicht/").context["piles"]}
    assert piles == {"partnerschaften": len(there), "rueckblicke": 1}
    assert client.get("/uebersicht/?liste=partnerschaften").context["page"].paginator.count == len(there)
    assert set(client.get(f"{LIST}?faellig=1").context["page"]) == set(there)
    assert client.get(next(iter(there)).get_absolute_url()).context["due"]
    for who in ("editor", "other_organiser"):
        assert "partnerschaften" not in {pile.key for pile in world.client(who).get("/uebersicht/").context["piles"]}


@pytest.mark.parametrize(
    ("who", "stages", "due"), [("visitor", 4, False), ("editor", 7, False), ("organiser", 7, True)]
)
def test_the_list_asks_only_for_what_the_reader_can_find(who, stages, due):
    world = World()
    found = world.client(who).get(f"{LIST}?faellig=1&stand=anbahnung").context["found"]
    facets = {facet.name: [option.value for option in facet.options] for facet in found.facets}
    assert (len(facets["stand"]), "faellig" in facets) == (stages, due)
    assert set(facets) - {"faellig"} == {"quartier", "stand", "art", "intensitaet", "vereinbarungsform"}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("visitor", 5), ("editor", 11), ("organiser", 10)])
def test_the_list_takes_the_same_queries(django_assert_num_queries, rows, who, queries):
    world = World()
    for _ in range(rows):
        for stage in Stage:
            at(stage, neighbourhood=world.home, quartier=world.library)
    client = world.client(who)
    with django_assert_num_queries(queries):
        client.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_every_number_of_steps(django_assert_num_queries, rows):
    world = world_at(Stage.RUNNING)
    for _ in range(rows):
        world.partnership.rest(by=PersonFactory(), until=day(4))
        world.partnership.wake(by=PersonFactory())
    client = world.client("organiser")
    with django_assert_num_queries(19):
        client.get(world.url)


def test_what_is_over_stands_below_what_is_being_prepared():
    home = NeighbourhoodFactory()
    rows = [at(stage, neighbourhood=home) for stage in (Stage.FAILED, Stage.RUNNING, Stage.ENDED, Stage.RESTING)]
    later = at(Stage.AGREED, neighbourhood=home, start_on=timezone.localdate() + timedelta(days=9))
    first = at(Stage.TALKS, neighbourhood=home)
    order = [first, later, rows[1], rows[3], rows[2], rows[0]]
    assert list(Partnership.objects.in_order()) == order
