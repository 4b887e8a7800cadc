"""The history in the administration: ours above Django's own, and no names of people in what outlives them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from partners.actions.actors import edit_actor
from partners.models import Actor, ContactPerson, Person, acting
from tests.factories import (
    ActorFactory,
    AdminFactory,
    ChannelFactory,
    ContactFactory,
    ContributionFactory,
    MembershipFactory,
    PersonFactory,
)
from tests.partners.many import confirm

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(AdminFactory(name="Ada Admin"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    return client


def history(client: Client, row: Any) -> str:
    kind = row._meta.label_lower.replace(".", "_")
    response = client.get(reverse(f"admin:{kind}_history", args=[row.pk]))
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode().replace("<", " <")).split())


def test_the_history_of_an_actor_tells_what_was_written_anywhere(client: Client) -> None:
    actor = ActorFactory(name="Bücherei", purpose="Lesen.")
    with acting(by=PersonFactory(name="Anna Muster")):
        edit_actor(actor=actor, values={"purpose": "Lesen und reden."})
        ChannelFactory(actor=actor, name="Rundbrief")
    confirm(client, [actor], "hide")

    page = history(client, actor)
    assert "Anna Muster" in page
    assert "Zweck in einem Satz von „Lesen.“ auf „Lesen und reden.“" in page
    assert "Kommunikationskanal „Rundbrief“: neu eingetragen" in page
    assert "Ada Admin Angaben geändert Stand von „veröffentlicht“ auf „verborgen“" in page
    assert (
        f"{actor.get_absolute_url()}verlauf/"
        in client.get(reverse("admin:partners_actor_history", args=[actor.pk])).content.decode()
    )


def test_a_form_of_the_administration_is_told_with_what_it_changed(client: Client) -> None:
    channel = ChannelFactory(name="Rundbrief")
    address = reverse("admin:partners_channel_change", args=[channel.pk])
    form = client.get(address).context["adminform"].form
    data = {name: form[name].value() or "" for name in form.fields}
    assert client.post(address, data | {"name": "Brief"}).status_code == 302

    page = history(client, channel)
    assert "Ada Admin Angaben geändert Name von „Rundbrief“ auf „Brief“" in page
    assert "Was in der Verwaltung geschah" in page


def test_a_part_tells_only_its_own_lines(client: Client) -> None:
    mine, other = ContributionFactory(title="Meins"), None
    other = ContributionFactory(participation=mine.participation, title="Fremd")
    other.promise(by=None)

    page = history(client, mine)
    assert "Meins" in page
    assert "Fremd" not in page


def test_what_has_no_history_keeps_the_page_of_django(client: Client) -> None:
    assert "Was in der Verwaltung geschah" not in history(client, PersonFactory())


@pytest.mark.parametrize("make", [ContactFactory, PersonFactory], ids=["contact", "person"])
def test_the_log_of_django_knows_no_names(client: Client, make: Any) -> None:
    """It stays when the person is gone."""
    row: ContactPerson | Person = make(name="Geheime Person")
    kind, pk = row._meta.model_name, row.pk
    client.post(reverse(f"admin:partners_{kind}_delete", args=[pk]), {"post": "yes"})

    (entry,) = LogEntry.objects.filter(object_id=str(pk))
    assert "Geheim" not in entry.object_repr + entry.change_message
    assert str(pk) in entry.object_repr


def test_of_many_deleted_contacts_the_log_knows_no_names(client: Client) -> None:
    rows = [ContactFactory(name=f"Geheime Person {number}") for number in range(2)]
    client.post(
        reverse("admin:partners_contactperson_changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"},
    )

    assert ContactPerson.objects.count() == 0
    assert ["Geheim" in entry.object_repr for entry in LogEntry.objects.all()] == [False, False]


@pytest.mark.parametrize("changes", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_changes(
    client: Client, changes: int, django_assert_num_queries: Any
) -> None:
    actor: Actor = ActorFactory()
    for number in range(changes):
        with acting(by=PersonFactory()):
            edit_actor(actor=actor, values={"purpose": f"Zweck {number}"})
    history(client, actor)
    with django_assert_num_queries(10):
        history(client, actor)


def test_who_joins_a_team_is_not_named_in_the_log(client: Client) -> None:
    actor = ActorFactory()
    member = MembershipFactory(actor=actor, person=PersonFactory(name="Geheime Person"))
    address = reverse("admin:partners_actor_change", args=[actor.pk])
    context = client.get(address).context
    forms = [context["adminform"].form, *(inline.formset for inline in context["inline_admin_formsets"])]
    data = {field.html_name: field.value() for field in forms[0] if field.value()}
    for formset in forms[1:]:
        for form in (formset.management_form, *formset.initial_forms):
            data |= {field.html_name: field.value() or "" for field in form}
    assert client.post(address, data | {"memberships-0-DELETE": "on"}).status_code == 302

    (entry,) = LogEntry.objects.all()
    assert not actor.memberships.filter(pk=member.pk).exists()
    assert ("Geheim" in entry.change_message, "deleted" in entry.change_message) == (False, True)
    assert entry.get_change_message()
