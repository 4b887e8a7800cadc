"""Files at the top of the project that others read: catalogues of public software, packagers, lawyers."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[1]
PUBLICCODE = yaml.safe_load((PROJECT / "publiccode.yml").read_text(encoding="utf-8"))
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def test_publiccode_has_what_the_standard_demands() -> None:
    demanded = {
        "publiccodeYmlVersion",
        "name",
        "url",
        "platforms",
        "categories",
        "developmentStatus",
        "softwareType",
        "description",
        "legal",
        "maintenance",
        "localisation",
    }

    assert demanded - set(PUBLICCODE) == set()
    assert PUBLICCODE["softwareVersion"] == PYPROJECT["project"]["version"]
    assert PUBLICCODE["legal"]["license"] == PYPROJECT["project"]["license"] == "EUPL-1.2"
    assert PUBLICCODE["localisation"]["availableLanguages"] == ["de", "en"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_publiccode_describes_the_portal_in_the_lengths_of_the_standard(language: str) -> None:
    words = PUBLICCODE["description"][language]

    assert len(words["shortDescription"]) <= 150
    assert 150 <= len(words["longDescription"]) <= 10_000
    assert len(words["genericName"]) <= 35
    assert len(words["features"]) >= 5


def test_the_licence_is_complete() -> None:
    text = (PROJECT / "LICENSE").read_text(encoding="utf-8")

    assert text.lstrip().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert re.findall(r"^ +(\d+)\. ", text, re.MULTILINE) == [str(number) for number in range(1, 16)]
    assert text.endswith(
        "All other changes or additions to this Appendix require the production of a new\nEUPL version.\n"
    )


def test_the_pinned_packages_have_hashes_and_name_no_registry() -> None:
    lines = (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = {re.split(r"[=\[ ]", line)[0] for line in lines if not line.startswith(" ")}
    asked = {re.split(r"[^a-z0-9-]", line)[0] for line in PYPROJECT["project"]["dependencies"]}

    assert asked - pinned == set()
    assert [
        line for line in lines if not re.fullmatch(r"(\S+==\S+( ;.*)?|    --hash=sha256:[0-9a-f]{64})( \\)?", line)
    ] == []
