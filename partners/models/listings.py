"""What is offered and what is needed: one shape for both, so that they are found, kept and renewed in the same way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from partners.models.keeping import Kept, KeptQuerySet
from partners.models.profiles import Profile
from partners.models.resources import UNIT_OF, ResourceCategory, Unit, unit_fits_category
from partners.models.search import NormalisedField, words
from partners.models.states import Staged, StageError

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person

# So long something holds when it is entered or renewed, and at most: nobody reads lists that are not true any more (ours).
VALID_FOR, LONGEST = timedelta(days=182), timedelta(days=366)
# From so many days before its end on it is to be renewed.
SOON = timedelta(days=14)
MOST_PERSONS, LARGEST_AREA = 100_000, 1_000_000


class Visibility(models.TextChoices):
    """Who meets it besides those who keep it."""

    PUBLIC = "oeffentlich", _("everybody")
    NETWORK = "netzwerk", _("the network: whoever is signed in")
    INTERNAL = "intern", _("internal: the team and the organisers")


class ListingQuerySet[Row: models.Model](KeptQuerySet[Row]):
    """Who may what, and what is up to date. Offers and needs say whose they are, and when those can be seen."""

    # By which normalised columns one finds it besides its own: the names of whose it is.
    NAMES: tuple[str, ...] = ()

    def _kept(self, user: Person) -> Q:
        """Where the person writes for whose it is."""
        raise NotImplementedError

    def _shown(self, user: Person | AnonymousUser) -> Q:
        """Where whose it is can be seen, and is still there."""
        raise NotImplementedError

    def kept_by(self, user: Person | AnonymousUser) -> Self:
        """In every state, for whoever may edit the actor or project it belongs to."""
        return self.filter(self._kept(user)) if user.is_authenticated else self.none()

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """The same, until it is withdrawn: that is final."""
        return self.kept_by(user).exclude(state=Listing.State.WITHDRAWN)

    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Everybody sees what is available and public, the signed-in also what is for the network; those who keep it see it always.

        What belongs to a hidden actor or to an idea is hidden with it. What has expired can still be read by whoever has
        its address; lists ask for `current`.
        """
        shown = self._open_to(user)
        return self.filter(shown | self._kept(user)) if user.is_authenticated else self.filter(shown)

    def shown_to(self, user: Person | AnonymousUser) -> Self:
        """The same, without what somebody only sees because she keeps it."""
        return self.filter(self._open_to(user))

    def _open_to(self, user: Person | AnonymousUser) -> Q:
        levels = [Visibility.PUBLIC, Visibility.NETWORK] if user.is_authenticated else [Visibility.PUBLIC]
        return Q(state=Listing.State.AVAILABLE, visibility__in=levels) & self._shown(user)

    def current(self) -> Self:
        """Available, and not expired."""
        return self.filter(state=Listing.State.AVAILABLE, valid_until__gte=timezone.localdate())

    def ending_soon(self) -> Self:
        return self.current().filter(valid_until__lte=timezone.localdate() + SOON)

    def expired(self) -> Self:
        return self.filter(state=Listing.State.AVAILABLE, valid_until__lt=timezone.localdate())

    def _alive(self) -> Q:
        """Where whose it is goes on, and somebody can find it at all."""
        raise NotImplementedError

    def reminded_of(self) -> Self:
        """What somebody has to think of: it is meant to stand in the list, and would be missed there."""
        return self.filter(self._alive(), state=Listing.State.AVAILABLE)

    def search(self, text: str) -> Self:
        """Rows with every word of the text in their own words, or in the name of whose they are.

        Asked table by table: an index knows one table, and a condition over two tables reads every row of both.
        """
        rows = self
        for word in words(text):
            own = self.model._base_manager.filter(search_text__contains=word).values("pk")
            rows = rows.filter(pk__in=own.union(*(self._named(name, word) for name in self.NAMES)))
        return rows

    def _named(self, name: str, word: str) -> Any:
        """Rows of those whose normalised name has the word; `name` leads there, such as `actor__sort_name`."""
        whose, column = name.split("__")
        owners = self.model._meta.get_field(whose).related_model._base_manager  # type: ignore[union-attr]
        named = owners.filter((f"{column}__contains", word)).values("pk")
        return self.model._base_manager.filter((f"{whose}__in", named)).values("pk")


class Listing(Kept, Staged):
    """Something that is offered or needed. It expires by itself, so that lists stay true, and is renewed with one click.

    It never names a price: it is free of charge, or `conditions` says in words what is asked. Fields of rooms are filled
    in for rooms only.
    """

    class State(models.TextChoices):
        DRAFT = "entwurf", _("draft")
        AVAILABLE = "verfuegbar", _("available")
        PAUSED = "pausiert", _("paused")
        WITHDRAWN = "zurueckgezogen", _("withdrawn")

    STEPS = {
        State.DRAFT: (State.AVAILABLE,),
        State.AVAILABLE: (State.PAUSED, State.WITHDRAWN),
        State.PAUSED: (State.AVAILABLE, State.WITHDRAWN),
    }
    NAMED_BY = "title"
    # The unit follows from the category.
    UNTOLD = frozenset({"unit"})
    ROOM_FIELDS = ("persons", "area", "equipment", "step_free", "room_hours")

    category = models.CharField(_("category"), max_length=20, choices=ResourceCategory)
    title = models.CharField(_("what"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    unit = models.CharField(_("unit"), max_length=20, choices=Unit, default=Unit.NONE, blank=True, editable=False)
    is_free = models.BooleanField(_("free of charge"), default=True)
    conditions = models.TextField(_("conditions"), blank=True)
    availability = models.TextField(_("when"), blank=True)
    has_mornings = models.BooleanField(_("in the morning"), default=False)
    has_afternoons = models.BooleanField(_("in the afternoon"), default=False)
    has_evenings = models.BooleanField(_("in the evening"), default=False)
    has_weekends = models.BooleanField(_("at weekends"), default=False)
    persons = models.PositiveIntegerField(
        _("persons"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_PERSONS)]
    )
    area = models.PositiveIntegerField(
        _("area in m²"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LARGEST_AREA)]
    )
    equipment = models.TextField(_("equipment"), blank=True)
    step_free = models.CharField(
        _("step-free"), max_length=10, choices=Profile.StepFree, default=Profile.StepFree.UNKNOWN, blank=True
    )
    room_hours = models.TextField(_("hours of the room"), blank=True)
    visibility = models.CharField(_("visible to"), max_length=12, choices=Visibility, default=Visibility.PUBLIC)
    valid_until = models.DateField(_("valid until"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)
    search_text = NormalisedField(
        sources=["title", "category_words", "description", "conditions", "availability", "equipment", "room_hours"]
    )

    get_visibility_display: Callable[[], str]
    get_unit_display: Callable[[], str]
    get_step_free_display: Callable[[], str]

    class Meta:
        abstract = True
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "valid_until"], name="%(class)s_current"),
            models.Index(fields=["category", "state", "valid_until"], name="%(class)s_of_category"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="%(class)s_says_what",
                violation_error_message=_("Say in a few words what it is."),
            ),
            models.CheckConstraint(
                condition=unit_fits_category(),
                name="%(class)s_unit_of_category",
                violation_error_message=_("This category is counted in another unit."),
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | (Q(unit__gt="") & Q(quantity__gte=0)),
                name="%(class)s_counts_in_a_unit",
                violation_error_message=_("This category has no quantity. Say it in words."),
            ),
            models.CheckConstraint(
                condition=Q(is_free=True) | ~Q(conditions=""),
                name="%(class)s_free_or_says_what_is_asked",
                violation_error_message=_("It is free of charge, or the conditions say what is asked."),
            ),
            models.CheckConstraint(
                condition=Q(category="raeume") | Q(persons=None, area=None, equipment="", step_free="", room_hours=""),
                name="%(class)s_room_fields_for_rooms",
                violation_error_message=_("Persons, area, equipment, access and hours are asked of rooms only."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        raise NotImplementedError

    @property
    def owner(self) -> Any:
        """The actor or project it belongs to, from what is loaded."""
        raise NotImplementedError

    @property
    def places(self) -> list[Any]:
        """In which neighbourhoods that lies, from what is loaded."""
        return list(self.owner.neighbourhoods.all())

    @property
    def category_label(self) -> str:
        return str(ResourceCategory(self.category).label)

    @property
    def category_words(self) -> str:
        """What the search knows beside what was typed, in German, whatever language the page is in: kind, access, terms, times.

        People write what they look for as they say it: a room, step-free, in the evening, free of charge.
        """
        with translation.override("de"):
            said = [str(ResourceCategory(self.category).label)] if self.category else []
            said += ["Raum"] if self.is_room else []
            said += ["stufenfrei"] if self.step_free == Profile.StepFree.YES else []
            said += [str(_("free of charge"))] if self.is_free else []
            return " ".join([*said, *self.times])

    @property
    def state_label(self) -> str:
        """Expired is no state: it is what becomes of an available one by itself."""
        return str(_("expired")) if self.is_expired else str(self.State(self.state).label)

    @property
    def shown_state(self) -> str:
        """How the state is drawn."""
        return "abgelaufen" if self.is_expired else self.state

    @property
    def is_room(self) -> bool:
        return self.category == ResourceCategory.ROOMS

    @property
    def is_over(self) -> bool:
        """Its day has passed."""
        return self.valid_until < timezone.localdate()

    @property
    def is_expired(self) -> bool:
        return self.state == self.State.AVAILABLE and self.is_over

    @property
    def is_current(self) -> bool:
        return self.state == self.State.AVAILABLE and not self.is_over

    @property
    def ends_soon(self) -> bool:
        return self.is_current and self.valid_until <= timezone.localdate() + SOON

    @property
    def is_renewable(self) -> bool:
        """Whether a click makes it hold longer: not while it is a draft, which says its day itself, and not at the end."""
        more = self.valid_until < timezone.localdate() + VALID_FOR
        return more and self.state in {self.State.AVAILABLE, self.State.PAUSED}

    @property
    def times(self) -> list[str]:
        """At which times of the day and the week, in words."""
        names = ("has_mornings", "has_afternoons", "has_evenings", "has_weekends")
        return [str(self._meta.get_field(name).verbose_name) for name in names if getattr(self, name)]  # type: ignore[union-attr]

    def set_category(self, category: str) -> None:
        """Chooses the category and with it the unit."""
        self.category, self.unit = category, UNIT_OF[category]

    def release(self) -> None:
        """From now on it is found by those for whom it is."""
        self._refuse_past_day()
        self._step(self.State.AVAILABLE)

    def pause(self) -> None:
        """Nobody finds it until it goes on."""
        self._step(self.State.PAUSED)

    def resume(self) -> None:
        self._refuse_past_day()
        self._step(self.State.AVAILABLE)

    def withdraw(self) -> None:
        """Not offered or needed any more, for good."""
        self._step(self.State.WITHDRAWN)

    def renew(self, *, seen: date | None = None) -> None:
        """It holds half a year from today; raises `StageError`. `seen`: until when it held as the person read it."""
        if seen is not None and seen != self.valid_until:
            raise StageError(_("This was renewed or changed in the meantime. Nothing more is to be done."), code="done")
        if not self.is_renewable:
            raise StageError(_("There is nothing to renew here."), code="closed")
        self.write_if_still(self.state, valid_until=timezone.localdate() + VALID_FOR, updated_at=_now())

    def _step(self, target: str) -> None:
        self.take_step(target, updated_at=_now())

    def _refuse_past_day(self) -> None:
        if self.is_over:
            raise StageError(_("It is valid until a day that has passed. Enter a later day first."), code="over")


def _now() -> datetime:
    return timezone.now()
