"""Asking to take part in a project, or asking a question: who may, whom it reaches, and what comes of it."""

from __future__ import annotations

import pytest
from django.core import mail as outbox
from django.urls import reverse

from partners.actions.sending import send_mails
from partners.models import Mail
from projects.actions.inquiries import ask_project
from projects.models import Participation, Project, ProjectInquiry
from tests.factories import ActorFactory, MembershipFactory, ParticipationFactory, ProjectFactory, ProjectInquiryFactory
from tests.partners.test_races import at_once
from tests.projects.browser import fields_of
from tests.projects.conftest import World

State = ProjectInquiry.State


@pytest.fixture
def garden(world: World) -> Project:
    """Led by a team of one, in a place with another organiser; the library does not take part yet."""
    return ProjectFactory(
        title="Gemeinschaftsgarten", slug="garten", neighbourhoods=[world.place], lead_actor=world.lead
    )


def new(project: Project, art: str = "mitmachen", **more: str) -> str:
    return reverse("projects:inquiry-create", args=[project.slug], query={"art": art} | more)


def ask(world: World, who: str, project: Project, art: str = "mitmachen", **typed: str):
    client = world.client(who)
    opened = fields_of(client.get(new(project, art)))
    return client.post(new(project, art), opened | {"message": "Wir haben einen Saal."} | typed)


def mails(kind: str = "project-inquiry") -> list[str]:
    return sorted(str(one.person) for one in Mail.objects.filter(kind=kind).select_related("person"))


def answer(world: World, who: str, inquiry: ProjectInquiry, **typed: str):
    path = reverse("projects:inquiry-answer", args=[inquiry.project.slug, inquiry.pk])
    return world.client(who).post(path, typed)


def test_a_request_to_take_part_lands_with_the_lead_and_in_one_mail(world, garden):
    """The only actor that she keeps stands in the form already."""
    assert ask(world, "librarian", garden).status_code == 302
    inquiry = ProjectInquiry.objects.get()
    assert (inquiry.project, inquiry.actor, inquiry.by, inquiry.state) == (
        garden,
        world.library,
        world.people.librarian,
        State.OPEN,
    )
    assert mails() == ["Lea Leiterin"]
    shown = world.client("leader").get("/uebersicht/").context["piles"]
    assert [(pile.key, pile.first) for pile in shown if pile.key == "anfragen"] == [("anfragen", [inquiry])]
    assert Participation.objects.filter(project=garden).count() == 0


def test_where_nobody_leads_the_organisers_are_asked(world):
    free = ProjectFactory(neighbourhoods=[world.place])
    assert ask(world, "librarian", free, "frage").status_code == 302
    assert mails() == ["Olga Organ"]


def test_nobody_asks_herself(world):
    free = ProjectFactory(neighbourhoods=[world.place])
    refused = ask(world, "organiser", free, "frage")
    assert refused.context["form"].non_field_errors() == [
        "Nobody but you looks after this project. You can write into it yourself, on its page."
    ]
    assert ProjectInquiry.objects.count() == 0


WAITS = {
    "mitmachen": {"actor": ["This actor has asked already and waits for an answer."]},
    "frage": {"__all__": ["There is a question that waits for an answer already."]},
}


@pytest.mark.parametrize("art", ["mitmachen", "frage"])
def test_as_long_as_one_waits_a_second_request_finds_it(world, garden, art):
    """The same once more leads to what waits; other words stay in the form, and it says why they are not sent."""
    first, second = ask(world, "librarian", garden, art), ask(world, "librarian", garden, art)
    assert first["Location"] == second["Location"]
    other = ask(world, "librarian", garden, art, message="Noch einmal.")
    assert other.context["form"].errors == WAITS[art]
    assert fields_of(other)["message"] == ["Noch einmal."]
    assert [one.message for one in ProjectInquiry.objects.all()] == ["Wir haben einen Saal."]
    assert mails() == ["Lea Leiterin"]


def test_who_asks_for_an_actor_that_has_asked_is_not_led_where_she_may_not_read(world):
    far = ProjectFactory(lead_actor=MembershipFactory().actor)
    ask(world, "librarian", far)
    picked = {"actor": "Stadtbibliothek", "actor_wahl": "stadtbibliothek", "actor_zu": "Stadtbibliothek"}
    assert ask(world, "organiser", far, **picked).context["form"].errors == WAITS["mitmachen"]
    assert ProjectInquiry.objects.count() == 1


def test_the_title_of_ones_own_plan_comes_along(world, garden):
    page = world.client("librarian").get(new(garden, vorhaben="Hochbeete", akteur="stadtbibliothek"))
    assert fields_of(page)["message"] == ["We were about to begin “Hochbeete” ourselves."]
    assert fields_of(page)["actor"] == ["Stadtbibliothek"]


def test_who_keeps_no_actor_can_ask_a_question(world, garden):
    page = world.client("stranger").get(new(garden))
    assert page.context["is_to_join"] is False
    assert ask(world, "stranger", garden).status_code == 302
    assert ProjectInquiry.objects.get().kind == ProjectInquiry.Kind.QUESTION


def test_nobody_asks_for_an_actor_of_others(world, garden):
    refused = ask(world, "librarian", garden, actor="Bäckerei", actor_wahl="baeckerei", actor_zu="Bäckerei")
    assert list(refused.context["form"].errors) == ["actor"]
    assert ProjectInquiry.objects.count() == 0


def test_who_takes_part_already_is_told_so(world):
    refused = ask(world, "librarian", world.project)
    assert refused.context["form"].errors["actor"] == ["This actor takes part already, or is invited to."]


def test_an_idea_of_others_is_not_there(world):
    idea = ProjectFactory(state=Project.State.IDEA, neighbourhoods=[world.place])
    assert world.client("librarian").get(new(idea, "frage")).status_code == 404


@pytest.mark.parametrize(("who", "state"), [("librarian", "zugesagt"), ("organiser", "eingeladen")])
def test_after_a_yes_the_actor_takes_part_or_is_invited(world, garden, who, state):
    """Its own team has said yes by asking. Where somebody else asked for it, its own yes is still missing."""
    inquiry = ProjectInquiryFactory(project=garden, actor=world.library, by=getattr(world.people, who))
    for _twice in range(2):
        assert answer(world, "leader", inquiry, state="zugesagt").status_code == 302
    part = Participation.objects.get(project=garden, actor=world.library)
    assert (part.role, part.state) == (Participation.Role.MEMBER, state)
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.answered_by) == (State.AGREED, world.people.leader)
    assert mails("project-inquiry-answer") == [str(getattr(world.people, who))]


def test_a_no_needs_a_reason_and_nobody_joins(world, garden):
    inquiry = ProjectInquiryFactory(project=garden, actor=world.library, by=world.people.librarian)
    refused = answer(world, "leader", inquiry, state="abgelehnt", answer="")
    assert refused.context["form"].errors["answer"] == ["Say in one sentence why not."]
    assert answer(world, "leader", inquiry, state="abgelehnt", answer="Erst im Herbst.").status_code == 302
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.answer) == (State.DECLINED, "Erst im Herbst.")
    assert Participation.objects.filter(project=garden).count() == 0


def test_nobody_joins_what_is_over_and_the_answer_stays_in_the_form(world):
    done = ProjectFactory(state=Project.State.COMPLETED, neighbourhoods=[world.place], lead_actor=world.lead)
    inquiry = ProjectInquiryFactory(project=done, actor=world.library, by=world.people.librarian)
    refused = answer(world, "leader", inquiry, state="zugesagt", answer="Gern!")
    assert refused.context["form"].non_field_errors() == [
        "This project is over: nobody can join it any more. Say no, and that this is why."
    ]
    assert fields_of(refused)["answer"] == ["Gern!"]
    inquiry.refresh_from_db()
    assert (inquiry.state, Participation.objects.filter(project=done).count()) == (State.OPEN, 0)


def test_a_question_is_answered(world, garden):
    inquiry = ProjectInquiryFactory(project=garden, question=True, by=world.people.stranger)
    for said, done in (("zugesagt", False), ("beantwortet", True)):
        answer(world, "leader", inquiry, state=said, answer="Jeden Freitag.")
        inquiry.refresh_from_db()
        assert (inquiry.state == State.ANSWERED) is done
    page = world.client("stranger").get(inquiry.get_absolute_url()).content.decode()
    assert "Jeden Freitag." in page


@pytest.mark.parametrize(
    ("who", "reads", "answers", "withdraws"),
    [
        ("visitor", 302, 302, 302),
        ("stranger", 404, 404, 404),
        ("baker", 404, 404, 404),
        ("elsewhere", 404, 404, 404),
        ("librarian", 200, 404, 302),
        ("leader", 200, 302, 404),
        ("organiser", 200, 302, 404),
        ("admin", 200, 302, 404),
    ],
)
def test_who_reads_answers_and_withdraws(world, garden, who, reads, answers, withdraws):
    inquiry = ProjectInquiryFactory(project=garden, actor=world.library, by=world.people.librarian)
    client, address = world.client(who), inquiry.get_absolute_url()
    assert client.get(address).status_code == reads
    given = client.post(f"{address}antworten/", {"state": "abgelehnt", "answer": "Nein."})
    assert given.status_code == answers
    inquiry.refresh_from_db()
    assert (inquiry.state == State.DECLINED) is (who in {"leader", "organiser", "admin"})
    assert client.post(f"{address}zurueckziehen/").status_code == withdraws


def test_whoever_asked_takes_it_back_and_may_ask_again(world, garden):
    ask(world, "librarian", garden)
    inquiry = ProjectInquiry.objects.get()
    for _twice in range(2):
        world.client("librarian").post(f"{inquiry.get_absolute_url()}zurueckziehen/")
    inquiry.refresh_from_db()
    assert inquiry.state == State.WITHDRAWN
    assert answer(world, "leader", inquiry, state="zugesagt").status_code == 302
    assert Participation.objects.filter(project=garden).count() == 0
    ask(world, "librarian", garden)
    assert ProjectInquiry.objects.count() == 2


def test_who_does_not_see_the_project_any_more_does_not_see_what_was_asked(world):
    idea = ProjectFactory(state=Project.State.IDEA, neighbourhoods=[world.place])
    part = ParticipationFactory(project=idea, actor=world.library, state="eingeladen")
    inquiry = ProjectInquiryFactory(project=idea, question=True, by=world.people.librarian)
    client = world.client("librarian")
    assert client.get(inquiry.get_absolute_url()).status_code == 200
    part.delete()
    assert client.get(inquiry.get_absolute_url()).status_code == 404


def test_nobody_is_invited_to_ask_for_what_takes_part_or_waits_already(world, garden):
    def offered(project: Project) -> bool:
        return bool(world.client("librarian").get(project.get_absolute_url()).context["may_join"])

    before = offered(garden)
    ask(world, "librarian", garden)
    assert (before, offered(garden), offered(world.project)) == (True, False, False)
    Participation.objects.filter(project=world.project, actor=world.library).update(state="beendet")
    assert offered(world.project) is True


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_project_names_what_waits_with_the_same_queries(world, garden, django_assert_num_queries, rows):
    for _ in range(rows):
        ProjectInquiryFactory(project=garden)
    client = world.client("leader")
    with django_assert_num_queries(11):
        assert len(client.get(garden.get_absolute_url()).context["inquiries"]) == rows
    assert world.client("librarian").get(garden.get_absolute_url()).context["inquiries"] == []


def test_the_mails_say_what_it_is_about_and_lead_there(world, garden):
    ask(world, "librarian", garden)
    send_mails.call()
    inquiry = ProjectInquiry.objects.get()
    answer(world, "leader", inquiry, state="abgelehnt", answer="Erst im Herbst.")
    send_mails.call()
    asked, told = outbox.outbox
    assert (asked.to, told.to) == ([world.people.leader.email], [world.people.librarian.email])
    assert "Wir haben einen Saal." in asked.body
    assert "Erst im Herbst." in told.body
    assert all(f"{inquiry.get_absolute_url()}" in one.body for one in (asked, told))


def test_who_lost_the_right_gets_no_mail(world, garden):
    ask(world, "librarian", garden)
    world.people.leader.memberships.all().delete()
    send_mails.call()
    assert outbox.outbox == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_identical_requests_at_the_same_moment_there_is_one():
    project, actor = ProjectFactory(lead_actor=ActorFactory()), ActorFactory()
    MembershipFactory(actor=project.lead_actor)
    people = [MembershipFactory(actor=actor).person for _ in range(2)]
    for kind, askers in (("mitmachen", people), ("frage", people[:1] * 2)):
        joins = {"actor": actor} if kind == "mitmachen" else {}
        acts = [
            lambda by=by, kind=kind, joins=joins: ask_project(project=project, kind=kind, message="Ja", by=by, **joins)
            for by in askers
        ]
        rows = at_once(*acts)
        assert len({row.pk for row in rows}) == 1
        assert (ProjectInquiry.objects.filter(kind=kind).count(), Mail.objects.count()) == (1, 1)
        Mail.objects.all().delete()
