"""The pages of a request for an offer: who finds which button, what is said before, and how nothing typed is lost."""

from __future__ import annotations

import re
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Actor, Offer
from projects.actions.request_asking import RequestWaitsError
from projects.forms.resource_requests import AskForm
from projects.models import Contribution, Participation, ResourceRequest
from projects.models.resource_requests import MIDNIGHT
from projects.views.chains import steps_of, turn_of
from tests.factories import (
    ActorFactory,
    ContributionFactory,
    MembershipFactory,
    NeedFactory,
    OfferFactory,
    ParticipationFactory,
    ProjectFactory,
    ResourceRequestFactory,
)
from tests.projects.browser import fields_of
from tests.projects.conftest import World

State = ResourceRequest.State
TODAY = timezone.localdate()
SOON, GONE = TODAY + timedelta(days=9), TODAY - timedelta(days=2)
EVENING = {"start_time": time(18), "end_time": time(21)}


@pytest.fixture
def room(world: World) -> Offer:
    return OfferFactory(actor=world.library, title="Lesesaal", category="raeume", unit="stunden", persons=20)


def asked(world: World, room: Offer, state: str = State.OPEN, **values: object) -> ResourceRequest:
    """By the team of the bakery, for the bakery; of the project by its leader."""
    given = {"by": world.people.leader if "project" in values else world.people.baker, "state": state}
    if "project" not in values:
        given["actor"] = world.bakery
    row = ResourceRequestFactory(offer=room, **given | values)
    row.remember("", by=row.by)
    return row


def new(room: Offer, **query: object) -> str:
    return reverse("projects:request-create", args=[room.pk], query=query)


def step(row: ResourceRequest, word: str) -> str:
    return reverse("projects:request-step", args=[row.pk, word])


def ask(world: World, room: Offer, who: str = "baker", **typed: object):
    client = world.client(who)
    opened = fields_of(client.get(new(room)))
    return client.post(new(room), opened | {"message": "Ein Fest.", "start_on": SOON.strftime("%d.%m.%Y")} | typed)


# --- asking ------------------------------------------------------------------------------------------------------------


def test_who_keeps_one_place_only_is_not_asked_for_whom_and_is_led_to_the_request(world, room):
    answer = ask(world, room, start_time="18", end_time="21 Uhr", quantity="3", persons="15")
    row = ResourceRequest.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())
    assert (row.actor, row.project, row.message) == (world.bakery, None, "Ein Fest.")
    assert (row.start_on, row.end_on, row.start_time, row.end_time) == (SOON, SOON, time(18), time(21))
    assert (row.quantity, row.persons, row.by) == (Decimal(3), 15, world.people.baker)


def test_who_keeps_several_chooses_and_an_organiser_of_many_searches(world, room):
    project = f"projekt-{world.project.pk}"
    page = world.client("leader").get(new(room))
    offered = [key for _heading, group in page.context["form"].fields["asker"].choices for key, _name in group]
    assert offered == [f"akteur-{world.lead.pk}", project]
    assert page.context["form"].has_search is False
    for number in range(13):
        ActorFactory(name=f"Verein {number:02}", neighbourhoods=[world.place])
    far = ActorFactory(name="Zirkus", neighbourhoods=[world.place])
    opened = fields_of(world.client("organiser").get(new(room)))
    typed = opened | {"message": "Ein Fest.", "suche": "zirk", "suchen": "1"}
    found = world.client("organiser").post(new(room), typed)
    form = found.context["form"]
    assert [key for _h, group in form.fields["asker"].choices for key, _n in group] == [f"akteur-{far.pk}"]
    assert (form.errors, fields_of(found)["message"]) == ({}, ["Ein Fest."])
    assert ask(world, room, "organiser", asker=f"akteur-{far.pk}").status_code == 302
    assert ResourceRequest.objects.get().actor == far


@pytest.mark.parametrize("key", ["", "akteur-0", "projekt-99999999999999999999", "akteur-x", "quartier-1"])
def test_nobody_asks_for_others(world, room, key):
    refused = ask(world, room, "leader", asker=key or f"akteur-{world.bakery.pk}")
    assert list(refused.context["form"].errors) == ["asker"]
    assert ResourceRequest.objects.count() == 0


MENDED = {
    "start_on": [({"start_on": "gestern"}, "Write the date like this: 20.1.2027.")],
    "end_on": [({"end_on": "1.1.2026"}, "The end lies before the beginning. Please check both days.")],
    "end_time": [
        ({"start_time": "18"}, "Say from when until when, or leave both times empty."),
        ({"start_time": "18", "end_time": "17:30"}, "The end lies before the beginning."),
        (
            {"start_time": "22", "end_time": "1 Uhr"},
            "The hours end at 24:00 at the latest. If it goes on after midnight, write 24:00 here and say so above.",
        ),
        ({"start_time": "18", "end_time": "halb zehn"}, "Write the time like this: 18:30."),
    ],
    "persons": [({"persons": "0"}, "Write a number above 0, for example 30.")],
    "message": [({"message": " "}, "Write in one or two sentences what you need it for.")],
}


def test_bad_input_is_answered_at_its_field_and_stays(world, room):
    for field, cases in MENDED.items():
        for typed, words in cases:
            refused = ask(world, room, **typed)
            assert refused.context["form"].errors == {field: [words]}
    assert fields_of(refused)["start_on"] == [SOON.strftime("%d.%m.%Y")]
    assert ResourceRequest.objects.count() == 0


def test_an_evening_lasts_until_midnight_of_that_day(world, room):
    """However she writes it. The night that follows is another day, on which others come."""
    written = ("24", "24:00", "0 Uhr", "00:00", "Mitternacht")
    for number, typed in enumerate(written):
        day = f"{SOON + timedelta(days=number):%d.%m.%Y}"
        assert ask(world, room, start_on=day, start_time="18", end_time=typed).status_code == 302
    rows = ResourceRequest.objects.order_by("start_on")
    assert [row.when for row in rows] == [f"{row.start_on:%-d %B %Y}, 18:00 to 24:00" for row in rows]
    row = rows[0]
    assert (len(rows), row.end_time, row.suggested_quantity) == (len(written), MIDNIGHT, Decimal(6))
    assert fields_of(world.client("baker").get(new(room, wie=row.pk)))["end_time"] == ["24:00"]
    beside = [
        asked(world, room, start_on=day, start_time=time(begins), end_time=time(ends), project=world.project)
        for day, begins, ends in ((SOON, 22, 23), (SOON, 9, 18), (SOON + timedelta(days=1), 0, 2))
    ]
    assert list(row.rivals()) == beside[:1]


def test_hours_of_several_days_are_those_of_each(world, room):
    """Whoever means one evening until midnight is asked whether it is both days."""
    both = {"start_time": "18", "end_time": "24", "end_on": f"{SOON + timedelta(days=1):%d.%m.%Y}"}
    first, second = (f"{SOON + timedelta(days=number):%-d %B %Y}" for number in (0, 1))
    warned = ask(world, room, **both)
    assert warned.context["form"].cautions == [
        f"You ask for 18:00 to 24:00 on both days. Is it only the evening of {first}? Then leave out {second}."
    ]
    assert world.client("baker").post(new(room), fields_of(warned)).status_code == 302
    assert ResourceRequest.objects.get().when == f"{first} to {second}, daily 18:00 to 24:00"


def test_what_speaks_against_it_is_said_first_and_whoever_presses_again_asks(world, room):
    """The first press sends nothing. Something else to warn of is said anew."""
    warned = ask(world, room, persons="30")
    assert ResourceRequest.objects.count() == 0
    assert (warned.status_code, warned.context["form"].errors) == (200, {})
    (said,) = warned.context["form"].cautions
    assert said == "The room holds 20 persons."
    assert "Ask all the same" in warned.content.decode()
    sent = fields_of(warned)
    assert (sent["message"], sent["persons"]) == (["Ein Fest."], ["30"])
    late = (room.valid_until + timedelta(days=1)).strftime("%d.%m.%Y")
    again = world.client("baker").post(new(room), sent | {"end_on": late})
    assert (len(again.context["form"].cautions), ResourceRequest.objects.count()) == (2, 0)
    assert world.client("baker").post(new(room), sent).status_code == 302
    assert ResourceRequest.objects.get().warning == said


def test_what_is_promised_is_said_before_and_refused_without_naming_to_whom(world, room):
    promised = asked(world, room, State.GRANTED, start_on=SOON, project=world.project)
    asked(world, room, State.GRANTED, start_on=GONE, project=world.project)
    page = world.client("baker").get(new(room))
    assert page.context["taken"] == [promised]
    assert "Quartierscafé" not in page.content.decode()
    refused = ask(world, room)
    assert list(refused.context["form"].errors) == ["start_on"]
    assert ResourceRequest.objects.count() == 2


def test_a_need_that_she_keeps_comes_along(world, room):
    need = NeedFactory(
        actor=world.bakery, category="raeume", unit="stunden", title="Ein Saal", description="Für uns.", persons=12
    )
    sent = fields_of(world.client("baker").get(new(room, bedarf=need.pk)))
    assert (sent["message"], sent["persons"]) == (["It is about our need “Ein Saal”.\n\nFür uns."], ["12"])
    other = fields_of(world.client("leader").get(new(room, bedarf=need.pk)))
    assert other["message"] == [""]


@pytest.mark.parametrize("query", [{"bedarf": "x"}, {"wie": "9" * 30}, {"wie": "0"}, {"bedarf": "🦉"}])
def test_any_address_of_the_form_is_answered(world, room, query):
    assert world.client("baker").get(new(room, **query)).status_code == 200


def test_who_asks_once_more_finds_the_request_that_waits(world, room):
    first = asked(world, room, start_on=SOON)
    again = ask(world, room, message="Doch anders.")
    assert again.context["form"].errors == {
        "start_on": ["A request for these days waits for an answer already. Withdraw it first to ask in another way."]
    }
    link = f'href="{first.get_absolute_url()}"'
    assert link in again.content.decode()
    # It is hers to read; of a request that is not, the form shows nothing.
    form = AskForm({}, offer=room, by=world.people.stranger)
    form.is_valid()
    form.refuse(RequestWaitsError(first))
    assert form.waiting is None


def test_enter_sends_the_form_and_searches_after_new_words_for_the_search(world, room):
    """A browser presses the first button there is: so it is not the one of the search."""
    for number in range(9):
        ActorFactory(name=f"Verein {number:02}", neighbourhoods=[world.place])
    client = world.client("organiser")
    page = client.get(new(room))
    assert re.findall(r'<button[^>]* name="(enter|suchen)"', page.content.decode()) == ["enter", "suchen"]
    typed = fields_of(page) | {"message": "Ein Fest.", "start_on": f"{SOON:%d.%m.%Y}", "enter": "1"}
    found = client.post(new(room), typed | {"suche": "Verein 08"})
    assert (found.context["form"].is_search, found.context["form"].errors) == (True, {})
    sent = fields_of(found)
    assert (sent["gesucht"], sent["message"]) == (["Verein 08"], ["Ein Fest."])
    assert list(client.post(new(room), sent | {"enter": "1"}).context["form"].errors) == ["asker"]
    chosen = f"akteur-{Actor.objects.get(name='Verein 08').pk}"
    assert client.post(new(room), sent | {"enter": "1", "asker": chosen}).status_code == 302
    assert str(ResourceRequest.objects.get().actor) == "Verein 08"
    # Who asks for few has no search, and no button for Enter.
    assert 'name="enter"' not in world.client("baker").get(new(room)).content.decode()


def test_who_keeps_nothing_reads_how_to_get_in_touch(world, room):
    button = f'href="{new(room)}"'
    found = {who: world.client(who).get(room.get_absolute_url()).content.decode() for who in ("visitor", "stranger")}
    assert (button in found["visitor"], button in found["stranger"]) == (True, False)
    assert "please write or call" in found["stranger"]
    assert "Everybody else writes or calls." in found["visitor"]
    led = world.client("stranger").get(new(room), follow=True)
    assert led.redirect_chain == [(room.get_absolute_url(), 302)]
    assert "one asks for a place or a project that one keeps" in led.content.decode()
    visitor = world.client("visitor").get(new(room))
    assert visitor["Location"] == f"{reverse('account_login')}?next={new(room)}"


def test_who_has_what_is_needed_reads_what_to_do(world):
    need = NeedFactory(actor=world.bakery)
    pages = {
        who: world.client(who).get(need.get_absolute_url()).content.decode()
        for who in ("visitor", "librarian", "baker")
    }
    assert {who: "Do you have it? Write or call." in page for who, page in pages.items()} == {
        "visitor": True,
        "librarian": True,
        "baker": False,
    }
    entered = 'If you <a href="/angebote/neu/">enter it as an offer</a>, others find it as well.'
    assert {who: entered in page for who, page in pages.items()} == {
        "visitor": False,
        "librarian": True,
        "baker": False,
    }


def test_nobody_asks_for_her_own_offer_or_for_what_rests(world, room):
    button = f'href="{new(room)}"'
    own = world.client("librarian").get(room.get_absolute_url()).content.decode()
    assert (button in own, "please write or call" in own) == (False, False)
    room.pause()
    assert world.client("baker").get(new(room)).status_code == 404
    assert world.client("librarian").get(new(room))["Location"] == room.get_absolute_url()
    room.resume()
    told = world.client("librarian").get(new(room), follow=True).context["messages"]
    assert [str(one) for one in told] == ["This is your own offer: others ask you for it."]


# --- the page of the chain ------------------------------------------------------------------------------------------


def walk(row: ResourceRequest) -> list[tuple[str, str]]:
    row = ResourceRequest.objects.for_detail().get(pk=row.pk)
    return [(one.key, one.phase) for one in steps_of(row)]


def test_the_whole_chain_is_walked_on_its_page(world, room):
    row = asked(world, room, project=world.project, start_on=TODAY, end_on=TODAY, quantity=3, message="Ein Fest.")
    library, leader = world.client("librarian"), world.client("leader")
    ResourceRequest.objects.filter(pk=row.pk).update(persons=12, warning="It rains.")
    # Where it is decided the words stand once: above the buttons, not in the chain below them, too.
    decided = library.get(row.get_absolute_url()).content.decode()
    assert decided.count("Ein Fest.") == 1
    assert decided.index("3 hours · 12 persons") < decided.index("It rains.") < decided.index("Promise it")

    def page(client) -> tuple[str, set[str]]:
        context = client.get(row.get_absolute_url()).context
        return context["turn_said"], set(context["forms"])

    assert page(library) == ("It is your turn: promise it or decline.", {"zusagen", "ablehnen"})
    assert page(leader)[0] == "It is the turn of Stadtbibliothek: to promise it or to decline."
    for _twice in range(2):
        said = library.post(step(row, "zusagen"), {"note": "Gern."}, follow=True)
        assert "It is promised. Whoever asked gets a mail." in said.content.decode()
    assert walk(row)[:3] == [("anfrage", "done"), ("antwort", "done"), ("durchfuehrung", "now")]
    assert "Gern." in leader.get(row.get_absolute_url()).content.decode()

    assert fields_of_form(leader, row, "erledigen")["quantity"] == ["3"]
    typed = {"title": "Lesesaal", "quantity": "2,5", "is_public": "on"}
    for _twice in range(2):
        leader.post(step(row, "erledigen"), typed)
    entry = Contribution.objects.get()
    assert (entry.title, entry.delivered_quantity, entry.state) == ("Lesesaal", Decimal("2.5"), "erbracht")
    assert page(library)[0] == "It is your turn: confirm what was given."
    assert walk(row)[3:] == [("beitrag", "done"), ("bestaetigung", "now"), ("dank", "next")]

    confirm = {"version": entry.version, "next": row.get_absolute_url()}
    back = library.post(reverse("projects:contribution-confirm", args=[entry.pk]), confirm)
    assert back["Location"] == row.get_absolute_url()
    assert page(leader) == ("It is your turn: say thank you.", {"danken"})
    for _twice in range(2):
        leader.post(step(row, "danken"), {"words": "Danke!"})
    assert "Danke!" in library.get(row.get_absolute_url()).content.decode()
    assert page(leader) == ("It is done, and somebody has said thank you. Nothing more is to be done.", set())
    assert {phase for _key, phase in walk(row)} == {"done"}


def fields_of_form(client, row: ResourceRequest, word: str) -> dict[str, list[str]]:
    form = client.get(row.get_absolute_url()).context["forms"][word]
    return {field.name: [str(form[field.name].value() or "").removesuffix(".00")] for field in form}


def test_what_nobody_contributes_is_not_drawn(world, room):
    """Own work needs no contribution. Where a project is named that it served, there is one."""
    row = asked(world, room, State.GRANTED, start_on=GONE)
    baker = world.client("baker")
    assert walk(row) == [("anfrage", "done"), ("antwort", "done"), ("durchfuehrung", "now"), ("dank", "next")]
    assert baker.get(row.get_absolute_url()).context["forms"]["erledigen"].fields == {}
    baker.post(step(row, "erledigen"))
    assert (walk(row)[-1], Contribution.objects.count()) == (("dank", "now"), 0)
    party = ProjectFactory(title="Fest", lead_actor=world.bakery)
    other = asked(world, room, State.GRANTED, start_on=GONE - timedelta(days=3))
    form = baker.get(other.get_absolute_url()).context["forms"]["erledigen"]
    assert list(form.fields["project"].queryset) == [party]
    assert form.fields["project"].help_text.endswith("Here stand those that Bäckerei leads or takes part in.")
    baker.post(step(other, "erledigen"), {"project": party.pk, "title": "Saal"})
    assert [key for key, _phase in walk(other)][3:] == ["beitrag", "bestaetigung", "dank"]
    assert Contribution.objects.get().participation.project == party


def test_a_no_needs_a_reason_and_what_was_typed_stays(world, room):
    row = asked(world, room)
    library = world.client("librarian")
    refused = library.post(step(row, "ablehnen"), {"reason": ""})
    assert refused.context["form"].errors == {"reason": ["Say why not, so that the others can plan."]}
    assert refused.content.decode().count('<details class="more-of" open>') == 1
    library.post(step(row, "ablehnen"), {"reason": "Umbau."})
    assert walk(row) == [("anfrage", "done"), ("antwort", "stopped")]
    assert "Umbau." in world.client("baker").get(row.get_absolute_url()).content.decode()


def test_who_was_too_late_reads_so_and_asks_for_another_day(world, room):
    first = asked(world, room, project=world.project)
    late = asked(world, room, message="Ein Elternabend.", persons=9)
    rivals = world.client("librarian").get(first.get_absolute_url()).context["rivals"]
    assert rivals == [late]
    world.client("librarian").post(step(first, "zusagen"))
    baker = world.client("baker")
    page = baker.get(late.get_absolute_url())
    again = page.context["again"]
    assert page.context["turn_said"] == "Somebody else was faster. Nothing more is to be done here."
    assert f'href="{again}"' in page.content.decode()
    sent = fields_of(baker.get(again))
    assert (sent["message"], sent["persons"], sent["start_on"]) == (["Ein Elternabend."], ["9"], [""])
    # Why stands there in the language of the reader, whatever whoever asked speaks.
    ResourceRequest.objects.filter(pk=late.pk).update(reason="Vergeben.")
    assert (
        steps_of(ResourceRequest.objects.for_detail().get(pk=late.pk))[1].words == "Somebody else got it for this time."
    )
    # Its own team reads the same, without a way to ask for itself.
    assert again not in world.client("librarian").get(late.get_absolute_url()).content.decode()
    # Once it is free again the page says so, and the day comes along.
    world.client("leader").post(step(first, "zurueckziehen"), {"reason": "Regen."})
    page = baker.get(late.get_absolute_url())
    assert page.context["turn_said"] == "At this time it is free again. If you still need it, ask once more."
    assert fields_of(baker.get(again))["start_on"] == [f"{late.start_on:%-d.%-m.%Y}"]


def test_the_list_says_what_the_page_says_of_what_is_free_again(world, room):
    """To those who asked; to the others, and where it is promised anew at that hour or not offered any more, it is over."""
    free, taken, over = (
        asked(world, room, State.DECLINED, is_taken=True, reason="Vergeben.", start_on=day, end_on=day, **hours)
        for day, hours in ((SOON, {}), (SOON + timedelta(days=1), EVENING), (GONE, {}))
    )
    asked(world, room, State.GRANTED, project=world.project, start_on=taken.start_on, **EVENING)
    asked(world, room, State.GRANTED, project=world.project, start_on=SOON - timedelta(days=1))

    def said(who: str) -> dict[ResourceRequest, str]:
        client = world.client(who)
        listed = dict(client.get("/anfragen/?stand=abgelehnt").context["rows"])
        pages = {row: client.get(row.get_absolute_url()).context["turn_said"] for row in listed}
        assert listed == pages
        return listed

    again = "At this time it is free again. If you still need it, ask once more."
    faster = "Somebody else was faster. Nothing more is to be done here."
    assert said("baker") == {free: again, taken: faster, over: faster}
    assert said("librarian") == dict.fromkeys([free, taken, over], faster)
    room.pause()
    assert said("baker") == dict.fromkeys([free, taken, over], faster)


@pytest.mark.parametrize("rows", [1, 3])
def test_what_is_free_again_is_asked_once_for_the_whole_list(world, room, django_assert_num_queries, rows):
    for number in range(rows):
        offer = OfferFactory(actor=world.library, category="material", quantity=number + 2)
        asked(world, offer, State.DECLINED, is_taken=True, reason="Vergeben.", start_on=SOON, quantity=1)
        asked(world, offer, State.GRANTED, start_on=SOON, quantity=1)
    client = world.client("baker")
    with django_assert_num_queries(7):
        shown = client.get("/anfragen/?stand=abgelehnt").context["rows"]
    assert [row.is_free for row, _said in shown] == [True] * rows


def test_what_is_promised_is_taken_back_with_a_reason_only(world, room):
    row = asked(world, room, State.GRANTED)
    baker = world.client("baker")
    assert list(baker.post(step(row, "zurueckziehen")).context["form"].errors) == ["reason"]
    baker.post(step(row, "zurueckziehen"), {"reason": "Das Fest fällt aus."})
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.WITHDRAWN, "Das Fest fällt aus.")


def test_the_page_leads_nowhere_where_its_reader_may_not_go(world, room):
    row = asked(world, room)
    baker = world.client("baker")
    address = f'href="{room.get_absolute_url()}"'
    before = address in baker.get(row.get_absolute_url()).content.decode()
    # What only organisers read in the list is in it all the same.
    Offer.objects.filter(pk=room.pk).update(visibility="intern")
    told = "not in the list any more"
    inside = baker.get(row.get_absolute_url()).content.decode()
    assert (address in inside, told in inside) == (False, False)
    room.refresh_from_db()
    room.pause()
    assert told in baker.get(row.get_absolute_url()).content.decode()
    world.library.hide()
    page = baker.get(row.get_absolute_url()).content.decode()
    assert (before, address in page, world.library.get_absolute_url() in page) == (True, False, False)


def test_from_an_old_page_one_reads_what_has_happened(world, room):
    row = asked(world, room)
    world.client("baker").post(step(row, "zurueckziehen"))
    said = world.client("librarian").post(step(row, "zusagen"), follow=True)
    assert "This has moved on in the meantime: it now says “withdrawn”." in said.content.decode()
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN


def test_what_is_taken_stays_open_with_what_was_typed(world, room):
    row = asked(world, room)
    asked(world, room, State.GRANTED, project=world.project)
    refused = world.client("librarian").post(step(row, "zusagen"), {"note": "Gern."})
    assert len(refused.context["form"].non_field_errors()) == 1
    assert refused.context["form"]["note"].value() == "Gern."


@pytest.mark.parametrize("rivals", [1, 3])
def test_the_page_asks_the_same_however_many_want_it(world, room, django_assert_num_queries, rivals):
    row = asked(world, room)
    for _ in range(rivals):
        asked(world, room, project=ProjectFactory(neighbourhoods=[world.place]), by=world.people.organiser)
    client = world.client("librarian")
    with django_assert_num_queries(8):
        assert len(client.get(row.get_absolute_url()).context["rivals"]) == rivals


def test_an_objection_is_put_right_from_the_page(world, room):
    entry = ContributionFactory(
        participation=ParticipationFactory(project=world.project, actor=world.library),
        state="erbracht",
        recorded_side="projekt",
        recorded_by=world.people.leader,
        objection="Es waren zwei.",
    )
    row = asked(world, room, State.DONE, project=world.project, contribution=entry, start_on=GONE)
    seen = {who: world.client(who).get(row.get_absolute_url()) for who in ("leader", "librarian")}
    assert seen["leader"].context["turn_said"] == "It is your turn: put right what was objected to."
    assert reverse("projects:contribution-edit", args=[entry.pk]) in seen["leader"].content.decode()
    assert turn_of(seen["librarian"].context["chain"]).who == world.project
    assert dict(walk(row))["beitrag"] == "now"
    # From there and back again, and it is said what comes next.
    leader, address = world.client("leader"), reverse("projects:contribution-edit", args=[entry.pk])
    sent = fields_of(leader.get(f"{address}?next={row.get_absolute_url()}"))
    assert sent["next"] == [row.get_absolute_url()]
    back = leader.post(address, sent | {"delivered_quantity": "2"}, follow=True)
    assert back.redirect_chain == [(row.get_absolute_url(), 302)]
    told = "The changes are saved. Now Stadtbibliothek is asked to confirm it."
    assert [str(one) for one in back.context["messages"]] == [told]


def test_a_place_without_account_is_answered_for(world):
    free = OfferFactory(actor=ActorFactory(name="Verein", neighbourhoods=[world.place]), category="material")
    row = asked(world, free)
    page = world.client("organiser").get(row.get_absolute_url())
    assert (page.context["turn_said"], page.context["has_team"]) == ("It is your turn: promise it or decline.", False)
    # Who asks for a place and organises the giver as well is told to ask there; nobody gets a mail.
    typed = {"asker": f"akteur-{world.bakery.pk}", "message": "Bänke.", "start_on": f"{SOON:%d.%m.%Y}"}
    told = world.client("organiser").post(new(free), typed, follow=True)
    assert "Verein gets no mail: please ask there, and enter the answer here." in told.content.decode()
    own = ResourceRequest.objects.get(message="Bänke.")
    said = world.client("organiser").post(step(own, "ablehnen"), {"reason": "Verliehen."}, follow=True)
    assert [str(one) for one in said.context["messages"]] == ["It is declined."]
    MembershipFactory(actor=free.actor)
    page = world.client("organiser").get(row.get_absolute_url())
    assert page.context["turn_said"] == "It is the turn of Verein: to promise it or to decline."
    assert set(page.context["forms"]) == {"zusagen", "ablehnen", "zurueckziehen"}


def test_who_waits_for_an_archived_place_reads_so_and_takes_it_back(world, room):
    row = asked(world, room)
    world.library.hide()
    world.library.archive()
    baker = world.client("baker")
    page = baker.get(row.get_absolute_url())
    told = "Stadtbibliothek is archived: nobody answers any more. It is your turn: withdraw the request."
    assert page.context["turn_said"] == told
    assert page.content.decode().count('<details class="more-of" open>') == 1
    assert 'href="/angebote/?kategorie=raeume"' in page.content.decode()
    assert [said for _row, said in baker.get("/anfragen/?dran=1").context["rows"]] == [told]
    assert told in baker.get("/uebersicht/").content.decode()
    seen = world.client("admin").get(row.get_absolute_url()).context["turn_said"]
    assert seen.endswith("It is the turn of Bäckerei: to withdraw the request.")
    assert dict(walk(row))["antwort"] == "now"
    assert page.context["forms"]["zurueckziehen"].fields["reason"].help_text == ""
    said = baker.post(step(row, "zurueckziehen"), follow=True).context["messages"]
    assert [str(one) for one in said] == ["It is withdrawn."]
    assert (walk(row)[-1], listed(world, "baker", "?dran=1")) == (("antwort", "stopped"), [])


def test_a_giver_that_nobody_can_reach_is_no_dead_end(world):
    giver = ActorFactory(name="Verein", email="", neighbourhoods=[world.place])
    entry = ContributionFactory(
        participation=ParticipationFactory(project=world.project, actor=giver),
        state="erbracht",
        recorded_side="projekt",
        recorded_by=world.people.leader,
    )
    lent = OfferFactory(actor=giver, category="material")
    row = asked(world, lent, State.DONE, project=world.project, contribution=entry, start_on=GONE)
    told = "Nobody can confirm it yet: Verein has neither an account nor an e-mail address here."
    assert told in world.client("leader").get(row.get_absolute_url()).content.decode()
    MembershipFactory(actor=giver)
    assert told not in world.client("leader").get(row.get_absolute_url()).content.decode()


# --- the list, the offer, the overview --------------------------------------------------------------------------------


def listed(world: World, who: str, query: str = "") -> list[ResourceRequest]:
    return list(world.client(who).get(f"/anfragen/{query}").context["page"].object_list)


def test_the_list_is_narrowed_by_side_state_turn_and_words(world, room):
    other = OfferFactory(actor=world.lead, title="Lastenrad", category="logistik", unit="fahrten")
    mine = asked(world, other, State.GRANTED, actor=world.library, by=world.people.librarian, start_on=GONE)
    ours = asked(world, room)
    found = {
        "": [ours, mine],
        "?weg=an-uns": [ours],
        "?weg=von-uns": [mine],
        "?weg=an-uns&weg=von-uns": [ours, mine],
        "?stand=zugesagt": [mine],
        "?dran=1": [ours, mine],
        "?q=lesesaal": [ours],
        "?q=ouishare": [mine],
        "?q=baeckerei+lesesaal": [ours],
        "?q=nirgends": [],
    }
    assert {query: listed(world, "librarian", query) for query in found} == found
    assert listed(world, "baker", "?dran=1") == []
    for number in ("1", "0", "x", "9"):
        beyond = world.client("librarian").get("/anfragen/", {"dran": "1", "seite": number}, follow=True)
        assert [row for row, _said in beyond.context["rows"]] == [ours, mine]
    assert [listed(world, who) for who in ("stranger", "elsewhere")] == [[], []]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_whatever_its_length(world, room, django_assert_num_queries, rows):
    for number in range(rows):
        part = ParticipationFactory(actor=world.library)
        entry = ContributionFactory(participation=part, state="erbracht")
        done = {"contribution": entry, "project": part.project, "by": None, "start_on": GONE - timedelta(days=number)}
        asked(world, room, State.DONE, **done)
    client = world.client("librarian")
    with django_assert_num_queries(6):
        assert len(client.get("/anfragen/").context["rows"]) == rows


def test_who_keeps_an_offer_reads_who_waits_and_what_is_promised(world, room):
    waits, promised = asked(world, room), asked(world, room, State.GRANTED, start_on=SOON)
    asked(world, room, State.GRANTED, start_on=GONE, end_on=GONE)
    page = world.client("librarian").get(room.get_absolute_url())
    assert [[row for row, _said in page.context[name]] for name in ("waiting", "promised")] == [[waits], [promised]]
    assert "waiting" not in world.client("baker").get(room.get_absolute_url()).context
    for number in range(11):
        asked(world, room, start_on=SOON + timedelta(days=number))
    page = world.client("librarian").get(room.get_absolute_url())
    assert (len(page.context["waiting"]), page.context["number_waiting"]) == (10, 12)
    assert "12 wait for an answer" in page.content.decode()


def test_the_project_leads_both_sides_to_the_request_and_nobody_else(world, room):
    row = asked(world, room, State.GRANTED, project=world.project, start_on=GONE)
    world.client("leader").post(step(row, "erledigen"), {"title": "Saal", "is_public": "on"})
    address = f'href="{row.get_absolute_url()}"'
    readers = ("leader", "librarian", "baker", "stranger", "visitor")
    found = {
        who: address in world.client(who).get(world.project.get_absolute_url()).content.decode() for who in readers
    }
    assert found == {"leader": True, "librarian": True, "baker": False, "stranger": False, "visitor": False}


def test_an_offer_that_was_asked_for_is_not_deleted_but_rests(world, room):
    row = asked(world, room)
    client = world.client("librarian")
    address = reverse("partners:offer-delete", args=[room.pk])
    page = client.get(address).content.decode()
    assert ("This cannot be deleted" in page, "Delete for good" in page) == (True, False)
    assert [f'action="{room.get_absolute_url()}{word}/"' in page for word in ("pausieren", "zurueckziehen")] == [
        True
    ] * 2
    assert client.post(address)["Location"] == address
    assert Offer.objects.filter(pk=room.pk).exists()
    client.post(f"{room.get_absolute_url()}pausieren/")
    assert "Who has asked already still gets an answer." in client.get(room.get_absolute_url()).content.decode()
    assert client.post(step(row, "zusagen")).status_code == 302
    row.refresh_from_db()
    assert row.state == State.GRANTED


def test_an_offer_nobody_asked_for_is_deleted(world, room):
    address = reverse("partners:offer-delete", args=[room.pk])
    assert "Delete for good" in world.client("librarian").get(address).content.decode()
    world.client("librarian").post(address)
    assert not Offer.objects.filter(pk=room.pk).exists()


def test_a_need_leads_to_the_form_for_what_fits_it(world, room):
    need = NeedFactory(actor=world.bakery, category="raeume", unit="stunden", persons=10)
    button = f"{new(room)}?bedarf={need.pk}"
    assert button in world.client("baker").get(need.get_absolute_url()).content.decode()
    assert button in world.client("baker").get("/uebersicht/").content.decode()
    assert button not in world.client("librarian").get(need.get_absolute_url()).content.decode()


def test_a_participation_is_not_needed_to_ask(world, room):
    """The contribution makes one, in the role of the place."""
    Participation.objects.filter(actor=world.library).delete()
    row = asked(world, room, State.GRANTED, project=world.project, start_on=GONE)
    world.client("leader").post(step(row, "erledigen"), {"title": "Saal"})
    part = Participation.objects.get(actor=world.library)
    assert (part.role, part.state) == ("ort", "zugesagt")


def test_what_was_read_of_the_giver_before_is_not_told_to_all_on_the_other_side(world, room):
    """An organiser who asks for the bakery may have read of the hours of the library; the bakery may not."""
    row = asked(world, room, by=world.people.organiser, warning="For “Stadtbibliothek” more hours would be promised.")
    readers = {
        who
        for who in ("organiser", "librarian", "baker", "admin")
        if row.warning in world.client(who).get(row.get_absolute_url()).content.decode()
    }
    assert readers == {"organiser", "librarian", "admin"}
