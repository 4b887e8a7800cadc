from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, Kept, PromisesHours, PromisingQuerySet, Staged
from projects.models.load import first_day, last_day
from projects.models.projects import Project
from projects.models.written import Written

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person


class ParticipationQuerySet(PromisingQuerySet["Participation"]):
    def promised(self) -> Self:
        """Agreed now or once, in projects that are more than an idea; see `projects.models.load` for the days."""
        agreed = Q(state=Participation.State.AGREED) | Q(state=Participation.State.ENDED, is_declined=False)
        rows = self.filter(agreed).exclude(project__state=Project.State.IDEA)
        return rows.annotate(promised_from=first_day(), promised_until=last_day())

    def public(self) -> Self:
        """Agreed now or once; who was only invited, or said no, is not named in public."""
        here = ~Q(state=Participation.State.INVITED) & Q(is_declined=False)
        return self.filter(here | Q(took_part=True))

    def staffed_by(self, user: Person | AnonymousUser) -> Self:
        """Those of the person's own actors."""
        return self.filter(actor__in=Actor.objects.staffed_by(user))

    def waiting_for(self, user: Person | AnonymousUser) -> Self:
        """Invitations that wait for the answer of the person's own team."""
        return self.staffed_by(user).filter(state=Participation.State.INVITED)

    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Everybody sees agreed participations of visible actors in visible projects; both sides also see invitations."""
        # Row by row: two IN lists over everything that is public would be tried out against each other.
        rows = self.filter(
            Exists(Actor.objects.visible_to(user).filter(pk=OuterRef("actor"))),
            Exists(Project.objects.all().visible_to(user).filter(pk=OuterRef("project"))),
        )
        if not user.is_authenticated:
            return rows.public()
        if user.is_staff:
            return rows
        own = Q(actor__in=Actor.objects.staffed_by(user)) | Q(project__in=Project.objects.all().editable_by(user))
        return self.filter(own | Q(pk__in=rows.public().values("pk")))

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """The project's side decides who takes part and in which role."""
        return self.filter(project__in=Project.objects.all().editable_by(user))

    def answerable_by(self, user: Person | AnonymousUser) -> Self:
        """Both sides may agree or end: the actor's own team, and the project's side."""
        if not user.is_authenticated:
            return self.none()
        return (
            self
            if user.is_staff
            else self.filter(
                Q(actor__in=Actor.objects.staffed_by(user)) | Q(project__in=Project.objects.all().editable_by(user))
            )
        )

    def open_to_entries_by(self, user: Person | AnonymousUser) -> Self:
        """Where both sides write down what is given and gained; who said no brings nothing."""
        return self.answerable_by(user).filter(is_declined=False)

    def with_rights_of(self, user: Person | AnonymousUser) -> Self:
        """Adds what this person may do: `may_edit` role and days, `may_answer` for one of the two sides, `may_add` entries."""
        if not user.is_authenticated:
            return self
        rows = Participation.objects.order_by().filter(pk=OuterRef("pk"))
        return self.annotate(
            may_edit=Exists(rows.editable_by(user)),
            may_answer=Exists(rows.answerable_by(user)),
            may_add=Exists(rows.open_to_entries_by(user)),
        )

    def with_main_partner(self) -> Self:
        """Adds `is_main_partner`: whether the actor is a Quartierspartner*in today."""
        return self.annotate(is_main_partner=Exists(Actor.bridging_sides().filter(actor=OuterRef("actor"))))

    def for_list(self) -> Self:
        return self.select_related("project", "actor__kind").fetch_mode(models.FETCH_PEERS)

    def for_ledger(self) -> Self:
        """The partners of one project in the order in which they came, the lead first."""
        leads = models.Case(models.When(role=Participation.Role.LEAD, then=0), default=1)
        rows = self.select_related("actor").defer(*Actor.all_but("name", "slug", "state", through="actor"))
        return rows.with_main_partner().order_by(leads, "pk").fetch_mode(models.FETCH_PEERS)


class Participation(Kept, Written, Staged, PromisesHours):
    """An actor takes part in a project, in one role; it may have several."""

    class Role(models.TextChoices):
        LEAD = "federfuehrung", pgettext_lazy("role in a project", "lead")
        EXPERT = "fachpartner", pgettext_lazy("role in a project", "expert partner")
        LOCAL = "sozialraumpartner", pgettext_lazy("role in a project", "local partner")
        PLACE = "ort", pgettext_lazy("role in a project", "place")
        FUNDER = "foerderpartner", pgettext_lazy("role in a project", "funding partner")
        COMMUNICATION = "kommunikationspartner", pgettext_lazy("role in a project", "communication partner")
        MEMBER = "mitwirkende", pgettext_lazy("role in a project", "taking part")

    class State(models.TextChoices):
        INVITED = "eingeladen", _("invited")
        AGREED = "zugesagt", _("agreed")
        ENDED = "beendet", _("ended")

    # What somebody may do with it, see `with_rights_of`; nothing, until it is asked.
    may_edit = may_answer = may_add = False

    STEPS = {
        State.INVITED: (State.AGREED, State.ENDED),
        State.AGREED: (State.ENDED,),
        State.ENDED: (State.INVITED,),
    }

    PART_OF, NAMED_BY = "project", "actor"
    STAYS = frozenset({"project", "actor", "is_declined"})
    UNTOLD = frozenset({"took_part"})
    BECOMES_ONE = True

    project = models.ForeignKey(Project, models.CASCADE, related_name="participations", verbose_name=_("project"))
    actor = models.ForeignKey(Actor, models.PROTECT, related_name="participations", verbose_name=_("actor"))
    role = models.CharField(_("role"), max_length=30, choices=Role, default=Role.MEMBER)
    start_on = models.DateField(_("from"), null=True, blank=True)
    end_on = models.DateField(_("until"), null=True, blank=True)
    tasks = models.TextField(_("tasks"), blank=True, help_text=_("What this partner looks after in the project."))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.INVITED, editable=False)
    is_declined = models.BooleanField(_("said no"), default=False, editable=False)
    took_part = models.BooleanField(_("took part before"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "actor", "role"],
                name="participation_once_per_role",
                violation_error_message=_("This actor already takes part in this role."),
            ),
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="participation_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(hours_per_month=None) | Q(hours_per_month__gte=0),
                name="participation_hours_not_negative",
                violation_error_message=_("Hours cannot be less than 0."),
            ),
            models.CheckConstraint(
                condition=Q(is_declined=False) | Q(state="beendet"), name="participation_declined_is_over"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor} – {self.project} ({self.get_role_display()})"

    def get_absolute_url(self) -> str:
        return f"{self.project.get_absolute_url()}#beteiligte-{self.actor_id}"

    @property
    def shown_state(self) -> str:
        """That somebody was asked is read by both sides only; of who took part before everybody else reads that it ended."""
        asked = self.state == self.State.INVITED
        return self.State.ENDED if asked and not self.may_answer else self.State(self.state)

    @property
    def merge_weight(self) -> int:
        """Of two in one role the one that runs, then the one that ran, then the one that is asked; a no weighs least."""
        if self.state == self.State.ENDED:
            return 0 if self.is_declined else 2
        return 3 if self.state == self.State.AGREED else 1

    @property
    def state_label(self) -> str:
        return gettext("said no") if self.is_declined else str(self.State(self.shown_state).label)

    @property
    def role_label(self) -> str:
        return str(self.Role(self.role).label)

    def agree(self) -> None:
        """Who comes back loses the end day of the time before."""
        came_back = self.took_part and self.end_on is not None and self.end_on < timezone.localdate()
        self.take_step(self.State.AGREED, **({"end_on": None} if came_back else {}))

    @transaction.atomic
    def ask_again(self, *, start_on: date | None = None, end_on: date | None = None, **values: Any) -> None:
        """Who ended it or said no is invited anew in the same role. What is left empty stays as it was.

        What was given and gained stays too: who took part before is still shown in public, as ended, until it agrees.
        """
        took_part = self.took_part or (self.state == self.State.ENDED and not self.is_declined)
        kept = {name: value for name, value in values.items() if value not in (None, "")}
        if start_on or end_on:
            kept |= {"start_on": start_on or self.start_on, "end_on": end_on}
        self.claim()
        self.take_step(self.State.INVITED, is_declined=False, took_part=took_part, **kept)

    def end(self, **values: Any) -> None:
        """The participation is over; without an end day it ends today, or on its first day if that still lies ahead.

        An invitation that ends was declined: it never took place, so it gets no end day and is never shown in public.
        Who took part before and does not come back is ended as it was.
        """
        if self.state == self.State.INVITED and not self.took_part:
            self.take_step(self.State.ENDED, is_declined=True, **values)
            return
        today = timezone.localdate()
        end_on = self.end_on or (max(today, self.start_on) if self.start_on else today)
        self.take_step(self.State.ENDED, end_on=end_on, **values)
