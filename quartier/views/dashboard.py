from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from partners.models import (
    Actor,
    Agreement,
    Listing,
    Month,
    NextStep,
    Offer,
    Partnership,
    PartnershipHandover,
    PartnershipParty,
    Person,
)
from partners.views.paging import page_or_redirect
from projects.models import (
    Contribution,
    ContributionStep,
    Need,
    Participation,
    Project,
    ProjectHandover,
    ProjectInquiry,
    ProjectStep,
    ResourceRequest,
)
from projects.views.resource_requests import with_turns
from quartier.matches import best_for, needs_met, offers_sought

SHOWN = 5
NEWS = 6
DECIDE, LATE, FIT, DRAFT = "decide", "late", "fit", "draft"
GROUPS = (DECIDE, LATE, FIT, DRAFT)


@dataclass(slots=True)
class Pile:
    """Something that waits: a tile with its number, the first rows below it, and a list of all of them.

    `rows` are counted and shown, so a tile never promises another number than its list holds.
    """

    key: str
    group: str
    name: Callable[[int], str]
    rows: QuerySet[Any]
    count: int = 0
    first: list[Any] = field(default_factory=list)
    # What is shown with each of the rows, in a constant number of questions.
    dress: Callable[[list[Any]], list[Any]] = list

    @property
    def template(self) -> str:
        return f"quartier/dashboard/_{self.key}.html"

    @property
    def label(self) -> str:
        return self.name(self.count)

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.first)

    def look(self) -> Pile:
        """One question for a pile that is shown whole, as most are; only a higher one is counted too."""
        rows = list(self.rows[: SHOWN + 1])
        self.first = self.dress(rows[:SHOWN])
        self.count = self.rows.count() if len(rows) > SHOWN else len(rows)
        return self


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What is up now, for this person: decisions first, then what is overdue, what fits, then drafts, then news."""
    user = Person.objects.get(pk=request.user.pk)
    piles = all_piles(user)
    chosen = piles.get(request.GET.get("liste", ""))
    if chosen:
        return show_whole(request, chosen)
    seen = [pile.look() for pile in piles.values()]
    waiting = sorted((pile for pile in seen if pile.count), key=lambda pile: GROUPS.index(pile.group))
    context = {
        "groups": [(group, [pile for pile in waiting if pile.group == group]) for group in GROUPS],
        "piles": waiting,
        "decisions": sum(pile.count for pile in waiting if pile.group == DECIDE),
        "news": news_for(user),
        "memberships": list(
            user.memberships.exclude(actor__state=Actor.State.MERGED)
            .select_related("actor")
            .order_by("actor__sort_name")
        ),
        "quartiere": list(user.organised_neighbourhoods.for_list()),
        "next": request.path,
    }
    return render(request, "quartier/dashboard.html", context)


def show_whole(request: HttpRequest, pile: Pile) -> HttpResponse:
    """One pile with all its rows, page by page."""
    query = f"liste={pile.key}"
    page = page_or_redirect(pile.rows, number=request.GET.get("seite", ""), query=query)
    if isinstance(page, HttpResponse):
        return page
    pile.count = page.paginator.count
    page.object_list = pile.dress(list(page.object_list))
    context = {"pile": pile, "page": page, "query": query, "next": f"{request.path}?{query}"}
    return render(request, "quartier/dashboard_list.html", context)


def all_piles(user: Person) -> dict[str, Pile]:
    """Everything that can wait for somebody, in the order in which it is shown. Nothing is fetched yet."""
    today = timezone.localdate()
    contributions = Contribution.objects.all()
    agreements = Agreement.objects.visible_to(user)
    overdue = Q(state__in=[Contribution.State.PLANNED, Contribution.State.PROMISED], end_on__lt=today)
    piles = [
        Pile(
            "bestaetigen",
            DECIDE,
            lambda n: ngettext("contribution to confirm", "contributions to confirm", n),
            contributions.confirmable_by(user).for_list().order_by("recorded_at", "pk"),
        ),
        Pile(
            "einwaende",
            DECIDE,
            lambda n: ngettext("objection to answer", "objections to answer", n),
            contributions.to_mend_by(user).for_list().order_by("pk"),
        ),
        Pile(
            "einladungen",
            DECIDE,
            lambda n: ngettext("invitation into a project", "invitations into projects", n),
            Participation.objects.all().waiting_for(user).for_list().order_by("pk"),
        ),
        Pile(
            "anfragen",
            DECIDE,
            lambda n: ngettext("request to a project", "requests to projects", n),
            ProjectInquiry.objects.waiting_for(user).for_list().order_by("created_at", "pk"),
        ),
        Pile(
            "angebotsanfragen",
            DECIDE,
            lambda n: ngettext("request for an offer: your turn", "requests for offers: your turn", n),
            ResourceRequest.objects.turn_of(user).for_list().order_by("start_on", "pk"),
            dress=lambda rows: with_turns(mine(rows)),
        ),
        Pile(
            "worte",
            DECIDE,
            lambda n: ngettext("side whose words wait for you", "sides whose words wait for you", n),
            PartnershipParty.objects.spoken_for_by(user).with_notes().for_list().order_by("pk"),
        ),
        Pile(
            "uebergaben",
            DECIDE,
            lambda n: ngettext("hand-over of a project to sign", "hand-overs of projects to sign", n),
            ProjectHandover.objects.all().waiting_for(user).for_list().order_by("pk"),
        ),
        Pile(
            "partnerschaftsuebergaben",
            DECIDE,
            lambda n: ngettext("hand-over of a partnership to sign", "hand-overs of partnerships to sign", n),
            PartnershipHandover.objects.all().waiting_for(user).for_list().order_by("pk"),
        ),
        Pile(
            "veroeffentlichen",
            DECIDE,
            lambda n: ngettext("profile to publish", "profiles to publish", n),
            Actor.objects.organised_by(user)
            .filter(state=Actor.State.SUBMITTED)
            .for_list()
            .order_by("updated_at", "pk"),
        ),
        Pile(
            "naechste",
            LATE,
            lambda n: ngettext(
                "next step that is overdue or due this week", "next steps that are overdue or due this week", n
            ),
            NextStep.objects.waiting_for(user).due_by_the_end_of_the_week().for_list().order_by("due_on", "pk"),
        ),
        Pile(
            "projekte",
            LATE,
            lambda n: ngettext("project past its end", "projects past their end", n),
            Project.objects.all().editable_by(user).running().filter(end_on__lt=today).order_by("end_on", "pk"),
        ),
        Pile(
            "beitraege",
            LATE,
            lambda n: ngettext("contribution that should be delivered", "contributions that should be delivered", n),
            contributions.editable_by(user).filter(overdue).for_list().order_by("end_on", "pk"),
        ),
        Pile(
            "auslastung",
            LATE,
            lambda n: ngettext("place with more promised than stated", "places with more promised than stated", n),
            Actor.objects.load_visible_to(user)
            .promising_too_much(Month.present())
            .for_list()
            .order_by("sort_name", "pk"),
        ),
        Pile(
            "vereinbarungen",
            LATE,
            lambda n: ngettext("agreement that comes to an end", "agreements that come to an end", n),
            agreements.coming_to_an_end().for_list().order_by("end_on", "pk"),
        ),
        Pile(
            "rueckblicke",
            LATE,
            lambda n: ngettext("look back within two weeks", "looks back within two weeks", n),
            Partnership.objects.internal_to(user).looking_back_soon().for_list().order_by("next_review_on", "pk"),
        ),
        Pile(
            "vereinbarungsentwuerfe",
            DRAFT,
            lambda n: ngettext("agreement in draft", "agreements in draft", n),
            agreements.drafts().for_list().order_by("created_at", "pk"),
        ),
        Pile(
            "partnerschaften",
            LATE,
            lambda n: ngettext("partnership with something due", "partnerships with something due", n),
            Partnership.objects.editable_by(user).due().for_list(),
        ),
        Pile(
            "entwuerfe",
            DRAFT,
            lambda n: ngettext("profile in draft", "profiles in draft", n),
            Actor.objects.editable_by(user).filter(state=Actor.State.DRAFT).for_list().order_by("sort_name", "pk"),
        ),
        Pile(
            "ideen",
            DRAFT,
            lambda n: ngettext("project idea", "project ideas", n),
            Project.objects.all().editable_by(user).filter(state=Project.State.IDEA).order_by("sort_title", "pk"),
        ),
    ]
    return {pile.key: pile for pile in [*piles, *listing_piles(user), *match_piles(user)]}


def mine(rows: list[ResourceRequest]) -> list[ResourceRequest]:
    """In this pile it is always the reader's turn."""
    for row in rows:
        row.is_turn = True
    return rows


def listing_piles(user: Person) -> list[Pile]:
    """What is offered and needed by those for whom the person writes, and does not stand in the list or will soon not."""
    offers, needs = Offer.objects.kept_by(user).for_list(), Need.objects.kept_by(user).for_list()
    return [
        Pile(
            "angebote",
            LATE,
            lambda n: ngettext("offer that expires soon", "offers that expire soon", n),
            offers.reminded_of().ending_soon().order_by("valid_until", "pk"),
        ),
        Pile(
            "abgelaufene_angebote",
            LATE,
            lambda n: ngettext("offer that has expired", "offers that have expired", n),
            offers.reminded_of().expired().order_by("valid_until", "pk"),
        ),
        Pile(
            "bedarfe",
            LATE,
            lambda n: ngettext("need that expires soon", "needs that expire soon", n),
            needs.reminded_of().ending_soon().order_by("valid_until", "pk"),
        ),
        Pile(
            "abgelaufene_bedarfe",
            LATE,
            lambda n: ngettext("need that has expired", "needs that have expired", n),
            needs.reminded_of().expired().order_by("valid_until", "pk"),
        ),
        Pile(
            "angebotsentwuerfe",
            DRAFT,
            lambda n: ngettext("offer in draft", "offers in draft", n),
            offers.filter(state=Listing.State.DRAFT),
        ),
        Pile(
            "bedarfsentwuerfe",
            DRAFT,
            lambda n: ngettext("need in draft", "needs in draft", n),
            needs.filter(state=Listing.State.DRAFT),
        ),
    ]


def match_piles(user: Person) -> list[Pile]:
    """What one side offers and the other looks for, told to both as far as each may read it."""
    return [
        Pile(
            "passende_angebote",
            FIT,
            lambda n: ngettext("need that an offer fits", "needs that an offer fits", n),
            needs_met(user).for_matches(),
            dress=lambda rows: best_for(Need, rows, user),
        ),
        Pile(
            "passende_bedarfe",
            FIT,
            lambda n: ngettext("offer that others look for", "offers that others look for", n),
            offers_sought(user).for_matches(),
            dress=lambda rows: best_for(Offer, rows, user),
        ),
    ]


@dataclass(frozen=True, slots=True)
class News:
    """The latest step of one contribution or project."""

    subject: Contribution | Project
    what: str
    where: str
    at: datetime


def news_for(user: Person) -> list[News]:
    """The latest steps of others in what the person has to do with, one for each thing. Who took them is not named."""
    own = Project.objects.all().editable_by(user).values("pk")
    joined = Participation.objects.all().staffed_by(user).filter(is_declined=False).values("project")
    contributions = ContributionStep.objects.filter(contribution__in=Contribution.objects.all().recordable_by(user))
    projects = ProjectStep.objects.filter(Q(project__in=own) | Q(project__in=joined))
    parts = "contribution__participation"
    news = [
        *map(of_contribution, by_others(contributions.select_related(f"{parts}__project", f"{parts}__actor"), user)),
        *map(of_project, by_others(projects.select_related("project"), user)),
    ]
    newest = {one.subject: one for one in sorted(news, key=lambda one: one.at)}
    return sorted(newest.values(), key=lambda one: one.at, reverse=True)[:NEWS]


def by_others(steps: QuerySet[Any], user: Person) -> QuerySet[Any]:
    return steps.exclude(by=user).order_by("-at", "-pk")[: NEWS * 4]


def of_contribution(step: ContributionStep) -> News:
    part = step.contribution.participation
    return News(step.contribution, step.label, f"{part.actor}, {part.project}", step.at)


def of_project(step: ProjectStep) -> News:
    return News(step.project, str(Project.state_labels()[step.to_state]), gettext("Project"), step.at)
