from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Case, F, Prefetch, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import (
    Actor,
    Kept,
    KeptQuerySet,
    Neighbourhood,
    NormalisedField,
    Partnership,
    Staged,
    StageError,
    StepRecord,
    TargetGroup,
    Topic,
    matching,
    normalise,
    recounting,
    words_of,
)
from partners.reversing import address
from projects.models.written import Written

if TYPE_CHECKING:
    from partners.models import Person


class NotHandedOverError(StageError):
    """Nothing goes on for good on nobody's shoulders."""


class ProjectQuerySet(KeptQuerySet["Project"]):
    def published(self) -> Self:
        """Public from the planning on."""
        return self.exclude(state=Project.State.IDEA)

    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Everybody sees a project from its planning on; an idea is for the organisers, the lead actor and whoever was asked to join."""
        public = ~Q(state=Project.State.IDEA)
        if not user.is_authenticated:
            return self.filter(public)
        if user.is_staff:
            return self
        joined = Project.objects.filter(participations__actor__in=Actor.objects.staffed_by(user))
        return self.filter(
            public | Q(pk__in=Project.objects.all().editable_by(user).values("pk")) | Q(pk__in=joined.values("pk"))
        )

    def editable_by(self, user: Person | AnonymousUser) -> Self:
        """The project's side: organisers of any of its neighbourhoods, the team of its lead actor, admins."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        organised = Project.objects.filter(neighbourhoods__organisers=user)
        return self.filter(Q(pk__in=organised.values("pk")) | Q(lead_actor__in=Actor.objects.staffed_by(user)))

    def running(self) -> Self:
        return self.filter(state=Project.State.RUNNING)

    def to_come_or_running(self) -> Self:
        return self.exclude(state__in=Project.OVER)

    def open_to_join(self) -> Self:
        """Where somebody new can take part: planned or running, and said to be open."""
        return self.filter(is_open=True, state__in=Project.JOINABLE)

    def with_actor(self, actor: Actor) -> Self:
        """Where the actor takes part, as far as everybody may know it."""
        return self.filter(pk__in=actor.participations.all().public().values("project"))

    def serving(self, partnership: Partnership) -> Self:
        """In which a partnership becomes something that is done together."""
        return self.filter(partnerships=partnership)

    def in_order(self) -> Self:
        """What is going on first, then what is planned, then what is over; inside that by title."""
        order = [
            Project.State.RUNNING,
            Project.State.PLANNING,
            Project.State.IDEA,
            Project.State.CONTINUED,
            Project.State.COMPLETED,
        ]
        whens = [When(state=state, then=Value(place)) for place, state in enumerate(order)]
        rank = Case(*whens, default=Value(len(order)), output_field=models.SmallIntegerField())
        return self.order_by(rank, "sort_title", "pk")

    def search(self, text: str) -> Self:
        """Projects whose title, goal or summary contains every word; titles that begin with the text come first."""
        begins = Case(
            When(sort_title__startswith=normalise(text[:500]), then=Value(0)),
            default=Value(1),
            output_field=models.SmallIntegerField(),
        )
        return self.filter(matching(text, field="search_text")).order_by(begins, "sort_title", "pk")

    def with_lead(self, user: Person | AnonymousUser | None = None) -> Self:
        """Loads the name of the lead actor and how to reach it, if the person may see it; None stands for everybody."""
        leads = Actor.objects.visible_to(user or AnonymousUser()).order_by()
        named = leads.only("name", "slug", "state", "email", "phone", "website").fetch_mode(models.FETCH_PEERS)
        return self.prefetch_related(Prefetch("lead_actor", named))

    def for_list(self) -> Self:
        """A line in a list, in a constant number of queries; a lead that is not public is left out."""
        rows = self.with_lead().prefetch_related("neighbourhoods", "topics")
        return rows.defer("goal", "results", "how_to_join", "search_text").fetch_mode(models.FETCH_PEERS)

    def for_detail(self, user: Person | AnonymousUser | None = None) -> Self:
        return (
            self.with_lead(user)
            .prefetch_related("neighbourhoods", "topics", "target_groups")
            .fetch_mode(models.FETCH_PEERS)
        )


class Project(Kept, Written, Staged):
    """What several actors of a neighbourhood do together."""

    class State(models.TextChoices):
        IDEA = "idee", _("idea")
        PLANNING = "planung", _("in planning")
        RUNNING = "laufend", _("running")
        COMPLETED = "abgeschlossen", _("completed")
        CONTINUED = "verstetigt", _("continued for good")
        ABANDONED = "abgebrochen", _("abandoned")

    STEPS = {
        State.IDEA: (State.PLANNING, State.ABANDONED),
        State.PLANNING: (State.RUNNING, State.ABANDONED),
        State.RUNNING: (State.COMPLETED, State.ABANDONED),
        State.COMPLETED: (State.CONTINUED,),
    }

    # Who leads it, where it lies and which partnerships it serves is decided by others than those who write its story.
    STAYS = frozenset({"slug", "neighbourhoods", "lead_actor", "partnerships"})
    OVER = (State.COMPLETED, State.CONTINUED, State.ABANDONED)
    JOINABLE = (State.PLANNING, State.RUNNING, State.CONTINUED)
    # Somebody works on it, so it can need something, and be asked whether one may join.
    GOING_ON = (State.IDEA, *JOINABLE)

    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(_("short name for addresses"), max_length=120, unique=True)
    neighbourhoods = models.ManyToManyField(Neighbourhood, related_name="projects", verbose_name=_("neighbourhoods"))
    topics = models.ManyToManyField(Topic, blank=True, related_name="projects", verbose_name=_("topics"))
    target_groups = models.ManyToManyField(
        TargetGroup, blank=True, related_name="projects", verbose_name=_("target groups")
    )
    lead_actor = models.ForeignKey(
        Actor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_projects",
        verbose_name=_("lead"),
        help_text=_("Who answers for the project."),
    )
    partnerships = models.ManyToManyField(
        Partnership,
        blank=True,
        related_name="projects",
        verbose_name=_("partnerships"),
        help_text=_("Which partnerships it serves. They show what their sides deliver in it."),
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.IDEA, editable=False)
    summary = models.TextField(
        _("summary for everybody"),
        blank=True,
        help_text=_("What happens, for whom, where: three or four sentences that a neighbour understands."),
    )
    goal = models.TextField(_("goal"), blank=True, help_text=_("What shall be different afterwards."))
    results = models.TextField(
        _("results"), blank=True, help_text=_("What came of it. Write it when there is something to tell.")
    )
    start_on = models.DateField(_("begins on"), null=True, blank=True)
    end_on = models.DateField(_("ends on"), null=True, blank=True)
    is_open = models.BooleanField(
        _("open for new people"), default=False, help_text=_("People and groups may still join.")
    )
    how_to_join = models.TextField(
        _("how to join in"),
        blank=True,
        help_text=_("Where and when one can simply come by, or whom to ask at which public address."),
    )
    is_demo = models.BooleanField(_("demo data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)
    sort_title = NormalisedField(sources=["title"], limit=200)
    search_text = NormalisedField(sources=["title", "summary", "goal", "results"])

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["sort_title", "pk"]
        indexes = [models.Index(fields=["state", "sort_title", "id"], name="project_list_order")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="project_has_a_title",
                violation_error_message=_("A project needs a title."),
            ),
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="project_ends_after_it_begins",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("projects:project-detail", self.slug)

    @property
    def state_label(self) -> str:
        return str(self.State(self.state).label)

    @property
    def is_public(self) -> bool:
        return self.state != self.State.IDEA

    @property
    def public_words(self) -> dict[str, str]:
        """What a search that found nothing may suggest: the words of a project that everybody may read."""
        return words_of(self) if self.is_public else {}

    @property
    def is_joinable(self) -> bool:
        """Said to be open, and not over."""
        return self.is_open and self.state in self.JOINABLE

    @property
    def may_be_asked_to_join(self) -> bool:
        """Also where it is not said to be open: whoever leads it decides."""
        return self.state in self.GOING_ON

    @property
    def is_over(self) -> bool:
        return self.state in self.OVER

    @transaction.atomic
    def move(self, target: str, *, by: Person | None, note: str = "") -> None:
        """One step along the machine, with a line in the history; raises `StageError`."""
        before = self.state
        with recounting(self):
            self.take_step(target, updated_at=timezone.now())
        ProjectStep.objects.create(project=self, from_state=before, to_state=target, by=by, note=note)

    def plan(self, *, by: Person | None, note: str = "") -> None:
        """From here on everybody can read the project."""
        self.move(self.State.PLANNING, by=by, note=note)

    def start(self, *, by: Person | None, note: str = "") -> None:
        self.move(self.State.RUNNING, by=by, note=note)

    def complete(self, *, by: Person | None, note: str = "") -> None:
        self.move(self.State.COMPLETED, by=by, note=note)

    @transaction.atomic
    def perpetuate(self, *, by: Person | None, note: str = "") -> None:
        """The project is over and what came of it goes on without it.

        Raises `NotHandedOverError` until both sides have signed who carries it from now on. The project is locked, so that
        nobody changes the text meanwhile.
        """
        rows = type(self)._base_manager.filter(pk=self.pk).order_by()
        rows.select_for_update(no_key=True).first()
        self.check_step(self.State.CONTINUED)
        if not rows.filter(handover__given_on__isnull=False, handover__received_on__isnull=False).exists():
            raise NotHandedOverError(
                _("First write down who carries it from now on: the hand-over is not signed by both sides yet."),
                code="handover",
            )
        self.move(self.State.CONTINUED, by=by, note=note)

    def abandon(self, *, by: Person | None, note: str = "") -> None:
        self.move(self.State.ABANDONED, by=by, note=note)


class ProjectStep(StepRecord):
    project = models.ForeignKey(Project, models.CASCADE, related_name="steps", verbose_name=_("project"))

    class Meta(StepRecord.Meta):
        verbose_name = _("step of a project")
        verbose_name_plural = _("steps of projects")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"

    @property
    def label(self) -> str:
        return str(Project.state_labels()[self.to_state])
