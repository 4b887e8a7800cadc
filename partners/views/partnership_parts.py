"""One page for everything that belongs to a partnership and is written, changed or taken away on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from partners.models import Partnership


@dataclass(frozen=True, kw_only=True)
class PartnershipPart:
    """The heading, the form and the one button of such a page, which leads nowhere without its word.

    `back` is the place on the page of the partnership. The parties of the partnership are loaded.
    """

    partnership: Partnership
    heading: str
    action: str
    back: str
    form: Any = None
    intro: str = ""
    quote: str = ""
    is_final: bool = False


def show_partnership_part(request: HttpRequest, page: PartnershipPart) -> HttpResponse:
    words = {field.name: getattr(page, field.name) for field in fields(page)}
    context = words | {
        "whose": page.partnership.title,
        "address": page.partnership.get_absolute_url(),
        "list_address": reverse("partners:partnership-list"),
        "list_name": gettext("Partnerships"),
    }
    return render(request, "partners/part_form.html", context)
