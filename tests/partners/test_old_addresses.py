"""A renamed short name leads to its row for ever, in one step, and is never given to another row."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from partners.actions.actors import create_actor
from partners.actions.addresses import keep_old_address
from partners.models import Actor, Neighbourhood, OldAddress
from projects.actions import create_project
from projects.models import Project
from tests.factories import ActorFactory, AdminFactory, NeighbourhoodFactory, ProjectFactory
from tests.partners.actor_world import EVERYBODY, World

pytestmark = pytest.mark.django_db


def rename(row, slug):
    before, row.slug = row.slug, slug
    row.save()
    keep_old_address(row=row, before=before)


def actor_form(actor: Actor, **values):
    return {
        "name": actor.name,
        "slug": actor.slug,
        "is_address_public": "on",
        "neighbourhoods": [place.pk for place in actor.neighbourhoods.all()],
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    } | values


def rename_in_admin(row, slug, **values):
    client = Client(headers={"accept-language": "en"})
    client.force_login(AdminFactory())
    data = actor_form(row, slug=slug) if isinstance(row, Actor) else {"slug": slug} | values
    url = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
    return client.post(url, data)


def test_every_old_address_leads_to_the_present_one_in_one_step(client):
    actor = ActorFactory(slug="eins")
    for slug in ("zwei", "drei"):
        rename(actor, slug)
    for old in ("eins", "zwei"):
        answer = client.get(f"/akteure/{old}/?x=1&y=%C3%A4")
        assert (answer.status_code, answer["Location"]) == (301, "/akteure/drei/?x=1&y=%C3%A4")
    assert client.get("/akteure/drei/").status_code == 200
    assert client.get("/akteure/vier/").status_code == 404


def test_an_address_that_is_taken_back_is_an_old_one_no_longer(client):
    actor = ActorFactory(slug="eins")
    rename(actor, "zwei")
    rename(actor, "eins")
    assert client.get("/akteure/eins/").status_code == 200
    assert client.get("/akteure/zwei/")["Location"] == "/akteure/eins/"
    assert list(OldAddress.objects.values_list("slug", flat=True)) == ["zwei"]


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_only_who_may_see_the_actor_is_led_to_it(who):
    world = World(state="entwurf")
    rename(world.actor, "neuer-treff")
    answer = world.client(who).get("/akteure/treff/")
    insider = who in {"editor", "manager", "organiser", "admin"}
    assert answer.status_code == (301 if insider else 404)


def test_a_browser_asks_anew_each_time(client):
    rename(ActorFactory(slug="eins"), "zwei")
    assert "no-cache" in client.get("/akteure/eins/")["Cache-Control"]


def test_a_form_that_was_opened_before_is_sent_on_whole():
    world = World()
    rename(world.actor, "neuer-treff")
    client = world.client("editor")
    answer = client.post("/akteure/treff/kanaele/neu/", {"kind": "newsletter", "name": "Rundbrief"})
    assert (answer.status_code, answer["Location"]) == (308, "/akteure/neuer-treff/kanaele/neu/")
    client.post("/akteure/treff/kanaele/neu/", {"kind": "newsletter", "name": "Rundbrief"}, follow=True)
    assert world.actor.channels.get().name == "Rundbrief"


@pytest.mark.parametrize("step", ["verbergen", "archivieren"])
def test_a_step_is_not_taken_with_a_row_under_another_address(step):
    world = World()
    rename(world.actor, "neuer-treff")
    assert world.client("admin").post(f"/akteure/treff/{step}/").status_code == 404


def pages_of(prefix: str, resolver: URLResolver | None = None, space: str = ""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from pages_of(prefix, pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern) and str(pattern.pattern).lstrip("^").startswith(prefix):
            yield f"{space}{pattern.name}", pattern


# Words in an address beside the short name, where a page has them.
WORDS = {
    "section": "kontakt",
    "step": "verbergen",
    "verb": "abschliessen",
    "pk": 1,
    "line": 1,
    "side": "abgebend",
    "fassung": 1,
    "entry": 1,
}


@pytest.mark.parametrize(
    ("prefix", "make"),
    [("akteure/", ActorFactory), ("projekte/", ProjectFactory), ("quartiere/", NeighbourhoodFactory)],
)
def test_every_page_of_a_row_follows_its_old_address(prefix, make):
    row = make(slug="alt")
    rename(row, "neu-hier")
    client = Client()
    client.force_login(AdminFactory())
    wrong = {}
    for name, pattern in pages_of(prefix):
        groups = pattern.pattern.regex.groupindex
        if "slug" not in groups or "token" in groups:  # a signed link holds by itself, whatever the short name says
            continue
        words = {group: WORDS[group] for group in groups if group != "slug"}
        old = reverse(name, kwargs={"slug": "alt"} | words)
        answer = client.get(old)
        expected = reverse(name, kwargs={"slug": "neu-hier"} | words)
        if answer.status_code != 405 and (answer.status_code, answer.get("Location")) != (301, expected):
            wrong[name] = answer.status_code
    assert wrong == {}


def test_no_new_row_gets_an_old_address():
    rename(ActorFactory(slug="buecherstube"), "lesestube")
    rename(ProjectFactory(slug="sommerfest"), "herbstfest")
    home = NeighbourhoodFactory()
    assert create_actor(name="Bücherstube", neighbourhoods=[home]).slug == "buecherstube-2"
    assert create_project(title="Sommerfest", neighbourhoods=[home], by=None).slug == "sommerfest-2"
    assert create_actor(name="Sommerfest", neighbourhoods=[home]).slug == "sommerfest"


def test_the_admin_keeps_the_old_address_and_gives_away_none():
    actor, other = ActorFactory(slug="alt"), ActorFactory(slug="andere")
    assert rename_in_admin(actor, "neuer-name").status_code == 302
    assert Client().get("/akteure/alt/")["Location"] == "/akteure/neuer-name/"
    for slug, sentence in (
        ("alt", "Under this address something else stood before"),
        ("zwillinge", "This word stands for a page"),
    ):
        refused = rename_in_admin(other, slug)
        assert sentence in str(refused.context["adminform"].form.errors["slug"])
    assert rename_in_admin(Actor.objects.get(pk=actor.pk), "alt").status_code == 302


def test_the_admin_keeps_old_addresses_of_projects_and_neighbourhoods():
    home = NeighbourhoodFactory(slug="viertel")
    project = ProjectFactory(slug="fest", neighbourhoods=[home])
    steps = {"steps-TOTAL_FORMS": 0, "steps-INITIAL_FORMS": 0}
    answer = rename_in_admin(project, "feier", title="Fest", neighbourhoods=[home.pk], **steps)
    assert answer.status_code == 302
    assert rename_in_admin(home, "quartier-neu", name="Viertel", city="München").status_code == 302
    assert (Project.objects.get().slug, Neighbourhood.objects.get(pk=home.pk).slug) == ("feier", "quartier-neu")
    assert Client().get("/projekte/fest/")["Location"] == "/projekte/feier/"
    assert Client().get("/quartiere/viertel/")["Location"] == "/quartiere/quartier-neu/"
