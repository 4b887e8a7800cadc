"""Kind and topics of many actors in the administration: seen first, then written exactly so, with history, and once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from partners.models import Actor, ActorKind, HistoryEntry, Topic
from tests.factories import ActorFactory, ActorKindFactory, AdminFactory, PersonFactory, TopicFactory

pytestmark = pytest.mark.django_db
URL = "/admin/partners/actor/"


@pytest.fixture
def admin() -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(AdminFactory(name="Frau Wacholder"))
    return client


@pytest.fixture
def words() -> tuple[ActorKind, Topic, Topic]:
    return (
        ActorKindFactory(slug="verein"),
        TopicFactory(slug="neu", name="Neues"),
        TopicFactory(slug="alt", name="Altes"),
    )


def post(client: Client, actors: Any, url: str = URL, **values: Any) -> Any:
    chosen = {"action": "curate", "_selected_action": [one.pk for one in actors], "select_across": "0"}
    return client.post(url, chosen | values)


def confirm(client: Client, actors: Any, url: str = URL, **values: Any) -> Any:
    preview = post(client, actors, url, preview="1", **values)
    return post(client, actors, url, seen=preview.context["plan"].digest, confirm="1", **values)


def said(actor: Actor) -> tuple[str, set[str]]:
    stored = Actor.objects.get(pk=actor.pk)
    return stored.kind.slug, set(stored.topics.values_list("slug", flat=True))


def test_first_come_the_questions_and_nothing_is_written(admin):
    actors = [ActorFactory(), ActorFactory()]
    html = post(admin, actors).content.decode()
    assert "Für 2 ausgewählte Akteur*innen." in html
    assert html.count('name="_selected_action"') == 2


def test_the_preview_says_what_changes_and_writes_nothing(admin, words):
    kind, new, old = words
    changed = ActorFactory(name="Bücherei", topics=[old])
    same = ActorFactory(name="Turnverein", kind=kind, topics=[new])
    closed = ActorFactory(name="Ehemalig", state=Actor.State.ARCHIVED)
    before, number = said(changed), HistoryEntry.objects.count()
    answer = post(admin, [changed, same, closed], preview="1", kind=kind.pk, add=[new.pk], remove=[old.pk])
    html = answer.content.decode()
    [line] = answer.context["shown"]
    assert (line.name, line.kind_after, line.came, line.gone) == ("Bücherei", kind.label, "Neues", "Altes")
    assert "1 Akteur*in ändert sich" in html
    assert "Archiviert oder zusammengeführt, deshalb unverändert: Ehemalig" in html
    assert said(changed) == before
    assert HistoryEntry.objects.count() == number


def test_what_was_seen_is_written_with_history_and_once(admin, words):
    kind, new, old = words
    actors = [ActorFactory(topics=[old]), ActorFactory(topics=[new, old]), ActorFactory()]
    closed = ActorFactory(state=Actor.State.ARCHIVED)
    everybody = [*actors, closed]
    stamp = Actor.objects.get(pk=actors[0].pk).updated_at
    values = {"kind": kind.pk, "add": [new.pk], "remove": [old.pk]}
    last = HistoryEntry.objects.latest("pk").pk
    answer = confirm(admin, everybody, **values)
    assert (answer.status_code, answer["Location"]) == (302, URL)
    assert "3 Akteur*innen sind geändert." in admin.get(URL).content.decode()
    assert [said(one) for one in actors] == [("verein", {"neu"})] * 3
    assert said(closed) == (closed.kind.slug, set())
    assert Actor.objects.get(pk=actors[0].pk).updated_at > stamp
    history = HistoryEntry.objects.of(actors[1]).filter(pk__gt=last)
    assert {name for one in history for name in one.values} == {"kind_id", "topics"}
    assert {str(one.by) for one in history} == {"Frau Wacholder"}
    number = HistoryEntry.objects.count()
    confirm(admin, everybody, **values)
    assert HistoryEntry.objects.count() == number


def test_all_that_match_are_meant_without_their_keys(admin, words):
    kind, *_topics = words
    inside = [ActorFactory(name=f"Bücherei {number}") for number in range(3)]
    outside = ActorFactory(name="Turnhalle")
    confirm(admin, inside[:1], f"{URL}?q=b%C3%BCcherei", select_across="1", kind=kind.pk)
    assert [said(one)[0] for one in inside] == ["verein"] * 3
    assert said(outside)[0] != "verein"


def test_what_somebody_changed_after_the_preview_is_shown_first(admin, words):
    kind, new, _old = words
    actor = ActorFactory()
    values = {"kind": kind.pk, "add": [new.pk]}
    preview = post(admin, [actor], preview="1", **values)
    actor.topics.add(new)
    answer = post(admin, [actor], seen=preview.context["plan"].digest, confirm="1", **values)
    assert answer.status_code == 200
    assert "Inzwischen hat sich etwas geändert." in answer.content.decode()
    assert said(actor)[0] != "verein"
    post(admin, [actor], seen=answer.context["plan"].digest, confirm="1", **values)
    assert said(actor) == ("verein", {"neu"})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Wählen Sie eine Art oder ein Thema"),
        ({"add": ["1"], "remove": ["1"]}, "steht auf beiden Seiten"),
        ({"kind": "999999"}, 'id="id_kind_error"'),
        ({"kind": "x\x00"}, 'id="id_kind_error"'),
    ],
)
def test_what_cannot_be_done_is_said(admin, values, sentence):
    topic = TopicFactory()
    values = {name: [topic.pk] if one == ["1"] else one for name, one in values.items()}
    actor = ActorFactory()
    html = post(admin, [actor], preview="1", **values).content.decode()
    assert "errorlist" in html
    assert sentence in html


@pytest.mark.parametrize("rows", [1, 3])
def test_preview_and_saving_take_the_same_queries_for_every_number(admin, words, django_assert_num_queries, rows):
    kind, new, old = words
    actors = [ActorFactory(topics=[old]) for _ in range(rows)]
    values = {"kind": kind.pk, "add": [new.pk], "remove": [old.pk]}
    post(admin, actors, preview="1", **values)
    with django_assert_num_queries(22):
        preview = post(admin, actors, preview="1", **values)
    with django_assert_num_queries(34):
        post(admin, actors, seen=preview.context["plan"].digest, confirm="1", **values)


def test_only_admins_curate(words):
    actor, client = ActorFactory(), Client()
    client.force_login(PersonFactory())
    assert post(client, [actor], preview="1", kind=words[0].pk).status_code == 404
    staff = PersonFactory(is_staff=True)
    client.force_login(staff)
    assert post(client, [actor], preview="1", kind=words[0].pk).status_code in {403, 404}
    assert said(actor)[0] != "verein"
