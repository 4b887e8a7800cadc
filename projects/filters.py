"""What one can ask the lists of this floor for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.filters import (
    ListFilter,
    ListingFilter,
    Option,
    OptionsFilter,
    SearchFilter,
    actors_in,
    actors_on,
    by_choice,
    neighbourhood_options,
    one_box,
    options_of,
    topic_options,
)
from partners.models import Actor, ResourceCategory, normalise
from projects.models import Contribution, Project, ResourceRequest
from projects.models.contribution_rows import ContributionQuerySet
from projects.models.projects import ProjectQuerySet


def _in_neighbourhoods(rows: Any, keys: list[Any]) -> Any:
    lies = Project.neighbourhoods.through.objects.filter(neighbourhood__in=keys)
    return rows.filter(pk__in=lies.values("project"))


def _on_topics(rows: Any, keys: list[Any]) -> Any:
    return rows.filter(pk__in=Project.topics.through.objects.filter(topic__in=keys).values("project"))


class ProjectFilter(ListFilter):
    """Search, state, neighbourhood, topic, and whether one can join. Only who is signed in can meet an idea and ask for it."""

    q = SearchFilter(label=_("Search"))
    offen = OptionsFilter(
        label=_("Join in"),
        load=one_box(_("open for new people")),
        narrow=lambda rows, keys: rows.open_to_join(),
        yes_no=True,
    )
    stand = by_choice(_("State"), Project.State.choices, "state")
    quartier = OptionsFilter(label=_("Neighbourhood"), load=neighbourhood_options, narrow=_in_neighbourhoods)
    thema = OptionsFilter(label=_("Topic"), load=topic_options, narrow=_on_topics)

    class Meta:
        model = Project
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, user: Any) -> None:
        super().__init__(data, queryset=Project.objects.visible_to(user))
        if not user.is_authenticated:
            public = [choice for choice in Project.State.choices if choice[0] != Project.State.IDEA]
            self.filters["stand"].extra["load"] = lambda: options_of(public)

    def filter_queryset(self, queryset: Any) -> ProjectQuerySet:
        rows = super().filter_queryset(queryset)
        return rows if normalise(self.search_text) else rows.in_order()


class ContributionFilter(ListFilter):
    """Partner, kind and stage; partners are those that the reader sees in this project."""

    akteur = OptionsFilter(
        label=_("Partner"), load=list, narrow=lambda rows, keys: rows.filter(participation__actor__in=keys)
    )
    art = by_choice(_("Kind of contribution"), ResourceCategory.choices, "category")
    stand = by_choice(_("State"), Contribution.State.choices, "state")

    class Meta:
        model = Contribution
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, rows: ContributionQuerySet, actors: Iterable[Actor]) -> None:
        super().__init__(data, queryset=rows)
        options = [Option(actor.slug, actor.name, actor.pk) for actor in actors]
        self.filters["akteur"].extra["load"] = lambda: options


ASKED_OF_US, ASKED_BY_US = "an-uns", "von-uns"


class RequestFilter(ListFilter):
    """Who asked whom, how far it is, and what waits for the reader. Which of them she sees is left to whoever asks."""

    q = SearchFilter(label=_("Search"))
    dran = OptionsFilter(
        label=_("Whose turn?"), load=one_box(_("It is my turn")), narrow=lambda rows, keys: rows, yes_no=True
    )
    weg = OptionsFilter(
        label=_("Who asks?"),
        load=lambda: options_of(((ASKED_OF_US, _("others ask us")), (ASKED_BY_US, _("we ask others")))),
        narrow=lambda rows, keys: rows,
        yes_no=True,
    )
    stand = by_choice(_("State"), ResourceRequest.State.choices, "state")

    class Meta:
        model = ResourceRequest
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, user: Any) -> None:
        self.user = user
        super().__init__(data, queryset=ResourceRequest.objects.all())
        self.filters["dran"].narrow = lambda rows, keys: rows.waiting_for(user)
        self.filters["weg"].narrow = self.by_side

    def by_side(self, rows: Any, keys: list[str]) -> Any:
        sides = {ASKED_OF_US: rows.given_by(self.user), ASKED_BY_US: rows.asked_by(self.user)}
        return reduce(or_, (sides[key] for key in keys))


class NeedFilter(ListingFilter):
    def for_persons(self, rows: Any, number: int) -> Any:
        """Who has room for so many finds those who look for room for as many or fewer."""
        return rows.filter(persons__lte=number)

    def in_neighbourhoods(self, rows: Any, keys: list[Any]) -> Any:
        lies = Project.neighbourhoods.through.objects.filter(neighbourhood__in=keys)
        return rows.filter(Q(actor__in=actors_in(keys)) | Q(project__in=lies.values("project")))

    def on_topics(self, rows: Any, keys: list[Any]) -> Any:
        about = Project.topics.through.objects.filter(topic__in=keys)
        return rows.filter(Q(actor__in=actors_on(keys)) | Q(project__in=about.values("project")))
