"""Asking for what is offered, and the page on which both sides see how far that is and whose turn it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Value
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.models import Actor, Offer, Person
from partners.rows_field import is_key
from partners.views.asking import asked_often
from partners.views.paging import OnePassPaginator, in_their_order, page_or_redirect
from partners.views.writing import made_once
from projects.actions.asking import has_account, may_be_asked_by_mail
from projects.actions.request_asking import ask_for_offer
from projects.actions.resource_requests import (
    decline_request,
    finish_request,
    grant_request,
    thank_for_request,
    withdraw_request,
)
from projects.filters import RequestFilter
from projects.forms.askers import key_of
from projects.forms.resource_requests import AskForm, DeclineForm, FinishForm, GrantForm, TakeBackForm, ThankForm
from projects.models import Contribution, Need, Project, ResourceRequest
from projects.models.clashes import COUNTED, ONE_AT_A_TIME, ONE_BY_THE_HOUR
from projects.views.chains import ANSWER, CONFIRM, MEND, STRANDED, TELL, THANK, steps_of, turn_of
from projects.views.ledger import sentence, who_answers
from projects.views.requests import SignedInRequest

State = ResourceRequest.State
# So many promises are named before somebody types a day.
TOLD = 8


@login_required
@require_safe
def request_list(request: SignedInRequest) -> HttpResponse:
    """What was asked of those for whom the person writes, and for them; the newest first. Their keys are read first."""
    found = RequestFilter(request.GET, user=request.user)
    seen = found.qs.visible_to(request.user).values_list("pk", flat=True) if found.is_narrowed else None
    rows: Any = Newest(request.user) if seen is None else seen
    # What waits for somebody takes longest to find: it is counted while it is read, not asked for twice.
    pages = OnePassPaginator if seen is not None and "dran" in request.GET else Paginator
    number = request.GET.get("seite", "")
    page = page_or_redirect(rows, number=number, query=found.query(), pages=pages)
    if isinstance(page, HttpResponse):
        return page
    keys = list(page.object_list)
    page.object_list = in_their_order(_rows(keys), keys)
    context = {
        "found": found,
        "page": page,
        "rows": with_turns(page.object_list, request.user),
        "is_empty": not page.paginator.count and not found.is_narrowed,
    }
    return render(request, "projects/request/list.html", context)


class Newest:
    """The keys of all that somebody sees, the newest first, for a paginator: nearly always the first of them are asked for."""

    def __init__(self, user: Person) -> None:
        self.user = user

    def __len__(self) -> int:
        return sum(_number(self.user))

    def __getitem__(self, part: slice) -> list[int]:
        return _newest(self.user, start=part.start, stop=part.stop) if part.stop > part.start else []


@asked_often
def _number(user: Person) -> QuerySet[ResourceRequest, int]:
    rows = ResourceRequest.objects.visible_to(user).order_by().values(all=Value(1))
    return rows.annotate(number=Count("pk")).values_list("number", flat=True)


@asked_often
def _newest(user: Person, *, start: int, stop: int) -> QuerySet[ResourceRequest, int]:
    return ResourceRequest.objects.visible_to(user).values_list("pk", flat=True)[start:stop]


@asked_often
def _rows(keys: list[int]) -> QuerySet[ResourceRequest]:
    return ResourceRequest.objects.order_by().filter(pk__in=keys).for_list()


@asked_often
def _turns(keys: list[int], user: Person) -> QuerySet[ResourceRequest, int]:
    return ResourceRequest.objects.order_by().filter(pk__in=keys).turn_of(user).values_list("pk", flat=True)


@asked_often
def _entries(keys: list[int], user: Person) -> QuerySet[Contribution, int]:
    """Those of these contributions that the person has to confirm or to put right."""
    rows = Contribution.objects.order_by().filter(pk__in=keys)
    return (rows.confirmable_by(user) | rows.to_mend_by(user)).values_list("pk", flat=True)


def with_turns(rows: Any, user: Person) -> list[tuple[ResourceRequest, str]]:
    """Each with the sentence that says whose turn it is, or that it is free again for whoever was too late."""
    shown = list(rows)
    now = {row.pk: turn_of(row).key for row in shown}
    due = [row.pk for row in shown if now[row.pk] in (ANSWER, TELL, THANK, STRANDED)]
    delivered = [row.contribution_id for row in shown if now[row.pk] in (CONFIRM, MEND)]
    turns = set(_turns(due, user)) if due else set()
    entries = set(_entries(delivered, user)) if delivered else set()
    for row in shown:
        row.is_turn = row.pk in turns or row.contribution_id in entries
    for row in ResourceRequest.objects.all().free_again_for(user, shown):
        row.is_free = True
    return [(row, turn_of(row).said(row)) for row in shown]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def request_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whoever keeps a place or a project asks for it; who keeps none reads on the page of the offer whom to call."""
    rows = Offer.objects.visible_to(request.user).select_related("actor")
    offer = get_object_or_404(rows, pk=pk)
    data = request.POST if request.method == "POST" else None
    form = AskForm(data, offer=offer, by=request.user, initial=begun(request, offer))
    if not offer.is_current or not form.askers.exist():
        messages.info(request, _why_not(offer, request.user))
        return redirect(offer)
    has_team = has_account(offer.actor)
    if form.is_bound and not form.is_search and form.is_valid():
        values = form.values()
        leads_to = made_once(
            request,
            form,
            make=lambda: ask_for_offer(offer=offer, by=request.user, **values),
            said=lambda: _what_comes_next(offer, request.user, has_team=has_team),
        )
        if leads_to:
            return redirect(leads_to)
    context = {"form": form, "offer": offer, "has_team": has_team, "taken": taken_days(offer)}
    return render(request, "projects/request/form.html", context)


def _what_comes_next(offer: Offer, person: Person, *, has_team: bool) -> str:
    """Whoever organises a place without accounts gets no mail about her own request: she asks there herself."""
    if has_team or not Actor.objects.editable_by(person).filter(pk=offer.actor_id).exists():
        return gettext("Your request is on its way. You get a mail as soon as it is answered.")
    told = gettext("Your request is entered. %(name)s gets no mail: please ask there, and enter the answer here.")
    return told % {"name": offer.actor.name}


def _why_not(offer: Offer, person: Person) -> str:
    if not offer.is_current:
        return gettext("This is not offered any more at the moment, so nobody can ask for it here.")
    if Actor.objects.staffed_by(person).filter(pk=offer.actor_id).exists():
        return gettext("This is your own offer: others ask you for it.")
    return gettext("Here one asks for a place or a project that one keeps. Please use the address or the number below.")


def taken_days(offer: Offer) -> list[ResourceRequest]:
    """What is promised already, without to whom: nobody needs to ask for the same evening."""
    if offer.category not in ONE_AT_A_TIME | ONE_BY_THE_HOUR | COUNTED:
        return []
    return list(offer.requests.all().given_away()[:TOLD])


def begun(request: SignedInRequest, offer: Offer) -> dict[str, Any]:
    """What comes along: a need that she keeps (`bedarf`), or an earlier request of hers (`wie`), also for another day."""
    if earlier := _of_key(ResourceRequest.objects.asked_by(request.user).filter(offer=offer), request.GET.get("wie")):
        names = ["message", "quantity", "persons", "start_time", "end_time"]
        if earlier.start_on >= timezone.localdate() and earlier.is_free_again():
            names += ["start_on", "end_on"]
        return {"asker": key_of(earlier.asker), **{name: getattr(earlier, name) for name in names}}
    need = _of_key(Need.objects.kept_by(request.user), request.GET.get("bedarf"))
    if need is None:
        return {}
    told = gettext("It is about our need “%(title)s”.") % {"title": need.title}
    words = "\n\n".join(filter(None, [told, need.description]))[: ResourceRequest.LONGEST]
    fits = need.category == offer.category
    amounts = {"quantity": need.quantity, "persons": need.persons} if fits else {}
    return {"asker": key_of(need.owner), "message": words, **amounts}


def _of_key(rows: Any, key: str | None) -> Any:
    if not key or not is_key(key):
        return None
    return rows.select_related("actor", "project").filter(pk=key).first()


# --- the page of the chain, and its steps ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One step: who may take it (`right`, `side`), from where to where, what is asked with it and what is said afterwards."""

    side: Callable[[Any, Any], Any]
    right: str
    open_from: tuple[str, ...]
    is_taken: Callable[[ResourceRequest], bool]
    form: Any
    act: Callable[..., Any]
    said: Any
    # Where whoever asked answers for the other side, or that is archived: nobody is written to.
    alone: Any = ""


VERBS = {
    "zusagen": Verb(
        side=lambda rows, user: rows.given_by(user),
        right="may_answer",
        open_from=(State.OPEN,),
        is_taken=lambda row: row.state == State.GRANTED,
        form=GrantForm,
        act=grant_request,
        said=_("It is promised. Whoever asked gets a mail."),
        alone=_("It is promised."),
    ),
    "ablehnen": Verb(
        side=lambda rows, user: rows.given_by(user),
        right="may_answer",
        open_from=(State.OPEN,),
        is_taken=lambda row: row.state == State.DECLINED,
        form=DeclineForm,
        act=decline_request,
        said=_("It is declined. Whoever asked gets a mail with your reason."),
        alone=_("It is declined."),
    ),
    "zurueckziehen": Verb(
        side=lambda rows, user: rows,
        right="may_withdraw",
        open_from=(State.OPEN, State.GRANTED),
        is_taken=lambda row: row.state == State.WITHDRAWN,
        form=TakeBackForm,
        act=withdraw_request,
        said=_("It is withdrawn. The other side is told."),
        alone=_("It is withdrawn."),
    ),
    "erledigen": Verb(
        side=lambda rows, user: rows,
        right="may_finish",
        open_from=(State.GRANTED,),
        is_taken=lambda row: row.state == State.DONE,
        form=FinishForm,
        act=finish_request,
        said=_("That is entered. Below you read what comes next."),
    ),
    "danken": Verb(
        side=lambda rows, user: rows.asked_by(user),
        right="may_thank",
        open_from=(State.DONE,),
        is_taken=lambda row: row.is_thanked,
        form=ThankForm,
        act=thank_for_request,
        said=_("Your thanks are on their way."),
    ),
}


@login_required
@require_safe
def request_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both sides read the same; whoever has the turn finds the form of that step right there."""
    return show_request(request, _chain(request, pk))


def _chain(request: SignedInRequest, pk: int, rows: Any = None) -> ResourceRequest:
    rows = ResourceRequest.objects.all() if rows is None else rows
    seen = rows.visible_to(request.user).with_rights_of(request.user).for_detail()
    return get_object_or_404(seen, pk=pk)


def show_request(request: SignedInRequest, chain: ResourceRequest, word: str = "", form: Any = None) -> HttpResponse:
    turn = turn_of(chain)
    forms = {one: _form(verb, chain, request) for one, verb in VERBS.items() if getattr(chain, verb.right)}
    if form is not None:
        forms[word] = form
    entry, stuck = chain.contribution, ""
    if entry is not None and turn.key == CONFIRM:
        asked = Contribution.objects.askable_by(request.user).filter(pk=entry.pk).first()
        entry.ask_at = asked.mailbox if asked else None
        stuck = who_answers(entry) if turn.who == chain.giver and not _can_answer(entry) else ""
    project = entry.participation.project if entry else chain.project
    may_ask_again = chain.is_taken and chain.offer.is_current and _asked(request, chain)
    chain.is_free = may_ask_again and chain.is_free_again()
    context = {
        "chain": chain,
        "offer": chain.offer,
        "turn": turn,
        "turn_said": turn.said(chain),
        "steps": steps_of(chain),
        "forms": forms,
        "form": form,
        "word": word,
        "entry": entry,
        "stuck": stuck,
        "sees_project": bool(project) and Project.objects.visible_to(request.user).filter(pk=project.pk).exists(),
        "sees_warning": bool(chain.warning) and _may_read_warning(request, chain),
        "sees_offer": Offer.objects.visible_to(request.user).filter(pk=chain.offer_id).exists(),
        "rivals": list(chain.rivals().for_list()) if chain.may_answer else [],
        "has_team": has_account(chain.giver),
        "may_ask_again": may_ask_again,
        "elsewhere": f"{reverse('partners:offer-list')}?kategorie={chain.offer.category}",
        "again": f"{reverse('projects:request-create', args=[chain.offer_id])}?wie={chain.pk}",
    }
    return render(request, "projects/request/detail.html", context)


def _can_answer(entry: Contribution) -> bool:
    """Whether the giver can say yes in any way; where it has neither account nor address its organisers are told so."""
    return has_account(entry.participation.actor) or may_be_asked_by_mail(entry)


def _may_read_warning(request: SignedInRequest, chain: ResourceRequest) -> bool:
    """It may tell of the hours of the giver: whoever may read those, and who had read it when she asked."""
    rows = Actor.objects.load_visible_to(request.user).filter(pk=chain.giver.pk)
    return chain.by_id == request.user.pk or rows.exists()


def _asked(request: SignedInRequest, chain: ResourceRequest) -> bool:
    return ResourceRequest.objects.asked_by(request.user).filter(pk=chain.pk).exists()


def _form(verb: Verb, chain: ResourceRequest, request: SignedInRequest, data: Any = None) -> Any:
    names = {GrantForm: "zusagen", DeclineForm: "ablehnen", TakeBackForm: "zurueck", FinishForm: "erledigt"}
    return verb.form(data, chain=chain, by=request.user, auto_id=f"{names.get(verb.form, 'dank')}_%s")


@login_required
@require_POST
def request_step(request: SignedInRequest, pk: int, word: str) -> HttpResponse:
    """One press, one step. Pressed twice it says the same; from an old page it says what has happened meanwhile."""
    verb = VERBS[word]
    chain = _chain(request, pk, verb.side(ResourceRequest.objects.all(), request.user))
    is_alone = chain.is_stranded if word == "zurueckziehen" else chain.by_id == request.user.pk
    said = verb.alone if verb.alone and is_alone else verb.said
    if verb.is_taken(chain):
        messages.success(request, said)
        return redirect(chain)
    if not getattr(chain, verb.right):
        if chain.state in verb.open_from and not chain.is_thanked:
            raise Http404
        return _moved_on(request, chain)
    form = _form(verb, chain, request, request.POST)
    if not form.is_valid():
        return show_request(request, chain, word, form)
    try:
        verb.act(request=chain, by=request.user, **form.values())
    except ValidationError as error:
        now = _chain(request, pk)
        if getattr(now, verb.right):
            form.refuse(error)
            return show_request(request, now, word, form)
        messages.error(request, sentence(error))
    else:
        messages.success(request, said)
    return redirect(chain)


def _moved_on(request: SignedInRequest, chain: ResourceRequest) -> HttpResponse:
    now = gettext("This has moved on in the meantime: it now says “%(state)s”.") % {"state": chain.state_label}
    messages.error(request, now)
    return redirect(chain)
