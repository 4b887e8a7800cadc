"""A word that is misspelt is put right only after nothing was found, and only with words that everybody may read."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.actions.actors import edit_actor
from partners.models import Actor, Word, corrected, normalise
from partners.models.words import spelled
from projects.models import Project
from tests.factories import ActorFactory, AdminFactory, NeighbourhoodFactory, ProjectFactory
from tests.partners.many import confirm

pytestmark = pytest.mark.django_db
TYPOS = [
    ("Stadtbiblothek", "Stadtbibliothek"),
    ("stadtbibliotehk", "Stadtbibliothek"),
    ("Stadtbibliothekk", "Stadtbibliothek"),
    ("tsadtbibliothek", "Stadtbibliothek"),
    ("Stadtbiblothek Sendling", "Stadtbibliothek Sendling"),
    ("Stadtbiblothek, Sendlng", "Stadtbibliothek Sendling"),
    ("Beckerei", "Bäckerei"),
    ("BAECKEREY", "Bäckerei"),
    ("Lindwurmstrase", "Lindwurmstraße"),
    ("Nachbrainnen", "Nachbar*innen"),
    ("Kino", ""),
    ("xyz", ""),
    ("12346", ""),
    ("Sendling", ""),
    ("", ""),
]


def world() -> None:
    ActorFactory(name="Stadtbibliothek Sendling", street="Lindwurmstraße")
    ActorFactory(name="Bäckerei Weiß", description="Für alle Nachbar*innen von 12345")
    call_command("rebuild_search", stdout=StringIO())


def counted() -> dict[str, int]:
    return dict(Word.objects.values_list("word", "count"))


def committed(callbacks, act) -> None:
    with callbacks(execute=True):
        act()


@pytest.mark.parametrize(("typed", "meant"), TYPOS)
def test_a_typo_is_put_right_as_it_is_written_there(typed, meant):
    world()
    assert corrected(typed, among=[Actor.objects.published()]) == meant


def test_of_equally_near_words_the_one_used_most_is_meant():
    for name in ("Gartenhaus", "Gartenmaus", "Gartenmaus am See"):
        ActorFactory(name=name)
    call_command("rebuild_search", stdout=StringIO())
    assert corrected("Gartenlaus", among=[Actor.objects.published()]) == "Gartenmaus"


def test_words_are_told_apart_from_numbers_and_little_words():
    assert spelled("Die „Bäckerei“ am Eck, Lindwurmstr. 12a – Partner:innen, Haus-Meister 80337 HAUS") == {
        "baeckerei": "Bäckerei",
        "lindwurmstrasse": "lindwurmstrasse",
        "partnerinnen": "Partner:innen",
        "haus": "Haus",
        "meister": "Meister",
    }


def test_the_command_counts_what_is_published_and_forgets_the_rest():
    ActorFactory(name="Garten Garten", description="Garten")
    ActorFactory(name="Garten und Wiese")
    ProjectFactory(title="Gartenfest im Garten")
    ActorFactory(name="Geheimnis", state=Actor.State.DRAFT)
    ActorFactory(name="Vergangenes", state=Actor.State.ARCHIVED)
    ProjectFactory(title="Einfall", state=Project.State.IDEA)
    Word.objects.create(word="veraltet", spelling="Veraltet", head="ve", tail="et", length=8, count=3)
    said = StringIO()
    call_command("rebuild_search", stdout=said)
    assert counted() == {"garten": 3, "wiese": 1, "gartenfest": 1}
    assert "3 words of what is published" in said.getvalue()
    call_command("rebuild_search", stdout=StringIO())
    assert counted() == {"garten": 3, "wiese": 1, "gartenfest": 1}


class TestCountsFollow:
    """Words come with what is published, and go with it."""

    def test_publishing_editing_and_hiding(self, django_capture_on_commit_callbacks):
        done = django_capture_on_commit_callbacks
        other = ActorFactory(name="Garten")
        call_command("rebuild_search", stdout=StringIO())
        actor = ActorFactory(name="Garten Wiese", state=Actor.State.DRAFT)
        committed(done, lambda: edit_actor(actor=actor, values={"name": "Garten Blume"}))
        assert counted() == {"garten": 1}
        committed(done, actor.publish)
        assert counted() == {"garten": 2, "blume": 1}
        committed(done, lambda: edit_actor(actor=actor, values={"name": "Blume Wiese"}))
        assert counted() == {"garten": 1, "blume": 1, "wiese": 1}
        committed(done, actor.hide)
        assert counted() == {"garten": 1}
        committed(done, other.hide)
        assert counted() == {}

    def test_of_a_project_from_its_planning_on(self, django_capture_on_commit_callbacks):
        project = ProjectFactory(title="Gartenfest", state=Project.State.IDEA)
        committed(django_capture_on_commit_callbacks, lambda: project.plan(by=None))
        committed(django_capture_on_commit_callbacks, lambda: project.start(by=None))
        assert counted() == {"gartenfest": 1}

    def test_in_the_admin(self, client, django_capture_on_commit_callbacks):
        actor = ActorFactory(name="Gartenhaus")
        call_command("rebuild_search", stdout=StringIO())
        client.force_login(AdminFactory())
        page = client.get(reverse("admin:partners_actor_change", args=[actor.pk]))
        fields = page.context["adminform"].form
        values = {name: fields[name].value() for name in fields.fields}
        data = {name: value for name, value in values.items() if value or value == 0}
        data |= {"name": "Blumenhaus", "neighbourhoods": [place.pk for place in actor.neighbourhoods.all()]}
        for formset in page.context["inline_admin_formsets"]:
            data |= {f"{formset.formset.prefix}-TOTAL_FORMS": 0, f"{formset.formset.prefix}-INITIAL_FORMS": 0}
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(reverse("admin:partners_actor_change", args=[actor.pk]), data).status_code == 302
        assert counted() == {"blumenhaus": 1}

    def test_many_at_once_are_counted_in_one_go(self, client, django_capture_on_commit_callbacks):
        for n in range(3):
            ActorFactory(name=f"Garten {n}", state=Actor.State.SUBMITTED)
        client.force_login(AdminFactory())
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            confirm(client, Actor.objects.all(), "publish")
        assert (counted(), len(callbacks)) == ({"garten": 3}, 1)

    def test_what_is_deleted_in_the_admin_takes_its_words_along(self, client, django_capture_on_commit_callbacks):
        for name in ("Garten", "Garten Wiese", "Garten Blume"):
            ActorFactory(name=name)
        call_command("rebuild_search", stdout=StringIO())
        client.force_login(AdminFactory())
        one, *others = Actor.objects.order_by("name").values_list("pk", flat=True)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("admin:partners_actor_delete", args=[one]), {"post": "yes"})
        assert counted() == {"garten": 2, "wiese": 1, "blume": 1}
        data = {"action": "delete_selected", "_selected_action": others, "post": "yes"}
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("admin:partners_actor_changelist"), data)
        assert counted() == {}

    def test_what_was_taken_back_is_not_counted(self, django_capture_on_commit_callbacks):
        actor = ActorFactory(name="Garten")
        with django_capture_on_commit_callbacks(execute=True) as callbacks, pytest.raises(Exception, match="nam"):
            edit_actor(actor=actor, values={"name": ""})
        assert callbacks == []


class TestNothingLeaks:
    def test_a_stale_count_gives_nothing_away(self):
        world()
        Word.objects.bulk_create([Word.made("geheimprojekt", "Geheimprojekt", 5)])
        ActorFactory(name="Geheimprojekt", state=Actor.State.HIDDEN)
        assert corrected("Geheimprojeckt", among=[Actor.objects.published()]) == ""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        public=st.lists(st.text(alphabet="abcdäß*- ", min_size=4, max_size=12), max_size=4),
        draft=st.text(alphabet="abcdäß", min_size=4, max_size=12),
        typed=st.one_of(st.text(max_size=60), st.text(alphabet="abcdäß ", max_size=30)),
    )
    def test_no_text_breaks_it_and_no_draft_shows_through(self, public, draft, typed):
        Actor.objects.all().delete()
        rows = [Actor(name=name, slug=f"a-{n}", state="veroeffentlicht") for n, name in enumerate(public) if name]
        Actor.objects.bulk_create([*rows, Actor(name=draft, slug="draft")])
        call_command("rebuild_search", stdout=StringIO())
        text = " ".join(normalise(row.name) for row in rows)
        for one in (typed, draft, draft[1:], f"{draft}a"):
            meant = corrected(one, among=[Actor.objects.published()])
            assert all(word in text for word in normalise(meant).split())
            assert not meant or Actor.objects.published().search(meant).exists()


PATHS = ["/akteure/", "/projekte/", "/suche/"]


def shop(rows: int) -> None:
    for n in range(rows):
        quartier = NeighbourhoodFactory()
        actor = ActorFactory(name=f"Stadtbibliothek {n}", neighbourhoods=[quartier])
        ProjectFactory(title=f"Lesen in der Stadtbibliothek {n}", lead_actor=actor, neighbourhoods=[quartier])
    call_command("rebuild_search", stdout=StringIO())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", ["Für „Stadtbiblothek“ gibt es keine Treffer.", "Sie sehen die Treffer für:"]),
        ("en", ["Nothing was found for “Stadtbiblothek”.", "You see what was found for:"]),
    ],
)
def test_the_lists_show_what_was_meant_and_say_so(path, language, said):
    shop(1)
    html = Client(headers={"accept-language": language}).get(path, {"q": "Stadtbiblothek"}).content.decode()
    assert [sentence for sentence in said if sentence not in html] == []
    assert '<a href="?q=Stadtbibliothek">Stadtbibliothek</a>' in html
    assert "Stadtbibliothek 0" in html


@pytest.mark.parametrize("path", PATHS)
def test_what_is_found_is_not_put_right(path):
    shop(1)
    ActorFactory(name="Stadtbiblothek")
    ProjectFactory(title="Stadtbiblothek")
    answer = Client().get(path, {"q": "Stadtbiblothek"})
    assert answer.context["correction"] is None
    assert "Stadtbibliothek 0" not in answer.content.decode()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("text", ["Gehemnisvoll", "Gehemnisvoll Stadtbibliothek", "<Gehemnisvoll>"])
def test_no_list_offers_a_word_of_a_draft(path, text):
    ActorFactory(name="Geheimnisvoll", state=Actor.State.DRAFT)
    ProjectFactory(title="Geheimnisvoll", state=Project.State.IDEA)
    shop(1)
    client = Client()
    client.force_login(AdminFactory())
    for one in (client, Client()):
        answer = one.get(path, {"q": text})
        assert answer.context["correction"] is None
        assert "Geheimnisvoll" not in answer.content.decode()


@pytest.mark.parametrize("path", PATHS[:2])
def test_chosen_filters_stay_and_the_next_page_asks_for_the_right_word(path):
    quartier = NeighbourhoodFactory(slug="hier")
    NeighbourhoodFactory(slug="dort")
    for n in range(21):
        ActorFactory(name=f"Stadtbibliothek {n}", neighbourhoods=[quartier])
        ProjectFactory(title=f"Stadtbibliothek {n}", neighbourhoods=[quartier])
    call_command("rebuild_search", stdout=StringIO())
    answer = Client().get(path, {"q": "Stadtbiblothek", "quartier": "hier"})
    assert answer.context["correction"].href == "?q=Stadtbibliothek&quartier=hier"
    assert "?q=Stadtbibliothek&amp;quartier=hier&amp;seite=2" in answer.content.decode()
    elsewhere = Client().get(path, {"q": "Stadtbiblothek", "quartier": "dort"})
    assert (elsewhere.context["correction"], elsewhere.context["page"].paginator.count) == (None, 0)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "%",
        "a" * 200,
        "äßÄ" * 60,
        "Stadtbiblothek " * 14,
        "\u202estadtbiblothek",
        "😀😀😀😀",
        "'); --",
        "ǆǆǆǆ",
        "ﬃﬃﬃﬃ",
    ],
)
def test_whatever_is_typed_is_answered(path, text):
    shop(1)
    assert Client().get(path, {"q": text, "seite": "99999999999"}, follow=True).status_code == 200


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_text_is_answered(text):
    if not Word.objects.exists():
        shop(1)
    for path in PATHS:
        assert Client().get(path, {"q": text}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "questions"), [("/akteure/", 17), ("/projekte/", 13), ("/suche/", 18)])
def test_it_asks_the_same_number_of_questions(path, questions, rows, django_assert_num_queries):
    shop(rows)
    client = Client()
    with django_assert_num_queries(questions):
        client.get(path, {"q": "Stadtbiblothek"})
