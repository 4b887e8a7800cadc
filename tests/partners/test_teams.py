"""Teams: who sees them, who lets people in and out, and that the last manager stays."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from partners.actions.invitations import invite
from partners.actions.memberships import end_membership, end_organising, make_manager
from partners.models import Invitation, Mail, Membership
from tests.factories import ActorFactory, AdminFactory, MembershipFactory, NeighbourhoodFactory, PersonFactory

pytestmark = pytest.mark.django_db
URL = "/akteure/treff/team/"
INSIDERS = ["manager", "editor", "organiser", "admin"]
OUTSIDERS = ["other_manager", "other_organiser", "visitor"]


class Team:
    """An actor with two managers and two editors, and people around it."""

    def __init__(self):
        self.organiser, self.other_organiser, self.admin = PersonFactory(), PersonFactory(), AdminFactory()
        self.home = NeighbourhoodFactory(slug="daheim", organisers=[self.organiser])
        NeighbourhoodFactory(organisers=[self.other_organiser])
        self.actor = ActorFactory(name="Treff", slug="treff", neighbourhoods=[self.home])
        self.managers = [MembershipFactory(actor=self.actor, role=Membership.Role.MANAGER) for _ in range(2)]
        self.editors = [MembershipFactory(actor=self.actor) for _ in range(2)]
        self.manager, self.editor = self.managers[0].person, self.editors[0].person
        self.other_manager = MembershipFactory(role=Membership.Role.MANAGER).person

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if who != "visitor":
            client.force_login(getattr(self, who))
        return client


@pytest.mark.parametrize("who", INSIDERS + OUTSIDERS)
def test_who_sees_the_team_and_who_invites(who):
    team = Team()
    client = team.client(who)
    page, sent = client.get(URL), client.post(URL, {"email": "gast@example.org", "role": "editor"})
    if who in OUTSIDERS:
        assert {page.status_code, sent.status_code} == {302 if who == "visitor" else 404}
        return
    text = page.content.decode()
    assert all(one.person.name in text for one in team.managers + team.editors)
    decides = who != "editor"
    assert (team.managers[1].person.email in text, sent.status_code) == (decides, 302 if decides else 404)
    assert team.actor.invitations.count() == int(decides)


@pytest.mark.parametrize(
    ("who", "whom", "allowed"),
    [
        ("editor", "editors", [True, False]),
        ("editor", "managers", [False, False]),
        ("manager", "editors", [True, True]),
        ("manager", "managers", [True, False]),
        ("organiser", "editors", [True, True]),
        ("organiser", "managers", [True, True]),
        ("admin", "managers", [True, True]),
        ("other_manager", "editors", [False, False]),
        ("other_organiser", "managers", [False, False]),
        ("visitor", "editors", [False, False]),
    ],
)
@pytest.mark.parametrize("index", [0, 1])
def test_who_takes_whom_out_of_the_team(who, whom, allowed, index):
    team = Team()
    membership = getattr(team, whom)[index]
    response = team.client(who).post(f"/mitgliedschaften/{membership.pk}/loeschen/")
    assert Membership.objects.filter(pk=membership.pk).exists() is not allowed[index]
    assert response.status_code == (302 if allowed[index] or who == "visitor" else 404)


@pytest.mark.parametrize("who", INSIDERS + OUTSIDERS)
def test_who_makes_managers(who):
    team = Team()
    response = team.client(who).post(f"/mitgliedschaften/{team.editors[1].pk}/befoerdern/")
    team.editors[1].refresh_from_db()
    allowed = who in {"manager", "organiser", "admin"}
    assert team.editors[1].role == ("manager" if allowed else "editor")
    assert response.status_code == (302 if allowed or who == "visitor" else 404)


def test_the_last_manager_cannot_leave_and_everybody_else_can():
    team = Team()
    first, last = team.managers
    end_membership(membership=first, by=first.person)
    with pytest.raises(ValidationError, match="You are the last manager"):
        end_membership(membership=last, by=last.person)
    client = Client(headers={"accept-language": "en"})
    client.force_login(last.person)
    assert (
        "You are the last manager"
        in client.post(f"/mitgliedschaften/{last.pk}/loeschen/", follow=True).content.decode()
    )
    for editor in team.editors:
        end_membership(membership=editor, by=editor.person)
    assert list(team.actor.memberships.all()) == [last]
    end_membership(membership=last, by=team.organiser)
    assert not team.actor.memberships.exists()


def test_whoever_leaves_comes_to_a_page_that_is_open_to_her():
    team = Team()
    assert (
        team.client("editor").post(f"/mitgliedschaften/{team.editors[0].pk}/loeschen/")["Location"] == "/akteure/treff/"
    )
    assert team.client("manager").post(f"/mitgliedschaften/{team.editors[1].pk}/loeschen/")["Location"] == URL
    draft = MembershipFactory(actor=ActorFactory(state="entwurf"))
    client = Client()
    client.force_login(draft.person)
    assert client.post(f"/mitgliedschaften/{draft.pk}/loeschen/")["Location"] == "/uebersicht/"


def test_an_editor_becomes_a_manager():
    membership = make_manager(membership=MembershipFactory())
    assert (membership.role, Membership.objects.get().role) == ("manager", "manager")


@pytest.mark.parametrize("who", INSIDERS + OUTSIDERS)
def test_who_sees_and_invites_organisers(who):
    team = Team()
    client = team.client(who)
    page, sent = (
        client.get("/quartiere/daheim/team/"),
        client.post("/quartiere/daheim/team/", {"email": "g@example.org"}),
    )
    if who in {"organiser", "admin"}:
        assert team.organiser.email in page.content.decode()
        assert (page.status_code, sent.status_code, team.home.invitations.get().role) == (200, 302, "organiser")
    else:
        assert {page.status_code, sent.status_code} == {302 if who == "visitor" else 404}
        assert not team.home.invitations.exists()


@pytest.mark.parametrize("who", INSIDERS + OUTSIDERS)
def test_who_takes_organisers_out(who):
    team = Team()
    second = PersonFactory()
    team.home.organisers.add(second)
    response = team.client(who).post(f"/quartiere/daheim/team/{second.pk}/loeschen/")
    allowed = who in {"organiser", "admin"}
    assert team.home.organisers.filter(pk=second.pk).exists() is not allowed
    assert response.status_code == (302 if allowed or who == "visitor" else 404)


def test_the_last_organiser_stays():
    team = Team()
    client = team.client("organiser")
    url = f"/quartiere/daheim/team/{team.organiser.pk}/loeschen/"
    assert "This is the last organiser" in client.post(url, follow=True).content.decode()
    team.home.organisers.add(team.editor)
    assert client.post(url)["Location"] == "/quartiere/daheim/"
    assert client.get("/quartiere/daheim/team/").status_code == 404
    with pytest.raises(ValidationError, match="This is the last organiser"):
        end_organising(neighbourhood=team.home, person=team.editor)


def test_somebody_who_is_no_organiser_cannot_be_taken_out():
    team = Team()
    assert team.client("organiser").post(f"/quartiere/daheim/team/{team.editor.pk}/loeschen/").status_code == 404


@pytest.mark.parametrize("more", [1, 3])
def test_the_team_page_takes_the_same_queries_for_every_number_of_people(django_assert_num_queries, more):
    team = Team()
    for number in range(more):
        MembershipFactory(actor=team.actor)
        team.client("organiser").post(URL, {"email": f"gast{number}@example.org", "role": "editor"})
    client = team.client("organiser")
    with django_assert_num_queries(9):
        assert client.get(URL).status_code == 200


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (Mail.State.SENT, ""),
        (Mail.State.FAILED, "The mail could not be delivered. Is the address right?"),
        (Mail.State.RETRY, "The mail server has not taken the mail yet."),
        (Mail.State.UNCLEAR, "Nobody knows whether the mail left."),
    ],
)
def test_the_team_page_says_when_the_mail_of_an_invitation_did_not_arrive(state, sentence):
    team = Team()
    invite(email="gast@example.org", role="editor", by=team.manager, actor=team.actor)
    Mail.objects.update(state=state)
    page = team.client("manager").get(URL).content.decode()
    said = [one for one in ("could not be delivered", "has not taken", "Nobody knows") if one in page]
    assert len(said) == bool(sentence)
    assert sentence in page


def test_who_is_removed_cannot_come_back_through_a_link_she_sent():
    team = Team()
    sent = invite(email="zweite@example.org", role="manager", by=team.manager, actor=team.actor)
    kept = invite(email="dritte@example.org", role="editor", by=team.organiser, actor=team.actor)
    end_membership(membership=team.managers[0], by=team.organiser)
    assert list(Invitation.objects.open()) == [kept]
    assert Invitation.objects.get(pk=sent.pk).revoked_at is not None


def test_who_leaves_keeps_her_word_to_those_she_invited():
    team = Team()
    sent = invite(email="zweite@example.org", role="editor", by=team.manager, actor=team.actor)
    end_membership(membership=team.managers[0], by=team.manager)
    assert list(Invitation.objects.open()) == [sent]


def test_an_editor_is_told_that_others_decide_on_the_team(client):
    actor = ActorFactory(slug="haus")
    said = "Managers and organisers decide who belongs to it."
    for role, link, told in (("editor", "See who is in the team", True), ("manager", "To the team", False)):
        client.force_login(MembershipFactory(actor=actor, role=role).person)
        page = client.get("/akteure/haus/bearbeiten/").content.decode()
        assert f"{link}</a>" in page
        assert (said in page, said in client.get("/akteure/haus/team/").content.decode()) == (told, told)
