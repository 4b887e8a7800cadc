"""What is needed: by an actor for its work, or by a project. It stands on this floor because a project can need something.

One table for both, so that one list, one search and one filter find them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, Listing, ListingQuerySet
from partners.reversing import address
from projects.models.projects import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from partners.models import Person


# Where whose it is lies, and what it is about.
TIES = ("actor__neighbourhoods", "actor__topics", "project__neighbourhoods", "project__topics")
# Of a project, what no line shows.
LONG = ("project__summary", "project__goal", "project__results", "project__how_to_join", "project__search_text")


class NeedQuerySet(ListingQuerySet["Need"]):
    NAMES = ("actor__sort_name", "project__sort_title")

    def _kept(self, user: Person) -> Q:
        own = Q(actor__in=Actor.objects.editable_by(user).order_by().values("pk"))
        return own | Q(project__in=Project.objects.all().editable_by(user).order_by().values("pk"))

    def _shown(self, user: Person | AnonymousUser) -> Q:
        """A project that is over needs nothing any more; an idea needs something of those who know of it."""
        seen = Q(project__state__in=Project.JOINABLE)
        if user.is_authenticated:
            ideas = Project.objects.visible_to(user).filter(state=Project.State.IDEA)
            seen |= Q(project__in=ideas.order_by().values("pk"))
        return Q(actor__state=Actor.State.PUBLISHED) | seen

    def _alive(self) -> Q:
        going_on = Q(project__state__in=Project.GOING_ON)
        return Q(actor__state=Actor.State.PUBLISHED) | going_on

    def for_list(self) -> Self:
        """A line in a list, with whose it is and where."""
        rows = self.select_related("actor", "project")
        unread = Actor.all_but("name", "slug", "is_demo", "state", through="actor")
        return (
            rows.prefetch_related("actor__neighbourhoods", "project__neighbourhoods")
            .defer("search_text", *unread, *LONG)
            .fetch_mode(models.FETCH_PEERS)
        )

    def for_matches(self) -> Self:
        """With all that can speak for it beside an offer: whose it is, where, and its topics."""
        read = ("name", "slug", "is_demo", "state", "latitude", "longitude", "is_address_public")
        rows = self.select_related("actor", "project").prefetch_related(*TIES)
        unread = Actor.all_but(*read, through="actor")
        return rows.defer("search_text", *unread, *LONG).fetch_mode(models.FETCH_PEERS)

    def for_detail(self) -> Self:
        rows = self.select_related("actor__kind", "project")
        return rows.prefetch_related(*TIES)


class Need(Listing):
    """What an actor or a project looks for.

    `is_free` says that it has to be free of charge; otherwise the conditions say what is given for it.
    """

    STAYS = frozenset({"actor", "project"})

    actor = models.ForeignKey(
        Actor, models.CASCADE, null=True, blank=True, related_name="needs", verbose_name=_("actor")
    )
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="needs", verbose_name=_("project")
    )

    objects = NeedQuerySet.as_manager()

    class Meta(Listing.Meta):
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        indexes = [
            *Listing.Meta.indexes,
            models.Index(fields=["actor", "state", "valid_until"], name="%(class)s_of_actor"),
            models.Index(fields=["project", "state", "valid_until"], name="%(class)s_of_project"),
        ]
        constraints = [
            *Listing.Meta.constraints,
            models.CheckConstraint(
                condition=Q(actor=None, project__isnull=False) | Q(actor__isnull=False, project=None),
                name="%(class)s_of_an_actor_or_a_project",
                violation_error_message=_("A need belongs to an actor or to a project, not to both."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return address("need-detail", self.pk)

    @property
    def owner(self) -> Actor | Project:
        return self.actor or self.project  # type: ignore[return-value]  # the constraint: one of them
