"""The next edition of a list: what follows it, what is kept, and what is said about it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from partners.models import Actor, HistoryEntry, Neighbourhood
from tests.factories import ActorFactory, NeighbourhoodFactory, PersonFactory
from tests.quartier.imports import run_import, write_csv

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


def test_the_next_edition_updates_what_nobody_touched(tmp_path: Path) -> None:
    run_import(write_csv(tmp_path, "Name;Telefon;Ort;Thema;lat;lon\nHof;030 111;Berlin;Jugend;52,5;13,4\n"))
    said = run_import(
        write_csv(tmp_path, "Name;Telefon;Ort;Thema;lat;lon\nHof;030 222;;Jugend, Kultur und Kunst;52,6;13,5\n")
    )
    assert "new: 0 · changed: 1 · unchanged: 0" in said
    hof = the_actor()
    assert (hof.phone, hof.city, hof.latitude, hof.longitude) == ("030 222", "", Decimal("52.6"), Decimal("13.5"))
    assert slugs(hof.topics) == ["jugend", "kultur-und-kunst"]


def test_what_was_edited_in_the_portal_is_kept_and_reported_when_the_list_has_news(tmp_path: Path) -> None:
    first = write_csv(tmp_path, "Name;Telefon;Straße;PLZ;Ort\nHof;030 111;Weg 1;10115;Berlin\n", name="1.csv")
    second = write_csv(tmp_path, "Name;Telefon;Straße;PLZ;Ort\nHof;030 222;Allee 9;10117;Berlin\n", name="2.csv")
    run_import(first)
    Actor.objects.update(phone="030 999", house_number="1a")
    assert "Nothing changed" in run_import(first)

    said = run_import(second)
    assert "Edited in the portal, therefore kept:" in said
    assert (
        "Row 2: “Hof”, public phone number: the portal says “030 999”, the list says “030 222”. The portal was kept."
        in said
    )
    assert "the portal says “Weg 1a 10115 Berlin”, the list says “Allee 9 10117 Berlin”." in said
    hof = the_actor()
    assert (hof.phone, hof.street, hof.house_number, hof.postcode) == ("030 999", "Weg", "1a", "10115")

    assert "Edited in the portal" not in run_import(second)


def test_a_cell_that_cannot_be_used_does_not_erase_what_was_imported(tmp_path: Path) -> None:
    run_import(write_csv(tmp_path, "Name;PLZ\nHof;10115\n"))
    assert "Nothing changed" in run_import(write_csv(tmp_path, "Name;PLZ\nHof;1011\n"))
    assert the_actor().postcode == "10115"


def test_an_actor_that_did_not_come_from_the_list_only_gets_what_it_lacks(
    tmp_path: Path, nordkiez: Neighbourhood
) -> None:
    elsewhere = ActorFactory(name="Hof", slug="hof-anderswo", phone="")
    hof = ActorFactory(name="HOF", slug="hof", phone="030 111", email="", city="Berlin", postcode="", kind=None)
    hof.neighbourhoods.set([nordkiez])
    said = run_import(write_csv(tmp_path, "Name;Telefon;E-Mail;PLZ;Ort\nHof;030 222;hof@example.org;10115;Berlin\n"))
    assert "new: 0 · changed: 1" in said
    assert (
        "“HOF”, public phone number: the portal says “030 111”, the list says “030 222”. The portal was kept." in said
    )
    hof.refresh_from_db()
    assert (hof.name, hof.phone, hof.email, hof.postcode) == ("HOF", "030 111", "hof@example.org", "10115")
    elsewhere.refresh_from_db()
    assert elsewhere.phone == ""


def test_an_archived_actor_stays_as_it_is(tmp_path: Path) -> None:
    run_import(write_csv(tmp_path, "Name;Ort\nHof;Berlin\n"))
    Actor.objects.update(state=Actor.State.ARCHIVED)
    said = run_import(write_csv(tmp_path, "Name;Ort\nHof;Potsdam\n"))
    assert "Row 2: “Hof” is archived and stays as it is." in said
    assert the_actor().city == "Berlin"


def test_a_quartier_that_somebody_took_away_does_not_come_back(tmp_path: Path, nordkiez: Neighbourhood) -> None:
    other = NeighbourhoodFactory(name="Südkiez", slug="suedkiez")
    path = write_csv(tmp_path, "Name;Quartier\nHof;Nordkiez\nHof;Südkiez\n")
    run_import(path)
    hof = the_actor()
    assert slugs(hof.neighbourhoods) == ["nordkiez", "suedkiez"]
    hof.neighbourhoods.remove(other)
    assert "Nothing changed" in run_import(path)
    assert slugs(hof.neighbourhoods) == ["nordkiez"]


def test_search_is_right_after_every_way_of_writing(tmp_path: Path) -> None:
    run_import(write_csv(tmp_path, "Name;Kurzbeschreibung\nStadtbücherei;Bücher leihen\nHof;Wir gärtnern\n"))
    assert [actor.name for actor in Actor.objects.search("buecherei LEIHEN")] == ["Stadtbücherei"]
    run_import(write_csv(tmp_path, "Name;Kurzbeschreibung\nStadtbücherei;Spiele leihen\nHof;Wir gärtnern\n"))
    assert [actor.name for actor in Actor.objects.search("spiele")] == ["Stadtbücherei"]
    assert not Actor.objects.search("bücher leihen").filter(purpose__contains="Bücher").exists()
    assert {actor.sort_name for actor in Actor.objects.all()} == {"stadtbuecherei", "hof"}


def test_two_names_that_would_share_an_address_get_two(tmp_path: Path) -> None:
    ActorFactory(name="Ganz anders", slug="hof")
    path = write_csv(tmp_path, "Name;Ort\nHof!;Berlin\nHof?;Berlin\nNeu;Berlin\n")
    run_import(path)
    assert slugs(Actor.objects.exclude(name="Ganz anders")) == ["hof-2", "hof-3", "neu-2"]


def test_the_history_says_who_imported_what(tmp_path: Path) -> None:
    """A new actor is one line, however much the list says of it; a known one gets what the list changed."""
    importer = PersonFactory()
    first = write_csv(tmp_path, "Name;Telefon;Thema\nHof;030 111;Jugend\nHaus;;\n", name="erste.csv")
    second = write_csv(
        tmp_path, "Name;Telefon;Thema\nHof;030 222;Jugend, Kultur und Kunst\nHaus;;\n", name="zweite.csv"
    )
    for path in (first, second):
        run_import(path, by=importer.email)

    entries = list(HistoryEntry.objects.of(the_actor(name="Hof")).order_by("pk"))
    assert [(entry.detail, entry.what, sorted(entry.values)) for entry in entries] == [
        ("erste.csv", "neu", []),
        ("zweite.csv", "anders", ["phone"]),
        ("zweite.csv", "anders", ["topics"]),
    ]
    assert {(entry.by, entry.occasion) for entry in entries} == {(importer, "import")}
    assert HistoryEntry.objects.of(the_actor(name="Haus")).count() == 1
