"""When the companion leaves: which tie, task and thing goes to whom, by when, and signed by both sides.

The shape is the same for a partnership and for a project (`projects.models.handovers`): one hand-over each, with its
lines. Both sides sign a fixed text. Whatever changes the text ends both signatures; that a line is done does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor
from partners.models.keeping import Kept, KeptQuerySet
from partners.models.partnerships import Partnership

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person


class Signing(models.TextChoices):
    """The two sides; the value stands in addresses."""

    GIVING = "abgebend", _("hands over")
    RECEIVING = "annehmend", _("takes over")


@dataclass(frozen=True, slots=True)
class Signature:
    """One of the two, as it stands on the page: whose it is, and when, by whom and how it was given."""

    side: Signing
    actor: Actor | None
    on: date | None
    by: Person | None
    paper_name: str

    @property
    def is_on_paper(self) -> bool:
        return bool(self.paper_name)

    @property
    def who(self) -> str:
        """Nothing where the account of who signed is closed."""
        return self.paper_name or (str(self.by) if self.by else "")


class HandoverQuerySet[Row: models.Model](KeptQuerySet[Row]):
    """Who may what. The two kinds say whose organisers, keepers and readers they mean."""

    def _organised(self, user: Person) -> Q:
        """Where the person organises the neighbourhood: she speaks for the side of the companion."""
        raise NotImplementedError

    def _kept(self, user: Person) -> Q:
        """Where she writes it."""
        return self._organised(user)

    def _read(self, user: Person) -> Q:
        """Where she has to do with what is handed over."""
        raise NotImplementedError

    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Whoever writes it, those who work together there, the teams of both sides and of who takes a line; nobody else."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        own = Actor.objects.staffed_by(user)
        line: Any = self.model._meta.get_field("lines").related_model
        taken = line._default_manager.filter(to_actor__in=own).order_by().values("handover")
        sides = Q(giver__in=own) | Q(receiver__in=own) | Q(pk__in=taken)
        return self.filter(self._read(user) | self._kept(user) | sides)

    def organised_by(self, user: Person | AnonymousUser) -> Self:
        """Organisers and admins: they enter what was signed on paper."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(self._organised(user))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Whoever keeps what is handed over, as long as nothing rests on the signed text."""
        if not user.is_authenticated:
            return self.none()
        return (self if user.is_staff else self.filter(self._kept(user))).unsettled()

    def settled(self) -> Self:
        """Signed by both, and something has followed from it: it stays as it is."""
        return self.none()

    def unsettled(self) -> Self:
        return self.exclude(pk__in=self.model._default_manager.settled().order_by().values("pk"))  # type: ignore[attr-defined]

    def finishable_by(self, user: Person | AnonymousUser) -> Self:
        """Who says that a line is done: whoever writes it, and the teams of both sides."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        own = Actor.objects.staffed_by(user)
        return self.filter(self._kept(user) | Q(giver__in=own) | Q(receiver__in=own))

    def signable_by(self, user: Person | AnonymousUser, side: str) -> Self:
        """For the side that hands over its team and the organisers sign, for the other one its own team alone."""
        if not user.is_authenticated:
            return self.none()
        own = Actor.objects.staffed_by(user)
        if side == Signing.RECEIVING:
            return self.filter(receiver__in=own)
        return self if user.is_staff else self.filter(self._organised(user) | Q(giver__in=own))

    def complete(self) -> Self:
        """Only this counts."""
        return self.filter(given_on__isnull=False, received_on__isnull=False)

    def ready(self) -> Self:
        """Nothing is missing any more but signatures, see `Handover.lacks`."""
        line: Any = self.model._meta.get_field("lines").related_model
        lines = line._default_manager.filter(handover=OuterRef("pk")).order_by()
        return self.filter(
            Exists(lines),
            ~Exists(lines.filter(to_actor=None, to_name="")),
            receiver__isnull=False,
            handed_over_on__isnull=False,
        ).exclude(giver=models.F("receiver"))

    def waiting_for(self, user: Person | AnonymousUser) -> Self:
        """Ready, and the next signature is this person's to give: first the side that hands over signs, then the other."""
        first = self.signable_by(user, Signing.GIVING).filter(given_on=None).order_by()
        then = self.signable_by(user, Signing.RECEIVING).filter(given_on__isnull=False, received_on=None).order_by()
        return self.ready().filter(Q(pk__in=first.values("pk")) | Q(pk__in=then.values("pk")))

    def for_list(self) -> Self:
        return self.select_related("giver", "receiver").prefetch_related("lines").fetch_mode(models.FETCH_PEERS)

    def for_detail(self) -> Self:
        rows = self.select_related("giver", "receiver", "given_by", "received_by")
        return rows.prefetch_related("lines__from_actor", "lines__to_actor")


class Handover(Kept):
    """What goes to whom when somebody leaves. `giver` hands over, `receiver` answers for it from that day on."""

    # The wording: whoever signs has seen this one. It goes up whenever the text changes.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    giver = models.ForeignKey(Actor, models.PROTECT, related_name="+", verbose_name=_("hands over"))
    receiver = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("takes over")
    )
    handed_over_on = models.DateField(_("day of the hand-over"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    given_on = models.DateField(_("signed by who hands over on"), null=True, blank=True, editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("signature of who hands over entered by"),
    )
    given_name = models.CharField(
        _("name on paper of who hands over"), max_length=200, blank=True, default="", editable=False
    )
    received_on = models.DateField(_("signed by who takes over on"), null=True, blank=True, editable=False)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("signature of who takes over entered by"),
    )
    received_name = models.CharField(
        _("name on paper of who takes over"), max_length=200, blank=True, default="", editable=False
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    NAMED_BY = "giver"
    # The names of people are not kept in the history.
    UNTOLD = frozenset({"given_name", "received_name"})
    # Of which field of the model it is the hand-over.
    OF = ""

    lines: Any

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(given_on=None, received_on=None) | Q(receiver__isnull=False, handed_over_on__isnull=False),
                name="%(class)s_signed_says_to_whom",
                violation_error_message=_("What is signed says to whom it goes and on which day."),
            ),
            models.CheckConstraint(
                condition=(Q(given_name="") | Q(given_on__isnull=False))
                & (Q(received_name="") | Q(received_on__isnull=False)),
                name="%(class)s_signs_on_a_day",
                violation_error_message=_("A signature has its day."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Hand-over: %(name)s") % {"name": self.title}

    @property
    def subject(self) -> Any:
        """The partnership or the project."""
        return getattr(self, self.OF)

    @property
    def title(self) -> str:
        return self.subject.title

    def get_absolute_url(self) -> str:
        return f"{self.subject.get_absolute_url()}uebergabe/"

    @property
    def is_signed(self) -> bool:
        """By one side at least: whoever changes the text now ends that."""
        return self.given_on is not None or self.received_on is not None

    @property
    def is_complete(self) -> bool:
        return self.given_on is not None and self.received_on is not None

    @property
    def lacks(self) -> list[str]:
        """What it cannot be signed without, in words; from the lines that are loaded."""
        lines = self.lines.all()
        found = []
        if self.receiver_id is None:
            found.append(gettext("who takes over"))
        elif self.receiver_id == self.giver_id:
            found.append(gettext("somebody else who takes over"))
        if self.handed_over_on is None:
            found.append(gettext("the day of the hand-over"))
        if not lines:
            found.append(gettext("what is handed over"))
        elif not all(line.is_assigned for line in lines):
            found.append(gettext("to whom each line goes"))
        return found

    @property
    def state(self) -> str:
        """In the words of other states, so that it is drawn like them."""
        return "bestaetigt" if self.is_complete else "zugesagt" if self.is_signed else "entwurf"

    @property
    def state_label(self) -> str:
        if self.is_complete:
            return gettext("signed by both sides")
        return gettext("signed by one side") if self.is_signed else gettext("in preparation")

    @property
    def signatures(self) -> list[Signature]:
        return [
            Signature(Signing.GIVING, self.giver, self.given_on, self.given_by, self.given_name),
            Signature(Signing.RECEIVING, self.receiver, self.received_on, self.received_by, self.received_name),
        ]

    @property
    def done(self) -> int:
        return sum(line.done_on is not None for line in self.lines.all())


class HandoverLine(Kept):
    """One thing that goes to somebody. Nothing is said of people in the history."""

    class Kind(models.TextChoices):
        TIE = "verbindung", _("contact or tie")
        TASK = "aufgabe", _("task")
        THING = "sache", _("thing or file")

    NAMED_BY = "what"
    UNTOLD = frozenset({"to_name"})

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.TASK)
    what = models.TextField(_("what"))
    from_actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from whom")
    )
    to_actor = models.ForeignKey(
        Actor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to whom")
    )
    to_name = models.CharField(_("to which person"), max_length=200, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    handover: Any
    handover_id: int

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what=""),
                name="%(class)s_says_what",
                violation_error_message=_("Say what is handed over."),
            )
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_assigned(self) -> bool:
        return self.to_actor_id is not None or bool(self.to_name)

    def get_absolute_url(self) -> str:
        return f"{self.handover.get_absolute_url()}#punkt-{self.pk}"

    @property
    def address(self) -> str:
        """Where it is changed: before a verb."""
        return f"{self.handover.get_absolute_url()}punkte/{self.pk}/"


class PartnershipHandoverQuerySet(HandoverQuerySet["PartnershipHandover"]):
    def _organised(self, user: Person) -> Q:
        return Q(partnership__in=Partnership.objects.editable_by(user))

    def _read(self, user: Person) -> Q:
        return Q(partnership__in=Partnership.objects.internal_to(user))

    def for_list(self) -> Self:
        return super().for_list().prefetch_related("partnership__parties__actor")

    def for_detail(self) -> Self:
        return super().for_detail().prefetch_related("partnership__parties__actor")


class PartnershipHandover(Handover):
    """The companion goes, the partnership goes on without it: organisers write down what stays with whom."""

    # Once it is agreed there is something to hand over, and shortly after the end too.
    POSSIBLE_IN = (*Partnership.BINDING, Partnership.Stage.ENDED)
    PART_OF, OF = "partnership", "partnership"

    partnership = models.OneToOneField(
        Partnership, models.PROTECT, related_name="handover", verbose_name=_("partnership")
    )

    objects = PartnershipHandoverQuerySet.as_manager()

    class Meta(Handover.Meta):
        verbose_name = _("hand-over of a partnership")
        verbose_name_plural = _("hand-overs of partnerships")
        ordering = ["pk"]


class PartnershipHandoverLine(HandoverLine):
    PART_OF = "handover__partnership"

    handover = models.ForeignKey(PartnershipHandover, models.CASCADE, related_name="lines", verbose_name=_("hand-over"))

    objects = KeptQuerySet["PartnershipHandoverLine"].as_manager()

    class Meta(HandoverLine.Meta):
        verbose_name = _("line of a hand-over of a partnership")
        verbose_name_plural = _("lines of hand-overs of partnerships")
