"""What the sides of a partnership agreed on in writing: drafted together, signed on paper, then not rewritten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models.actors import Actor
from partners.models.keeping import Kept, KeptQuerySet
from partners.models.partnerships import Partnership
from partners.models.private_files import PrivateFileField, place_of_agreement
from partners.reversing import address

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models.people import Person

# So long before its end people are reminded of an agreement: the sides need some weeks to agree on what comes next.
BEFORE_ITS_END = timedelta(days=60)


class AgreementQuerySet(KeptQuerySet["Agreement"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Organisers of the partnership, the teams of the actors that are named in it, and admins; nobody else."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        named = AgreementPart.objects.filter(actor__in=Actor.objects.staffed_by(user))
        return self.filter(Q(pk__in=named.values("agreement")) | Q(pk__in=self._organised_by(user)))

    def organised_by(self, user: Person | AnonymousUser) -> Self:
        """Organisers of the partnership, and admins: they note that it is signed, and keep the signed copy."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(pk__in=self._organised_by(user))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """The same, as long as it is a draft. What was signed is not rewritten; a new one follows it."""
        return self.organised_by(user).drafts()

    def drafts(self) -> Self:
        return self.filter(signed_on=None)

    def signed(self) -> Self:
        return self.exclude(signed_on=None)

    def latest_signed(self) -> Self:
        """Of each partnership the one that was signed last; those before it are replaced."""
        later = Agreement.objects.signed().filter(partnership=OuterRef("partnership"), edition__gt=OuterRef("edition"))
        return self.signed().filter(~Exists(later))

    def coming_to_an_end(self, on: date | None = None) -> Self:
        """Ends soon, or is over while the partnership goes on, and no other one was signed after it."""
        day = on or timezone.localdate()
        return (
            self.latest_signed()
            .filter(end_on__lte=day + BEFORE_ITS_END)
            .exclude(partnership__state__in=Partnership.OVER)
        )

    def for_list(self) -> Self:
        return self._with_place().prefetch_related("parts").fetch_mode(models.FETCH_PEERS)

    def for_detail(self) -> Self:
        return self._with_place().prefetch_related("parts__actor", "partnership__parties__actor")

    def _with_place(self) -> Self:
        return self.select_related("partnership__neighbourhood").defer("partnership__neighbourhood__boundary")

    @staticmethod
    def _organised_by(user: Person) -> Any:
        organised = Partnership.objects.editable_by(user)
        return Agreement.objects.filter(partnership__in=organised.values("pk")).order_by().values("pk")


class Agreement(Kept):
    """One written agreement between the sides of a partnership. It never names a price: it is no purchase.

    A partnership has one draft at a time. Once it is signed it stays as it is, and the next edition begins as a copy
    of it. What stands in it was written into it: a profile that changes later does not change an agreement.
    """

    # From the first talks on, when the sides know of the partnership, until it is over.
    DRAFTED_IN = (Partnership.Stage.TALKS, *Partnership.BINDING)
    STAYS = frozenset({"partnership", "edition", "language", "signed_on"})
    UNTOLD = frozenset({"prefilled"})
    NAMED_BY = "subject"

    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="agreements", verbose_name=_("partnership")
    )
    edition = models.PositiveSmallIntegerField(_("edition"), default=1, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="de", editable=False)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    background = models.TextField(_("background"), blank=True)
    goals = models.TextField(_("goals"), blank=True)
    rhythm = models.TextField(_("rhythm of exchange"), blank=True)
    decision_rule = models.TextField(_("decision rule"), blank=True)
    public_relations = models.TextField(_("public relations"), blank=True)
    data_protection = models.TextField(_("data protection"), blank=True)
    start_on = models.DateField(_("begins on"), null=True, blank=True)
    end_on = models.DateField(_("ends on"), null=True, blank=True)
    notice = models.TextField(_("notice"), blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    # The names of fields that the portal filled in and nobody has looked at yet.
    prefilled = models.JSONField(_("filled in by the portal"), default=list, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["partnership", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(signed_on=None),
                name="agreement_one_draft",
                violation_error_message=_("This partnership has a draft of an agreement already."),
            ),
            models.UniqueConstraint(
                fields=["partnership", "edition"],
                name="agreement_edition_once",
                violation_error_message=_("This partnership has an agreement of this edition already."),
            ),
            models.CheckConstraint(
                condition=Q(end_on=None) | Q(start_on=None) | Q(end_on__gte=F("start_on")),
                name="agreement_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None) | (~Q(subject="") & Q(start_on__isnull=False)),
                name="agreement_signed_is_about_something",
                violation_error_message=_("A signed agreement has a subject and a beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or gettext("Agreement")

    def get_absolute_url(self) -> str:
        return address("partners:agreement-detail", self.pk)

    @property
    def is_signed(self) -> bool:
        return self.signed_on is not None

    @property
    def has_ended(self) -> bool:
        return self.end_on is not None and self.end_on < timezone.localdate()

    @property
    def parties_line(self) -> str:
        """Who with whom, from the parts that are loaded, as it stands in the agreement."""
        return " & ".join(part.name for part in self.parts.all())

    @property
    def lacks(self) -> list[str]:
        """What it cannot be signed without, in words; from the parts that are loaded."""
        lacking = []
        if not self.subject:
            lacking.append(gettext("what it is about"))
        if self.start_on is None:
            lacking.append(gettext("the day on which it begins"))
        if len(self.parts.all()) < 2:
            lacking.append(gettext("a second side"))
        return lacking


class AgreementPartQuerySet(KeptQuerySet["AgreementPart"]):
    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """Of a draft: each actor's team its own part, organisers and admins every part."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(agreement__signed_on=None)
        if user.is_staff:
            return rows
        own = Q(actor__in=Actor.objects.staffed_by(user))
        return rows.filter(own | Q(agreement__in=Agreement.objects.editable_by(user).values("pk")))


class AgreementPart(Kept):
    """What one side says and promises in an agreement, under the name and address that stand in it.

    It is tied to the actor and not to the side of the partnership: who leaves the partnership keeps what was signed. The
    names of people in it are not kept in the history.
    """

    PART_OF = "agreement"
    STAYS = frozenset({"agreement", "actor"})
    UNTOLD = frozenset({"prefilled", "representative", "contact"})

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parts", verbose_name=_("agreement"))
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="agreement_parts", verbose_name=_("actor"))
    name = models.CharField(_("name in the agreement"), max_length=200)
    address = models.TextField(_("address"), blank=True)
    representative = models.CharField(_("represented by"), max_length=200, blank=True)
    contact = models.TextField(_("contact person"), blank=True)
    tasks = models.TextField(_("tasks"), blank=True)
    brings = models.TextField(_("brings"), blank=True)
    expects = models.TextField(_("hopes to gain"), blank=True)
    prefilled = models.JSONField(_("filled in by the portal"), default=list, blank=True, editable=False)

    objects = AgreementPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of an agreement")
        verbose_name_plural = _("parts of an agreement")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="agreement_part_has_a_name",
                violation_error_message=_("Each side needs the name under which it signs."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SignedCopyQuerySet(KeptQuerySet["SignedCopy"]):
    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Whoever reads the agreement."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).order_by().values("pk"))


class SignedCopy(Kept):
    """The signed paper as one PDF. It is replaced or taken away as a whole; the history keeps who did it, and when."""

    class Source(models.TextChoices):
        PDF = "pdf", _("PDF file")
        PICTURES = "bilder", _("photos")

    PART_OF, NAMED_BY = "agreement", "source"
    STAYS = frozenset({"agreement", "source", "sha256"})
    UNTOLD = frozenset({"file", "size"})

    agreement = models.OneToOneField(Agreement, models.PROTECT, related_name="signed_copy", verbose_name=_("agreement"))
    file = PrivateFileField(_("file"), upload_to=place_of_agreement, max_length=200)
    source = models.CharField(_("made from"), max_length=10, choices=Source)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="uploaded_copies",
        verbose_name=_("uploaded by"),
    )

    objects = SignedCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed copy")
        verbose_name_plural = _("signed copies")
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        """Without the subject: who may read copies only learns nothing of what was agreed."""
        return gettext("Signed copy of agreement %(number)d") % {"number": self.agreement_id}

    def get_absolute_url(self) -> str:
        return address("partners:agreement-copy", self.agreement_id)

    @property
    def key(self) -> str:
        """Which copy somebody saw, without telling where it is stored."""
        return self.sha256[:16]
