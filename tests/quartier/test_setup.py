"""The first steps on an empty portal."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from partners.models import Invitation, Neighbourhood, Person
from quartier.environment import env
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

PASSWORD = "drei grüne Hocker am Harras"
ANSWERS = {
    "admin_email": "Ada@Example.org",
    "admin_name": "Ada Berg",
    "admin_password": PASSWORD,
    "neighbourhood": "Sendling",
    "city": "München",
}


@pytest.fixture
def run(django_capture_on_commit_callbacks) -> Callable[..., str]:
    """Runs the command without a terminal and gives back what it says."""

    def runner(**options: str) -> str:
        said = io.StringIO()
        with django_capture_on_commit_callbacks(execute=True):
            call_command("setup", interactive=False, stdout=said, **options)
        return said.getvalue()

    return runner


def test_setup_makes_admin_neighbourhood_and_organiser(client, run) -> None:
    said = run(**ANSWERS)
    ada = Person.objects.get()
    assert (ada.email, ada.name, ada.is_staff, ada.is_superuser) == ("ada@example.org", "Ada Berg", True, True)
    neighbourhood = Neighbourhood.objects.get()
    assert (neighbourhood.name, neighbourhood.city, neighbourhood.slug) == ("Sendling", "München", "sendling")
    assert list(neighbourhood.organisers.all()) == [ada]
    assert EmailAddress.objects.get().verified
    assert mail.outbox == []
    assert said.splitlines() == [
        "ada@example.org ist jetzt Admin.",
        "Das Quartier Sendling ist angelegt.",
        "ada@example.org organisiert jetzt Sendling.",
        "Hier melden Sie sich an: http://localhost:8000/konto/login/",
    ]
    answer = client.post(reverse("account_login"), {"login": "ada@example.org", "password": PASSWORD})
    assert answer["Location"] == reverse("dashboard")
    assert client.get(reverse("admin:index")).status_code == 200


def test_setup_changes_nothing_the_second_time(run) -> None:
    run(**ANSWERS)
    before = Person.objects.values().get(), Neighbourhood.objects.values().get()
    said = run(**ANSWERS | {"admin_name": "Somebody Else", "admin_password": "another good password"})
    assert (Person.objects.values().get(), Neighbourhood.objects.values().get()) == before
    assert said.splitlines()[:3] == [
        "ada@example.org ist schon Admin.",
        "Das Quartier Sendling gibt es schon.",
        "ada@example.org organisiert Sendling schon.",
    ]


def test_setup_invites_an_organiser_without_an_account(run) -> None:
    said = run(**ANSWERS, organiser_email="Mira@example.org", organiser_name="Mira Kaya")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.name, invitation.role) == ("mira@example.org", "Mira Kaya", "organiser")
    assert invitation.neighbourhood == Neighbourhood.objects.get()
    assert not Neighbourhood.objects.get().organisers.exists()
    assert [message.to for message in mail.outbox] == [["mira@example.org"]]
    assert "mira@example.org bekommt eine E-Mail mit der Einladung, Sendling zu organisieren." in said
    again = run(**ANSWERS, organiser_email="mira@example.org")
    assert "mira@example.org ist schon eingeladen, Sendling zu organisieren." in again
    assert len(mail.outbox) == 1


def test_setup_makes_an_organiser_with_a_password(run) -> None:
    run(**ANSWERS, organiser_email="mira@example.org", organiser_name="Mira Kaya", organiser_password=PASSWORD)
    mira = Person.objects.get(email="mira@example.org")
    assert (mira.name, mira.is_staff, mira.is_superuser) == ("Mira Kaya", False, False)
    assert mira.check_password(PASSWORD)
    assert list(Neighbourhood.objects.get().organisers.all()) == [mira]
    assert mail.outbox == []


def test_setup_takes_people_who_are_here(run) -> None:
    ada, mira = PersonFactory(email="ada@example.org"), PersonFactory(email="mira@example.org")
    password = ada.password
    run(admin_email="ada@example.org", neighbourhood="Sendling", city="München", organiser_email="mira@example.org")
    ada.refresh_from_db()
    assert (ada.is_superuser, ada.password) == (True, password)
    assert list(Neighbourhood.objects.get().organisers.all()) == [mira]
    assert Person.objects.count() == 2


def test_setup_reads_passwords_from_the_environment(monkeypatch, run) -> None:
    monkeypatch.setitem(env.ENVIRON, "ADMIN_PASSWORD", PASSWORD)
    run(**{name: value for name, value in ANSWERS.items() if name != "admin_password"})
    assert Person.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"admin_email": "ada"}, "--admin-email: "),
        ({"admin_email": ""}, "--admin-email: Das fehlt."),
        ({"admin_name": ""}, "--admin-name: Neue Admins brauchen einen Namen."),
        ({"admin_password": ""}, "--admin-password: Neue Admins brauchen ein Passwort."),
        ({"admin_password": "kurz"}, "--admin-password: Dieses Passwort ist zu kurz."),
        ({"admin_password": "ada@example.org"}, "--admin-password: Dieses Passwort ist Ihrem Namen"),
        ({"neighbourhood": " "}, "--neighbourhood: Das fehlt."),
        ({"neighbourhood": "Send\x00ling"}, "--neighbourhood: "),
        ({"city": "x" * 121}, "--city: "),
        ({"organiser_email": "@"}, "--organiser-email: "),
        ({"organiser_email": "m@example.org", "organiser_password": "kurz"}, "--organiser-password: "),
    ],
)
def test_setup_refuses_what_cannot_be_used(run, change: dict[str, str], complaint: str) -> None:
    with pytest.raises(CommandError) as caught:
        run(**ANSWERS | change)
    assert str(caught.value).startswith("Nichts wurde geändert. Bitte ändern Sie:\n")
    assert complaint in str(caught.value)
    assert not Person.objects.exists()
    assert not Neighbourhood.objects.exists()


def test_setup_names_everything_that_is_missing(run) -> None:
    with pytest.raises(CommandError) as caught:
        run()
    assert [line.split(":")[0] for line in str(caught.value).splitlines()[1:]] == [
        "--admin-email",
        "--neighbourhood",
        "--city",
    ]


# --- asked at a terminal ------------------------------------------------------------------------------------------------


@pytest.fixture
def terminal(monkeypatch) -> Callable[..., list[str]]:
    """Answers the questions one after the other and gives back what was asked."""

    def play(*answers: str, **options: str) -> list[str]:
        left: Iterator[str] = iter(answers)
        asked: list[str] = []

        def answer(question: str) -> str:
            asked.append(question)
            return next(left)

        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr("quartier.management.commands.setup.getpass", answer)
        call_command("setup", stdout=io.StringIO(), stderr=io.StringIO(), **options)
        assert list(left) == []
        return asked

    return play


def test_setup_asks_until_an_answer_can_be_used(terminal) -> None:
    asked = terminal("ada", "ada@example.org", "Ada Berg", PASSWORD, "Sendling", "München", "")
    assert asked == [
        "E-Mail-Adresse der Admin-Person: ",
        "E-Mail-Adresse der Admin-Person: ",
        "Name der Admin-Person: ",
        "Passwort der Admin-Person (unsichtbar): ",
        "Name des ersten Quartiers: ",
        "Stadt: ",
        "E-Mail-Adresse der Organisator*in (leer: die Admin-Person): ",
    ]
    assert list(Neighbourhood.objects.get().organisers.all()) == [Person.objects.get(email="ada@example.org")]


def test_setup_asks_only_for_what_is_not_given(terminal) -> None:
    PersonFactory(email="ada@example.org")
    asked = terminal(
        "München", "Mira Kaya", admin_email="ada@example.org", neighbourhood="Sendling", organiser_email="m@example.org"
    )
    assert asked == ["Stadt: ", "Name der Organisator*in: "]
    assert Invitation.objects.get().name == "Mira Kaya"


def test_setup_asks_again_for_a_weak_password(terminal) -> None:
    terminal("ada@example.org", "", "Ada", "", "kurz", PASSWORD, "Sendling", "München", "")
    assert Person.objects.get().check_password(PASSWORD)
