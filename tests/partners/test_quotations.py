"""What somebody of a side says: public only with her consent, and gone for good when it is withdrawn."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from partners.actions.consent import token_of
from partners.actions.merging import merge_actors, undo_merge
from partners.actions.quotations import enter_quotation
from partners.models import HistoryEntry, PartnershipParty, Quotation
from tests.factories import ActorFactory, QuotationFactory
from tests.partners.browser import sent_by
from tests.partners.partnership_world import EVERYBODY, World

pytestmark = pytest.mark.django_db
FULL = {
    "text": " „Seitdem grüßt man sich.“ ",
    "name": "Mina  Muster",
    "function": "Leitet",
    "email": "Mina@example.org",
}
WORDS = "Seitdem grüßt man sich."
INSIDERS = {"editor", "organiser", "admin"}


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def quoted(world: World, **values) -> Quotation:
    facts = {"party": world.side, "text": WORDS, "name": "Mina Muster", "email": "mina@example.org"}
    return QuotationFactory(**facts | {"asked_at": timezone.now()} | values)


def new(world: World) -> str:
    return f"{world.url}seiten/{world.side.pk}/zitat/neu/"


def link(quotation: Quotation) -> str:
    return f"/zitate/einwilligung/{token_of(quotation)}/"


def readers(world: World, path: str) -> set[str]:
    return {who for who in EVERYBODY if WORDS in world.client(who).get(path).content.decode()}


# --- who reads it ---------------------------------------------------------------------------------------------------------


def test_everybody_reads_it_as_soon_as_she_agreed_and_nobody_else_before():
    world = World()
    quotation = quoted(world)
    profile = world.library.get_absolute_url()
    assert readers(world, world.url) == INSIDERS
    assert readers(world, profile) == set()
    quotation.agree(way=Quotation.Way.LINK)
    quotation.save()
    assert readers(world, world.url) == readers(world, profile) == set(EVERYBODY)
    assert readers(world, world.companion.get_absolute_url()) == set()


def test_it_goes_no_further_than_its_partnership():
    world = World(state="abstimmung", start_on=None)
    world.partnership.remember("", by=None)
    quoted(world, agreed=True)
    assert readers(world, world.library.get_absolute_url()) == readers(world, world.url) == INSIDERS


# --- writing --------------------------------------------------------------------------------------------------------------


def test_the_team_enters_it_and_the_person_is_asked_by_mail(django_capture_on_commit_callbacks):
    world = World()
    world.editor.name, world.editor.language = "Edda", "en"
    world.editor.save()
    with django_capture_on_commit_callbacks(execute=True):
        answer = world.client("editor").post(new(world), FULL)
    quotation = Quotation.objects.get()
    assert answer["Location"] == f"{world.url}#zitat-{world.side.pk}"
    assert (quotation.text, quotation.name, quotation.email) == (WORDS, "Mina Muster", "mina@example.org")
    assert (quotation.entered_by, quotation.has_agreed) == (world.editor, False)
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["mina@example.org"], "Your words about “Bibliothek”: do you agree?")
    assert (
        f"Edda would like to quote you with these words about a partnership of “Bibliothek”:\n\n{WORDS}" in message.body
    )
    address = re.search(r"^https?://\S+(/zitate/einwilligung/\S+/)$", message.body, re.MULTILINE)[1]
    assert address.split(":")[0] == link(quotation).split(":")[0]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": " „“ "}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"name": ""}, "name"),
        ({"email": "keine"}, "email"),
        ({"agreed_on": "gestern"}, "agreed_on"),
        ({"agreed_on": "1.1.2099"}, "agreed_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(typed, field):
    world = World()
    answer = world.client("organiser").post(new(world), FULL | typed)
    assert list(answer.context["form"].errors) == [field]
    assert not Quotation.objects.exists()


def test_a_consent_on_paper_has_its_day_and_who_entered_it(django_capture_on_commit_callbacks):
    world = World()
    with django_capture_on_commit_callbacks(execute=True):
        world.client("organiser").post(new(world), FULL | {"agreed_on": "3.2.2026"})
    quotation = Quotation.objects.get()
    assert timezone.localdate(quotation.consented_at) == date(2026, 2, 3)
    assert (quotation.consent_version, quotation.consent_way) == ("2026-11", "schriftlich")
    assert quotation.consent_noted_by == world.organiser
    assert mail.outbox == []


def test_a_side_has_one_quotation_at_a_time():
    world = World()
    quotation = quoted(world)
    with pytest.raises(ValidationError) as refused:
        enter_quotation(party=world.side, by=world.editor, text="Noch eins", name="Ada")
    assert refused.value.code == "twice"
    assert world.client("editor").get(new(world))["Location"] == f"/zitate/{quotation.pk}/bearbeiten/"


def test_other_words_end_the_consent_and_ask_anew(django_capture_on_commit_callbacks):
    world = World()
    quotation = quoted(world, agreed=True, asked_at=timezone.now() - timedelta(days=3))
    old = link(quotation)
    path, client = f"/zitate/{quotation.pk}/bearbeiten/", world.client("editor")
    form = sent_by(client.get(path))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, form | {"email": "mina.muster@example.org"})
    quotation.refresh_from_db()
    assert quotation.has_agreed
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path, sent_by(client.get(path)) | {"text": "Man kennt sich."})
    quotation.refresh_from_db()
    assert (quotation.text, quotation.has_agreed, quotation.consent_version) == ("Man kennt sich.", False, "")
    assert [message.to for message in mail.outbox] == [["mina.muster@example.org"]]
    assert client.get(old).status_code == 410


# --- the link -------------------------------------------------------------------------------------------------------------


def test_by_the_link_she_confirms_what_she_has_read(visitor):
    world = World()
    quotation = quoted(world)
    path = link(quotation)
    page = visitor.get(path)
    assert WORDS in page.content.decode()
    assert not Quotation.objects.agreed().exists()
    Quotation.objects.update(text="Etwas anderes")
    answer = visitor.post(path, {"wahl": "bestaetigen", "seen": quotation.words_seen}, follow=True)
    assert "Somebody has changed these words meanwhile." in answer.content.decode()
    assert not Quotation.objects.agreed().exists()
    visitor.post(path, {"wahl": "bestaetigen", "seen": Quotation.objects.get().words_seen})
    assert Quotation.objects.values_list("consent_way", "consent_version").get() == ("link", "2026-11")


def test_by_the_link_she_puts_her_words_right(visitor):
    quotation = quoted(World())
    path = link(quotation)
    fields = {"wahl": "berichtigen", "text": "Man kennt sich.", "name": "Mina Muster", "function": ""}
    assert visitor.post(path, fields).status_code == 302
    quotation.refresh_from_db()
    assert (quotation.text, quotation.email, quotation.has_agreed) == ("Man kennt sich.", "mina@example.org", False)


@pytest.mark.parametrize(("agreed", "status"), [(True, 200), (False, 410)])
def test_who_has_agreed_withdraws_by_her_old_link_at_any_time(visitor, agreed, status):
    quotation = quoted(World(), agreed=agreed, asked_at=timezone.now() - timedelta(days=400))
    assert visitor.get(link(quotation)).status_code == status


@pytest.mark.parametrize("who", ["visitor", "editor", "organiser"])
def test_withdrawn_it_is_gone_everywhere_and_the_history_does_not_know_the_words(who):
    world = World()
    quotation = quoted(world, agreed=True)
    path, client = link(quotation), world.client(who)
    if who == "visitor":
        client.post(path, {"wahl": "loeschen"})
    else:
        client.post(f"/zitate/{quotation.pk}/loeschen/")
    assert not Quotation.objects.exists()
    for page in (world.url, world.library.get_absolute_url(), f"{world.url}verlauf/"):
        assert readers(world, page) == set()
    assert client.get(path).status_code == 410
    told = HistoryEntry.objects.filter(row="partners.quotation").order_by("pk")
    assert [(entry.what, sorted(entry.values)) for entry in told] == [
        ("neu", ["party_id"]),
        ("weg", ["party_id"]),
    ]
    assert "Quotation “Bibliothek”: removed" in world.client("organiser").get(f"{world.url}verlauf/").content.decode()


# --- merging --------------------------------------------------------------------------------------------------------------


def merged(world: World, kept):
    return merge_actors(kept=kept, gone=world.library, take=[], by=world.admin, seen=(kept.stamp, world.library.stamp))


def test_it_comes_along_when_two_sides_become_one_and_goes_back():
    world = World()
    kept = ActorFactory(neighbourhoods=[world.home])
    PartnershipParty.objects.create(partnership=world.partnership, actor=kept)
    quotation = quoted(world, agreed=True)
    merge = merged(world, kept)
    assert Quotation.objects.get().party.actor == kept
    undo_merge(merge=merge, by=world.admin)
    assert Quotation.objects.get().party_id == quotation.party_id


def test_of_two_quotations_somebody_decides_before_the_sides_become_one():
    world = World()
    kept = ActorFactory(neighbourhoods=[world.home])
    other = PartnershipParty.objects.create(partnership=world.partnership, actor=kept)
    quoted(world), quoted(world, party=other)
    with pytest.raises(ValidationError) as refused:
        merged(world, kept)
    assert refused.value.code == "quotations"
    assert Quotation.objects.count() == 2
