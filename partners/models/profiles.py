"""What the profile of an actor says beyond its name, kind and address."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models.hours import Line, lines_of
from partners.models.logos import LogoField, logo_place
from partners.models.search import normalise
from partners.models.vocabularies import TargetGroup

if TYPE_CHECKING:
    from partners.models.people import Person

FRESH = timedelta(days=365)
# Whose names Django knows in both languages, and some more that are spoken here.
KNOWN_LANGUAGES = (
    *("sq", "am", "ar", "hy", "az", "bn", "bs", "bg", "zh-hans", "da", "de", "en", "et", "fi", "fr", "ka", "el", "he"),
    *("hi", "hu", "id", "it", "ja", "kk", "ko", "hr", "lv", "lt", "mk", "mn", "ne", "nl", "fa", "pl", "pt", "ro"),
    *("ru", "sv", "sr", "sk", "sl", "es", "sw", "ta", "th", "cs", "tr", "uk", "ur", "vi"),
)
FURTHER_LANGUAGES = {
    "dgs": _("German Sign Language"),
    "leicht": _("Easy-to-read German"),
    "prs": _("Dari"),
    "ku": _("Kurdish"),
    "no": _("Norwegian"),
    "ps": _("Pashto"),
    "rom": _("Romani"),
    "so": _("Somali"),
    "ti": _("Tigrinya"),
}


def language_name(code: str) -> str:
    """What a language is called in the language of the page; an unknown code is its own name."""
    if code in FURTHER_LANGUAGES:
        return str(FURTHER_LANGUAGES[code])
    return gettext(LANG_INFO[code]["name"]) if "name" in LANG_INFO.get(code, {}) else code


def language_choices() -> list[tuple[str, str]]:
    """Every language one can choose: German first, the others by their names."""
    codes = [code for code in KNOWN_LANGUAGES if "name" in LANG_INFO.get(code, {})] + list(FURTHER_LANGUAGES)
    named = [(code, language_name(code)) for code in codes]
    return sorted(named, key=lambda choice: (choice[0] != "de", normalise(choice[1])))


def validate_languages(codes: object) -> None:
    """A list of codes that are on offer, each once."""
    offered = {*KNOWN_LANGUAGES, *FURTHER_LANGUAGES}
    if not isinstance(codes, list) or not all(isinstance(code, str) and code in offered for code in codes):
        raise ValidationError(_("Choose the languages from the list."), code="language")


def stated_on(day: date, capacity: str, until: date | None) -> str:
    """What somebody says about its room on that day; what it said until a day that is over says nothing any more."""
    return "" if until is not None and until < day else capacity


class Profile(models.Model):
    """The part of an actor that helps others to come, to ask and to join in.

    Who reads what: everybody reads for whom it is there, in which languages, whether one gets in without steps, whether
    it has a room that others can use, how to join in, and how much capacity it has, in words. The network (whoever is
    signed in) also reads what one needs for planning: paid staff and lead time. The hours a month are a raw number that
    must be used with care: its own team and the organisers alone read them. The street and the point on the map are
    everybody's as long as the exact address is public; otherwise only who may edit the actor reads them, and the search
    does not know them. When it was last confirmed is for everybody, by whom is for those who may edit it: persons are
    not named in public.
    """

    created_at: datetime
    updated_at: datetime

    class StepFree(models.TextChoices):
        UNKNOWN = "", _("not known")
        YES = "ja", _("yes")
        PARTLY = "teilweise", _("partly")
        NO = "nein", _("no")

    class Capacity(models.TextChoices):
        UNSAID = "", _("not said")
        FREE = "frei", _("has room for something new")
        LIMITED = "begrenzt", _("has little room")
        FULL = "ausgelastet", _("is full at present")
        RESTING = "ruht", _("rests until a day")

    target_groups = models.ManyToManyField(
        TargetGroup, blank=True, related_name="actors", verbose_name=_("target groups")
    )
    languages = models.JSONField(_("languages spoken"), default=list, blank=True, validators=[validate_languages])
    step_free = models.CharField(
        _("step-free access"), max_length=10, choices=StepFree, default=StepFree.UNKNOWN, blank=True
    )
    accessibility = models.TextField(_("about accessibility"), blank=True)
    opening_hours = models.TextField(_("opening hours"), blank=True)
    has_shared_room = models.BooleanField(_("room that others can use"), null=True, blank=True)
    how_to_join = models.TextField(_("how to join in"), blank=True)
    capacity = models.CharField(_("capacity"), max_length=12, choices=Capacity, default=Capacity.UNSAID, blank=True)
    resting_until = models.DateField(_("full or resting until"), null=True, blank=True)
    has_paid_staff = models.BooleanField(_("paid staff"), null=True, blank=True)
    network_hours = models.DecimalField(
        _("hours a month for network work"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(5000)],
    )
    lead_time_days = models.PositiveSmallIntegerField(
        _("lead time in days"), null=True, blank=True, validators=[MaxValueValidator(730)]
    )
    is_address_public = models.BooleanField(
        _("exact address is public"),
        default=True,
        help_text=_("Otherwise only the neighbourhood and the town are shown."),
    )

    logo = LogoField(_("logo"), upload_to=logo_place, blank=True)
    logo_alt = models.CharField(_("what the logo shows"), max_length=200, blank=True)

    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        editable=False,
    )

    # Long texts that no list shows.
    LONG = ("languages", "accessibility", "opening_hours", "how_to_join", "logo_alt")

    class Meta:
        abstract = True

    @staticmethod
    def profile_constraints() -> list[models.BaseConstraint]:
        """What can never be stored, for the `Meta` of the actor."""
        return [
            models.CheckConstraint(
                condition=Q(logo="", logo_alt="") | (~Q(logo="") & ~Q(logo_alt="")),
                name="actor_logo_has_words",
                violation_error_message=_(
                    "A logo needs words that say what it shows, and no words stand without a logo."
                ),
            ),
            models.CheckConstraint(
                condition=Q(capacity="ruht", resting_until__isnull=False)
                | Q(capacity="ausgelastet")
                | (~Q(capacity="ruht") & Q(resting_until__isnull=True)),
                name="actor_rest_has_an_end",
                violation_error_message=_(
                    "Who rests says until which day, who is full may say it; nobody else has such a day."
                ),
            ),
            models.CheckConstraint(
                condition=Q(network_hours__isnull=True) | Q(network_hours__range=(0, 5000)),
                name="actor_network_hours_are_possible",
                violation_error_message=_("Hours a month go from 0 to 5,000, for all people together."),
            ),
        ]

    @property
    def language_names(self) -> list[str]:
        """The languages in words, German first."""
        codes = sorted(self.languages, key=lambda code: (code != "de", normalise(language_name(code))))
        return [language_name(code) for code in codes]

    @property
    def stated_capacity(self) -> str:
        return stated_on(timezone.localdate(), self.capacity, self.resting_until)

    @property
    def has_no_room(self) -> bool:
        """As it says itself: full, or resting."""
        return self.stated_capacity in {self.Capacity.FULL, self.Capacity.RESTING}

    @property
    def asked_again_from(self) -> date | None:
        """The day from which one may ask it again, if it has said until when it is full or rests."""
        return self.resting_until + timedelta(days=1) if self.has_no_room and self.resting_until else None

    @property
    def is_stale(self) -> bool:
        """Nobody has said for twelve months that it is still right; who never said it counts from the first day (ours)."""
        since = self.confirmed_at or self.created_at
        return since is not None and since < timezone.now() - FRESH

    @property
    def hours(self) -> list[Line]:
        """Opening hours in words; nothing where they are free text."""
        return lines_of(self.opening_hours)

    @property
    def stamp(self) -> str:
        """Which wording of the profile a page shows."""
        return self.updated_at.isoformat()

    def confirm(self, *, by: Person, seen: str) -> bool:
        """Somebody who keeps the profile says that all of it is still right. Changes nothing else.

        `seen` is the `stamp` of what the person read: what was changed since is not confirmed unseen (False).
        """
        if seen != self.stamp:
            return False
        self.confirmed_at, self.confirmed_by = timezone.now(), by
        as_seen = type(self)._default_manager.filter(Q(pk=self.pk, updated_at=self.updated_at))
        return bool(as_seen.update(confirmed_at=self.confirmed_at, confirmed_by=by))
