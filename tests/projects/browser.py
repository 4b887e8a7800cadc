"""What a browser would send for a form that it was given."""

from __future__ import annotations

from typing import Any

from tests.walk import glanced


def fields_of(response) -> dict[str, list[str]]:
    """The fields of the first form on the page that is sent by POST, with what stands in them, as they would be sent."""
    page = glanced(response.content.decode())
    main = page.find(".//main")
    form = next(form for form in (main if main is not None else page).iter("form") if form.get("method") == "post")
    sent: dict[str, list[str]] = {}
    for element in form.iter():
        for value in _values(element):
            sent.setdefault(element.get("name", ""), []).append(value)
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def _values(element: Any) -> list[str]:
    if not element.get("name") or element.tag == "button":
        return []
    if element.tag == "textarea":
        return ["".join(element.itertext()).removeprefix("\n")]
    if element.tag == "select":
        chosen = [option for option in element.iter("option") if option.get("selected") is not None]
        return [option.get("value", "") for option in chosen or list(element.iter("option"))[:1]]
    ticked = element.get("type") not in {"checkbox", "radio"} or element.get("checked") is not None
    return [element.get("value", "on" if element.get("type") == "checkbox" else "")] if ticked else []
