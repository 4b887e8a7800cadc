"""German is complete: every sentence of ours is in the catalogue, translated, and compiled."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

CATALOGUE = Path(settings.LOCALE_PATHS[0]) / "de" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

type Key = tuple[str | None, str]


def entries(path: Path) -> dict[Key, polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


def test_every_sentence_has_a_german_one() -> None:
    assert [entry.msgid for entry in entries(CATALOGUE).values() if not entry.translated() or entry.fuzzy] == []


def test_translations_keep_the_placeholders() -> None:
    lost = []
    for entry in entries(CATALOGUE).values():
        wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural))
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        if not all(set(PLACEHOLDER.findall(text)) <= wanted for text in texts):
            lost.append(entry.msgid)
        if not entry.msgid_plural and set(PLACEHOLDER.findall(entry.msgstr)) != wanted:
            lost.append(entry.msgid)
    assert lost == []


def test_compiled_catalogue_says_what_the_source_says() -> None:
    compiled = {(entry.msgctxt, entry.msgid): entry for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}
    source = entries(CATALOGUE)
    assert {key: (entry.msgstr, entry.msgstr_plural) for key, entry in compiled.items()} == {
        key: (entry.msgstr, entry.msgstr_plural) for key, entry in source.items()
    }


def test_catalogue_names_every_sentence_of_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("needs Debian's package `gettext`: apt-get install gettext")
    for folder in ("partners", "projects", "quartier", "templates"):
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(tmp_path / "quartier" / "locale")])
    call_command("makemessages", locale=["de"], no_location=True, verbosity=0)
    fresh = entries(tmp_path / "quartier" / "locale" / "de" / "LC_MESSAGES" / "django.po")
    assert set(fresh) == set(entries(CATALOGUE))


def test_one_thing_has_one_word() -> None:
    """What is written down is “eingetragen”, and those who run a neighbourhood are “Organisator*innen”."""
    other = re.compile(r"notier|vermerk|Quartiersbüro|Organisierend", re.IGNORECASE)
    said = [text for entry in entries(CATALOGUE).values() for text in (entry.msgstr, *entry.msgstr_plural.values())]
    pages = [path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html")]
    assert [text for text in [*said, *pages] if other.search(text)] == []
