"""What the demo tells: the story of Sendling, as people find it. It is told once for all tests of this file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import shapely
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import models, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from shapely.geometry import shape

from partners.actions.round_mails import RoundMailMail
from partners.actions.sending import send_mails
from partners.actions.twin_pairs import suspected_pairs
from partners.models import (
    Actor,
    ActorKind,
    ContactNote,
    HistoryEntry,
    Mail,
    Merge,
    Month,
    Neighbourhood,
    NextStep,
    NotTwins,
    Partnership,
    PartnershipHandover,
    PartnershipParty,
    PartnershipReview,
    Person,
    Quotation,
    ResourceCategory,
    RoundMail,
)
from partners.models.reviews import averages_in
from projects.actions.asking import ConfirmationMail, token_of
from projects.models import (
    Benefit,
    Contribution,
    Dissemination,
    ParallelReason,
    Participation,
    ParticipationOverride,
    Project,
    ProjectHandover,
    ProjectInquiry,
    ProjectStep,
    ResourceRequest,
    Side,
    totals,
)
from projects.views.chains import turn_of
from quartier.demo.edits import HOUSE, PROJECT
from quartier.demo.invented import PLACES
from quartier.demo.partnerships import COMPANION_GAIN, LOCAL_GAIN, NOTED
from quartier.demo.places import LIBRARY, LUISE, OUISHARE, SENDLING
from quartier.demo.story import ADMIN, LOG_INS, ORGANISER, PARTNER, PASSWORD, load_story
from quartier.demo.twins import GROUP, MERGED, TWIN
from tests.quartier.demo import everything, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("story")]


@pytest.fixture(scope="module")
def story(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        assert load_story()
        yield
        transaction.set_rollback(True)


REAL = (LIBRARY, LUISE, OUISHARE)


def test_its_history_tells_of_different_people_and_days():
    """What stands there today is what the story says; before it was something else, written by somebody else."""
    library = Actor.objects.get(slug=LIBRARY)
    entries = list(HistoryEntry.objects.of(library).select_related("by").order_by("pk"))
    assert [(entry.by.name, sorted(entry.values)) for entry in entries if entry.by] == [
        ("Alex Beispiel", []),
        ("Alex Beispiel", ["purpose"]),
        ("Robin Muster", ["topics"]),
    ]
    days = [entry.at for entry in entries]
    assert days == sorted(set(days))
    assert library.purpose == "Quartierspartner*in in Sendling und Brücke ins Quartier."
    for thing in (Project.objects.get(slug=PROJECT), Actor.objects.get(slug=HOUSE), library.parties.get().partnership):
        assert len({(entry.by_id, entry.at) for entry in HistoryEntry.objects.of(thing)}) > 1


def test_it_tells_of_all_sectors_all_states_and_all_categories():
    published = Actor.objects.published().exclude(kind=None)
    assert set(published.values_list("kind__sector", flat=True)) == set(ActorKind.Sector.values)
    assert set(Actor.objects.values_list("state", flat=True)) == set(Actor.State.values)
    assert set(Project.objects.values_list("state", flat=True)) == set(Project.State.values)
    assert set(Participation.objects.values_list("state", flat=True)) == set(Participation.State.values)
    assert set(Contribution.objects.values_list("state", flat=True)) == set(Contribution.State.values)
    assert set(Contribution.objects.values_list("category", flat=True)) == set(ResourceCategory.values)
    assert set(Benefit.objects.values_list("recorded_side", flat=True)) == set(Side.values)
    assert len(set(Benefit.objects.values_list("actor", flat=True))) == 15
    assert (Actor.objects.count(), Project.objects.count(), Contribution.objects.count()) == (36, 8, 50)


def test_its_partnerships_show_what_their_sides_delivered():
    served = {
        project.slug: sorted(tie.title for tie in project.partnerships.prefetch_related("parties__actor"))
        for project in Project.objects.exclude(partnerships=None)
    }
    assert sorted(served) == [
        "hofgarten-fadengasse",
        "quartierscafe-am-spulenplatz",
        "reparatursommer",
        "zukunft-gestalten-im-quartier",
    ]
    assert [len(served[slug]) for slug in sorted(served)] == [1, 2, 1, 2]


def test_its_sides_say_what_they_gained_and_look_back_and_nobody_does_it_for_the_real_ones():
    said = PartnershipParty.objects.exclude(actual_benefit="")
    assert [party.notes for party in said.order_by("pk")].count(()) == 3
    assert [party.notes for party in said.order_by("pk")].count(("brings", "expected_benefit", "actual_benefit")) == 1
    days = PartnershipReview.objects.values_list("party__actor__slug", "reviewed_on")
    assert len({day for slug, day in days if slug == "nachbarschaftstreff-zwirnrolle"}) == 2
    assert averages_in(Neighbourhood.objects.get(slug=SENDLING)).partnerships == 3
    assert not {slug for slug, _day in days} & set(REAL)
    assert not said.filter(actor__slug__in=REAL).exists()


def test_its_voices_are_invented_and_one_has_not_agreed():
    ways = Quotation.objects.order_by("pk").values_list("consent_way", flat=True)
    assert list(ways) == ["link", "", "schriftlich"]
    assert not Quotation.objects.filter(party__actor__slug__in=REAL).exists()


def test_it_has_a_pair_of_twins_and_one_that_only_seems_so():
    organiser = Person.objects.get(email=ORGANISER)
    names = dict(Actor.objects.values_list("pk", "name"))
    suspected = [(names[one.first], names[one.second]) for one in suspected_pairs(user=organiser)]
    assert suspected == [("Bäckerei Kornblum", "Bäckerei Kornblumm")]
    ruled_out = NotTwins.objects.get()
    assert ruled_out.reason
    assert ruled_out.by == organiser
    merge = Merge.objects.standing().get()
    assert (merge.kept.website, merge.gone.state) == (merge.gone.website, Actor.State.MERGED)


def test_its_mails_are_rows_only_and_one_waits_for_an_admin():
    states = Mail.State
    told = dict(Mail.objects.exclude(kind=RoundMailMail.name).values_list("address", "state"))
    assert sorted(told.values()) == sorted([states.SENT, states.SENT, states.UNCLEAR, states.FAILED])
    assert all(address.endswith(("@example.org", ".invalid")) for address in told)
    assert (send_mails.call(), mail.outbox) == (0, [])


def test_a_club_without_account_was_asked_by_mail_and_can_answer(client):
    """Of what it brought into a project, and of what came of a request for an offer."""
    rows = list(Contribution.objects.askable())
    assert len(rows) == Mail.objects.filter(kind=ConfirmationMail.name).count() == 2
    for row in rows:
        asked = Mail.objects.get(kind=ConfirmationMail.name, about_id=row.pk)
        assert (asked.address, row.was_just_asked) == (row.mailbox, False)
        assert asked.created_at > row.recorded_at
        page = client.get(f"/beitraege/antworten/{token_of(row, row.mailbox)}/")
        assert (page.status_code, row.title in page.content.decode()) == (200, True)


def test_its_round_mail_went_to_invented_people_and_one_of_them_wanted_none():
    written = RoundMail.objects.get()
    mails = Mail.objects.filter(kind=RoundMailMail.name)
    assert written.recipients.count() == mails.count() == 6
    sent = [(Mail.State.SENT, "")] * 5
    assert sorted(mails.values_list("state", "reason")) == [*sent, (Mail.State.DROPPED, Mail.Reason.UNWANTED)]
    told = {one.person.email if one.person else one.address for one in mails}
    assert all(address.endswith("@example.org") for address in told)
    assert told & {email for email, _name in LOG_INS} == set()


def test_its_board_has_somebody_in_every_column_and_one_step_is_overdue():
    quartier = Neighbourhood.objects.get(slug=SENDLING)
    stages = set(Partnership.objects.filter(neighbourhood=quartier).values_list("state", flat=True))
    assert stages >= {one.value for one in Partnership.Stage if one not in Partnership.OVER}
    assert [step.what for step in NextStep.objects.open().overdue()] == [
        "Fragen, ob wir zusammen einen Kaffee trinken können"
    ]
    assert NextStep.objects.open().filter(responsible=None).count() == 1
    assert ContactNote.objects.count() == 4


def test_one_partner_is_full_one_rests_and_one_has_room():
    sendling = Actor.objects.filter(neighbourhoods__slug=SENDLING)
    found = {actor.slug: actor for actor in sendling.with_promised_hours(Month.present())}
    full, resting, free = (
        found[slug] for slug in ("beratungsstelle-kompassrose", "theater-kellerlicht", "kulturverein-lindenhof")
    )
    assert (full.stated_capacity, full.network_hours, full.promised_hours) == (
        "ausgelastet",
        Decimal("4.5"),
        Decimal("5.5"),
    )
    assert full.asked_again_from == timezone.localdate() + timedelta(days=76)
    assert (resting.stated_capacity, resting.promised_hours) == ("ruht", 0)
    assert (free.stated_capacity, free.network_hours, free.promised_hours) == ("frei", 10, 3)
    assert list(Actor.objects.promising_too_much(Month.present())) == [full]
    kept = ParticipationOverride.objects.get()
    assert (kept.participation.actor, kept.by.email) == (full, ORGANISER)
    assert "ist zurzeit ausgelastet. Bitte fragen Sie erst wieder ab" in kept.warning


def test_some_profiles_are_confirmed_and_one_was_too_long_ago():
    confirmed = Actor.objects.exclude(confirmed_at=None)
    assert [actor.slug for actor in confirmed if actor.is_stale] == ["theater-kellerlicht"]
    assert {actor.confirmed_by for actor in confirmed} == set(Person.objects.filter(memberships__actor__in=confirmed))
    assert confirmed.count() == 4


def test_who_has_a_street_lies_on_the_map_in_its_quartier():
    placed = Actor.objects.unmerged().exclude(latitude=None)
    assert set(placed) == set(Actor.objects.exclude(street=""))
    outlined = Neighbourhood.objects.get(slug=SENDLING)
    points = [(float(actor.longitude), float(actor.latitude)) for actor in placed.filter(neighbourhoods=outlined)]
    inside = [shapely.contains_xy(shape(outlined.boundary), *point) for point in points]
    assert len(inside) == 20
    assert all(inside)


def test_every_row_says_that_it_is_demo():
    for model in (Actor, Neighbourhood, Project, Partnership):
        assert not model.objects.filter(is_demo=False).exists()


def test_of_the_real_institutions_it_says_nothing_but_what_the_handbook_says():
    real = Actor.objects.filter(slug__in=REAL)
    for actor in real:
        told = [actor.street, actor.house_number, actor.postcode, actor.city, actor.email, actor.phone, actor.website]
        assert (actor.name, told, actor.latitude) == (actor.name, [""] * 7, None)
        more = [actor.languages, list(actor.target_groups.all()), actor.has_paid_staff, actor.network_hours]
        assert (*more, actor.step_free, actor.how_to_join, actor.capacity) == ([], [], None, None, "", "", "")
        assert actor.has_shared_room is None
    assert real.count() == 3
    given = Contribution.objects.filter(participation__actor__in=real)
    assert set(given.values_list("planned_quantity", "delivered_quantity")) == {(None, None)}
    assert set(given.values_list("participation__project__slug", flat=True)) == {"zukunft-gestalten-im-quartier"}
    assert set(given.filter(participation__actor__slug=LIBRARY).values_list("title", flat=True)) == {
        "Räume",
        "Wissen",
        "Kontakte ins Quartier",
        "Botschaften weitergeben",
        "Ergebnisse verbreiten",
        "Rückmeldung und Einblicke",
    }
    assert not Benefit.objects.filter(actor__in=real).exists()
    sides = PartnershipParty.objects.filter(actor__in=real)
    assert set(sides.values_list("expected_benefit", flat=True)) == {LOCAL_GAIN, COMPANION_GAIN}
    assert {text.partition(":")[0] for text in (LOCAL_GAIN, COMPANION_GAIN)} == {NOTED.partition(":")[0]}


def test_nobody_answers_for_the_real_institutions():
    given = Contribution.objects.filter(participation__actor__slug__in=REAL)
    states = Contribution.State
    assert set(given.values_list("state", flat=True)) == {states.PLANNED, states.DELIVERED}
    waiting = given.filter(state=states.DELIVERED)
    assert set(waiting.values_list("participation__actor__slug", "recorded_side", "recorded_by__email")) == {
        (LIBRARY, Side.PROJECT, ORGANISER)
    }
    assert set(given.values_list("steps__by__email", flat=True)) == {ORGANISER}
    assert not given.filter(category__in=[ResourceCategory.PAID_TIME, ResourceCategory.VOLUNTEER_TIME]).exists()
    teams = Person.objects.filter(memberships__actor__slug__in=REAL)
    assert set(teams.values_list("email", flat=True)) == {PARTNER}


def test_its_history_has_days_of_its_own_before_the_day_of_loading():
    today = timezone.localdate()
    for project in Project.objects.all():
        days = [timezone.localdate(step.at) for step in project.steps.order_by("pk")]
        assert days == sorted(days)
        assert days[-1] < today
        if project.state in {Project.State.RUNNING, Project.State.COMPLETED, Project.State.CONTINUED}:
            assert timezone.localdate(project.steps.get(to_state="laufend").at) == project.start_on
        if project.state in {Project.State.COMPLETED, Project.State.CONTINUED}:
            assert timezone.localdate(project.steps.get(to_state="abgeschlossen").at) > project.end_on
    for row in Contribution.objects.select_related("participation__project"):
        days = [timezone.localdate(step.at) for step in row.steps.order_by("pk")]
        assert days == sorted(days)
        assert days[-1] < today
        if (start := row.participation.project.start_on) and start < today - timedelta(days=60):
            assert days[0] >= start
    confirmed = Contribution.objects.filter(state=Contribution.State.CONFIRMED)
    assert all(row.confirmed_at == row.steps.get(to_state="bestaetigt").at for row in confirmed)
    assert len(set(Contribution.objects.values_list("steps__at__date", flat=True))) > 30


def test_the_real_institutions_take_part_in_no_invented_project_as_everybody_reads_it():
    public = Participation.objects.filter(actor__slug__in=REAL).visible_to(AnonymousUser())
    assert set(public.values_list("project__slug", flat=True)) == {"zukunft-gestalten-im-quartier"}


def test_library_and_culture_centre_are_the_main_partners_and_the_companion_is_none():
    assert set(Actor.objects.main_partners().values_list("slug", flat=True)) == {LIBRARY, LUISE}


def test_it_was_made_by_the_actions_and_so_has_a_history():
    slugs = {place.name: place.slug for place in (*PLACES, TWIN, GROUP, MERGED)}
    assert dict(Actor.objects.values_list("name", "slug")) == slugs
    confirmed = Contribution.objects.filter(state=Contribution.State.CONFIRMED)
    ways = {tuple(row.steps.order_by("pk").values_list("to_state", flat=True)) for row in confirmed}
    # What came of a request for an offer, and what is counted from channels, is written down once it was given.
    assert ways == {("geplant", "zugesagt", "erbracht", "bestaetigt"), ("erbracht", "bestaetigt")}
    assert not Contribution.objects.filter(steps=None).exists()
    assert not Project.objects.filter(steps=None).exists()
    ends = {step.project.state for step in ProjectStep.objects.filter(to_state="abgebrochen")}
    assert ends == {Project.State.ABANDONED}


def test_nobody_confirmed_what_she_wrote_herself():
    confirmed = Contribution.objects.filter(state=Contribution.State.CONFIRMED)
    assert not confirmed.filter(recorded_by=models.F("confirmed_by")).exists()
    for row in confirmed.select_related("participation__actor", "confirmed_by"):
        staffed = Actor.objects.staffed_by(row.confirmed_by).filter(pk=row.participation.actor_id).exists()
        assert staffed == (row.recorded_side == Side.PROJECT)


@pytest.mark.parametrize(
    ("email", "waiting"),
    [
        (
            PARTNER,
            {"bestaetigen": 2, "einladungen": 1, "angebotsanfragen": 1, "worte": 1, "vereinbarungsentwuerfe": 1},
        ),
        (
            ORGANISER,
            {
                "bestaetigen": 3,
                "einwaende": 1,
                "anfragen": 1,
                "uebergaben": 1,
                "veroeffentlichen": 1,
                "naechste": 1,
                "beitraege": 2,
                "partnerschaften": 2,
                "auslastung": 1,
                "vereinbarungen": 1,
                "vereinbarungsentwuerfe": 1,
                "entwuerfe": 3,
                "ideen": 1,
                "angebote": 1,
                "abgelaufene_angebote": 1,
                "abgelaufene_bedarfe": 1,
                "angebotsentwuerfe": 1,
                "bedarfsentwuerfe": 1,
                "passende_angebote": 1,
                "passende_bedarfe": 1,
            },
        ),
        (
            ADMIN,
            {
                "bestaetigen": 3,
                "einwaende": 1,
                "anfragen": 1,
                "uebergaben": 1,
                "veroeffentlichen": 2,
                "beitraege": 2,
                "partnerschaften": 2,
                "auslastung": 1,
                "vereinbarungen": 1,
                "vereinbarungsentwuerfe": 1,
                "entwuerfe": 3,
                "ideen": 1,
                "angebote": 1,
                "abgelaufene_angebote": 1,
                "bedarfe": 1,
                "abgelaufene_bedarfe": 1,
                "angebotsentwuerfe": 1,
                "bedarfsentwuerfe": 1,
            },
        ),
    ],
)
def test_everybody_signs_in_and_finds_something_waiting(email, waiting):
    client = Client()
    answer = client.post("/konto/login/", {"login": email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/uebersicht/")
    assert {pile.key: pile.count for pile in client.get("/uebersicht/").context["piles"]} == waiting


def test_nobody_else_can_sign_in():
    others = Person.objects.exclude(email__in=[email for email, _name in LOG_INS])
    assert others.count() > 0
    assert not any(person.has_usable_password() for person in others)
    roles = Person.objects.in_bulk([ORGANISER, PARTNER, ADMIN], field_name="email")
    assert [roles[email].is_superuser for email in (ORGANISER, PARTNER, ADMIN)] == [False, False, True]
    assert list(roles[ORGANISER].organised_neighbourhoods.values_list("slug", flat=True)) == ["sendling"]
    assert list(roles[PARTNER].memberships.values_list("actor__slug", "role")) == [(LIBRARY, "editor")]


def test_loading_it_twice_changes_nothing(settings):
    settings.DEBUG = True
    before = everything()
    assert load_story() is False
    assert run("load_demo") == "Die Demo ist schon da. Nichts wurde geändert.\n"
    assert everything() == before


def test_what_goes_on_for_good_is_handed_over_and_another_hand_over_is_being_prepared():
    signed = ProjectHandover.objects.complete().get()
    assert signed.project == Project.objects.get(state=Project.State.CONTINUED)
    assert (len(signed.lines.all()), signed.done) == (5, 5)
    waiting = ProjectHandover.objects.ready().get(given_on=None)
    assert (waiting.project.slug, waiting.lacks) == ("reparatursommer", [])
    prepared = PartnershipHandover.objects.get()
    assert (prepared.is_signed, prepared.receiver.slug, bool(prepared.lacks)) == (False, LIBRARY, True)


def test_one_project_was_begun_beside_a_similar_one_and_somebody_asks_to_join_that():
    kept = ParallelReason.objects.get()
    assert [one.slug for one in kept.similar.all()] == ["leihregal-im-treppenhaus"]
    assert kept.project.slug == "leihregal-fuer-spiele"
    inquiry = ProjectInquiry.objects.waiting().get()
    assert (inquiry.project, inquiry.actor.slug) == (kept.similar.get(), "buchladen-seitenweise")


def test_its_requests_stand_at_five_places_of_the_chain_and_the_library_is_asked_in_private():
    rows = ResourceRequest.objects.for_detail().order_by("pk")
    assert [(row.state, row.is_taken, turn_of(row).key) for row in rows] == [
        ("erledigt", False, "over"),
        ("offen", False, "answer"),
        ("zugesagt", False, "wait"),
        ("abgelehnt", True, "over"),
        ("erledigt", False, "confirm"),
    ]
    waits, by_mail = rows[1], rows[4]
    assert (waits.giver.slug, waits.offer.visibility) == (LIBRARY, "intern")
    assert waits in ResourceRequest.objects.turn_of(Person.objects.get(email=PARTNER))
    assert (by_mail.giver.memberships.count(), bool(by_mail.giver.email)) == (0, True)
    for row in rows:
        days = [timezone.localdate(step.at) for step in row.steps.all()]
        assert days == sorted(days)
        assert days[-1] < timezone.localdate()


def test_channels_carried_two_projects_and_one_entry_is_not_counted_yet():
    """A newsletter stands in two confirmed contributions, so the sum of its place says so."""
    assert dict(
        Contribution.objects.exclude(disseminations=None).values_list(
            "participation__project__slug", "delivered_quantity"
        )
    ) == {"quartierscafe-am-spulenplatz": 460, "zukunft-gestalten-im-quartier": 340}
    waiting = Dissemination.objects.waiting().get()
    assert (waiting.participation.actor.slug, waiting.channel_name) == ("baeckerei-kornblum", "Aushang an der Ladentür")
    given = Contribution.objects.filter(participation__actor__slug="nachbarschaftstreff-zwirnrolle")
    [reach] = [total for total in totals(given) if total.category == ResourceCategory.REACH]
    assert (reach.delivered, reach.repeated) == (800, 340)
    assert all(row.measured_on and row.recorded_at.date() == row.went_out_on for row in Dissemination.objects.all())
