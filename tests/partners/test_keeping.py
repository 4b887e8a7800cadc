"""Whatever is written, whichever way, is told in the history: once, with who and when, and only if it changed something."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners.actions.actors import edit_actor
from partners.models import Actor, Channel, ContactPerson, HistoryEntry, PartnershipParty, Person, acting, kept_models
from projects.models import Contribution, Participation, Project
from quartier.privacy import FieldClass, class_of
from tests.factories import (
    ActorFactory,
    AdminFactory,
    ChannelFactory,
    ContactFactory,
    ContributionFactory,
    MembershipFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
    TopicFactory,
)
from tests.partners.many import confirm

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> Actor:
    """An actor without a past."""
    actor: Actor = ActorFactory(name="Bücherei", purpose="Lesen.")
    forget()
    return actor


def forget() -> None:
    HistoryEntry.objects.all().delete()


def told(thing: Any) -> list[tuple[str, str, dict[str, Any]]]:
    """Row, what happened and the values, the oldest first."""
    rows = HistoryEntry.objects.of(thing).order_by("pk")
    return [(entry.row.split(".")[1], entry.what, entry.values) for entry in rows]


def test_a_new_actor_is_told_in_one_line() -> None:
    with acting():
        actor = ActorFactory(name="Neu", topics=[TopicFactory()])
        actor.purpose = "Noch im selben Zug."
        actor.save()

    assert told(actor) == [("actor", "neu", {})]


def test_a_save_tells_what_it_said_before_and_after(actor: Actor) -> None:
    actor.purpose, actor.latitude, actor.longitude = "Lesen und reden.", Decimal("48.1"), Decimal("11.5")
    actor.save()

    assert told(actor) == [
        (
            "actor",
            "anders",
            {"purpose": ["Lesen.", "Lesen und reden."], "latitude": [None, "48.1"], "longitude": [None, "11.5"]},
        )
    ]


def test_nothing_is_told_where_nothing_changed(actor: Actor) -> None:
    actor.save()
    Actor.objects.filter(pk=actor.pk).update(purpose="Lesen.")
    actor.topics.set([])
    actor.neighbourhoods.set(actor.neighbourhoods.all())
    Actor.objects.bulk_update([actor], ["purpose"])

    assert told(actor) == []


def test_a_save_of_some_fields_tells_only_those(actor: Actor) -> None:
    actor.purpose, actor.city = "Anders.", "Nirgends"
    actor.save(update_fields=["city"])

    assert told(actor) == [("actor", "anders", {"city": ["", "Nirgends"]})]


def test_what_is_written_in_bulk_is_told(actor: Actor) -> None:
    other = ActorFactory(purpose="")
    forget()

    Actor.objects.filter(pk__in=[actor.pk, other.pk]).update(purpose="Für alle.")
    actor.city = "München"
    Actor.objects.bulk_update([actor], ["city"])
    made = Actor.objects.bulk_create([Actor(name=f"Neu {n}", slug=f"neu-{n}") for n in range(2)])

    assert told(actor) == [
        ("actor", "anders", {"purpose": ["Lesen.", "Für alle."]}),
        ("actor", "anders", {"city": ["", "München"]}),
    ]
    assert told(other) == [("actor", "anders", {"purpose": ["", "Für alle."]})]
    assert [told(one) for one in made] == [[("actor", "neu", {})]] * 2


def test_an_update_that_computes_tells_the_result(actor: Actor) -> None:
    actor.network_hours = 4
    actor.save()
    forget()
    Actor.objects.update(network_hours=F("network_hours") * 2)

    assert told(actor) == [("actor", "anders", {"network_hours": ["4.00", "8.00"]})]


def test_a_step_is_told(actor: Actor) -> None:
    actor.hide()

    assert told(actor) == [("actor", "anders", {"state": ["veroeffentlicht", "verborgen"]})]


@pytest.mark.parametrize("way", ["set", "add and remove", "clear", "bulk", "other side"])
def test_ties_to_many_are_told(actor: Actor, way: str) -> None:
    old, new = TopicFactory(), TopicFactory()
    actor.topics.add(old)
    forget()
    through = Actor.topics.through

    if way == "set":
        actor.topics.set([new])
    elif way == "add and remove":
        actor.topics.add(new, old)
        actor.topics.remove(old)
    elif way == "clear":
        actor.topics.clear()
        actor.topics.add(new)
    elif way == "other side":
        new.actors.add(actor)
        old.actors.remove(actor)
    else:
        through.objects.bulk_create([through(actor_id=actor.pk, topic_id=new.pk)])
        through.objects.filter(topic_id=old.pk).delete()

    ends = [values["topics"] for _row, _what, values in told(actor)]
    assert {sign: ids for one in ends for sign, ids in one.items()} == {"+": [new.pk], "-": [old.pk]}


def test_the_parts_of_a_thing_stand_in_its_history(actor: Actor) -> None:
    channel = ChannelFactory(actor=actor, name="Rundbrief", audience=None)
    channel.name = "Brief"
    channel.save()
    Channel.objects.filter(pk=channel.pk).delete()

    (_, new, first), changed, (_, gone, last) = told(actor)
    assert (new, first["name"]) == ("neu", [None, "Rundbrief"])
    assert changed == ("channel", "anders", {"name": ["Rundbrief", "Brief"]})
    assert (gone, last["name"]) == ("weg", ["Brief", None])


def test_sides_of_a_partnership_stand_in_its_history() -> None:
    partnership = PartnershipFactory()
    side = partnership.parties.first()
    forget()

    PartnershipParty.objects.filter(pk=side.pk).update(brings="Räume")
    partnership.parties.last().delete()

    assert [(row, what) for row, what, _ in told(partnership)] == [
        ("partnershipparty", "anders"),
        ("partnershipparty", "weg"),
    ]


def test_contributions_stand_in_the_history_of_their_project() -> None:
    part = ParticipationFactory()
    forget()
    given = ContributionFactory(participation=part, title="Lesesaal")
    Contribution.objects.bulk_create([Contribution(participation=part, category="daten", title="Zahlen")])
    given.promise(by=None)

    assert [(row, what, values.get("title"), values.get("state")) for row, what, values in told(part.project)] == [
        ("contribution", "neu", [None, "Lesesaal"], [None, "geplant"]),
        ("contribution", "neu", [None, "Zahlen"], [None, "geplant"]),
        ("contribution", "anders", None, ["geplant", "zugesagt"]),
    ]


def test_a_participation_and_its_project_are_told_together() -> None:
    with acting():
        project = ProjectFactory()
        ParticipationFactory(project=project)
    later = ParticipationFactory(project=project)
    Participation.objects.filter(pk=later.pk).update(tasks="Aufbauen")

    assert [(row, what) for row, what, _ in told(project)] == [
        ("project", "neu"),
        ("participation", "neu"),
        ("participation", "anders"),
    ]


def test_an_actor_that_is_deleted_is_told_to_be_gone(actor: Actor) -> None:
    pk = actor.pk
    actor.delete()

    assert list(HistoryEntry.objects.filter(subject_id=pk).values_list("what", "values")) == [("weg", {})]


def test_what_is_rolled_back_is_not_told(actor: Actor) -> None:
    with transaction.atomic():
        Actor.objects.update(purpose="Doch nicht.")
        transaction.set_rollback(True)

    assert told(actor) == []


def test_who_acts_is_the_person_that_is_signed_in(client: Client, actor: Actor) -> None:
    editor = PersonFactory()
    MembershipFactory(actor=actor, person=editor)
    client.force_login(editor)
    section = reverse("partners:actor-edit-section", args=[actor.slug, "kontakt"])
    page = client.get(section)
    data = {field.html_name: field.value() or "" for field in page.context["form"]}
    answer = client.post(section, data | {"city": "Sendling", "phone": "089 123456"})

    assert answer.status_code == 302
    (entry,) = HistoryEntry.objects.of(actor)
    assert (entry.by, entry.values["phone"]) == (editor, ["", "089 123456"])


def test_what_an_admin_does_with_many_is_told_of_each(client: Client, actor: Actor) -> None:
    other = ActorFactory()
    forget()
    admin = AdminFactory()
    client.force_login(admin)
    confirm(client, [actor, other], "hide")

    entries = list(HistoryEntry.objects.order_by("subject_id"))
    assert [(entry.subject_id, entry.by, entry.values["state"][1]) for entry in entries] == [
        (actor.pk, admin, "verborgen"),
        (other.pk, admin, "verborgen"),
    ]
    assert len({entry.act for entry in entries}) == 1


def test_a_visitor_and_a_command_are_nobody(actor: Actor) -> None:
    actor.hide()

    assert [entry.by_id for entry in HistoryEntry.objects.of(actor)] == [None]


def test_acts_of_two_people_are_kept_apart(actor: Actor) -> None:
    one, two = PersonFactory(), PersonFactory()
    for person, text in ((one, "A"), (two, "B")):
        with acting(by=person):
            edit_actor(actor=actor, values={"purpose": text})

    entries = list(HistoryEntry.objects.of(actor).order_by("pk"))
    assert [(entry.by, entry.values["purpose"]) for entry in entries] == [(one, ["Lesen.", "A"]), (two, ["A", "B"])]
    assert entries[0].act != entries[1].act


def test_whoever_deletes_an_account_is_nobody_in_the_history(actor: Actor) -> None:
    person = PersonFactory(name="Wegda Gegangen")
    with acting(by=person):
        edit_actor(actor=actor, values={"purpose": "Anders."})
    pk = person.pk
    person.delete()

    entry = HistoryEntry.objects.of(actor).select_related("by").get()
    assert (entry.by_id, entry.by) == (pk, None)


def test_nothing_personal_is_kept() -> None:
    """What a contact person withdraws, or an account that is deleted, must not live on in the history."""
    kept = [
        field
        for model in kept_models()
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]
        if class_of(field) == FieldClass.PERSONAL
        and field.related_model is not Person
        and field.name not in model.UNTOLD
    ]
    assert kept == []
    assert ContactPerson not in kept_models()


def test_a_contact_person_leaves_no_trace(actor: Actor) -> None:
    contact = ContactFactory(actor=actor, name="Geheime Person", email="geheim@example.org")
    contact.phone = "089 999"
    contact.save()
    contact.delete()

    assert HistoryEntry.objects.count() == 0


def test_people_derived_columns_and_moments_are_not_told(actor: Actor) -> None:
    actor.confirm(by=PersonFactory(), seen=actor.stamp)
    Actor.objects.update(is_demo=True)
    Project.objects.update(version=3)

    assert told(actor) == []


def test_reading_costs_nothing_and_a_save_two_queries(actor: Actor) -> None:
    with CaptureQueriesContext(connection) as reading:
        list(Actor.objects.all())
    actor.purpose = "Anders."
    with CaptureQueriesContext(connection) as writing:
        actor.save()

    assert len(reading) == 1
    assert [query["sql"].split()[0] for query in writing] == ["SELECT", "UPDATE", "INSERT"]


def test_many_rows_are_told_in_a_few_queries() -> None:
    rows = [Actor(name=f"Neu {n}", slug=f"neu-{n}") for n in range(600)]
    with CaptureQueriesContext(connection) as many:
        Actor.objects.bulk_create(rows)
    told_in = [query["sql"] for query in many if "historyentry" in query["sql"]]

    assert HistoryEntry.objects.count() == 600
    assert len(told_in) == 2


def test_a_tie_that_moves_is_told_on_both_sides(actor: Actor) -> None:
    """As when two entries of one place become one."""
    other, topic = ActorFactory(), TopicFactory()
    actor.topics.add(topic)
    forget()
    Actor.topics.through.objects.filter(actor=actor).update(actor=other)

    assert told(actor) == [("actor", "anders", {"topics": {"-": [topic.pk]}})]
    assert told(other) == [("actor", "anders", {"topics": {"+": [topic.pk]}})]


@pytest.mark.parametrize("option", [{"ignore_conflicts": True}, {"update_conflicts": True}])
def test_a_way_of_writing_that_cannot_be_told_is_refused(option: dict[str, bool]) -> None:
    with pytest.raises(NotImplementedError):
        Actor.objects.bulk_create([Actor(name="Neu", slug="neu")], **option)
