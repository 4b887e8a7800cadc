"""The project page and its fragments: one context, whoever asks for whichever part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django_htmx.http import reswap, retarget

from partners.forms.anyway import AnywayForm
from partners.models import Person
from partners.rows_field import is_key
from partners.views.asking import asked_often
from partners.views.writing import came_from
from projects.actions.asking import has_account, may_be_asked_by_mail
from projects.models import (
    Benefit,
    Contribution,
    ContributionStep,
    ContributionTally,
    Dissemination,
    Participation,
    Project,
    ResourceRequest,
    Side,
    Spread,
    entries_of,
    ledger,
    spread_of,
    totals,
    totals_in,
)
from projects.models.contribution_rows import ContributionQuerySet
from projects.models.participations import ParticipationQuerySet
from projects.views.requests import PartRequest

PAGE = "projects/project_detail.html"
# How the anchor of a contribution begins.
CONTRIBUTION = "beitrag-"
HITS = "_treffer"
# For which request of the project itself it was given: those who write in the ledger are its two sides.
CHAIN = Subquery(
    ResourceRequest.objects.order_by().filter(contribution=OuterRef("pk"), project__isnull=False).values("pk")
)
# So many contributions of a project stand on its page, fewer for whoever only reads. Of more than that there are some of
# each partner, up to five and all together so many: for a reader the first ones; for who writes the newest ones, and what
# waits for her. All of them stand in the table.
MOST, MOST_TO_WRITE, EACH, TOGETHER, WAITING = 100, 200, 5, 30, 20
# So many entries of who passed it on, the newest; all of them stand in the table.
NEWEST = 8
# Whether a partner passed anything on, asked along with it: most did not, and are not asked for what.
PASSED_ON = Exists(Dissemination.objects.order_by().filter(participation=OuterRef("pk")))


def ledger_context(user: Person | AnonymousUser, project: Project, *, wanted: str = "") -> dict[str, Any]:
    """What this person may read and do in the project's ledger, in a constant number of queries.

    `wanted` is the key of a contribution that is shown in any case.
    """
    participations = participations_of(project.pk, user)
    keys = [one.pk for one in participations]
    own = set(_own(project.pk, user)) if user.is_authenticated else set()
    may_edit = bool(user.is_authenticated and _editable(project.pk, user))
    writes = may_edit or bool(own)
    is_cut = sum(one.number for one in participations) > (MOST_TO_WRITE if writes else MOST)
    benefits = _benefits(project.pk, {one.actor_id for one in participations}, user)
    passed_on = [one.pk for one in participations if one.is_spread]
    carried = _carried(passed_on, user) if passed_on else []
    has_more: set[int] = set()
    if is_cut:
        rows, has_more = _some_of_each(keys, user, writes=writes, wanted=wanted)
        behind = _behind(keys, {one.contribution_id for one in carried if one.contribution_id}, user)
        spread = spread_of(carried, participations, behind)
        sums = totals_in(_sums(keys, user), lambda: entries_of(Contribution.objects.all().of(keys, user)))
    else:
        rows = _contributions(keys, user)
        spread, sums = spread_of(carried, participations, rows), totals(rows, carried)
    entries = ledger(participations, rows, benefits)
    for entry in entries:
        entry.has_more = any(one.pk in has_more for one in entry.participations)
    counted = {one.contribution.pk for one in spread.counted}
    spread.cut(spread.entries[:NEWEST])
    return {
        "project": project,
        "entries": entries,
        "totals": sums,
        "spread": spread,
        "counted": counted,
        "own": own,
        "may_edit": may_edit,
        "writes": writes,
        "is_cut": is_cut,
        "said": "",
        "focus": "",
        "oob": False,
    }


def spread_in(project: int, user: Person | AnonymousUser) -> Spread:
    """Who passed on what of the project, all of it that the reader may know."""
    participations = partners_of(project, user)
    carried = _carried([one.pk for one in participations if one.is_spread], user)
    behind = {one.contribution_id for one in carried if one.contribution_id}
    return spread_of(carried, participations, _behind([one.pk for one in participations], behind, user))


@asked_often
def participations_of(project: int, user: Person | AnonymousUser) -> QuerySet[Participation]:
    rows = _seen(project, user).with_rights_of(user)
    return rows.annotate(is_spread=PASSED_ON, number=Coalesce(Subquery(number_of(user)), 0))


@asked_often
def partners_of(project: int, user: Person | AnonymousUser) -> QuerySet[Participation]:
    """The same for whoever only reads a table."""
    return _seen(project, user).annotate(is_spread=PASSED_ON)


def _seen(project: int, user: Person | AnonymousUser) -> ParticipationQuerySet:
    return Participation.objects.filter(project=project).visible_to(user).for_ledger()


def number_of(user: Person | AnonymousUser) -> QuerySet[ContributionTally, Any]:
    """How many contributions of a participation somebody may read."""
    mine = ContributionTally.objects.order_by().shown_to(user).filter(participation=OuterRef("pk"))
    return mine.values("participation").values(number=Sum("entries"))


@asked_often
def _contributions(participations: list[int], user: Person | AnonymousUser) -> QuerySet[Contribution]:
    rows = Contribution.objects.all().of(participations, user)
    return _with_rights(rows, user, participation__in=participations)


def _with_rights(rows: ContributionQuerySet, user: Person | AnonymousUser, **among: Any) -> ContributionQuerySet:
    """Those who write in the ledger also read how each came about."""
    rows = rows.with_rights_of(user, **among)
    steps = Prefetch("steps", ContributionStep.objects.select_related("by"))
    return rows.annotate(chain_pk=CHAIN).prefetch_related(steps) if user.is_authenticated else rows


def _some_of_each(
    participations: list[int], user: Person | AnonymousUser, *, writes: bool, wanted: str
) -> tuple[list[Contribution], set[int]]:
    """Some of each partner, and which partners have more. Where they end is looked up first: to number them all is to read them all.

    Then their keys, and what somebody may do with each at last: for so few the database looks at nothing else. Who only reads
    may do nothing.
    """
    each = max(1, min(EACH, TOGETHER // max(1, len(participations))))
    ends = dict(_ends(participations, user, each=each, order="-pk" if writes else "pk"))
    beyond = "pk__gt" if writes else "pk__lt"
    shown = [Q((beyond, end), participation=key) if end else Q(participation=key) for key, end in ends.items()]
    if writes:
        shown.append(Q(pk__in=_waiting(participations, user)))
    if is_key(wanted):
        shown.append(Q(pk=int(wanted)))
    rows = Contribution.objects.all().of(participations, user).filter(reduce(or_, shown))
    has_more = {key for key, end in ends.items() if end}
    if not writes:
        return list(rows), has_more
    found = list(rows.values_list("pk", flat=True))
    told = _with_rights(Contribution.objects.filter(pk__in=found), user, pk__in=found)
    return list(told), has_more


def _waiting(participations: list[int], user: Person | AnonymousUser) -> list[int]:
    """What waits for this person's yes, or is to be put right by her side: the oldest."""
    rows = Contribution.objects.all().of(participations, user)
    found = rows.confirmable_by(user) | rows.to_mend_by(user)
    return list(found.order_by("pk").values_list("pk", flat=True)[:WAITING])


@asked_often
def _ends(
    participations: list[int], user: Person | AnonymousUser, *, each: int, order: str
) -> QuerySet[Participation, Any]:
    """The first that is not shown of each participation, in this order."""
    mine = Contribution.objects.all().shown_to(user).filter(participation=OuterRef("pk")).order_by(order)
    return (
        Participation.objects.order_by()
        .filter(pk__in=participations)
        .values_list("pk", Subquery(mine.values("pk")[each : each + 1]))
    )


@asked_often
def _behind(participations: list[int], keys: list[int], user: Person | AnonymousUser) -> QuerySet[Contribution]:
    """Those among them that something was passed on for."""
    return Contribution.objects.all().of(participations, user).filter(pk__in=keys)


@asked_often
def _sums(participations: list[int], user: Person | AnonymousUser) -> QuerySet[Any, Any]:
    return ContributionTally.objects.all().of(participations, user).sums()


@asked_often
def _benefits(project: int, actors: list[int], user: Person | AnonymousUser) -> QuerySet[Benefit]:
    participations = [Participation(project_id=project, actor_id=actor) for actor in actors]
    return Benefit.objects.all().of(participations, user).with_rights_of(user)


@asked_often
def _carried(participations: list[int], user: Person | AnonymousUser) -> QuerySet[Dissemination]:
    """Whether an entry stays as it is follows from its contribution; only who may write asks."""
    rows = Dissemination.objects.of(participations, user).defer("recorded_by", "recorded_at", "version")
    return rows.select_related("contribution") if user.is_authenticated else rows


@asked_often
def _own(project: int, user: Person) -> QuerySet[Participation, int]:
    return Participation.objects.filter(project=project).staffed_by(user).values_list("actor_id", flat=True)


@asked_often
def _editable(project: int, user: Person) -> QuerySet[Project, int]:
    return Project.objects.editable_by(user).filter(pk=project).values_list("pk", flat=True)


def in_ledger(request: PartRequest) -> bool:
    """Whether a part of the project page asks, and not a page as a whole."""
    target = request.htmx.target or ""
    return bool(request.htmx) and target.startswith(("eingabe-", "beteiligte-"))


def wants_hits(request: PartRequest) -> bool:
    """Whether an actor search asks for what fits the letters typed so far."""
    return bool(request.htmx) and (request.htmx.target or "").endswith(HITS)


def show_hits(request: PartRequest, field: Any, name: str) -> HttpResponse:
    """Only the actors found, for the search field that asks."""
    typed = field.widget.value_from_datadict(request.GET, {}, name)
    base = (request.htmx.target or "").removesuffix(HITS)
    return render(request, "projects/widgets/actor_hits.html", field.widget.get_context(name, typed, {"id": base}))


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """A small form of the ledger: a page of its own, or a panel in its place on the project page."""

    form: forms.BaseForm
    project: Project
    heading: str
    action: str
    slot: str
    back: str
    body: str = "projects/_plain_fields.html"
    intro: str = ""
    quote: str = ""
    quote_label: str = ""
    is_edit: bool = False
    is_final: bool = False
    version: int | None = None
    # A warning that the form may come back with, see `partners.forms.anyway`.
    anyway: AnywayForm | None = None
    # What its body shows besides the form.
    more: Mapping[str, Any] = field(default_factory=dict)


def show_form(request: PartRequest, page: FormPage) -> HttpResponse:
    """The form with what was typed and what is wrong with it, wherever it was asked for."""
    fragment = in_ledger(request)
    context = {one.name: getattr(page, one.name) for one in fields(page)} | {"fragment": fragment} | page.more
    if not fragment:
        return render(request, "projects/form_page.html", context | {"layout": "base.html"})
    warned = bool(page.anyway and page.anyway.cautions)
    refused = page.form.is_bound and (bool(page.form.errors) or warned)
    if not refused and (first := next(iter(page.form.visible_fields()), None)) is not None:
        first.field.widget.attrs["autofocus"] = True
    status = 422 if refused else 200
    layout = {"layout": "projects/form_panel.html"}
    response = render(request, "projects/form_page.html", context | layout, status=status)
    return retarget(reswap(response, "innerHTML"), f"#{page.slot}")


def address_of(project: Project, anchor: str) -> str:
    """The page of the project, from this place on; a contribution is there in any case."""
    key = anchor.removeprefix(CONTRIBUTION)
    return f"{project.get_absolute_url()}{f'?beitrag={key}' if key != anchor else ''}#{anchor}"


def show_entry(
    request: PartRequest, project: Project, actor_id: int, *, said: str, focus: str = "", failed: bool = False
) -> HttpResponse:
    """Back to the partner in the ledger: as a fragment with the new sums, or as a page that begins there."""
    if not in_ledger(request):
        (messages.error if failed else messages.success)(request, said)
        return redirect(came_from(request) or address_of(project, focus or f"beteiligte-{actor_id}"))
    context = ledger_context(request.user, project, wanted=focus.removeprefix(CONTRIBUTION))
    context |= {"said": said, "failed": failed, "focus": focus, "oob": True}
    entry = next((entry for entry in context["entries"] if entry.actor.pk == actor_id), None)
    if entry is None:
        return show_ledger(request, project, said=said)
    response = render(request, f"{PAGE}#changed", context | {"entry": entry})
    return retarget(reswap(response, "outerHTML"), f"#{entry.anchor}")


def show_ledger(request: PartRequest, project: Project, *, said: str, focus: str = "") -> HttpResponse:
    """The same for the whole ledger, when a partner came or went."""
    if not in_ledger(request):
        messages.success(request, said)
        return redirect(came_from(request) or address_of(project, focus or "geben-und-nehmen"))
    context = ledger_context(request.user, project, wanted=focus.removeprefix(CONTRIBUTION))
    context |= {"said": said, "failed": False, "focus": focus}
    response = render(request, f"{PAGE}#partners", context)
    return retarget(reswap(response, "outerHTML"), "#geben-und-nehmen")


def who_answers(contribution: Contribution) -> str:
    """Whose yes is missing now, and how it comes."""
    actor = contribution.participation.actor
    if contribution.recorded_side == Side.ACTOR:
        return gettext("Now the project is asked to confirm it.")
    if has_account(actor):
        said = gettext("Now %(actor)s is asked to confirm it.")
    elif may_be_asked_by_mail(contribution):
        said = gettext("%(actor)s has no account here: ask for the yes by mail, with the button at the entry.")
    else:
        said = gettext(
            "Nobody can confirm it yet: %(actor)s has neither an account nor an e-mail address here. Enter one in the "
            "profile, or invite somebody."
        )
    return said % {"actor": actor.name}


def sentence(error: Exception) -> str:
    """What a refused step says to the reader."""
    return " ".join(getattr(error, "messages", None) or [gettext("That did not work.")])
