"""Lists into the register and out of it, as an admin does it in the list of actors."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from partners.models import Actor, HistoryEntry, Neighbourhood, OldAddress
from partners.models.private_files import private_storage
from quartier.imports import actor_admin
from quartier.imports.uploads import FOLDER, clear_uploads
from quartier.models import ImportRun
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AdminFactory,
    NeighbourhoodFactory,
    PersonFactory,
    TopicFactory,
)
from tests.partners.test_races import at_once

pytestmark = pytest.mark.django_db

LIST, IMPORT = "/admin/partners/actor/", "/admin/partners/actor/import/"
HEADER = "Name;Telefon;Website;Quartier\n"


@pytest.fixture(autouse=True)
def home() -> Neighbourhood:
    for name in kept_files():
        private_storage.delete(f"{FOLDER}/{name}")
    return NeighbourhoodFactory(name="Nordkiez", slug="nordkiez", city="Berlin")


@pytest.fixture
def client() -> Client:
    return signed_in(AdminFactory())


def signed_in(person: Any, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client


def choose(client: Client, content: str | bytes, *, name: str = "liste.csv", **more: Any) -> Any:
    data = {"neighbourhood": Neighbourhood.objects.get(slug="nordkiez").pk} | more
    written = content.encode() if isinstance(content, str) else content
    return client.post(IMPORT, data | {"file": SimpleUploadedFile(name, written)})


def preview_of(client: Client, content: str | bytes, **more: Any) -> Any:
    answer = choose(client, content, **more)
    assert answer.status_code == 302, answer.context["form"].errors
    return client.get(answer["Location"])


def confirm(client: Client, preview: Any) -> Any:
    return client.post(
        preview.request["PATH_INFO"], {"confirm": "1", "seen": preview.context["preview"].outcome.digest}
    )


def lines_of(preview: Any) -> list[tuple[tuple[int, ...], str, str]]:
    return [(line.rows, line.name, line.what.value) for line in preview.context["preview"].lines]


def kept_files() -> list[str]:
    try:
        return private_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return []


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


# --- in ---------------------------------------------------------------------------------------------------------------


def test_the_preview_says_of_every_row_what_would_happen_and_writes_nothing(client: Client) -> None:
    preview = preview_of(client, HEADER + "Laden;030 12341;;\nAlter Laden;030 12342;;\n")
    confirm(client, preview)
    Actor.objects.filter(name="Alter Laden").update(website="https://hand.example.org/")
    written = HEADER + (
        "Laden;030 12343;;\n"
        "Alter Laden;030 12342;https://liste.example.org/;\n"
        "Neuer Laden;kaputt;;Nordkiez\n"
        ";030 12344;;\n"
        "Laden;;;\n"
    )
    before = list(Actor.objects.order_by("pk").values())
    preview = preview_of(client, written)
    assert lines_of(preview) == [
        ((2, 6), "Laden", "geaendert"),
        ((3,), "Alter Laden", "behalten"),
        ((4,), "Neuer Laden", "neu"),
        ((5,), "", "abgelehnt"),
    ]
    changed, kept, new, refused = preview.context["preview"].lines
    assert [(part.label, part.before, part.after) for part in changed.parts] == [
        ("Public phone number", "030 12341", "030 12343")
    ]
    assert kept.kept == [
        "“Alter Laden”, website: the portal says “https://hand.example.org/”, the list says “https://liste.example.org/”. The portal was kept."  # noqa: E501
    ]
    assert [(part.label, part.after) for part in new.parts] == [("Neighbourhoods", "Nordkiez")]
    assert new.remarks == ["Column “Telefon”: “kaputt” is no phone number. Left out."]
    assert refused.refusals == ["has no name that can be stored."]
    assert [(tab.label, tab.count) for tab in preview.context["tabs"]] == [
        ("All rows", 4),
        ("Refused", 1),
        ("Changed", 1),
        ("Kept as edited here", 1),
        ("New", 1),
        ("With remarks", 1),
    ]
    for tab in preview.context["tabs"]:
        assert len(client.get(preview.request["PATH_INFO"] + tab.href).context["preview"].lines) == tab.count
    assert list(Actor.objects.order_by("pk").values()) == before


def test_importing_does_what_was_shown_once_and_forgets_the_file() -> None:
    admin = AdminFactory(name="Toni")
    client = signed_in(admin)
    preview = preview_of(client, HEADER + "Laden;030 12341;;\nZweiter;;;\n;;;weg\n", name="meine liste.csv")
    assert len(kept_files()) == 2
    first, second = confirm(client, preview), confirm(client, preview)
    run = ImportRun.objects.get()
    assert first["Location"] == second["Location"] == f"/admin/quartier/importrun/{run.pk}/change/"
    assert said(first) == [
        "2 actors are new, as drafts. Look at the drafts in the list of actors, and publish them there."
    ]
    assert said(second) == said(first)  # nothing was added to it
    assert (run.file_name, run.by, run.neighbourhood.slug) == ("meine liste.csv", admin, "nordkiez")
    assert (run.new_count, run.faulty_count) == (2, 1)
    assert sorted(Actor.objects.values_list("name", "state")) == [("Laden", "entwurf"), ("Zweiter", "entwurf")]
    assert HistoryEntry.objects.filter(occasion=HistoryEntry.Occasion.IMPORT, by=admin).exists()
    assert kept_files() == []
    assert client.get(preview.request["PATH_INFO"])["Location"] == first["Location"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_import_once() -> None:
    admin = AdminFactory()
    preview = preview_of(signed_in(admin), HEADER + "Laden;;;\nZweiter;;;\n")
    clients = [signed_in(admin) for _ in range(3)]
    answers = at_once(*[lambda client=client: confirm(client, preview) for client in clients])
    [run] = ImportRun.objects.all()
    assert [answer["Location"] for answer in answers] == [f"/admin/quartier/importrun/{run.pk}/change/"] * 3
    assert sorted(Actor.objects.values_list("name", flat=True)) == ["Laden", "Zweiter"]


def test_where_somebody_writes_meanwhile_the_preview_comes_anew(client: Client) -> None:
    confirm(client, preview_of(client, HEADER + "Laden;030 12341;;\n"))
    preview = preview_of(client, HEADER + "Laden;030 12342;;\n")
    Actor.objects.update(phone="030 12349")
    answer = confirm(client, preview)
    assert answer.status_code == 200
    assert "The register was changed meanwhile" in said(answer)[0]
    assert lines_of(answer) == [((2,), "Laden", "behalten")]
    assert (Actor.objects.get().phone, ImportRun.objects.count()) == ("030 12349", 1)
    assert len(kept_files()) == 2


def test_a_database_that_is_busy_loses_nothing(client: Client) -> None:
    preview = preview_of(client, "Name\nLaden\n")
    with patch("quartier.imports.run.Writer.write", side_effect=OperationalError("database is locked")):
        answer = confirm(client, preview)
    assert said(answer) == ["Somebody else wrote at the same moment; nothing was imported. Try once more."]
    assert (Actor.objects.count(), ImportRun.objects.count(), lines_of(answer)) == (0, 0, [((2,), "Laden", "neu")])
    confirm(client, answer)
    assert Actor.objects.get().name == "Laden"


def test_a_list_that_changes_nothing_offers_no_import(client: Client) -> None:
    confirm(client, preview_of(client, HEADER + "Laden;030 12341;;\n"))
    again = preview_of(client, HEADER + "Laden;030 12341;;\n")
    assert "Nothing would change" in again.content.decode()
    assert 'name="confirm"' not in again.content.decode()
    client.post(again.request["PATH_INFO"], {"cancel": "1"})
    assert kept_files() == []


def test_a_mapping_says_what_the_columns_mean(client: Client) -> None:
    mapping = SimpleUploadedFile("m.toml", b'source = "amt"\n[columns]\n"Wer" = "name"\n"Ruf" = "phone"\n')
    confirm(client, preview_of(client, "Wer,Ruf\nLaden,030 12341\n", mapping=mapping))
    assert (Actor.objects.get().phone, ImportRun.objects.get().source) == ("030 12341", "amt")
    wrong = choose(client, "Wer\nLaden\n", mapping=SimpleUploadedFile("m.toml", b"[columns"))
    assert "valid TOML" in wrong.context["form"].errors["mapping"][0]
    other = choose(
        client, "Wer\nLaden\n", mapping=SimpleUploadedFile("m.toml", b'[columns]\n"Wer" = "name"\n"Ruf" = "phone"\n')
    )
    assert "columns that the list does not have" in other.context["form"].errors["mapping"][0]
    large = choose(client, "Wer\nLaden\n", mapping=SimpleUploadedFile("m.toml", b"#" * 200_000))
    assert "too large" in large.context["form"].errors["mapping"][0]
    assert kept_files() == []


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (actor_admin.MOST_UNPACKED + 1))
    return file.getvalue()


def book(*rows: list[Any]) -> bytes:
    file, made = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "This file is no table but PDF."),
        (b"Name;Ort\n\x81\x8d;x\n", "neither UTF-8 nor Windows-1252"),
        (b"Wer;Wo\nLaden;Berlin\n", "No table was found"),
        (b"Name;Ort\n", "but no row below it"),
        (book(["a", "b"], ["c", "d"]), "No table was found"),
        (b"PK\x03\x04 nothing", "damaged or protected by a password"),
        (bomb(), "The workbook is too large"),
        (b"Name\n" + b"Laden\n" * 10_001, "more than 10000 rows"),
        (b"x" * (actor_admin.MOST_BYTES + 1), "larger than 10 MB"),
    ],
    ids=["empty", "pdf", "letters", "header", "rows", "book", "broken", "bomb", "long", "large"],
)
def test_what_is_no_list_is_refused_in_a_sentence(client: Client, content: bytes, sentence: str) -> None:
    answer = choose(client, content)
    assert sentence in answer.context["form"].errors["file"][0]
    assert kept_files() == []


def test_a_long_list_has_pages(client: Client) -> None:
    with patch.object(actor_admin, "PER_PAGE", 2), patch("quartier.imports.preview.PER_PAGE", 2):
        preview = preview_of(client, "Name\n" + "".join(f"Laden {number}\n" for number in range(5)))
        path = preview.request["PATH_INFO"]
        pages = [client.get(f"{path}?art=neu&seite={number}") for number in ("1", "3", "99", "x")]
    assert [[line.name for line in page.context["preview"].lines] for page in pages] == [
        ["Laden 0", "Laden 1"],
        ["Laden 4"],
        ["Laden 4"],
        ["Laden 0", "Laden 1"],
    ]
    assert pages[0].context["links"] == {"before": "", "after": "?art=neu&seite=2"}


def test_what_nobody_imports_is_gone_after_a_day(client: Client) -> None:
    preview = preview_of(client, "Name\nLaden\n")
    assert (clear_uploads(), len(kept_files())) == (0, 2)
    with patch("quartier.imports.uploads.timezone.now", return_value=timezone.now() + timedelta(hours=25)):
        assert clear_uploads() == 2
    answer = confirm(client, preview)
    assert answer["Location"] == IMPORT
    assert said(answer) == ["This list is no longer kept. Choose it once more."]
    assert not Actor.objects.exists()


def test_only_the_very_bytes_that_were_shown_are_imported(client: Client) -> None:
    preview = preview_of(client, "Name\nLaden\n")
    [kept] = [name for name in kept_files() if name.endswith(".list")]
    with private_storage.open(f"{FOLDER}/{kept}", "w") as file:
        file.write("Name\nBeute\n")
    assert confirm(client, preview)["Location"] == IMPORT
    assert not Actor.objects.exists()


def test_only_who_may_add_and_change_imports_and_everybody_only_her_own_list() -> None:
    staff = PersonFactory(is_staff=True)
    for rights, status in (
        (["view_actor", "change_actor"], 403),
        (["view_actor", "add_actor"], 403),
        (["view_actor", "add_actor", "change_actor"], 200),
    ):
        staff.user_permissions.set(Permission.objects.filter(codename__in=rights))
        page = signed_in(staff).get(LIST).content.decode()
        assert (IMPORT in page) is (status == 200)
        assert signed_in(staff).get(IMPORT).status_code == status
    preview = preview_of(signed_in(staff), "Name\nLaden\n")
    assert confirm(signed_in(AdminFactory()), preview)["Location"] == IMPORT
    assert not Actor.objects.exists()
    assert confirm(signed_in(staff), preview)["Location"] == LIST  # she may not read the record of the run
    assert Actor.objects.count() == 1


# --- out --------------------------------------------------------------------------------------------------------------


def register() -> None:
    """Whatever makes a round trip hard: twins, one word for two kinds, commas in words, formulas, spare blanks, a long text."""
    kind = ActorKindFactory(slug="laden", name="Laden", name_en="Shop")
    ActorKindFactory(slug="kiosk", name="Kiosk", name_en="Shop")
    topics = [TopicFactory(name="Kunst, Kultur", slug="kunst"), TopicFactory(name="Bauen; Wohnen", slug="bauen")]
    namesakes = [NeighbourhoodFactory(name="Mitte", slug=f"mitte-{city}", city=city) for city in ("a", "b")]
    ActorFactory(
        name="=Laden", kind=kind, topics=topics, neighbourhoods=namesakes, phone="+49 30 12345", postcode="01067",
        street="Weg", house_number="3-5", city="Ort", latitude="52.5", longitude="13.4", website="HTTPS://a.example.org",
        description="Wir  sind\r\n\r\n\r\n\r\n<b>da</b> & dort\n-\n" + "x" * 20_500,
    )  # fmt: skip
    for place in namesakes:
        ActorFactory(name="Zwilling", kind=None, neighbourhoods=[place], purpose="–", state=Actor.State.DRAFT)
    ActorFactory(name="Ende", neighbourhoods=namesakes, state=Actor.State.ARCHIVED)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_was_exported_changes_nothing_when_it_is_imported(language: str, form: str) -> None:
    register()
    client = signed_in(AdminFactory(), language)
    answer = client.get(f"{LIST}export.{form}")
    table = b"".join(answer.streaming_content)
    preview = preview_of(client, table, name=f"akteure.{form}")
    lines = preview.context["preview"].lines
    assert [(line.what.value, line.parts) for line in lines] == [("unveraendert", [])] * 4
    assert preview.context["outcome"].unused == [{"de": "Stand", "en": "State"}[language]]


def rows_of(answer: Any) -> list[list[Any]]:
    table = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)), read_only=True)
    return [list(row) for row in table.active.iter_rows(values_only=True)]


def test_a_corrected_table_changes_what_was_corrected_unless_somebody_wrote_meanwhile(client: Client) -> None:
    here = ActorFactory(name="Laden", phone="030 12341", website="https://a.example.org/", topics=[TopicFactory()])
    there = ActorFactory(name="Treff", phone="030 12342")
    head, *rows = rows_of(client.get(LIST + "export.xlsx"))
    place = {title: number for number, title in enumerate(head)}
    for row in rows:
        row[place["Phone"]], row[place["Website"]], row[place["Topics"]] = "030 123499", None, None
        row[place["Name"]] += " am Markt"
    Actor.objects.filter(pk=there.pk).update(phone="030 12347")
    confirm(client, preview_of(client, book(head, *rows), name="t.xlsx"))
    here.refresh_from_db()
    assert (here.name, here.phone, here.website, here.topics.count()) == ("Laden am Markt", "030 123499", "", 0)
    there.refresh_from_db()
    assert (there.name, there.phone) == ("Treff", "030 12347")
    assert Actor.objects.count() == 2


def test_a_key_that_nobody_has_is_refused_and_an_old_one_leads_on(client: Client) -> None:
    actor = ActorFactory(name="Laden", slug="laden", email="", neighbourhoods=[Neighbourhood.objects.get()])
    for slug in ("frueher", "einst"):
        OldAddress.objects.create(kind="partners.actor", slug=slug, target=actor.pk)
    rows = ["Laden;a@example.org;einst", "Weg;;gibt-es-nicht", "Laden 2;;einst", "Laden;;frueher", "Laden;;", "Neu;;"]
    preview = preview_of(client, "\n".join(["Name;E-Mail;Kennung im Portal", *rows]))
    assert lines_of(preview) == [
        ((2, 4), "Laden", "geaendert"),
        ((3,), "Weg", "abgelehnt"),
        ((5,), "Laden", "abgelehnt"),
        ((6,), "Laden", "neu"),
        ((7,), "Neu", "neu"),
    ]
    assert [line.refusals for line in preview.context["preview"].lines[1:3]] == [
        ["“gibt-es-nicht” names no entry of this portal. Leave the cell empty to enter a new place."],
        ["“frueher” is the entry that another row of this list speaks of already."],
    ]


def test_cells_are_no_formulas_and_a_stranger_gets_nothing(client: Client) -> None:
    ActorFactory(name="=1+1", phone="+49 30 12345", email="")
    head, row = rows_of(client.get(LIST + "export.xlsx"))
    assert (row[0], row[head.index("Phone")]) == ("'=1+1", "'+49 30 12345")
    text = b"".join(client.get(LIST + "export.csv").streaming_content).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("'=1+1;")
    staff = PersonFactory(is_staff=True)
    assert signed_in(staff).get(LIST + "export.csv").status_code == 403
    assert signed_in(PersonFactory()).get(LIST + "export.csv").status_code == 404


def test_the_export_holds_what_the_list_shows_or_what_was_chosen(client: Client) -> None:
    first, second, _third = (ActorFactory(name=name) for name in ("Ahorn", "Buche", "Zeder"))
    Actor.objects.filter(pk=second.pk).update(state=Actor.State.HIDDEN)
    found = rows_of(client.get(LIST + "export.xlsx?state__exact=verborgen&p=9"))
    assert [row[0] for row in found[1:]] == ["Buche"]
    sought = rows_of(client.get(LIST + "export.xlsx?q=ahorn"))
    assert [row[0] for row in sought[1:]] == ["Ahorn"]
    chosen = client.post(LIST, {"action": "export_workbook", "_selected_action": [first.pk, second.pk]})
    assert [row[0] for row in rows_of(chosen)[1:]] == ["Ahorn", "Buche"]
    assert client.get(LIST + "export.csv?quatsch=1")["Location"] == f"{LIST}?quatsch=1"
    with patch.object(actor_admin, "MOST_ROWS", 2):
        refused = client.get(LIST + "export.csv")
    assert said(refused) == ["These are more than 2 actors. Filter the list first, for example by Quartier."]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_export_asks_the_same_number_of_questions(
    client: Client, django_assert_num_queries: Any, rows: int
) -> None:
    for _ in range(rows):
        ActorFactory(topics=[TopicFactory()], neighbourhoods=[NeighbourhoodFactory()])
    client.get(LIST)
    with django_assert_num_queries(21):
        b"".join(client.get(LIST + "export.csv").streaming_content)
