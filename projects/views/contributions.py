from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.models import Person
from partners.views.asking import asked_often
from partners.views.paging import PER_PAGE, CountedPaginator, page_or_redirect
from partners.views.writing import sent_once
from projects.actions import (
    confirm_contribution,
    contest_contribution,
    deliver_contribution,
    record_contribution,
    revise_contribution,
)
from projects.filters import ContributionFilter
from projects.forms.contributions import (
    ContributionEditForm,
    ContributionForm,
    DeliverForm,
    ObjectionForm,
    WithdrawForm,
)
from projects.models import (
    Contribution,
    ContributionTally,
    OutdatedError,
    Participation,
    Project,
    Total,
    entries_of,
    totals,
    totals_in,
)
from projects.models.contribution_rows import ContributionQuerySet
from projects.models.tallies import TallyQuerySet
from projects.views.addresses import of_project
from projects.views.disseminations import beside_counted
from projects.views.ledger import FormPage, partners_of, sentence, show_entry, show_form, who_answers
from projects.views.requests import SignedInRequest, in_parts


@require_safe
@of_project
def contribution_list(request: HttpRequest, slug: str) -> HttpResponse:
    """All contributions of a project that the reader may know, as a table; the sums are those of the rows shown."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    parts = {part.pk: part for part in partners_of(project.pk, request.user)}
    actors = {part.actor_id: part.actor for part in parts.values()}.values()
    rows = Contribution.objects.all().of([*parts], request.user)
    found = ContributionFilter(request.GET, rows=rows, actors=actors)
    tallies = ContributionTally.objects.all().of([*parts], request.user)
    page, sums = _page_of(found, tallies, number=request.GET.get("seite", ""))
    if isinstance(page, HttpResponse):
        return page
    asked = _mailboxes(page.object_list, request.user)
    for row in page.object_list:
        row.participation = parts[row.participation_id]
        row.participation.project = project
        row.ask_at = asked.get(row.pk)
    context = {"project": project, "found": found, "page": page, "contributions": page.object_list, "totals": sums}
    return render(request, "projects/contribution_list.html", context | {"oob": False})


def _mailboxes(rows: list[Contribution], user: Any) -> dict[int, str]:
    """Which of these the person may ask about by mail, and where: only where one waits for a yes."""
    waiting = [row.pk for row in rows if row.state == Contribution.State.DELIVERED and not row.is_contested]
    if not waiting or not user.is_authenticated:
        return {}
    return dict(_askable(waiting, user))


@asked_often
def _askable(rows: list[int], user: Person) -> QuerySet[Contribution, Any]:
    return Contribution.objects.askable_by(user).filter(pk__in=rows).values_list("pk", "mailbox")


def _page_of(
    found: ContributionFilter, tallies: TallyQuerySet, *, number: str
) -> tuple[Page[Any] | HttpResponse, list[Total]]:
    """One page, and the sums of all rows that were asked for.

    Most projects have one page, which is added up as it is. Of more the sums are kept, and they say how many there are.
    """
    rows = found.qs
    first = list(rows[: PER_PAGE + 1]) if number in {"", "1"} else None
    if first is not None and len(first) <= PER_PAGE:
        return page_or_redirect(first, number=number, query=found.query()), totals(first)
    sums = list(found.filter_queryset(tallies).sums())
    pages = partial(CountedPaginator, number=sum(one["number"] for one in sums))
    page = page_or_redirect(rows, number=number, query=found.query(), pages=pages)
    if isinstance(page, Page):
        page.object_list = list(page.object_list) if first is None else first[:PER_PAGE]
    return page, totals_in(sums, lambda: entries_of(rows))


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both sides note what a partner brings; whose word it is follows from who writes."""
    rows = Participation.objects.select_related("project", "actor")
    participation = get_object_or_404(rows.open_to_entries_by(request.user), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = ContributionForm(data, auto_id=f"beitrag_neu_{pk}_%s")
    if form.is_valid():
        values = form.values()
        made: list[Contribution] = []

        def make() -> models.Model:
            made.append(record_contribution(participation=participation, by=request.user, **values))
            return made[0]

        if answer := sent_once(request, form, make=make):
            return show_entry(
                request,
                participation.project,
                made[0].participation.actor_id if made else participation.actor_id,
                said=_noted(made[0]) if made else gettext("That is noted already."),
                focus=answer.leads_to.partition("#")[2],
            )
    page = FormPage(
        form=form,
        project=participation.project,
        heading=gettext("What %(actor)s brings") % {"actor": participation.actor.name},
        action=gettext("Save the contribution"),
        slot=f"eingabe-{participation.actor_id}",
        back=f"beteiligte-{participation.actor_id}",
        body="projects/_contribution_fields.html",
        intro=beside_counted(participation),
    )
    return show_form(request, page)


def _noted(contribution: Contribution) -> str:
    """What was saved and what comes next."""
    said = gettext("“%(title)s” is noted.") % {"title": contribution.title}
    return said if contribution.state != Contribution.State.DELIVERED else f"{said} {who_answers(contribution)}"


def _saved(contribution: Contribution) -> str:
    """A new wording waits for a new yes; of a side without account it may have been asked for by mail already."""
    said, now = gettext("The changes are saved."), fetch(Contribution.objects.all(), contribution.pk)
    if now.state != Contribution.State.DELIVERED or now.is_contested:
        return said
    if now.was_just_asked:
        return said + " " + gettext("The other side is asked by mail whether it is right now.")
    return f"{said} {who_answers(now)}"


def fetch(rows: ContributionQuerySet, pk: int) -> Contribution:
    return get_object_or_404(rows.select_related("participation__project", "participation__actor"), pk=pk)


def show(request: SignedInRequest, row: Contribution, said: str, *, failed: bool = False) -> HttpResponse:
    part = row.participation
    return show_entry(request, part.project, part.actor_id, said=said, focus=row.anchor, failed=failed)


def as_seen(request: SignedInRequest, row: Contribution) -> None:
    """An answer is an answer to what stood on the page: if that was rewritten since, the step is refused."""
    seen = request.POST.get("version", "")
    if seen.isascii() and seen.isdigit() and len(seen) < 10:
        row.version = int(seen)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a form asks of one contribution, and what a good answer does."""

    row: Contribution
    form: forms.Form
    heading: str
    action: str
    do: Callable[[], None]
    said: str | Callable[[], str]
    more: dict[str, Any] = field(default_factory=dict)

    def show_present(self) -> None:
        """It was rewritten since the form was opened: the form shows what it says now, and is then an answer to that."""
        now = Contribution.objects.get(pk=self.row.pk)
        quantity = "" if now.quantity is None else f", {number_format(now.quantity)} {now.get_unit_display()}"
        self.more["version"] = now.version
        self.more["quote"] = f"{now.get_category_display()}: {now.title}{quantity}"
        self.more["quote_label"] = gettext("What the portal says now")


def _ask(request: SignedInRequest, question: Question) -> HttpResponse:
    """Asks with a form of its own, then takes the step."""
    row, form, part = question.row, question.form, question.row.participation
    if form.is_valid():
        try:
            question.do()
        except OutdatedError as error:
            form.add_error(None, error)
            question.show_present()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return show(request, row, question.said() if callable(question.said) else question.said)
    page = FormPage(
        form=form,
        project=part.project,
        heading=question.heading,
        action=question.action,
        slot=f"eingabe-{part.actor_id}",
        back=row.anchor,
        **{"version": row.version} | question.more,
    )
    return show_form(request, page)


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both sides may write it anew, until it is confirmed; it becomes their word, and the other side is asked again."""
    row = fetch(Contribution.objects.editable_by(request.user), pk)
    data = request.POST if request.method == "POST" else None
    form = ContributionEditForm(data, contribution=row, auto_id=f"beitrag_{pk}_%s")

    def save() -> None:
        changes = form.changes()
        if changes or row.is_contested:
            revise_contribution(contribution=row, by=request.user, **changes)

    return _ask(
        request,
        Question(
            row=row,
            form=form,
            heading=gettext("Edit: %(title)s") % {"title": row.title},
            action=gettext("Save the changes"),
            do=save,
            said=lambda: _saved(row),
            more={
                "body": "projects/_contribution_fields.html",
                "is_edit": True,
                "quote": row.objection,
                "quote_label": gettext("Objection"),
            },
        ),
    )


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_deliver(request: SignedInRequest, pk: int) -> HttpResponse:
    """Either side says what was really brought; the other one is asked to confirm."""
    row = fetch(Contribution.objects.recordable_by(request.user), pk)
    as_seen(request, row)
    if request.method == "POST" and row.is_actual:
        return show(request, row, gettext("This is noted as delivered already."))
    form = DeliverForm(
        request.POST if request.method == "POST" else None, contribution=row, auto_id=f"erbracht_{pk}_%s"
    )
    return _ask(
        request,
        Question(
            row=row,
            form=form,
            heading=gettext("Delivered: %(title)s") % {"title": row.title},
            action=gettext("Note as delivered"),
            do=lambda: deliver_contribution(
                contribution=row, by=request.user, quantity=form.cleaned_data.get("quantity")
            ),
            said=lambda: gettext("“%(title)s” is delivered.") % {"title": row.title} + " " + who_answers(row),
            more={"intro": gettext("The other side is then asked whether it is right.")},
        ),
    )


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_object(request: SignedInRequest, pk: int) -> HttpResponse:
    """The side that did not write it says what is not right."""
    row = fetch(Contribution.objects.answerable_by(request.user), pk)
    as_seen(request, row)
    form = ObjectionForm(request.POST if request.method == "POST" else None, auto_id=f"einwand_{pk}_%s")
    said = gettext("Your objection is noted. The other side now mends the entry, then you are asked again.")
    if form.is_bound and form.is_valid() and row.objection == form.cleaned_data["reason"]:
        return show(request, row, said)  # the same form twice
    return _ask(
        request,
        Question(
            row=row,
            form=form,
            heading=gettext("Object: %(title)s") % {"title": row.title},
            action=gettext("Send the objection"),
            do=lambda: contest_contribution(contribution=row, by=request.user, reason=form.cleaned_data["reason"]),
            said=said,
        ),
    )


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Either side takes back what was only planned or promised."""
    row = fetch(Contribution.objects.recordable_by(request.user), pk)
    as_seen(request, row)
    form = WithdrawForm(request.POST if request.method == "POST" else None, auto_id=f"zurueck_{pk}_%s")
    said = gettext("“%(title)s” is withdrawn.") % {"title": row.title}
    if request.method == "POST" and row.state == Contribution.State.WITHDRAWN:
        return show(request, row, said)
    return _ask(
        request,
        Question(
            row=row,
            form=form,
            heading=gettext("Withdraw: %(title)s") % {"title": row.title},
            action=gettext("Withdraw for good"),
            do=lambda: row.withdraw(by=request.user, note=form.cleaned_data["note"]),
            said=said,
            more={
                "intro": gettext("It then no longer counts, and only both sides still see it. This cannot be undone."),
                "is_final": True,
            },
        ),
    )


def _step(
    request: SignedInRequest, row: Contribution, target: str, *, do: Callable[[], None], said: str
) -> HttpResponse:
    """One button, one step; the same button twice is one step."""
    if row.state == target:
        return show(request, row, said)
    try:
        do()
    except ValidationError as error:
        return show(request, row, sentence(error), failed=True)
    return show(request, row, said)


@in_parts
@login_required
@require_POST
def contribution_promise(request: SignedInRequest, pk: int) -> HttpResponse:
    """Either side notes that it is promised."""
    row = fetch(Contribution.objects.recordable_by(request.user), pk)
    as_seen(request, row)
    said = gettext("“%(title)s” is promised.") % {"title": row.title}
    return _step(request, row, Contribution.State.PROMISED, do=lambda: row.promise(by=request.user), said=said)


@in_parts
@login_required
@require_POST
def contribution_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """The side that did not write it says yes."""
    row = fetch(Contribution.objects.answerable_by(request.user), pk)
    as_seen(request, row)
    said = gettext("“%(title)s” is confirmed. Thank you.") % {"title": row.title}

    def confirm() -> None:
        confirm_contribution(contribution=row, by=request.user)

    return _step(request, row, Contribution.State.CONFIRMED, do=confirm, said=said)
