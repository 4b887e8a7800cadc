"""What holds for every command of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import load_command_class

COMMANDS = sorted(
    path.stem
    for path in Path(settings.BASE_DIR, "quartier", "management", "commands").glob("*.py")
    if path.stem != "__init__"
)


@pytest.mark.parametrize("name", COMMANDS)
def test_command_explains_itself(name: str) -> None:
    command = load_command_class("quartier", name)
    text = " ".join(command.create_parser("manage.py", name).format_help().split())
    assert command.help in text
    assert command.help.endswith(".")
