"""What one can ask the lists of offers and needs for."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.filters.base import (
    ListFilter,
    NumberFilter,
    Option,
    OptionsFilter,
    SearchFilter,
    any_of,
    one_box,
    options_of,
)
from partners.filters.lists import (
    by_access,
    by_choice,
    keeps_a_profile,
    neighbourhood_options,
    organises_somewhere,
    topic_options,
)
from partners.models import Actor, Listing, ListingQuerySet, Offer, ResourceCategory

# No state of a row, but one of those that people ask for.
EXPIRED = "abgelaufen"
TIMES = {
    "vormittags": "has_mornings",
    "nachmittags": "has_afternoons",
    "abends": "has_evenings",
    "wochenende": "has_weekends",
}


def time_options() -> list[Option]:
    labels = {one.name: str(one.verbose_name) for one in Offer._meta.concrete_fields}
    return [Option(word, labels[name], name) for word, name in TIMES.items()]


def _at_times(rows: Any, keys: list[Any]) -> Any:
    """At one of the ticked times, as in every other group of boxes."""
    return rows.filter(any_of({name: Q((name, True)) for name in keys}, keys))


def state_options() -> list[Option]:
    states = options_of(Listing.State.choices)
    return [*states[:2], Option(EXPIRED, gettext("expired"), EXPIRED), *states[2:]]


def actors_in(keys: list[Any]) -> Any:
    return Actor.neighbourhoods.through.objects.filter(neighbourhood__in=keys).values("actor")


def actors_on(keys: list[Any]) -> Any:
    return Actor.topics.through.objects.filter(topic__in=keys).values("actor")


class ListingFilter(ListFilter):
    """What is current, for everybody who may see it. Those who keep some also ask for theirs by state."""

    FIRST_OPEN: ClassVar[int] = 5

    q = SearchFilter(label=_("Search"))
    personen = NumberFilter(label=_("For how many persons?"), narrow=lambda rows, number: rows)
    kostenlos = OptionsFilter(
        label=_("Conditions"),
        yes_no=True,
        load=one_box(_("free of charge")),
        narrow=lambda rows, keys: rows.filter(is_free=True),
    )
    zugang = by_access()
    zeit = OptionsFilter(label=_("When?"), load=time_options, narrow=_at_times)
    kategorie = by_choice(_("Category"), ResourceCategory.choices, "category")
    quartier = OptionsFilter(label=_("Neighbourhood"), load=neighbourhood_options, narrow=lambda rows, keys: rows)
    thema = OptionsFilter(label=_("Topic"), load=topic_options, narrow=lambda rows, keys: rows)
    stand = OptionsFilter(label=_("Mine, by state"), load=state_options, narrow=lambda rows, keys: rows)

    class Meta:
        model = Offer
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, user: Any, rows: ListingQuerySet[Any]) -> None:
        self.user, self.all_rows = user, rows
        super().__init__(data, queryset=rows.visible_to(user).current())
        if not (organises_somewhere(user) or keeps_a_profile(user)):
            self.filters["stand"].extra["load"] = list
        self.filters["personen"].narrow = self.for_persons
        self.filters["quartier"].narrow = self.in_neighbourhoods
        self.filters["thema"].narrow = self.on_topics

    def filter_queryset(self, queryset: Any) -> Any:
        """By state one meets one's own, in every state that is asked for."""
        if states := self.asked.get("stand"):
            queryset = self.own_rows([one.key for one in states])
        return super().filter_queryset(queryset)

    def own_rows(self, states: list[str]) -> Any:
        today = timezone.localdate()
        fits = Q(state__in=[one for one in states if one not in (Listing.State.AVAILABLE, EXPIRED)])
        if Listing.State.AVAILABLE in states:
            fits |= Q(state=Listing.State.AVAILABLE, valid_until__gte=today)
        if EXPIRED in states:
            fits |= Q(state=Listing.State.AVAILABLE, valid_until__lt=today)
        return self.all_rows.kept_by(self.user).filter(fits)

    def label_of(self, name: str, value: str) -> str:
        if name != "personen":
            return super().label_of(name, value)
        return ngettext("for %(n)s person", "for %(n)s persons", int(value)) % {"n": value}

    def for_persons(self, rows: Any, number: int) -> Any:
        raise NotImplementedError

    def in_neighbourhoods(self, rows: Any, keys: list[Any]) -> Any:
        raise NotImplementedError

    def on_topics(self, rows: Any, keys: list[Any]) -> Any:
        """By the topics of whose it is."""
        raise NotImplementedError


class OfferFilter(ListingFilter):
    def for_persons(self, rows: Any, number: int) -> Any:
        """Rooms that hold so many; who does not say for how many a room is, is not found by a number."""
        return rows.filter(persons__gte=number)

    def in_neighbourhoods(self, rows: Any, keys: list[Any]) -> Any:
        return rows.filter(actor__in=actors_in(keys))

    def on_topics(self, rows: Any, keys: list[Any]) -> Any:
        return rows.filter(actor__in=actors_on(keys))
