"""One page for everything that belongs to a profile or a partnership and is written, changed or taken away by itself."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from partners.models import Actor, Partnership, PartnershipParty


@dataclass(frozen=True, kw_only=True)
class Part:
    """The heading, the form and the one button of such a page, which leads nowhere without its word.

    `back` is the place on the page of what it belongs to, `quote` what a final step is about.
    """

    heading: str
    action: str
    back: str
    form: Any = None
    intro: str = ""
    quote: str = ""
    is_final: bool = False

    @property
    def belongs_to(self) -> dict[str, str]:
        """The name and the address of what it is a part of, and of the list in which that stands."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class ActorPart(Part):
    actor: Actor

    @property
    def belongs_to(self) -> dict[str, str]:
        return {
            "whose": self.actor.name,
            "address": self.actor.get_absolute_url(),
            "list_address": reverse("partners:actor-list"),
            "list_name": gettext("Who is here?"),
        }


@dataclass(frozen=True, kw_only=True)
class PartnershipPart(Part):
    """The parties of the partnership are loaded."""

    partnership: Partnership

    @property
    def belongs_to(self) -> dict[str, str]:
        return {
            "whose": self.partnership.title,
            "address": self.partnership.get_absolute_url(),
            "list_address": reverse("partners:partnership-list"),
            "list_name": gettext("Partnerships"),
        }


def partnership_of(party: PartnershipParty) -> Partnership:
    """With all of its parties, for the page of something that belongs to one of them."""
    return Partnership.objects.for_detail().get(pk=party.partnership_id)


def show_part(request: HttpRequest, page: Part) -> HttpResponse:
    words = {field.name: getattr(page, field.name) for field in fields(Part)}
    return render(request, "partners/part_form.html", words | page.belongs_to)
