"""An actor: who sees and edits it in which state, which steps are open, how it is entered and changed."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client

from partners.actions.actors import create_actor, edit_actor, take_step_with_many
from partners.forms.actors import ActorEditForm
from partners.models import Actor, FormReceipt, Membership, StageError
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AdminFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PartnershipFactory,
    PersonFactory,
    TopicFactory,
)
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
State = Actor.State
NEW = "/akteure/neu/"
SO_PHONE = "for example 089 123456. Between them only blanks and + / ( ) - . may stand."
SO_POSTCODE = "for example 81369. One from abroad begins with its country, for example A-1010."


class World:
    """One actor in a neighbourhood of its own, and one person in each relation to it."""

    def __init__(self, **values):
        self.organiser = PersonFactory()
        self.home = NeighbourhoodFactory(name="Zuhause", organisers=[self.organiser])
        self.actor = ActorFactory(name="Treff", slug="treff", neighbourhoods=[self.home], **values)
        self.editor = MembershipFactory(actor=self.actor).person
        self.manager = MembershipFactory(actor=self.actor, role=Membership.Role.MANAGER).person
        self.admin = AdminFactory()
        self.stranger = PersonFactory()
        self.other_editor = MembershipFactory().person
        self.other_organiser = PersonFactory()
        NeighbourhoodFactory(organisers=[self.other_organiser])
        self.visitor = AnonymousUser()

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if who != "visitor":
            client.force_login(getattr(self, who))
        return client


INSIDERS = {"editor", "manager", "organiser", "admin"}
OUTSIDERS = {"visitor", "stranger", "other_editor", "other_organiser"}
EVERYBODY = INSIDERS | OUTSIDERS


@pytest.mark.parametrize(
    ("state", "seen_by", "edited_by"),
    [
        (State.DRAFT, INSIDERS, INSIDERS),
        (State.SUBMITTED, INSIDERS, INSIDERS),
        (State.PUBLISHED, EVERYBODY, INSIDERS),
        (State.HIDDEN, INSIDERS, INSIDERS),
        (State.ARCHIVED, EVERYBODY, set()),
    ],
)
def test_who_sees_and_who_edits(state, seen_by, edited_by):
    world = World(state=state)
    own = Actor.objects.filter(pk=world.actor.pk)
    assert {who for who in EVERYBODY if own.visible_to(getattr(world, who)).exists()} == seen_by
    assert {who for who in EVERYBODY if own.editable_by(getattr(world, who)).exists()} == edited_by
    decide = {who for who in EVERYBODY if own.with_managed_team(getattr(world, who)).exists()}
    assert decide == edited_by - {"editor"}
    assert {who for who in EVERYBODY if own.organised_by(getattr(world, who)).exists()} == {"organiser", "admin"}
    assert {who for who in EVERYBODY if own.staffed_by(getattr(world, who)).exists()} == {"editor", "manager"}


def test_organisers_of_any_of_its_neighbourhoods_edit_an_actor():
    first, second = PersonFactory(), PersonFactory()
    actor = ActorFactory(
        neighbourhoods=[NeighbourhoodFactory(organisers=[first]), NeighbourhoodFactory(organisers=[second])]
    )
    assert list(Actor.objects.editable_by(first)) == list(Actor.objects.editable_by(second)) == [actor]


# --- states -----------------------------------------------------------------------------------------------------------

OPEN = {
    State.DRAFT: {"submit": State.SUBMITTED, "publish": State.PUBLISHED},
    State.SUBMITTED: {"publish": State.PUBLISHED},
    State.PUBLISHED: {"hide": State.HIDDEN},
    State.HIDDEN: {"publish": State.PUBLISHED, "archive": State.ARCHIVED},
    State.ARCHIVED: {},
}


@pytest.mark.parametrize("step", ["submit", "publish", "hide", "archive"])
@pytest.mark.parametrize("state", State.values)
def test_only_open_steps_are_taken(state, step):
    actor = ActorFactory(state=state)
    if step in OPEN[state]:
        getattr(actor, step)()
        assert actor.state == OPEN[state][step]
    else:
        with pytest.raises(StageError):
            getattr(actor, step)()
    expected = OPEN[state].get(step, state)
    assert Actor.objects.get().state == expected


def test_a_refused_step_names_the_open_ones():
    with pytest.raises(
        StageError, match=r"From “hidden” there is no step to “submitted”. Open from here: published, archived."
    ):
        ActorFactory(state=State.HIDDEN).submit()
    with pytest.raises(StageError, match=r"“archived” is final: nothing comes after it."):
        ActorFactory(state=State.ARCHIVED).publish()


def test_of_two_who_take_a_step_one_reads_what_happened():
    actor = ActorFactory()
    same = Actor.objects.get(pk=actor.pk)
    actor.hide()
    with pytest.raises(StageError, match=r"Somebody else was faster: it now says “hidden”."):
        same.hide()


def test_many_take_a_step_and_the_others_are_named():
    draft, published = ActorFactory(state=State.DRAFT), ActorFactory(state=State.PUBLISHED)
    moved, refused = take_step_with_many(actors=Actor.objects.order_by("pk"), step="publish")
    assert moved == [draft]
    assert [actor for actor, _ in refused] == [published]
    assert set(Actor.objects.values_list("state", flat=True)) == {State.PUBLISHED}


WORDS = {"einreichen": "submit", "veroeffentlichen": "publish", "verbergen": "hide", "archivieren": "archive"}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_may_take_which_step(who, word):
    before = {"einreichen": State.DRAFT, "veroeffentlichen": State.SUBMITTED, "verbergen": State.PUBLISHED}
    world = World(state=before.get(word, State.HIDDEN))
    allowed = INSIDERS if word == "einreichen" else {"organiser", "admin"}
    response = world.client(who).post(f"/akteure/treff/{word}/")
    state = Actor.objects.get(pk=world.actor.pk).state
    if who in allowed:
        assert (response.status_code, response["Location"]) == (302, "/akteure/treff/")
        assert state == OPEN[world.actor.state][WORDS[word]]
    else:
        assert response.status_code == (302 if who == "visitor" else 404)
        assert state == world.actor.state


def test_a_step_that_is_not_open_is_refused_with_a_sentence():
    world = World(state=State.PUBLISHED)
    client = world.client("organiser")
    page = client.post("/akteure/treff/archivieren/", follow=True).content.decode()
    assert "Open from here: hidden." in page
    assert Actor.objects.get(pk=world.actor.pk).state == State.PUBLISHED
    assert client.get("/akteure/treff/archivieren/").status_code == 405


def test_the_edit_page_offers_open_steps_only():
    world = World(state=State.DRAFT)
    offered = {
        who: [step.word for step in world.client(who).get("/akteure/treff/bearbeiten/").context["steps"]]
        for who in INSIDERS
    }
    assert offered == {
        "editor": ["einreichen"],
        "manager": ["einreichen"],
        "organiser": ["veroeffentlichen"],
        "admin": ["veroeffentlichen"],
    }


# --- derived ----------------------------------------------------------------------------------------------------------


def test_main_partners_stand_on_the_quartier_side_of_a_running_main_partnership():
    running = PartnershipFactory()
    for values in ({"kind": "projekt"}, {"start_on": "2999-01-01"}, {"start_on": "2020-01-01", "end_on": "2020-02-01"}):
        PartnershipFactory(**values)
    local = running.parties.get(side="quartier").actor
    assert list(Actor.objects.main_partners()) == [local]
    assert [actor.pk for actor in Actor.objects.with_main_partner() if actor.is_main_partner] == [local.pk]


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Stadtbibliothek Sendling", "SS"),
        ("luise", "L"),
        ("„Leihregal“ im Saal", "LI"),
        ("1860 e. V.", "1E"),
        ("☃", "☃"),
    ],
)
def test_initials_stand_in_for_a_logo(name, initials):
    assert Actor(name=name).initials == initials


def test_what_can_never_be_stored():
    with pytest.raises(IntegrityError), transaction.atomic():
        ActorFactory(name="")
    for place in ({"latitude": 48}, {"longitude": 11}, {"latitude": 91, "longitude": 11}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ActorFactory(**place)


# --- entering ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_may_enter_an_actor(who):
    world = World()
    client = world.client(who)
    answers = (
        client.get(NEW).status_code,
        client.post(NEW, {"name": "Neu", "neighbourhoods": [world.home.pk]}).status_code,
    )
    created = Actor.objects.filter(name="Neu").count()
    if who in {"organiser", "admin"}:
        assert (answers, created) == ((200, 302), 1)
    elif who == "other_organiser":
        assert (answers, created) == ((200, 200), 0)
    else:
        assert (answers, created) == ((302, 302) if who == "visitor" else (404, 404), 0)


FULL = {
    "name": "  Bücherstube \n am Harras ",
    "purpose": "Lesen für alle.",
    "description": "Erste Zeile\r\nZweite <b>Zeile</b>",
    "street": "Plinganserstraße",
    "house_number": "5a",
    "postcode": "81369",
    "city": "München",
    "latitude": "48,118",
    "longitude": " 11.5391234 ",
    "website": "www.example.org/stube",
    "email": "stube@example.org",
    "phone": "089 / 12 34",
}


def test_an_organiser_enters_a_draft():
    world = World()
    kind, topic = ActorKindFactory(), TopicFactory()
    client = world.client("organiser")
    response = client.post(
        NEW, FULL | {"neighbourhoods": [world.home.pk], "kind": kind.pk, "topics": [topic.pk]}, follow=True
    )
    actor = Actor.objects.get(slug="buecherstube-am-harras")
    assert response.redirect_chain == [(actor.get_absolute_url(), 302)]
    assert "“Bücherstube am Harras” is entered, as a draft." in response.content.decode()
    assert (actor.name, actor.state, actor.kind) == ("Bücherstube am Harras", State.DRAFT, kind)
    assert (actor.latitude, actor.longitude) == (Decimal("48.118"), Decimal("11.539123"))
    assert actor.website == "https://www.example.org/stube"
    assert list(actor.neighbourhoods.all()) == [world.home]
    assert list(actor.topics.all()) == [topic]


def test_extra_fields_change_nothing():
    world = World()
    extra = {
        "state": State.PUBLISHED,
        "slug": "gekapert",
        "is_demo": "1",
        "search_text": "x",
        "id": "1",
        "created_at": "2000-01-01",
    }
    world.client("organiser").post(NEW, FULL | extra | {"neighbourhoods": [world.home.pk]})
    actor = Actor.objects.get(name="Bücherstube am Harras")
    assert (actor.state, actor.slug, actor.is_demo) == (State.DRAFT, "buecherstube-am-harras", False)
    foreign = NeighbourhoodFactory()
    world.client("editor").post(
        "/akteure/treff/bearbeiten/",
        {"name": "Treff", **extra, "neighbourhoods": [foreign.pk], "organisers": [world.editor.pk]},
    )
    treff = Actor.objects.get(pk=world.actor.pk)
    assert (treff.state, treff.slug, treff.is_demo) == (State.PUBLISHED, "treff", False)
    assert list(treff.neighbourhoods.all()) == [world.home]
    assert not foreign.organisers.exists()


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("phone", "+49 (0)89 / 12.34-5", "+49 (0)89 / 12.34-5"),
        ("phone", "089\u00a0123–45", "089 123-45"),
        ("phone", "", ""),
        ("postcode", " 01067 ", "01067"),
        ("postcode", "a-1010", "A-1010"),
        ("postcode", "CH-8001", "CH-8001"),
    ],
)
def test_phones_and_postcodes_as_people_write_them(field, typed, kept):
    world = World()
    world.client("organiser").post(NEW, FULL | {"neighbourhoods": [world.home.pk], field: typed})
    assert getattr(Actor.objects.get(name="Bücherstube am Harras"), field) == kept


def test_what_a_list_brought_does_not_stop_somebody_from_saving_the_rest():
    world = World(phone="1", postcode="8001")
    client = world.client("editor")
    opened = sent_by(client.get("/akteure/treff/bearbeiten/"))
    assert client.post("/akteure/treff/bearbeiten/", opened | {"purpose": "Neu"}).status_code == 302
    actor = Actor.objects.get(pk=world.actor.pk)
    assert (actor.purpose, actor.phone, actor.postcode) == ("Neu", "1", "8001")


def test_a_form_sent_twice_makes_one_row():
    world = World()
    client = world.client("organiser")
    key = client.get(NEW).context["form"]["once"].value()
    data = FULL | {"neighbourhoods": [world.home.pk], "once": key}
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first["Location"] == second["Location"] == "/akteure/buecherstube-am-harras/"
    assert Actor.objects.filter(name="Bücherstube am Harras").count() == 1
    changed = client.post(NEW, data | {"name": "Lesestube"})
    assert changed["Location"] == "/akteure/lesestube/"
    assert FormReceipt.objects.count() == 2


def test_the_same_form_of_two_people_makes_two_rows():
    world = World()
    world.home.organisers.add(world.stranger)
    data = FULL | {"neighbourhoods": [world.home.pk], "once": "dasselbe"}
    for who in ("organiser", "stranger"):
        world.client(who).post(NEW, data)
    assert sorted(Actor.objects.filter(name="Bücherstube am Harras").values_list("slug", flat=True)) == [
        "buecherstube-am-harras",
        "buecherstube-am-harras-2",
    ]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Enter the name of the organisation or initiative."),
        ("name", "x" * 201, "This is too long: 201 characters. Use at most 200."),
        ("name", "a\x00b", "This holds a character that cannot be stored."),
        ("purpose", "x" * 241, "This is too long: 241 characters. Use at most 240."),
        ("description", "x" * 1_000_000, "This is too long: 1000000 characters. Use at most 20000."),
        ("description", "a\x00b", "This holds a character that cannot be stored."),
        ("phone", "abc", f"Write the number with at least 5 digits, {SO_PHONE}"),
        ("phone", "089 1", f"Write the number with at least 5 digits, {SO_PHONE}"),
        ("phone", "089 123456 Anna", f"Write the number with at least 5 digits, {SO_PHONE}"),
        ("phone", "٠٨٩١٢٣٤٥", f"Write the number with at least 5 digits, {SO_PHONE}"),
        ("postcode", "81x", f"Write the postcode with 5 digits, {SO_POSTCODE}"),
        ("postcode", "8136", f"Write the postcode with 5 digits, {SO_POSTCODE}"),
        ("postcode", "813690", f"Write the postcode with 5 digits, {SO_POSTCODE}"),
        ("postcode", "81369 M", f"Write the postcode with 5 digits, {SO_POSTCODE}"),
        ("website", "javascript:alert(1)", "Only addresses that begin with https:// or http:// can be shown here."),
        ("website", " JavaScript:alert(1)", "Only addresses that begin with https:// or http:// can be shown here."),
        ("website", "ftp://example.org", "Only addresses that begin with https:// or http:// can be shown here."),
        ("website", "data:text/html,x", "Only addresses that begin with https:// or http:// can be shown here."),
        ("website", "kein Ort", "This is no address of a website."),
        ("website", "https://", "This is no address of a website."),
        ("website", "https://[", "This is no address of a website."),
        ("email", "ohne-klammeraffe", "Enter a complete e-mail address"),
        ("email", "a@example.org\nBcc: b@example.org", "Enter a complete e-mail address"),
        ("latitude", "91", "Latitude goes from -90 to 90."),
        ("latitude", "NaN", "Write degrees as a number"),
        ("latitude", "1e999999999", "Write degrees as a number"),
        ("latitude", "nördlich", "Write degrees as a number"),
        ("longitude", "", "Latitude and longitude belong together: fill in both or none."),
        ("kind", "99999999999999999999", "This choice is not offered any more."),
        ("kind", "x", "This choice is not offered any more."),
        ("topics", "0", "This choice is not offered any more."),
        ("topics", "x\x00", "Null characters are not allowed."),
        ("neighbourhoods", [], "Choose at least one neighbourhood."),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence_and_nothing_typed_is_lost(field, value, sentence):
    world = World()
    response = world.client("organiser").post(NEW, FULL | {"neighbourhoods": [world.home.pk]} | {field: value})
    form = response.context["form"]
    page = response.content.decode()
    assert response.status_code == 200
    assert any(sentence in error for error in form.errors[field])
    assert page.count(sentence) >= 2
    assert "<title>Error: " in page
    assert form["street"].value() == "Plinganserstraße"
    assert Actor.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("example.org", "https://example.org"),
        ("//example.org/x", "https://example.org/x"),
        ("example.org:8080/a", "https://example.org:8080/a"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("https://bücher.example", "https://bücher.example"),
    ],
)
def test_a_website_gets_its_scheme(typed, stored):
    world = World()
    world.client("organiser").post(NEW, FULL | {"neighbourhoods": [world.home.pk], "website": typed})
    assert Actor.objects.get(name="Bücherstube am Harras").website == stored


@pytest.mark.parametrize(
    "text",
    ["\u202eumgekehrt", "😀 Laden", "<script>alert(1)</script>", "' OR 1=1 --", "{{ actor }}", "Zeile\u2028Zeile"],
)
def test_strange_text_is_stored_intact_and_shown_as_text(text):
    world = World()
    client = world.client("organiser")
    client.post(NEW, FULL | {"neighbourhoods": [world.home.pk], "street": text})
    actor = Actor.objects.get(name="Bücherstube am Harras")
    assert actor.street == text
    assert "<script>alert" not in client.get(f"/akteure/{actor.slug}/bearbeiten/").content.decode()


def test_an_actor_without_a_neighbourhood_is_not_made():
    with pytest.raises(ValidationError, match=r"An actor needs at least one neighbourhood."):
        create_actor(name="Heimatlos", neighbourhoods=[])
    assert not Actor.objects.exists()


# --- editing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_may_edit_a_profile(who):
    world = World()
    url = "/akteure/treff/bearbeiten/"
    client = world.client(who)
    data = {"name": "Neuer Name", "neighbourhoods": [world.home.pk]}
    answers = (client.get(url).status_code, client.post(url, data).status_code)
    name = Actor.objects.get(pk=world.actor.pk).name
    if who in INSIDERS:
        assert (answers, name) == ((200, 302), "Neuer Name")
    else:
        assert (answers, name) == ((302, 302) if who == "visitor" else (404, 404), "Treff")


@pytest.mark.parametrize("page", ["bearbeiten", "team"])
def test_an_editor_gets_404_on_every_foreign_page(page):
    world = World()
    assert world.client("editor").get(f"/akteure/treff/{page}/").status_code == 200
    for state in State:
        foreign = ActorFactory(state=state, neighbourhoods=[world.home])
        assert world.client("editor").get(f"/akteure/{foreign.slug}/{page}/").status_code == 404


def test_the_address_of_a_page_stays_when_the_name_changes():
    world = World()
    world.client("editor").post("/akteure/treff/bearbeiten/", {"name": "Ganz anders"})
    actor = Actor.objects.get(pk=world.actor.pk)
    assert (actor.name, actor.slug, actor.sort_name) == ("Ganz anders", "treff", "ganz anders")


def test_only_its_own_organisers_take_an_actor_out_of_a_neighbourhood():
    world = World()
    mine, foreign = NeighbourhoodFactory(organisers=[world.organiser]), NeighbourhoodFactory(name="Fremd")
    world.actor.neighbourhoods.add(foreign)
    client = world.client("organiser")
    url = "/akteure/treff/bearbeiten/"
    assert "It also lies in Fremd." in client.get(url).content.decode()
    client.post(url, {"name": "Treff", "neighbourhoods": [mine.pk]})
    assert set(world.actor.neighbourhoods.all()) == {mine, foreign}
    unknown = NeighbourhoodFactory()
    refused = client.post(url, {"name": "Treff", "neighbourhoods": [mine.pk, unknown.pk]})
    assert refused.context["form"].errors["neighbourhoods"] == [
        "This choice is not offered any more. Choose another one."
    ]
    response = client.post(url, {"name": "Treff"})
    assert set(world.actor.neighbourhoods.all()) == {foreign}
    assert response["Location"] == "/akteure/treff/"
    assert client.get(url).status_code == 404


def test_the_name_of_a_neighbourhood_is_no_markup_in_a_hint():
    world = World()
    world.actor.neighbourhoods.add(NeighbourhoodFactory(name="<b>Nord</b> & Süd"))
    page = world.client("organiser").get("/akteure/treff/bearbeiten/").content.decode()
    assert "It also lies in &lt;b&gt;Nord&lt;/b&gt; &amp; Süd." in page


def test_an_organiser_who_gives_a_draft_away_comes_to_the_directory():
    world = World(state=State.DRAFT)
    world.actor.neighbourhoods.add(NeighbourhoodFactory())
    response = world.client("organiser").post("/akteure/treff/bearbeiten/", {"name": "Treff"})
    assert response["Location"] == "/akteure/"


def test_the_last_neighbourhood_stays():
    world = World()
    response = world.client("organiser").post("/akteure/treff/bearbeiten/", {"name": "Treff"})
    assert response.context["form"].errors["neighbourhoods"] == ["Choose at least one neighbourhood."]
    with pytest.raises(ValidationError, match=r"An actor needs at least one neighbourhood."):
        edit_actor(actor=world.actor, values={}, neighbourhoods=[], own=[world.home])
    assert list(world.actor.neighbourhoods.all()) == [world.home]


class TestTwoEditors:
    """Two people open one profile; nobody's words get lost."""

    url = "/akteure/treff/bearbeiten/"

    def opened(self, client: Client) -> dict[str, list[str]]:
        return sent_by(client.get(self.url))

    def test_fields_of_both_are_kept(self):
        world = World(phone="1", website="https://alt.example", description="Erste\nZweite")
        topic = TopicFactory()
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        assert one.post(self.url, mine | {"phone": "089 222", "topics": [topic.pk]}).status_code == 302
        assert other.post(self.url, theirs | {"website": "https://neu.example"}).status_code == 302
        actor = Actor.objects.get(pk=world.actor.pk)
        assert (actor.phone, actor.website, actor.description) == ("089 222", "https://neu.example", "Erste\nZweite")
        assert list(actor.topics.all()) == [topic]

    def test_the_same_field_is_compared_before_it_is_saved(self):
        world = World(purpose="Alt", phone="1")
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        one.post(self.url, mine | {"purpose": "Von der einen", "phone": "089 222"})
        refused = other.post(self.url, theirs | {"purpose": "Vom anderen"})
        form = refused.context["form"]
        assert refused.status_code == 200
        assert [(conflict.label, conflict.now) for conflict in form.conflicts] == [
            ("Your purpose in one sentence", "Von der einen")
        ]
        assert "Somebody else changed the same thing" in refused.content.decode()
        assert form["purpose"].value() == "Vom anderen"
        assert other.post(self.url, sent_by(refused)).status_code == 302
        actor = Actor.objects.get(pk=world.actor.pk)
        assert (actor.purpose, actor.phone) == ("Vom anderen", "089 222")

    def test_both_wrote_the_same(self):
        world = World(purpose="Alt")
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        for client, data in ((one, mine), (other, theirs)):
            assert client.post(self.url, data | {"purpose": "Neu"}).status_code == 302

    def test_topics_chosen_before_a_mistake_are_not_lost(self):
        world = World()
        topic = TopicFactory()
        client = world.client("editor")
        refused = client.post(self.url, self.opened(client) | {"topics": [topic.pk], "email": "falsch"})
        assert client.post(self.url, sent_by(refused) | {"email": ""}).status_code == 302
        assert list(world.actor.topics.all()) == [topic]

    def test_an_unchanged_form_changes_nothing(self):
        world = World(phone="1", description="Erste\n\nZweite", latitude=Decimal("48.1"), longitude=Decimal("11.5"))
        world.actor.topics.add(TopicFactory(), TopicFactory())
        client = world.client("organiser")
        form = ActorEditForm(
            QueryDict(urlencode(self.opened(client), doseq=True)), instance=world.actor, own=[world.home]
        )
        assert form.is_valid()
        assert form.changes() == {}

    def test_both_change_the_topics(self):
        world = World()
        first, second, third = TopicFactory(), TopicFactory(), TopicFactory()
        world.actor.topics.add(first)
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        assert mine["topics"] == mine["initial-topics"] == [str(first.pk)]
        one.post(self.url, mine | {"topics": [first.pk, second.pk]})
        refused = other.post(self.url, theirs | {"topics": [third.pk]})
        assert [conflict.now for conflict in refused.context["form"].conflicts] == [f"{first}, {second}"]
        assert other.post(self.url, sent_by(refused)).status_code == 302
        assert list(world.actor.topics.all()) == [third]

    def test_what_is_cleared_is_cleared(self):
        world = World(phone="1")
        client = world.client("editor")
        client.post(self.url, self.opened(client) | {"phone": ""})
        assert Actor.objects.get(pk=world.actor.pk).phone == ""

    def test_places_that_no_longer_fit_together_are_refused(self):
        world = World(latitude=Decimal("48.1"), longitude=Decimal("11.5"))
        one, other = world.client("editor"), world.client("manager")
        mine, theirs = self.opened(one), self.opened(other)
        one.post(self.url, mine | {"latitude": "", "longitude": ""})
        refused = other.post(self.url, theirs | {"latitude": "48.2"})
        refused = other.post(self.url, sent_by(refused))
        assert "Latitude and longitude belong together" in refused.content.decode()


@pytest.mark.parametrize("topics", [1, 3])
def test_the_edit_page_takes_the_same_queries_for_every_number_of_choices(django_assert_num_queries, topics):
    world = World()
    world.actor.topics.add(*[TopicFactory() for _ in range(topics)])
    world.actor.neighbourhoods.add(*[NeighbourhoodFactory(organisers=[world.organiser]) for _ in range(topics)])
    client = world.client("organiser")
    with django_assert_num_queries(10):
        assert client.get("/akteure/treff/bearbeiten/").status_code == 200
