"""What is up now: everybody finds what waits for her, each number is that of its list, and one answers right there."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import Actor, Membership, ResourceCategory
from projects.models import Contribution, Participation, Project, Side
from tests.factories import (
    ActorFactory,
    AdminFactory,
    ContributionFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    OfferFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
    ProjectInquiryFactory,
    ResourceRequestFactory,
)

pytestmark = pytest.mark.django_db
URL = "/uebersicht/"
States, Parts = Contribution.State, Participation.State


class World:
    """A project of one Quartier in which a library takes part, and one person in each relation to it."""

    def __init__(self):
        self.organiser = PersonFactory()
        self.home = NeighbourhoodFactory(name="Zuhause", organisers=[self.organiser])
        self.library = ActorFactory(name="Bibliothek", neighbourhoods=[self.home])
        self.project = ProjectFactory(title="Café", neighbourhoods=[self.home])
        self.part = ParticipationFactory(project=self.project, actor=self.library)
        self.editor = MembershipFactory(actor=self.library).person
        self.admin = AdminFactory()
        self.stranger = PersonFactory()
        self.other_editor = MembershipFactory().person
        self.other_organiser = PersonFactory()
        NeighbourhoodFactory(organisers=[self.other_organiser])

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(getattr(self, who))
        return client

    def get(self, who: str, query: str = ""):
        return self.client(who).get(URL + query)

    def piles(self, who: str) -> dict[str, int]:
        return {pile.key: pile.count for pile in self.get(who).context["piles"]}


WHO = ("organiser", "editor", "admin", "stranger", "other_editor", "other_organiser")
YESTERDAY = timezone.localdate() - timedelta(days=1)


def delivered(world, side, **values):
    return ContributionFactory(participation=world.part, state=States.DELIVERED, recorded_side=side, **values)


def noted_for_the_library(world):
    delivered(world, Side.PROJECT)


def written_by_the_library(world):
    delivered(world, Side.ACTOR, recorded_by=world.editor)


def contested_by_the_library(world):
    delivered(world, Side.PROJECT, objection="Es waren weniger.")


def contested_by_the_project(world):
    delivered(world, Side.ACTOR, recorded_by=world.editor, objection="Es waren mehr.")


def confirmed(world):
    ContributionFactory(participation=world.part, state=States.CONFIRMED, confirmed_at=timezone.now())


def invited(world):
    project = ProjectFactory(neighbourhoods=[world.home])
    ParticipationFactory(project=project, actor=world.library, state=Parts.INVITED)


def asked_for_a_place(world):
    ProjectInquiryFactory(project=world.project, by=world.editor)


def asked_by_its_organiser(world):
    ProjectInquiryFactory(project=world.project, question=True, by=world.organiser)


def asked_for_an_offer(world):
    ResourceRequestFactory(offer__actor=world.library)


def asked_of_a_place_without_a_team(world):
    ResourceRequestFactory(offer__actor=ActorFactory(neighbourhoods=[world.home]))


def thanks_are_missing(world):
    """No contribution was made, so whoever asked says thank you."""
    ResourceRequestFactory(actor=world.library, by=world.editor, state="erledigt", start_on=YESTERDAY)


def submitted(world):
    ActorFactory(neighbourhoods=[world.home], state=Actor.State.SUBMITTED)


def drafted(world):
    ActorFactory(neighbourhoods=[world.home], state=Actor.State.DRAFT)


def thought_of(world):
    ProjectFactory(neighbourhoods=[world.home], state=Project.State.IDEA)


def overdue_project(world):
    ProjectFactory(neighbourhoods=[world.home], end_on=YESTERDAY)


def project_that_ends_today(world):
    ProjectFactory(neighbourhoods=[world.home], end_on=timezone.localdate())


def completed_project(world):
    ProjectFactory(neighbourhoods=[world.home], end_on=YESTERDAY, state=Project.State.COMPLETED)


def overdue_contribution(world):
    ContributionFactory(participation=world.part, state=States.PROMISED, end_on=YESTERDAY)


def offer_that_ends_soon(world):
    OfferFactory(actor=world.library, valid_until=timezone.localdate() + timedelta(days=14))


def offer_that_has_expired(world):
    OfferFactory(actor=world.library, valid_until=YESTERDAY)


def need_that_ends_today(world):
    NeedFactory(actor=world.library, valid_until=timezone.localdate())


def need_of_the_project_that_has_expired(world):
    NeedFactory(project=world.project, valid_until=YESTERDAY)


def need_of_a_project_that_is_over(world):
    NeedFactory(project=ProjectFactory(neighbourhoods=[world.home], state="abgeschlossen"), valid_until=YESTERDAY)


def offer_for_later(world):
    OfferFactory(actor=world.library)
    OfferFactory(actor=world.library, valid_until=YESTERDAY, state="pausiert")


def drafts_of_offers(world):
    OfferFactory(actor=world.library, valid_until=YESTERDAY, state="entwurf")


def drafts_of_needs(world):
    NeedFactory(project=world.project, state="entwurf")


def need_that_an_offer_fits(world):
    NeedFactory(actor=world.library)
    OfferFactory()


def offer_that_fits_a_need(world):
    OfferFactory(actor=world.library)
    NeedFactory()


def overdue_and_withdrawn(world):
    ContributionFactory(participation=world.part, state=States.WITHDRAWN, end_on=YESTERDAY)


@pytest.mark.parametrize(
    ("happens", "pile", "waits_for"),
    [
        (noted_for_the_library, "bestaetigen", {"editor"}),
        (written_by_the_library, "bestaetigen", {"organiser", "admin"}),
        (contested_by_the_library, "einwaende", {"organiser", "admin"}),
        (contested_by_the_project, "einwaende", {"editor"}),
        (confirmed, None, set()),
        (invited, "einladungen", {"editor"}),
        (asked_for_a_place, "anfragen", {"organiser", "admin"}),
        (asked_by_its_organiser, "anfragen", {"admin"}),
        (asked_for_an_offer, "angebotsanfragen", {"editor"}),
        (asked_of_a_place_without_a_team, "angebotsanfragen", {"organiser"}),
        (thanks_are_missing, "angebotsanfragen", {"editor"}),
        (submitted, "veroeffentlichen", {"organiser", "admin"}),
        (drafted, "entwuerfe", {"organiser", "admin"}),
        (thought_of, "ideen", {"organiser", "admin"}),
        (overdue_project, "projekte", {"organiser", "admin"}),
        (project_that_ends_today, None, set()),
        (completed_project, None, set()),
        (overdue_contribution, "beitraege", {"editor", "organiser", "admin"}),
        (overdue_and_withdrawn, None, set()),
        (offer_that_ends_soon, "angebote", {"editor", "organiser", "admin"}),
        (offer_that_has_expired, "abgelaufene_angebote", {"editor", "organiser", "admin"}),
        (need_that_ends_today, "bedarfe", {"editor", "organiser", "admin"}),
        (need_of_the_project_that_has_expired, "abgelaufene_bedarfe", {"organiser", "admin"}),
        (need_of_a_project_that_is_over, None, set()),
        (offer_for_later, None, set()),
        (drafts_of_offers, "angebotsentwuerfe", {"editor", "organiser", "admin"}),
        (drafts_of_needs, "bedarfsentwuerfe", {"organiser", "admin"}),
        (need_that_an_offer_fits, "passende_angebote", {"editor", "organiser"}),
        (offer_that_fits_a_need, "passende_bedarfe", {"editor", "organiser"}),
    ],
)
def test_what_waits_and_for_whom(happens, pile, waits_for):
    world = World()
    happens(world)
    assert {who: world.piles(who) for who in WHO} == {who: {pile: 1} if who in waits_for else {} for who in WHO}


def test_decisions_come_first_then_what_is_late_then_what_fits_then_drafts():
    world = World()
    for happens in (thought_of, drafted, overdue_contribution, overdue_project, submitted, contested_by_the_library):
        happens(world)
    for happens in (offer_that_has_expired, drafts_of_needs, need_that_an_offer_fits):
        happens(world)
    written_by_the_library(world)
    html = world.get("organiser").content.decode()
    assert re.findall(r'<section class="stack" aria-labelledby="(\w+)">', html) == [
        "bestaetigen",
        "einwaende",
        "veroeffentlichen",
        "projekte",
        "beitraege",
        "abgelaufene_angebote",
        "passende_angebote",
        "entwuerfe",
        "ideen",
        "bedarfsentwuerfe",
    ]
    assert re.findall(r'<a class="tile (\w+)"', html) == ["decide"] * 3 + ["late"] * 3 + ["fit"] + ["draft"] * 3
    assert "3 decisions wait for you." in html


@pytest.mark.parametrize(
    "happens",
    [
        noted_for_the_library,
        contested_by_the_project,
        invited,
        asked_for_an_offer,
        overdue_contribution,
        need_that_an_offer_fits,
        offer_that_fits_a_need,
    ],
)
def test_every_tile_of_a_partner_leads_to_a_list_with_the_same_number(happens):
    assert_tiles_hold("editor", happens)


@pytest.mark.parametrize(
    "happens",
    [
        written_by_the_library,
        contested_by_the_library,
        submitted,
        overdue_project,
        overdue_contribution,
        drafted,
        thought_of,
    ],
)
def test_every_tile_of_an_organiser_leads_to_a_list_with_the_same_number(happens):
    assert_tiles_hold("organiser", happens)


def assert_tiles_hold(who, happens, number=7):
    world = World()
    for _ in range(number):
        happens(world)
    page = world.get(who).content.decode()
    (href, count), *others = re.findall(
        r'<a class="tile \w+" href="(\?liste=\w+)"><span class="count">(\d+)</span>', page
    )
    assert (int(count), others) == (number, [])
    listed = world.get(who, href)
    assert len(listed.context["page"].object_list) == number
    html = listed.content.decode().split("</header>", 2)[2].split("</main>", 1)[0]
    rows = len(re.findall(r'<li class="decision">|<li><div><p>|<li>\s*<div><p>|<li>\s*<div class="note', html))
    assert rows == number


def test_the_page_shows_five_of_a_pile_and_a_way_to_the_rest():
    world = World()
    for _ in range(6):
        noted_for_the_library(world)
    html = world.get("editor").content.decode()
    assert html.count('<li class="decision">') == 5
    assert 'href="?liste=bestaetigen">See all 6' in html


def test_a_long_list_has_pages():
    world = World()
    for _ in range(21):
        drafted(world)
    second = world.get("organiser", "?liste=entwuerfe&seite=2")
    assert len(second.context["page"].object_list) == 1
    assert "<title>21 profiles in draft – page 2 of 2 · Quartier</title>" in second.content.decode()
    beyond = world.get("organiser", "?liste=entwuerfe&seite=99")
    assert (beyond.status_code, beyond["Location"]) == (302, "?liste=entwuerfe&seite=2")


@pytest.mark.parametrize("query", ["?liste=alles", "?liste=", "?liste=%00", "?liste=🦉", "?liste=" + "x" * 5000])
def test_an_unknown_list_shows_everything(query):
    world = World()
    noted_for_the_library(world)
    answer = world.get("editor", query)
    assert [pile.key for pile in answer.context["piles"]] == ["bestaetigen"]


@pytest.mark.parametrize("number", ["0", "-1", "x", "%00", "9" * 40, "🦉"])
def test_any_page_number_is_answered(number):
    world = World()
    noted_for_the_library(world)
    assert world.get("editor", f"?liste=bestaetigen&seite={number}").status_code in {200, 302}


def test_one_confirms_right_there_and_comes_back():
    world = World()
    row = delivered(
        world, Side.PROJECT, category=ResourceCategory.ROOMS, title="Lesesaal", delivered_quantity=Decimal("4.5")
    )
    client = world.client("editor")
    html = client.get(URL).content.decode()
    assert "4.5 hours" in html
    confirm = reverse("projects:contribution-confirm", args=[row.pk])
    assert f'action="{confirm}"' in html
    assert f'<input type="hidden" name="next" value="{URL}">' in html
    answer = client.post(confirm, {"next": URL, "version": row.version})
    assert (answer.status_code, answer["Location"]) == (302, URL)
    row.refresh_from_db()
    assert (row.state, row.confirmed_by) == (States.CONFIRMED, world.editor)
    assert world.piles("editor") == {}


def test_one_objects_right_there_and_the_other_side_reads_it():
    world = World()
    row = delivered(world, Side.PROJECT)
    client = world.client("editor")
    refuse = reverse("projects:contribution-object", args=[row.pk])
    assert f'action="{refuse}"' in client.get(URL).content.decode()
    answer = client.post(refuse, {"reason": "Es waren weniger.", "next": URL, "version": row.version})
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert world.piles("editor") == {}
    organiser = world.get("organiser").content.decode()
    assert world.piles("organiser") == {"einwaende": 1}
    assert "Es waren weniger." in organiser
    assert reverse("projects:contribution-edit", args=[row.pk]) in organiser


def test_one_answers_an_invitation_right_there():
    world = World()
    invited(world)
    part = Participation.objects.get(state=Parts.INVITED)
    yes = reverse("projects:participation-step", args=[part.pk, "zusagen"])
    client = world.client("editor")
    assert f'action="{yes}"' in client.get(URL).content.decode()
    answer = client.post(yes, {"next": URL})
    assert (answer.status_code, answer["Location"]) == (302, URL)
    part.refresh_from_db()
    assert part.state == Parts.AGREED


def test_one_publishes_right_there():
    world = World()
    submitted(world)
    actor = Actor.objects.get(state=Actor.State.SUBMITTED)
    publish = reverse("partners:actor-step", args=[actor.slug, "veroeffentlichen"])
    client = world.client("organiser")
    assert f'action="{publish}"' in client.get(URL).content.decode()
    client.post(publish)
    actor.refresh_from_db()
    assert actor.state == Actor.State.PUBLISHED


def test_everybody_finds_the_places_and_the_quartiere_that_are_hers():
    world = World()
    manager = MembershipFactory(actor=world.library, role=Membership.Role.MANAGER).person
    world.manager = manager
    edit = reverse("partners:actor-edit", args=[world.library.slug])
    team = reverse("partners:actor-team", args=[world.library.slug])
    organisers = reverse("partners:neighbourhood-team", args=[world.home.slug])
    admin = reverse("admin:index")
    found = {}
    for who in ("editor", "manager", "organiser", "admin", "stranger"):
        main = world.get(who).content.decode().split("<main", 1)[1]
        found[who] = [href in main for href in (edit, team, organisers, admin)]
    assert found == {
        "editor": [True, False, False, False],
        "manager": [True, True, False, False],
        "organiser": [False, False, True, False],
        "admin": [False, False, False, True],
        "stranger": [False, False, False, False],
    }


def test_somebody_without_a_role_reads_how_one_gets_one():
    world = World()
    html = world.get("stranger").content.decode()
    assert "You are signed in, but you do not belong to a team yet." in html
    assert "How you come into a team" in html
    assert "How you come into a team" not in world.get("editor").content.decode()


def test_with_nothing_to_do_it_says_so():
    html = World().get("editor").content.decode()
    assert "No decision waits for you." in html
    assert "<h2>All done</h2>" in html


def test_signed_out_leads_to_the_log_in():
    answer = Client().get(URL)
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={URL}")


def test_news_are_the_latest_steps_of_others_in_ones_own_matters():
    world = World()
    row = ContributionFactory(participation=world.part, title="Lesesaal")
    row.promise(by=world.organiser)
    row.deliver(by=world.organiser, side=Side.PROJECT)
    mine = ContributionFactory(participation=world.part, title="Eigenes")
    mine.promise(by=world.editor)
    foreign = ContributionFactory(title="Fremdes")
    foreign.promise(by=world.organiser)
    world.project.complete(by=world.organiser)
    news = [(str(one.subject), one.what, one.where) for one in world.get("editor").context["news"]]
    assert news == [("Café", "completed", "Project"), ("Lesesaal", "delivered", "Bibliothek, Café")]
    assert [str(one.subject) for one in world.get("organiser").context["news"]] == ["Eigenes"]
    assert world.get("stranger").context["news"] == []
    names = [world.organiser.name, world.editor.name]
    main = world.get("editor").content.decode().split('aria-labelledby="neues"')[1]
    assert [name for name in names if name in main] == []


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("editor", 16), ("organiser", 23), ("admin", 22)])
def test_it_asks_the_same_number_of_questions(who, queries, rows, django_assert_num_queries):
    world = World()
    for _ in range(rows):
        for happens in (
            noted_for_the_library,
            asked_for_an_offer,
            asked_of_a_place_without_a_team,
            written_by_the_library,
            contested_by_the_library,
            invited,
            submitted,
            asked_for_a_place,
        ):
            happens(world)
        for happens in (contested_by_the_project, drafted, thought_of, overdue_project, overdue_contribution):
            happens(world)
        for happens in (offer_that_ends_soon, offer_that_has_expired, need_that_ends_today, drafts_of_offers):
            happens(world)
        for happens in (need_of_the_project_that_has_expired, drafts_of_needs):
            happens(world)
        MembershipFactory(person=world.editor)
        NeighbourhoodFactory(organisers=[world.organiser])
        step = ContributionFactory(participation=world.part)
        step.promise(by=world.stranger)
    client = world.client(who)
    with django_assert_num_queries(queries):
        client.get(URL)
