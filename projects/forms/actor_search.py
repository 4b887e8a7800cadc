"""Choosing one of many thousand actors: type a few letters, pick from what was found. Works without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.forms.searching import Searches
from partners.models import Actor, normalise
from partners.models.actors import ActorQuerySet

SHOWN = 8
LONGEST = 200


@dataclass(frozen=True)
class Wish:
    """What was typed, and which actor was picked for it. `is_settled`: it is what the row says, nobody has searched."""

    typed: str = ""
    picked: str = ""
    is_settled: bool = False

    def __str__(self) -> str:
        """What two wishes are compared by: the actor if there is one, else the words."""
        return self.picked or self.typed


class ActorSearchInput(forms.Widget):
    """A text field, a button that searches, and the actors found as radio buttons.

    What comes back is what was typed and which actor was picked for it; a pick that belongs to other words is ignored.
    """

    template_name = "projects/widgets/actor_search.html"
    field: ActorSearchField
    live_url = ""  # where to ask while somebody types; the view knows

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Wish:
        typed = str(data.get(name) or "").replace("\x00", "").strip()[:LONGEST]
        picked = str(data.get(f"{name}_wahl") or "") if data.get(f"{name}_zu") == typed else ""
        return Wish(typed, picked)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        wish = value or Wish()
        context = super().get_context(name, None, attrs)
        context["widget"] |= {"typed": wish.typed, "picked": wish.picked, "live_url": self.live_url}
        found = [] if wish.is_settled else self.field.found(wish.typed)
        searched = bool(wish.typed) and not wish.is_settled
        return context | {"found": found[:SHOWN], "more": len(found) > SHOWN, "searched": searched}


class ActorSearchField(forms.Field):
    """One actor of `queryset`: the one that was picked, or the only one with exactly the name that was typed."""

    default_error_messages = {
        "required": _("Enter the name of an actor."),
        "unclear": _("Several fit “%(typed)s”. Choose one of them."),
        "one": _("Do you mean this one? Then choose it."),
        "unknown": _("There is nobody called “%(typed)s”. Check the spelling, or type only a part of the name."),
    }

    def __init__(self, *, queryset: ActorQuerySet | None = None, **kwargs: Any) -> None:
        self.queryset = Actor.objects.none() if queryset is None else queryset
        self.present: Actor | None = None
        super().__init__(**{"widget": ActorSearchInput} | kwargs)
        self.widget.field = self

    def __deepcopy__(self, memo: dict[int, Any]) -> ActorSearchField:
        copy = super().__deepcopy__(memo)
        copy.widget.field = copy
        return copy

    def found(self, typed: str) -> list[Actor]:
        """The best fits for a few letters, and one more than is shown, to know whether there are more."""
        return list(self.queryset.search(typed).for_list()[: SHOWN + 1]) if normalise(typed) else []

    def prepare_value(self, value: Any) -> Any:
        return Wish(value.name, value.slug, is_settled=True) if isinstance(value, Actor) else value

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The words for what a form finds in the row."""
        return [(actor.slug, actor.name) for actor in [self.present] if actor]

    def to_python(self, value: Any) -> Actor | None:
        if not isinstance(value, Wish) or not value.typed:
            return None
        if value.picked and (actor := self.queryset.filter(slug=value.picked).first()) is not None:
            return actor
        return self._by_name(value.typed)

    def _by_name(self, typed: str) -> Actor:
        exact = list(self.queryset.filter(sort_name=normalise(typed))[:2])
        if len(exact) == 1:
            return exact[0]
        found = len(self.found(typed))
        code = {0: "unknown", 1: "one"}.get(found, "unclear")
        raise ValidationError(self.error_messages[code], code=code, params={"typed": typed})


class SearchesActors(Searches):
    """A form with an actor search: its search button shows what was found."""

    def search_live(self, url: str) -> None:
        """The search fields ask this page while somebody types."""
        for field in self.fields.values():  # type: ignore[attr-defined]
            if isinstance(field, ActorSearchField):
                field.widget.live_url = url

    def is_ready(self) -> bool:
        """Sent to be saved, and nothing is wrong with it."""
        return not self.is_search and self.is_valid()  # type: ignore[attr-defined]
