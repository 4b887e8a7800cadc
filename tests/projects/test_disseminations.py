"""Who passed it on: which channel carried a project, what one contribution is made of, and that nobody is counted twice unseen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from partners.actions.merging import merge_actors, undo_merge
from partners.models import Channel, HistoryEntry, StageError
from projects.actions import (
    contest_contribution,
    contribute_disseminations,
    delete_dissemination,
    edit_dissemination,
    end_participation,
    record_dissemination,
)
from projects.actions.disseminations import stamps_of
from projects.models import (
    Contribution,
    ContributionTally,
    Dissemination,
    OutdatedError,
    Participation,
    Side,
    entries_of,
    totals,
    totals_in,
)
from projects.models.reach import count
from tests.factories import (
    ActorFactory,
    ChannelFactory,
    ContributionFactory,
    DisseminationFactory,
    ParticipationFactory,
)
from tests.projects import browser

pytestmark = pytest.mark.django_db
State = Contribution.State
DAY = date(2026, 1, 20)


@pytest.fixture
def newsletter(world: Any) -> Channel:
    return ChannelFactory(actor=world.library, name="Lesepost", kind="newsletter", audience=1200, measured_on=DAY)


def new(part: Participation, channel: Channel | str = "neu") -> str:
    key = channel if isinstance(channel, str) else channel.pk
    return f"{reverse('projects:dissemination-create', args=[part.pk])}?kanal={key}"


def at(row: Dissemination, verb: str) -> str:
    return reverse(f"projects:dissemination-{verb}", args=[row.pk])


def fields_of(answer: Any) -> dict[str, str]:
    """What stands in the form, as it would be sent; no field of it holds more than one value."""
    return {name: values[0] for name, values in browser.fields_of(answer).items()}


def contribute_at(part: Participation) -> str:
    return reverse("projects:dissemination-contribute", args=[part.pk])


def made_of(part: Participation, *, by: Any = None, quantity: int | None = None) -> Contribution:
    """One contribution of all that waits, with what the channels reach."""
    entries = list(part.disseminations.waiting().select_related("participation"))
    total = count(entries).total if quantity is None else quantity
    return contribute_disseminations(
        participation=part,
        seen=stamps_of(entries),
        by=by,
        title="Weitergesagt",
        quantity=None if total is None else Decimal(total),
    )


def section(world: Any, who: str = "visitor") -> str:
    """What the reader finds under “Who passed it on”, in one line."""
    text = world.client(who).get(world.project.get_absolute_url()).content.decode()
    return " ".join(text.partition('id="weitergesagt"')[2].partition('id="wie-es')[0].split())


TYPED = {
    "went_out_on": "20.3.2026",
    "what": "Einladung",
    "audience": "1.250",
    "measured_on": "1.3.2026",
    "is_public": "on",
}


# --- entering ---------------------------------------------------------------------------------------------------------


def test_one_chooses_a_channel_and_its_number_stands_in_the_form(world, newsletter):
    ChannelFactory(actor=world.bakery, name="Fremder Aushang")
    client = world.client("librarian")
    chosen = client.get(reverse("projects:dissemination-create", args=[world.library_part.pk]))
    assert [one.name for one in chosen.context["channels"]] == ["Lesepost"]
    page = client.get(new(world.library_part, newsletter))
    assert list(page.context["form"].fields) == [
        "went_out_on",
        "what",
        "audience",
        "measured_on",
        "address",
        "is_public",
        "once",
    ]
    assert fields_of(page)["audience"] == "1200"
    assert fields_of(page)["measured_on"] == "20.1.2026"


@pytest.mark.parametrize("who", ["librarian", "organiser"])
def test_both_sides_say_which_channel_carried_it(world, newsletter, who):
    answer = world.client(who).post(new(world.library_part, newsletter), TYPED | {"address": "example.org/post"})
    row = Dissemination.objects.get()
    assert answer["Location"] == f"/projekte/quartierscafe/#verbreitung-{row.pk}"
    assert (row.participation, row.channel, row.channel_name, row.channel_kind) == (
        world.library_part,
        newsletter,
        "Lesepost",
        "newsletter",
    )
    assert (row.went_out_on, row.audience, row.measured_on) == (date(2026, 3, 20), 1250, date(2026, 3, 1))
    assert (row.what, row.address, row.recorded_by) == (
        "Einladung",
        "https://example.org/post",
        getattr(world.people, who),
    )
    newsletter.refresh_from_db()
    assert newsletter.audience == 1200


def test_what_nobody_knows_stays_unknown(world, newsletter):
    world.client("librarian").post(new(world.library_part, newsletter), {"went_out_on": "20.3.2026"})
    row = Dissemination.objects.get()
    assert (row.audience, row.measured_on) == (None, None)


def test_the_entry_keeps_its_truth_when_the_channel_changes_and_goes(world, newsletter):
    row = DisseminationFactory(participation=world.library_part, channel=newsletter)
    Channel.objects.filter(pk=newsletter.pk).update(name="Neue Lesepost", audience=5000)
    Channel.objects.get(pk=newsletter.pk).delete()
    row.refresh_from_db()
    assert (row.channel, row.channel_name, row.audience) == (None, "Lesepost", 1200)


OTHER = TYPED | {"channel_kind": "aushang", "channel_name": " Brett  am Eingang ", "enter_channel": "on"}


def test_another_channel_is_noted_on_the_profile_by_who_may_edit_it(world):
    world.client("librarian").post(new(world.library_part), OTHER)
    row, channel = Dissemination.objects.get(), Channel.objects.get()
    assert (row.channel, row.channel_name) == (channel, "Brett am Eingang")
    assert (channel.actor, channel.kind, channel.name, channel.audience, channel.measured_on) == (
        world.library,
        "aushang",
        "Brett am Eingang",
        1250,
        date(2026, 3, 1),
    )


def test_who_leads_the_project_names_it_without_writing_into_the_profile(world):
    assert "enter_channel" not in world.client("leader").get(new(world.library_part)).context["form"].fields
    world.client("leader").post(new(world.library_part), OTHER)
    assert (Dissemination.objects.get().channel, Channel.objects.count()) == (None, 0)


def test_another_channel_that_is_called_like_one_of_the_profile_is_that_one(world, newsletter):
    world.client("librarian").post(
        new(world.library_part), OTHER | {"channel_kind": "newsletter", "channel_name": "LESEPOST"}
    )
    assert (Dissemination.objects.get().channel, Channel.objects.count()) == (newsletter, 1)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"went_out_on": ""}, "went_out_on", "Say on which day it went out, for example 20.1.2027."),
        ({"went_out_on": "31.12.1989"}, "went_out_on", "This day lies before 1990. Please check the date."),
        ({"went_out_on": "1.1.2100"}, "went_out_on", "This day lies in the future. Enter it once it went out."),
        ({"measured_on": ""}, "measured_on", "Say when this was counted or estimated, because numbers grow old."),
        ({"audience": ""}, "audience", "Say how many people it was on that day, or leave out the day."),
        ({"audience": "viele"}, "audience", "Write a whole number, for example 1200."),
        (
            {"address": "javascript:alert(1)"},
            "address",
            "Only addresses that begin with https:// or http:// can be shown here.",
        ),
        ({"channel_name": ""}, "channel_name", "Enter the name of the channel, for example “Kiezpost”."),
        ({"channel_kind": "brieftaube"}, "channel_kind", "This choice is not offered any more. Choose another one."),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(world, typed, field, said):
    answer = world.client("librarian").post(new(world.library_part), OTHER | typed)
    assert answer.context["form"].errors == {field: [said]}
    assert fields_of(answer)["what"] == "Einladung"
    assert not Dissemination.objects.exists()


def test_who_said_no_passes_nothing_on(world, newsletter):
    asked = Participation.objects.create(project=world.project, actor=world.library, role="mitwirkende")
    page = world.client("librarian")
    end_participation(participation=asked, by=None)
    assert page.post(new(asked, newsletter), TYPED).status_code == 404
    with pytest.raises(ValidationError, match="said no"):
        record_dissemination(participation=asked, by=None, channel=newsletter, went_out_on=DAY)


def test_a_channel_of_somebody_else_is_not_taken(world):
    strange = ChannelFactory(actor=world.bakery, name="Fremd")
    row = record_dissemination(participation=world.library_part, by=None, channel=strange, went_out_on=DAY)
    assert row.channel is None


# --- who reads and writes ---------------------------------------------------------------------------------------------


def test_everybody_reads_what_is_public_and_both_sides_all_of_it(world):
    shown = DisseminationFactory(participation=world.library_part)
    inside = DisseminationFactory(participation=world.library_part, is_public=False)
    people = {**vars(world.people), "visitor": AnonymousUser()}
    sides = {"organiser", "librarian", "leader", "admin"}
    seen = {who: set(Dissemination.objects.visible_to(person)) for who, person in people.items()}
    both = {shown, inside}
    assert seen == {who: both if who in sides else {shown} for who in people}
    edited = {who: set(Dissemination.objects.editable_by(person)) for who, person in people.items()}
    assert edited == {who: both if who in sides else set() for who in people}


def test_the_page_says_who_passed_it_on(world):
    assert "Who passed it on" not in section(world)
    DisseminationFactory(participation=world.library_part, what="Einladung", address="https://example.org/post")
    DisseminationFactory(participation=world.bakery_part, channel_name="Geheim", is_public=False)
    DisseminationFactory(participation=world.bakery_part, channel_name="Tafel", audience=None)
    text = section(world)
    assert "Who passed it on" in text
    assert "Einladung" in text
    assert 'href="https://example.org/post" rel="nofollow ugc"' in text
    assert "1,200" in text
    assert "not known" in text
    assert "Geheim" not in text
    assert "Make a contribution" not in text
    assert "Geheim" in section(world, "baker")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("who", ["visitor", "librarian"])
def test_the_section_costs_one_query_and_none_where_there_is_nothing(world, django_assert_num_queries, who, rows):
    client = world.client(who)
    path = world.project.get_absolute_url()
    client.get(path)
    empty = {"visitor": 6, "librarian": 13}[who]
    with django_assert_num_queries(empty):
        client.get(path)
    for _ in range(rows):
        DisseminationFactory(participation=world.library_part)
    with django_assert_num_queries(empty + 1):
        client.get(path)


def many(world: Any, number: int) -> list[Dissemination]:
    """One a day, the newest first; of every second day it is not public."""
    rows = [
        DisseminationFactory(
            participation=world.library_part,
            channel_name=f"Blatt {day}",
            is_public=day % 2 == 0,
            went_out_on=DAY - timedelta(days=day),
        )
        for day in range(number)
    ]
    made_of(world.library_part, by=world.people.organiser, quantity=1200)
    return rows


def test_of_many_entries_the_page_shows_the_newest_and_leads_to_all_of_them(world):
    rows = many(world, 45)
    table = f"{world.project.get_absolute_url()}verbreitung/"
    for who, number, last in (("visitor", 23, [44, 42, 40]), ("librarian", 45, [44, 43, 42, 41, 40])):
        client, text = world.client(who), section(world, who)
        assert text.count("<tr id=") == 8
        assert f'<a class="more" href="{table}">' in text
        pages = [client.get(table, {"seite": page}) for page in range(1, number // 20 + 2)]
        shown = [entry for page in pages for entry in page.context["page"].object_list]
        assert [entry.pk for entry in shown] == [row.pk for row in rows if row.is_public or who == "librarian"]
        assert f"<h2>{number} entries</h2>" in pages[0].content.decode()
        assert [f"Blatt {day}" for day in reversed(last)] == [str(one) for one in shown[-len(last) :]]
        # How it is counted stands there with all of its entries, also those of the other pages.
        counted = pages[-1].content.decode()
        assert 'href="/projekte/quartierscafe/?beitrag=' in counted
        assert "Blatt 0: 1,200" in counted


def test_where_all_entries_have_room_nothing_leads_to_the_table(world):
    for _ in range(8):
        DisseminationFactory(participation=world.library_part)
    assert (section(world).count("<tr id="), "verbreitung/" in section(world)) == (8, False)


def test_who_saves_an_older_entry_finds_it_in_the_table(world, newsletter):
    many(world, 30)
    client = world.client("librarian")
    old = client.post(new(world.library_part, newsletter), TYPED | {"went_out_on": "1.1.2025"})
    row = Dissemination.objects.get(channel=newsletter)
    assert old["Location"] == f"/projekte/quartierscafe/verbreitung/?seite=2#verbreitung-{row.pk}"
    assert f'id="verbreitung-{row.pk}"' in client.get(old["Location"]).content.decode()
    assert edited(client, row, went_out_on="1.2.2026")["Location"] == f"/projekte/quartierscafe/#verbreitung-{row.pk}"


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("visitor", 4), ("librarian", 6)])
def test_the_table_takes_the_same_queries(world, django_assert_num_queries, who, queries, rows):
    for _ in range(rows):
        DisseminationFactory(participation=world.library_part)
        made_of(world.library_part)
    client, table = world.client(who), f"{world.project.get_absolute_url()}verbreitung/"
    client.get(table)
    with django_assert_num_queries(queries):
        page = client.get(table)
    assert len(page.context["spread"].counted) == rows


def test_what_is_changed_in_the_ledger_changes_here_too(world):
    """The parts of the page that are sent for themselves know of it."""
    DisseminationFactory(participation=world.library_part)
    row = made_of(world.library_part, by=world.people.organiser)
    answer = world.client("librarian").post(
        reverse("projects:contribution-confirm", args=[row.pk]),
        {"version": row.version},
        headers={"hx-request": "true", "hx-target": f"beteiligte-{world.library.pk}"},
    )
    text = answer.content.decode()
    assert 'id="weitergesagt" tabindex="-1" hx-swap-oob="true"' in text
    assert "Confirmed, so its entries stay as they are." in text


# --- changing ---------------------------------------------------------------------------------------------------------


def test_both_sides_change_and_delete_it(world):
    row = DisseminationFactory(participation=world.library_part)
    client = world.client("organiser")
    page = client.get(at(row, "edit"))
    client.post(at(row, "edit"), fields_of(page) | {"audience": "900", "measured_on": "2.3.2026"})
    row.refresh_from_db()
    assert (row.audience, row.measured_on, row.recorded_by) == (900, date(2026, 3, 2), world.people.organiser)
    client = world.client("librarian")
    answers = [client.post(at(row, "delete")) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == ["/projekte/quartierscafe/#weitergesagt"] * 2
    assert not Dissemination.objects.exists()


def edited(client: Any, row: Dissemination, **typed: str) -> Any:
    return client.post(at(row, "edit"), fields_of(client.get(at(row, "edit"))) | typed)


def channel_of(row: Dissemination) -> tuple[Any, ...]:
    row.refresh_from_db()
    return row.channel, row.channel_kind, row.channel_name, row.audience, row.measured_on


def test_another_channel_of_the_profile_is_chosen_and_its_number_is_looked_at(world, newsletter):
    """What stands in the form is how many the first one reaches: it is not saved unseen for the second."""
    row = DisseminationFactory(participation=world.library_part, channel=newsletter)
    measured = date(2026, 2, 2)
    board = ChannelFactory(actor=world.library, name="Brett", kind="aushang", audience=80, measured_on=measured)
    ChannelFactory(actor=world.bakery, name="Fremd")
    client = world.client("librarian")
    choices = client.get(at(row, "edit")).context["form"].fields["channel"].choices
    assert [label for _key, label in choices] == [
        "Brett (notice board)",
        "Lesepost (newsletter)",
        "Another channel, named here",
    ]
    asked = edited(client, row, channel=str(board.pk))
    assert asked.context["form"].errors == {
        "audience": ["This is how many people “Brett” reaches according to the profile. Check it, then save again."]
    }
    assert (fields_of(asked)["audience"], fields_of(asked)["measured_on"]) == ("80", "2.2.2026")
    assert channel_of(row)[0] == newsletter
    client.post(at(row, "edit"), fields_of(asked))
    assert channel_of(row) == (board, "aushang", "Brett", 80, measured)
    edited(client, row, channel=str(newsletter.pk), audience="1100")
    assert channel_of(row) == (newsletter, "newsletter", "Lesepost", 1100, measured)


def test_a_channel_of_the_profile_becomes_one_that_is_named_here(world, newsletter):
    row = DisseminationFactory(participation=world.library_part, channel=newsletter)
    client = world.client("librarian")
    nameless = edited(client, row, channel="neu")
    assert nameless.context["form"].errors == {
        "channel_kind": ["Choose what kind of channel it is."],
        "channel_name": ["Enter the name of the channel, for example “Kiezpost”."],
    }
    beside = edited(client, row, channel_name="Zettel")
    assert beside.context["form"].errors == {
        "channel_name": ["“Lesepost” is chosen above. To name another channel choose “Another channel, named here”."]
    }
    assert (fields_of(beside)["channel_name"], channel_of(row)[2]) == ("Zettel", "Lesepost")
    asked = edited(client, row, channel="neu", channel_kind="aushang", channel_name="Zettel")
    assert (fields_of(asked)["audience"], fields_of(asked)["measured_on"]) == ("", "")
    client.post(at(row, "edit"), fields_of(asked))
    assert channel_of(row) == (None, "aushang", "Zettel", None, None)
    edited(client, row, channel_name="Blatt")
    assert channel_of(row)[:3] == (None, "aushang", "Blatt")
    edited(client, row, channel_kind="newsletter", channel_name="LESEPOST")
    assert channel_of(row)[:3] == (newsletter, "newsletter", "LESEPOST")


def test_where_the_channel_is_exchanged_it_still_counts_once(world, newsletter):
    first = DisseminationFactory(participation=world.library_part, channel=newsletter)
    DisseminationFactory(participation=world.library_part, channel_name="Brett", channel_kind="aushang", audience=80)
    made = made_of(world.library_part, by=world.people.organiser)
    edited(
        world.client("librarian"), first, channel="neu", channel_kind="aushang", channel_name="brett", audience="120"
    )
    made.refresh_from_db()
    assert (made.delivered_quantity, made.recorded_side) == (120, Side.ACTOR)


def test_the_history_brings_the_channel_back(world, newsletter):
    row = DisseminationFactory(participation=world.library_part, channel=newsletter)
    board = ChannelFactory(actor=world.library, name="Brett", kind="aushang")
    edit_dissemination(dissemination=row, by=world.people.librarian, channel=board)
    entry = HistoryEntry.objects.of(world.project).filter(row="projects.dissemination", what="anders").get()
    address = f"{reverse('projects:project-history', args=[world.project.slug])}{entry.pk}/"
    client = world.client("organiser")
    client.post(address, fields_of(client.get(address)))
    assert channel_of(row)[:3] == (newsletter, "newsletter", "Lesepost")


def test_two_who_change_it_are_shown_both_versions(world):
    row = DisseminationFactory(participation=world.library_part, what="Alt")
    client = world.client("librarian")
    mine = fields_of(client.get(at(row, "edit"))) | {"what": "Meins"}
    edit_dissemination(dissemination=Dissemination.objects.get(pk=row.pk), by=None, what="Ihres")
    answer = client.post(at(row, "edit"), mine)
    assert [(one.now, one.mine) for one in answer.context["form"].conflicts] == [("Ihres", "Meins")]


def test_the_history_tells_it_and_brings_it_back(world):
    row = DisseminationFactory(participation=world.library_part, what="Alt")
    edit_dissemination(dissemination=row, by=world.people.librarian, what="Neu")
    entry = HistoryEntry.objects.of(world.project).filter(row="projects.dissemination", what="anders").get()
    address = f"{reverse('projects:project-history', args=[world.project.slug])}{entry.pk}/"
    client = world.client("organiser")
    assert "Dissemination: Kiezpost" in client.get(address).content.decode()
    client.post(address, fields_of(client.get(address)))
    row.refresh_from_db()
    assert row.what == "Alt"


# --- one contribution of them -----------------------------------------------------------------------------------------


def test_a_contribution_is_made_of_them_and_the_other_side_is_asked(world, newsletter):
    days = [date(2026, 3, 1), date(2026, 4, 2), date(2026, 3, 20)]
    for day in days:
        DisseminationFactory(participation=world.library_part, channel=newsletter, went_out_on=day)
    DisseminationFactory(participation=world.library_part, channel_kind="aushang", channel_name="Brett", audience=80)
    Dissemination.objects.filter(channel_name="Brett").update(went_out_on=date(2026, 3, 5))
    client = world.client("librarian")
    page = client.get(contribute_at(world.library_part))
    text = page.content.decode()
    assert "Lesepost, 3 times: counted once, 1,200" in text
    assert "Brett: 80" in text
    assert "whoever reads several channels is counted several times" in text
    sent = fields_of(page)
    shown = (sent["title"], sent["quantity"], sent["start_on"], sent["end_on"])
    assert shown == ("Lesepost, Brett", "1280", "1.3.2026", "2.4.2026")
    answer = client.post(contribute_at(world.library_part), sent)
    made = Contribution.objects.get()
    assert answer["Location"] == made.get_absolute_url()
    told = [str(one) for one in client.get("/projekte/quartierscafe/").context["messages"]]
    assert told == ["“Lesepost, Brett” is entered as a contribution. Now the project is asked to confirm it."]
    assert (made.category, made.state, made.delivered_quantity, made.unit) == (
        "reichweite",
        State.DELIVERED,
        1280,
        "empfaenger",
    )
    assert (made.start_on, made.end_on, made.recorded_by) == (days[0], days[1], world.people.librarian)
    assert made.recorded_side == Side.ACTOR
    assert set(made.disseminations.all()) == set(Dissemination.objects.all())
    assert "Lesepost, 3 times: counted once, 1,200 · Brett: 80" in section(world)


def test_one_entry_is_part_of_one_contribution_at_most(world):
    DisseminationFactory(participation=world.library_part)
    DisseminationFactory(participation=world.bakery_part)
    first = made_of(world.library_part)
    answer = world.client("librarian").get(contribute_at(world.library_part))
    assert answer["Location"] == "/projekte/quartierscafe/#weitergesagt"
    later = DisseminationFactory(participation=world.library_part)
    second = made_of(world.library_part)
    assert (first.disseminations.count(), list(second.disseminations.all())) == (1, [later])
    assert Dissemination.objects.waiting().get().participation == world.bakery_part


def test_what_was_changed_meanwhile_is_counted_anew_before_anything_is_made(world):
    row = DisseminationFactory(participation=world.library_part)
    client = world.client("librarian")
    sent = fields_of(client.get(contribute_at(world.library_part))) | {"title": "Mein Titel"}
    edit_dissemination(dissemination=row, by=None, audience=300)
    answer = client.post(contribute_at(world.library_part), sent)
    again = fields_of(answer)
    assert (answer.status_code, Contribution.objects.count()) == (200, 0)
    assert "It is counted anew here" in answer.content.decode()
    assert (again["title"], again["quantity"]) == ("Mein Titel", "300")
    client.post(contribute_at(world.library_part), again)
    assert Contribution.objects.get().delivered_quantity == 300


def test_more_than_the_channels_reach_is_refused_and_less_is_taken(world):
    DisseminationFactory(participation=world.library_part)
    client = world.client("librarian")
    sent = fields_of(client.get(contribute_at(world.library_part)))
    refused = client.post(contribute_at(world.library_part), sent | {"quantity": "1201"})
    assert list(refused.context["form"].errors) == ["quantity"]
    client.post(contribute_at(world.library_part), sent | {"quantity": "1100"})
    assert Contribution.objects.get().delivered_quantity == 1100


def test_where_no_audience_is_known_there_is_no_quantity(world):
    DisseminationFactory(participation=world.library_part, audience=None)
    client = world.client("librarian")
    page = client.get(contribute_at(world.library_part))
    assert "Kiezpost: how many people it reaches is not known, so it counts nothing" in page.content.decode()
    client.post(contribute_at(world.library_part), fields_of(page))
    assert Contribution.objects.get().delivered_quantity is None


def test_what_is_confirmed_stays_until_an_objection_opens_it(world):
    row = DisseminationFactory(participation=world.library_part)
    made = made_of(world.library_part, by=world.people.organiser)
    made.confirm(by=world.people.librarian)
    client = world.client("organiser")
    for verb in ("edit", "delete"):
        answer = client.post(at(row, verb), {"audience": "1"})
        assert [str(one) for one in get_messages(answer.wsgi_request)][-1] == (
            "This is part of the confirmed contribution “Weitergesagt”, so it stays as it is. An objection opens it again."
        )
    with pytest.raises(StageError, match="confirmed"):
        edit_dissemination(dissemination=Dissemination.objects.get(), by=None, audience=1)
    Contribution.objects.get().object_to(by=world.people.librarian, reason="Es waren 900.")
    page = client.get(at(row, "edit"))
    assert "It is counted anew, and the other side is asked again." in page.content.decode()
    client.post(at(row, "edit"), fields_of(page) | {"audience": "900"})
    made.refresh_from_db()
    assert (made.state, made.objection, made.delivered_quantity) == (State.DELIVERED, "", 900)


def test_a_change_counts_the_contribution_anew_and_makes_it_this_sides_word(world):
    rows = [DisseminationFactory(participation=world.library_part, channel_name=name, audience=100) for name in "AB"]
    made = made_of(world.library_part, by=world.people.organiser)
    first = Dissemination.objects.get(pk=rows[0].pk)
    edit_dissemination(dissemination=first, by=world.people.librarian, audience=150)
    made.refresh_from_db()
    assert (made.delivered_quantity, made.recorded_side, made.recorded_by) == (250, Side.ACTOR, world.people.librarian)
    delete_dissemination(dissemination=Dissemination.objects.get(pk=rows[1].pk), by=world.people.organiser)
    made.refresh_from_db()
    assert (made.delivered_quantity, made.recorded_side, made.steps.count()) == (150, Side.PROJECT, 3)
    # Whoever is about to delete the last one reads what is left.
    said = world.client("librarian").get(at(first, "delete")).content.decode()
    left = "Then it has no number any more: enter one by hand, or withdraw it."
    assert f"Only this entry makes up the contribution “Weitergesagt”. {left}" in said
    version = made.version
    edit_dissemination(dissemination=Dissemination.objects.get(), by=None, what="Nur ein Wort")
    made.refresh_from_db()
    assert made.version == version


@pytest.mark.parametrize("who", ["librarian", "organiser"])
def test_a_contribution_whose_entries_are_gone_gets_a_number_or_is_withdrawn(world, who):
    """It is told at the contribution itself, to whoever deleted the last entry and to the other side."""
    made = []
    for _ in range(2):
        row = DisseminationFactory(participation=world.library_part)
        made.append(made_of(world.library_part, by=world.people.organiser))
        with pytest.raises(StageError):
            made[-1].withdraw(by=None)
        answer = world.client("librarian").post(at(row, "delete"))
        assert answer["Location"] == f"/projekte/quartierscafe/?beitrag={made[-1].pk}#beitrag-{made[-1].pk}"
    client = world.client(who)
    [said] = {str(one) for one in get_messages(answer.wsgi_request)} if who == "librarian" else {""}
    assert said in {"", "“Kiezpost” is deleted. “Weitergesagt” is now without a number: enter one, or withdraw it."}
    page = client.get(world.project.get_absolute_url()).content.decode()
    assert page.count("Without a number it counts nothing") == 2
    edit, withdraw = (
        reverse(f"projects:contribution-{verb}", args=[one.pk])
        for verb, one in zip(("edit", "withdraw"), made, strict=True)
    )
    assert f'href="{edit}"' in page
    client.post(edit, fields_of(client.get(edit)) | {"delivered_quantity": "70"})
    contest_contribution(contribution=Contribution.objects.get(pk=made[1].pk), by=None, reason="Das waren wir nicht.")
    client.post(withdraw, fields_of(client.get(withdraw)))
    rows = Contribution.objects.order_by("pk").values_list("state", "delivered_quantity", "objection")
    assert list(rows) == [("erbracht", 70, ""), ("zurueckgezogen", None, "")]
    page = client.get(world.project.get_absolute_url()).content.decode()
    assert "Without a number it counts nothing" not in page


def test_what_is_made_of_channels_says_no_more_than_they_reach(world):
    DisseminationFactory(participation=world.library_part)
    made = made_of(world.library_part, by=world.people.organiser)
    client = world.client("organiser")
    address = reverse("projects:contribution-edit", args=[made.pk])
    sent = fields_of(client.get(address))
    answer = client.post(address, sent | {"delivered_quantity": "1300"})
    assert "That is more than the channels reach: 1,200." in answer.content.decode()
    client.post(address, sent | {"delivered_quantity": "1000"})
    made.refresh_from_db()
    assert made.delivered_quantity == 1000


def test_what_is_made_of_channels_stays_reach(world):
    DisseminationFactory(participation=world.library_part)
    made = made_of(world.library_part, by=world.people.organiser)
    client = world.client("organiser")
    address = reverse("projects:contribution-edit", args=[made.pk])
    answer = client.post(address, fields_of(client.get(address)) | {"category": "netzwerk"})
    assert "so it stays a contribution of reach" in answer.content.decode()
    made.refresh_from_db()
    assert made.category == "reichweite"


def test_what_somebody_wrote_meanwhile_is_not_overwritten_unseen(world):
    row = DisseminationFactory(participation=world.library_part)
    old = Dissemination.objects.get(pk=row.pk)
    edit_dissemination(dissemination=row, by=None, audience=5)
    with pytest.raises(OutdatedError):
        edit_dissemination(dissemination=old, by=None, audience=6)
    assert Dissemination.objects.get().audience == 5


# --- nobody is counted twice unseen -----------------------------------------------------------------------------------


def test_one_channel_counts_once_with_its_largest_audience(world, newsletter):
    for audience in (1000, 1300, None):
        DisseminationFactory(
            participation=world.library_part,
            channel=newsletter,
            audience=audience,
            measured_on=DAY if audience else None,
        )
    DisseminationFactory(participation=world.library_part, channel_name="lesepost ", audience=900)
    counted = count(Dissemination.objects.select_related("participation"))
    assert ([(line.times, line.audience) for line in counted.lines], counted.total) == ([(4, 1300)], 1300)


def test_a_renamed_channel_is_still_the_same_one(world, newsletter):
    DisseminationFactory(participation=world.library_part, channel=newsletter)
    newsletter.name = "Neue Post"
    newsletter.save()
    DisseminationFactory(participation=world.library_part, channel=newsletter)
    DisseminationFactory(participation=world.library_part, channel_name="Neue Post")
    assert count(Dissemination.objects.select_related("participation")).total == 1200


def test_two_places_that_become_one_have_one_newsletter(world, newsletter):
    """Their channels stand side by side afterwards; by kind and name they are known to be one."""
    twin = ActorFactory(name="Stadtbücherei", neighbourhoods=[world.place])
    same = ChannelFactory(actor=twin, name="Lesepost", kind="newsletter", audience=900, measured_on=DAY)
    twin_part = ParticipationFactory(project=world.project, actor=twin, role="ort")
    DisseminationFactory(participation=world.library_part, channel=newsletter)
    DisseminationFactory(participation=twin_part, channel=same)
    made_of(world.library_part)
    made_of(twin_part)
    [total] = summed(world)
    assert (total.delivered, total.repeated) == (2100, None)

    seen = world.library.stamp, twin.stamp
    merge_actors(kept=world.library, gone=twin, take=[], by=world.people.admin, seen=seen)

    assert set(Dissemination.objects.values_list("participation", flat=True)) == {world.library_part.pk}
    [total] = summed(world)
    assert (total.delivered, total.repeated) == (2100, 900)


@pytest.mark.parametrize("is_confirmed", [False, True])
@pytest.mark.parametrize("state", ["zugesagt", "eingeladen"])
def test_what_was_made_of_both_while_they_were_one_is_of_one_again(world, newsletter, is_confirmed, state):
    """Undone, each entry waits where it was, and the contribution says what stands behind it, whichever row was kept."""
    twin = ActorFactory(name="Stadtbücherei", neighbourhoods=[world.place])
    Participation.objects.filter(pk=world.library_part.pk).update(state=state)
    twin_part = ParticipationFactory(project=world.project, actor=twin, role=world.library_part.role)
    DisseminationFactory(participation=world.library_part, channel=newsletter)
    DisseminationFactory(participation=twin_part, channel_name="Brett", channel_kind="aushang", audience=80)
    before = list(Dissemination.objects.order_by("pk").values())
    merge = merge_actors(
        kept=world.library, gone=twin, take=[], by=world.people.admin, seen=(world.library.stamp, twin.stamp)
    )
    made = made_of(Participation.objects.get(actor=world.library), by=world.people.organiser)
    assert (made.disseminations.count(), made.delivered_quantity) == (2, 1280)
    if is_confirmed:
        made.confirm(by=world.people.librarian)

    assert undo_merge(merge=merge, by=world.people.admin) == []

    made.refresh_from_db()
    [mine] = made.disseminations.all()
    after = list(Dissemination.objects.order_by("pk").values())
    assert [row | {"contribution_id": None} for row in after] == before
    assert (made.participation, made.delivered_quantity, made.state) == (mine.participation, mine.audience, "erbracht")
    assert made.recorded_side == Side.PROJECT


def test_what_both_had_made_before_comes_back_exactly(world, newsletter):
    twin = ActorFactory(name="Stadtbücherei", neighbourhoods=[world.place])
    twin_part = ParticipationFactory(project=world.project, actor=twin, role=world.library_part.role)
    for part in (world.library_part, twin_part):
        DisseminationFactory(participation=part)
        made_of(part)
        DisseminationFactory(participation=part)
    rows = [Dissemination.objects.order_by("pk").values(), Contribution.objects.order_by("pk").values()]
    before = [list(one) for one in rows]
    seen = world.library.stamp, twin.stamp
    merge = merge_actors(kept=world.library, gone=twin, take=[], by=world.people.admin, seen=seen)
    undo_merge(merge=merge, by=world.people.admin)
    assert [list(one.all()) for one in rows] == before


def summed(world: Any) -> list[Any]:
    """The sum of reach as the rows and as the database add it up."""
    rows, kept = (model.objects.filter(category="reichweite") for model in (Contribution, ContributionTally))
    assert (
        totals(rows)
        == totals_in(rows.sums(), lambda: entries_of(rows))
        == totals_in(kept.sums(), lambda: entries_of(rows))
    )
    return totals(rows)


def test_a_sum_says_how_many_are_counted_more_than_once(world, newsletter):
    DisseminationFactory(participation=world.library_part, channel=newsletter)
    DisseminationFactory(participation=world.library_part, channel_name="Brett", channel_kind="aushang", audience=80)
    made_of(world.library_part)
    [total] = summed(world)
    assert (total.delivered, total.repeated) == (1280, None)
    DisseminationFactory(participation=world.library_part, channel=newsletter, audience=1100)
    made_of(world.library_part)
    DisseminationFactory(participation=world.bakery_part, audience=1200)  # of the same kind, of somebody else
    made_of(world.bakery_part)
    [total] = summed(world)
    assert (total.delivered, total.repeated) == (3580, 1100)


def test_what_people_took_off_by_hand_is_not_counted_as_more(world, newsletter):
    for _ in range(2):
        DisseminationFactory(participation=world.library_part, channel=newsletter)
        made_of(world.library_part, quantity=500)
    [total] = summed(world)
    assert (total.delivered, total.repeated) == (1000, 500)


def test_every_sum_of_reach_says_it(world, newsletter):
    several = "Reach: whoever reads several channels is counted several times."
    addresses = [
        world.project.get_absolute_url(),
        reverse("projects:contribution-list", args=[world.project.slug]),
        reverse("actor-sheet", args=[world.library.slug]) + "?von=&bis=",
        world.library.get_absolute_url(),
    ]
    client = world.client("librarian")
    ContributionFactory(participation=world.library_part, category="raeume", unit="stunden")
    assert [several in client.get(path).content.decode() for path in addresses[:2]] == [False] * 2
    for _ in range(2):
        DisseminationFactory(participation=world.library_part, channel=newsletter)
        made_of(world.library_part)
    pages = [client.get(path).content.decode() for path in addresses]
    assert [several in page for page in pages] == [True] * 4
    twice = "of it counted several times, through the same channels: 1,200 recipients"
    assert [twice in page for page in pages] == [True] * 4


def test_a_profile_asks_what_is_counted_twice_only_where_something_was_passed_on(world, django_assert_num_queries):
    path, client = world.library.get_absolute_url(), world.client("visitor")
    by_hand = {"category": "reichweite", "unit": "empfaenger", "state": State.DELIVERED, "delivered_quantity": 4}
    for _ in range(2):
        ContributionFactory(participation=world.library_part, **by_hand)
    client.get(path)
    with django_assert_num_queries(6):
        client.get(path)
    DisseminationFactory(participation=world.library_part)
    client.get(path)
    with django_assert_num_queries(7):
        client.get(path)


def test_what_was_entered_by_hand_beside_it_is_named(world):
    DisseminationFactory(participation=world.library_part)
    by_hand = ContributionFactory(
        participation=world.library_part, category="reichweite", unit="empfaenger", title="Plakate"
    )
    page = world.client("librarian").get(contribute_at(world.library_part))
    assert "entered by hand: “Plakate”. Perhaps these are the same people." in page.content.decode()
    made_of(world.library_part)
    new_one = world.client("librarian").get(reverse("projects:contribution-create", args=[world.library_part.pk]))
    assert "counted from its channels already: “Weitergesagt”." in new_one.content.decode()
    assert by_hand.disseminations.count() == 0


def test_readers_find_no_name_of_what_is_not_public_in_the_count(world):
    DisseminationFactory(participation=world.library_part)
    DisseminationFactory(participation=world.library_part, channel_name="Geheim", is_public=False, audience=50)
    made_of(world.library_part)
    assert "Geheim" not in section(world)
    assert "Kiezpost: 1,200 · and what is not public" in section(world)
    assert "Geheim: 50" in section(world, "librarian")


# --- what the database holds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"channel_name": ""},
        {"audience": 5, "measured_on": None},
        {"audience": None, "measured_on": DAY},
        {"went_out_on": date(1989, 12, 31)},
    ],
)
def test_what_cannot_be_is_not_stored(world, values):
    row = DisseminationFactory.build(participation=world.library_part, **values)
    with pytest.raises(ValidationError):
        row.full_clean()


def test_in_the_administration_what_is_counted_stays(world):
    free, counted = (DisseminationFactory(participation=world.library_part) for _ in range(2))
    Dissemination.objects.filter(pk=counted.pk).update(
        contribution=ContributionFactory(participation=world.library_part, category="reichweite", unit="empfaenger")
    )
    client = world.client("admin")
    strange = ChannelFactory(actor=world.bakery)
    for row in (free, counted):
        data = {
            "participation": world.library_part.pk,
            "channel_kind": "newsletter",
            "channel_name": "Geändert",
            "went_out_on": "2026-01-02",
        }
        address = reverse("admin:projects_dissemination_change", args=[row.pk])
        if row == free:
            refused = client.post(address, data | {"channel": strange.pk})
            assert "This is a channel of another actor." in refused.content.decode()
        client.post(address, data)
    deleted = [
        client.post(reverse("admin:projects_dissemination_delete", args=[row.pk]), {"post": "yes"}).status_code
        for row in (free, counted)
    ]
    assert deleted == [302, 403]
    assert Dissemination.objects.get().channel_name == "Kiezpost"


@pytest.mark.parametrize(("away", "refused"), [(0, []), (1, ["went_out_on"])])
def test_today_is_no_future(world, away, refused):
    row = DisseminationFactory(participation=world.library_part)
    row.went_out_on = timezone.localdate() + timedelta(days=away)
    errors: dict[str, Any] = {}
    try:
        row.clean_fields()
    except ValidationError as error:
        errors = error.message_dict
    assert list(errors) == refused
