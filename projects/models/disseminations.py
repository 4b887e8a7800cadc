from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Channel, Kept, KeptQuerySet
from projects.models.contributions import Contribution
from projects.models.participations import Participation
from projects.models.reach import MOST, Count, count
from projects.models.written import Written

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person

FIRST_DAY = date(1990, 1, 1)


def is_past(day: date) -> None:
    """What was passed on went out today or before, and not before anybody could have written it down."""
    if day > timezone.localdate():
        raise ValidationError(_("This day lies in the future. Enter it once it went out."), code="future")
    if day < FIRST_DAY:
        raise ValidationError(_("This day lies before 1990. Please check the date."), code="too_early")


class DisseminationQuerySet(KeptQuerySet["Dissemination"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Everybody sees public ones where the participation can be seen; both sides see all of theirs."""
        seen = Participation.objects.all().visible_to(user).filter(pk=OuterRef("participation"))
        return self.filter(self._shown_to(user), Exists(seen))

    def of(self, participations: Sequence[Participation | int], user: Person | AnonymousUser) -> Self:
        """Those of participations, or their keys, that the person can see, each with `is_shown`: whether she may read it.

        All of them are counted, so that a sum says the same to everybody.
        """
        shown = models.Case(models.When(self._shown_to(user), then=True), default=False)
        return self.filter(participation__in=participations).annotate(is_shown=shown)

    @staticmethod
    def _shown_to(user: Person | AnonymousUser) -> Q:
        shown = Q(is_public=True)
        if not user.is_authenticated:
            return shown
        return shown | Q(participation__in=Participation.objects.all().answerable_by(user))

    def recordable_by(self, user: Person | AnonymousUser) -> Self:
        """Both sides write down what was passed on, as they do for contributions."""
        return self.filter(participation__in=Participation.objects.all().answerable_by(user))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Both sides, as long as it is not part of a confirmed contribution."""
        return self.recordable_by(user).exclude(contribution__state__in=Contribution.LOCKED)

    def waiting(self) -> Self:
        """Part of no contribution yet."""
        return self.filter(contribution=None)

    def behind(self, contributions: Sequence[int] | models.QuerySet[Contribution]) -> Self:
        """What these contributions are made of, with all that a sum asks for. Given as rows, or by their keys."""
        read = ("audience", "channel", "channel_kind", "channel_name")
        return (
            self.filter(contribution__in=contributions)
            .select_related("participation", "contribution")
            .only(*read, "participation__actor", "contribution__delivered_quantity")
            .order_by()
        )

    def for_list(self) -> Self:
        return self.select_related("participation__project", "participation__actor", "contribution").fetch_mode(
            models.FETCH_PEERS
        )


class Dissemination(Kept, Written):
    """A channel of an actor carried something of a project: which, when, and how many people it reached then.

    Name and kind of the channel are copied, and so is its audience with the day on which it was counted: the entry keeps
    its truth when the channel is renamed, counted anew or deleted. How entries are counted stands in `projects.models.reach`.
    """

    PART_OF, NAMED_BY = "participation__project", "channel_name"
    STAYS = frozenset({"participation", "channel", "contribution"})
    is_shown = True  # see `of`

    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="disseminations", verbose_name=_("participation")
    )
    channel = models.ForeignKey(
        Channel,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="disseminations",
        verbose_name=_("channel of the profile"),
    )
    channel_kind = models.CharField(_("kind of channel"), max_length=20, choices=Channel.Kind)
    channel_name = models.CharField(_("name of the channel"), max_length=200)
    went_out_on = models.DateField(_("went out on"), validators=[is_past])
    what = models.CharField(_("what was passed on"), max_length=200, blank=True)
    audience = models.PositiveIntegerField(
        _("people reached"), null=True, blank=True, validators=[MaxValueValidator(MOST)]
    )
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    address = models.URLField(_("address of the proof"), max_length=500, blank=True)
    is_public = models.BooleanField(_("show on public pages"), default=True)
    contribution = models.ForeignKey(
        Contribution,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="disseminations",
        verbose_name=_("counted in the contribution"),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="recorded_disseminations",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)

    objects = DisseminationQuerySet.as_manager()

    class Meta:
        verbose_name = _("dissemination")
        verbose_name_plural = _("disseminations")
        ordering = ["-went_out_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel_name=""),
                name="dissemination_names_a_channel",
                violation_error_message=_("Say which channel carried it."),
            ),
            models.CheckConstraint(
                condition=Q(audience=None, measured_on=None) | Q(audience__isnull=False, measured_on__isnull=False),
                name="dissemination_audience_has_a_day",
                violation_error_message=_(
                    "How many people a channel reaches and the day of counting belong together: fill in both or none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(went_out_on__gte=FIRST_DAY),
                name="dissemination_since_1990",
                violation_error_message=_("This day lies before 1990. Please check the date."),
            ),
        ]

    def __str__(self) -> str:
        return self.channel_name

    def get_absolute_url(self) -> str:
        return f"{self.participation.project.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"verbreitung-{self.pk}"

    @property
    def kind_label(self) -> str:
        return str(Channel.Kind(self.channel_kind).label)

    @property
    def is_locked(self) -> bool:
        """What the other side has confirmed stays as it was seen."""
        return self.contribution is not None and self.contribution.is_locked


@dataclass(slots=True)
class Counted:
    """A contribution that was made of entries, and how they come to its quantity, as far as the reader may know them."""

    contribution: Contribution
    count: Count
    has_more: bool


@dataclass(slots=True)
class Waiting:
    """What one participation passed on and nobody has made a contribution of yet, for whoever may make one."""

    participation: Participation
    count: Count
    entries: list[Dissemination]


@dataclass(slots=True)
class Spread:
    """Who passed on what of a project: the entries that the reader may know, and how they are counted."""

    entries: list[Dissemination] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    # How many entries there are, where not all of them are shown.
    number: int = 0

    def cut(self, entries: Sequence[Dissemination]) -> None:
        """Only these entries, and what they are counted in; each count stays that of all of its entries."""
        self.number = len(self.entries) if len(entries) < len(self.entries) else 0
        self.entries = list(entries)
        named = {entry.contribution_id for entry in entries}
        self.counted = [one for one in self.counted if one.contribution.pk in named]

    @property
    def is_of_several(self) -> bool:
        return any(one.count.is_of_several for one in self.counted)


def spread_of(
    rows: Iterable[Dissemination], participations: Iterable[Participation], contributions: Iterable[Contribution]
) -> Spread:
    """From what is loaded already: `rows` come from `of`, and the contributions are those that the reader may know."""
    part_of = {one.pk: one for one in participations}
    known = {one.pk: one for one in contributions}
    behind: dict[int, list[Dissemination]] = {}
    open_to: dict[int, list[Dissemination]] = {}
    spread = Spread()
    for row in rows:
        row.participation = part_of[row.participation_id]
        if row.contribution_id is None:
            if row.participation.may_add:
                open_to.setdefault(row.participation_id, []).append(row)
        else:
            if row.contribution_id in known:
                row.contribution = known[row.contribution_id]
            behind.setdefault(row.contribution_id, []).append(row)
        if row.is_shown:
            spread.entries.append(row)
    for key, entries in behind.items():
        shown = [entry for entry in entries if entry.is_shown]
        if key in known and shown:
            spread.counted.append(Counted(known[key], count(shown), len(shown) < len(entries)))
    spread.waiting = [Waiting(part_of[key], count(entries), entries) for key, entries in open_to.items()]
    return spread
