"""Which contributions somebody reads, writes, confirms or asks about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, Count, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from partners.models import Actor
from projects.models.asking import mailboxes
from projects.models.counting import TalliedQuerySet
from projects.models.participations import Participation
from projects.models.projects import Project
from projects.models.rows import all_like
from projects.models.sides import Side

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person
    from projects.models.contributions import Contribution


class ContributionState(models.TextChoices):
    PLANNED = "geplant", _("planned")
    PROMISED = "zugesagt", _("promised")
    DELIVERED = "erbracht", _("delivered")
    CONFIRMED = "bestaetigt", _("confirmed")
    WITHDRAWN = "zurueckgezogen", _("withdrawn")


# Nobody edits these any more; and what counts as actual.
LOCKED = (ContributionState.CONFIRMED, ContributionState.WITHDRAWN)
ACTUAL = (ContributionState.DELIVERED, ContributionState.CONFIRMED)


def shown_to(user: Person | AnonymousUser) -> Q:
    """What somebody may read of participations that she can see: of contributions, and of what they add up to."""
    if not user.is_authenticated:
        return _public()
    return _public() | Q(participation__in=Participation.objects.all().answerable_by(user))


def _public() -> Q:
    return Q(is_public=True) & ~Q(state=ContributionState.WITHDRAWN)


def shown_of(participations: Collection[int], answered: Collection[int]) -> Q:
    """The same for somebody of whom it is known for which of these participations she answers (`answerable_by`).

    The database works that out for all participations of the portal, so whoever asks about the same ones several times does
    it once.
    """
    there, hers = Q(participation__in=participations), set(answered).intersection(participations)
    if len(hers) == len(participations):
        return there
    return there & (_public() | Q(participation__in=hers)) if hers else there & _public()


class ContributionQuerySet(TalliedQuerySet["Contribution"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Everybody sees public ones that were not withdrawn, where the participation can be seen; both sides see all of theirs."""
        seen = Participation.objects.all().visible_to(user).filter(pk=OuterRef("participation"))
        return self.filter(shown_to(user), Exists(seen))

    def of(self, participations: Sequence[Participation | int], user: Person | AnonymousUser) -> Self:
        """The same for participations, or their keys, that are loaded already because the person can see them."""
        return self.filter(shown_to(user), participation__in=participations)

    def shown_to(self, user: Person | AnonymousUser) -> Self:
        """What this person may read of participations that she can see."""
        return self.filter(shown_to(user))

    def recordable_by(self, user: Person | AnonymousUser) -> Self:
        """Both sides write in the ledger: the contributing actor's team and the project's side."""
        return self.filter(participation__in=Participation.objects.all().answerable_by(user))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Both sides, until it is confirmed or withdrawn. Whoever writes last makes it her side's word."""
        return self.recordable_by(user).exclude(state__in=LOCKED)

    def answerable_by(self, user: Person | AnonymousUser) -> Self:
        """The side that did not record: the contributing actor for what the project noted, the project for what the actor wrote.

        Nobody answers her own entry, and an actor that leads the project does not answer for both sides.
        """
        if not user.is_authenticated:
            return self.none()
        staffed = Actor.objects.staffed_by(user)
        for_the_actor = Q(recorded_side=Side.PROJECT, participation__actor__in=staffed)
        for_the_project = Q(
            recorded_side=Side.ACTOR, participation__project__in=Project.objects.all().editable_by(user)
        ) & ~Q(participation__actor__in=staffed)
        return self.filter(for_the_actor | for_the_project).exclude(recorded_by=user)

    def confirmable_by(self, user: Person | AnonymousUser) -> Self:
        """Delivered, and waiting for this person's yes or no."""
        return self.answerable_by(user).filter(state=ContributionState.DELIVERED, objection="")

    def contestable_by(self, user: Person | AnonymousUser) -> Self:
        """Delivered or confirmed: the same side may object, with a reason, also later on."""
        return self.answerable_by(user).filter(
            state__in=[ContributionState.DELIVERED, ContributionState.CONFIRMED], objection=""
        )

    def contested(self) -> Self:
        return self.exclude(objection="")

    def to_mend_by(self, user: Person | AnonymousUser) -> Self:
        """Contested, and written by the person's own side: it waits there to be put right."""
        return self.contested().written_for(user)

    def written_for(self, user: Person | AnonymousUser) -> Self:
        """The word of the person's own side."""
        if not user.is_authenticated:
            return self.none()
        staffed = Actor.objects.staffed_by(user)
        of_the_actor = Q(recorded_side=Side.ACTOR, participation__actor__in=staffed)
        of_the_project = Q(
            recorded_side=Side.PROJECT, participation__project__in=Project.objects.all().editable_by(user)
        ) & ~Q(participation__actor__in=staffed)
        return self.filter(of_the_actor | of_the_project)

    def askable(self) -> Self:
        """Delivered, and the yes is missing of an actor for whom nobody can sign in, but which has a mailbox: `mailbox`.

        Not the mailbox of whoever wrote it: nobody answers her own entry.
        """
        other = Case(
            When(recorded_side=Side.PROJECT, then=F("participation__actor")),
            # Who leads the project does not answer for both sides.
            When(
                ~Q(participation__actor=F("participation__project__lead_actor")),
                then="participation__project__lead_actor",
            ),
        )
        rows = self.filter(state=ContributionState.DELIVERED, objection="").annotate(other_side=other)
        found = rows.annotate(mailbox=Subquery(mailboxes().filter(pk=OuterRef("other_side")).values("mailbox")))
        return found.exclude(mailbox=None).exclude(mailbox=Coalesce(Lower("recorded_by__email"), Value("")))

    def askable_by(self, user: Person | AnonymousUser) -> Self:
        """The side that wrote it asks the other one by mail."""
        return self.askable().written_for(user)

    def asked_or_askable_by(self, user: Person | AnonymousUser) -> Self:
        """Also what was asked already, for a page that was opened before the answer came."""
        askable = all_like(self).askable_by(user).values("pk")
        return self.written_for(user).filter(Q(asked_at__isnull=False) | Q(pk__in=askable))

    def with_rights_of(self, user: Person | AnonymousUser, **among: Any) -> Self:
        """Adds what this person may do: `may_record`, `may_edit`, `may_answer`, `may_confirm`, `may_contest`; and whom to ask.

        `among` says once more which rows these are: else the database may work out the rights to all that there are.
        """
        if not user.is_authenticated:
            return self
        rows = all_like(self).filter(**among)
        allowed = {
            "may_record": rows.recordable_by(user),
            "may_edit": rows.editable_by(user),
            "may_answer": rows.answerable_by(user),
            "may_confirm": rows.confirmable_by(user),
            "may_contest": rows.contestable_by(user),
        }
        asked: Any = rows.askable_by(user).filter(pk=OuterRef("pk"))
        return self.annotate(
            **{name: Exists(rows.filter(pk=OuterRef("pk"))) for name, rows in allowed.items()},
            ask_at=Subquery(asked.values("mailbox")),
        )

    def sums(self) -> models.QuerySet[Contribution, Any]:
        """One row for each category and state, contested or not: how many, how many name a quantity, what it adds up to.

        `ContributionTally` has the same without reading each row; this is for what its lines do not tell apart.
        """
        return (
            self.order_by()
            .values("category", "state")
            .annotate(
                contested=ExpressionWrapper(~Q(objection=""), output_field=models.BooleanField()),
                number=Count("pk"),
                planned_number=Count("planned_quantity"),
                planned_sum=Sum("planned_quantity"),
                delivered_number=Count("delivered_quantity"),
                delivered_sum=Sum("delivered_quantity"),
            )
        )

    def for_list(self) -> Self:
        return self.select_related("participation__project", "participation__actor__kind").fetch_mode(
            models.FETCH_PEERS
        )
