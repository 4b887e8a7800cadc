from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from partners.models import (
    Actor,
    Agreement,
    Listing,
    Membership,
    Month,
    Neighbourhood,
    NextStep,
    Offer,
    Partnership,
    PartnershipHandover,
    PartnershipParty,
    Person,
)
from partners.views.asking import asked_often
from partners.views.paging import page_or_redirect
from projects.models import (
    Contribution,
    Need,
    Participation,
    Project,
    ProjectHandover,
    ProjectInquiry,
    ResourceRequest,
)
from projects.views.chains import turn_of
from quartier.matches import best_for, needs_met, offers_sought
from quartier.views.news import news_for

SHOWN = 5
DECIDE, LATE, FIT, DRAFT = "decide", "late", "fit", "draft"
GROUPS = (DECIDE, LATE, FIT, DRAFT)


@dataclass(slots=True)
class Pile:
    """Something that waits: a tile with its number, the first rows below it, and a list of all of them.

    `rows` gives what is counted and shown, so a tile never promises another number than its list holds.
    """

    key: str
    group: str
    name: Callable[[int], str]
    rows: Callable[[], QuerySet[Any]]
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
    def is_folded(self) -> bool:
        """On a phone only the decisions stand open: the rest would be ten screens long."""
        return self.group != DECIDE

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.first)


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What is up now, for this person: decisions first, then what is overdue, what fits, then drafts, then news."""
    user: Any = request.user
    piles = all_piles(user)
    chosen = piles.get(request.GET.get("liste", ""))
    if chosen:
        return show_whole(request, chosen)
    waiting = sorted(waiting_for(user, piles), key=lambda pile: GROUPS.index(pile.group))
    context = {
        "groups": [(group, [pile for pile in waiting if pile.group == group]) for group in GROUPS],
        "piles": waiting,
        "decisions": sum(pile.count for pile in waiting if pile.group == DECIDE),
        "news": news_for(user),
        "memberships": _memberships(user),
        "quartiere": _quartiere(user),
        "next": request.path,
    }
    return render(request, "quartier/dashboard.html", context)


def waiting_for(user: Person, piles: dict[str, Pile]) -> list[Pile]:
    """Those in which something waits: all of them are counted in one question, and only these are read."""
    [counted] = _numbers(user)
    numbers = dict(zip(piles, counted, strict=True))
    waiting = [pile for key, pile in piles.items() if numbers[key]]
    for pile in waiting:
        pile.count, pile.first = numbers[pile.key], pile.dress(_first(user, key=pile.key))
    return waiting


@asked_often
def _numbers(user: Person) -> QuerySet[Person, Any]:
    """One row with the number of each pile, in their order. PostgreSQL plans a union of them for much longer."""
    piles = all_piles(user).values()
    numbers = [
        pile.rows().order_by().values(all=Value(1)).annotate(number=Count("pk")).values("number") for pile in piles
    ]
    return Person.objects.filter(pk=user.pk).order_by().values_list(*map(Subquery, numbers))


@asked_often
def _first(user: Person, *, key: str) -> QuerySet[Any]:
    return all_piles(user)[key].rows()[:SHOWN]


@asked_often
def _memberships(user: Person) -> QuerySet[Membership]:
    rows = Membership.objects.filter(person=user).exclude(actor__state=Actor.State.MERGED)
    return rows.select_related("actor").order_by("actor__sort_name")


@asked_often
def _quartiere(user: Person) -> QuerySet[Neighbourhood]:
    return Neighbourhood.objects.filter(organisers=user).for_list()


def show_whole(request: HttpRequest, pile: Pile) -> HttpResponse:
    """One pile with all its rows, page by page."""
    query = f"liste={pile.key}"
    page = page_or_redirect(pile.rows(), number=request.GET.get("seite", ""), query=query)
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
    overdue = Q(state__in=[Contribution.State.PLANNED, Contribution.State.PROMISED], end_on__lt=today)
    piles = [
        Pile(
            "bestaetigen",
            DECIDE,
            lambda n: ngettext("contribution to confirm", "contributions to confirm", n),
            lambda: contributions.confirmable_by(user).for_list().order_by("recorded_at", "pk"),
        ),
        Pile(
            "einwaende",
            DECIDE,
            lambda n: ngettext("objection to answer", "objections to answer", n),
            lambda: contributions.to_mend_by(user).for_list().order_by("pk"),
        ),
        Pile(
            "einladungen",
            DECIDE,
            lambda n: ngettext("invitation into a project", "invitations into projects", n),
            lambda: Participation.objects.all().waiting_for(user).for_list().order_by("pk"),
        ),
        Pile(
            "anfragen",
            DECIDE,
            lambda n: ngettext("request to a project", "requests to projects", n),
            lambda: ProjectInquiry.objects.waiting_for(user).for_list().order_by("created_at", "pk"),
        ),
        Pile(
            "angebotsanfragen",
            DECIDE,
            lambda n: ngettext("request for an offer: your turn", "requests for offers: your turn", n),
            lambda: ResourceRequest.objects.turn_of(user).for_list().order_by("start_on", "pk"),
            dress=lambda rows: [(row, turn_of(row).said(row)) for row in mine(rows)],
        ),
        Pile(
            "worte",
            DECIDE,
            lambda n: ngettext("side whose words wait for you", "sides whose words wait for you", n),
            lambda: PartnershipParty.objects.spoken_for_by(user).with_notes().for_list().order_by("pk"),
        ),
        Pile(
            "uebergaben",
            DECIDE,
            lambda n: ngettext("hand-over of a project to sign", "hand-overs of projects to sign", n),
            lambda: ProjectHandover.objects.all().waiting_for(user).for_list().order_by("pk"),
        ),
        Pile(
            "partnerschaftsuebergaben",
            DECIDE,
            lambda n: ngettext("hand-over of a partnership to sign", "hand-overs of partnerships to sign", n),
            lambda: PartnershipHandover.objects.all().waiting_for(user).for_list().order_by("pk"),
        ),
        Pile(
            "veroeffentlichen",
            DECIDE,
            lambda n: ngettext("profile to publish", "profiles to publish", n),
            lambda: (
                Actor.objects.organised_by(user)
                .filter(state=Actor.State.SUBMITTED)
                .for_line()
                .select_related("kind")
                .prefetch_related("neighbourhoods")
                .order_by("updated_at", "pk")
            ),
        ),
        Pile(
            "naechste",
            LATE,
            lambda n: ngettext(
                "next step that is overdue or due this week", "next steps that are overdue or due this week", n
            ),
            lambda: NextStep.objects.waiting_for(user).due_by_the_end_of_the_week().for_list().order_by("due_on", "pk"),
        ),
        Pile(
            "projekte",
            LATE,
            lambda n: ngettext("project past its end", "projects past their end", n),
            lambda: Project.objects.all().editable_by(user).running().filter(end_on__lt=today).order_by("end_on", "pk"),
        ),
        Pile(
            "beitraege",
            LATE,
            lambda n: ngettext("contribution that should be delivered", "contributions that should be delivered", n),
            lambda: contributions.editable_by(user).filter(overdue).for_list().order_by("end_on", "pk"),
        ),
        Pile(
            "auslastung",
            LATE,
            lambda n: ngettext("place with more promised than stated", "places with more promised than stated", n),
            lambda: (
                Actor.objects.load_visible_to(user)
                .promising_too_much(Month.present())
                .for_line()
                .order_by("sort_name", "pk")
            ),
        ),
        Pile(
            "vereinbarungen",
            LATE,
            lambda n: ngettext("agreement that comes to an end", "agreements that come to an end", n),
            lambda: Agreement.objects.visible_to(user).coming_to_an_end().for_list().order_by("end_on", "pk"),
        ),
        Pile(
            "rueckblicke",
            LATE,
            lambda n: ngettext("look back within two weeks", "looks back within two weeks", n),
            lambda: (
                Partnership.objects.internal_to(user).looking_back_soon().for_list().order_by("next_review_on", "pk")
            ),
        ),
        Pile(
            "vereinbarungsentwuerfe",
            DRAFT,
            lambda n: ngettext("agreement in draft", "agreements in draft", n),
            lambda: Agreement.objects.visible_to(user).drafts().for_list().order_by("created_at", "pk"),
        ),
        Pile(
            "partnerschaften",
            LATE,
            lambda n: ngettext("partnership with something due", "partnerships with something due", n),
            lambda: Partnership.objects.editable_by(user).due().for_list(),
        ),
        Pile(
            "entwuerfe",
            DRAFT,
            lambda n: ngettext("profile in draft", "profiles in draft", n),
            lambda: (
                Actor.objects.editable_by(user).filter(state=Actor.State.DRAFT).for_line().order_by("sort_name", "pk")
            ),
        ),
        Pile(
            "ideen",
            DRAFT,
            lambda n: ngettext("project idea", "project ideas", n),
            lambda: (
                Project.objects.all().editable_by(user).filter(state=Project.State.IDEA).order_by("sort_title", "pk")
            ),
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

    def rows(model: type[Listing]) -> Any:
        """Whose they are is named, not where that lies."""
        every: Any = model._default_manager.all()
        return every.kept_by(user).for_list().prefetch_related(None)

    return [
        Pile(
            "angebote",
            LATE,
            lambda n: ngettext("offer that expires soon", "offers that expire soon", n),
            lambda: rows(Offer).reminded_of().ending_soon().order_by("valid_until", "pk"),
        ),
        Pile(
            "abgelaufene_angebote",
            LATE,
            lambda n: ngettext("offer that has expired", "offers that have expired", n),
            lambda: rows(Offer).reminded_of().expired().order_by("valid_until", "pk"),
        ),
        Pile(
            "bedarfe",
            LATE,
            lambda n: ngettext("need that expires soon", "needs that expire soon", n),
            lambda: rows(Need).reminded_of().ending_soon().order_by("valid_until", "pk"),
        ),
        Pile(
            "abgelaufene_bedarfe",
            LATE,
            lambda n: ngettext("need that has expired", "needs that have expired", n),
            lambda: rows(Need).reminded_of().expired().order_by("valid_until", "pk"),
        ),
        Pile(
            "angebotsentwuerfe",
            DRAFT,
            lambda n: ngettext("offer in draft", "offers in draft", n),
            lambda: rows(Offer).filter(state=Listing.State.DRAFT),
        ),
        Pile(
            "bedarfsentwuerfe",
            DRAFT,
            lambda n: ngettext("need in draft", "needs in draft", n),
            lambda: rows(Need).filter(state=Listing.State.DRAFT),
        ),
    ]


def match_piles(user: Person) -> list[Pile]:
    """What one side offers and the other looks for, told to both as far as each may read it."""
    return [
        Pile(
            "passende_angebote",
            FIT,
            lambda n: ngettext("need that an offer fits", "needs that an offer fits", n),
            lambda: needs_met(user).for_matches(),
            dress=lambda rows: best_for(Need, rows, user),
        ),
        Pile(
            "passende_bedarfe",
            FIT,
            lambda n: ngettext("offer that others look for", "offers that others look for", n),
            lambda: offers_sought(user).for_matches(),
            dress=lambda rows: best_for(Offer, rows, user),
        ),
    ]
