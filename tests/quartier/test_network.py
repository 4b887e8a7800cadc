"""The picture of the network: only what is public and goes on, the same for the same data, and all of it as a list."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import Actor, Partnership, PartnershipParty
from projects.models import Participation, Project
from quartier.network import HEIGHT, WIDTH, draw_network, in_lines, outer_seats
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PartnershipFactory,
    ProjectFactory,
)
from tests.quartier.readers import reader, tied

pytestmark = pytest.mark.django_db


def pairs(network):
    return {frozenset((tie.one.name, tie.other.name)) for tie in network.ties}


def test_a_project_ties_everybody_to_its_bridge():
    quartier = NeighbourhoodFactory()
    project, (bridge, _laden, _chor) = tied(quartier, "Bibliothek", "Laden", "Chor", lead=1)
    companion = ActorFactory(name="Begleitung")
    PartnershipFactory(neighbourhood=quartier, quartier=bridge, accompanying=companion)
    network = draw_network()
    assert pairs(network) == {
        frozenset(("Bibliothek", "Laden")),
        frozenset(("Bibliothek", "Chor")),
        frozenset(("Bibliothek", "Begleitung")),
    }
    by_name = {node.actor.name: node for node in network.nodes}
    assert {name for name, node in by_name.items() if node.is_bridge} == {"Bibliothek"}
    assert by_name["Bibliothek"].shape == "square"
    assert [tie.is_main for tie in network.ties if companion in (tie.one, tie.other)] == [True]
    assert [tie.projects for tie in network.ties if companion not in (tie.one, tie.other)] == [[project], [project]]


def test_without_a_bridge_the_lead_is_the_centre():
    tied(NeighbourhoodFactory(), "Treff", "Laden", "Chor")
    network = draw_network()
    assert pairs(network) == {frozenset(("Treff", "Laden")), frozenset(("Treff", "Chor"))}
    assert [node.actor.name for node in network.nodes if node.is_centre] == ["Treff"]


@pytest.mark.parametrize("state", [Actor.State.DRAFT, Actor.State.SUBMITTED, Actor.State.HIDDEN, Actor.State.ARCHIVED])
def test_only_published_actors_are_in_the_picture(state):
    project, _actors = tied(NeighbourhoodFactory(), "Treff", "Laden")
    ParticipationFactory(project=project, actor=ActorFactory(name="Nicht hier", state=state))
    assert pairs(draw_network()) == {frozenset(("Treff", "Laden"))}


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("project", {"state": Project.State.IDEA}),
        ("project", {"state": Project.State.COMPLETED}),
        ("participation", {"state": Participation.State.INVITED}),
        ("participation", {"state": Participation.State.ENDED}),
    ],
)
def test_only_what_goes_on_ties(what, values):
    project, (_treff, laden) = tied(NeighbourhoodFactory(), "Treff", "Laden")
    rows = {"project": Project.objects.filter(pk=project.pk), "participation": laden.participations.all()}
    rows[what].update(**values)
    assert not draw_network()


def test_an_ended_partnership_ties_nobody():
    yesterday = timezone.localdate() - timedelta(days=1)
    PartnershipFactory(start_on=yesterday, end_on=yesterday)
    assert not draw_network()


@pytest.mark.parametrize("gone", ["quartier", "accompanying"])
def test_an_archived_side_of_a_partnership_is_not_in_the_picture(gone):
    """Its profile stays readable, so the partnership does too; but nobody meets it here any more."""
    PartnershipFactory(**{gone: ActorFactory(state=Actor.State.ARCHIVED)})
    assert not draw_network()


def test_who_is_left_of_a_partnership_stays_tied():
    partnership = PartnershipFactory(quartier=ActorFactory(state=Actor.State.ARCHIVED))
    PartnershipParty.objects.create(partnership=partnership, actor=ActorFactory(name="Dritte"))
    names = {node.actor.name for node in draw_network().nodes}
    assert names == {"Dritte", partnership.parties.get(side=PartnershipParty.Side.ACCOMPANYING).actor.name}


def test_a_tie_by_another_partnership_is_loose():
    partnership = PartnershipFactory(kind=Partnership.Kind.NETWORK)
    PartnershipParty.objects.create(partnership=partnership, actor=ActorFactory(name="Dritte"))
    network = draw_network()
    assert [tie.is_loose for tie in network.ties] == [True, True]
    assert {node.is_bridge for node in network.nodes} == {False}


def test_every_node_and_every_tie_of_the_picture_is_in_the_list():
    quartier = NeighbourhoodFactory()
    _project, (bridge, *_others) = tied(quartier, "Bibliothek", "Laden", "Chor", "Treff")
    PartnershipFactory(neighbourhood=quartier, quartier=bridge, accompanying=ActorFactory(name="Begleitung"))
    html = reader().get("/").content.decode()
    picture, _, listed = html.partition('<ul class="ties three">')
    listed = listed.split("</details>")[0]
    drawn = re.findall(r'<a href="([^"]+)" tabindex="-1">', picture)
    network = draw_network()
    assert sorted(drawn) == sorted(node.actor.get_absolute_url() for node in network.nodes)
    assert set(drawn) <= set(re.findall(r'href="([^"]+)"', listed))
    assert picture.count('<path class="tie') == len(network.ties)
    assert len(re.findall(r"<li>with ", listed)) == 2 * len(network.ties)


def test_a_big_network_stays_a_picture_of_a_dozen_inside_its_frame():
    tied(NeighbourhoodFactory(), *(f"Einrichtung {number:02}" for number in range(30)))
    network = draw_network()
    assert len(network.nodes) == 9
    assert all(0 < node.x < WIDTH and 0 < node.y < HEIGHT for node in network.nodes)
    assert len({(node.x, node.y) for node in network.nodes}) == 9


def test_the_same_data_gives_the_same_picture():
    tied(NeighbourhoodFactory(), "Treff", "Laden", "Chor", "Saal")
    one, other = draw_network(), draw_network()
    assert [(node.actor, node.drawing, node.lines) for node in one.nodes] == [
        (node.actor, node.drawing, node.lines) for node in other.nodes
    ]
    assert [tie.path for tie in one.ties] == [tie.path for tie in other.ties]


@pytest.mark.parametrize("sector", ["wirtschaft", "verwaltung", "kultur"])
def test_the_legend_explains_the_forms_that_are_drawn(sector):
    forms = {"wirtschaft": "triangle", "verwaltung": "diamond", "kultur": "circle"}
    quartier = NeighbourhoodFactory()
    kind = ActorKindFactory(slug=f"art-{sector}", sector=sector)
    actors = [ActorFactory(kind=kind, neighbourhoods=[quartier]) for _ in range(2)]
    project = ProjectFactory(lead_actor=actors[0])
    for actor in actors:
        ParticipationFactory(project=project, actor=actor)
    html = reader().get("/").content.decode()
    legend = html.split('<ul class="legend">')[1].split("</ul>")[0]
    assert re.findall(r"#shape-(\w+)", legend) == [forms[sector]]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Ouishare", ["Ouishare"]),
        ("Münchner Stadtbibliothek Sendling", ["Münchner", "Stadtbibliothek …"]),
        ("Buchladen Seitenweise", ["Buchladen", "Seitenweise"]),
        ("Nachbarschaftshilfegenossenschaft", ["Nachbarschaftshilfeg…"]),
    ],
)
def test_names_break_into_lines(name, lines):
    assert in_lines(name, most=2) == lines


@pytest.mark.parametrize("number", range(9))
def test_everybody_has_a_seat_of_her_own(number):
    seats = outer_seats(number)
    assert len(set(seats)) == number
