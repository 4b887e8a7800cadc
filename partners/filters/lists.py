"""The directory and the partnerships: what one can ask these lists for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.filters.base import ListFilter, Option, OptionsFilter, SearchFilter, any_of, one_box, options_of
from partners.models import (
    CRITERIA,
    Actor,
    ActorKind,
    KeyActorAssessment,
    Neighbourhood,
    Partnership,
    TargetGroup,
    Topic,
)
from partners.models.assessments import KeyActorAssessmentQuerySet
from partners.models.profiles import FRESH
from partners.models.search import normalise


def neighbourhood_options() -> list[Option]:
    rows = Neighbourhood.objects.order_by("name").values_list("pk", "slug", "name")
    return [Option(slug, name, pk) for pk, slug, name in rows]


def sector_options() -> list[Option]:
    return sorted(options_of(ActorKind.Sector.choices), key=lambda option: normalise(option.label))


# Who has no kind yet belongs to no sector; in the directory and on the page of a Quartier nobody is left out for that.
WITHOUT_SECTOR, NO_SECTOR = "ohne", _("Sector not stated yet")


def sector_options_of_actors() -> list[Option]:
    return [*sector_options(), Option(WITHOUT_SECTOR, str(NO_SECTOR), None)]


def _in_sectors(rows: Any, keys: list[Any]) -> Any:
    fits = Q(kind__sector__in=[key for key in keys if key])
    return rows.filter(fits | Q(kind=None) if None in keys else fits)


def kind_options() -> list[Option]:
    return [Option(slug, word, pk) for pk, slug, word in ActorKind.objects.words()]


def topic_options() -> list[Option]:
    return [Option(slug, word, pk) for pk, slug, word in Topic.objects.words()]


def _in_neighbourhoods(rows: Any, keys: list[Any]) -> Any:
    lies = Actor.neighbourhoods.through.objects.filter(neighbourhood__in=keys)
    return rows.filter(pk__in=lies.values("actor"))


def _on_topics(rows: Any, keys: list[Any]) -> Any:
    return rows.filter(pk__in=Actor.topics.through.objects.filter(topic__in=keys).values("actor"))


def target_group_options() -> list[Option]:
    return [Option(slug, word, pk) for pk, slug, word in TargetGroup.objects.words()]


def _for_target_groups(rows: Any, keys: list[Any]) -> Any:
    return rows.filter(pk__in=Actor.target_groups.through.objects.filter(targetgroup__in=keys).values("actor"))


CONFIRMED = {
    "frisch": _("Confirmed in the last twelve months"),
    "frueher": _("Confirmed longer ago"),
    "nie": _("Never confirmed"),
}


def _by_confirmation(rows: Any, keys: list[Any]) -> Any:
    limit = timezone.now() - FRESH
    within = {"frisch": Q(confirmed_at__gte=limit), "frueher": Q(confirmed_at__lt=limit), "nie": Q(confirmed_at=None)}
    return rows.filter(any_of(within, keys))


def criterion_options() -> list[Option]:
    clearly = [
        Option(one.word, gettext("%(criterion)s: clearly or strongly") % {"criterion": one.label}, one.name)
        for one in CRITERIA
    ]
    return [*clearly, Option("offen", gettext("not assessed yet"), "")]


def by_choice(label: Any, words: Iterable[tuple[Any, Any]], column: str) -> OptionsFilter:
    """A box for each word that the column can hold."""
    return OptionsFilter(
        label=label,
        load=lambda: options_of(words),
        narrow=lambda rows, keys: rows.filter(**{f"{column}__in": keys}),
    )


def by_access() -> OptionsFilter:
    words = {"ja": _("Step-free"), "teilweise": _("Partly step-free")}
    return by_choice(_("Step-free access"), words.items(), "step_free")


def by_shared_room() -> OptionsFilter:
    return OptionsFilter(
        label=_("Room"),
        yes_no=True,
        load=one_box(_("Has a room that others can use")),
        narrow=lambda rows, keys: rows.filter(has_shared_room=True),
    )


def by_capacity() -> OptionsFilter:
    """By what the actor itself states; that it states nothing is no box."""
    return OptionsFilter(
        label=_("Capacity"),
        load=lambda: options_of(choice for choice in Actor.Capacity.choices if choice[0]),
        narrow=lambda rows, keys: rows.stating_capacity(keys),
    )


def by_sector() -> OptionsFilter:
    return OptionsFilter(
        label=_("Sector"), load=sector_options, narrow=lambda rows, keys: rows.filter(kind__sector__in=keys)
    )


class ActorFilter(ListFilter):
    """The directory. Whoever sees more than what is published also asks by state; without it all see what is published."""

    q = SearchFilter(label=_("Search"))
    quartier = OptionsFilter(label=_("Neighbourhood"), load=neighbourhood_options, narrow=_in_neighbourhoods)
    bereich = OptionsFilter(label=_("Sector"), load=sector_options_of_actors, narrow=_in_sectors)
    zugang = by_access()
    raum = by_shared_room()
    kapazitaet = by_capacity()
    partner = OptionsFilter(
        label=_("Partnership"),
        yes_no=True,
        load=one_box(_("Main partners only")),
        narrow=lambda rows, keys: rows.main_partners(),
    )
    art = OptionsFilter(label=_("Kind"), load=kind_options, narrow=lambda rows, keys: rows.filter(kind__in=keys))
    thema = OptionsFilter(label=_("Topic"), load=topic_options, narrow=_on_topics)
    zielgruppe = OptionsFilter(label=_("Target group"), load=target_group_options, narrow=_for_target_groups)
    bestaetigt = OptionsFilter(
        label=_("Last confirmed"),
        load=lambda: options_of(CONFIRMED.items()),
        narrow=_by_confirmation,
    )
    stand = OptionsFilter(
        label=_("State"),
        load=lambda: options_of(choice for choice in Actor.State.choices if choice[0] != Actor.State.MERGED),
        narrow=lambda rows, keys: rows.filter(state__in=keys),
    )

    schluessel = OptionsFilter(label=_("Key actors"), load=criterion_options, narrow=lambda rows, keys: rows)

    class Meta:
        model = Actor
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, user: Any) -> None:
        self.organises = organises_somewhere(user)
        self.sees_more = self.organises or keeps_a_profile(user)
        self.user = user
        super().__init__(data, queryset=Actor.objects.published())
        if not self.sees_more:
            self.filters["stand"].extra["load"] = list
        if not self.organises:
            self.filters["schluessel"].extra["load"] = list
        self.filters["schluessel"].narrow = self._by_assessment

    def filter_queryset(self, queryset: Any) -> Any:
        rows = Actor.objects.visible_to(self.user) if self.asked.get("stand") else queryset
        return super().filter_queryset(rows)

    def assessments(self) -> KeyActorAssessmentQuerySet:
        """What counts of each actor, as far as the person may read it."""
        return KeyActorAssessment.objects.visible_to(self.user).current()

    def _by_assessment(self, rows: Any, keys: list[Any]) -> Any:
        """Fits one of the criteria; or nobody looked yet at an actor whose organiser the person is."""
        fits = Q()
        if criteria := [key for key in keys if key]:
            fits |= Q(pk__in=self.assessments().fitting(criteria).values("actor"))
        if "" in keys:
            own = Actor.objects.organised_by(self.user)
            fits |= Q(pk__in=own.values("pk")) & ~Q(pk__in=KeyActorAssessment.objects.values("actor"))
        return rows.filter(fits)

    def words(self, name: str) -> dict[Any, str]:
        """What the options of one filter are called, by their keys; a list need not ask the database again."""
        return {option.key: option.label for option in self.form.fields[name].options}  # type: ignore[attr-defined]


def organises_somewhere(user: Any) -> bool:
    """Only to organisers and admins who is a key actor is a question."""
    return user.is_authenticated and (user.is_staff or user.organised_neighbourhoods.exists())


def keeps_a_profile(user: Any) -> bool:
    """To them, as to organisers, the state of a profile is a question."""
    return user.is_authenticated and user.memberships.exists()


class PartnershipFilter(ListFilter):
    quartier = OptionsFilter(
        label=_("Neighbourhood"),
        load=neighbourhood_options,
        narrow=lambda rows, keys: rows.filter(neighbourhood__in=keys),
    )
    stand = by_choice(_("Stage"), Partnership.Stage.choices, "state")
    art = by_choice(_("Kind"), Partnership.Kind.choices, "kind")
    intensitaet = by_choice(_("How closely"), Partnership.Intensity.choices, "intensity")
    vereinbarungsform = by_choice(_("Form of the agreement"), Partnership.Form.choices, "form")

    faellig = OptionsFilter(
        label=_("Due"),
        yes_no=True,
        load=one_box(_("Something is due")),
        narrow=lambda rows, keys: rows,
    )

    class Meta:
        model = Partnership
        fields: list[str] = []

    def __init__(self, data: QueryDict, *, user: Any) -> None:
        super().__init__(data, queryset=Partnership.objects.visible_to(user))
        leads = organises_somewhere(user)
        if not (leads or keeps_a_profile(user)):
            public = [choice for choice in Partnership.Stage.choices if choice[0] in Partnership.PUBLIC]
            self.filters["stand"].extra["load"] = lambda: options_of(public)
        if not leads:
            self.filters["faellig"].extra["load"] = list
        mine = Partnership.objects.editable_by(user).due()
        self.filters["faellig"].narrow = lambda rows, _keys: rows.filter(pk__in=mine.values("pk"))
