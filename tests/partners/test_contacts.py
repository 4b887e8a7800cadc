"""Contact persons: internal until they agree, asked by mail, and free to correct, to object and to withdraw."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from partners.actions import consent
from partners.actions.consent import token_of
from partners.actions.contacts import edit_contact, enter_contact
from partners.models import Actor, ContactPerson, Mail
from tests.factories import ActorFactory, ContactFactory, PersonFactory
from tests.partners.actor_world import EVERYBODY, INSIDERS, World
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
PROFILE = "/akteure/treff/"
NEW = f"{PROFILE}kontakte/neu/"
FULL = {"name": "Mina  Muster", "function": "Leitet den Treff", "email": "Leitung@example.org", "phone": "089 – 12345"}
Way = ContactPerson.Way


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def asked(world: World, **values) -> ContactPerson:
    values = {
        "actor": world.actor,
        "name": "Mina Muster",
        "email": "mina@example.org",
        "asked_at": timezone.now(),
    } | values
    return ContactFactory(**values)


def link(contact: ContactPerson) -> str:
    return f"/kontakte/einwilligung/{token_of(contact)}/"


def enter(commit, **values) -> ContactPerson:
    with commit(execute=True):
        return enter_contact(**{"name": "Mina Muster", "email": "mina@example.org"} | values)


# --- who sees and who writes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "state", "readers"),
    [
        ({}, "veroeffentlicht", INSIDERS),
        ({"agreed": True}, "veroeffentlicht", EVERYBODY),
        ({"agreed": True, "withdrawn_at": timezone.now()}, "veroeffentlicht", INSIDERS),
        ({"agreed": True}, "entwurf", INSIDERS),
        ({"agreed": True}, "verborgen", INSIDERS),
        ({"agreed": True}, "archiviert", INSIDERS),
    ],
    ids=["never asked", "agreed", "withdrawn", "draft", "hidden", "archived"],
)
def test_nobody_is_shown_without_running_consent(values, state, readers):
    world = World(state=state)
    canary = asked(world, function="Kanarienfunktion", phone="089 99887766", **values)
    rows = ContactPerson.objects.all()
    assert {who for who in EVERYBODY if canary in rows.visible_to(getattr(world, who))} == readers
    for who in EVERYBODY:
        page = world.client(who).get(PROFILE).content.decode()
        shown = [word in page for word in ("Mina Muster", "Kanarienfunktion", "mina@example.org", "089 99887766")]
        assert (who, shown) == (who, [who in readers] * 4)


def test_it_is_written_by_whoever_keeps_the_profile():
    world = World()
    contact = asked(world)
    assert {who for who in EVERYBODY if contact in ContactPerson.objects.editable_by(getattr(world, who))} == INSIDERS
    Actor.objects.update(state=Actor.State.ARCHIVED)
    assert not ContactPerson.objects.editable_by(world.admin).exists()


def test_an_entry_is_internal_and_tidy():
    world = World()
    assert world.client("editor").post(NEW, FULL)["Location"] == f"{PROFILE}#kontaktpersonen"
    contact = ContactPerson.objects.get()
    assert (contact.name, contact.email, contact.phone) == ("Mina Muster", "leitung@example.org", "089 - 12345")
    assert (contact.entered_by, contact.has_agreed, contact.consent_version) == (world.editor, False, "")


def test_the_same_form_sent_twice_makes_one_entry():
    client = World().client("editor")
    form = sent_by(client.get(NEW)) | FULL
    assert [client.post(NEW, form).status_code for _ in range(3)] == [302, 302, 302]
    assert ContactPerson.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"email": "keine"}, "email"),
        ({"phone": "anrufen!"}, "phone"),
        ({"agreed": "vielleicht"}, "agreed"),
        ({"agreed": "link"}, "agreed"),
        ({"agreed": "selbst"}, "agreed"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(typed, field):
    answer = World().client("editor").post(NEW, FULL | typed)
    assert list(answer.context["form"].errors) == [field]
    assert not ContactPerson.objects.exists()


@pytest.mark.parametrize(
    ("agreed", "line"),
    [
        (Way.SPOKEN, "by word of mouth, entered by Alex Beispiel"),
        (Way.WRITTEN, "in writing, entered by Alex Beispiel"),
        (Way.SELF, "entered by the person herself"),
    ],
)
def test_a_consent_has_its_text_its_time_and_its_way(agreed, line):
    by = PersonFactory(name="Alex Beispiel", email="mina@example.org")
    contact = enter_contact(actor=ActorFactory(), by=by, name="Mina", email="mina@example.org", agreed=agreed)
    assert (contact.has_agreed, contact.consent_version, contact.way_line) == (True, "2026-11", line)
    assert abs(contact.consented_at - timezone.now()) < timedelta(minutes=1)


# --- the mail -----------------------------------------------------------------------------------------------------------


def test_who_is_entered_by_somebody_else_gets_a_mail(django_capture_on_commit_callbacks):
    world = World()
    world.editor.name, world.editor.language = "Edda", "en"
    world.editor.save()
    contact = enter(django_capture_on_commit_callbacks, actor=world.actor, by=world.editor, function="Leitung")
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["mina@example.org"], "Contact person of Treff: do you agree?")
    assert "Edda entered you as a contact person of “Treff”" in message.body
    assert "only the team of “Treff” and the organisers see it" in message.body
    address = re.search(r"^https?://\S+(/kontakte/einwilligung/\S+/)$", message.body, re.MULTILINE)[1]
    # Behind the colon stands the second in which it was signed, and that may be another one by now.
    assert address.split(":")[0] == link(contact).split(":")[0]
    assert "Mina" in Client().get(address).content.decode()


def test_the_mail_speaks_the_language_of_who_reads_it(django_capture_on_commit_callbacks):
    by = PersonFactory(language="en")
    PersonFactory(email="mina@example.org", language="de")
    enter(django_capture_on_commit_callbacks, actor=ActorFactory(name="Treff\r\nBcc: x"), by=by)
    assert mail.outbox[0].subject == "Kontaktperson von Treff Bcc: x: Sind Sie einverstanden?"
    assert "Guten Tag Mina Muster!" in mail.outbox[0].body


def test_nobody_writes_to_herself_or_to_no_address(django_capture_on_commit_callbacks):
    by = PersonFactory(email="mina@example.org")
    enter(django_capture_on_commit_callbacks, actor=ActorFactory(), by=by)
    enter(django_capture_on_commit_callbacks, actor=ActorFactory(), by=by, email="")
    assert mail.outbox == []


def test_what_is_not_stored_is_not_mailed(django_capture_on_commit_callbacks):
    with (
        django_capture_on_commit_callbacks(execute=True) as waiting,
        pytest.raises(IntegrityError),
        transaction.atomic(),
    ):
        enter_contact(actor=ActorFactory(), by=PersonFactory(), name="", email="mina@example.org")
    assert (waiting, mail.outbox) == ([], [])


def test_who_objects_or_is_taken_out_before_the_mail_leaves_gets_none(django_capture_on_commit_callbacks):
    world = World()
    for change in (ContactPerson.object, lambda contact: contact.delete()):
        with django_capture_on_commit_callbacks() as waiting:
            contact = enter_contact(actor=world.actor, by=world.editor, name="Mina", email="mina@example.org")
        change(contact)
        if contact.pk:
            contact.save()
        for callback in waiting:
            callback()
    assert list(Mail.objects.order_by("pk").values_list("state", "reason")) == [
        (Mail.State.DROPPED, Mail.Reason.NOT_ALLOWED),
        (Mail.State.DROPPED, Mail.Reason.GONE),
    ]
    assert mail.outbox == []


def test_nobody_floods_mailboxes(monkeypatch):
    monkeypatch.setattr(consent, "PER_DAY", 2)
    world = World()
    client = world.client("editor")
    answers = [client.post(NEW, FULL | {"email": f"m{number}@example.org"}).status_code for number in range(3)]
    assert answers == [302, 302, 200]
    contact = ContactPerson.objects.order_by("pk")[0]
    with pytest.raises(ValidationError) as refused:
        edit_contact(contact=contact, by=world.editor, values={}, ask_again=True)
    assert refused.value.code == "haste"


# --- changes by others --------------------------------------------------------------------------------------------------


def test_a_change_by_somebody_else_ends_the_consent_and_asks_anew(django_capture_on_commit_callbacks):
    world = World()
    contact = asked(world, agreed=True, asked_at=timezone.now() - timedelta(days=3))
    path, client = f"/kontakte/{contact.pk}/bearbeiten/", world.client("editor")
    opened = sent_by(client.get(path))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, opened)
    contact.refresh_from_db()
    assert (contact.has_agreed, mail.outbox) == (True, [])
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, opened | {"phone": "089 55555"})
    contact.refresh_from_db()
    assert (contact.has_agreed, contact.phone, [m.to for m in mail.outbox]) == (
        False,
        "089 55555",
        [["mina@example.org"]],
    )


def test_a_new_address_makes_the_old_link_useless(visitor):
    world = World()
    contact = asked(world)
    old = link(contact)
    edit_contact(contact=contact, by=world.editor, values={"email": "andere@example.org"})
    assert visitor.post(old, {"wahl": "bestaetigen"}).status_code == 410
    assert not ContactPerson.objects.agreed().exists()


def test_nobody_else_brings_back_who_objected():
    world = World()
    contact = asked(world, objected_at=timezone.now())
    client, path = world.client("editor"), f"/kontakte/{contact.pk}/bearbeiten/"
    page = client.get(path)
    assert "This person objected" in page.content.decode()
    assert not {"agreed", "ask_again"} & set(page.context["form"].fields)
    client.post(path, sent_by(page) | {"agreed": "muendlich", "ask_again": "on", "name": "Neu"})
    assert not ContactPerson.objects.agreed().exists()
    with pytest.raises(ValidationError):
        edit_contact(contact=contact, by=world.editor, values={}, agreed=Way.SPOKEN)


def test_two_who_edit_lose_no_word():
    world = World()
    contact = asked(world)
    path, client = f"/kontakte/{contact.pk}/bearbeiten/", world.client("editor")
    opened = sent_by(client.get(path))
    ContactPerson.objects.update(function="Von anderen")
    client.post(path, opened | {"name": "Neuer Name"})
    contact.refresh_from_db()
    assert (contact.name, contact.function) == ("Neuer Name", "Von anderen")
    assert "Von anderen" in client.post(path, opened | {"function": "Von mir"}).content.decode()


def test_withdrawing_makes_it_internal_at_once():
    world = World()
    contact = asked(world, agreed=True)
    path = f"/kontakte/{contact.pk}/widerrufen/"
    assert world.client("editor").get(path).status_code == 200
    assert "Mina Muster" in world.client("visitor").get(PROFILE).content.decode()
    world.client("editor").post(path)
    assert "Mina Muster" not in world.client("visitor").get(PROFILE).content.decode()
    contact.refresh_from_db()
    first = contact.withdrawn_at
    world.client("editor").post(path)
    contact.refresh_from_db()
    assert (contact.withdrawn_at, contact.consent_version) == (first, "2026-11")


def test_deleting_asks_once_more():
    world = World()
    contact = asked(world)
    path = f"/kontakte/{contact.pk}/loeschen/"
    assert "Delete the contact person “Mina Muster”?" in world.client("editor").get(path).content.decode()
    assert world.client("editor").post(path)["Location"] == f"{PROFILE}#kontaktpersonen"
    assert not ContactPerson.objects.exists()


# --- the link -----------------------------------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing(visitor):
    contact = asked(World(), function="Leitung")
    before = ContactPerson.objects.values().get()
    page = visitor.get(link(contact))
    assert ("Mina Muster" in page.content.decode(), "no-store" in page["Cache-Control"]) == (True, True)
    assert visitor.post(link(contact)).status_code == 200
    assert visitor.post(link(contact), {"wahl": "\x00"}).status_code == 200
    assert ContactPerson.objects.values().get() == before


def test_confirming_publishes_once(visitor):
    contact = asked(World())
    assert "Thank you." in visitor.post(link(contact), {"wahl": "bestaetigen"}, follow=True).content.decode()
    contact.refresh_from_db()
    first = contact.consented_at
    assert (contact.has_agreed, contact.consent_way, contact.consent_noted_by) == (True, "link", None)
    assert "already" in visitor.post(link(contact), {"wahl": "bestaetigen"}, follow=True).content.decode()
    contact.refresh_from_db()
    assert contact.consented_at == first
    assert "Mina Muster" in visitor.get(PROFILE).content.decode()


@pytest.mark.parametrize("agreed", [True, False])
def test_objecting_keeps_it_internal_and_she_may_come_back(visitor, agreed):
    contact = asked(World(), agreed=agreed)
    visitor.post(link(contact), {"wahl": "widersprechen"})
    contact.refresh_from_db()
    assert (contact.has_agreed, contact.objected_at is None) == (False, False)
    assert "Mina Muster" not in visitor.get(PROFILE).content.decode()
    assert "already" in visitor.post(link(contact), {"wahl": "widersprechen"}, follow=True).content.decode()
    visitor.post(link(contact), {"wahl": "bestaetigen"})
    contact.refresh_from_db()
    assert (contact.has_agreed, contact.objected_at) == (True, None)


def test_objecting_may_delete_the_entry(visitor):
    contact = asked(World())
    path = link(contact)
    assert "Your entry is deleted." in visitor.post(path, {"wahl": "loeschen"}, follow=True).content.decode()
    assert not ContactPerson.objects.exists()
    assert (visitor.get(path).status_code, visitor.post(path, {"wahl": "bestaetigen"}).status_code) == (410, 410)


def test_she_corrects_what_is_wrong_and_her_consent_goes_on(visitor):
    contact = asked(World(), agreed=True)
    path = link(contact)
    wrong = visitor.post(path, FULL | {"wahl": "berichtigen", "name": ""})
    assert list(wrong.context["form"].errors) == ["name"]
    visitor.post(path, FULL | {"wahl": "berichtigen", "name": "Mina Richtig"})
    contact.refresh_from_db()
    assert (contact.name, contact.function, contact.has_agreed) == ("Mina Richtig", "Leitet den Treff", True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_link_says_so_and_changes_nothing(visitor, monkeypatch, method):
    contact = asked(World())
    path = link(contact)
    monkeypatch.setattr(consent, "LIFETIME", timedelta(seconds=-1))
    answer = getattr(visitor, method)(path, {"wahl": "bestaetigen"})
    assert answer.status_code == 410
    assert "A link about your details works for 30 days" in answer.content.decode()
    assert not ContactPerson.objects.agreed().exists()


@pytest.mark.parametrize("token", ["x", "a:b:c", "ä", "%00", "x" * 5000, "WzEsIiJd:1a:b"])
def test_a_link_that_was_never_sent_leads_nowhere(visitor, token):
    asked(World())
    for method in (visitor.get, visitor.post):
        assert method(f"/kontakte/einwilligung/{token}/", {"wahl": "bestaetigen"}).status_code == 404
    assert not ContactPerson.objects.agreed().exists()


# --- what is stored -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"consented_at": timezone.now()},
        {"withdrawn_at": timezone.now()},
        {"agreed": True, "consent_way": ""},
        {"agreed": True, "objected_at": timezone.now()},
    ],
    ids=["no name", "no text", "nothing to withdraw", "no way", "objected and agreed"],
)
def test_what_can_never_be_stored(wrong):
    actor = ActorFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactFactory(actor=actor, **wrong)


def test_a_change_by_an_admin_ends_the_consent_too():
    world = World()
    contact = asked(world, agreed=True)
    form = {"actor": world.actor.pk, "name": "Anders", "function": "", "email": "mina@example.org", "phone": ""}
    assert world.client("admin").post(f"/admin/partners/contactperson/{contact.pk}/change/", form).status_code == 302
    contact.refresh_from_db()
    assert (contact.name, contact.has_agreed) == ("Anders", False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_profile_takes_the_same_queries_for_every_number_of_people(django_assert_num_queries, rows):
    world = World()
    for _ in range(rows):
        ContactFactory(actor=world.actor, agreed=True)
    with django_assert_num_queries(5):
        world.client("visitor").get(PROFILE)
