"""One page for everything that belongs to a profile and is written, changed or taken away on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from partners.models import Actor


@dataclass(frozen=True)
class PartPage:
    """The heading, the form and the one button of such a page; `quote` is what a final step is about."""

    actor: Actor
    heading: str
    action: str
    back: str
    form: Any = None
    intro: str = ""
    quote: str = ""
    is_final: bool = False


def show_part(request: HttpRequest, page: PartPage) -> HttpResponse:
    words = {name: getattr(page, name) for name in PartPage.__dataclass_fields__}
    context = words | {
        "whose": page.actor.name,
        "address": page.actor.get_absolute_url(),
        "list_address": reverse("partners:actor-list"),
        "list_name": gettext("Who is here?"),
    }
    return render(request, "partners/part_form.html", context)
