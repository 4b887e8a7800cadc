"""Which requests for offers somebody reads, answers, ends or is to think of."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, Membership, Offer
from partners.models.search import words
from projects.models.clashes import share_time
from projects.models.contributions import Contribution
from projects.models.projects import Project
from projects.models.rows import all_like

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person
    from projects.models.resource_requests import ResourceRequest


class ResourceRequestState(models.TextChoices):
    OPEN = "offen", _("waits for an answer")
    GRANTED = "zugesagt", _("promised")
    DECLINED = "abgelehnt", _("declined")
    WITHDRAWN = "zurueckgezogen", _("withdrawn")
    DONE = "erledigt", _("done")


class ResourceRequestQuerySet(models.QuerySet["ResourceRequest"]):
    def given_by(self, user: Person | AnonymousUser) -> Self:
        """Asked of those for whom the person writes."""
        return self.filter(self._given(user)) if user.is_authenticated else self.none()

    def asked_by(self, user: Person | AnonymousUser) -> Self:
        """Asked for those for whom the person writes."""
        return self.filter(self._asked(user)) if user.is_authenticated else self.none()

    def visible_to(self, user: Person | AnonymousUser) -> Self:
        """Both sides, and admins. Nobody else learns who asked whom for what."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        # What somebody may edit is her own team's or one that she organises: each by itself is found by an index. The
        # projects are asked for in a way for which there is none: whoever sees many requests then reads them in the order
        # of the newest and stops at the end of the page, instead of gathering all of them and sorting them.
        current = Actor.objects.current()
        ways = [
            current.order_by().filter(**{way: user}).values("pk")
            for way in ("neighbourhoods__organisers", "memberships__person")
        ]
        sides = reduce(or_, (_offered_by(actors) | Q(actor__in=actors) for actors in ways))
        projects = Project.objects.all().editable_by(user).order_by().values("pk")
        return self.alias(of_project=Coalesce("project", 0)).filter(sides | Q(of_project__in=projects))

    @staticmethod
    def _given(user: Person | AnonymousUser) -> Q:
        return _offered_by(Actor.objects.editable_by(user))

    @staticmethod
    def _asked(user: Person | AnonymousUser) -> Q:
        actors = Actor.objects.editable_by(user).order_by().values("pk")
        return Q(actor__in=actors) | Q(project__in=Project.objects.all().editable_by(user).order_by().values("pk"))

    def answerable_by(self, user: Person | AnonymousUser) -> Self:
        """Open, and asked of somebody for whom the person writes. Nobody answers herself where a team is there to do it.

        For a place without accounts an organiser notes what it said, also when she asked herself: the place then
        confirms by mail what it gave.
        """
        if not user.is_authenticated:
            return self.none()
        rows = self if user.is_staff else self.filter(self._given(user))
        return rows.filter(~Q(by=user) | ~_has_team("offer__actor"), state=ResourceRequestState.OPEN)

    def withdrawable_by(self, user: Person | AnonymousUser) -> Self:
        """Whoever asked takes back what waits; of what was promised both sides can say that it will not be."""
        if not user.is_authenticated:
            return self.none()
        states = ResourceRequestState
        rows = self if user.is_staff else self.filter(self._given(user) | self._asked(user))
        asked = Q(pk__in=all_like(self).asked_by(user).order_by().values("pk"))
        return rows.filter(Q(state=states.OPEN) & asked | Q(state=states.GRANTED))

    def finishable_by(self, user: Person | AnonymousUser) -> Self:
        """Promised, and begun: both sides can say what became of it."""
        today = timezone.localdate()
        return self.visible_to(user).filter(state=ResourceRequestState.GRANTED, start_on__lte=today)

    def thankable_by(self, user: Person | AnonymousUser) -> Self:
        """Done, and confirmed where something was to be confirmed; not thanked yet."""
        return self.asked_by(user).filter(self._to_thank())

    @staticmethod
    def _to_thank() -> Q:
        settled = Q(contribution=None) | Q(contribution__state=Contribution.State.CONFIRMED)
        return Q(settled, state=ResourceRequestState.DONE, thanked_at=None)

    def turn_of(self, user: Person | AnonymousUser) -> Self:
        """Where it is this person's turn, but for contributions to confirm or to put right: those wait in piles of their own.

        The team of a place has its turn; its organisers where nobody is on it but whoever asked. Whoever asked has hers,
        with the team of the actor that she asked for, or that leads the project; the whole asking side where she cannot
        speak for it any more. They also have it where the place was archived: it answers nobody, so they take it back.
        Admins see everything, and have a turn only where they belong.
        """
        return self.filter(self._turn(user)) if user.is_authenticated else self.none()

    def _turn(self, user: Person) -> Q:
        """The stages come first: they are read without a look at anything else."""
        states, today = ResourceRequestState, timezone.localdate()
        organises = _is_organised("offer__actor", by=user)
        gives = _is_staffed("offer__actor", by=user) | (organises & ~_has_team("offer__actor", but="by"))
        to_answer = Q(state=states.OPEN) & gives & (~Q(by=user) | ~_has_team("offer__actor"))
        asks = Q(by=user) & self._asked(user)
        asks |= _is_staffed("actor", by=user) | _is_staffed("project__lead_actor", by=user)
        projects = Project.objects.order_by().filter(pk=OuterRef("project"), neighbourhoods__organisers=user)
        asks |= (_is_organised("actor", by=user) | Q(Exists(projects))) & ~_whoever_asked_speaks()
        over = Q(state=states.GRANTED, end_on__lt=today)
        stranded = Q(state=states.OPEN) & Q(offer__actor__state=Actor.State.ARCHIVED)
        return to_answer | Q(over | self._to_thank() | stranded, asks)

    def to_thank(self) -> Self:
        """Done, and confirmed where something was to be confirmed; nobody has said thank you yet."""
        return self.filter(self._to_thank())

    def waiting_for(self, user: Person | AnonymousUser) -> Self:
        """Where it is this person's turn, with the contributions that she has to confirm or to put right."""
        if not user.is_authenticated:
            return self.none()
        # Each by its keys: then only what was delivered for a request is looked at more closely, and nothing twice.
        entries = Contribution.objects.order_by().filter(
            state=Contribution.State.DELIVERED, resource_request__isnull=False
        )
        told = reduce(
            or_,
            (
                Q(pk__in=rows.values("resource_request"))
                for rows in (entries.confirmable_by(user), entries.to_mend_by(user))
            ),
        )
        return self.visible_to(user).filter(Q(pk__in=all_like(self).turn_of(user).values("pk")) | told)

    def with_rights_of(self, user: Person | AnonymousUser) -> Self:
        """Adds what this person may do, and whether it is her turn: `may_answer` … `may_mend`, `is_turn`."""
        if not user.is_authenticated:
            return self
        rows, entries = all_like(self), Contribution.objects.order_by()
        allowed = {
            "may_answer": rows.answerable_by(user),
            "may_withdraw": rows.withdrawable_by(user),
            "may_finish": rows.finishable_by(user),
            "may_thank": rows.thankable_by(user),
        }
        own = {name: Exists(rows.filter(pk=OuterRef("pk"))) for name, rows in allowed.items()}
        answers = {"may_confirm": entries.confirmable_by(user), "may_mend": entries.to_mend_by(user)}
        theirs = {name: Exists(rows.filter(pk=OuterRef("contribution"))) for name, rows in answers.items()}
        turn = Exists(rows.turn_of(user).filter(pk=OuterRef("pk")))
        return self.annotate(**own, **theirs, is_turn=reduce(or_, theirs.values(), turn))

    def search(self, text: str) -> Self:
        """Rows with every word of the text in what is offered, or in the name of one of the two sides."""
        rows = self
        for word in words(text):
            fits = Q(offer__in=Offer.objects.order_by().filter(search_text__contains=word).values("pk"))
            named = Actor.objects.order_by().filter(sort_name__contains=word).values("pk")
            fits |= Q(offer__actor__in=named) | Q(actor__in=named)
            titled = Project.objects.order_by().filter(sort_title__contains=word).values("pk")
            rows = rows.filter(fits | Q(project__in=titled))
        return rows

    def open(self) -> Self:
        return self.filter(state=ResourceRequestState.OPEN)

    def granted(self) -> Self:
        return self.filter(state=ResourceRequestState.GRANTED)

    def given_away(self) -> Self:
        """Promised, and still to come or going on, the next one first."""
        return self.granted().filter(end_on__gte=timezone.localdate()).order_by("start_on", "start_time", "pk")

    def at_the_time_of(self, request: ResourceRequest) -> Self:
        """Others for the same offer that share a day with it, and hours of the day where both name some."""
        rows = self.filter(offer=request.offer_id, start_on__lte=request.end_on, end_on__gte=request.start_on).exclude(
            pk=request.pk
        )
        if request.start_time is None or request.end_time is None:
            return rows
        return rows.filter(Q(start_time=None) | Q(start_time__lt=request.end_time, end_time__gt=request.start_time))

    def free_again_for(self, user: Person | AnonymousUser, rows: Iterable[ResourceRequest]) -> list[ResourceRequest]:
        """Those of these loaded rows that the person asked for, and that were too late and can be asked for once more.

        What is promised is read once for all of them.
        """
        late = [row for row in rows if row.is_taken and row.has_time_left and row.offer.is_current]
        if not late:
            return []
        mine = set(self.asked_by(user).filter(pk__in=[row.pk for row in late]).values_list("pk", flat=True))
        first = min(row.start_on for row in late)
        promised = list(self.granted().filter(offer__in={row.offer_id for row in late}, end_on__gte=first))
        return [
            row
            for row in late
            if row.pk in mine
            and row.is_free_again(one for one in promised if one.offer_id == row.offer_id and share_time(one, row))
        ]

    def for_list(self) -> Self:
        """A line in a list, with both sides and what came of it."""
        return self.select_related(
            "offer__actor", "actor", "project", "by", "contribution__participation__project"
        ).fetch_mode(models.FETCH_PEERS)

    def for_detail(self) -> Self:
        return self.select_related(
            *("offer__actor", "actor", "project__lead_actor", "by", "decided_by", "thanked_by"),
            *("contribution__participation__project", "contribution__recorded_by", "contribution__confirmed_by"),
        ).prefetch_related("steps__by", "contribution__steps")


def _is_staffed(actor: str, *, by: Person) -> Q:
    """Whether the person is on the team of the actor to which this leads, and that is not over."""
    return Q(Exists(Membership.objects.filter(actor=OuterRef(actor), person=by).exclude(actor__state__in=Actor.OVER)))


def _is_organised(actor: str, *, by: Person) -> Q:
    return Q(Exists(Actor.objects.order_by().current().filter(pk=OuterRef(actor), neighbourhoods__organisers=by)))


def _offered_by(actors: models.QuerySet[Actor, Any]) -> Q:
    """By the keys of the offers, so that nothing has to be joined to count."""
    offers = Offer.objects.order_by().filter(actor__in=actors.order_by().values("pk"))
    return Q(offer__in=offers.values("pk"))


def _has_team(actor: str, *, but: str = "") -> Exists:
    """Whether somebody with an account keeps the actor to which this leads; `but` leads to a person who does not count."""
    team = Membership.objects.filter(actor=OuterRef(actor), person__is_active=True)
    return Exists(team.exclude(person=Coalesce(OuterRef(but), 0)) if but else team)


def _whoever_asked_speaks() -> Q:
    """Whether she still has an account, and writes for whom she asked.

    Each way by itself: together they would join everything that she organises.
    """
    people = get_user_model().objects.order_by().filter(pk=OuterRef("by"), is_active=True)
    ways = (
        {"is_staff": True},
        {"memberships__actor": OuterRef("actor")},
        {"memberships__actor": OuterRef("project__lead_actor")},
        {"organised_neighbourhoods__actors": OuterRef("actor")},
        {"organised_neighbourhoods__projects": OuterRef("project")},
    )
    return reduce(or_, (Q(Exists(people.filter(**way))) for way in ways))
