"""The home page: what everybody reads, the same for all, with nothing in it that is not public."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Actor
from projects.models import Contribution, Project, Side
from tests.factories import (
    ActorFactory,
    AdminFactory,
    BenefitFactory,
    ContributionFactory,
    NeighbourhoodFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
)
from tests.quartier.readers import heading, links, reader, tied

pytestmark = pytest.mark.django_db


# --- empty --------------------------------------------------------------------------------------------------------------


def test_an_empty_portal_greets_visitors_and_tells_admins_the_next_step():
    visitor = reader().get("/").content.decode()
    assert heading(visitor) == "Something is beginning here."
    assert reverse("account_login") in links(visitor)
    admin = reader(AdminFactory()).get("/").content.decode()
    assert heading(admin) == "Something is beginning here."
    assert reverse("admin:partners_neighbourhood_add") in links(admin)
    assert reverse("admin:partners_neighbourhood_add") not in links(visitor)


def test_a_quartier_without_published_actors_tells_its_organisers_the_next_step():
    organiser = PersonFactory()
    quartier = NeighbourhoodFactory(name="Sendling", organisers=[organiser])
    ActorFactory(neighbourhoods=[quartier], state=Actor.State.DRAFT, name="Heimlich")
    pages = {who: reader(who).get("/").content.decode() for who in (None, PersonFactory(), organiser)}
    assert {heading(html) for html in pages.values()} == {"Something is beginning in Sendling."}
    assert [reverse("partners:actor-create") in links(html) for html in pages.values()] == [False, False, True]
    assert all("Heimlich" not in html for html in pages.values())


# --- what it says ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["Sendling"], "Partnerships in Sendling"),
        (["Sendling", "Haidhausen"], "Partnerships in Haidhausen and Sendling"),
        (["A", "B", "C"], "Partnerships in 3 neighbourhoods"),
    ],
)
def test_it_names_the_quartiere_of_this_portal(names, said):
    for name in names:
        ActorFactory(neighbourhoods=[NeighbourhoodFactory(name=name)])
    html = reader().get("/").content.decode()
    assert re.search(r'<p class="eyebrow">([^<]*)</p>', html)[1].strip() == said
    assert heading(html) == "Who brings what here, and what comes of it."


def test_figures_count_what_is_public_and_nothing_else():
    _project, actors = tied(NeighbourhoodFactory(), "Treff", "Laden")
    for state in Actor.State:
        if state != Actor.State.PUBLISHED:
            ActorFactory(state=state)
    ProjectFactory(state=Project.State.IDEA)
    ProjectFactory(state=Project.State.COMPLETED)
    part = actors[0].participations.get()
    given = Contribution.State.DELIVERED
    ContributionFactory(participation=part, state=given)
    ContributionFactory(participation=part, state=Contribution.State.CONFIRMED, confirmed_at=timezone.now())
    ContributionFactory(participation=part, state=given, is_public=False)
    ContributionFactory(participation=part, state=Contribution.State.PLANNED)
    ContributionFactory(participation=part, state=Contribution.State.WITHDRAWN)
    figures = reader().get("/").context["figures"]
    assert (figures.actors, figures.bridges, figures.projects, figures.contributions) == (2, 0, 1, 2)


def test_visitors_get_no_cookie_and_everybody_the_same_page():
    organiser = PersonFactory()
    quartier = NeighbourhoodFactory(organisers=[organiser])
    tied(quartier, "Treff", "Laden")
    idea = ProjectFactory(title="Noch geheim", state=Project.State.IDEA, neighbourhoods=[quartier])
    answer = reader().get("/")
    assert dict(answer.cookies) == {}
    assert idea.title not in answer.content.decode()
    assert idea.title not in reader(organiser).get("/").content.decode()


def test_projects_that_run_come_first_and_those_that_are_over_do_not_come():
    quartier = NeighbourhoodFactory()
    ActorFactory(neighbourhoods=[quartier])
    for state in Project.State:
        ProjectFactory(title=state.name, state=state, neighbourhoods=[quartier])
    shown = [project.title for project in reader().get("/").context["projects"]]
    assert shown == ["RUNNING", "PLANNING", "CONTINUED"]


def test_own_words_come_before_what_was_noted_and_nobody_speaks_twice():
    project, (treff, laden, chor, verborgen) = tied(NeighbourhoodFactory(), "Treff", "Laden", "Chor", "Verborgen")
    BenefitFactory(project=project, actor=treff, text="Eigenes Wort", recorded_side=Side.ACTOR)
    BenefitFactory(project=project, actor=treff, text="Zweites Wort", recorded_side=Side.ACTOR)
    BenefitFactory(project=project, actor=laden, text="Notiert", recorded_side=Side.PROJECT)
    BenefitFactory(project=project, actor=chor, text="Nicht öffentlich", recorded_side=Side.ACTOR, is_public=False)
    BenefitFactory(project=project, actor=verborgen, text="Von Verborgenen", recorded_side=Side.ACTOR)
    Actor.objects.filter(pk=verborgen.pk).update(state=Actor.State.HIDDEN)
    voices = reader().get("/").context["voices"]
    assert [voice.text for voice in voices] == ["Zweites Wort", "Notiert"]


def test_where_nobody_may_read_the_newest_voices_older_ones_are_heard(monkeypatch):
    monkeypatch.setattr("quartier.views.home.NEWEST", 2)
    quartier = NeighbourhoodFactory()
    project, (bridge, laden) = tied(quartier, "Bibliothek", "Laden")
    BenefitFactory(project=project, actor=laden, text="Von früher")
    idea = ProjectFactory(state=Project.State.IDEA, neighbourhoods=[quartier])
    for number in range(3):
        BenefitFactory(project=idea, actor=bridge, text=f"Nur geplant {number}")
    assert [voice.text for voice in reader().get("/").context["voices"]] == ["Von früher"]


def test_a_demo_voice_says_that_it_is_demo():
    project, (treff, _laden) = tied(NeighbourhoodFactory(), "Treff", "Laden")
    BenefitFactory(project=project, actor=treff, text="Erfunden", recorded_side=Side.ACTOR)
    assert "chip demo" not in reader().get("/").content.decode()
    Actor.objects.filter(pk=treff.pk).update(is_demo=True)
    voice = re.search(
        r"<figcaption>.*?</figcaption>", reader().get("/").content.decode().split("Erfunden")[1], re.DOTALL
    )
    assert '<span class="chip demo">Demo</span>' in voice[0]


# --- queries ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_home_asks_the_same_number_of_questions_however_much_there_is(rows, django_assert_num_queries):
    for _ in range(rows):
        quartier = NeighbourhoodFactory()
        project, (bridge, laden) = tied(quartier, "Bibliothek", "Laden")
        PartnershipFactory(neighbourhood=quartier, quartier=bridge)
        BenefitFactory(project=project, actor=laden)
        ContributionFactory(participation=laden.participations.get(), state=Contribution.State.DELIVERED)
    client = reader()
    with django_assert_num_queries(16):
        client.get("/")
