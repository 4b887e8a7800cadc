"""Publishing, hiding and archiving many actors: seen first, with the reason of those that cannot, then done exactly so."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from partners.actions.steps import take_step_with_many
from partners.models import Actor, HistoryEntry, StageError, Word
from tests.factories import ActorFactory, AdminFactory, PersonFactory
from tests.partners.many import URL, confirm, post
from tests.partners.test_races import at_once

pytestmark = pytest.mark.django_db
State = Actor.State


@pytest.fixture
def admin() -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(AdminFactory(name="Frau Wacholder"))
    return client


def states(*actors: Actor) -> list[str]:
    found = dict(Actor.objects.values_list("pk", "state"))
    return [found[one.pk] for one in actors]


def test_the_preview_says_who_is_published_and_who_cannot_be_and_why(admin):
    drafts = [ActorFactory(name="Hof", state=State.DRAFT, kind=None), ActorFactory(state=State.HIDDEN, purpose="Da.")]
    others = [ActorFactory(name="Alt", state=State.ARCHIVED), ActorFactory(name="Laden"), ActorFactory(name="Turm")]
    html = post(admin, [*drafts, *others]).content.decode()
    assert "2 Akteur*innen werden öffentlich" in html
    assert f'<th scope="row"><a href="/akteure/{drafts[0].slug}/">Hof</a></th><td>Entwurf</td>' in html
    assert "1 davon hat keine Art" in html
    assert "1 davon sagt nichts über den Zweck." in html
    assert "1 Akteur*in im Stand „archiviert“" in html
    assert "„archiviert“ ist endgültig" in html
    assert "2 Akteur*innen im Stand „veröffentlicht“" in html
    assert "<p>Laden, Turm</p>" in html
    assert states(*drafts) == [State.DRAFT, State.HIDDEN]


@pytest.mark.parametrize(
    ("step", "befores", "after", "said"),
    [
        ("publish", [State.DRAFT, State.SUBMITTED, State.HIDDEN], State.PUBLISHED, "3 Profile sind veröffentlicht."),
        ("hide", [State.PUBLISHED] * 3, State.HIDDEN, "3 Profile sind verborgen."),
        ("archive", [State.HIDDEN] * 3, State.ARCHIVED, "3 Profile sind archiviert."),
    ],
)
def test_what_was_seen_is_done_with_history_and_once(admin, step, befores, after, said):
    movers = [ActorFactory(state=before) for before in befores]
    closed = ActorFactory(state=State.MERGED)
    last = HistoryEntry.objects.latest("pk").pk
    preview = post(admin, [*movers, closed], step)
    seen = preview.context["plan"].digest
    answer = post(admin, [*movers, closed], step, seen=seen, confirm="1")
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert said in admin.get(URL).content.decode()
    assert states(*movers, closed) == [*[after] * 3, State.MERGED]
    lines = HistoryEntry.objects.filter(pk__gt=last)
    assert {(str(line.by), *line.values) for line in lines} == {("Frau Wacholder", "state")}
    assert {line.values["state"][1] for line in lines.of(movers[0])} >= {after}
    again = post(admin, [*movers, closed], step, seen=seen, confirm="1")
    assert again.status_code == 200
    assert HistoryEntry.objects.filter(pk__gt=last).count() == lines.count()


def test_all_that_match_are_meant_without_their_keys(admin):
    inside = [ActorFactory(name=f"Bücherei {number}", state=State.DRAFT) for number in range(3)]
    outside = ActorFactory(name="Turnhalle", state=State.DRAFT)
    confirm(admin, inside[:1], url=f"{URL}?q=b%C3%BCcherei&state__exact=entwurf", select_across="1")
    assert states(*inside, outside) == [*[State.PUBLISHED] * 3, State.DRAFT]


def test_what_somebody_moved_after_the_preview_is_shown_first(admin):
    hof, tor = ActorFactory(state=State.DRAFT), ActorFactory(state=State.DRAFT)
    preview = post(admin, [hof, tor])
    Actor.objects.get(pk=hof.pk).publish()
    answer = post(admin, [hof, tor], seen=preview.context["plan"].digest, confirm="1")
    assert answer.status_code == 200
    assert "Inzwischen hat sich etwas geändert." in answer.content.decode()
    assert states(tor) == [State.DRAFT]


def test_where_nobody_can_take_the_step_there_is_nothing_to_confirm(admin):
    answer = post(admin, [ActorFactory()])
    assert "Keine der ausgewählten Akteur*innen kann diesen Schritt gehen." in answer.content.decode()
    assert 'name="confirm"' not in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_preview_and_step_take_the_same_queries_for_every_number(admin, django_assert_num_queries, rows):
    actors = [ActorFactory(state=State.DRAFT) for _ in range(rows)]
    post(admin, actors)
    with django_assert_num_queries(12):
        preview = post(admin, actors)
    with django_assert_num_queries(28):
        post(admin, actors, seen=preview.context["plan"].digest, confirm="1")


def test_the_words_of_what_becomes_public_can_be_suggested_and_those_of_what_is_hidden_cannot(
    admin, django_capture_on_commit_callbacks
):
    actor = ActorFactory(name="Glasperlenspiel", state=State.DRAFT)
    known = Word.objects.filter(word="glasperlenspiel", count=1)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(admin, [actor])
    assert known.exists()
    with django_capture_on_commit_callbacks(execute=True):
        confirm(admin, [actor], "hide")
    assert not known.exists()


@pytest.mark.parametrize(("rights", "moved"), [([], False), (["view_actor"], False), (["change_actor"], True)])
def test_who_may_change_actors_moves_them(rights, moved):
    actor, client = ActorFactory(state=State.DRAFT), Client()
    assert post(client, [actor]).status_code == 302
    client.force_login(PersonFactory())
    assert post(client, [actor]).status_code == 404
    staff = PersonFactory(is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(staff)
    post(client, [actor], seen=take_preview(actor), confirm="1")
    assert states(actor) == [State.PUBLISHED if moved else State.DRAFT]


def take_preview(actor: Actor) -> str:
    other = Client()
    other.force_login(AdminFactory())
    return post(other, [actor]).context["plan"].digest


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_of_an_admin_and_somebody_who_takes_another_step_each_is_told_what_happened(attempt):
    """Publishing many and hiding one of them at the same moment: in either order the history has every step once."""
    hof, tor = ActorFactory(state=State.SUBMITTED), ActorFactory(state=State.PUBLISHED)
    many = Actor.objects.filter(pk__in=[hof.pk, tor.pk])
    mine = Actor.objects.get(pk=tor.pk)
    plan, hidden = at_once(lambda: take_step_with_many(actors=many, step="publish"), mine.hide)
    assert not isinstance(hidden, StageError)
    was_first = tor.pk in {one.pk for one in plan.movers}
    assert states(hof, tor) == [State.PUBLISHED, State.PUBLISHED if was_first else State.HIDDEN]
    steps = [line.values["state"] for line in HistoryEntry.objects.of(tor).order_by("pk") if "state" in line.values]
    assert steps == [["veroeffentlicht", "verborgen"], ["verborgen", "veroeffentlicht"]][: 1 + was_first]
