"""A side without an account is asked by mail whether a contribution is right, and answers by the link in it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core import mail, signing
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from partners.actions.sending import send_mails
from partners.models import Actor, HistoryEntry, Mail, NoNotices
from projects.actions import answering, asking
from projects.actions.asking import ask_to_confirm, asked_actor, mailbox_of, token_of
from projects.models import Contribution, ContributionStep, Participation, Side
from tests.factories import ActorFactory, ContactFactory, MembershipFactory, ParticipationFactory, PersonFactory

pytestmark = pytest.mark.django_db
State = Contribution.State
LINK = re.compile(r"http://localhost:8000(/beitraege/antworten/\S+/)")


@pytest.fixture
def part(world) -> Participation:
    """The kiosk takes part; nobody can sign in for it."""
    kiosk = ActorFactory(name="Kiosk", slug="kiosk", email="Laden@example.org", neighbourhoods=[world.place])
    return ParticipationFactory(project=world.project, actor=kiosk)


@pytest.fixture
def row(world, part) -> Contribution:
    return world.delivered(part=part, title="Brezen", planned_quantity=6)


def asked(row: Contribution, by: Any = None) -> str:
    """The path of the link in the mail that was sent last."""
    ask_to_confirm(contribution=row, by=by)
    send_mails.call()
    return LINK.search(mail.outbox[-1].body)[1]


def seen(page: Any) -> str:
    return re.search(r'name="seen" value="([^"]+)"', page.content.decode())[1]


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def everything(row: Contribution) -> list[Any]:
    """All that an answer could change."""
    return [
        Contribution.objects.filter(pk=row.pk).values().get(),
        list(ContributionStep.objects.values()),
        list(HistoryEntry.objects.values()),
        list(Mail.objects.values()),
    ]


# --- who is asked -------------------------------------------------------------------------------------------------------


def test_the_side_that_did_not_write_it_is_asked(world, part, row):
    own = world.delivered(side=Side.ACTOR)
    assert (asked_actor(row), asked_actor(own)) == (part.actor, world.lead)
    of_the_lead = ParticipationFactory(project=world.project, actor=world.lead, role="federfuehrung")
    row = world.contribution(part=of_the_lead, state=State.DELIVERED, recorded_side=Side.ACTOR)
    assert asked_actor(row) is None


@pytest.mark.parametrize(
    ("change", "address"),
    [
        (None, "laden@example.org"),
        ({"email": ""}, ""),
        ({"email": "", "contact": {"agreed": True, "email": "Ina@example.org"}}, "ina@example.org"),
        ({"email": "", "contact": {"email": "ina@example.org"}}, ""),
        ({"contact": {"agreed": True, "email": "ina@example.org"}}, "laden@example.org"),
        ({"team": True}, ""),
        ({"team": False}, "laden@example.org"),
        ({"state": "archiviert"}, ""),
        ({"by": lambda: PersonFactory(email="laden@example.org")}, ""),
        ({"by": lambda: None}, "laden@example.org"),
        ({"contribution": "zugesagt"}, ""),
    ],
)
def test_the_office_comes_first_then_who_agreed_and_nobody_where_somebody_can_sign_in(
    world, part, row, change, address
):
    change = dict(change or {})
    if contact := change.pop("contact", None):
        ContactFactory(actor=part.actor, **contact)
    if "team" in change:
        MembershipFactory(actor=part.actor, person__is_active=change.pop("team"))
    if writer := change.pop("by", None):
        Contribution.objects.filter(pk=row.pk).update(recorded_by=writer())
    if state := change.pop("contribution", None):
        Contribution.objects.filter(pk=row.pk).update(state=state, delivered_quantity=None)
    Actor.objects.filter(pk=part.actor.pk).update(**change) if change else None
    assert mailbox_of(row) == address


def test_what_the_actor_wrote_is_asked_of_a_lead_without_account_though_organisers_may_answer(world):
    own = world.delivered(side=Side.ACTOR)
    Actor.objects.filter(pk=world.lead.pk).update(email="lead@example.org")
    assert mailbox_of(own) == ""
    world.lead.memberships.all().delete()
    assert mailbox_of(own) == "lead@example.org"


# --- asking -------------------------------------------------------------------------------------------------------------


def test_the_mail_says_what_is_entered_in_german_and_names_no_person(world, row):
    path = asked(row, by=world.people.organiser)
    (message,) = mail.outbox
    assert message.to == ["laden@example.org"]
    assert message.subject == "„Quartierscafé“: Stimmt dieser Beitrag?"
    assert "Im Projekt „Quartierscafé“ ist eingetragen, dass „Kiosk“ das beigetragen hat:\n\nBrezen\n" in message.body
    assert "4 Stunden" in message.body
    assert "Olga" not in message.body
    assert "laden@" not in path
    assert "List-Unsubscribe" in message.extra_headers


def test_one_wording_is_asked_about_once_again_after_days_and_three_times_in_all(world, row, monkeypatch):
    ask_to_confirm(contribution=row, by=None)
    with pytest.raises(asking.AskedAlreadyError):
        ask_to_confirm(contribution=row, by=None)
    for _ in range(2):
        Contribution.objects.update(asked_at=timezone.now() - timedelta(days=3, minutes=1))
        ask_to_confirm(contribution=row, by=None)
    Contribution.objects.update(asked_at=timezone.now() - timedelta(days=30))
    with pytest.raises(ValidationError, match="three times"):
        ask_to_confirm(contribution=row, by=None)
    assert Mail.objects.count() == 3
    row.refresh_from_db()
    row.revise(by=world.people.organiser, side=Side.PROJECT, delivered_quantity=3)
    assert ask_to_confirm(contribution=row, by=None) == "laden@example.org"
    assert Mail.objects.count() == 4


def test_one_mailbox_gets_so_many_a_day_and_none_after_it_said_no(world, part, monkeypatch):
    monkeypatch.setattr(asking, "PER_DAY", 2)
    rows = [world.delivered(part=part) for _ in range(3)]
    for row in rows[:2]:
        ask_to_confirm(contribution=row, by=None)
    with pytest.raises(ValidationError, match="many questions today"):
        ask_to_confirm(contribution=rows[2], by=None)
    Mail.objects.update(created_at=timezone.now() - timedelta(days=2))
    NoNotices.objects.create(pk=NoNotices.fingerprint_of("laden@example.org"))
    with pytest.raises(ValidationError, match="does not want"):
        ask_to_confirm(contribution=rows[2], by=None)
    assert Mail.objects.count() == 2


@pytest.mark.parametrize("change", ["confirmed", "rewritten", "team", "address"])
def test_what_has_settled_itself_is_not_sent(world, part, row, change):
    ask_to_confirm(contribution=row, by=None)
    row.refresh_from_db()
    if change == "confirmed":
        row.confirm(by=world.people.admin)
    elif change == "rewritten":
        row.revise(by=world.people.organiser, side=Side.PROJECT, title="Brot")
    elif change == "team":
        MembershipFactory(actor=part.actor)
    else:
        Actor.objects.filter(pk=part.actor.pk).update(email="neu@example.org")
    send_mails.call()
    assert (mail.outbox, Mail.objects.get().state) == ([], Mail.State.DROPPED)


@pytest.mark.parametrize(
    ("who", "status"), [("organiser", 302), ("leader", 302), ("librarian", 404), ("elsewhere", 404), ("visitor", 302)]
)
def test_the_side_that_wrote_it_asks(world, row, who, status):
    answer = world.client(who).post(f"/beitraege/{row.pk}/bitten/", {"version": row.version})
    assert answer.status_code == status
    assert Mail.objects.count() == int(who in {"organiser", "leader"})
    if who == "organiser":
        mine = "A mail goes to laden@example.org. Its link shows what is entered, and asks for a yes or a no."
        assert said(answer) == [mine]
        again = world.client(who).post(f"/beitraege/{row.pk}/bitten/", {"version": row.version})
        assert (again.status_code, Mail.objects.count()) == (302, 1)


def test_who_asks_from_an_old_page_is_shown_what_it_says_now(world, row):
    row.revise(by=world.people.organiser, side=Side.PROJECT, title="Brot")
    answer = world.client("organiser").post(f"/beitraege/{row.pk}/bitten/", {"version": 1})
    assert said(answer) == ["Somebody else has changed this in the meantime. Please look at it once more."]
    assert not Mail.objects.exists()


@pytest.mark.parametrize("address", ["/projekte/quartierscafe/", "/projekte/quartierscafe/beitraege/"])
def test_the_button_stands_where_it_applies_and_for_whom(world, row, address):
    world.delivered()  # the library has an account
    world.delivered(side=Side.ACTOR)
    action = re.compile(r'<form method="post" action="/beitraege/(\d+)/bitten/"')
    for who, there in (("organiser", [str(row.pk)]), ("librarian", []), ("visitor", [])):
        page = world.client(who).get(address).content.decode()
        assert action.findall(page) == there, who
        assert ("laden@example.org" in page) == (who == "organiser" and not address.endswith("beitraege/"))
    ask_to_confirm(contribution=row, by=None)
    page = world.client("organiser").get(address).content.decode()
    assert (action.findall(page), "sked by mail on" in page) == ([], True)


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("laden@example.org", "Kiosk has no account here: ask for the yes by mail, with the button at the entry."),
        ("", "Nobody can confirm it yet: Kiosk has neither an account nor an e-mail address here."),
    ],
)
def test_who_enters_something_delivered_reads_how_the_yes_comes_and_nothing_is_sent_by_itself(
    world, part, email, words
):
    Actor.objects.filter(pk=part.actor.pk).update(email=email)
    given = {"category": "raeume", "title": "Laden", "state": "erbracht", "delivered_quantity": "2"}
    answer = world.client("organiser").post(f"/beteiligungen/{part.pk}/beitraege/neu/", given)
    assert said(answer)[0].startswith(f"“Laden” is noted. {words}")
    planned = world.contribution(part=part, title="Brezen")
    answer = world.client("organiser").post(f"/beitraege/{planned.pk}/erbringen/", {"quantity": "3"})
    assert said(answer)[-1].startswith(f"“Brezen” is delivered. {words}")
    assert not Mail.objects.exists()


def test_an_old_page_asks_nobody_who_has_answered_meanwhile_and_says_so(world, client, row):
    path = asked(row)
    row.refresh_from_db()
    old = {"version": row.version}
    client.post(path, {"wahl": "stimmt", "seen": row.version})
    answer = world.client("organiser").post(f"/beitraege/{row.pk}/bitten/", old)
    assert said(answer) == ["Somebody else has changed this in the meantime. Please look at it once more."]
    assert Mail.objects.count() == 1


# --- answering ----------------------------------------------------------------------------------------------------------


def test_a_scanner_that_opens_the_link_changes_nothing(client, row):
    path = asked(row)
    before = everything(row)
    for _ in range(3):
        page = client.get(path)
        assert (page.status_code, client.head(path).status_code) == (200, 200)
    assert client.post(path).status_code == 200  # a form without an answer
    assert everything(row) == before
    text = page.content.decode()
    for words in ("Quartierscafé", "Kiosk", "Brezen", "4 hours", "planned: 6 hours"):
        assert words in text
    assert "Olga" not in text
    assert page["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def test_the_form_of_another_site_is_refused(row):
    path = asked(row)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, {"wahl": "stimmt", "seen": row.version}).status_code == 403
    row.refresh_from_db()
    assert row.state == State.DELIVERED


def test_yes_confirms_once_and_history_and_administration_say_how(world, client, row):
    path = asked(row)
    answer = client.post(path, {"wahl": "stimmt", "seen": seen(client.get(path))})
    assert "Thank you: it is confirmed" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.confirmed_by, row.confirmed_at is not None) == (State.CONFIRMED, None, True)
    step = row.steps.last()
    assert (step.to_state, step.by, step.link_of) == (State.CONFIRMED, None, ContributionStep.Link.ACTOR)
    again = client.post(path, {"wahl": "stimmt", "seen": row.version})
    assert (again.status_code, client.get(path).status_code) == (410, 410)
    assert "“Brezen” was confirmed on" in again.content.decode()
    assert row.steps.count() == 2
    page = world.client("organiser").get("/projekte/quartierscafe/").content.decode()
    assert "(by the link in a mail to “Kiosk”)" in page
    past = world.client("organiser").get("/projekte/quartierscafe/verlauf/").content.decode()
    assert "By the link in a mail, without an account" in past
    page = world.client("admin").get(f"/admin/projects/contribution/{row.pk}/change/").content.decode()
    assert page.count("the contributing actor") == 2


def test_no_needs_a_reason_and_the_side_that_wrote_it_mends_it(world, client, row):
    path = asked(row)
    number = seen(client.get(path))
    refused = client.post(path, {"wahl": "stimmt-nicht", "seen": number, "reason": " "})
    assert "Say what is not right, so that the other side can mend it." in refused.content.decode()
    assert seen(refused) == number
    done = client.post(path, {"wahl": "stimmt-nicht", "seen": number, "reason": "Nur drei."})
    assert "Thank you: your objection is entered" in done.content.decode()
    row.refresh_from_db()
    assert (row.state, row.objection) == (State.DELIVERED, "Nur drei.")
    assert list(Contribution.objects.to_mend_by(world.people.organiser)) == [row]
    over = client.post(path, {"wahl": "stimmt", "seen": row.version})
    assert (over.status_code, "There is an objection to “Brezen”." in over.content.decode()) == (410, True)
    row.revise(by=world.people.organiser, side=Side.PROJECT, delivered_quantity=3)
    over = client.post(path, {"wahl": "stimmt", "seen": row.version})
    assert (over.status_code, "was put right after an answer" in over.content.decode()) == (410, True)
    assert client.get(asked(row)).status_code == 200


def test_other_words_than_those_of_the_mail_are_shown_anew_and_not_confirmed_unseen(world, client, row):
    path = asked(row)
    old = seen(client.get(path))
    row.revise(by=world.people.organiser, side=Side.PROJECT, delivered_quantity=400)
    answer = client.post(path, {"wahl": "stimmt", "seen": old})
    text = answer.content.decode()
    assert (answer.status_code, "This was written anew since" in text, "400 hours" in text) == (409, True, True)
    row.refresh_from_db()
    assert row.state == State.DELIVERED
    kept = client.post(path, {"wahl": "stimmt-nicht", "seen": old, "reason": "Vier!"}).content.decode()
    assert "Vier!" in kept
    assert "This was written anew since" in client.get(path).content.decode()
    client.post(path, {"wahl": "stimmt", "seen": seen(answer)})
    row.refresh_from_db()
    assert row.state == State.CONFIRMED


def be_gone(world, row):
    row.steps.all().delete()
    row.delete()


SETTLED = {
    "the actor has a team": lambda world, row: MembershipFactory(actor=row.participation.actor),
    "another mailbox": lambda world, row: Actor.objects.filter(slug="kiosk").update(email="neu@example.org"),
    "the word of the other side": lambda world, row: row.revise(by=None, side=Side.ACTOR, title="Brot"),
    "gone": be_gone,
    "confirmed": lambda world, row: row.confirm(by=world.people.admin),
}
SENTENCES = {
    "the actor has a team": "There is a team with an account for this place now: it answers, signed in.",
    "confirmed": "was confirmed on",
}


@pytest.mark.parametrize("change", SETTLED)
def test_a_link_that_does_not_count_any_more_says_why(world, client, row, change):
    path = asked(row)
    row.refresh_from_db()
    SETTLED[change](world, row)
    before = list(Contribution.objects.values())
    words = SENTENCES.get(change, "The question does not go to this address any more")
    for answer in (client.get(path), client.post(path, {"wahl": "stimmt", "seen": "1"})):
        assert (answer.status_code, words in answer.content.decode()) == (410, True)
    assert list(Contribution.objects.values()) == before


def test_a_mailbox_that_is_not_its_own_any_more_reads_nothing_of_the_answer(world, client, row):
    """Nor which project it was, where a team answers now."""
    path = asked(row)
    row.refresh_from_db()
    row.object_to(by=world.people.admin, reason="Nur drei.")
    assert "There is an objection to “Brezen”." in client.get(path).content.decode()
    Actor.objects.filter(slug="kiosk").update(email="neu@example.org")
    page = client.get(path)
    assert (page.status_code, "Brezen" in page.content.decode()) == (410, False)
    row.revise(by=world.people.organiser, side=Side.PROJECT, title="Brot")
    MembershipFactory(actor=row.participation.actor)
    page = client.get(path).content.decode()
    assert ("it answers, signed in" in page, row.participation.project.slug in page) == (True, False)


def test_nobody_on_the_side_that_wrote_it_answers_by_the_mailbox_of_the_other(world, client, row):
    """An organiser who also reads the mails of a place has entered it herself, or a colleague of hers has."""
    path = asked(row)
    colleague = PersonFactory(email="laden@example.org")
    assert client.get(path).status_code == 200
    world.place.organisers.add(colleague)
    assert client.post(path, {"wahl": "stimmt", "seen": "1"}).status_code == 410
    row.revise(by=world.people.organiser, side=Side.PROJECT, title="Brot")
    with pytest.raises(ValidationError) as refusal:
        ask_to_confirm(contribution=row, by=world.people.organiser)
    assert refusal.value.code == "own"
    assert Contribution.objects.get().state == State.DELIVERED


def test_a_link_grows_old_and_what_we_never_signed_is_not_there(client, row, monkeypatch):
    path = asked(row)
    foreign = signing.dumps([row.pk, row.version, 0, ""], salt="other")
    yes = {"wahl": "stimmt", "seen": "1"}
    for forged in (path[:-3] + "xy/", f"/beitraege/antworten/{foreign}/", "/beitraege/antworten/kein-link/"):
        for answer in (client.get(forged), client.post(forged, yes)):
            words = "Perhaps a part of the address is missing." in answer.content.decode()
            assert (answer.status_code, words) == (404, True)
    monkeypatch.setattr(answering, "LIFETIME", timedelta(seconds=-1))
    for answer in (client.get(path), client.post(path, yes)):
        words = "A link like this works for 30 days." in answer.content.decode()
        assert (answer.status_code, words) == (410, True)
    row.refresh_from_db()
    assert row.state == State.DELIVERED


def test_a_lead_without_account_answers_for_the_project(world, client):
    own = world.delivered(side=Side.ACTOR, title="Lesesaal")
    Actor.objects.filter(pk=world.lead.pk).update(email="lead@example.org")
    world.lead.memberships.all().delete()
    path = asked(own)
    page = client.get(path)
    assert "“Stadtbibliothek” has entered this in the project “Quartierscafé”." in page.content.decode()
    client.post(path, {"wahl": "stimmt", "seen": seen(page)})
    assert own.steps.last().link_of == ContributionStep.Link.PROJECT
    history = world.client("librarian").get("/projekte/quartierscafe/").content.decode()
    assert "(by the link in a mail to the lead of the project)" in history


def test_the_link_keeps_no_address(row):
    said = signing.loads(token_of(row, "laden@example.org"), salt=asking.SALT)
    assert said[:4] == [row.pk, 1, 0, row.participation.actor_id]
    assert "laden" not in said[4]
