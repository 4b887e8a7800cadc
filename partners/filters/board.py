"""What one can ask the board of a Quartier for."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.filters.base import ListFilter, Option, OptionsFilter, any_of, options_of
from partners.filters.lists import by_choice
from partners.models import Neighbourhood, NextStep, Partnership, Person
from partners.models.partnerships import PartnershipQuerySet

ME, NOBODY = "ich", "niemand"
DUE = {"ueberfaellig": _("overdue"), "woche": _("due this week"), "ohne": _("without a next step")}


def _by_next_step(rows: Any, keys: list[str]) -> Any:
    steps = NextStep.objects.open()
    within = {
        "ueberfaellig": Q(pk__in=steps.overdue().values("partnership")),
        "woche": Q(pk__in=steps.due_by_the_end_of_the_week().exclude(pk__in=steps.overdue()).values("partnership")),
        "ohne": ~Q(pk__in=steps.values("partnership")),
    }
    return rows.filter(any_of(within, keys))


def _by_person(rows: Any, keys: list[Any]) -> Any:
    """Of who does not organise here any more nobody looks after it."""
    steps = NextStep.objects.open().with_holder()
    fits = Q(is_held=True, responsible__in=[key for key in keys if key])
    if None in keys:
        fits |= Q(is_held=False)
    return rows.filter(pk__in=steps.filter(fits).values("partnership"))


class BoardFilter(ListFilter):
    """Partnerships of one Quartier. What is over is shown to who asks for that stage."""

    LIST, BY_DAY = "liste", "schritt"

    person = OptionsFilter(label=_("Who looks after it"), load=list, narrow=_by_person)
    schritt = OptionsFilter(label=_("Next step"), load=lambda: options_of(DUE.items()), narrow=_by_next_step)
    stand = by_choice(_("Stage"), Partnership.Stage.choices, "state")
    art = by_choice(_("Kind"), Partnership.Kind.choices, "kind")

    class Meta:
        model = Partnership
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, neighbourhood: Neighbourhood, user: Person) -> None:
        self.neighbourhood, self.user = neighbourhood, user
        super().__init__(data, queryset=Partnership.objects.editable_by(user).filter(neighbourhood=neighbourhood))
        self.is_list = data.get("ansicht") == self.LIST
        self.is_by_day = self.is_list and data.get("reihe") == self.BY_DAY
        self.filters["person"].extra["load"] = lambda: people_options(neighbourhood, user)

    @property
    def kept(self) -> list[tuple[str, str]]:
        kept = [("ansicht", self.LIST)] if self.is_list else []
        return [*kept, ("reihe", self.BY_DAY)] if self.is_by_day else kept

    def filter_queryset(self, queryset: Any) -> Any:
        rows = queryset if self.asked.get("stand") else queryset.exclude(state__in=Partnership.OVER)
        return super().filter_queryset(rows)

    @staticmethod
    def going_on(neighbourhood: int, user: Person) -> PartnershipQuerySet:
        """What is shown while nothing is chosen."""
        rows = Partnership.objects.editable_by(user).filter(neighbourhood=neighbourhood)
        return rows.exclude(state__in=Partnership.OVER)

    def address(self, *, is_list: bool, by_day: bool = False, **more: str) -> str:
        """The same filters in another view or order; `more` sets one filter instead."""
        asked = QueryDict(mutable=True)
        if is_list:
            asked["ansicht"] = self.LIST
        if is_list and by_day:
            asked["reihe"] = self.BY_DAY
        for name, value in self.parameters:
            if name not in more:
                asked.appendlist(name, value)
        for name, value in more.items():
            asked[name] = value
        return f"?{asked.urlencode()}"


def people_options(neighbourhood: Neighbourhood, user: Person) -> list[Option]:
    """Herself first, then the other organisers, then nobody."""
    people = list(neighbourhood.organisers.filter(is_active=True).order_by("name", "email"))
    mine = [Option(ME, str(_("I look after it")), user.pk)] if user in people else []
    others = [Option(str(one.pk), str(one), one.pk) for one in people if one != user]
    return [*mine, *others, Option(NOBODY, str(_("nobody yet")), None)]
