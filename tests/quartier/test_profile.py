"""The profile of an actor: who reads it in which state, what it says, and what it keeps to itself."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from partners.models import Actor, Membership, Partnership, PartnershipParty, ResourceCategory, Unit
from projects.models import Contribution, Participation, Project, Side
from tests.factories import (
    ActorFactory,
    AdminFactory,
    BenefitFactory,
    ChannelFactory,
    ContactFactory,
    ContributionFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    OfferFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
State = Actor.State
URL = "/akteure/treff/"


class World:
    """One actor in a neighbourhood of its own, and one person in each relation to it."""

    def __init__(self, **values):
        self.organiser = PersonFactory(name="Olga Organisiert")
        self.home = NeighbourhoodFactory(name="Zuhause", organisers=[self.organiser])
        self.actor = ActorFactory(name="Treff", slug="treff", neighbourhoods=[self.home], **values)
        self.editor = MembershipFactory(actor=self.actor, person=PersonFactory(name="Edda Bearbeitet")).person
        self.manager = MembershipFactory(actor=self.actor, role=Membership.Role.MANAGER).person
        self.admin = AdminFactory()
        self.stranger = PersonFactory()

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if who != "visitor":
            client.force_login(getattr(self, who))
        return client

    def get(self, who: str = "visitor"):
        return self.client(who).get(URL)


WHO = ("visitor", "stranger", "editor", "manager", "organiser", "admin")
INSIDERS = {"editor", "manager", "organiser", "admin"}


def words(html: str, start: str, end: str) -> str:
    part = html.split(start, 1)[1].split(end, 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split())


# --- who reads it -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        (State.DRAFT, INSIDERS),
        (State.SUBMITTED, INSIDERS),
        (State.PUBLISHED, set(WHO)),
        (State.HIDDEN, INSIDERS),
        (State.ARCHIVED, set(WHO)),
    ],
)
def test_who_reads_a_profile_in_which_state(state, readers):
    world = World(state=state)
    status = {who: world.get(who).status_code for who in WHO}
    assert status == {who: 200 if who in readers else 404 for who in WHO}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.DRAFT, "This profile is a draft. Only its team and the organisers can read it."),
        (State.SUBMITTED, "This profile waits to be published. Only its team and the organisers can read it."),
        (State.HIDDEN, "This profile is hidden. Only its team and the organisers can read it."),
        (State.ARCHIVED, "This place is not active any more. Its profile stays in the history of its projects."),
        (State.PUBLISHED, None),
    ],
)
def test_a_banner_says_what_the_state_means(state, said):
    html = World(state=state).get("organiser").content.decode()
    notes = re.findall(r'<div class="note stack close">.*?</p>\s*<p>(.*?)</p>', html, re.DOTALL)
    assert notes == ([said] if said else [])


ADDRESS = "/akteure/treff/"
BUTTONS = {
    "edit": f'href="{ADDRESS}bearbeiten/"',
    "team": f'href="{ADDRESS}team/"',
    "submit": f'action="{ADDRESS}einreichen/"',
    "publish": f'action="{ADDRESS}veroeffentlichen/"',
    "hide": f'action="{ADDRESS}verbergen/"',
    "archive": f'action="{ADDRESS}archivieren/"',
}


@pytest.mark.parametrize(
    ("state", "who", "buttons"),
    [
        (State.PUBLISHED, "visitor", set()),
        (State.PUBLISHED, "stranger", set()),
        (State.PUBLISHED, "editor", {"edit"}),
        (State.PUBLISHED, "manager", {"edit", "team"}),
        (State.PUBLISHED, "organiser", {"edit", "team", "hide"}),
        (State.PUBLISHED, "admin", {"edit", "team", "hide"}),
        (State.DRAFT, "editor", {"edit", "submit"}),
        (State.DRAFT, "organiser", {"edit", "team", "publish"}),
        (State.SUBMITTED, "editor", {"edit"}),
        (State.SUBMITTED, "organiser", {"edit", "team", "publish"}),
        (State.HIDDEN, "organiser", {"edit", "team", "publish", "archive"}),
        (State.ARCHIVED, "manager", set()),
        (State.ARCHIVED, "admin", set()),
    ],
)
def test_everybody_gets_the_buttons_of_her_role(state, who, buttons):
    html = World(state=state).get(who).content.decode()
    assert {name for name, mark in BUTTONS.items() if mark in html} == buttons


# --- what it says -----------------------------------------------------------------------------------------------------------


def test_who_it_is_and_how_one_reaches_it():
    world = World(
        purpose="Ein Wohnzimmer für alle.",
        description="Erste Zeile\n\nZweiter <b>Absatz</b>",
        street="Fadengasse",
        house_number="4",
        postcode="81371",
        city="München",
        email="treff@example.org",
        phone="089 0000 1",
        website="https://example.org/treff",
    )
    world.actor.topics.add(TopicFactory(slug="nachbarschaft", name="Nachbarschaft"))
    html = world.get().content.decode()
    contact = words(html, '<dl class="facts">', "</dl>")
    assert contact == (
        "Address Fadengasse 4 81371 München E-mail treff@example.org Phone 089 0000 1 Website https://example.org/treff"
    )
    assert 'href="tel:08900001"' in html
    assert "<p>Erste Zeile</p>" in html
    assert "Zweiter &lt;b&gt;Absatz&lt;/b&gt;" in html
    assert '<a class="chip" href="/akteure/?thema=nachbarschaft">' in html
    assert "<title>Treff · Quartier</title>" in html


def test_an_empty_profile_says_what_is_missing():
    html = World(purpose="", kind=None).get().content.decode()
    empty = [" ".join(text.split()) for text in re.findall(r'<p class="empty">([^<]+)</p>', html)]
    assert empty == [
        "There is no description yet.",
        "No contact is given yet.",
        "No contribution is noted yet.",
        "Nobody has told yet what working together brings. A good reason for a talk.",
        "Takes part in no project yet.",
        "No partnership yet.",
    ]


@pytest.mark.parametrize(("who", "leads"), [("visitor", 0), ("editor", 1)])
def test_who_may_edit_gets_from_an_empty_contact_to_where_it_is_entered(who, leads):
    html = World(purpose="", kind=None).get(who).content.decode()
    assert html.count('<a class="more" href="/akteure/treff/bearbeiten/kontakt/">') == leads


def test_a_bridge_is_shown_as_one_as_long_as_the_partnership_runs():
    world = World()
    partnership = PartnershipFactory(neighbourhood=world.home, quartier=world.actor)
    assert 'class="chip bridge"' in world.get().content.decode()
    Partnership.objects.filter(pk=partnership.pk).update(end_on=timezone.localdate() - timedelta(days=1))
    assert 'class="chip bridge"' not in world.get().content.decode()


@pytest.mark.parametrize(("is_demo", "marks"), [(True, 1), (False, 0)])
def test_demo_is_marked(is_demo, marks):
    html = World(is_demo=is_demo).get().content.decode()
    assert html.count('<span class="chip demo">Demo</span>') == marks


def given(
    world, category, *, planned=None, delivered=None, state=Contribution.State.DELIVERED, unit=Unit.HOURS, **values
):
    part = world.actor.participations.first() or ParticipationFactory(actor=world.actor)
    confirmed = timezone.now() if state == Contribution.State.CONFIRMED else None
    return ContributionFactory(
        participation=part,
        category=category,
        unit=unit,
        planned_quantity=planned,
        delivered_quantity=delivered,
        state=state,
        confirmed_at=confirmed,
        **values,
    )


def test_what_it_brought_is_summed_by_category_with_planned_and_delivered_apart():
    world = World()
    category, states = ResourceCategory, Contribution.State
    given(world, category.PAID_TIME, planned=Decimal(10), delivered=Decimal("7.5"))
    given(world, category.PAID_TIME, planned=Decimal(4), delivered=Decimal(4), state=states.CONFIRMED)
    given(world, category.PAID_TIME, planned=Decimal(20), state=states.PLANNED)
    given(world, category.VOLUNTEER_TIME, delivered=Decimal(3))
    given(world, category.ROOMS, planned=Decimal(12), state=states.PROMISED)
    given(world, category.MONEY, delivered=Decimal("12.5"), unit=Unit.EUR)
    given(world, category.DATA, unit=Unit.NONE)
    given(world, category.MONEY, delivered=Decimal(999), unit=Unit.EUR, is_public=False)
    given(world, category.MONEY, planned=Decimal(555), unit=Unit.EUR, state=states.WITHDRAWN)
    answer = world.get()
    sums = [(row.category, row.unit, row.planned, row.delivered, row.entries) for row in answer.context["totals"]]
    assert sums == [
        (category.ROOMS, Unit.HOURS, Decimal(12), None, 1),
        (category.PAID_TIME, Unit.HOURS, Decimal(34), Decimal("11.5"), 3),
        (category.VOLUNTEER_TIME, Unit.HOURS, None, Decimal(3), 1),
        (category.DATA, Unit.NONE, None, None, 1),
        (category.MONEY, Unit.EUR, None, Decimal("12.5"), 1),
    ]
    assert words(answer.content.decode(), '<ul class="entries">', "</ul>") == (
        "Rooms and spaces planned: 12 hours · 1 contribution "
        "11.5 hours Working time, paid staff planned: 34 hours · 3 contributions of it not yet confirmed: 7.5 hours "
        "3 hours Volunteer time 1 contribution of it not yet confirmed: 3 hours "
        "Data and feedback 1 contribution "
        "€12.50 Money 1 contribution of it not yet confirmed: €12.50"
    )


def test_contributions_of_others_and_of_ideas_do_not_count():
    world = World()
    idea = ParticipationFactory(actor=world.actor, project=ProjectFactory(state=Project.State.IDEA))
    ContributionFactory(participation=idea)
    ContributionFactory(participation=ParticipationFactory(project=ProjectFactory()))
    assert world.get().context["totals"] == []


def test_what_it_gained_stands_in_its_own_words_or_says_who_noted_it():
    world = World()
    project = ProjectFactory(title="Café")
    ParticipationFactory(project=project, actor=world.actor)
    other = ParticipationFactory(project=project).actor
    BenefitFactory(project=project, actor=world.actor, text="Wir sind bekannt.", recorded_side=Side.ACTOR)
    BenefitFactory(project=project, actor=world.actor, text="Neue Gruppen.", recorded_side=Side.PROJECT)
    BenefitFactory(project=project, actor=world.actor, text="Nur intern.", is_public=False)
    BenefitFactory(project=project, actor=other, text="Von anderen.")
    html = world.get().content.decode()
    assert words(html, '<div class="gain">', "</ul>").split("What it gained ")[1] == (
        "“Neue Gruppen.” about Café noted by the project “Wir sind bekannt.” about Café"
    )


def test_its_projects_with_all_its_roles_what_goes_on_first():
    world = World()
    for title, state in (("Alt", "abgeschlossen"), ("Neu", "laufend"), ("Bald", "planung"), ("Geheim", "idee")):
        project = ProjectFactory(title=title, state=state)
        ParticipationFactory(project=project, actor=world.actor, role=Participation.Role.PLACE)
        if title == "Neu":
            ParticipationFactory(project=project, actor=world.actor, role=Participation.Role.EXPERT)
    ParticipationFactory(project=ProjectFactory(title="Fremd"))
    shown = [(part.project.title, [one.role for one in part.participations]) for part in world.get().context["parts"]]
    assert shown == [("Neu", ["ort", "fachpartner"]), ("Bald", ["ort"]), ("Alt", ["ort"])]
    assert [part.project.title for part in world.get("editor").context["parts"]] == ["Neu", "Bald", "Geheim", "Alt"]


def test_an_invitation_is_for_both_sides_only_and_a_no_is_shown_to_nobody():
    world = World()
    project = ProjectFactory(title="Fest", neighbourhoods=[world.home])
    states = Participation.State
    ParticipationFactory(project=project, actor=world.actor, state=states.INVITED)
    declined = ProjectFactory(title="Abgelehnt", neighbourhoods=[world.home])
    ParticipationFactory(project=declined, actor=world.actor, state=states.ENDED, is_declined=True)
    shown = {who: [part.project.title for part in world.get(who).context["parts"]] for who in WHO}
    assert shown == {who: ["Fest"] if who in INSIDERS else [] for who in WHO}


def test_of_its_partnerships_since_the_same_day_the_newest_comes_first():
    world = World()
    day = date(2026, 2, 1)
    made = [PartnershipFactory(neighbourhood=world.home, quartier=world.actor, start_on=day) for _ in range(3)]
    assert [bond.partnership for bond in world.get().context["bonds"]] == made[::-1]


def test_its_partnerships_without_those_whose_other_side_cannot_be_seen():
    world = World()
    friend = ActorFactory(name="Freunde")
    ended = PartnershipFactory(
        neighbourhood=world.home, quartier=world.actor, accompanying=friend, end_on=date(2026, 2, 1), kind="netzwerk"
    )
    running = PartnershipFactory(neighbourhood=world.home, quartier=friend, accompanying=world.actor)
    hidden = ActorFactory(name="Verborgen", state=State.HIDDEN)
    PartnershipFactory(neighbourhood=world.home, quartier=world.actor, accompanying=hidden)
    PartnershipFactory()
    answer = world.get()
    shown = [(bond.partnership, [one.name for one in bond.others], bond.own.side) for bond in answer.context["bonds"]]
    sides = PartnershipParty.Side
    assert shown == [(running, ["Freunde"], sides.ACCOMPANYING), (ended, ["Freunde"], sides.QUARTIER)]
    assert "Verborgen" not in answer.content.decode()


def test_persons_are_never_named():
    world = World()
    part = ParticipationFactory(actor=world.actor)
    ContributionFactory(participation=part, recorded_by=world.editor, state=Contribution.State.DELIVERED)
    BenefitFactory(project=part.project, actor=world.actor, recorded_by=world.editor, recorded_side=Side.ACTOR)
    for who in WHO:
        main = world.get(who).content.decode().split("<main", 1)[1].split("</main>", 1)[0]
        people = [person for person in (world.editor, world.manager, world.organiser) if person.name in main]
        mails = [person for person in (world.editor, world.manager, world.organiser) if person.email in main]
        assert (who, people, mails) == (who, [], [])


def test_reading_a_profile_sets_no_cookie():
    assert dict(World().get().cookies) == {}


# --- queries ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("visitor", 10), ("editor", 16), ("organiser", 17)])
def test_a_profile_asks_the_same_number_of_questions(who, queries, rows, django_assert_num_queries):
    world = World()
    for _ in range(rows):
        world.actor.neighbourhoods.add(NeighbourhoodFactory())
        world.actor.topics.add(TopicFactory())
        part = ParticipationFactory(actor=world.actor)
        ContributionFactory(participation=part)
        BenefitFactory(project=part.project, actor=world.actor)
        PartnershipFactory(neighbourhood=world.home, quartier=world.actor)
        ChannelFactory(actor=world.actor)
        ContactFactory(actor=world.actor)
        OfferFactory(actor=world.actor)
        NeedFactory(actor=world.actor)
    client = world.client(who)
    with django_assert_num_queries(queries):
        client.get(URL)


def test_a_profile_does_not_ask_for_channels_and_persons_where_there_are_none(django_assert_num_queries):
    world = World()
    client = world.client("visitor")
    with django_assert_num_queries(4) as alone:
        client.get(URL)
    ChannelFactory(actor=world.actor)
    ContactFactory(actor=world.actor)
    with django_assert_num_queries(len(alone) + 2):
        client.get(URL)


def test_admins_get_from_a_profile_to_its_row_in_the_administration(client):
    actor = ActorFactory()
    way = f'href="/admin/partners/actor/{actor.pk}/change/"'
    assert way not in client.get(actor.get_absolute_url()).content.decode()
    for person, leads in ((PersonFactory(), False), (AdminFactory(), True)):
        client.force_login(person)
        assert (way in client.get(actor.get_absolute_url()).content.decode()) is leads


def test_who_keeps_a_place_on_the_map_reads_its_profile():
    """Which other Quartier it lies in is asked beside the ones that are loaded already."""
    home = NeighbourhoodFactory()
    actor = ActorFactory(neighbourhoods=[home], latitude="48.11", longitude="11.54")
    keeper = MembershipFactory(actor=actor).person
    client = Client()
    client.force_login(keeper)
    assert client.get(actor.get_absolute_url()).status_code == 200
