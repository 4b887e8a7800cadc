"""What a browser would send back, read from the page itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from tests.walk import glanced

SILENT = {"submit", "button", "image", "reset"}


def sent_by(response: HttpResponse) -> dict[str, list[str]]:
    """The fields of the one form in `<main>` that posts to its own page, unchanged, in the way of a browser."""
    page = glanced(response.content.decode())
    form = next(
        one for one in page.find(".//main").iter("form") if one.get("method") == "post" and not one.get("action")
    )
    data: dict[str, list[str]] = {}
    for element in (one for one in form.iter() if one.tag in {"input", "select", "textarea"}):
        name = element.get("name")
        if name and name != "csrfmiddlewaretoken":
            data.setdefault(name, []).extend(_values(element))
    return {name: values for name, values in data.items() if values}


def _values(element: Any) -> list[str]:
    if element.tag == "textarea":
        return [as_line_ends(element.text or "")]
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [one for one in options if one.get("selected") is not None] or options[:1]
        return [one.get("value", one.text) for one in chosen]
    if element.get("type") in SILENT:
        return []
    if element.get("type") in {"checkbox", "radio"}:
        return [] if element.get("checked") is None else [element.get("value", "on")]
    return [as_line_ends(element.get("value", ""))]


def as_line_ends(text: str) -> str:
    """Browsers send lines with CR and LF, wherever they stand."""
    return text.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")
