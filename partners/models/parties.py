from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models, router, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.models.actors import Actor
from partners.models.capacity import FAR, Month, PromisesHours, PromisingQuerySet
from partners.models.keeping import Kept
from partners.models.parties_key import write_keys
from partners.models.partnerships import Partnership
from partners.models.stage_changes import StageChange, rests_of
from partners.seen import print_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person

# Who the parties are; whatever touches one of these columns changes the key of the partnership.
WHO = frozenset({"actor", "actor_id", "partnership", "partnership_id"})
WORDS = ("brings", "expected_benefit")
# All that a side says of itself. Beside each stands whether it was only noted for it, see `PartnershipParty.notes`.
SAID = (*WORDS, "actual_benefit")
KEEPS_WORDS = "party_keeps_what_was_agreed"
NOTED = (
    (Q(brings_is_note=True) & ~Q(brings=""))
    | (Q(expected_benefit_is_note=True) & ~Q(expected_benefit=""))
    | (Q(actual_benefit_is_note=True) & ~Q(actual_benefit=""))
)


class PartyQuerySet(PromisingQuerySet["PartnershipParty"]):
    """Whichever way parties are written, the key of their partnership follows, in the same transaction."""

    def promised(self) -> Self:
        """Of what is agreed, runs, rests or ran once. What is only agreed counts from its planned day, not from a past one."""
        stage, today = Partnership.Stage, Value(timezone.localdate())
        ahead = When(partnership__state=stage.AGREED, then=Greatest("partnership__start_on", today))
        day = models.DateField()
        return self.filter(partnership__start_on__isnull=False, partnership__state__in=Partnership.PUBLIC).annotate(
            promised_from=Case(ahead, default=F("partnership__start_on"), output_field=day),
            promised_until=Coalesce("partnership__end_on", Value(FAR), output_field=day),
        )

    def promised_in(self, month: Month) -> Self:
        """Without those that rest all the month, as far as they rest today."""
        fell_asleep = StageChange.objects.into_rest().filter(partnership=OuterRef("partnership")).order_by("-at", "-pk")
        day = TruncDate(Subquery(fell_asleep.values("at")[:1]))
        began = Coalesce(day, "partnership__start_on", output_field=models.DateField())
        long = Q(partnership__resting_until__gte=month.last)
        if month <= Month.present():
            long |= Q(partnership__resting_until__lt=timezone.localdate())
        rows = super().promised_in(month).annotate(rests_from=began)
        return rows.exclude(long, partnership__state=Partnership.Stage.RESTING, rests_from__lte=month.first)

    def for_promises(self) -> Self:
        return self.select_related("partnership").prefetch_related("partnership__steps")

    def update(self, **values: Any) -> int:
        if not WHO & set(values):
            return super().update(**values)
        with transaction.atomic(using=self.db, savepoint=False):
            keys = list(self.order_by().values_list("pk", flat=True))
            partnerships = self._partnerships(keys)
            count = super().update(**values)
            write_keys(partnerships | self._partnerships(keys))
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[PartnershipParty], *args: Any, **options: Any) -> list[PartnershipParty]:
        with transaction.atomic(using=self.db, savepoint=False):
            rows = super().bulk_create(objs, *args, **options)
            write_keys({row.partnership_id for row in rows})
        return rows

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db, savepoint=False):
            partnerships = set(self.order_by().values_list("partnership", flat=True))
            count = super().delete()
            write_keys(partnerships)
        return count

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _partnerships(self, keys: list[int]) -> set[int]:
        rows = self.model._base_manager.using(self.db).filter(pk__in=keys)
        return set(rows.values_list("partnership", flat=True))

    def of_main_partners(self) -> Self:
        """The sides that make their actors Quartierspartner*innen today: local sides of running main partnerships.

        Only of partnerships that everybody may see: the mark is the same for every reader, so it must not tell of a
        partnership that a draft still holds back. Who is archived is no bridge any more, even while the partnership
        still runs on paper.
        """
        unseen = PartnershipParty.objects.filter(partnership=OuterRef("partnership"))
        not_over = Q(partnership__end_on=None) | Q(partnership__end_on__gte=timezone.localdate())
        return self.filter(
            not_over,
            ~Exists(unseen.exclude(actor__state__in=Actor.PUBLIC_STATES)),
            side=PartnershipParty.Side.QUARTIER,
            partnership__kind=Partnership.Kind.MAIN,
            partnership__state=Partnership.Stage.RUNNING,
            partnership__start_on__lte=timezone.localdate(),
        ).exclude(actor__state__in=Actor.OVER)

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """An actor writes its own side as soon as it knows of the partnership; organisers may note it for them."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        return self.filter(
            Q(pk__in=self.model.objects.spoken_for_by(user).values("pk"))
            | Q(partnership__in=Partnership.objects.editable_by(user))
        )

    def spoken_for_by(self, user: Person | AnonymousUser) -> Self:
        """Sides whose own team the person belongs to, once it knows of the partnership: what she writes is their word."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(actor__in=Actor.objects.staffed_by(user), partnership__in=Partnership.objects.told_to(user))

    def reviewable_by(self, user: Person | AnonymousUser) -> Self:
        """For which the person may say how the partnership goes: its own team; for the companion organisers too."""
        if not user.is_authenticated:
            return self.none()
        own = Q(pk__in=self.model.objects.spoken_for_by(user).values("pk"))
        companion = Q(
            side=PartnershipParty.Side.ACCOMPANYING, partnership__in=Partnership.objects.editable_by(user).order_by()
        )
        ran = Q(partnership__state__in=Partnership.RAN, partnership__start_on__isnull=False)
        return self.filter(own | companion, ran)

    def for_list(self) -> Self:
        """A line with who the sides are, in a constant number of queries."""
        rows = self.select_related("actor", "partnership").prefetch_related("partnership__parties__actor")
        return rows.fetch_mode(models.FETCH_PEERS)

    def with_notes(self) -> Self:
        """Where something was noted for a side that has not made it its own yet."""
        return self.filter(pk__in=self.model.objects.filter(NOTED).values("pk"))


class PartnershipParty(Kept, PromisesHours):
    """One side of a partnership: what it brings, what it expects to gain and what it has gained, in its own words.

    What somebody else wrote for it is a note until its own team makes it its own or writes it anew.
    """

    class Side(models.TextChoices):
        QUARTIER = "quartier", pgettext_lazy("side of a partnership", "local partner")
        ACCOMPANYING = "begleitung", _("companion")

    PART_OF, NAMED_BY = "partnership", "actor"
    STAYS = frozenset({"partnership", "actor"})
    UNTOLD = frozenset({"is_agreed", *(f"{name}_is_note" for name in SAID)})
    BECOMES_ONE = True
    COMES_WITHOUT = _(
        "A quotation and looks back that went with this side are deleted for good. They do not come back with it."
    )

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="parties", verbose_name=_("partnership"))
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="parties", verbose_name=_("actor"))
    side = models.CharField(
        _("side"),
        max_length=20,
        choices=Side,
        default=Side.QUARTIER,
        help_text=_("The local partner, or the companion that carries the work from outside."),
    )
    brings = models.TextField(
        _("brings"), blank=True, help_text=_("What this side brings into the partnership, in its own words.")
    )
    expected_benefit = models.TextField(
        _("expects to gain"), blank=True, help_text=_("What this side hopes to gain, in its own words.")
    )
    actual_benefit = models.TextField(
        _("has gained"), blank=True, help_text=_("What this side really has from it by now, in its own words.")
    )
    brings_is_note = models.BooleanField(_("what it brings was noted for it"), default=False, editable=False)
    expected_benefit_is_note = models.BooleanField(_("what it expects was noted for it"), default=False, editable=False)
    actual_benefit_is_note = models.BooleanField(
        _("what it has gained was noted for it"), default=False, editable=False
    )
    is_agreed = models.BooleanField(_("agreed"), default=False, editable=False)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["-side", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "actor"],
                name="party_once",
                violation_error_message=_("This actor is already a party of the partnership."),
            ),
            models.CheckConstraint(
                condition=Q(is_agreed=False) | (~Q(brings="") & ~Q(expected_benefit="")),
                name=KEEPS_WORDS,
                violation_error_message=_(
                    "What a side brings and expects to gain was agreed. It can be rewritten, but not emptied."
                ),
            ),
            models.CheckConstraint(
                condition=Q(hours_per_month=None) | Q(hours_per_month__gte=0),
                name="party_hours_not_negative",
                violation_error_message=_("Hours cannot be less than 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.actor.name

    @property
    def rests(self) -> tuple[tuple[date, date], ...]:
        """Those of the partnership, whose steps are loaded."""
        return tuple(rests_of(self.partnership))

    @property
    def is_local(self) -> bool:
        return self.side == self.Side.QUARTIER

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the two it has not said yet."""
        return tuple(name for name in WORDS if not getattr(self, name).strip())

    @property
    def notes(self) -> tuple[str, ...]:
        """Which of its texts somebody else noted for it."""
        return tuple(name for name in SAID if getattr(self, f"{name}_is_note") and getattr(self, name).strip())

    def flags_of_joined(self, other: PartnershipParty, texts: Iterable[str]) -> dict[str, bool]:
        """When two sides become one: a text that both had together is a note as long as a part of it is one."""
        joined = set(texts) & set(SAID)
        return {f"{name}_is_note": name in self.notes or name in other.notes for name in sorted(joined)}

    @property
    def words_seen(self) -> str:
        """What it says now, in short: whoever makes it her own has read this and nothing else."""
        said = [[name, getattr(self, name), name in self.notes] for name in SAID]
        return print_of(said)

    def save_base(
        self,
        raw: bool = False,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        named = None if update_fields is None else frozenset(update_fields)
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using, savepoint=False):
            before = set() if self._state.adding else self._stored_in(using)
            super().save_base(raw, force_insert, force_update, using, named)
            if not raw and (named is None or WHO & named):
                write_keys(before | {self.partnership_id})

    save_base.alters_data = True  # type: ignore[attr-defined]

    def delete(self, using: Any = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        using = using or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using, savepoint=False):
            before = self._stored_in(using)
            count = super().delete(using, keep_parents)
            write_keys(before)
        return count

    delete.alters_data = True  # type: ignore[attr-defined]

    def _stored_in(self, using: str) -> set[int]:
        rows = type(self)._base_manager.using(using).filter(pk=self.pk)
        return set(rows.values_list("partnership", flat=True))
