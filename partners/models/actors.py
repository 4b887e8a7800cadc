from __future__ import annotations

import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.capacity import Month, hours_promised_in
from partners.models.keeping import Kept, KeptQuerySet
from partners.models.neighbourhoods import Neighbourhood
from partners.models.profiles import FRESH, Profile
from partners.models.search import NormalisedField, matching, normalise
from partners.models.states import Staged
from partners.models.vocabularies import ActorKind, Topic
from partners.models.words import recounting, words_of
from partners.reversing import address

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.parties import PartyQuerySet
    from partners.models.people import Person


class ActorQuerySet(KeptQuerySet["Actor"]):
    def published(self) -> Self:
        """What the directory shows to everybody."""
        return self.filter(state=Actor.State.PUBLISHED)

    def stale(self) -> Self:
        """Nobody has said for twelve months that it is still right, see `Profile.is_stale`."""
        limit = timezone.now() - FRESH
        return self.filter(Q(confirmed_at__lt=limit) | Q(confirmed_at=None, created_at__lt=limit))

    def current(self) -> Self:
        """Without the archived: they stay in the history of their projects, not in lists."""
        return self.exclude(state__in=Actor.OVER)

    def unmerged(self) -> Self:
        """Without those that became part of another entry: except for the merge and its undoing nobody meets them."""
        return self.exclude(state=Actor.State.MERGED)

    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Everybody sees what is published or archived; who may edit an actor also sees it before and while it is hidden."""
        return self.filter(Actor.seen_by(user))

    def hidden_from(self, user: Person | AnonymousUser) -> Self:
        """All others: few rows, so what is held back by one of them is found without reading the rest.

        Their stages are named, not those of the others: an index finds what is there, not what is missing.
        """
        rows = self.filter(state__in=[state for state in Actor.State if state not in Actor.PUBLIC_STATES])
        return rows.exclude(Actor.seen_by(user)) if user.is_authenticated else rows

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Its own editors and managers, organisers of any of its neighbourhoods, admins. What is archived is history."""
        if not user.is_authenticated:
            return self.none()
        rows = self.current()
        return rows if user.is_staff else rows.filter(Actor.rights_of(user))

    def organised_by(self, user: Person | AnonymousUser) -> Self:
        """Organisers of any of its neighbourhoods, and admins: they publish, hide and archive."""
        if not user.is_authenticated:
            return self.none()
        rows = self.unmerged()
        if user.is_staff:
            return rows
        return rows.filter(pk__in=Actor.objects.filter(neighbourhoods__organisers=user).values("pk"))

    def staffed_by(self, user: Person | AnonymousUser) -> Self:
        """Actors whose editor or manager the person is, no matter what else she may."""
        if not user.is_authenticated:
            return self.none()
        return self.unmerged().filter(pk__in=Actor.objects.filter(memberships__person=user).values("pk"))

    def with_managed_team(self, user: Person | AnonymousUser) -> Self:
        """Actors whose team the person decides on: its managers, its organisers, admins."""
        if not user.is_authenticated:
            return self.none()
        rows = self.current()
        if user.is_staff:
            return rows
        managed = Actor.objects.filter(memberships__person=user, memberships__role="manager")
        organised = Actor.objects.filter(neighbourhoods__organisers=user)
        return rows.filter(Q(pk__in=managed.values("pk")) | Q(pk__in=organised.values("pk")))

    def with_main_partner(self) -> Self:
        """Adds `is_main_partner`: on the quartier side of a main partnership that runs today and that everybody may see."""
        return self.annotate(is_main_partner=Exists(Actor.bridging_sides().filter(actor=OuterRef("pk"))))

    def main_partners(self) -> Self:
        """Quartierspartner*innen, derived from running main partnerships."""
        return self.filter(pk__in=Actor.bridging_sides().values("actor"))

    def stating_capacity(self, stated: list[str]) -> Self:
        """Those that say one of these of themselves today; what was said until a day that is over says nothing any more."""
        return self.filter(capacity__in=stated).exclude(resting_until__lt=timezone.localdate())

    def load_visible_to(self, user: Person | AnonymousUser) -> Self:
        """Whose promised and stated hours somebody may read: her own team's, those of her Quartiere, an admin all of them."""
        if not user.is_authenticated:
            return self.none()
        rows = self.unmerged()
        return rows if user.is_staff else rows.filter(Actor.rights_of(user))

    def sheet_visible_to(self, user: Person | AnonymousUser) -> Self:
        """Whose own sheet of what it gave and gained somebody may read: the same people as the hours that it promised."""
        return self.load_visible_to(user)

    def with_promised_hours(self, month: Month) -> Self:
        """Adds `promised_hours`, the sum of what they have promised for this month. Only for who may read it, see above."""
        return self.annotate(promised_hours=hours_promised_in(month))

    def promising_too_much(self, month: Month) -> Self:
        """Those that have promised more hours for this month than they state; who states nothing is not among them."""
        stating = self.current().exclude(network_hours=None)
        return stating.with_promised_hours(month).filter(promised_hours__gt=models.F("network_hours"))

    def with_public_place(self) -> Self:
        """Those whose point on the map everybody may see."""
        return self.filter(is_address_public=True, latitude__isnull=False)

    def search(self, text: str) -> Self:
        """Actors whose name, sentence, description or address contains every word; names that begin with the text come first."""
        begins = Case(
            When(sort_name__startswith=normalise(text[:500]), then=Value(0)),
            default=Value(1),
            output_field=models.SmallIntegerField(),
        )
        return self.filter(matching(text, field="search_text")).order_by(begins, "sort_name", "pk")

    def for_list(self) -> Self:
        """A line in a list: kind, neighbourhoods and topics in a constant number of queries."""
        rows = (
            self.select_related("kind")
            .prefetch_related("neighbourhoods", "topics")
            .with_main_partner()
            .defer("description", "search_text", *Profile.LONG)
        )
        return rows.fetch_mode(models.FETCH_PEERS)

    def for_line(self) -> Self:
        """Of the row itself what stands in a line of the directory, and nothing else."""
        own = ("name", "slug", "kind_id", "purpose", "state", "is_demo", "logo")
        return self.only(*own, "street", "house_number", "is_address_public").fetch_mode(models.FETCH_PEERS)

    def for_detail(self) -> Self:
        return (
            self.select_related("kind")
            .prefetch_related("neighbourhoods", "topics", "target_groups")
            .defer("search_text")
            .fetch_mode(models.FETCH_PEERS)
        )


@lru_cache(maxsize=20_000)
def tint_of(name: str) -> int:
    return zlib.crc32(normalise(name).encode()) % 6


class Actor(Kept, Profile, Staged):
    """An organisation or initiative of a neighbourhood, from the library to the bakery. What is ended is archived, never deleted."""

    class State(models.TextChoices):
        DRAFT = "entwurf", _("draft")
        SUBMITTED = "eingereicht", _("submitted")
        PUBLISHED = "veroeffentlicht", _("published")
        HIDDEN = "verborgen", _("hidden")
        ARCHIVED = "archiviert", _("archived")
        MERGED = "zusammengefuehrt", _("merged into another entry")

    # Nothing comes after these; only undoing a merge leads back.
    OVER = (State.ARCHIVED, State.MERGED)

    STEPS = {
        State.DRAFT: (State.SUBMITTED,),
        State.SUBMITTED: (State.PUBLISHED,),
        State.PUBLISHED: (State.HIDDEN,),
        State.HIDDEN: (State.PUBLISHED, State.ARCHIVED),
    }
    # Where it lies is decided by organisers, its address by the administration. An earlier logo is gone with its file.
    STAYS = frozenset({"slug", "neighbourhoods", "logo", "logo_alt"})
    PUBLIC_STATES = (State.PUBLISHED, State.ARCHIVED)

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name for addresses"), max_length=120, unique=True)
    kind = models.ForeignKey(
        ActorKind, models.PROTECT, related_name="actors", verbose_name=_("kind"), null=True, blank=True
    )
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="branches",
        verbose_name=_("carrier"),
        null=True,
        blank=True,
        help_text=_("The organisation that runs it."),
    )
    neighbourhoods = models.ManyToManyField(Neighbourhood, related_name="actors", verbose_name=_("neighbourhoods"))
    topics = models.ManyToManyField(Topic, blank=True, related_name="actors", verbose_name=_("topics"))
    purpose = models.CharField(
        _("purpose in one sentence"),
        max_length=240,
        blank=True,
        help_text=_("What you are there for, so that a neighbour understands it."),
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("Who you are, what happens at your place, for whom.")
    )
    street = models.CharField(_("street"), max_length=120, blank=True)
    house_number = models.CharField(_("house number"), max_length=20, blank=True)
    postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("In degrees, for example 48.118"),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("In degrees, for example 11.539"),
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    email = models.EmailField(
        _("public e-mail address"), blank=True, help_text=_("An address of the office, not of a person.")
    )
    phone = models.CharField(_("public phone number"), max_length=50, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT, editable=False)
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)
    sort_name = NormalisedField(sources=["name"], limit=200)
    search_text = NormalisedField(
        sources=["name", "purpose", "description", "public_street", "public_postcode", "city"]
    )

    objects = ActorQuerySet.as_manager()

    class Meta:
        verbose_name = _("actor")
        verbose_name_plural = _("actors")
        ordering = ["sort_name", "pk"]
        indexes = [models.Index(fields=["state", "sort_name", "id"], name="actor_list_order")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="actor_has_a_name", violation_error_message=_("An actor needs a name.")
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=models.F("id")),
                name="actor_does_not_carry_itself",
                violation_error_message=_(
                    "Nobody is one's own carrier. Name another organisation, or leave this empty."
                ),
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="actor_place_is_on_earth",
                violation_error_message=_(
                    "Latitude and longitude belong together: latitude from -90 to 90, longitude from -180 to 180."
                ),
            ),
            *Profile.profile_constraints(),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("actor-detail", self.slug)

    @staticmethod
    def all_but(*names: str, through: str) -> list[str]:
        """The columns that are left unread where a row brings an actor along, of which only these are shown."""
        kept = {"id", *names}
        return [f"{through}__{field.name}" for field in Actor._meta.concrete_fields if field.name not in kept]

    @staticmethod
    def seen_by(user: Person | AnonymousUser) -> Q:
        """The condition behind `visible_to` and its opposite."""
        public = Q(state__in=Actor.PUBLIC_STATES)
        if not user.is_authenticated:
            return public
        unmerged = ~Q(state=Actor.State.MERGED)
        return unmerged if user.is_staff else unmerged & (public | Actor.rights_of(user))

    @staticmethod
    def rights_of(user: Person) -> Q:
        """Which actors somebody may edit by role; the one place where this is decided."""
        own = Actor.objects.filter(memberships__person=user).values("pk")
        organised = Actor.objects.filter(neighbourhoods__organisers=user).values("pk")
        return Q(pk__in=own) | Q(pk__in=organised)

    @staticmethod
    def bridging_sides() -> PartyQuerySet:
        """The sides of partnerships that make their actors Quartierspartner*innen."""
        sides: Any = Actor.parties.rel.related_model
        return sides.objects.of_main_partners()

    @property
    def is_public(self) -> bool:
        return self.state in self.PUBLIC_STATES

    @property
    def public_words(self) -> dict[str, str]:
        """What a search that found nothing may suggest: the words of what the directory shows."""
        return words_of(self) if self.state == self.State.PUBLISHED else {}

    @property
    def initials(self) -> str:
        """Two letters that stand in where there is no logo."""
        letters = [word[0] for word in self.name.replace("„", "").replace("“", "").split() if word[0].isalnum()]
        return ("".join(letters[:2]) or self.name[:1]).upper()

    @property
    def tint(self) -> int:
        """One of six colours (0 to 5), always the same for the same name."""
        return tint_of(self.name)

    @property
    def street_line(self) -> str:
        """As everybody may read it: nothing where only the neighbourhood is public."""
        return f"{self.street} {self.house_number}".strip() if self.is_address_public else ""

    @property
    def town_line(self) -> str:
        return f"{self.postcode} {self.city}".strip() if self.is_address_public else self.city

    @property
    def public_street(self) -> str:
        """What the search may know of the address."""
        return self.street if self.is_address_public else ""

    @property
    def public_postcode(self) -> str:
        return self.postcode if self.is_address_public else ""

    def submit(self) -> None:
        """Asks the organisers to publish the profile."""
        self.take_step(self.State.SUBMITTED, updated_at=timezone.now())

    def publish(self) -> None:
        """Shows the profile to everybody; a draft is submitted in the same breath."""
        if self.state == self.State.DRAFT:
            self.submit()
        with recounting(self):
            self.take_step(self.State.PUBLISHED, updated_at=timezone.now())

    def hide(self) -> None:
        """Takes the profile off the public pages for a while."""
        with recounting(self):
            self.take_step(self.State.HIDDEN, updated_at=timezone.now())

    def archive(self) -> None:
        """Closes the profile for good; it stays in the history of its projects."""
        self.take_step(self.State.ARCHIVED, updated_at=timezone.now())
