"""What the tests of the demo do again and again."""

from __future__ import annotations

from io import StringIO

from django.apps import apps
from django.core.management import call_command


def run(command: str, *args: str) -> str:
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def everything() -> dict[str, int]:
    """How many rows there are of each kind."""
    tables = [model for app in ("partners", "projects") for model in apps.get_app_config(app).get_models()]
    return {model.__name__: model._default_manager.count() for model in tables}
