"""Names another actor by typing: among ten thousand nobody finds one in a list to unfold."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from partners.models import Actor, normalise

MOST_NAMED = 3
IN_ADDRESS = re.compile(r"/akteure/([-\w]+)/?")
IN_BRACKETS = re.compile(r"\(([-\w]+)\)$")


class CarrierField(forms.ModelChoiceField):
    """A published actor by its name, or by the address of its profile. One that is hidden by now is not named, and stays.

    Where several have one name, the short name of the address in brackets tells them apart.
    """

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Actor.objects.published(), required=False, **kwargs)
        self.spelled: dict[int, str] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> CarrierField:
        """Each form begins anew: what one was told must not stand in another."""
        field = super().__deepcopy__(memo)
        field.spelled = {}
        return field

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Actor | int):
            return value
        key = value.pk if isinstance(value, Actor) else value
        if key not in self.spelled:
            actor = Actor.objects.published().filter(pk=key).only("name", "slug", "sort_name").first()
            self.spelled[key] = self.spelling(actor) if actor else ""
        return self.spelled[key]

    def spelling(self, actor: Actor) -> str:
        others = Actor.objects.published().filter(sort_name=actor.sort_name).exclude(pk=actor.pk)
        return f"{actor.name} ({actor.slug})" if others.exists() else actor.name

    def to_python(self, value: Any) -> Actor | None:
        text = " ".join(str(value or "").replace("\x00", "").split())
        if not text:
            return None
        found = list(self.meant(text)[: MOST_NAMED + 1])
        if len(found) == 1:
            return found[0]
        raise ValidationError(several(text, found) if found else nobody(text), code="unknown")

    def meant(self, text: str) -> Any:
        rows = Actor.objects.published().order_by("sort_name", "pk")
        if named := IN_ADDRESS.search(text) or IN_BRACKETS.search(text):
            by_address = rows.filter(slug=named[1])
            if by_address.exists():
                return by_address
        return rows.filter(sort_name=normalise(text)[:200])

    def validate(self, value: Any) -> None:
        """What `to_python` found is there."""


def several(text: str, found: list[Actor]) -> str:
    words = ", ".join(f"{actor.name} ({actor.slug})" for actor in found[:MOST_NAMED])
    return gettext("Several are called “%(text)s”. Write which one you mean: %(words)s.") % {
        "text": text,
        "words": words,
    }


def nobody(text: str) -> str:
    near = Actor.objects.published().search(text).values_list("name", flat=True)[:MOST_NAMED]
    if words := ", ".join(dict.fromkeys(near)):
        return gettext("Nobody here is called “%(text)s”. Do you mean one of these: %(words)s?") % {
            "text": text,
            "words": words,
        }
    return gettext("Nobody here is called “%(text)s”. Write the name as the directory shows it.") % {"text": text}


LABEL = gettext_lazy("Carrier")
HINT = gettext_lazy("The organisation that runs you, as the directory calls it. Leave it empty if you run yourselves.")
