"""What a mapping file can say, and how a mistake in it is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError
from django.utils import translation

from partners.models import Actor
from quartier.imports.mapping import ListMapping, MappingError, read_mapping
from tests.factories import NeighbourhoodFactory
from tests.quartier.imports import MAPPINGS, run_import, write_csv


@pytest.fixture(autouse=True)
def _english() -> None:
    translation.activate("en")


def write_mapping(folder: Path, text: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.name)
def test_the_shipped_mappings_are_sound(path: Path) -> None:
    assert read_mapping(path).columns


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("colums = 1", "The mapping file has an entry “colums” that means nothing."),
        ("columns = {}", "The entry “columns” of the mapping file should be: a table of the columns and their fields."),
        ('[columns]\n"A" = "title"', "“title” in “columns.A” is no field of an actor."),
        ('[columns]\n"A" = "city"', "The mapping must name exactly one column for the field “name”."),
        ('[columns]\n"A" = "name"\n"B" = "name"', "The mapping must name exactly one column for the field “name”."),
        ('[columns]\n"A" = "name"\n"X" = "longitude"', "Latitude and longitude belong together"),
        ('key = 3\n[columns]\n"A" = "name"', "The entry “key” of the mapping file should be: a list of texts."),
        ('source = 3\n[columns]\n"A" = "name"', "The entry “source” of the mapping file should be: a text."),
        (
            'country = "XX"\n[columns]\n"A" = "name"',
            "The entry “country” of the mapping file should be: DE, AT, CH, LI.",
        ),
        ('header_row = 0\n[columns]\n"A" = "name"', "The entry “header_row” of the mapping file should be"),
        ('area = {south = 1}\n[columns]\n"A" = "name"', "The entry “area” of the mapping file should be"),
        ('[constants]\nfoo = "x"\n[columns]\n"A" = "name"', "“foo” in “constants” is no field of an actor."),
        ('[columns]\n"A" = "name"\nB = {field = "kind", unknown = "x"}', "The entry “columns.B.unknown”"),
        ('[columns]\n"A" = "name"\nB = {field = "kind", values = {x = 1}}', "The entry “columns.B.values.x”"),
        (
            '[columns]\n"A" = "name"\nB = {fields = "kind"}',
            "The entry “columns.B” of the mapping file should be: field",
        ),
        ("[columns", "The mapping file is no valid TOML: "),
    ],
)
def test_a_mistake_in_a_mapping_file_is_named(tmp_path: Path, text: str, answer: str) -> None:
    with pytest.raises(MappingError) as caught:
        read_mapping(write_mapping(tmp_path, text))
    assert str(caught.value).startswith(answer)


def test_a_mapping_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(MappingError) as caught:
        read_mapping(tmp_path / "fehlt.toml")
    assert str(caught.value) == "The mapping file cannot be opened: No such file or directory."


def test_columns_that_the_list_does_not_have_are_named(tmp_path: Path) -> None:
    mapping = read_mapping(write_mapping(tmp_path, '[columns]\n"Träger" = "name"\n"Wo" = "city"'))
    with pytest.raises(MappingError) as caught:
        mapping.for_header(["Traeger ", "Ort", None])
    assert str(caught.value) == (
        "The mapping speaks of columns that the list does not have: “Wo”. The list has: “Traeger”, “Ort”."
    )


def test_an_organisation_goes_before_the_name_of_a_person() -> None:
    mapping = ListMapping().for_header(["Name", "Organisation", "Straße", "Hausnr.", "Akteur*in"])
    assert {column.target: column.title for column in mapping.columns} == {
        "name": "Organisation",
        "street": "Straße",
        "house_number": "Hausnr.",
    }


EVERYTHING = """
source = "stadt"
header_row = 2
key = ["Nummer"]
country = "CH"
description = ["Offen: {Tage} ({Zeiten})"]
further_address = "Auch: {address}"

[constants]
city = "Zürich"
kind = "Verein"

[area]
south = 45.8
north = 47.9
west = 5.9
east = 10.6

[columns]
"Wer" = "name"
"Anschrift" = "address"
"Text" = "about"
"Nord" = "latitude"
"Ost" = "longitude"

[columns."Kreis"]
field = "neighbourhood"
unknown = "fault"
values = { "4" = "nordkiez", "-" = "" }

[[columns."Sparte"]]
field = "topics"
separator = "/"
unknown = "ignore"
values = { "Junge" = ["jugend", "kinder-und-familie"], "Alte" = "Ältere Menschen" }

[[columns."Sparte"]]
field = "kind"
unknown = "ignore"
values = { "Sport" = "sportverein" }
"""
LIST = """Stand 2026;;;;;;;;;
Nummer;Wer;Anschrift;Text;Nord;Ost;Kreis;Sparte;Tage;Zeiten
7;Hof;Weg 3, 8004 Zürich;Alle sind da.;47,37;8,52;4;Junge / Alte;Mo;9–12
8;Hof;;Andere.;0;0;;Sport;;
7;Hof West;Gasse 5, 8005 Zürich;Alle sind da.;;;4;;Di;
"""


@pytest.mark.django_db
def test_a_mapping_can_say_all_this(tmp_path: Path) -> None:
    NeighbourhoodFactory(name="Nordkiez", slug="nordkiez", city="Zürich")
    said = run_import(write_csv(tmp_path, LIST), mapping=write_mapping(tmp_path, EVERYTHING))
    assert "rows: 3 · actors: 2 · new: 2" in said
    first, second = Actor.objects.order_by("pk")
    assert (first.street, first.house_number, first.postcode, first.city) == ("Weg", "3", "8004", "Zürich")
    assert first.purpose == "Alle sind da."
    assert first.description == "Offen: Mo (9–12)\n\nOffen: Di\n\nAuch: Gasse 5, 8005 Zürich"
    assert sorted(topic.slug for topic in first.topics.all()) == ["aeltere-menschen", "jugend", "kinder-und-familie"]
    assert (first.kind.slug, second.kind.slug) == ("verein", "sportverein")
    assert (second.city, second.postcode, second.latitude) == ("Zürich", "", None)
    assert "Row 5: “Hof West” differs from row 3 of “Hof” (name); what row 3 says was kept." in said
    assert "Row 4, column “Nord / Ost”: “0.000000, 0.000000” lies at 0, 0, in the sea off Africa. Left out." in said


@pytest.mark.django_db
def test_a_quartier_that_is_not_known_can_stop_a_row(tmp_path: Path) -> None:
    NeighbourhoodFactory(name="Nordkiez", slug="nordkiez")
    path = write_csv(tmp_path, LIST.replace(";4;", ";12;"))
    mapping = write_mapping(tmp_path, EVERYTHING)
    with pytest.raises(CommandError, match="2 of 3 rows cannot be stored"):
        run_import(path, mapping=mapping)
    said = run_import(path, mapping=mapping, skip_faulty=True)
    assert "Rows 3, 5: “12” is no Quartier of this portal." in said


@pytest.mark.django_db
def test_an_unknown_quartier_is_reported_and_the_one_of_the_command_stands_in(tmp_path: Path) -> None:
    NeighbourhoodFactory(name="Nordkiez", slug="nordkiez")
    said = run_import(write_csv(tmp_path, "Name;Quartier\nHof;Irgendwo\n"))
    assert "Row 2, column “Quartier”: “Irgendwo” is no Quartier of this portal; “Nordkiez” stands in. Left out." in said
    assert [quartier.slug for quartier in Actor.objects.get().neighbourhoods.all()] == ["nordkiez"]


@pytest.mark.django_db
def test_lists_of_different_origin_are_not_editions_of_each_other(tmp_path: Path) -> None:
    NeighbourhoodFactory(name="Nordkiez", slug="nordkiez")
    run_import(write_csv(tmp_path, "Name;Ort\nHof;Berlin\n"))
    mapping = write_mapping(tmp_path, 'source = "anders"\n[columns]\n"Name" = "name"\n"Ort" = "city"')
    said = run_import(write_csv(tmp_path, "Name;Ort\nHof;Potsdam\n"), mapping=mapping)
    assert "the portal says “Berlin”, the list says “Potsdam”. The portal was kept." in said
    assert Actor.objects.get().city == "Berlin"
