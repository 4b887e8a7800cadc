"""The whole way of a list into the portal, as an operator goes it."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import OperationalError
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import Actor, Neighbourhood, Topic, normalise
from quartier.imports.run import ListImport
from quartier.management.commands.import_actors import Progress
from quartier.models import ImportedActor, ImportRun
from tests.factories import ActorFactory, NeighbourhoodFactory, PersonFactory
from tests.quartier.imports import DATA, MAPPINGS, run_import, write_csv, write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


@pytest.fixture(autouse=True)
def nordkiez() -> Neighbourhood:
    return NeighbourhoodFactory(name="Nordkiez", slug="nordkiez", city="Berlin")


def the_actor(**values: Any) -> Actor:
    return Actor.objects.get(**values)


def slugs(rows: Any) -> list[str]:
    return sorted(rows.values_list("slug", flat=True))


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(CommandError) as caught:
        run_import(path, **options)
    return str(caught.value)


# --- a list with a mapping file ---------------------------------------------------------------------------------------

OFFERS, MAPPING = DATA / "angebote.csv", MAPPINGS / "berlinpass.toml"


def test_a_list_with_all_its_quirks_goes_in_with_the_mapping_that_is_shipped() -> None:
    NeighbourhoodFactory(name="Südkiez", slug="suedkiez", city="Berlin")
    said = run_import(OFFERS, mapping=MAPPING)
    assert "Read as: CSV, UTF-8, semicolon" in said
    assert "Columns that are not used: Gratis?" in said
    assert (
        "Row 4, column “PLZ des Angebotorts”: “Am Lokdepot 3,10965” is no postcode, which has 5 digits. Left out."
        in said
    )
    assert "rows: 5 · actors: 4 · new: 4 · changed: 0 · unchanged: 0 · rows left out: 0" in said
    assert set(Actor.objects.values_list("state", flat=True)) == {"entwurf"}

    workshop = the_actor(name="Werkstatt Blaue Tür")
    assert (workshop.street, workshop.house_number, workshop.postcode, workshop.city) == (
        "Musterallee",
        "225",
        "12057",
        "Berlin",
    )
    assert (workshop.latitude, workshop.longitude) == (Decimal("52.473060"), Decimal("13.458763"))
    assert workshop.website == "https://www.blaue-tuer.example.org/"
    assert workshop.purpose == "Eine offene Holzwerkstatt."
    assert workshop.description == (
        "Freier Eintritt: dienstags ab 17 Uhr\n\nZielgruppen: Erwachsene\n\nErmäßigte Gebühr: sonnabends\n\n"
        "Auch hier: Beispielstr. 7a, 10437 Berlin"
    )
    assert slugs(workshop.neighbourhoods) == ["nordkiez", "suedkiez"]
    assert slugs(workshop.topics) == ["kultur-und-kunst"]
    assert "Row 5: “Beispielstr. 7a, 10437 Berlin” has another address than row 2 of “Werkstatt Blaue Tür”" in said

    stage = the_actor(name='"Bühne" am Hof e.V.')
    assert (stage.purpose, stage.description) == (
        "Theater; Lesungen, Musik.",
        "Ermäßigter Eintritt\n\nZielgruppen: Familie",
    )
    assert (stage.street, stage.house_number, stage.website) == ("Am Lustgarten", "", "http://buehne.example.org/de/")
    assert slugs(stage.topics) == ["kultur-und-kunst", "sport-und-bewegung"]

    cafe = the_actor(name="Lesecafé Lindenblatt")
    assert (cafe.street, cafe.house_number, cafe.postcode, cafe.city) == ("Am Lokdepot", "3", "", "Berlin")
    assert slugs(cafe.neighbourhoods) == ["nordkiez"]


def test_the_same_list_again_changes_nothing() -> None:
    run_import(OFFERS, mapping=MAPPING)
    before = (
        list(Actor.objects.order_by("pk").values()),
        list(ImportedActor.objects.order_by("pk").values("key", "values")),
    )
    said = run_import(OFFERS, mapping=MAPPING)
    assert "actors: 4 · new: 0 · changed: 0 · unchanged: 4" in said
    assert "Nothing changed: the portal has all of it already." in said
    after = (
        list(Actor.objects.order_by("pk").values()),
        list(ImportedActor.objects.order_by("pk").values("key", "values")),
    )
    assert before == after


def test_a_rehearsal_says_the_same_and_writes_nothing() -> None:
    said = run_import(OFFERS, mapping=MAPPING, dry_run=True)
    assert "actors: 4 · new: 4" in said
    assert "This was a rehearsal. Nothing was written." in said
    assert (Actor.objects.count(), ImportRun.objects.count(), ImportedActor.objects.count()) == (0, 0, 0)


def test_the_run_is_on_record() -> None:
    person = PersonFactory(email="organisation@example.org")
    run_import(OFFERS, mapping=MAPPING, by="Organisation@example.org")
    run = ImportRun.objects.get()
    assert (run.file_name, run.written_as, run.source) == ("angebote.csv", "CSV, UTF-8, semicolon", "berlinpass")
    assert (run.by, run.neighbourhood.slug) == (person, "nordkiez")
    assert (run.row_count, run.actor_count, run.new_count, run.faulty_count) == (5, 4, 4, 0)
    assert len(run.sha256) == 64
    assert run.started_at <= run.finished_at
    assert [line["sort"] for line in run.report] == ["cell", "hint"]


# --- lists without a mapping file -------------------------------------------------------------------------------------


def test_usual_columns_are_recognised_and_tabs_and_old_letters_read() -> None:
    said = run_import(DATA / "vereine_windows1252.csv")
    assert "Read as: CSV, Windows-1252, tab" in said
    garden = the_actor(name="Förderverein Grüne Höfe")
    assert (garden.street, garden.house_number, garden.postcode, garden.city) == (
        "Gärtnerweg",
        "5 b",
        "01067",
        "Dresden",
    )
    assert (garden.email, garden.phone) == ("gruss@hoefe.example.org", "0351 / 123 45")
    assert garden.purpose == "Wir pflanzen – auch für „später“."


def test_a_workbook_with_its_header_in_the_third_row(tmp_path: Path) -> None:
    rows = [
        ["Liste der Vereine"],
        [],
        ["Nr.", "Organisation", "Name", "PLZ", "Breite", "Länge", "Art", "Themen"],
        [1, "Nähstube", "Anna Muster", 12057.0, 52.5, 13.4, "Verein", "Nachbarschaft, Jugend"],
        [2, "Hofcafé", "Bert Muster", 1067, "52,5", "13,4", "Café or restaurant", "Zaubern"],
    ]
    said = run_import(write_xlsx(tmp_path, {"Info": [["Stand 2026"]], "Liste": rows}))
    assert "Read as: XLSX, sheet “Liste”" in said
    assert "Columns that are not used: Name" in said
    sewing = the_actor(name="Nähstube")
    assert (sewing.postcode, sewing.latitude, sewing.longitude) == ("12057", Decimal("52.5"), Decimal("13.4"))
    assert sewing.kind is not None
    assert sewing.kind.slug == "verein"
    assert slugs(sewing.topics) == ["jugend", "nachbarschaft"]
    cafe = the_actor(name="Hofcafé")
    assert cafe.postcode == "01067"
    assert cafe.kind is not None
    assert cafe.kind.slug == "gastronomie"
    assert "Row 5, column “Themen”: “Zaubern” is no topic in this portal. Left out." in said


def test_cells_that_cannot_be_used_are_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    text = (
        "Name;PLZ;E-Mail;Telefon;Website;lat;lon\n"
        "Hof;123;gruss@;ohne;javascript:alert(1);0;0\n"
        "Tor;10115;hof@example.org;030 1234;hof.example.org;13,4;52,5\n"
        "Turm;10115;;;;52,5;\n"
        "Tür\x00;#NV;;;;91;13\n"
    )
    said = run_import(write_csv(tmp_path, text))
    for line in (
        "Row 2, column “PLZ”: “123” is no postcode, which has 5 digits. Left out.",
        "Row 2, column “E-Mail”: “gruss@” is no e-mail address. Left out.",
        "Row 2, column “Telefon”: “ohne” is no phone number. Left out.",
        "Row 2, column “Website”: “javascript:alert(1)” is no web address. Left out.",
        "Row 2, column “lat / lon”: “0.000000, 0.000000” lies at 0, 0, in the sea off Africa. Left out.",
        "Row 3, column “lat / lon”: “13.400000, 52.500000” are latitude and longitude the wrong way round; taken the",
        "Row 4, column “lat / lon”: “52.500000” stands alone. Left out.",
        "Row 5, column “Name”: “Tür” holds control characters; they were left out.",
        "Row 5, column “PLZ”: “#NV” is an error of the spreadsheet. Left out.",
        "Row 5, column “lat / lon”: “91.000000, 13.000000” lies outside the area of the list. Left out.",
    ):
        assert line in said
    hof, tor = the_actor(name="Hof"), the_actor(name="Tor")
    assert (hof.postcode, hof.email, hof.phone, hof.website, hof.latitude) == ("", "", "", "", None)
    assert (tor.latitude, tor.longitude, tor.website) == (Decimal("52.5"), Decimal("13.4"), "https://hof.example.org")
    assert the_actor(name="Tür").latitude is None


def test_the_same_remark_about_many_rows_is_one_line(tmp_path: Path) -> None:
    text = "Name;Thema\n" + "".join(f"Verein {number};Zaubern\n" for number in range(7))
    said = run_import(write_csv(tmp_path, text))
    assert "Rows 2, 3, 4, 5, 6 and 2 more, column “Thema”: “Zaubern” is no topic in this portal. Left out." in said
    assert said.count("Zaubern") == 1


def test_later_rows_of_an_actor_fill_the_gaps_of_the_first(tmp_path: Path) -> None:
    text = (
        "Name;Ort;Straße;lat;lon;Telefon;Beschreibung\n"
        "Hof;Berlin;;;;;Eins\n"
        "Hof;Berlin;Weg 3;52,5;13,4;030 111;Zwei\n"
        "HOF;Berlin;Weg 3;52,5;13,4;030 111;eins\n"
    )
    said = run_import(write_csv(tmp_path, text))
    hof = the_actor()
    assert (hof.name, hof.street, hof.house_number, hof.latitude) == ("Hof", "Weg", "3", Decimal("52.5"))
    assert (hof.phone, hof.description) == ("030 111", "Eins\n\nZwei")
    assert "Row 4: “HOF” differs from row 2 of “Hof” (name); what row 2 says was kept." in said


def test_a_description_without_end_is_cut_and_reported(tmp_path: Path) -> None:
    said = run_import(write_csv(tmp_path, "Name;Beschreibung\n" + f"Hof;{'Wort ' * 3000}\nHof;{'Satz ' * 3000}\n"))
    assert "Row 2: has a description of 30000 characters; the end was cut off." in said
    assert len(the_actor().description) == 20_000


def test_a_report_names_the_first_remarks_and_counts_the_others(tmp_path: Path) -> None:
    text = "Name;PLZ\n" + "".join(f"Verein {number};x{number}\n" for number in range(310))
    said = run_import(write_csv(tmp_path, text))
    assert "“x299” is no postcode" in said
    assert "“x300” is no postcode" not in said
    assert "  and 10 more of this sort\n" in said
    assert len(ImportRun.objects.get().report) == 301


# --- faults -----------------------------------------------------------------------------------------------------------

FAULTY = f"Name;Ort\nHof;Berlin\n;Berlin\n{'N' * 201};Berlin\nTor;Berlin;und noch etwas\n"


def test_a_row_with_nothing_to_tell_it_apart_is_a_fault_and_long_keys_stay_apart(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('key = ["Nr"]\n[columns]\n"Name" = "name"\n', encoding="utf-8")
    text = f"Nr;Name\n;Hof\n{'n' * 250}1;Tor\n{'n' * 250}2;Turm\n"
    said = run_import(write_csv(tmp_path, text), mapping=mapping, skip_faulty=True)
    assert "Row 2: has nothing in “Nr”, which tells actors apart." in said
    assert sorted(actor.name for actor in Actor.objects.all()) == ["Tor", "Turm"]


def test_with_a_fault_nothing_is_written(tmp_path: Path) -> None:
    answer = refused(write_csv(tmp_path, FAULTY))
    assert answer == (
        "Nothing was written, because 3 of 4 rows cannot be stored. Correct them, or leave them out with --skip-faulty."
    )
    assert (Actor.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_faulty_rows_can_be_left_out(tmp_path: Path) -> None:
    said = run_import(write_csv(tmp_path, FAULTY), skip_faulty=True)
    assert "Rows 3, 4: has no name that can be stored." in said
    assert "column “Name”: “NNNN" in said
    assert "has 201 characters, the portal holds 200. Left out." in said
    assert "Row 5: has 3 cells, the header has 2: a separator stands in a text without quotation marks." in said
    assert "new: 1 · changed: 0 · unchanged: 0 · rows left out: 3" in said
    assert [actor.name for actor in Actor.objects.all()] == ["Hof"]
    assert ImportRun.objects.get().faulty_count == 3


def test_a_rehearsal_names_the_faults_once_and_fails_too(tmp_path: Path) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="3 of 4 rows cannot be stored"):
        call_command("import_actors", write_csv(tmp_path, FAULTY), neighbourhood="nordkiez", dry_run=True, stdout=out)
    assert out.getvalue().count("Rows 3, 4: has no name that can be stored.") == 1


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "The file is empty."),
        (b"Name;Ort\n", "The file has a header in row 1, but no row below it."),
        (b"Name;Ort\n;;\n \n", "The file has a header in row 1, but no row below it."),
        (b"%PDF-1.4", "This file is no table but PDF. Save the list as CSV or as “Excel workbook (.xlsx)”."),
    ],
)
def test_what_is_no_list_gets_a_clear_answer(tmp_path: Path, content: bytes, answer: str) -> None:
    path = tmp_path / "liste.csv"
    path.write_bytes(content)
    assert refused(path) == answer


def test_an_unknown_quartier_or_person_is_named() -> None:
    assert refused(OFFERS, neighbourhood="mond") == "There is no Quartier “mond”. There are: nordkiez."
    assert refused(OFFERS, by="wer@example.org") == "Nobody has an account with the address wer@example.org."


def test_two_actors_of_one_name_in_the_quartier_are_a_fault(tmp_path: Path, nordkiez: Neighbourhood) -> None:
    for slug in ("hof", "hof-2"):
        ActorFactory(name="Hof", slug=slug).neighbourhoods.set([nordkiez])
    said = run_import(write_csv(tmp_path, "Name\nHof\nTor\n"), skip_faulty=True)
    assert "Row 2: “Hof” is the name of 2 actors in the same Quartier; nobody can tell which is meant." in said
    assert refused(write_csv(tmp_path, "Name\nHof\nTurm\n")).startswith("Nothing was written, because 1 of 2 rows")
    assert not Actor.objects.filter(name="Turm").exists()


def test_on_a_terminal_one_line_says_how_far_it_is() -> None:
    stream = StringIO()
    progress = Progress(OutputWrapper(stream))
    progress.live = True
    progress("rows read", 1)
    progress("rows read", 2)  # too soon after the first
    progress.end()
    progress.end()
    assert stream.getvalue() == "\r1 rows read … \n"


def test_somebody_who_writes_at_the_same_moment_is_a_sentence_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(self: ListImport) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(ListImport, "write", locked)
    assert refused(OFFERS) == (
        "Somebody else wrote at the same moment; nothing was imported. Please try again. (database is locked)"
    )


# --- anything at all --------------------------------------------------------------------------------------------------

CELLS = st.text(max_size=40) | st.sampled_from(
    ["52,5", "13.4", "0", "javascript:x", "a@b.example", "<b>x</b>", "\x00", "="]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=10, max_size=10), max_size=4))
def test_no_cell_whatsoever_breaks_the_import(tmp_path: Path, rows: list[list[str]]) -> None:
    titles = [
        "Name",
        "Kurzbeschreibung",
        "Beschreibung",
        "Adresse",
        "E-Mail",
        "Telefon",
        "Website",
        "lat",
        "lon",
        "Thema",
    ]
    lines = [titles, *[['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]]
    path = tmp_path / "liste.csv"
    path.write_bytes("\n".join(";".join(line) for line in lines).encode("utf-8", "replace"))
    with suppress(CommandError):  # a list without rows, or one that is full of control characters
        run_import(path, skip_faulty=True)
        assert "Nothing changed" in run_import(path, skip_faulty=True)
    for actor in Actor.objects.all():
        actor.full_clean(exclude=["kind"])
        assert actor.sort_name == normalise(actor.name)[:200]


def test_topics_are_the_ones_of_the_portal() -> None:
    assert {"kultur-und-kunst", "sport-und-bewegung", "bildung-und-lernen"} <= set(slugs(Topic.objects))
