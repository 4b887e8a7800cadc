"""Small help for the tests of what admins do with many actors: look at what would happen, then let it happen."""

from __future__ import annotations

from typing import Any

from django.test import Client

URL = "/admin/partners/actor/"


def post(client: Client, actors: Any, step: str = "publish", url: str = URL, **values: Any) -> Any:
    chosen = {"action": step, "_selected_action": [one.pk for one in actors], "select_across": "0"}
    return client.post(url, chosen | values)


def confirm(client: Client, actors: Any, step: str = "publish", url: str = URL, **values: Any) -> Any:
    preview = post(client, actors, step, url, **values)
    return post(client, actors, step, url, seen=preview.context["plan"].digest, confirm="1", **values)
