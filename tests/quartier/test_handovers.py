"""Hand-overs of projects and partnerships: written line by line, signed by both sides, and what follows from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from partners.actions.sending import send_mails
from partners.models import HistoryEntry, PartnershipHandover, StageError
from partners.views import handover_lines, handover_signing
from projects.models import Project, ProjectHandover
from tests.factories import (
    ActorFactory,
    AdminFactory,
    ContactFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    NextStepFactory,
    ParticipationFactory,
    PartnershipFactory,
    PartnershipHandoverFactory,
    PersonFactory,
    ProjectFactory,
    ProjectHandoverFactory,
)
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
EVERYBODY = ("visitor", "stranger", "organiser", "elsewhere", "giver", "receiver", "partner", "admin")


class World:
    """A companion that leaves, a library that takes over, a bakery that also takes part; one person in each relation."""

    def __init__(self, kind: str = "project", **values: Any) -> None:
        self.organiser, self.elsewhere, self.admin = PersonFactory(name="Olga"), PersonFactory(), AdminFactory()
        self.stranger = PersonFactory()
        self.home = NeighbourhoodFactory(name="Daheim", organisers=[self.organiser])
        NeighbourhoodFactory(organisers=[self.elsewhere])
        self.companion = ActorFactory(name="Begleitung", neighbourhoods=[self.home])
        self.library = ActorFactory(name="Bibliothek", slug="bibliothek", neighbourhoods=[self.home])
        self.bakery = ActorFactory(name="Bäckerei", neighbourhoods=[self.home])
        self.giver = MembershipFactory(actor=self.companion).person
        self.receiver = MembershipFactory(actor=self.library, person__name="Paula Buch", person__language="de").person
        self.partner = MembershipFactory(actor=self.bakery).person
        if kind == "project":
            self.subject = ProjectFactory(
                title="Hofcafé",
                slug="hofcafe",
                neighbourhoods=[self.home],
                lead_actor=self.companion,
                state=Project.State.COMPLETED,
            )
            for actor in (self.companion, self.library, self.bakery):
                ParticipationFactory(project=self.subject, actor=actor)
            self.model: Any = ProjectHandover
        else:
            self.subject = PartnershipFactory(
                neighbourhood=self.home, quartier=self.library, accompanying=self.companion, words=True
            )
            self.subject.parties.create(actor=self.bakery, brings="Brot", expected_benefit="Gäste")
            self.model = PartnershipHandover
        self.url = f"{self.subject.get_absolute_url()}uebergabe/"

    def written(self, **values: Any) -> Any:
        make = ProjectHandoverFactory if self.model is ProjectHandover else PartnershipHandoverFactory
        return make(**{self.model.OF: self.subject, "giver": self.companion, "receiver": self.library} | values)

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if who != "visitor":
            client.force_login(getattr(self, who))
        return client

    def post(self, who: str, path: str, **changes: Any) -> Any:
        """The page is opened, and sent with what was typed."""
        client, url = self.client(who), self.url + path
        shown = client.get(url)
        assert shown.status_code == 200, (shown.status_code, url)
        return client.post(url, sent_by(shown) | {name: [value] for name, value in changes.items()})

    def sign(self, who: str, side: str) -> Any:
        return self.post(who, f"unterschreiben/{side}/", agreed="on")

    def now(self) -> Any:
        return self.model.objects.for_detail().get()


@pytest.fixture(params=["project", "partnership"])
def world(request: Any) -> World:
    return World(request.param)


def said(answer: Any) -> list[str]:
    return [str(one) for one in answer.wsgi_request._messages]


def test_it_is_prepared_proposed_signed_by_both_and_done(world, django_capture_on_commit_callbacks):
    ContactFactory(actor=world.library, name="Frau Klar", function="Leitung", agreed=True)
    ContactFactory(actor=world.bakery, name="Herr Korn", function="", agreed=True)
    ContactFactory(actor=world.library, name="Herr Geheim")
    if world.model is ProjectHandover:
        world.subject.participations.filter(actor=world.companion).update(tasks="Einladen", hours_per_month="4.5")
    else:
        world.subject.parties.filter(actor=world.companion).update(brings="Einladen", hours_per_month="4.5")
    begun = world.post("organiser", "neu/", handed_over_on="1.7.2027")
    assert begun["Location"] == world.url
    row = world.now()
    assert (row.giver, row.receiver, row.handed_over_on) == (world.companion, world.library, date(2027, 7, 1))

    taken = world.post("organiser", "vorschlaege/")
    assert taken["Location"] == world.url
    lines = {(line.kind, line.what, line.from_actor, line.to_actor) for line in world.now().lines.all()}
    assert lines == {
        ("aufgabe", "Einladen", world.companion, world.library),
        ("aufgabe", "Time for it: 4.5 hours a month until now", world.companion, world.library),
        ("verbindung", "Contact with Leitung, Bibliothek", world.companion, world.library),
        ("verbindung", "Contact with Bäckerei", world.companion, world.library),
    }
    assert world.client("organiser").get(f"{world.url}vorschlaege/")["Location"] == world.url

    added = world.post(
        "organiser",
        "punkte/neu/",
        kind="sache",
        what="Ordner mit Fotos",
        to_actor="",
        to_name="Tom Treu",
        due_on="5.7.2027",
    )
    assert added["Location"] == world.url
    with django_capture_on_commit_callbacks(execute=True):
        assert world.sign("organiser", "abgebend").status_code == 302
    assert [(one.to, one.subject) for one in mail.outbox] == [
        ([world.receiver.email], f"Bitte unterschreiben: Übergabe „{world.subject.title}“")
    ]
    assert world.url in mail.outbox[0].body
    assert world.sign("receiver", "annehmend").status_code == 302
    row = world.now()
    assert (row.is_complete, row.given_by, row.received_by) == (True, world.organiser, world.receiver)

    told = "Hours that Begleitung promised go on counting"
    assert [told in world.client(who).get(world.url).text for who in ("organiser", "receiver")] == [True, False]

    line = row.lines.get(what="Ordner mit Fotos")
    world.post("receiver", f"punkte/{line.pk}/erledigen/", on="20.11.2026")
    row = world.now()
    assert (row.lines.get(pk=line.pk).done_on, row.is_complete, row.done) == (date(2026, 11, 20), True, 1)
    page = world.client("receiver").get(f"{world.url}dokument/").text
    assert [word for word in ("Ordner mit Fotos", "Tom Treu", "Paula Buch", "Olga", "Herr Geheim") if word in page] == [
        "Ordner mit Fotos",
        "Tom Treu",
        "Paula Buch",
        "Olga",
    ]


def test_the_open_next_step_is_proposed_but_not_chosen_for_her():
    """Only organisers read it until it stands in the hand-over."""
    world = World("partnership")
    world.written(lines=[])
    day = date(2027, 5, 3)
    NextStepFactory(partnership=world.subject, what="Schlüssel bestellen", due_on=day)
    NextStepFactory(partnership=world.subject, what="Gesagt", done_on=date(2026, 11, 1))
    page = world.client("organiser").get(f"{world.url}vorschlaege/")
    assert "The next step, by 3 May 2027. Until now only organisers read it" in page.text
    chosen = sent_by(page)["chosen"]
    assert "Schlüssel bestellen" not in chosen
    world.client("organiser").post(f"{world.url}vorschlaege/", sent_by(page) | {"chosen": ["Schlüssel bestellen"]})
    [line] = world.now().lines.all()
    assert (line.kind, line.what, line.from_actor, line.due_on) == (
        "aufgabe",
        "Schlüssel bestellen",
        world.companion,
        day,
    )


def test_who_takes_over_a_single_line_hears_of_it_once_both_have_signed(world, django_capture_on_commit_callbacks):
    row = world.written(lines=["Fest", "Kasse"])
    row.lines.filter(what="Kasse").update(to_actor=world.bakery)
    with django_capture_on_commit_callbacks(execute=True):
        world.sign("organiser", "abgebend")
    assert [one.to for one in mail.outbox] == [[world.receiver.email]]
    with django_capture_on_commit_callbacks(execute=True):
        answer = world.sign("receiver", "annehmend")
    [message] = said(answer)
    assert message.endswith("counts from now on. Who is in the teams that take over single lines gets a mail.")
    _first, told = mail.outbox
    assert (told.to, told.subject) == ([world.partner.email], f"Das geht an Sie: Übergabe „{world.subject.title}“")
    assert [word in told.body for word in ("- Kasse", "Fest", world.url)] == [True, False, True]


def test_nobody_hears_of_a_line_whose_signatures_ended_before_the_mail_left(world, django_capture_on_commit_callbacks):
    row = world.written(lines=["Kasse"], given_on=date(2026, 6, 20))
    row.lines.update(to_actor=world.bakery)
    with django_capture_on_commit_callbacks(execute=False):
        world.sign("receiver", "annehmend")
    world.post("organiser", f"punkte/{row.lines.get().pk}/bearbeiten/", what="Anders")
    send_mails.call()
    assert mail.outbox == []


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_reads_writes_and_signs(world, who):
    row = world.written()
    line = row.lines.get()
    client = world.client(who)
    codes = {
        path: client.get(f"{world.url}{path}").status_code
        for path in (
            "",
            "bearbeiten/",
            f"punkte/{line.pk}/erledigen/",
            "unterschreiben/abgebend/",
            "unterschreiben/annehmend/",
            "papier/annehmend/",
        )
    }
    leads = world.model is ProjectHandover  # the team that leads the project writes in it
    allowed = {
        "organiser": [True, True, True, True, False, True],
        "admin": [True, True, True, True, False, True],
        "giver": [True, leads, True, True, False, False],
        "receiver": [True, False, True, False, True, False],
        "partner": [True, False, False, False, False, False],
    }.get(who, [False] * 6)
    no = 302 if who == "visitor" else 404
    assert list(codes.values()) == [200 if may else no for may in allowed]


def test_a_change_of_the_text_ends_the_signatures_and_says_so_before(world):
    row = world.written(given_on=date(2026, 6, 20), given_by=world.organiser, received_on=date(2026, 6, 21))
    line = row.lines.get()
    warning = "This hand-over is signed. If you change it, the signatures end, and both sides sign anew."
    for path in ("bearbeiten/", "punkte/neu/", f"punkte/{line.pk}/bearbeiten/", f"punkte/{line.pk}/loeschen/"):
        assert warning in world.client("organiser").get(world.url + path).text
    unchanged = world.post("organiser", f"punkte/{line.pk}/bearbeiten/")
    assert (unchanged.status_code, world.now().is_complete) == (302, True)
    changed = world.post("organiser", f"punkte/{line.pk}/bearbeiten/", what="Anders")
    assert said(changed) == [
        "The changes are saved.",
        "The text has changed, so the signatures have ended. Please ask for them anew.",
    ]
    row = world.now()
    assert (row.is_signed, row.version, row.given_by, row.lines.get().what) == (False, 2, None, "Anders")


def test_nobody_signs_what_was_changed_meanwhile(world):
    row = world.written()
    client, url = world.client("receiver"), f"{world.url}unterschreiben/annehmend/"
    sent = sent_by(client.get(url)) | {"agreed": ["on"]}
    world.post("organiser", f"punkte/{row.lines.get().pk}/bearbeiten/", what="Anders")
    answer = client.post(url, sent)
    assert answer.context["form"].non_field_errors() == [
        "The text was changed in the meantime. Nothing is signed yet: read it once more."
    ]
    assert not world.now().is_signed
    assert client.post(url, sent_by(answer)).status_code == 302
    assert world.now().received_by == world.receiver


def test_one_person_does_not_sign_for_both_sides(world):
    MembershipFactory(actor=world.library, person=world.organiser)
    world.written()
    world.sign("organiser", "abgebend")
    answer = world.sign("organiser", "annehmend")
    assert answer.context["form"].non_field_errors() == [
        "You have signed for the other side. For this one somebody else signs."
    ]
    assert not world.now().is_complete


def test_what_is_incomplete_cannot_be_signed(world):
    row = world.written(receiver=None, handed_over_on=None, lines=[])
    model: Any = row.lines.model
    model.objects.create(handover=row, what="Schlüssel")
    page = world.client("organiser").get(f"{world.url}unterschreiben/abgebend/")
    assert page.context["lacks"] == ["who takes over", "the day of the hand-over", "to whom each line goes"]
    posted = world.client("organiser").post(f"{world.url}unterschreiben/abgebend/", {"version": "1", "agreed": "on"})
    assert posted.status_code == 200
    assert not world.now().is_signed
    assert not world.model.objects.ready().exists()


def test_a_signature_on_paper_is_entered_by_organisers_with_day_and_name(world):
    world.written()
    refused = world.post("organiser", "papier/abgebend/", paper_name="", on="1.1.2099")
    assert list(refused.context["form"].errors) == ["paper_name", "on"]
    for side, name in (("abgebend", "Ina Begleit"), ("annehmend", "Bernd Buch, Leitung")):
        assert world.post("organiser", f"papier/{side}/", paper_name=name, on="3.11.2026").status_code == 302
    row = world.now()
    assert [(one.who, one.on, one.is_on_paper) for one in row.signatures] == [
        ("Ina Begleit", date(2026, 11, 3), True),
        ("Bernd Buch, Leitung", date(2026, 11, 3), True),
    ]
    assert not HistoryEntry.objects.filter(values__icontains="Bernd").exists()


def test_a_project_goes_on_for_good_only_with_a_hand_over_signed_by_both():
    world = World()
    client, step = world.client("organiser"), "/projekte/hofcafe/verstetigen/"
    page = client.get("/projekte/hofcafe/").text
    assert ('href="/projekte/hofcafe/uebergabe/neu/"' in page, step in page) == (True, False)
    for make, leads_to in ((lambda: None, "uebergabe/neu/"), (world.written, "uebergabe/")):
        make()
        answer = client.post(step, {"note": "Weiter so"}, follow=True)
        [message] = answer.context["messages"]
        assert str(message) == (
            "First write down who carries it from now on: the hand-over is not signed by both sides yet. "
            f'<a href="/projekte/hofcafe/{leads_to}">To the hand-over</a>'
        )
        world.subject.refresh_from_db()
        assert world.subject.state == Project.State.COMPLETED
    world.sign("organiser", "abgebend")
    world.sign("receiver", "annehmend")
    assert step in client.get("/projekte/hofcafe/").text
    client.post(step, {"note": "Weiter so"})
    world.subject.refresh_from_db()
    assert world.subject.state == Project.State.CONTINUED
    public = Client(headers={"accept-language": "en"}).get("/projekte/hofcafe/").text
    assert 'Handed over to <a href="/akteure/bibliothek/">Bibliothek</a> on 1 July 2026' in public
    assert client.get(f"{world.url}bearbeiten/").status_code == 404
    with pytest.raises(StageError):
        ProjectFactory(state=Project.State.COMPLETED).perpetuate(by=None)


def test_to_whom_a_project_went_is_not_told_of_a_hidden_place_nor_before():
    world = World()
    world.written(signed=True)
    for state, told in ((Project.State.COMPLETED, False), (Project.State.CONTINUED, True)):
        Project.objects.update(state=state)
        assert ("Handed over to" in Client(headers={"accept-language": "en"}).get("/projekte/hofcafe/").text) is told
    type(world.library).objects.filter(pk=world.library.pk).update(state="verborgen")
    assert "Bibliothek" not in Client().get("/projekte/hofcafe/").text


def test_what_went_on_for_good_before_stays_and_its_hand_over_can_be_entered_later():
    world = World()
    Project.objects.update(state=Project.State.CONTINUED)
    page = world.client("organiser").get("/projekte/hofcafe/").text
    assert "It is not written down yet to whom it was handed over." in page
    assert world.post("organiser", "neu/", handed_over_on="1.7.2026")["Location"] == world.url


def test_it_waits_on_the_overview_of_whoever_signs_next(world):
    world.written()
    key = "uebergaben" if world.model is ProjectHandover else "partnerschaftsuebergaben"

    def waits(who: str) -> bool:
        page = world.client(who).get("/uebersicht/")
        return key in [pile.key for pile in page.context["piles"]]

    assert [waits(who) for who in ("organiser", "giver", "receiver", "partner", "elsewhere")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    world.sign("giver", "abgebend")
    assert [waits(who) for who in ("organiser", "giver", "receiver", "partner")] == [False, False, True, False]
    world.sign("receiver", "annehmend")
    assert not waits("receiver")


def test_only_a_hand_over_that_both_signed_is_not_deleted(world):
    row = world.written(given_on=date(2026, 6, 20), received_on=date(2026, 6, 21))
    answer = world.client("organiser").post(f"{world.url}loeschen/")
    assert said(answer) == ["Both sides have signed this hand-over. It is not deleted any more."]
    world.model.objects.update(received_on=None)
    assert world.client("organiser").post(f"{world.url}loeschen/")["Location"] == world.subject.get_absolute_url()
    assert not world.model.objects.filter(pk=row.pk).exists()


def test_two_who_change_one_line_do_not_overwrite_each_other(world):
    row = world.written()
    client, url = world.client("organiser"), f"{world.url}punkte/{row.lines.get().pk}/bearbeiten/"
    sent = sent_by(client.get(url))
    world.post("admin", f"punkte/{row.lines.get().pk}/bearbeiten/", what="Fremd")
    answer = client.post(url, sent | {"what": ["Meins"]})
    assert [(one.now, one.mine) for one in answer.context["form"].conflicts] == [("Fremd", "Meins")]
    assert world.now().lines.get().what == "Fremd"


@pytest.mark.parametrize(
    ("act", "path", "changes", "gone", "sentence"),
    [
        ("finish_line", "punkte/{line}/erledigen/", {}, "line", "This line was taken out in the meantime."),
        ("finish_line", "punkte/{line}/erledigen/", {}, "whole", "This hand-over was deleted in the meantime."),
        (
            "sign_handover",
            "unterschreiben/abgebend/",
            {"agreed": "on"},
            "whole",
            "This hand-over was deleted in the meantime.",
        ),
    ],
)
def test_what_is_gone_at_the_moment_of_saving_is_said(world, monkeypatch, act, path, changes, gone, sentence):
    row = world.written()
    pages = handover_signing if act == "sign_handover" else handover_lines
    line, take = row.lines.get(), getattr(pages, act)

    def late(**values):
        world.model.objects.get().lines.all().delete() if gone == "line" else world.model.objects.get().delete()
        return take(**values)

    monkeypatch.setattr(pages, act, late)
    answer = world.post("organiser", path.format(line=line.pk), **changes)
    assert said(answer) == [sentence]
    assert answer["Location"] == (world.url if gone == "line" else world.subject.get_absolute_url())


def test_nobody_hands_over_to_herself(world):
    answer = world.post("organiser", "neu/", receiver=str(world.companion.pk))
    assert answer.context["form"].errors["receiver"] == ["Choose somebody else: whoever hands over cannot take over."]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("kind", "queries"), [("project", 15), ("partnership", 22)])
def test_the_page_takes_the_same_queries_for_every_number_of_lines(django_assert_num_queries, kind, queries, rows):
    world = World(kind)
    world.written(lines=[f"Zeile {number}" for number in range(rows)])
    client = world.client("organiser")
    with django_assert_num_queries(queries):
        client.get(world.url)


def test_the_history_tells_what_was_handed_over_and_names_nobody(world):
    row = world.written()
    world.post("organiser", f"punkte/{row.lines.get().pk}/bearbeiten/", what="Den Schlüssel", to_name="Tom Treu")
    world.sign("organiser", "abgebend")
    page = world.client("organiser").get(f"{world.subject.get_absolute_url()}verlauf/").text
    told = [word for word in ("Den Schlüssel", "Signed by who hands over on", "Tom Treu") if word in page]
    assert told == ["Den Schlüssel", "Signed by who hands over on"]
