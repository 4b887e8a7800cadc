from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import UNIT_OF, ResourceCategory, Staged, StageError, StepRecord, Unit
from partners.models.resources import unit_fits_category
from projects.models.contribution_rows import ACTUAL, LOCKED, ContributionQuerySet, ContributionState
from projects.models.counting import Tallied
from projects.models.participations import Participation
from projects.models.reach import count, refuse_more
from projects.models.sides import Side
from projects.models.written import Written

if TYPE_CHECKING:
    from partners.models import Person


class Contribution(Tallied, Written, Staged):
    """What an actor brings into a project. Planned and delivered stand apart; only what was delivered counts as actual.

    Quantities are decimals with two places in the unit of the category. The stages are those of DOMAIN.md.
    """

    State = ContributionState

    STEPS = {
        State.PLANNED: (State.PROMISED, State.WITHDRAWN),
        State.PROMISED: (State.DELIVERED, State.WITHDRAWN),
        State.DELIVERED: (State.CONFIRMED, State.WITHDRAWN),
        State.CONFIRMED: (State.DELIVERED,),
    }
    PART_OF, NAMED_BY = "participation__project", "title"
    STAYS = frozenset({"participation", "objection"})
    # The unit follows from the category; whose word it is, from who wrote it.
    UNTOLD = frozenset({"unit", "recorded_side"})
    # What somebody may do with it, see `with_rights_of`; nothing, until it is asked.
    may_record = may_edit = may_answer = may_confirm = may_contest = False
    # Where the yes that is missing is asked for by mail, see `askable`; and the same for who may ask.
    mailbox = ""
    ask_at: str | None = None
    # For which request of its project it was given, see `projects.views.ledger`.
    chain_pk: int | None = None
    # The same words are asked about again after these days at the earliest.
    ASKED_AGAIN_AFTER = timedelta(days=3)
    # Not edited any more; an objection opens a confirmed one again.
    LOCKED, ACTUAL = LOCKED, ACTUAL
    # In which stages a contribution can be written down for the first time.
    FIRST_STATES = (State.PLANNED, State.PROMISED, State.DELIVERED)

    participation = models.ForeignKey(
        Participation, models.PROTECT, related_name="contributions", verbose_name=_("participation")
    )
    category = models.CharField(_("category"), max_length=20, choices=ResourceCategory)
    title = models.CharField(_("what"), max_length=200, help_text=_("For example: reading room for three evenings."))
    planned_quantity = models.DecimalField(
        _("planned"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    delivered_quantity = models.DecimalField(
        _("delivered"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    unit = models.CharField(_("unit"), max_length=20, choices=Unit, default=Unit.NONE, blank=True, editable=False)
    start_on = models.DateField(_("from"), null=True, blank=True)
    end_on = models.DateField(_("until"), null=True, blank=True)
    is_public = models.BooleanField(_("show on public pages"), default=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="recorded_contributions",
        verbose_name=_("recorded by"),
    )
    recorded_side = models.CharField(_("whose word"), max_length=10, choices=Side, default=Side.PROJECT, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="confirmed_contributions",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked by mail"), null=True, blank=True, editable=False)
    objection = models.TextField(_("objection"), blank=True, help_text=_("What is not right, in a sentence or two."))

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["state", "recorded_side"], name="contribution_waiting"),
            # The first of a partner are found without reading the thousands that it may have.
            models.Index(fields=["participation", "id"], name="contribution_of_partner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=unit_fits_category(),
                name="contribution_unit_of_category",
                violation_error_message=_("This category is counted in another unit."),
            ),
            models.CheckConstraint(
                condition=(Q(planned_quantity=None) | Q(planned_quantity__gte=0))
                & (Q(delivered_quantity=None) | Q(delivered_quantity__gte=0)),
                name="contribution_not_negative",
                violation_error_message=_("A quantity cannot be less than 0."),
            ),
            models.CheckConstraint(
                condition=Q(delivered_quantity=None) | Q(state__in=["erbracht", "bestaetigt"]),
                name="contribution_delivers_once_delivered",
                violation_error_message=_("A delivered quantity needs a contribution that was delivered."),
            ),
            models.CheckConstraint(
                condition=Q(unit__gt="") | Q(planned_quantity=None, delivered_quantity=None),
                name="contribution_counts_in_a_unit",
                violation_error_message=_("This category has no quantity. Say it in words."),
            ),
            models.CheckConstraint(
                condition=Q(state="bestaetigt", confirmed_at__isnull=False)
                | (~Q(state="bestaetigt") & Q(confirmed_at=None)),
                name="contribution_confirmed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(objection="") | Q(state="erbracht"), name="contribution_objection_while_delivered"
            ),
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="contribution_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Of very many the page of the project shows some, and the one that is asked for."""
        return f"{self.participation.project.get_absolute_url()}?beitrag={self.pk}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return f"beitrag-{self.pk}"

    @property
    def category_label(self) -> str:
        return str(ResourceCategory(self.category).label)

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)

    def set_category(self, category: str) -> None:
        """Chooses the category and with it the unit."""
        self.category = category
        self.unit = UNIT_OF[category]

    @property
    def is_contested(self) -> bool:
        return bool(self.objection)

    @property
    def was_just_asked(self) -> bool:
        return self.asked_at is not None and self.asked_at > timezone.now() - self.ASKED_AGAIN_AFTER

    @property
    def is_actual(self) -> bool:
        return self.state in self.ACTUAL

    @property
    def is_locked(self) -> bool:
        """Confirmed and withdrawn entries are not edited any more; an objection opens a confirmed one again."""
        return self.state in self.LOCKED

    @property
    def is_without_number(self) -> bool:
        """Reach that says of nobody how many: its channels do not tell, or all of its entries were deleted."""
        is_reach = self.category == ResourceCategory.REACH and self.state == self.State.DELIVERED
        return is_reach and self.delivered_quantity is None

    @transaction.atomic
    def move(self, target: str, *, by: Person | None, note: str = "", link_of: str = "", **values: Any) -> None:
        """One step along the machine, with a line in the history; raises `StageError`."""
        before = self.state
        self.take_step(target, **values)
        self.remember(before, by=by, note=note, link_of=link_of)

    @property
    def quantity(self) -> Decimal | None:
        """What counts at this stage: delivered once it was delivered, planned before."""
        return self.delivered_quantity if self.is_actual else self.planned_quantity

    def remember(self, before: str, *, by: Person | None, note: str = "", link_of: str = "") -> None:
        """Adds a line to the history, with the quantity as it stands now."""
        ContributionStep.objects.create(
            contribution=self,
            from_state=before,
            to_state=self.state,
            by=by,
            note=note,
            link_of=link_of,
            quantity=self.quantity,
        )

    def write_if_still(self, state: str, /, **values: Any) -> None:
        """Also refuses (`OutdatedError`) when the entry was rewritten since it was read: a yes is a yes to what was seen."""
        self.claim()
        super().write_if_still(state, **values)

    def promise(self, *, by: Person | None) -> None:
        self.move(self.State.PROMISED, by=by)

    def deliver(self, *, by: Person | None, side: str, quantity: Decimal | None = None) -> None:
        """Says what was really brought, in the unit of the category; the other side is then asked to confirm."""
        if self.state == self.State.CONFIRMED:
            raise StageError(_("This is confirmed already. Only an objection opens it again."), code="closed")
        if quantity is not None and not self.unit:
            raise ValidationError(_("This category has no quantity. Say it in words."), code="unit")
        self.move(
            self.State.DELIVERED,
            by=by,
            delivered_quantity=quantity,
            recorded_by=by,
            recorded_side=side,
            recorded_at=timezone.now(),
        )

    def confirm(self, *, by: Person | None, link_of: str = "") -> None:
        """The other side says yes, in person or by its link. What was contested has to be put right first."""
        if self.is_contested:
            raise StageError(
                _("There is an objection. It has to be answered before this can be confirmed."), code="contested"
            )
        self.move(self.State.CONFIRMED, by=by, link_of=link_of, confirmed_by=by, confirmed_at=timezone.now())

    @transaction.atomic
    def object_to(self, *, by: Person | None, reason: str, link_of: str = "") -> None:
        """The other side says no and why. A confirmed entry goes back to delivered; a delivered one stays there, contested."""
        if not reason.strip():
            raise ValidationError(_("Please say what is not right, so that the other side can mend it."), code="reason")
        if self.is_contested:
            raise StageError(_("There is an objection already. The other side answers it first."), code="contested")
        before = self.state
        if before == self.State.CONFIRMED:
            self.take_step(self.State.DELIVERED, objection=reason, confirmed_by=None, confirmed_at=None)
        elif before == self.State.DELIVERED:
            self.write_if_still(before, objection=reason)
        else:
            raise StageError(_("One can only object to what is said to be delivered."), code="closed")
        self.remember(before, by=by, note=reason, link_of=link_of)

    def reopen(self, *, by: Person | None) -> None:
        """What was confirmed is not what stands behind it any more."""
        self.move(self.State.DELIVERED, by=by, confirmed_by=None, confirmed_at=None)

    def withdraw(self, *, by: Person | None, note: str = "") -> None:
        """What was only planned or promised, and reach that nothing stands for any more. Raises `StageError`."""
        if self.state == self.State.DELIVERED and (not self.is_without_number or self.disseminations.exists()):
            raise StageError(
                _("This is said to be delivered, so it is not withdrawn. If it is not right, edit it or object to it."),
                code="closed",
            )
        self.move(self.State.WITHDRAWN, by=by, note=note, objection="")

    def refuse_against_entries(self, values: Mapping[str, Any]) -> None:
        """What is made of entries of channels stays reach, and says no more than they reach: else nobody could follow it."""
        category = values.get("category", self.category)
        if category == self.category and ("delivered_quantity" not in values or category != ResourceCategory.REACH):
            return
        entries = list(self.disseminations.select_related("participation"))
        if entries and category != ResourceCategory.REACH:
            raise ValidationError(
                _("This is counted from channels that carried the project, so it stays a contribution of reach."),
                code="counted",
            )
        if entries:
            refuse_more(values.get("delivered_quantity"), count(entries).total)

    @transaction.atomic
    def revise(self, *, by: Person | None, side: str, **values: Any) -> None:
        """Writes the entry anew: it becomes this side's word, an objection counts as answered, and the other side is asked again."""
        if self.is_locked:
            raise StageError(
                _("A confirmed or withdrawn contribution cannot be changed. An objection opens a confirmed one again."),
                code="locked",
            )
        self.refuse_against_entries(values)
        if "category" in values:
            values["unit"] = UNIT_OF[values["category"]]
        self.write_if_still(
            self.state,
            **values,
            objection="",
            asked_at=None,
            recorded_by=by,
            recorded_side=side,
            recorded_at=timezone.now(),
        )
        self.remember(self.state, by=by)


class ContributionStep(StepRecord):
    """One line of the history: a step, an objection (same or earlier stage, with its reason) or a new wording (same stage).

    Who answered by the link in a mail is not known by name: then `link_of` says to which side the mail went.
    """

    class Link(models.TextChoices):
        ACTOR = Side.ACTOR.value, _("the contributing actor")
        PROJECT = Side.PROJECT.value, _("the lead of the project")

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="steps", verbose_name=_("contribution"))
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, null=True, blank=True)
    link_of = models.CharField(_("by the link in a mail to"), max_length=10, choices=Link, blank=True)

    class Meta(StepRecord.Meta):
        verbose_name = _("step of a contribution")
        verbose_name_plural = _("steps of contributions")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

    @property
    def label(self) -> str:
        """What happened, in a word or two."""
        states = Contribution.state_labels()
        if not self.from_state:
            return gettext("noted as “%(state)s”") % {"state": states[self.to_state]}
        if (
            self.to_state == Contribution.State.DELIVERED
            and self.note
            and self.from_state != Contribution.State.PROMISED
        ):
            return gettext("objection")
        if self.from_state == self.to_state:
            return gettext("written anew")
        return str(states[self.to_state])
