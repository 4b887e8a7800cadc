from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Case, F, Prefetch, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from partners.days import spoken
from partners.models.actors import Actor
from partners.models.keeping import Kept, KeptQuerySet
from partners.models.neighbourhoods import Neighbourhood
from partners.models.parties_key import RUNS_ONCE, TWICE, PartiesKeyField
from partners.models.partnership_gaps import Gap
from partners.models.partnership_steps import PartnershipSteps
from partners.reversing import address

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person

# So long before the day on which the sides look back together they are reminded of it.
BEFORE_A_REVIEW = timedelta(days=14)


class PartnershipQuerySet(KeptQuerySet["Partnership"]):
    def running(self, on: date | None = None) -> Self:
        """At the stage “running”, begun and not over on that day (today if none is given)."""
        day = on or timezone.localdate()
        return self.filter(Q(end_on=None) | Q(end_on__gte=day), state=Partnership.Stage.RUNNING, start_on__lte=day)

    def visible_to(self, user: Person | AnonymousUser, *, among: Any = None) -> Self:
        """Everybody sees a partnership once it is agreed, if all its parties can be seen: a draft or hidden one keeps it back.

        The parties see theirs as soon as somebody talks with them; whom the organisers only think of is not told to
        anybody else. `among` leaves only those of these keys; of a few the hidden sides are found without asking for all.
        """
        rows = self if among is None else self.filter(pk__in=among)
        if user.is_authenticated and user.is_staff:
            return rows
        hidden = Partnership.sides().filter(actor__in=Actor.objects.hidden_from(user).order_by())
        if among is not None:
            hidden = hidden.filter(partnership__in=among)
        open_to_all = Q(state__in=Partnership.PUBLIC) & ~Q(pk__in=hidden.values("partnership"))
        if not user.is_authenticated:
            return rows.filter(open_to_all)
        return rows.filter(
            open_to_all
            | Q(pk__in=Partnership.objects.told_to(user).values("pk"))
            | Q(pk__in=Partnership.objects.editable_by(user).values("pk"))
        )

    def told_to(self, user: Person | AnonymousUser) -> Self:
        """In which the person stands for a party that knows of it: from the first talks on, also when nothing came of them."""
        if not user.is_authenticated:
            return self.none()
        own = Partnership.sides().filter(actor__in=Actor.objects.staffed_by(user))
        talked = Partnership.objects.filter(steps__to_state=Partnership.Stage.TALKS).order_by()
        known = Q(state__in=Partnership.TOLD) | Q(state=Partnership.Stage.FAILED, pk__in=talked.values("pk"))
        return self.filter(known, pk__in=own.values("partnership"))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Organisers of its neighbourhood, and admins. A partner writes its own side, see `PartnershipParty`."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(neighbourhood__in=Neighbourhood.objects.editable_by(user))

    def internal_to(self, user: Person | AnonymousUser) -> Self:
        """Where the person reads what is not for everybody, such as the notes of the steps: organisers and the parties."""
        if user.is_authenticated and user.is_staff:
            return self
        return self.filter(
            Q(pk__in=Partnership.objects.told_to(user).values("pk"))
            | Q(pk__in=Partnership.objects.editable_by(user).values("pk"))
        )

    def looking_back_soon(self, on: date | None = None) -> Self:
        """Live ones whose next look back lies within the coming two weeks."""
        day = on or timezone.localdate()
        return self.filter(
            state__in=Partnership.LIVE, next_review_on__gt=day, next_review_on__lte=day + BEFORE_A_REVIEW
        )

    def due(self) -> Self:
        """Where something was to happen by today: see `Partnership.due`."""
        today, stages = timezone.localdate(), Partnership.Stage
        return self.filter(
            Q(state=stages.RESTING, resting_until__lte=today)
            | Q(state__in=Partnership.BINDING, end_on__lt=today)
            | Q(state=stages.AGREED, start_on__lte=today)
            | Q(state__in=Partnership.LIVE, next_review_on__lte=today)
        )

    def in_order(self) -> Self:
        """What is being prepared first, then what runs, what rests, and what is over; inside that the latest first."""
        stages = Partnership.Stage
        ranks = {stages.RUNNING: 1, stages.RESTING: 2, stages.ENDED: 3, stages.FAILED: 4}
        whens = [When(state=stage, then=Value(rank)) for stage, rank in ranks.items()]
        rank = Case(*whens, default=Value(0), output_field=models.SmallIntegerField())
        return self.order_by(rank, F("start_on").desc(nulls_first=True), "-pk")

    def for_list(self) -> Self:
        """A line that names the sides. Of them and of their actors only that is loaded: most of a list is their columns."""
        sides = Partnership.parties.rel.related_model.objects.only("partnership_id", "actor_id", "side")  # type: ignore[attr-defined]
        named = Actor.objects.only("name", "slug", "state").order_by()
        return (
            self._with_place()
            .prefetch_related(Prefetch("parties", sides), Prefetch("parties__actor", named))
            .fetch_mode(models.FETCH_PEERS)
        )

    def for_detail(self) -> Self:
        return self._with_place().prefetch_related("parties__actor__kind").fetch_mode(models.FETCH_PEERS)

    def _with_place(self) -> Self:
        """With its Quartier, without the outline: that has thousands of points."""
        return self.select_related("neighbourhood").defer("neighbourhood__boundary")


class Partnership(Kept, PartnershipSteps):
    """Two or more actors who work together, from the first contact to the end. Stages after DOMAIN.md.

    On the quartier side of a running main partnership stand the Quartierspartner*innen. Stage, intensity and form say three
    different things: how far it is, how closely one works together, and how one has agreed on it.
    """

    class Kind(models.TextChoices):
        MAIN = "haupt", _("main partnership")
        PROJECT = "projekt", _("project partnership")
        FUNDING = "foerder", _("funding partnership")
        NETWORK = "netzwerk", _("network partnership")

    class Stage(models.TextChoices):
        CONTACT = "anbahnung", pgettext_lazy("stage of a partnership", "first contact")
        TALKS = "abstimmung", pgettext_lazy("stage of a partnership", "in talks")
        AGREED = "vereinbart", pgettext_lazy("stage of a partnership", "agreed")
        RUNNING = "laufend", pgettext_lazy("stage of a partnership", "running")
        RESTING = "ruhend", pgettext_lazy("stage of a partnership", "resting")
        ENDED = "beendet", pgettext_lazy("stage of a partnership", "ended")
        FAILED = "nicht_zustande", pgettext_lazy("stage of a partnership", "came to nothing")

    class Intensity(models.TextChoices):
        """How closely one works together, after Himmelman."""

        NETWORKING = "vernetzen", pgettext_lazy("intensity of a partnership", "networking")
        COORDINATING = "abstimmen", pgettext_lazy("intensity of a partnership", "coordinating")
        COOPERATING = "kooperieren", pgettext_lazy("intensity of a partnership", "cooperating")
        COLLABORATING = "gestalten", pgettext_lazy("intensity of a partnership", "collaborating")

    class Form(models.TextChoices):
        INFORMAL = "informell", _("informal")
        ORAL = "muendliche_zusage", _("oral promise")
        INTENT = "absichtserklaerung", _("letter of intent")
        AGREEMENT = "kooperationsvereinbarung", _("cooperation agreement")
        CONTRACT = "vertrag", _("contract")

    class EndReason(models.TextChoices):
        GOAL = "ziel_erreicht", _("goal reached")
        TERM = "laufzeit", _("the agreed time is over")
        CAPACITY = "kapazitaet", _("no capacity any more")
        FUNDING = "foerderende", _("funding ended")
        CONFLICT = "konflikt", _("conflict")
        OTHER = "sonstiges", _("something else")

    STEPS = {
        Stage.CONTACT: (Stage.TALKS, Stage.FAILED),
        Stage.TALKS: (Stage.AGREED, Stage.FAILED),
        Stage.AGREED: (Stage.RUNNING, Stage.ENDED),
        Stage.RUNNING: (Stage.RESTING, Stage.ENDED),
        Stage.RESTING: (Stage.RUNNING, Stage.ENDED),
    }
    # How a partnership can be written down for the first time: as a new contact, or as one that runs already.
    FIRST = (Stage.CONTACT, Stage.RUNNING)
    LIVE = (Stage.RUNNING, Stage.RESTING)
    # As long as it is agreed, no side is without words.
    BINDING = (Stage.AGREED, *LIVE)
    PUBLIC = (*BINDING, Stage.ENDED)
    TOLD = (Stage.TALKS, *PUBLIC)
    OVER = (Stage.ENDED, Stage.FAILED)
    RAN = (*LIVE, Stage.ENDED)
    # What the history loads to name a partnership by those who stand in it.
    LABELLED_BY = ("parties__actor",)

    # What follows from its stage does not come back with an earlier version.
    STAYS = frozenset({"neighbourhood", "resting_until", "end_reason", "reopens"})
    UNTOLD = frozenset({"parties_key"})

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.MAIN)
    state = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.CONTACT, editable=False)
    intensity = models.CharField(_("intensity"), max_length=20, choices=Intensity, blank=True)
    form = models.CharField(_("form of the agreement"), max_length=30, choices=Form, blank=True)
    neighbourhood = models.ForeignKey(
        Neighbourhood, models.PROTECT, related_name="partnerships", verbose_name=_("neighbourhood")
    )
    start_on = models.DateField(_("begins on"), null=True, blank=True)
    end_on = models.DateField(_("ends on"), null=True, blank=True)
    resting_until = models.DateField(_("rests until"), null=True, blank=True, editable=False)
    end_reason = models.CharField(_("why it ended"), max_length=20, choices=EndReason, blank=True, editable=False)
    next_review_on = models.DateField(
        _("next look back on"), null=True, blank=True, help_text=_("When you look together at how it goes.")
    )
    reopens = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="reopened_as",
        verbose_name=_("takes up again"),
    )
    parties_key = PartiesKeyField(verbose_name=_("key of its parties"))
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        # What has not begun yet comes first, the same on every database.
        ordering = [F("start_on").desc(nulls_first=True), "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="partnership_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(start_on__isnull=False) | ~Q(state__in=["laufend", "ruhend"]),
                name="partnership_runs_since_a_day",
                violation_error_message=_("What runs has begun on a day. Enter it, for example 20.1.2027."),
            ),
            models.CheckConstraint(
                condition=Q(state="ruhend", resting_until__isnull=False) | (~Q(state="ruhend") & Q(resting_until=None)),
                name="partnership_rests_until_a_day",
                violation_error_message=_("What rests says until when, and nothing else does."),
            ),
            models.CheckConstraint(
                condition=(Q(state="beendet") & ~Q(end_reason="")) | (~Q(state="beendet") & Q(end_reason="")),
                name="partnership_ends_for_a_reason",
                violation_error_message=_("What is ended says why, and nothing else does."),
            ),
            models.UniqueConstraint(
                fields=["parties_key"],
                condition=Q(kind="haupt", state__in=["laufend", "ruhend"]) & ~Q(parties_key=""),
                name=RUNS_ONCE,
                violation_error_message=TWICE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        return address("partnership-detail", self.pk)

    @staticmethod
    def sides() -> Any:
        """The rows of all parties."""
        return Partnership.parties.rel.related_model.objects.order_by()  # type: ignore[attr-defined]

    @property
    def has_begun(self) -> bool:
        return self.start_on is not None and self.start_on <= timezone.localdate()

    @property
    def has_period(self) -> bool:
        """Whether there is anything to say about its days."""
        return bool(self.start_on or self.end_on or not self.is_over)

    @property
    def is_running(self) -> bool:
        is_past = self.end_on is not None and self.end_on < timezone.localdate()
        return self.state == self.Stage.RUNNING and self.has_begun and not is_past

    @property
    def is_public(self) -> bool:
        """Far enough to be shown to everybody; a side that cannot be seen may still keep it back."""
        return self.state in self.PUBLIC

    @property
    def is_over(self) -> bool:
        return self.state in self.OVER

    @property
    def is_binding(self) -> bool:
        return self.state in self.BINDING

    @property
    def has_results(self) -> bool:
        """Whether one can ask what came of it: it runs, rests or is over after it ran."""
        return self.state in self.LIVE or (self.state == self.Stage.ENDED and self.start_on is not None)

    @property
    def main_partners(self) -> list[Actor]:
        """Whom it makes Quartierspartner*innen, from the parties that are loaded (see `PartyQuerySet.of_main_partners`)."""
        parties = self.parties.all()
        is_open = all(party.actor.is_public for party in parties)
        if self.kind != self.Kind.MAIN or not self.is_running or not is_open:
            return []
        return [party.actor for party in parties if party.is_local and party.actor.state not in Actor.OVER]

    @property
    def label(self) -> str:
        """By its sides, which are loaded; while none is entered by its kind."""
        return self.title or str(self)

    @property
    def title(self) -> str:
        """Who with whom, from the parties that are loaded."""
        return " & ".join(party.actor.name for party in self.parties.all())

    @property
    def names(self) -> tuple[str, str]:
        """Who stands on the local side and who accompanies them, from the parties that are loaded.

        Where nobody is local, all of them stand there and nobody accompanies them.
        """
        parties = list(self.parties.all())
        local = [party.actor.name for party in parties if party.is_local]
        if not local:
            return " & ".join(party.actor.name for party in parties), ""
        return " & ".join(local), ", ".join(party.actor.name for party in parties if not party.is_local)

    @property
    def gaps(self) -> list[Gap]:
        """What which side has not said yet, from the parties that are loaded."""
        return [Gap(party, party.missing) for party in self.parties.all() if party.missing]

    @property
    def due(self) -> list[str]:
        """What was to happen by today, in sentences for those who lead it."""
        today, said = timezone.localdate(), []
        if self.resting_until and self.resting_until <= today:
            said.append(
                gettext("The rest is over since %(day)s. How does it go on?") % {"day": spoken(self.resting_until)}
            )
        if self.is_binding and self.end_on and self.end_on < today:
            said.append(gettext("The agreed end was on %(day)s. Is it over?") % {"day": spoken(self.end_on)})
        elif self.state == self.Stage.AGREED and self.start_on and self.start_on <= today:
            said.append(gettext("It was to begin on %(day)s. Does it run?") % {"day": spoken(self.start_on)})
        if self.state in self.LIVE and self.next_review_on and self.next_review_on <= today:
            said.append(gettext("A look back was planned for %(day)s.") % {"day": spoken(self.next_review_on)})
        return said
