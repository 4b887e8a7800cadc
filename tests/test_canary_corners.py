"""Nothing leaks where the links of the portal do not lead: administration, own account, live searches, files for machines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import StringIO
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.core.management import call_command
from django.db import models, transaction
from django.test import Client
from django.urls import reverse

from partners.models import HistoryEntry, OldAddress, Person, Word
from quartier import privacy
from tests import test_canaries
from tests.factories import PASSWORD, ContactFactory, PersonFactory
from tests.test_canaries import EVERYBODY, ROLES, SIGNED_IN, Canary, World, text_of, words_in
from tests.walk import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]

# Made once for this file too.
world = test_canaries.world


def client_of(person: Person | None) -> Client:
    cache.clear()
    client = Client(headers={"accept-language": "de"}, raise_request_exception=False)
    if person:
        client.force_login(person)
    return client


def read(client: Client, paths: list[str]) -> str:
    return "\n".join(text_of(client.get(path)) for path in paths)


def names_in(world: World, text: str) -> set[str]:
    words = words_in(world, text)
    return {canary.name for canary in world.canaries if canary.word in words}


def admin_paths(*, of: type[models.Model] | None = None) -> list[str]:
    """The lists, the forms, the histories and the files of the administration, for two rows of each model.

    Of one model: for more of its rows; of the others then only the list and the form of one row, which say whether they
    open.
    """
    paths = ["/admin/"]
    for model in admin.site._registry:
        base = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        pks = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        if of and model is not of:
            paths += [base, *(f"{base}{pk}/change/" for pk in pks[:1])]
            continue
        rows = dict.fromkeys([*pks[:2], *pks[-2:]] if of else [*pks[:1], *pks[-1:]])
        paths += [base, f"{base}add/"]
        paths += [f"{base}{pk}/{page}/" for pk in rows for page in ("change", "history", "delete")]
    named = {path.replace("/1/", "/") for _, path in addresses() if path.startswith("/admin/")}
    if of:
        named = {path for path in named if not path.endswith(("/add/", "/change/", "/history/", "/delete/"))}
    return list(dict.fromkeys([*paths, *sorted(named)]))


# What a row is called where another one leads to it, and what says which of two it is.
NAMING = {
    "partners.AgreementPart.name",  # of the sides, in the name of an agreement
    "partners.Actor.name",
    "partners.Actor.slug",
    "partners.Person.name",
    "projects.Contribution.title",
    "projects.Project.slug",
    "projects.Project.title",
    "quartier.ImportRun.file_name",
}


SECRET = {(label, name) for label, names in privacy.SECRETS.items() for name in names}


class TestAdministration:
    @pytest.mark.parametrize("role", ["visitor", "organiser"])
    def test_it_is_closed_to_who_is_no_admin(self, world: World, role: str) -> None:
        client = world.client(role)
        paths = admin_paths()
        given = [send(path) for path in paths for send in (client.get, client.post)]

        assert len(paths) > 100
        assert {answer.status_code for answer in given} <= ({302} if role == "visitor" else {404})
        # Signed out, the way back after the log-in is the address that was asked for.
        assert names_in(world, "".join(map(text_of, given))) == set()

    def test_an_admin_reads_all_but_the_secrets(self, world: World) -> None:
        text = read(client_of(PersonFactory(is_staff=True, is_superuser=True)), admin_paths())
        met = names_in(world, text)

        assert {"partners.Actor.name", "partners.ContactPerson.phone", "projects.Contribution.title"} <= met
        assert {f"{label}.{name}" for label, names in privacy.SECRETS.items() for name in names} & met == set()

    def test_without_a_permission_there_is_nothing_to_read(self, world: World) -> None:
        """Whoever may enter the administration and has no right in it finds an empty house."""
        assert names_in(world, read(client_of(PersonFactory(is_staff=True)), admin_paths())) == set()

    @pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
    def test_a_permission_opens_its_own_model_only(self, world: World, model: type[models.Model]) -> None:
        """Of other models stand there only what names the row: the words a choice or a link needs."""
        staff = PersonFactory(is_staff=True)
        kind = {"content_type__app_label": model._meta.app_label, "codename": f"view_{model._meta.model_name}"}
        staff.user_permissions.add(Permission.objects.get(**kind))
        secret = {canary.name for canary in world.canaries if canary.level > EVERYBODY}
        met = names_in(world, read(client_of(staff), admin_paths(of=model))) & secret
        label = model._meta.label
        # What once stood in a row is read in its own history, and by whoever may read all histories.
        own = {name for name in met if name.startswith((f"{label}.", f"{label} "))}
        if model is HistoryEntry:
            own = {name for name in met if tuple(name.rsplit(".", 1)) not in SECRET}

        assert met - own - NAMING == set()


def answered(client: Client, path: str) -> str:
    """What an empty form is answered; nothing of it stays written."""
    with transaction.atomic():
        text = text_of(client.post(path, {}))
        transaction.set_rollback(True)
    return text


class TestOwnAccount:
    @pytest.mark.parametrize("role", [role for role in ROLES if role != "visitor"])
    def test_the_pages_of_the_account_are_about_oneself(self, world: World, role: str) -> None:
        """Nothing of anybody else, and of what one belongs to only what one may see."""
        paths = [path for _, path in addresses() if path.startswith("/konto/") and "logout" not in path]
        client = world.client(role)
        text = read(client, paths) + "\n".join(answered(client, path) for path in paths)

        assert {canary.name for canary in world.canaries if canary.level > ROLES[role] and canary.word in text} == set()

    def test_the_file_holds_exactly_ones_own_data(self, world: World) -> None:
        """What she entered about others stays with them: of a contact only that she entered it."""
        text = read(client_of(world.somebody), ["/konto/daten/meine-daten.json"])

        assert names_in(world, text) == {
            "partners.Actor.name",
            "partners.Actor.slug",
            "partners.Agreement.subject",
            "partners.KeyActorAssessment.access_reason",
            "partners.KeyActorAssessment.closeness_reason",
            "partners.KeyActorAssessment.multiplier_reason",
            "partners.KeyActorAssessment.networked_reason",
            "partners.Mail.kind",
            "partners.Neighbourhood.name",
            "partners.Neighbourhood.slug",
            "partners.NotTwins.reason",
            # What she gave as a reason, and the warning that she read before.
            "partners.PartnershipOverride.reason",
            "partners.PartnershipOverride.warning",
            "partners.PartnershipReview.remark",
            "partners.Person.email",
            "partners.Person.name",
            "partners.StageChange.note",
            "projects.ContributionStep.note",
            # Why she began a project beside others, what she asked, and what she was answered.
            "projects.ParallelReason.reason",
            "projects.ParticipationOverride.reason",
            "projects.ParticipationOverride.warning",
            "projects.Project.slug",
            "projects.Project.title",
            "projects.ProjectInquiry.answer",
            "projects.ProjectInquiry.message",
            "projects.ProjectStep.note",
            # What she asked for, had read before, answered and said thank you with.
            "projects.ResourceRequest.message",
            "projects.ResourceRequest.reason",
            "projects.ResourceRequest.thanks",
            "projects.ResourceRequest.warning",
            "projects.ResourceRequestStep.note",
            "quartier.ImportRun.file_name",
        }

    @pytest.mark.parametrize("page", ["daten/", "daten/meine-daten.json", "loeschen/"])
    def test_a_contact_person_of_a_draft_learns_not_what_it_is_called(self, world: World, page: str) -> None:
        """Her own details she reads; the name of what she cannot see stands on no page."""
        person = world.people["partner"]
        for hidden in world.unseen:
            ContactFactory(actor=hidden, email=person.email, entered_by=world.somebody)
        client = client_of(person)
        client.post("/konto/reauthenticate/", {"password": PASSWORD})
        answer = client.get(f"/konto/{page}")

        assert answer.status_code == 200
        assert "Kontaktperson" in answer.content.decode() or page.endswith("json")
        text = text_of(answer)
        assert {canary.name for canary in world.canaries if canary.level > SIGNED_IN and canary.word in text} == set()


NONSENSE = "qxqxqxqxqxqxqx"


def search_addresses(world: World) -> dict[str, str]:
    """Everything that looks while somebody types or asks, and the name of what is asked for."""
    project = world.project.get_absolute_url()
    return {
        "/suche/": "q",
        "/akteure/": "q",
        "/akteure/?stand=entwurf&stand=eingereicht&stand=verborgen&stand=veroeffentlicht": "q",
        "/projekte/": "q",
        "/partnerschaften/": "q",
        "/akteure/neu/": "name",
        "/akteure/neu/?name=Treff": "website",
        f"{project}beteiligungen/neu/": "actor",
        "/partnerschaften/neu/": "quartier",
        "/projekte/neu/": "title",
    }


def asked(client: Client, address: str, name: str, word: str, **headers: str) -> str:
    path, _, query = address.partition("?")
    response = client.get(f"{path}?{query}&{urlencode({name: word})}", headers=headers)
    page = re.sub(r'name="(?:csrfmiddlewaretoken|once)" value="[^"]*"', "", response.content.decode())
    page = re.sub(r'value="[^"]*" name="(?:csrfmiddlewaretoken|once)"|id="id_once"', "", page)
    return f"{response.status_code} {response.headers.get('Location', '')} {page}".replace(word, "…")


def known_to_searches(world: World, role: str, secret: Iterable[Canary], **headers: str) -> set[tuple[str, str]]:
    """Which words make a difference where: a hit, a count, a further page, a suggestion."""
    client = world.client(role)
    known = set()
    for address, name in search_addresses(world).items():
        nothing = asked(client, address, name, NONSENSE, **headers)
        if not nothing.startswith(("302", "404")):
            known |= {
                (one.name, address) for one in secret if asked(client, address, name, one.word, **headers) != nothing
            }
    return known


@pytest.mark.parametrize("role", ROLES)
def test_no_search_knows_a_word_that_is_not_for_her(world: World, role: str) -> None:
    """The answer is the same as for letters that stand nowhere."""
    # Of each field one row is enough: there is one search for all rows.
    secret = {one.name: one for one in world.canaries if one.level > ROLES[role]}.values()

    assert len(secret) > 1
    assert known_to_searches(world, role, secret) == set()


@pytest.mark.parametrize("role", ["visitor", "elsewhere", "editor"])
def test_no_search_while_typing_knows_a_name_that_is_not_for_her(world: World, role: str) -> None:
    """The part of the page that changes is made of the same rows; names are what it is asked for."""
    secret = [one for one in world.canaries if one.level > ROLES[role] and one.name.endswith((".name", ".title"))]
    live = {"HX-Request": "true", "HX-Target": "id_actor_treffer"}

    assert len(secret) > 1
    assert known_to_searches(world, role, secret, **live) == set()


def test_a_searched_word_that_is_public_does_make_a_difference(world: World) -> None:
    """Else the test above would pass for a search that finds nothing at all."""
    organiser = world.client("organiser")
    live = {"HX-Request": "true", "HX-Target": "id_actor_treffer"}
    finds = {
        address: asked(organiser, address, name, word, **live) != asked(organiser, address, name, NONSENSE, **live)
        for address, name in search_addresses(world).items()
        for word in [world.project.title if address == "/projekte/" else world.library.name]
        if name in {"q", "name", "actor"} and address != "/partnerschaften/"
    }

    assert len(finds) >= 5
    assert [address for address, found in finds.items() if not found] == []


@pytest.mark.parametrize("path", ["/akteure/", "/projekte/", "/suche/", "/partnerschaften/"])
def test_no_order_can_be_asked_for(world: World, path: str) -> None:
    """Whoever can sort by a hidden column reads it bit by bit."""
    client = world.client("visitor")
    plain = client.get(path).content
    for name in ("o", "order", "order_by", "ordering", "sort", "sortierung", "reihenfolge", "sortieren"):
        for column in ("phone", "-phone", "state", "street", "network_hours", "contacts__name"):
            assert listed(client.get(path, {name: column}).content) == listed(plain), (name, column)


def listed(content: bytes) -> list[bytes]:
    return re.findall(rb"<h[1-4].*?</h[1-4]>", content, re.DOTALL)


@pytest.mark.parametrize(
    "column", ["phone", "email", "street__startswith", "contacts__phone", "state", "search_text__contains"]
)
def test_no_filter_reaches_a_column(world: World, column: str) -> None:
    """A filter that takes the name of a column out of the address would answer questions about hidden ones."""
    client = world.client("visitor")
    for path in ("/akteure/", "/projekte/", "/partnerschaften/"):
        assert listed(client.get(path, {column: "a"}).content) == listed(client.get(path).content)


def test_the_words_that_may_be_suggested_are_public(world: World) -> None:
    call_command("rebuild_search", verbosity=0, stdout=StringIO())
    words = set(Word.objects.filter(count__gt=0).values_list("word", flat=True))
    spellings = {spelling.casefold() for spelling in Word.objects.values_list("spelling", flat=True)}
    known = {canary for canary in world.canaries if canary.word in words | spellings}

    assert "partners.Actor.name" in {canary.name for canary in known}
    assert {canary.name for canary in known if canary.level > EVERYBODY} == set()


@pytest.mark.parametrize("role", ROLES)
def test_a_typing_error_is_put_right_to_no_hidden_word(world: World, role: str) -> None:
    call_command("rebuild_search", verbosity=0, stdout=StringIO())
    client = world.client(role)
    hidden = [
        canary for canary in world.canaries if canary.level > ROLES[role] and canary.name.endswith(("name", "title"))
    ]
    for canary in hidden:
        for path in ("/akteure/", "/suche/", "/projekte/"):
            typed = canary.word[:5] + canary.word[6:]
            assert canary.word not in text_of(client.get(path, {"q": typed})), (canary.name, path)
    assert len(hidden) > 3 or role == "organiser"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("query", ["", "&stand=entwurf&stand=eingereicht&stand=verborgen", "&quartier={here}"])
def test_the_map_draws_nothing_that_is_not_for_her(world: World, role: str, query: str) -> None:
    """Nor a place whose exact address is private, not even to its own team: a picture is passed on.

    States are a question to whoever keeps a profile or organises; a visitor who asks for them sees what everybody sees.
    """
    client = world.client(role)
    text = text_of(client.get(f"/akteure/karte.json?zoom=18{query.format(here=world.here.slug)}"))

    assert {canary.name for canary in world.canaries if canary.level > ROLES[role] and canary.word in text} == set()
    assert world.private.slug not in text
    assert (world.library.slug in text) == ("stand" not in query or role == "visitor")
    assert (world.unseen[0].slug in text) == ("stand" in query and role == "organiser")


class TestFilesForMachines:
    def paths(self, client: Client) -> list[str]:
        index = client.get("/sitemap.xml").content.decode()
        return ["/sitemap.xml", *re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", index)]

    def test_the_sitemap_and_its_parts_name_what_is_public(self, world: World) -> None:
        client = world.client("visitor")
        paths = [*self.paths(client), "/robots.txt", "/.well-known/security.txt", "/healthz", "/readyz"]
        text = read(client, paths)

        assert len(paths) > 7
        assert {"partners.Actor.slug", "projects.Project.slug"} <= names_in(world, text)
        assert {canary.name for canary in world.canaries if canary.level > EVERYBODY and canary.word in text} == set()

    def test_the_sitemap_is_the_same_for_everybody(self, world: World) -> None:
        """It is kept in caches, and what an organiser fetched would be read by others."""
        paths = self.paths(world.client("visitor"))

        assert read_bodies(world.client("organiser"), paths) == read_bodies(world.client("visitor"), paths)

    @pytest.mark.parametrize("page", ["", "bearbeiten/", "verlauf/", "team/"])
    def test_an_old_address_does_not_tell_what_a_hidden_row_is_called_now(self, world: World, page: str) -> None:
        """The published one that moved leads on; one that was hidden since then answers like one that never was."""
        for number, actor in enumerate([world.library, *world.unseen]):
            OldAddress.objects.create(kind="partners.actor", slug=f"einst-{number}", target=actor.pk)
        OldAddress.objects.create(kind="projects.project", slug="einst-idee", target=world.idea.pk)
        client = world.client("visitor")
        hidden = [f"/akteure/einst-{number}/{page}" for number in (1, 2, 3)]
        never = client.get(f"/akteure/niemals/{page}")
        text = read(client, [*hidden, f"/projekte/einst-idee/{page}"])

        assert {canary.name for canary in world.canaries if canary.level > EVERYBODY and canary.word in text} == set()
        assert {client.get(path).status_code for path in hidden} == {never.status_code}
        if not page:
            assert client.get("/akteure/einst-0/")["Location"] == world.library.get_absolute_url()

    def test_the_crawl_reads_headers_too(self, world: World) -> None:
        """Where an answer leads, what a file is called, what a cache keeps it under."""
        table = world.client("organiser").get("/akteure/liste.xlsx")

        assert table["Content-Disposition"].casefold() in text_of(table)

    @pytest.mark.parametrize("role", ROLES)
    def test_no_file_is_called_after_what_is_not_for_her(self, world: World, role: str) -> None:
        client = world.client(role)
        given = [
            str(client.head(path).headers).casefold()
            for path in ("/akteure/liste.xlsx", "/konto/daten/meine-daten.json")
        ]

        assert {one.name for one in world.canaries if one.level > ROLES[role] and one.word in "".join(given)} == set()


def read_bodies(client: Client, paths: list[str]) -> list[bytes]:
    return [client.get(path).content for path in paths]
