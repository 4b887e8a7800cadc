from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from partners.actions.actors import create_actor
from partners.actions.receipts import once, was_sent
from partners.actions.twins import Twin, likely_twins
from partners.filters import ActorFilter
from partners.forms.actors import ActorCreateForm
from partners.models import Actor, ActorKind, KeyActorAssessment, Neighbourhood, PartnershipParty, StageError
from partners.models.twins import HINTED
from partners.views.correcting import page_of
from partners.views.exports import MOST_ROWS
from partners.views.maps import Tiles, may_show_tiles
from partners.views.paging import OnePassPaginator


@dataclass(slots=True)
class Line:
    """One line of the directory. It knows how it is drawn, because asking a template for each word takes too long."""

    actor: Actor
    words: list[str]
    places: list[str] = field(default_factory=list)
    sector: str | None = None
    is_main_partner: bool = False
    assessment: KeyActorAssessment | None = None

    @property
    def chips(self) -> SafeString:
        return format_html_join("", '<span class="chip">{}</span>', ((word,) for word in self.words))

    @property
    def shape(self) -> str:
        """How it is drawn on the map, as in the picture of the network: a square for a bridge, else the form of its sector."""
        return "square" if self.is_main_partner else ActorKind.shape_of(self.sector)

    @property
    def where(self) -> str:
        return ", ".join([*filter(None, [self.actor.street_line]), *sorted(self.places)])


@require_safe
@may_show_tiles
def actor_list(request: HttpRequest) -> HttpResponse:
    """The directory: everybody finds what is published; whoever keeps profiles also finds those before and after."""
    listed = page_of(
        request.GET,
        make=lambda data: ActorFilter(data, user=request.user),
        rows=lambda found: found.qs.values_list("pk", flat=True),
        public=Actor.objects.published(),
        search_pages=OnePassPaginator,
    )
    if isinstance(listed, HttpResponse):
        return listed
    page = listed.page
    page.object_list = lines_of(list(page.object_list), listed.found)
    context = {
        "page": page,
        "found": listed.found,
        "correction": listed.correction,
        "may_create": Neighbourhood.objects.editable_by(request.user).exists(),
        "most_in_table": MOST_ROWS,
        "tiles": Tiles.of_operator(),
        "is_empty": not page.paginator.count and not Actor.objects.published().exists(),
    }
    return render(request, "partners/actor_list.html", context)


def lines_of(keys: list[int], found: ActorFilter) -> list[Line]:
    """One page of the directory. Kinds, places and topics are known from the filters; only the ties are asked for."""
    kinds, places, topics = (found.words(name) for name in ("art", "quartier", "thema"))
    lines = {
        actor.pk: Line(actor, [kinds[actor.kind_id]] if actor.kind_id else [], sector=actor.sector)
        for actor in Actor.objects.for_line().filter(pk__in=keys).annotate(sector=F("kind__sector"))
    }
    through = Actor.neighbourhoods.through.objects.filter(actor__in=keys)
    for key, place in through.values_list("actor", "neighbourhood"):
        lines[key].places.append(places[place])
    for key, topic in Actor.topics.through.objects.filter(actor__in=keys).values_list("actor", "topic"):
        lines[key].words.append(topics[topic])
    for key in PartnershipParty.objects.of_main_partners().filter(actor__in=keys).values_list("actor", flat=True):
        lines[key].is_main_partner = True
    if found.organises:
        for assessment in found.assessments().filter(actor__in=keys):
            lines[assessment.actor_id].assessment = assessment
    return [lines[key] for key in keys]


def own_neighbourhoods(user: Any) -> list[Neighbourhood]:
    """Those the person decides on, in which she may put an actor."""
    return list(Neighbourhood.objects.editable_by(user).order_by("name"))


@vary_on_headers("HX-Request")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def actor_create(request: HttpRequest) -> HttpResponse:
    """Organisers and admins enter an actor. It stays a draft until one of them publishes it."""
    own = own_neighbourhoods(request.user)
    if not own:
        raise Http404
    if request.htmx:
        return show_twins(request, own)
    form = ActorCreateForm(request.POST if request.method == "POST" else None, own=own)
    if not form.is_valid() or "zurueck" in request.POST:
        return render(request, "partners/actor_create.html", {"form": form})
    fingerprint = form.fingerprint(of=request.user, at=request.path)
    if twins := unseen_twins(request, form, fingerprint):
        return render(request, "partners/actor_create_twins.html", {"form": form, "twins": twins})
    answer = once(fingerprint=fingerprint, make=lambda: create_actor(**form.values()))
    if answer.is_new:
        messages.success(
            request,
            gettext("“%(name)s” is entered, as a draft. Look at it, then publish it.")
            % {"name": form.cleaned_data["name"]},
        )
    return redirect(answer.leads_to)


def show_twins(request: HttpRequest, own: list[Neighbourhood]) -> HttpResponse:
    """While somebody types: what is there already and looks like it. What cannot be used yet says nothing."""
    form = ActorCreateForm(request.GET, own=own)
    form.is_valid()
    twins = likely_twins(values=form.cleaned_data, user=request.user, least=HINTED)
    return render(request, "partners/_twins.html", {"twins": twins})


def unseen_twins(request: HttpRequest, form: ActorCreateForm, fingerprint: str) -> list[Twin]:
    """Likely twins that the form has not shown yet; none where this very form made its row a moment ago.

    That is asked last: the same form may be sent at the same moment, and its row is the twin that is found.
    """
    twins = likely_twins(values=form.cleaned_data, user=request.user)
    seen = set(request.POST.getlist("gesehen"))
    known = all(str(twin.actor.pk) in seen for twin in twins) or was_sent(fingerprint=fingerprint)
    return [] if known else twins


@dataclass(frozen=True)
class Step:
    """One step of a profile as people see it: the word in the address, the button, what it does and what was done."""

    word: str
    label: Any
    explained: Any
    done: Any
    verb: str
    target: str

    @property
    def is_final(self) -> bool:
        return self.target == Actor.State.ARCHIVED


STEPS = {
    step.word: step
    for step in (
        Step(
            word="einreichen",
            label=_("Submit"),
            explained=_("The organisers look at the profile and publish it."),
            done=_("“%(name)s” is submitted. The organisers look at it and publish it."),
            verb="submit",
            target=Actor.State.SUBMITTED,
        ),
        Step(
            word="veroeffentlichen",
            label=_("Publish"),
            explained=_("Once you publish it, everybody can read the profile."),
            done=_("“%(name)s” is published. Everybody can read the profile now."),
            verb="publish",
            target=Actor.State.PUBLISHED,
        ),
        Step(
            word="verbergen",
            label=_("Hide"),
            explained=_(
                "When you hide it, only the team and the organisers see the profile, until you publish it again."
            ),
            done=_("“%(name)s” is hidden. Only the team and the organisers see it, until you publish it again."),
            verb="hide",
            target=Actor.State.HIDDEN,
        ),
        Step(
            word="archivieren",
            label=_("Archive for good"),
            explained=_(
                "The profile leaves the directory and nobody can change it any more. It stays in the history of its "
                "projects. There is no way back."
            ),
            done=_("“%(name)s” is archived. It stays in the history of its projects."),
            verb="archive",
            target=Actor.State.ARCHIVED,
        ),
    )
}


def steps_for(user: Any, actor: Actor) -> list[Step]:
    """The steps that the person may take with the profile from where it stands."""
    open_steps = set(actor.open_steps)
    if Actor.objects.organised_by(user).filter(pk=actor.pk).exists():
        if actor.state == Actor.State.DRAFT:
            open_steps = {Actor.State.PUBLISHED}
    else:
        open_steps &= {Actor.State.SUBMITTED}
    return [step for step in STEPS.values() if step.target in open_steps]


@login_required
@require_POST
def actor_step(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Its team submits a profile; organisers publish, hide and archive it."""
    chosen = STEPS[step]
    rows = Actor.objects.editable_by(request.user)
    if chosen.verb != "submit":
        rows = Actor.objects.visible_to(request.user).organised_by(request.user)
    actor = get_object_or_404(rows, slug=slug)
    try:
        with transaction.atomic():
            getattr(actor, chosen.verb)()
    except StageError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, chosen.done % {"name": actor.name})
    return redirect(actor)
