"""The page of a project, its form and its steps."""

from __future__ import annotations

from datetime import date

import html5lib
import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from partners.models import Neighbourhood
from projects.models import Contribution, Participation, Project
from projects.views import ledger as ledger_views
from tests.factories import (
    ActorFactory,
    BenefitFactory,
    ContributionFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PartnershipFactory,
    ProjectFactory,
    TopicFactory,
)
from tests.projects.browser import fields_of
from tests.projects.conftest import World

State = Project.State
NEW = "/projekte/neu/"


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def hidden(response, name: str) -> str:
    """The value that the form carries for a hidden field."""
    return str(response.context["form"][name].value())


def fill(world: World, **more: object) -> dict[str, object]:
    return {"title": "Hofgarten", "neighbourhoods": [world.place.pk], "state": "planung"} | more


# --- reading ----------------------------------------------------------------------------------------------------------


def crowded(rows: int) -> Project:
    project = ProjectFactory(lead_actor=ActorFactory(), topics=[TopicFactory(), TopicFactory()])
    for _ in range(rows):
        part = ParticipationFactory(project=project)
        PartnershipFactory(quartier=part.actor)
        NeedFactory(project=project)
        for _ in range(rows):
            ContributionFactory(participation=part).remember("", by=None)
            BenefitFactory(project=project, actor=part.actor)
    project.start(by=None) if project.can_become(State.RUNNING) else None
    return project


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_page_takes_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, rows):
    address = crowded(rows).get_absolute_url()
    with django_assert_num_queries(7):
        assert len(client.get(address).context["entries"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("who", "queries"), [("organiser", 14), ("librarian", 14)])
def test_page_of_who_writes_takes_the_same_queries_too(world, django_assert_num_queries, rows, who, queries):
    for _ in range(rows):
        part = ParticipationFactory(project=world.project)
        world.delivered(part=part)
        world.delivered(side="akteur")
        BenefitFactory(project=world.project, actor=part.actor)
    client = world.client(who)
    with django_assert_num_queries(queries):
        assert len(client.get(world.project.get_absolute_url()).context["entries"]) == rows + 2


@pytest.mark.parametrize("rows", [1, 3])
def test_table_takes_the_same_queries_for_every_number_of_rows(world, django_assert_num_queries, rows):
    for _ in range(rows):
        world.delivered(part=ParticipationFactory(project=world.project))
    client = world.client("visitor")
    with django_assert_num_queries(3):
        assert len(client.get(f"/projekte/{world.project.slug}/beitraege/").context["contributions"]) == rows


def test_readers_get_no_cookie(full_world):
    assert not full_world.client("visitor").get(full_world.project.get_absolute_url()).cookies


def test_visitor_reads_who_gives_and_who_gains(full_world):
    text = full_world.client("visitor").get(full_world.project.get_absolute_url()).content.decode()
    assert "4 hours" in text
    assert "Besser bekannt." in text
    assert "hx-" not in text
    assert "csrfmiddlewaretoken" not in text


def test_empty_cell_asks_the_side_that_can_answer(world):
    asked = {
        who: world.client(who).get(world.project.get_absolute_url()).content.decode()
        for who in ("visitor", "organiser", "librarian")
    }
    assert "Ask: what does Stadtbibliothek gain from it?" in asked["organiser"]
    assert "What do you gain from it?" in asked["librarian"]
    assert "Ask:" not in asked["visitor"] + asked["librarian"]
    assert asked["visitor"].count("Nothing noted yet.") == 4


def test_main_partner_is_marked(world):
    PartnershipFactory(quartier=world.library, accompanying=world.lead)
    context = world.client("visitor").get(world.project.get_absolute_url()).context
    marked = {entry.actor.name: entry.participations[0].is_main_partner for entry in context["entries"]}
    assert marked == {"Stadtbibliothek": True, "Bäckerei": False}


def test_what_visitors_may_not_see_is_not_on_the_page(world):
    """Everything that could leak is there: drafts, invitations, refusals, private rows, objections, reasons, names."""
    secret = "GEHEIM"
    ParticipationFactory(project=world.project, actor=ActorFactory(name=f"{secret} draft", state="entwurf"))
    ParticipationFactory(project=world.project, actor=ActorFactory(name=f"{secret} hidden", state="verborgen"))
    ParticipationFactory(project=world.project, actor=ActorFactory(name=f"{secret} invited"), state="eingeladen")
    no = ParticipationFactory(project=world.project, actor=ActorFactory(name=f"{secret} declined"), state="eingeladen")
    no.end()
    Project.objects.update(lead_actor=ActorFactory(name=f"{secret} lead", state="entwurf"))
    for part in Participation.objects.exclude(actor__in=[world.library, world.bakery]):
        world.contribution(part=part, title=f"{secret} of {part.pk}")
        BenefitFactory(project=world.project, actor=part.actor, text=f"{secret} gain of {part.pk}")
    world.contribution(title=f"{secret} private", is_public=False)
    world.contribution(title=f"{secret} withdrawn", state="zurueckgezogen")
    world.delivered(objection=f"{secret} objection")
    world.delivered().object_to(by=world.people.librarian, reason=f"{secret} reason")
    BenefitFactory(project=world.project, actor=world.library, text=f"{secret} gain", is_public=False)
    BenefitFactory(project=world.project, actor=ActorFactory(), text="Nutzen")
    for path in (world.project.get_absolute_url(), f"/projekte/{world.project.slug}/beitraege/"):
        for who in ("visitor", "stranger", "elsewhere"):
            text = world.client(who).get(path).content.decode()
            assert secret not in text
            assert "Olga" not in text
            assert "Paula" not in text
    own = world.client("organiser").get(world.project.get_absolute_url()).content.decode()
    assert own.count(f"{secret} reason") == 2  # the objection and its line in the history
    assert f"{secret} draft" in own


def test_partner_sees_its_own_private_rows_and_not_those_of_others(world):
    world.contribution(title="Nur wir", is_public=False)
    world.contribution(part=world.bakery_part, title="Nur die Bäckerei", is_public=False)
    text = world.client("librarian").get(world.project.get_absolute_url()).content.decode()
    assert "Nur wir" in text
    assert "Nur die Bäckerei" not in text


def test_sums_on_the_page_are_those_of_the_rows_a_reader_sees(world):
    world.delivered(planned_quantity=6)
    world.delivered(is_public=False)
    world.contribution(planned_quantity="2.5")
    world.contribution(category="geld", unit="eur", planned_quantity=100)
    world.contribution(category="zeit_hauptamt", planned_quantity=9)
    sums = {}
    for who in ("visitor", "librarian"):
        found = world.client(who).get(world.project.get_absolute_url()).context["totals"]
        sums[who] = {str(total.category): (total.planned, total.delivered, total.entries) for total in found}
    assert sums["visitor"] == {
        "zeit_hauptamt": (9, None, 1),
        "zeit_ehrenamt": (8.5, 4, 2),
        "geld": (100, None, 1),
    }
    assert sums["librarian"]["zeit_ehrenamt"] == (8.5, 8, 3)


def test_what_is_disputed_or_unconfirmed_counts_and_is_said_without_the_reason(world):
    world.delivered(title="Bestätigt", state="bestaetigt", confirmed_at="2026-01-01T10:00Z")
    world.delivered(title="Wartet", delivered_quantity=3)
    world.delivered(title="Strittig", delivered_quantity=5, objection="Es waren nur zwei.")
    total = world.client("visitor").get(world.project.get_absolute_url()).context["totals"][0]
    assert (total.delivered, total.unconfirmed, total.contested) == (12, 3, 5)
    paths = [
        world.project.get_absolute_url(),
        f"/projekte/{world.project.slug}/beitraege/",
        world.library.get_absolute_url(),
    ]
    for path in paths:
        page = world.client("visitor").get(path).text
        assert "of it not yet confirmed: 3 hours" in page
        assert "of it disputed: 5 hours" in page
        assert "Es waren nur zwei." not in page
    for path in paths[:2]:
        page = world.client("visitor").get(path).text
        assert (page.count(">disputed<"), page.count(">not yet confirmed<")) == (1, 1)


def test_sums_mark_the_empty_half_so_that_a_phone_leaves_it_out(world):
    world.contribution(planned_quantity=6)
    world.contribution(category="daten", unit="")
    page = html5lib.parse(
        world.client("visitor").get(world.project.get_absolute_url()).text, namespaceHTMLElements=False
    )
    rows = page.findall(".//table[@class='data sums']/tbody/tr")
    assert [(row.get("class"), [cell.get("class") for cell in row.findall("td")]) for row in rows] == [
        (None, ["number", "number", "number amount none"]),
        ("uncounted", ["number", "number none", "number amount none"]),
    ]


# --- writing ----------------------------------------------------------------------------------------------------------


def test_organiser_notes_a_project_and_is_led_to_it(world):
    client = world.client("organiser")
    answer = client.post(NEW, fill(world, lead_actor="Bäckerei", start_on="1.3.2026", topics=[TopicFactory().pk]))
    project = Project.objects.get(slug="hofgarten")
    assert answer["Location"] == "/projekte/hofgarten/"
    assert (project.state, project.lead_actor, project.start_on) == (State.PLANNING, world.bakery, date(2026, 3, 1))
    assert [(step.from_state, step.to_state, step.by) for step in project.steps.all()] == [
        ("", State.IDEA, world.people.organiser),
        (State.IDEA, State.PLANNING, world.people.organiser),
    ]
    assert [(part.actor, part.role, part.state) for part in project.participations.all()] == [
        (world.bakery, "federfuehrung", "zugesagt")
    ]
    assert said(answer) == ["The project “Hofgarten” is noted. Now add who takes part."]


def test_idea_stays_among_organisers(world):
    world.client("organiser").post(NEW, fill(world, state="idee"))
    assert world.client("visitor").get("/projekte/hofgarten/").status_code == 404
    assert world.client("organiser").get("/projekte/hofgarten/").status_code == 200


def test_the_same_form_twice_makes_one_project(world):
    client = world.client("organiser")
    data = fill(world, once=hidden(client.get(NEW), "once"))
    answers = [client.post(NEW, data)["Location"] for _ in range(2)]
    assert answers == ["/projekte/hofgarten/"] * 2
    first = Project.objects.get(title="Hofgarten")
    changed = {"goal": "anders", "gesehen": first.pk, "daneben-reason": "Der zweite Hof."}
    assert client.post(NEW, data | changed)["Location"] == "/projekte/hofgarten-2/"


def test_organisers_choose_from_their_own_neighbourhoods(world):
    foreign = Neighbourhood.objects.get(slug="westend")
    answer = world.client("organiser").post(NEW, fill(world, neighbourhoods=[foreign.pk]))
    assert answer.status_code == 200
    assert answer.context["form"].errors["neighbourhoods"] == [
        "This choice is not offered any more. Choose another one."
    ]
    assert not Project.objects.filter(title="Hofgarten").exists()


def test_refused_form_says_how_to_mend_it_and_keeps_what_was_typed(world):
    answer = world.client("organiser").post(
        NEW, {"title": "", "goal": "Mein Ziel", "start_on": "2.2.2026", "end_on": "1.2.2026", "state": "x"}
    )
    assert answer.context["form"].errors.get_json_data().keys() == {"title", "neighbourhoods", "state", "end_on"}
    text = answer.content.decode()
    assert "<title>Error: Note a new project" in text
    assert "Give the project a title." in text
    assert "Mein Ziel" in text


def edit(client, project: Project, **changes: object) -> dict[str, object]:
    """What a browser sends for the form as it stands now, with some fields changed."""
    return fields_of(client.get(reverse("projects:project-edit", args=[project.slug]))) | changes


def save(client, project: Project, data: dict[str, object]):
    return client.post(reverse("projects:project-edit", args=[project.slug]), data)


def test_side_edits_and_extra_fields_change_nothing(world):
    before = Project.objects.values("slug", "state", "lead_actor", "is_demo").get()
    for who in ("organiser", "leader"):
        client = world.client(who)
        data = edit(client, world.project, goal=f"Ziel von {who}")
        data |= {"slug": "neu", "state": "abgebrochen", "is_demo": "on", "version": "99", "created_at": "2000-01-01"}
        assert save(client, world.project, data)["Location"] == world.project.get_absolute_url()
        assert Project.objects.get().goal == f"Ziel von {who}"
        assert Project.objects.values("slug", "state", "lead_actor", "is_demo").get() == before


def test_lead_decides_neither_on_neighbourhoods_nor_on_the_lead(world):
    client = world.client("leader")
    data = edit(client, world.project)
    assert not {"neighbourhoods", "lead_actor"} & data.keys()
    save(client, world.project, data | {"neighbourhoods": [], "lead_actor": "Bäckerei"})
    assert [place.slug for place in world.project.neighbourhoods.all()] == ["sendling"]
    assert Project.objects.get().lead_actor == world.lead


def test_only_its_own_organiser_takes_it_out_of_a_neighbourhood(world):
    westend = Neighbourhood.objects.get(slug="westend")
    world.project.neighbourhoods.add(westend)
    client = world.client("organiser")
    save(client, world.project, edit(client, world.project, neighbourhoods=[westend.pk]))
    assert set(world.project.neighbourhoods.all()) == {world.place, westend}
    answer = save(client, world.project, edit(client, world.project, neighbourhoods=[]))
    assert answer["Location"] == world.project.get_absolute_url()
    assert set(world.project.neighbourhoods.all()) == {westend}
    assert client.get(reverse("projects:project-edit", args=[world.project.slug])).status_code == 404


def test_last_neighbourhood_cannot_be_taken_away(world):
    client = world.client("organiser")
    answer = save(client, world.project, edit(client, world.project, neighbourhoods=[]))
    assert "neighbourhoods" in answer.context["form"].errors
    assert set(world.project.neighbourhoods.all()) == {world.place}


def test_lead_that_one_may_not_see_stays_unseen_and_stays(world):
    westend = Neighbourhood.objects.get(slug="westend")
    secret = ActorFactory(name="Geheim", state="entwurf", neighbourhoods=[westend])
    Project.objects.update(lead_actor=secret)
    client = world.client("organiser")
    assert "Geheim" not in client.get(reverse("projects:project-edit", args=[world.project.slug])).content.decode()
    save(client, world.project, edit(client, world.project, goal="Neu"))
    assert Project.objects.values_list("goal", "lead_actor__name").get() == ("Neu", "Geheim")


def test_two_who_edit_at_once_lose_nothing(world):
    one, two = world.client("organiser"), world.client("leader")
    first, second = edit(one, world.project, goal="Eins"), edit(two, world.project, goal="Zwei", summary="Kurz")
    save(one, world.project, first)
    answer = save(two, world.project, second)
    assert [(conflict.label, conflict.now) for conflict in answer.context["form"].conflicts] == [("Goal", "Eins")]
    assert Project.objects.values_list("goal", "summary").get() == ("Eins", "")
    save(two, world.project, fields_of(answer))
    assert Project.objects.values_list("goal", "summary").get() == ("Zwei", "Kurz")


def test_form_that_was_opened_earlier_changes_only_what_was_touched(world):
    """Somebody else gave the project another lead and another goal in the meantime."""
    westend = Neighbourhood.objects.get(slug="westend")
    westend.organisers.add(world.people.organiser)
    client = world.client("organiser")
    early = edit(client, world.project, summary="Kurz")
    save(
        client,
        world.project,
        edit(client, world.project, lead_actor="Bäckerei", goal="Neu", topics=[TopicFactory().pk]),
    )
    save(client, world.project, early)
    project = Project.objects.get()
    assert (project.lead_actor, project.goal, project.summary) == (world.bakery, "Neu", "Kurz")
    assert project.topics.count() == 1


def test_conflict_over_the_lead_shows_its_name(world):
    client = world.client("organiser")
    early = edit(client, world.project, lead_actor="Stadtbibliothek")
    save(client, world.project, edit(client, world.project, lead_actor="Bäckerei"))
    answer = save(client, world.project, early)
    assert [(conflict.label, conflict.now) for conflict in answer.context["form"].conflicts] == [("Lead", "Bäckerei")]
    save(client, world.project, fields_of(answer))
    assert Project.objects.get().lead_actor == world.library


def test_the_lead_that_somebody_else_chose_may_stay(world):
    client = world.client("organiser")
    early = edit(client, world.project, lead_actor="Stadtbibliothek", goal="Neu")
    save(client, world.project, edit(client, world.project, lead_actor="Bäckerei"))
    answer = save(client, world.project, early)
    assert [one.mine for one in answer.context["form"].conflicts] == [world.library.name]
    save(client, world.project, fields_of(answer) | {"version-lead_actor": "portal"})
    project = Project.objects.get()
    assert (project.lead_actor, project.goal) == (world.bakery, "Neu")


def test_lead_can_be_taken_away(world):
    client = world.client("organiser")
    save(client, world.project, edit(client, world.project, lead_actor=""))
    assert Project.objects.get().lead_actor is None


# --- searching for the lead -------------------------------------------------------------------------------------------


def test_search_button_shows_who_fits_and_scolds_for_nothing(world):
    for number in range(9):
        ActorFactory(name=f"Bücherverein {number}")
    answer = world.client("organiser").post(NEW, {"lead_actor": "büch", "suchen": "1", "title": "Getippt"})
    form = answer.context["form"]
    text = answer.content.decode()
    assert not form.errors
    assert 'value="Getippt"' in text
    assert text.count('type="radio" name="lead_actor_wahl"') == 8
    assert "There are more." in text
    assert not Project.objects.filter(title="Getippt").exists()


def test_part_of_a_name_asks_which_one_and_the_pick_counts(world):
    client = world.client("organiser")
    ActorFactory(name="Bäckerei am Platz", slug="am-platz")
    answer = client.post(NEW, fill(world, lead_actor="bäcker"))
    assert answer.context["form"].errors == {"lead_actor": ["Several fit “bäcker”. Choose one of them."]}
    picked = {"lead_actor": "bäcker", "lead_actor_zu": "bäcker", "lead_actor_wahl": "am-platz"}
    client.post(NEW, fill(world, **picked))
    assert Project.objects.get(title="Hofgarten").lead_actor.slug == "am-platz"


def test_pick_for_other_words_does_not_count(world):
    picked = {"lead_actor": "Stadtbibliothek", "lead_actor_zu": "bäcker", "lead_actor_wahl": "baeckerei"}
    world.client("organiser").post(NEW, fill(world, **picked))
    assert Project.objects.get(title="Hofgarten").lead_actor == world.library


def test_actor_that_one_may_not_see_cannot_be_found_or_picked(world):
    westend = Neighbourhood.objects.get(slug="westend")
    ActorFactory(name="Geheimbund", slug="geheimbund", state="entwurf", neighbourhoods=[westend])
    client = world.client("organiser")
    picked = {"lead_actor": "geheim", "lead_actor_zu": "geheim", "lead_actor_wahl": "geheimbund"}
    answer = client.post(NEW, fill(world, **picked))
    assert list(answer.context["form"].errors) == ["lead_actor"]
    assert "Geheimbund" not in answer.content.decode()
    assert not Project.objects.filter(title="Hofgarten").exists()


def test_names_found_while_typing_come_without_the_page(world):
    answer = world.client("organiser").get(
        f"{NEW}?lead_actor=bäck", headers={"HX-Request": "true", "HX-Target": "id_lead_actor_treffer"}
    )
    text = answer.content.decode()
    assert "Bäckerei" in text
    assert "<html" not in text
    assert 'id="id_lead_actor_1"' in text


# --- steps ------------------------------------------------------------------------------------------------------------


def step(world: World, verb: str, who: str = "organiser", **data: str):
    return world.client(who).post(reverse("projects:project-step", args=[world.project.slug, verb]), data)


def test_step_is_taken_with_its_note(world):
    answer = step(world, "abschliessen", note="Es war gut.")
    assert answer["Location"] == world.project.get_absolute_url()
    assert said(answer) == ["“Quartierscafé”: the state is now “completed”."]
    assert [(line.from_state, line.to_state, line.note) for line in world.project.steps.all()] == [
        (State.RUNNING, State.COMPLETED, "Es war gut.")
    ]
    assert "Es war gut." in world.client("visitor").get(world.project.get_absolute_url()).content.decode()


def test_step_that_is_not_open_names_those_that_are(world):
    answer = step(world, "planen")
    assert said(answer) == ["From “running” there is no step to “in planning”. Open from here: completed, abandoned."]
    assert not world.project.steps.exists()


def test_the_same_button_twice_is_one_step(world):
    assert [said(step(world, "abschliessen")) != [] for _ in range(2)] == [True, False]
    assert world.project.steps.count() == 1


def test_endless_note_is_refused_with_a_sentence(world):
    answer = step(world, "abschliessen", note="x" * 501)
    assert said(answer) == ["This is too long: 501 characters. Use at most 500."]
    assert Project.objects.get().state == State.RUNNING


def test_organiser_of_several_is_not_asked_to_guess(world):
    """With one neighbourhood it is chosen already, with several none is."""
    client = world.client("organiser")
    assert client.get(NEW).context["form"]["neighbourhoods"].value() == [world.place.pk]
    NeighbourhoodFactory(organisers=[world.people.organiser])
    assert not client.get(NEW).context["form"]["neighbourhoods"].value()


def test_team_of_the_lead_is_on_the_projects_side(world):
    MembershipFactory(person=world.people.stranger, actor=world.lead)
    assert step(world, "abschliessen", who="stranger").status_code == 302
    assert Project.objects.get().state == State.COMPLETED


# --- very many contributions ------------------------------------------------------------------------------------------


def test_a_long_table_has_pages_and_the_sums_of_all_rows(world):
    """Withdrawn rows stand in it for those who write, and count in no sum."""
    for number in range(23):
        world.delivered(title=f"Abend {number}", delivered_quantity=2)
    world.contribution(title="Abgesagt", state="zurueckgezogen")
    path = f"/projekte/{world.project.slug}/beitraege/"
    read = {}
    for who in ("visitor", "organiser"):
        first, second = (world.client(who).get(f"{path}?seite={number}") for number in (1, 2))
        [total] = first.context["totals"]
        shown = [row.title for page in (first, second) for row in page.context["contributions"]]
        read[who] = (
            len(first.context["contributions"]),
            len(shown),
            "Abgesagt" in shown,
            total.entries,
            total.delivered,
        )
        assert "page 2 of 2" in second.content.decode()
        assert f"{len(shown)} contributions" in first.content.decode()
    assert read == {"visitor": (20, 23, False, 23, 46), "organiser": (20, 24, True, 23, 46)}
    beyond = world.client("visitor").get(f"{path}?seite=9")
    assert (beyond.status_code, beyond["Location"]) == (302, "?seite=2")
    narrowed = world.client("visitor").get(f"{path}?akteur={world.library.slug}&seite=2").content.decode()
    assert f'href="?akteur={world.library.slug}&amp;seite=1"' in narrowed


@pytest.fixture
def many(world, monkeypatch):
    """Ten of the library, half of them not public, and five of the bakery: more than stand on the page."""
    for name, number in (("MOST", 8), ("MOST_TO_WRITE", 12), ("EACH", 2), ("WAITING", 2)):
        monkeypatch.setattr(ledger_views, name, number)
    for number in range(5):
        world.delivered(title=f"Abend {number}", delivered_quantity=2)
        world.delivered(part=world.bakery_part, title=f"Brot {number}", delivered_quantity=1)
        world.contribution(title=f"Geheim {number}", is_public=False)
    return world


def brought(context) -> dict[str, list[str]]:
    return {one.actor.name: [row.title for row in one.gives] for one in context["entries"]}


def test_who_only_reads_finds_the_first_of_each_partner_where_there_are_very_many(many, monkeypatch):
    """The sums are those of all, and what is private stays away."""
    url = many.project.get_absolute_url()
    library, bakery = many.library.name, many.bakery.name
    for who in ("visitor", "elsewhere"):
        context = many.client(who).get(url).context
        [total] = context["totals"]
        assert brought(context) == {library: ["Abend 0", "Abend 1"], bakery: ["Brot 0", "Brot 1"]}
        assert ([one.has_more for one in context["entries"]], total.delivered) == ([True, True], 15)
    html = many.client("visitor").get(url).content.decode()
    assert ("Geheim" in html, "Here stand the first of each partner" in html) == (False, True)
    table = f"{url}beitraege/?akteur={many.bakery.slug}"
    assert f'{table}">All contributions as a table' in html
    assert many.client("visitor").get(table).context["page"].paginator.count == 5
    # Of two partners so many together.
    monkeypatch.setattr(ledger_views, "TOGETHER", 3)
    assert brought(many.client("visitor").get(url).context) == {library: ["Abend 0"], bakery: ["Brot 0"]}


def test_who_writes_finds_the_newest_of_each_and_what_waits_for_her(many):
    """All were entered by the project: the library is asked for its yes, and the organiser is not."""
    url = many.project.get_absolute_url()
    library, bakery = many.library.name, many.bakery.name
    newest = {library: ["Abend 4", "Geheim 4"], bakery: ["Brot 3", "Brot 4"]}
    assert brought(many.client("organiser").get(url).context) == newest
    waits = {library: ["Abend 0", "Abend 1", "Abend 4", "Geheim 4"], bakery: ["Brot 3", "Brot 4"]}
    assert brought(many.client("librarian").get(url).context) == waits
    Contribution.objects.filter(title="Brot 1").update(objection="Es waren zwei.")
    mends = newest | {bakery: ["Brot 1", "Brot 3", "Brot 4"]}
    answer = many.client("organiser").get(url)
    assert brought(answer.context) == mends
    assert [one.has_more for one in answer.context["entries"]] == [True, True]
    assert "Put it right" in answer.content.decode()
    assert "Here stand the newest of each partner and what waits for you" in answer.content.decode()


def test_a_contribution_that_one_is_led_to_stands_there_among_very_many(many):
    """From the table, the overview or a mail; and what somebody just changed."""
    secret, bread = (Contribution.objects.get(title=title) for title in ("Geheim 1", "Brot 2"))
    for who, row, there in (("visitor", bread, True), ("visitor", secret, False), ("organiser", secret, True)):
        html = many.client(who).get(row.get_absolute_url()).content.decode()
        assert (f'id="beitrag-{row.pk}"' in html) == there
    for typed in ("", "x", "9" * 30, "٣", "-1"):
        assert many.client("visitor").get(f"{many.project.get_absolute_url()}?beitrag={typed}").status_code == 200
    client, path = many.client("organiser"), reverse("projects:contribution-withdraw", args=[secret.pk])
    answer = client.post(path, fields_of(client.get(path)), follow=True)
    assert f'id="beitrag-{secret.pk}"' in answer.content.decode()
    assert answer.redirect_chain == [(secret.get_absolute_url(), 302)]
