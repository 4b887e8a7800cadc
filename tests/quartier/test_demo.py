"""The demo: loaded once and only where nothing real is, and many synthetic actors for measuring."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.test import Client

from partners.actions.actors import create_actor
from partners.models import (
    UNIT_OF,
    Actor,
    Channel,
    Neighbourhood,
    Offer,
    Partnership,
)
from partners.models.parties_key import key_of
from projects.models import (
    Benefit,
    Contribution,
    Dissemination,
    Need,
    Participation,
    Project,
    ProjectHandover,
    ResourceRequest,
)
from quartier.demo.invented import PLACES
from quartier.demo.story import load_story
from quartier.demo.synthetic import load_synthetic
from quartier.management.commands import demo
from tests.factories import ActorFactory, NeighbourhoodFactory, PersonFactory
from tests.quartier.demo import everything, run

pytestmark = pytest.mark.django_db


def test_invented_actors_have_addresses_of_nobody():
    mails = [place.mail for place in PLACES if place.mail]
    sites = [place.website for place in PLACES if place.website]
    assert all(mail.endswith("@example.org") for mail in mails)
    assert all(site.startswith("https://example.org/") for site in sites)


@pytest.mark.parametrize(
    "make", [lambda: NeighbourhoodFactory(name="Sendling"), lambda: PersonFactory(email="admin@example.org")]
)
def test_it_does_not_mix_with_what_people_entered(make):
    make()
    before = everything()
    with pytest.raises(ValidationError):
        load_story()
    assert everything() == before


# --- where it may be loaded ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [[], ["--actors", "5"]])
def test_outside_debug_it_is_refused_unless_forced(settings, options):
    settings.DEBUG = False
    before = everything()
    with pytest.raises(CommandError, match="DEBUG ist aus"):
        run("load_demo", *options)
    assert everything() == before
    run("load_demo", *options, "--force")
    assert everything() != before


def test_the_whole_demo_is_refused_outside_debug(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError):
        run("demo", "--no-serve")
    assert not Actor.objects.exists()


def test_demo_prepares_says_where_and_how_to_sign_in(settings):
    settings.DEBUG = True
    said = run("demo", "--no-serve", "--port", "8123")
    assert said.splitlines() == [
        "Die Datenbank wird vorbereitet …",
        "Die Demo ist geladen.",
        "",
        "Das Portal: http://localhost:8123/",
        "",
        "Anmelden als (Passwort: quartier-demo):",
        "  organisation@example.org  Organisator*in von Sendling",
        "  partner@example.org       Bearbeiter*in der Stadtbibliothek Sendling",
        "  admin@example.org         Verwaltung",
    ]
    before = everything()
    assert "Die Demo ist geladen." not in run("demo", "--no-serve")
    assert everything() == before


def test_demo_leaves_a_database_alone_that_people_use(settings):
    settings.DEBUG = True
    ActorFactory(name="Echt")
    before = everything()
    said = run("demo", "--no-serve")
    assert "In der Datenbank stehen schon andere Daten. Deshalb wurde die Demo nicht geladen." in said
    assert "quartier-demo" not in said
    assert everything() == before


def test_demo_says_when_the_port_is_taken(settings):
    settings.DEBUG = True
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError) as refused:
            run("demo", "--port", str(port))
    assert str(refused.value) == (
        f"Port {port} ist nicht frei: Dort läuft schon ein anderes Programm. Versuchen Sie: manage.py demo --port {port + 1}"
    )
    assert not Actor.objects.exists()


def test_the_links_in_its_mails_lead_to_the_port_of_the_demo(monkeypatch):
    started: list[dict[str, str]] = []

    class Program:
        def __init__(self, command: list[str], *, env: dict[str, str], **_more: object) -> None:
            started.append(env)

        def poll(self) -> int:
            return 0

        def wait(self, **_more: object) -> int:
            return 0

        def terminate(self) -> None: ...

    monkeypatch.setattr(demo.subprocess, "Popen", Program)
    monkeypatch.setattr(demo.signal, "signal", lambda *_: None)
    for value in ("", "https://quartier.example.org"):
        monkeypatch.setenv("SITE_URL", value) if value else monkeypatch.delenv("SITE_URL", raising=False)
        demo.serve(8123)
    sites = [env["SITE_URL"] for env in started]
    assert sites == ["http://localhost:8123"] * 2 + ["https://quartier.example.org"] * 2


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_demo_refuses_what_is_no_port(settings, port):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="Ein Port ist eine Zahl von 1 bis 65535"):
        run("demo", "--port", port)


# --- synthetic actors -----------------------------------------------------------------------------------------------------------


def woven() -> list[list[tuple]]:
    return [
        list(Actor.objects.order_by("pk").values_list("name", "slug", "kind", "state", "search_text")),
        list(Project.objects.order_by("pk").values_list("title", "slug", "state", "lead_actor__slug")),
        list(Participation.objects.order_by("pk").values_list("project__slug", "actor__slug", "role")),
        list(Contribution.objects.order_by("pk").values_list("category", "unit", "state", "planned_quantity")),
        list(Benefit.objects.order_by("pk").values_list("actor__slug", "text")),
        list(Offer.objects.order_by("pk").values_list("actor__slug", "category", "state", "persons", "search_text")),
        list(Need.objects.order_by("pk").values_list("actor__slug", "project__slug", "category", "visibility")),
        list(Dissemination.objects.order_by("pk").values_list("channel__name", "audience", "contribution__title")),
        list(ResourceRequest.objects.order_by("pk").values_list("offer__actor__slug", "actor__slug", "state")),
    ]


def clear() -> None:
    for model in (
        ResourceRequest,
        Dissemination,
        Benefit,
        Contribution,
        Participation,
        ProjectHandover,
        Project,
        Partnership,
    ):
        model.objects.all().delete()
    Actor.objects.all().delete()
    Neighbourhood.objects.all().delete()


def test_the_same_seed_makes_the_same_data_and_another_one_other_data():
    results = []
    for seed in (7, 7, 8):
        made = load_synthetic(actors=60, seed=seed)
        results.append(woven())
        assert (made.actors, made.projects) == (60, 7)
        clear()
    assert results[0] == results[1]
    assert results[0] != results[2]


def test_synthetic_rows_are_what_the_actions_would_have_written():
    load_synthetic(actors=80, seed=1)
    quartier = Neighbourhood.objects.first()
    for row in Actor.objects.order_by("pk")[:20]:
        again = create_actor(
            name=row.name,
            neighbourhoods=[quartier],
            purpose=row.purpose,
            description=row.description,
            street=row.street,
            postcode=row.postcode,
            city=row.city,
        )
        assert (row.search_text, row.sort_name) == (again.search_text, again.sort_name)
        assert again.slug.startswith(row.slug.rstrip("-0123456789"))
        again.full_clean(exclude=["kind"])
    for model in (
        Actor,
        Project,
        Participation,
        Contribution,
        Benefit,
        Offer,
        Need,
        ResourceRequest,
        Channel,
        Dissemination,
    ):
        for row in model.objects.all()[:50]:
            row.full_clean(exclude=["kind"] if model is Actor else None)
    assert all(row.unit == UNIT_OF[row.category] for row in Contribution.objects.all())
    entries = Dissemination.objects.select_related("participation", "contribution__participation", "channel")
    assert {row.contribution is None for row in entries} == {True, False}
    assert all(row.channel.actor_id == row.participation.actor_id for row in entries)
    for made in Contribution.objects.filter(disseminations__isnull=False).distinct():
        assert {row.participation_id for row in made.disseminations.all()} == {made.participation_id}
        made.refuse_against_entries({"delivered_quantity": made.delivered_quantity})
    assert set(Partnership.objects.values_list("state", flat=True)) == set(Partnership.Stage)
    for partnership in Partnership.objects.prefetch_related("parties", "steps"):
        partnership.validate_constraints()
        assert partnership.parties_key == key_of(party.actor_id for party in partnership.parties.all())
        assert not partnership.is_binding or not partnership.gaps
        assert partnership.steps.all().reverse()[0].to_state == partnership.state
    leads = set(Participation.objects.filter(role=Participation.Role.LEAD).values_list("project", "actor"))
    assert leads == set(Project.objects.values_list("pk", "lead_actor"))
    assert not Actor.objects.filter(neighbourhoods=None).exists()


def test_synthetic_actors_come_once(settings):
    settings.DEBUG = True
    run("load_demo", "--actors", "10", "--seed", "3")
    before = everything()
    assert run("load_demo", "--actors", "10") == "Erfundene Akteur*innen sind schon da. Nichts wurde geändert.\n"
    assert everything() == before


@pytest.mark.parametrize("number", ["0", "-5", "200001"])
def test_a_senseless_number_of_actors_is_refused(settings, number):
    settings.DEBUG = True
    with pytest.raises(CommandError, match="Bitte zwischen 1 und"):
        run("load_demo", "--actors", number)
    assert not Actor.objects.exists()


@pytest.mark.parametrize("number", [1, 2, 9])
def test_few_actors_are_possible_too(number):
    assert load_synthetic(actors=number, seed=1).actors == number
    assert Client().get("/").status_code == 200
