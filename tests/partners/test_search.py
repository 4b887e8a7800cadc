"""A search finds the same on every database, whatever way a row was written."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from partners.models import Actor, normalise, unique_slug
from projects.models import Project
from tests.factories import ActorFactory, AdminFactory, NeighbourhoodFactory, PersonFactory, ProjectFactory


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "Partner*innen",
            "Partner:innen",
            "Partner_innen",
            "PartnerInnen",
            "Partner/innen",
            "Partner/-innen",
            "partnerinnen",
        ),
        ("Nachbar*in", "Nachbar:in", "NachbarIn"),
        ("Bäckerei", "Baeckerei", "BÄCKEREI", "Ba\u0308ckerei"),
        ("Förderverein", "FÖRDERVEREIN", "foerderverein"),
        ("Gemüse", "gemuese"),
        ("Weißenburger Straße", "Weissenburger Strasse", "WEISSENBURGER STRASSE", "Weißenburger Str."),
        ("Lindwurmstraße", "Lindwurmstr.", "lindwurmstrasse"),
        ("St. Korbinian", "Sankt Korbinian", "St.Korbinian", "sankt   korbinian"),
        ("Café", "Cafe", "CAFÉ"),
        ("Ǣra", "Aera"),
        ("𝕬𝖗𝖙", "Art"),
        ("Łódź", "Lodz"),
    ],
)
def test_spellings_of_one_word_are_alike(spellings):
    assert {normalise(one) for one in spellings} == {normalise(spellings[0])}


@pytest.mark.parametrize(
    ("one", "other"), [("Verein", "Vereine"), ("Bar", "Bär"), ("Stern", "Sankt ern"), ("Strom", "Straßeom")]
)
def test_different_words_stay_different(one, other):
    assert normalise(one) != normalise(other)


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once
    assert "\x00" not in once


PAIRS = [
    ("Stadtbibliothek Sendling", "bibliothek"),
    ("Förderverein Implerstraße e. V.", "FÖRDERVEREIN"),
    ("Förderverein Implerstraße e. V.", "foerderverein implerstr."),
    ("Netz der Nachbar*innen", "nachbar:innen"),
    ("Netz der NachbarInnen", "nachbar_innen"),
    ("Pfarrei St. Korbinian", "sankt korbinian"),
    ("Pfarrei Sankt Korbinian", "st. korbinian"),
    ("Treff Lindwurmstr. 5", "lindwurmstraße"),
    ("Baeckerei Weiss", "bäckerei weiß"),
    ("Bäckerei Weiß", "BAECKEREI WEISS"),
    ("100 % Ökostrom_Laden", "100 %"),
    ("100 % Ökostrom_Laden", "_"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "text"), PAIRS)
def test_search_finds_every_spelling(name, text):
    found = ActorFactory(name=name)
    ActorFactory(name="Etwas ganz anderes")
    assert list(Actor.objects.search(text)) == [found]


@pytest.mark.django_db
def test_every_word_must_occur_somewhere():
    found = ActorFactory(name="Kulturzentrum", description="Tanz und Theater", street="Albert-Roßhaupter-Straße")
    assert list(Actor.objects.search("theater rosshaupter kultur")) == [found]
    assert list(Actor.objects.search("theater oper")) == []


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "  ", "\x00", "x" * 1_000_000, "a " * 5000, "\u202e", "😀", "%", "\\", "'; --"])
def test_no_text_breaks_the_search(text):
    ActorFactory()
    list(Actor.objects.search(text))


@pytest.mark.django_db
class TestColumnIsRight:
    """However a row gets into the database, the search column says what the row says."""

    def test_after_the_form(self, client):
        organiser = PersonFactory()
        home = NeighbourhoodFactory(organisers=[organiser])
        client.force_login(organiser)
        client.post("/akteure/neu/", {"name": "Bücherstube", "neighbourhoods": [home.pk]})
        actor = Actor.objects.get()
        assert (actor.sort_name, actor.search_text) == ("buecherstube", "buecherstube")
        client.post(
            f"/akteure/{actor.slug}/bearbeiten/vorstellung/",
            {"name": "Lesestube", "purpose": "Für Große"},
        )
        actor.refresh_from_db()
        assert (actor.sort_name, actor.search_text) == ("lesestube", "lesestube\nfuer grosse")

    def test_after_the_admin(self, client):
        actor = ActorFactory(name="Alt")
        client.force_login(AdminFactory())
        response = client.post(
            reverse("admin:partners_actor_change", args=[actor.pk]),
            {
                "name": "Süßes Neu",
                "slug": actor.slug,
                "kind": actor.kind_id,
                "neighbourhoods": [place.pk for place in actor.neighbourhoods.all()],
                "memberships-TOTAL_FORMS": 0,
                "memberships-INITIAL_FORMS": 0,
            },
        )
        assert response.status_code == 302
        actor.refresh_from_db()
        assert actor.search_text == "suesses neu"

    def test_after_bulk_create(self):
        Actor.objects.bulk_create([Actor(name="Größe", slug="a"), Actor(name="Maß", slug="b")])
        assert list(Actor.objects.order_by("slug").values_list("sort_name", "search_text")) == [
            ("groesse", "groesse"),
            ("mass", "mass"),
        ]

    def test_after_an_update_it_is_rebuilt(self):
        actor, project = ActorFactory(name="Alt"), ProjectFactory(title="Früher")
        untouched = ActorFactory(name="Bleibt")
        Actor.objects.filter(pk=actor.pk).update(name="Neue Brücke")
        Project.objects.filter(pk=project.pk).update(title="Später")
        assert list(Actor.objects.search("bruecke")) == []
        said = StringIO()
        call_command("rebuild_search", stdout=said)
        assert list(Actor.objects.search("bruecke")) == [actor]
        assert list(Project.objects.search("spaeter")) == [project]
        assert "actors: 1 of 2" in said.getvalue()
        assert "projects: 1 of 1" in said.getvalue()
        untouched.refresh_from_db()
        assert untouched.sort_name == "bleibt"

    def test_a_second_rebuild_changes_nothing(self):
        ActorFactory()
        said = StringIO()
        call_command("rebuild_search", stdout=said)
        assert "actors: 0 of 1" in said.getvalue()


@pytest.mark.django_db
def test_addresses_are_made_of_names():
    ActorFactory(slug="buecherei-sendling")
    assert unique_slug(Actor, "Bücherei  Sendling") == "buecherei-sendling-2"
    assert unique_slug(Actor, "Nachbar*innen für Straße 7") == "nachbarinnen-fuer-strasse-7"
    assert unique_slug(Actor, "Neu") == "neu-2"
    assert unique_slug(Actor, "☃") == "actor"
    taken: set[str] = set()
    assert [unique_slug(Actor, "Treff", taken=taken) for _ in range(3)] == ["treff", "treff-2", "treff-3"]
