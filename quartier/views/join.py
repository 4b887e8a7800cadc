from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partners.models import Actor, Neighbourhood
from projects.models import Project

# Where one can come in without being a member, a pupil or a customer (ours).
OPEN_KINDS = ("nachbarschaftstreff", "bibliothek", "kulturzentrum", "quartiersmanagement")
PLACES, PROJECTS, CONTACTS = 6, 8, 4


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """Three doors for people who are new, have an hour or have a room; behind each somebody to turn to. The same for every reader."""
    neighbourhoods = list(Neighbourhood.objects.for_list())
    chosen = next((one for one in neighbourhoods if one.slug == request.GET.get("quartier")), None)
    context = {
        "neighbourhoods": neighbourhoods,
        "chosen": chosen,
        "places": list(open_places(chosen)[:PLACES]),
        "projects": list(open_projects(chosen)[:PROJECTS]),
        "contacts": list(contacts(chosen)[:CONTACTS]),
    }
    return render(request, "quartier/join.html", context)


def published(chosen: Neighbourhood | None) -> QuerySet[Actor]:
    rows = Actor.objects.published()
    return rows.filter(neighbourhoods=chosen) if chosen else rows


def open_places(chosen: Neighbourhood | None) -> QuerySet[Actor]:
    """Places open to all, those with an address that can be found first."""
    found_first = Case(When(Q(street="") | Q(is_address_public=False), then=Value(1)), default=Value(0))
    return published(chosen).filter(kind__slug__in=OPEN_KINDS).for_list().order_by(found_first, "sort_name", "pk")


def open_projects(chosen: Neighbourhood | None) -> QuerySet[Project]:
    rows = Project.objects.all().visible_to(AnonymousUser()).open_to_join().with_lead()
    return (rows.filter(neighbourhoods=chosen) if chosen else rows).in_order()


def contacts(chosen: Neighbourhood | None) -> QuerySet[Actor]:
    """Whom to ask, of those who can be reached: who carries the work in a neighbourhood, its Quartierspartner*innen, its meeting places."""
    leads = Neighbourhood.objects.filter(pk=chosen.pk) if chosen else Neighbourhood.objects.all()
    carries = Q(pk__in=leads.exclude(lead_actor=None).values("lead_actor"))
    meets = Q(kind__slug__in=("quartiersmanagement", "nachbarschaftstreff"))
    rows = published(chosen).with_main_partner().exclude(email="", phone="", website="")
    lead_first = Case(When(carries, then=Value(0)), When(is_main_partner=True, then=Value(1)), default=Value(2))
    return rows.filter(carries | meets | Q(is_main_partner=True)).order_by(lead_first, "sort_name", "pk")
