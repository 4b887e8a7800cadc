"""How one side sees a partnership, by six questions. No mark and no sum: a reason to talk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Avg, Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.models.parties import PartnershipParty

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.neighbourhoods import Neighbourhood
    from partners.models.people import Person

LEAST, MOST = 1, 4
# Of fewer partnerships no average is shown: one could read from it who said what.
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Question:
    """One of the six, with words for each grade from 1 to 4, so that nobody reads a mark. About trust, or about value."""

    name: str
    group: Any
    label: Any
    question: Any
    grades: tuple[Any, Any, Any, Any]

    @property
    def choices(self) -> list[tuple[int, Any]]:
        return list(enumerate(self.grades, LEAST))


TRUST, VALUE = pgettext_lazy("in a partnership", "Trust"), pgettext_lazy("in a partnership", "Value")
QUESTIONS = (
    Question(
        "openness",
        TRUST,
        _("openness"),
        _("How openly do you talk with each other?"),
        (
            _("We keep much to ourselves"),
            _("We say what has to be said"),
            _("We talk openly about most things"),
            _("We also talk openly about what goes wrong"),
        ),
    ),
    Question(
        "reliability",
        TRUST,
        _("reliability"),
        _("Does what you agree on happen?"),
        (_("Rarely"), _("Sometimes, after asking"), _("Mostly"), _("Always, or we hear early that it will not")),
    ),
    Question(
        "shared_mission",
        TRUST,
        _("shared mission"),
        _("Do you want the same?"),
        (
            _("Each side wants something else"),
            _("In some points"),
            _("In most points"),
            _("We want the same and say so to others"),
        ),
    ),
    Question(
        "influence",
        VALUE,
        _("influence"),
        _("Do you have a say?"),
        (_("Others decide"), _("We are heard"), _("We decide some things together"), _("We decide together")),
    ),
    Question(
        "involvement",
        VALUE,
        _("involvement"),
        _("How much do you take part in what happens?"),
        (_("Hardly"), _("Now and then"), _("Regularly"), _("From the idea to the end")),
    ),
    Question(
        "resources",
        VALUE,
        _("resources"),
        _("Do you have from it what you would not have otherwise: rooms, people, contacts, money?"),
        (_("Hardly anything"), _("A little"), _("Quite something"), _("Much that we need")),
    ),
)
BY_NAME = {one.name: one for one in QUESTIONS}


def grade_field(name: str) -> models.PositiveSmallIntegerField[Any, Any]:
    return models.PositiveSmallIntegerField(BY_NAME[name].label, choices=BY_NAME[name].choices)


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of a review, in words."""

    question: Question
    grade: int

    @property
    def words(self) -> Any:
        return self.question.grades[self.grade - LEAST]


class PartnershipReviewQuerySet(models.QuerySet["PartnershipReview"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """The team of the side that wrote it and the organisers of the Quartier, never the other sides."""
        return self.filter(party__in=PartnershipParty.objects.editable_by(user).order_by())

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Whoever may write one for this side."""
        return self.filter(party__in=PartnershipParty.objects.reviewable_by(user).order_by())

    def current(self) -> Self:
        """Of each side the newest by its day, of two on one day the one entered last."""
        same = PartnershipReview.objects.filter(party=OuterRef("party")).order_by()
        newer = Q(reviewed_on__gt=OuterRef("reviewed_on"))
        newer |= Q(reviewed_on=OuterRef("reviewed_on"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(same.filter(newer)))


class PartnershipReview(models.Model):
    """How one side sees the partnership on one day. Internal to its team and the organisers.

    A new look back is a new row, so that a side sees how its own view changes.
    """

    party = models.ForeignKey(
        PartnershipParty, models.CASCADE, related_name="reviews", verbose_name=_("side of the partnership")
    )
    openness = grade_field("openness")
    reliability = grade_field("reliability")
    shared_mission = grade_field("shared_mission")
    influence = grade_field("influence")
    involvement = grade_field("involvement")
    resources = grade_field("resources")
    remark = models.TextField(_("remark"), blank=True, max_length=2000)
    reviewed_on = models.DateField(_("day of the look back"), default=timezone.localdate)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="partnership_reviews",
        verbose_name=_("written by"),
    )

    objects = PartnershipReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("look back on a partnership")
        verbose_name_plural = _("looks back on partnerships")
        ordering = ["-reviewed_on", "-pk"]
        indexes = [models.Index(fields=["party", "reviewed_on"], name="review_latest_of_party")]
        constraints = [
            models.CheckConstraint(
                condition=Q(*((f"{one.name}__range", (LEAST, MOST)) for one in QUESTIONS)),
                name="review_from_1_to_4",
                violation_error_message=_("Each answer goes from 1 to 4."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} ({self.reviewed_on:%Y-%m-%d})"

    def get_absolute_url(self) -> str:
        return f"{self.party.partnership.get_absolute_url()}#rueckblick-{self.party_id}"

    @property
    def answers(self) -> list[Answer]:
        return [Answer(one, getattr(self, one.name)) for one in QUESTIONS]


@dataclass(frozen=True, slots=True)
class Averages:
    """Of the newest looks back of all sides in a Quartier; None for each where too few partnerships have one."""

    partnerships: int
    sides: int
    means: dict[str, float]

    @property
    def are_enough(self) -> bool:
        return self.partnerships >= ENOUGH

    @property
    def lines(self) -> Iterator[tuple[Question, float]]:
        return ((one, self.means[one.name]) for one in QUESTIONS if self.are_enough)


def averages_in(neighbourhood: Neighbourhood) -> Averages:
    """One question to the database; nothing is averaged of fewer than three partnerships."""
    rows = PartnershipReview.objects.current().filter(party__partnership__neighbourhood=neighbourhood).order_by()
    found = rows.aggregate(
        partnership_count=Count("party__partnership", distinct=True),
        side_count=Count("party", distinct=True),
        **{one.name: Avg(one.name) for one in QUESTIONS},
    )
    partnerships, sides = found.pop("partnership_count"), found.pop("side_count")
    return Averages(partnerships, sides, found if partnerships >= ENOUGH else {})
