"""Round mails: who gets one and who does not and why, sent once, one mail each, and a log of what became of it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from partners.actions.memberships import end_organising
from partners.actions.merging import merge_actors
from partners.actions.notices import choose_notices
from partners.actions.round_mails import RoundMailMail, plan_of, send_round_mail
from partners.actions.sending import send_mails
from partners.models import Actor, Mail, NoNotices, Person, RoundMail, RoundMailPlace
from tests.factories import (
    ActorFactory,
    ContactFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PartnershipFactory,
    PersonFactory,
    RoundMailFactory,
)
from tests.partners.browser import sent_by
from tests.partners.partnership_world import World as PartnershipWorld

pytestmark = pytest.mark.django_db
LIST = "/quartiere/daheim/rundmails/"
NEW = f"{LIST}neu/"


class World(PartnershipWorld):
    """The library has an editor; its contact person has agreed."""

    def __init__(self) -> None:
        super().__init__()
        self.contact = ContactFactory(actor=self.library, agreed=True, name="Kim Kurz", email="kim@example.org")

    def draft(self, *actors: Actor, **values: Any) -> RoundMail:
        row = RoundMailFactory(neighbourhood=self.home, by=self.organiser, **values)
        for actor in actors or (self.library,):
            RoundMailPlace.objects.create(round_mail=row, actor=actor)
        return row

    def send(self, row: RoundMail) -> int:
        return send_round_mail(round_mail=row, by=self.organiser, seen=plan_of(row).seen)


def names(lines: list[Any]) -> list[tuple[str, str]]:
    return [(line.name, line.why_not) for line in lines]


@pytest.fixture
def later(django_capture_on_commit_callbacks: Any) -> Any:
    """Nothing leaves before the test says so."""
    with django_capture_on_commit_callbacks(execute=False):
        yield send_mails.call


def test_an_organiser_writes_looks_and_sends_and_each_gets_a_mail_of_her_own(
    django_capture_on_commit_callbacks: Any,
) -> None:
    world = World()
    client = world.client("organiser")
    data = sent_by(client.get(f"{NEW}?stand=laufend"))
    assert data["partnerships"] == [str(world.partnership.pk)]
    data |= {"subject": "Runder  Tisch", "text": "wer kommt?"}
    answers = {client.post(NEW, data)["Location"] for _ in range(2)}
    row = RoundMail.objects.get()
    assert (answers, row.subject, mail.outbox) == ({f"/rundmails/{row.pk}/"}, "Runder Tisch", [])
    page = client.get(f"/rundmails/{row.pk}/").content.decode()
    for words in (
        "2 people get it",
        world.editor.name,
        "Kim Kurz",
        "Begleitung",
        "the place does not lie in this neighbourhood",
    ):
        assert words in page
    seen = plan_of(row).seen
    assert f'name="seen" value="{seen}"' in page
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert client.post(f"/rundmails/{row.pk}/senden/", {"seen": seen}).status_code == 302
    assert sorted(one.to[0] for one in mail.outbox) == sorted([world.editor.email, "kim@example.org"])
    first = mail.outbox[0]
    assert (first.subject, first.reply_to) == ("Runder Tisch", [world.organiser.email])
    assert first.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "wer kommt?" in first.body
    assert f"{world.organiser}, für die Organisator*innen von „Daheim“" in first.body
    assert "/hinweise/abbestellen/" in first.body
    log = client.get(f"/rundmails/{row.pk}/").content.decode()
    assert ("2 recipients" in log, log.count("sent, ")) == (True, 2)
    assert "to 2 people" in client.get(LIST).content.decode()


def test_who_does_not_get_it_is_named_with_the_reason() -> None:
    world = World()
    tired = MembershipFactory(
        actor=world.library, person=PersonFactory(name="Müde", notices=Person.Notices.NONE)
    ).person
    gone = MembershipFactory(actor=world.library, person=PersonFactory(name="Weg", is_active=False)).person
    for name, values in {
        "Ungefragt": {"email": "a@example.org"},
        "Ohne Adresse": {"agreed": True},
        "Abbestellt": {"agreed": True, "email": "ab@example.org"},
        "Auch im Team": {"agreed": True, "email": world.editor.email},
    }.items():
        ContactFactory(actor=world.library, name=name, **values)
    NoNotices.objects.create(fingerprint=NoNotices.fingerprint_of("AB@example.org"))
    empty = ActorFactory(name="Leer", neighbourhoods=[world.home])
    archived = ActorFactory(name="Vorbei", neighbourhoods=[world.home], state=Actor.State.ARCHIVED)
    plan = plan_of(world.draft(world.library, world.companion, empty, archived))
    assert names(plan.gets) == [(world.editor.name, ""), ("Kim Kurz", "")]
    assert sorted(names(plan.misses)) == sorted(
        [
            ("", "the place does not lie in this neighbourhood"),
            ("", "nobody is entered who could get it"),
            ("", "the place is archived"),
            (tired.name, "does not want notices"),
            (gone.name, "the account is switched off"),
            ("Abbestellt", "does not want notices"),
            ("Auch im Team", "gets it already, for “Bibliothek”"),
            ("Ohne Adresse", "no e-mail address"),
            ("Ungefragt", "has not agreed"),
        ]
    )
    only_contacts = plan_of(world.draft(to_teams=False))
    assert names(only_contacts.gets) == [("Auch im Team", ""), ("Kim Kurz", "")]


@pytest.mark.parametrize("case", ["unsubscribed", "left the team", "withdrew", "sender left", "link", "moved"])
def test_rights_are_asked_again_when_it_leaves(case: str, later: Any) -> None:
    world = World()
    colleague = PersonFactory()
    world.home.organisers.add(colleague)
    world.send(world.draft())
    if case == "unsubscribed":
        choose_notices(person=world.editor, choice=Person.Notices.NONE)
    elif case == "left the team":
        world.editor.memberships.all().delete()
    elif case == "withdrew":
        world.contact.withdraw()
        world.contact.save()
    elif case == "sender left":
        end_organising(neighbourhood=world.home, person=world.organiser)
    elif case == "moved":
        world.library.neighbourhoods.set([NeighbourhoodFactory()])
    else:
        NoNotices.objects.create(fingerprint=NoNotices.fingerprint_of("kim@example.org"))
    later()
    reached = sorted(one.to[0] for one in mail.outbox)
    assert (
        reached
        == {
            "unsubscribed": ["kim@example.org"],
            "left the team": ["kim@example.org"],
            "withdrew": [world.editor.email],
            "sender left": [],
            "link": [world.editor.email],
            "moved": [],
        }[case]
    )
    assert Mail.objects.filter(state=Mail.State.DROPPED).count() == 2 - len(reached)


def test_it_goes_to_those_who_were_shown_and_to_nobody_else(later: Any) -> None:
    world = World()
    row = world.draft()
    seen = plan_of(row).seen
    MembershipFactory(actor=world.library)
    client = world.client("organiser")
    answer = client.post(f"/rundmails/{row.pk}/senden/", {"seen": seen})
    assert answer.status_code == 422
    assert "The text or who gets it has changed in the meantime." in answer.content.decode()
    seen = plan_of(row).seen
    RoundMail.objects.filter(pk=row.pk).update(text="Von Kim.")
    answer = client.post(f"/rundmails/{row.pk}/senden/", {"seen": seen})
    assert (answer.status_code, "Von Kim." in answer.content.decode()) == (422, True)
    assert not Mail.objects.exists()
    empty = world.draft(world.companion)
    answer = client.post(f"/rundmails/{empty.pk}/senden/", {"seen": plan_of(empty).seen})
    assert "Nobody would get it." in answer.content.decode()


def test_of_many_partnerships_those_at_a_stage_are_offered(monkeypatch: Any) -> None:
    world = World()
    talks = PartnershipFactory(neighbourhood=world.home, state="abstimmung", start_on=None)
    monkeypatch.setattr("partners.forms.round_mails.MOST_OFFERED", 1)
    client = world.client("organiser")
    for query, row in {"": talks, "?stand=laufend": world.partnership}.items():
        field = client.get(NEW + query).context["form"].fields["partnerships"]
        assert [one.pk for one in field.queryset] == [row.pk]
        assert "1 are offered" in field.help_text
    monkeypatch.setattr("partners.forms.round_mails.MOST_OFFERED", 2)
    assert not client.get(NEW).context["form"].fields["partnerships"].help_text


def groups(page: Any) -> dict[str, list[str]]:
    """The places that are offered, under their headings."""
    options = page.context["form"]["actors"].option_groups
    return {str(heading): [str(option["label"]) for option in found] for heading, found in options}


@pytest.mark.parametrize("is_new", [True, False])
def test_of_many_places_some_are_offered_the_others_searched_and_nothing_is_lost(
    monkeypatch: Any, is_new: bool
) -> None:
    monkeypatch.setattr("partners.forms.round_mails.MOST_OFFERED", 3)
    monkeypatch.setattr("partners.forms.round_mails.LEAST_OFFERED", 2)
    world = World()
    for name in ("Aula", "Bad", "Chor", "Tanzhaus Nord", "Tanzhaus Süd", "Tanzhaus West"):
        MembershipFactory(actor=ActorFactory(name=name, neighbourhoods=[world.home]))
    client = world.client("organiser")
    url = NEW if is_new else f"/rundmails/{world.draft().pk}/bearbeiten/"
    page = client.get(url)
    before = {"The first ones of the alphabet": ["Aula", "Bad", "Bibliothek"]}
    after = {"Chosen": ["Bibliothek"], "The first ones of the alphabet": ["Aula", "Bad"]}
    assert groups(page) == (before if is_new else after)
    assert f"There are more places than fit here; {3 if is_new else 2} are offered." in page.text
    chor = Actor.objects.get(name="Chor").pk
    typed = {"actors": [str(world.library.pk), str(chor), "9" * 40, "x"], "to_teams": [], "subject": "Tisch"}

    page = client.post(url, sent_by(page) | typed | {"suchen": "1", "suche": "tanzhaus"})
    assert groups(page) == {"Chosen": ["Bibliothek", "Chor"], "Found": ["Tanzhaus Nord", "Tanzhaus Süd"]}
    assert "More than 2 places fit “tanzhaus”. Type a little more of the name." in page.text
    sent = sent_by(page)
    assert (sent["actors"], sent["subject"]) == ([str(world.library.pk), str(chor)], ["Tisch"])
    assert (page.context["form"].errors, RoundMail.objects.filter(subject="Tisch").count()) == ({}, 0)

    # Enter sends the form, but for new words in the search: the first button there is does not search.
    assert re.findall(r'<button[^>]* name="(enter|suchen)"', page.text) == ["enter", "suchen"]
    page = client.post(url, sent | {"enter": "1", "suche": "süd"})
    assert "1 more place fits “süd”." in page.text
    south = Actor.objects.get(name="Tanzhaus Süd").pk
    told = sent_by(page) | {"enter": "1", "text": "Kommt?", "to_teams": "on", "actors": [chor, south]}
    assert client.post(url, told).status_code == 302
    assert {one.actor_id for one in RoundMail.objects.get().places.all()} == {chor, south}


def test_a_daily_reader_gets_it_at_once_and_without_an_answer_address(django_capture_on_commit_callbacks: Any) -> None:
    world = World()
    Person.objects.filter(pk=world.editor.pk).update(notices=Person.Notices.DAILY)
    with django_capture_on_commit_callbacks(execute=True):
        world.send(world.draft(to_contacts=False, answers_to_me=False))
    (one,) = mail.outbox
    assert (one.to, one.reply_to) == ([world.editor.email], [])
    assert str(RoundMailMail.label) in world.client("editor").get("/konto/hinweise/").context["kinds"]


def test_a_draft_is_changed_and_deleted_and_what_was_sent_is_not(later: Any) -> None:
    world = World()
    row, other = world.draft(), ActorFactory(name="Café", neighbourhoods=[world.home])
    MembershipFactory(actor=other)
    client = world.client("organiser")
    edit = f"/rundmails/{row.pk}/bearbeiten/"
    data = sent_by(client.get(edit))
    assert data["actors"] == [str(world.library.pk)]
    RoundMail.objects.filter(pk=row.pk).update(text="Von Kim.")
    both = client.post(edit, data | {"text": "Von mir."}).content.decode()
    assert ("Von Kim." in both, "Von mir." in both) == (True, True)
    assert client.post(edit, sent_by(client.get(edit)) | {"actors": [str(other.pk)]}).status_code == 302
    assert [place.actor for place in row.places.all()] == [other]
    row.refresh_from_db()
    world.send(row)
    assert {client.get(f"/rundmails/{row.pk}/{verb}/").status_code for verb in ("bearbeiten", "loeschen")} == {404}
    draft = world.draft()
    assert client.post(f"/rundmails/{draft.pk}/loeschen/")["Location"] == LIST
    assert list(RoundMail.objects.all()) == [row]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"subject": ""}, "Say in a few words what it is about."),
        ({"text": ""}, "Write what you want to tell them."),
        ({"actors": []}, "Choose at least one place."),
        ({"actors": ["9" * 40]}, "This choice is not offered any more."),
        ({"to_teams": [], "to_contacts": []}, "Choose teams, contact persons, or both."),
    ],
)
def test_bad_input_is_answered_with_a_sentence(typed: dict[str, Any], said: str) -> None:
    world = World()
    data = {"subject": "Tisch", "text": "Kommt?", "actors": [world.library.pk], "to_teams": "on"} | typed
    page = world.client("organiser").post(NEW, data).content.decode()
    assert (said in page, RoundMail.objects.count()) == (True, 0)


def test_who_deleted_the_account_stands_in_the_log_without_a_name(later: Any) -> None:
    world = World()
    row = world.draft(to_contacts=False)
    world.send(row)
    name = world.editor.name
    world.editor.delete()
    log = world.client("organiser").get(f"/rundmails/{row.pk}/").content.decode()
    assert ("a deleted account" in log, name in log) == (True, False)
    assert "so long ago that the portal does not keep it any more" in log


def test_two_places_that_become_one_are_meant_once() -> None:
    world = World()
    twin = ActorFactory(neighbourhoods=[world.home])
    row = world.draft(world.library, twin)
    library = Actor.objects.get(pk=world.library.pk)
    merge_actors(kept=library, gone=twin, take=[], by=world.admin, seen=(library.stamp, twin.stamp))
    assert [place.actor for place in row.places.all()] == [library]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("is_sent", "queries"), [(False, 9), (True, 5)])
def test_the_page_asks_the_same_number_of_questions(
    rows: int, is_sent: bool, queries: int, later: Any, django_assert_num_queries: Any
) -> None:
    world = World()
    actors = [ActorFactory(neighbourhoods=[world.home]) for _ in range(rows)]
    for actor in actors:
        MembershipFactory(actor=actor)
        ContactFactory(actor=actor, agreed=True, email=f"{actor.slug}@example.org")
    row = world.draft(*actors)
    if is_sent:
        world.send(row)
    client: Client = world.client("organiser")
    with django_assert_num_queries(queries):
        client.get(f"/rundmails/{row.pk}/")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(rows: int, django_assert_num_queries: Any) -> None:
    world = World()
    for _ in range(rows):
        world.draft()
    client = world.client("organiser")
    with django_assert_num_queries(5):
        client.get(LIST)
