"""One's own data: all of it, for nobody else; and the way out, that takes the name and leaves the work."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import models
from django.test import Client
from django.utils import timezone

from partners.models import ContactPerson, HistoryEntry, Invitation, Mail, Membership, Person, acting
from projects.models import Contribution
from quartier.leaving import delete_account
from quartier.own_data import TRACES, Stays, data_of, relations
from tests.factories import (
    PASSWORD,
    ActorFactory,
    AdminFactory,
    AgreementFactory,
    AssessmentFactory,
    ContactFactory,
    ContributionFactory,
    MailFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PersonFactory,
    QuotationFactory,
)

pytestmark = pytest.mark.django_db

DATA, FILE, DELETE = "/konto/daten/", "/konto/daten/meine-daten.json", "/konto/loeschen/"


def signed_in(person: Person, client: Client | None = None) -> Client:
    """And has just shown by her password that it is she."""
    client = client or Client(headers={"accept-language": "en"})
    client.force_login(person)
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    return client


def invite(email: str, **values: Any) -> Invitation:
    invitation = Invitation(email=email, **values)
    invitation.renew_token()
    invitation.save()
    return invitation


# --- the table of traces ----------------------------------------------------------------------------------------------


def test_every_relation_to_a_person_has_a_policy_and_keeps_it() -> None:
    """A new relation needs a line in quartier/own_data.py that says what she gets, and what becomes of it when she goes."""
    on_delete = {name: column.remote_field.on_delete.__name__ for name, column in relations().items()}

    assert {name: trace.stays.value for name, trace in TRACES.items()} == on_delete


def test_what_outlives_an_account_can_do_without_it() -> None:
    nameless = [name for name, trace in TRACES.items() if trace.stays is not Stays.GOES]

    assert [name for name in nameless if not relations()[name].null] == []


def test_no_text_keeps_a_name_or_an_address_of_a_person_who_went() -> None:
    """Everything that can be deleted, and then a search through every text of every table."""
    person = PersonFactory(email="kanarie@example.org", name="Kanarie Vogel")
    other = PersonFactory()
    actor = ActorFactory()
    MembershipFactory(actor=actor, person=person)
    NeighbourhoodFactory(organisers=[person, other])
    invite(person.email, name=person.name, actor=actor, created_by=other)
    invite(person.email, name=person.name, actor=ActorFactory(), accepted_by=person, accepted_at=timezone.now())
    with acting(by=person):
        AssessmentFactory(actor=actor, assessed_by=person)
        ContributionFactory(recorded_by=person).remember("", by=person)
    client = signed_in(person)

    assert client.post(DELETE, {"sure": "on"}).status_code == 302
    assert words_with("kanarie") == []


def words_with(word: str) -> list[str]:
    columns = [
        column
        for name in {column.model for column in relations().values()} | {Person, Session, Invitation, HistoryEntry}
        for column in name._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField | models.JSONField)
    ]
    return sorted(
        f"{column.model._meta.label}.{column.name}"
        for column in columns
        if any(
            word in str(value).casefold() for value in column.model._base_manager.values_list(column.name, flat=True)
        )
    )


# --- reading ----------------------------------------------------------------------------------------------------------


def test_the_file_holds_what_the_person_did_and_nothing_of_others() -> None:
    person = PersonFactory(name="Kanarie Vogel")
    team, hidden = ActorFactory(name="Bücherei"), ActorFactory(name="Geheim", state="entwurf")
    MembershipFactory(actor=team, person=person, role="manager")
    AssessmentFactory(actor=team, assessed_by=person, access_reason="hat einen Saal")
    ContactFactory(actor=hidden, entered_by=person, name="Fremde Frau", email="fremd@example.org")
    ContactFactory(actor=team, name="Ich selbst", email=person.email)
    QuotationFactory(text="Das sage ich", email=person.email), QuotationFactory(text="Anderes", entered_by=person)
    invite("gast@example.org", name="Gast", actor=team, created_by=person)
    waiting = invite(
        person.email, actor=ActorFactory(name="Laden"), created_by=PersonFactory(email="chefin@example.org")
    )
    answer = signed_in(person).get(FILE)
    found = json.loads(answer.content)

    assert answer["Content-Disposition"] == 'attachment; filename="meine-daten.json"'
    assert found["account"][0]["Name"] == "Kanarie Vogel"
    assert found["partners.Membership.person"][0]["about"] == "Bücherei"
    assert found["partners.Membership.person"][0]["Role"] == "manager"
    assert "hat einen Saal" in found["partners.KeyActorAssessment.assessed_by"][0].values()
    assert len(found["partners.Invitation.created_by"]) == len(found["partners.ContactPerson.entered_by"]) == 1
    assert "Ich selbst" in found["contacts"][0].values()
    assert ["Das sage ich" in one.values() for one in found["quotations"]] == [True]
    assert len(found["partners.Quotation.entered_by"]) == 1
    assert found["invitations"][0]["about"] == "Laden"
    for word in ("Geheim", "Anderes", "Fremde Frau", "fremd@", "gast@", "chefin@", waiting.token_hash, person.password):
        assert word not in answer.content.decode()


def test_mails_to_the_account_and_to_the_address_are_named_and_go_with_the_account() -> None:
    person = PersonFactory()
    MailFactory(person=person, kind="still-right")
    MailFactory(person=None, address=person.email, kind="invitation")
    MailFactory(by=person)
    found = json.loads(signed_in(person, Client(headers={"accept-language": "de"})).get(FILE).content)
    assert found["partners.Mail.person"][0]["Art"] == "Stimmt Ihr Profil noch?"
    assert (found["mails"][0]["Art"], found["mails"][0]["An die Adresse"]) == ("Einladung", person.email)
    assert list(found["partners.Mail.by"][0]) == ["Art", "Angelegt"]

    delete_account(person=person)
    assert list(Mail.objects.values_list("by", "address")) == [(None, "")]


def test_whoever_is_named_in_an_agreement_reads_her_line_and_no_other() -> None:
    person = PersonFactory(email="ada@example.org")
    agreement = AgreementFactory(subject="Geheim")
    part = agreement.parts.first()
    part.contact = "Ben, ben@example.org\nAda, Leitung, Ada@example.org"
    part.save()
    found = json.loads(signed_in(person).get(FILE).content)
    assert found["agreements"] == [{"Contact person": "Ada, Leitung, Ada@example.org"}]
    MembershipFactory(actor=part.actor, person=person)
    assert json.loads(signed_in(person).get(FILE).content)["agreements"][0]["about"] == "Geheim"


def test_a_change_in_the_history_names_what_was_changed_to_who_may_see_it() -> None:
    person = PersonFactory()
    seen, hidden = ActorFactory(name="Bücherei"), ActorFactory(name="Geheim", state="entwurf")
    HistoryEntry.objects.all().delete()
    for actor in (seen, hidden, seen):
        kind = "partners.actor"
        HistoryEntry.objects.create(subject=kind, subject_id=actor.pk, row=kind, row_id=actor.pk, by=person)
    lines = json.loads(signed_in(person).get(FILE).content)["partners.HistoryEntry.by"]

    assert [line.get("about") for line in lines] == ["Bücherei", None, "Bücherei"]
    assert {line["Kind"] for line in lines} == {"Actor"}
    assert lines[0]["address"] == seen.get_absolute_url()


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_shows_every_section_and_shortens_long_ones(language: str) -> None:
    person = PersonFactory(language=language)
    for _ in range(23):
        MembershipFactory(person=person)
    client = signed_in(person, Client(headers={"accept-language": language}))
    page = client.get(DATA).content.decode()

    assert page.count('href="/akteure/actor') + page.count('href="/akteure/akteur') == 20
    assert (" (23)</h2>" in page, page.count("<h1>")) == (True, 1)
    assert page.count("<h2 ") == len(data_of(person))


# --- deleting ---------------------------------------------------------------------------------------------------------


def test_who_signed_in_long_ago_shows_first_that_it_is_she(client: Client) -> None:
    person = PersonFactory()
    client.force_login(person)
    assert client.get(DELETE)["Location"].startswith("/konto/reauthenticate/")
    client.post("/konto/reauthenticate/?next=/konto/loeschen/", {"password": "falsch"})
    assert client.get(DELETE).status_code == 302
    client.post("/konto/reauthenticate/?next=/konto/loeschen/", {"password": PASSWORD})
    assert client.get(DELETE).status_code == 200
    assert Person.objects.filter(pk=person.pk).exists()


def test_nothing_happens_without_a_clear_yes() -> None:
    person = PersonFactory()
    page = signed_in(person).post(DELETE).content.decode()

    assert "Tick this box if your account shall be deleted." in page
    assert Person.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_name_goes_and_the_work_stays(language: str, django_capture_on_commit_callbacks) -> None:
    person, other = PersonFactory(language=language), PersonFactory()
    actor, home = ActorFactory(), NeighbourhoodFactory(organisers=[person, other])
    MembershipFactory(actor=actor, person=person, role="manager")
    MembershipFactory(actor=actor, person=other, role="manager")
    given = ContributionFactory(recorded_by=person)
    contact = ContactFactory(actor=actor, entered_by=person)
    entry = HistoryEntry.objects.create(
        subject="partners.actor", subject_id=actor.pk, row="partners.actor", row_id=actor.pk, by=person
    )
    sent = invite("gast@example.org", actor=actor, created_by=person)
    second = Client()
    assert second.post("/konto/login/", {"login": person.email, "password": PASSWORD}).status_code == 302
    key, number = second.session.session_key, person.pk
    client = signed_in(person)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(DELETE, {"sure": "on"})

    assert answer["Location"] == "/"
    assert "_auth_user_id" not in client.session
    assert not Session.objects.filter(session_key=key).exists()
    assert not UserSession.objects.filter(user=number).exists()
    assert not Person.objects.filter(pk=number).exists()
    assert Contribution.objects.get(pk=given.pk).recorded_by is None
    assert ContactPerson.objects.get(pk=contact.pk).entered_by is None
    assert HistoryEntry.objects.get(pk=entry.pk).by_id == number
    assert not Invitation.objects.filter(pk=sent.pk).exists()
    assert list(home.organisers.all()) == [other]
    assert [one.person for one in actor.memberships.all()] == [other]
    subject = {"de": "Ihr Konto bei Quartier ist gelöscht", "en": "Your account at Quartier is deleted"}[language]
    assert [(one.subject, one.to) for one in mail.outbox] == [(subject, [person.email])]
    assert signed_in(other).get(f"{actor.get_absolute_url()}verlauf/").status_code == 200


def test_the_last_one_responsible_hands_over_first() -> None:
    person = PersonFactory()
    actor, home = ActorFactory(name="Chor"), NeighbourhoodFactory(name="Süd", organisers=[person])
    MembershipFactory(actor=actor, person=person, role="manager")
    client = signed_in(person)
    page, sent = client.get(DELETE).content.decode(), client.post(DELETE, {"sure": "on"}).content.decode()

    assert f'<a href="/akteure/{actor.slug}/team/">You are the last manager of “Chor”.' in page
    assert f'<a href="/quartiere/{home.slug}/team/">You are the last organiser of “Süd”.' in page
    assert 'name="sure"' not in page
    assert "You are the last manager of “Chor”." in sent
    assert Membership.objects.filter(person=person).count() == home.organisers.count() == 1


def test_the_last_admin_stays() -> None:
    admin = AdminFactory()
    page = signed_in(admin).post(DELETE, {"sure": "on"}).content.decode()

    assert "You are the last admin." in page
    AdminFactory()
    assert signed_in(admin).post(DELETE, {"sure": "on"}).status_code == 302
