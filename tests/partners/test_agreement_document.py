"""An agreement as a document: the page and the file for word processors say the same."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import docx
import html5lib
import pytest

from partners.actions.agreement_document import document_of
from partners.models import Agreement
from tests.partners.agreement_world import AgreementWorld

pytestmark = pytest.mark.django_db

TEXTS = {
    "subject": "Lesen & Reden",
    "background": "Erster Absatz.\n\nZweiter Absatz,\nzweite Zeile.",
    "goals": "Mehr <Gäste>",
    "rhythm": "Jeden Monat",
    "decision_rule": "Gemeinsam",
    "public_relations": "Alle nennen",
    "data_protection": "Wenig weitergeben",
    "notice": "Drei Monate",
}


@pytest.fixture
def world() -> AgreementWorld:
    world = AgreementWorld(language="de", end_on=date(2027, 6, 30), **TEXTS)
    for name, value in {
        "address": "Hauptstraße 3\n81371 München",
        "representative": "Ada Beispiel, Leitung",
        "contact": "Ada Beispiel, ada@example.org",
        "tasks": "Vorlesen",
        "brings": "Räume",
        "expects": "Gäste",
    }.items():
        setattr(world.part, name, value)
    world.part.save()
    return world


def words(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def said_by_page(world: AgreementWorld, who: str = "editor") -> str:
    page = html5lib.parse(world.client(who).get(f"{world.path}dokument/").text, namespaceHTMLElements=False)
    article = page.find(".//article")
    for element in article.iter():
        if element.tag in {"p", "li", "h1", "h2", "h3", "br", "span", "strong"}:
            element.tail = f" {element.tail or ''}"
    return words("".join(article.itertext()))


def file_of(world: AgreementWorld) -> Any:
    answer = world.client("editor").get(f"{world.path}vereinbarung.docx")
    return docx.Document(io.BytesIO(answer.content))


def test_the_file_says_what_the_page_says(world: AgreementWorld) -> None:
    said = words(" ".join(paragraph.text for paragraph in file_of(world).paragraphs))
    assert said == said_by_page(world)
    assert said == (
        "Kooperationsvereinbarung Lesen & Reden zwischen "
        "Bibliothek Hauptstraße 3 81371 München vertreten durch Ada Beispiel, Leitung Begleitung "
        "1. Hintergrund Erster Absatz. Zweiter Absatz, zweite Zeile. "
        "2. Ziele Mehr <Gäste> "
        "3. Aufgaben und Beiträge Bibliothek Aufgaben: Vorlesen Bringt ein: Räume Erhofft sich: Gäste "
        "4. Kontaktpersonen Bibliothek Ada Beispiel, ada@example.org "
        "5. Austausch Jeden Monat 6. Entscheidungen Gemeinsam 7. Öffentlichkeitsarbeit Alle nennen "
        "8. Datenschutz Wenig weitergeben "
        "9. Beginn und Ende Diese Vereinbarung beginnt am 15. Januar 2026 und endet am 30. Juni 2027. Drei Monate "
        "Unterschriften Ort, Datum Unterschrift Bibliothek Ada Beispiel, Leitung "
        "Ort, Datum Unterschrift Begleitung"
    )


def test_the_file_has_headings_a_language_and_a_title(world: AgreementWorld) -> None:
    file = file_of(world)
    headings = [(one.style.name, one.text) for one in file.paragraphs if one.style.name != "Normal"]
    assert headings[:4] == [
        ("Title", "Kooperationsvereinbarung"),
        ("Subtitle", "Lesen & Reden"),
        ("Heading 1", "1. Hintergrund"),
        ("Heading 1", "2. Ziele"),
    ]
    assert ("Heading 2", "Bibliothek") in headings
    properties = file.core_properties
    assert (properties.title, properties.language) == ("Kooperationsvereinbarung: Lesen & Reden", "de-DE")
    assert (properties.author, properties.comments) == ("", "")
    width, height = file.sections[0].page_width.cm, file.sections[0].page_height.cm
    assert (round(width, 1), round(height, 1)) == (21.0, 29.7)
    answer = world.client("editor").get(f"{world.path}vereinbarung.docx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        styles = parts.read("word/styles.xml").decode()
    assert set(re.findall(r'<w:lang [^>]*w:val="([^"]*)"', styles)) == {"de-DE"}


def test_the_file_comes_as_a_download_without_names(world: AgreementWorld) -> None:
    answer = world.client("editor").get(f"{world.path}vereinbarung.docx")
    name = f"vereinbarung-{world.partnership.pk}.docx"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")


def test_the_document_speaks_the_language_of_the_agreement_to_every_reader(world: AgreementWorld) -> None:
    page = world.client("editor").get(f"{world.path}dokument/").text
    assert '<html lang="en">' in page
    assert '<article class="agreement" lang="de">' in page
    Agreement.objects.update(language="en")
    assert said_by_page(world).startswith("Cooperation agreement Lesen & Reden between")


def test_what_nobody_wrote_about_is_left_out_and_the_numbers_close_up() -> None:
    world = AgreementWorld(language="de", subject="", start_on=None, goals="Ein Ziel")
    document = document_of(Agreement.objects.for_detail().get(pk=world.agreement.pk))
    assert [clause.title for clause in document.clauses] == ["1. Ziele"]
    assert said_by_page(world) == (
        "Kooperationsvereinbarung zwischen Bibliothek Begleitung 1. Ziele Ein Ziel "
        "Unterschriften Ort, Datum Unterschrift Bibliothek Ort, Datum Unterschrift Begleitung"
    )


def test_a_signed_one_says_when_and_a_later_one_its_edition() -> None:
    world = AgreementWorld(language="de", signed=True, edition=2)
    said = said_by_page(world)
    assert "Fassung 2" in said
    assert "Unterschrieben am 10. Januar 2026" in said
    assert said == words(" ".join(paragraph.text for paragraph in file_of(world).paragraphs))


@pytest.mark.parametrize("text", ["a\x0bb", "a\x1fb", "a\ufffeb", "a\x7fb"])
def test_signs_that_no_file_can_hold_are_left_out(text: str) -> None:
    world = AgreementWorld(language="de", goals=text)
    assert "2. Ziele" not in said_by_page(world)
    assert "1. Ziele ab " in said_by_page(world)
    assert "ab" in [paragraph.text for paragraph in file_of(world).paragraphs]


def test_the_page_carries_no_navigation(world: AgreementWorld) -> None:
    page = world.client("editor").get(f"{world.path}dokument/").text
    assert ("<nav" in page, "<footer" in page, page.count("<h1>")) == (False, False, 1)
