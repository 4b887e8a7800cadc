"""What all pages of offers and needs share; what differs between the two stands in `ListingPages`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.actions.restoring import Write
from partners.filters import ListingFilter
from partners.models import Actor, Kept, Listing
from partners.views.asking import asked_often


@dataclass(frozen=True, kw_only=True)
class Owner:
    """To what an offer or a need can belong: an actor, a project."""

    field: str
    # Begins the address of the form, for example `akteure/<slug:slug>/`.
    begins: str
    # For which ones this person may enter something, which of them are her own, and what is called what.
    rows: Callable[[Any], Any]
    own: Callable[[Any], Any]
    wrap: Callable[[Any], Any]
    heading: Any


@dataclass(frozen=True, kw_only=True)
class ListingPages:
    """`name` is that of the addresses, for example `partners:offer`; `word` stands in them."""

    model: type[Listing]
    name: str
    word: str
    owners: tuple[Owner, ...]
    filter: type[ListingFilter]
    create_form: Any
    edit_form: Any
    create: Callable[..., Listing]
    writers: dict[type[Kept], Write]
    words: dict[str, Any]
    count: Callable[[int], str]
    # The name of the list of requests for these, for the signed-in; empty where nothing is asked for.
    requests_name: str = ""

    @property
    def rows(self) -> Any:
        model: Any = self.model
        return model.objects.all()

    @property
    def list_address(self) -> str:
        return reverse(f"{self.name}-list")

    @property
    def begin_address(self) -> str:
        return reverse(f"{self.name}-begin")

    def create_address(self, owner: Owner, row: Any) -> str:
        """Where something of this actor or project is entered."""
        floor, name = self.name.split(":")
        return reverse(f"{floor}:{owner.field}-{name}-create", args=[row.slug])

    def address(self, kind: str, listing: Listing) -> str:
        return reverse(f"{self.name}-{kind}", args=[listing.pk])


# So many of an actor, a project or a Quartier stand on its page; the list has all of them.
FEW = 4


@dataclass(frozen=True, slots=True)
class Few:
    """The first of them, and whether there are more."""

    first: list[Any]
    has_more: bool


def few_of(rows: Any, user: Any) -> Few:
    """What this person finds of these."""
    found = list(rows.visible_to(user).current().for_list()[: FEW + 1])
    return Few(found[:FEW], len(found) > FEW)


def few_of_one(owner: Any, model: type[Listing], user: Any, *, keeps: bool) -> Few:
    """The same of one actor or project. Who keeps them (`keeps`) also reads drafts, what is paused and what has expired."""
    most = FEW * 3 if keeps else FEW
    whose = "actor" if isinstance(owner, Actor) else "project"
    found = _of_one(owner.pk, user, model=model, whose=whose, keeps=keeps, most=most + 1)
    for listing in found:
        setattr(listing, whose, owner)
    return Few(found[:most], len(found) > most)


@asked_often
def _of_one(
    owner: int, user: Any, *, model: type[Listing], whose: str, keeps: bool, most: int
) -> QuerySet[Listing, Listing]:
    rows: Any = model._default_manager.all()
    seen = rows.filter((whose, owner)).visible_to(user)
    seen = seen.exclude(state=Listing.State.WITHDRAWN) if keeps else seen.current()
    return seen.defer("search_text")[:most]


@dataclass(frozen=True)
class Step:
    """One step as people see it: the word in the address, the button, what it does and what was done."""

    word: str
    label: Any
    explained: Any
    done: Any
    verb: str
    # The state it leads to; renewing leads to none.
    leads_to: str = ""
    is_final: bool = False

    def is_taken(self, listing: Listing) -> bool:
        """Whether it stands there already: pressed twice, or somebody else was faster with the same."""
        if self.leads_to:
            return listing.state == self.leads_to
        return listing.state in {Listing.State.AVAILABLE, Listing.State.PAUSED} and not listing.is_renewable


STEPS = {
    step.word: step
    for step in (
        Step(
            "freigeben",
            _("Show it now"),
            _("From now on it stands in the list, for those whom you chose."),
            _("“%(title)s” now stands in the list."),
            "release",
            Listing.State.AVAILABLE,
        ),
        Step(
            "verlaengern",
            _("Renew for half a year"),
            _("It then holds for half a year from today."),
            _("“%(title)s” is renewed: it holds until %(day)s."),
            "renew",
        ),
        Step(
            "fortsetzen",
            _("Go on with it"),
            _("It stands in the list again."),
            _("“%(title)s” stands in the list again."),
            "resume",
            Listing.State.AVAILABLE,
        ),
        Step(
            "pausieren",
            _("Pause it"),
            _("Nobody finds it until you go on with it."),
            _("“%(title)s” is paused. Nobody finds it until you go on with it."),
            "pause",
            Listing.State.PAUSED,
        ),
        Step(
            "zurueckziehen",
            _("Withdraw for good"),
            _("It leaves the list and nobody can change it any more. There is no way back."),
            _("“%(title)s” is withdrawn."),
            "withdraw",
            Listing.State.WITHDRAWN,
            is_final=True,
        ),
    )
}


def steps_for(listing: Listing) -> list[Step]:
    """Which are open from where it stands; whoever keeps it may take them."""
    states = Listing.State
    open_from: dict[str, tuple[str, ...]] = {
        states.DRAFT: ("freigeben",),
        states.AVAILABLE: ("pausieren", "zurueckziehen"),
        states.PAUSED: ("fortsetzen", "zurueckziehen"),
    }
    words = list(open_from.get(listing.state, ()))
    if listing.is_renewable and (listing.is_over or listing.ends_soon):
        words.insert(0, "verlaengern")
    if listing.is_over and "fortsetzen" in words:
        words.remove("fortsetzen")
    return [STEPS[word] for word in words]
