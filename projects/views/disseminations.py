"""Who passed it on: which channel carried something of a project, and the contribution that is made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.models import Actor, Channel, ResourceCategory
from partners.views.paging import PER_PAGE, page_or_redirect
from partners.views.writing import made_once, sent_once
from projects.actions import (
    contribute_disseminations,
    delete_dissemination,
    edit_dissemination,
    place_of_deleted_dissemination,
    record_dissemination,
)
from projects.actions.disseminations import LOCKED, stamps_of
from projects.forms.disseminations import ANOTHER, CountedForm, DisseminationEditForm, DisseminationForm
from projects.models import Contribution, Dissemination, Participation, Project
from projects.models.reach import count
from projects.views.addresses import of_project
from projects.views.ledger import NEWEST, FormPage, sentence, show_form, spread_in, who_answers
from projects.views.requests import SignedInRequest, in_parts

ANCHOR = "weitergesagt"


def section_of(project: Project) -> str:
    return f"{project.get_absolute_url()}#{ANCHOR}"


@require_safe
@of_project
def dissemination_list(request: HttpRequest, slug: str) -> HttpResponse:
    """All entries of a project that the reader may know; its page shows the newest."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    spread = spread_in(project.pk, request.user)
    page = page_or_redirect(spread.entries, number=request.GET.get("seite", ""), query="")
    if isinstance(page, HttpResponse):
        return page
    spread.cut(page.object_list)
    return render(request, "projects/dissemination_list.html", {"project": project, "spread": spread, "page": page})


def shown_at(row: Dissemination, request: SignedInRequest) -> str:
    """On the page of the project as long as it is one of the newest there, else in the table."""
    project = row.participation.project
    rows = Dissemination.objects.visible_to(request.user).filter(participation__project=project)
    later = Q(went_out_on__gt=row.went_out_on) | Q(went_out_on=row.went_out_on, pk__gt=row.pk)
    if (number := rows.filter(later).count()) < NEWEST:
        return row.get_absolute_url()
    table = reverse("projects:dissemination-list", args=[project.slug])
    return f"{table}?seite={number // PER_PAGE + 1}#{row.anchor}"


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dissemination_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """First one chooses the channel, then one says when and what; how many it reaches stands in the form by then."""
    rows = Participation.objects.select_related("project", "actor")
    participation = get_object_or_404(rows.open_to_entries_by(request.user), pk=pk)
    channels = list(Channel.objects.visible_to(request.user).filter(actor=participation.actor_id))
    wanted = request.GET.get("kanal", "")
    channel = next((one for one in channels if str(one.pk) == wanted), None)
    if request.method != "POST" and channels and channel is None and wanted != ANOTHER:
        context = {"participation": participation, "project": participation.project, "channels": channels}
        return render(request, "projects/channel_choice.html", context | {"another": ANOTHER, "section": ANCHOR})
    may_enter = channel is None and Actor.objects.editable_by(request.user).filter(pk=participation.actor_id).exists()
    data = request.POST if request.method == "POST" else None
    form = DisseminationForm(data, channel=channel, may_enter=may_enter, auto_id=f"verbreitung_neu_{pk}_%s")
    if form.is_valid():
        made: list[Dissemination] = []

        def make() -> Dissemination:
            made.append(record_dissemination(participation=participation, by=request.user, **form.values()))
            return made[0]

        name = channel.name if channel else form.cleaned_data["channel_name"]
        said = gettext("“%(name)s” is entered.") % {"name": name}
        if leads_to := made_once(request, form, make=make, said=lambda: said):
            return redirect(shown_at(made[0], request) if made else leads_to)
    words = {"actor": participation.actor.name, "name": channel.name if channel else ""}
    page = FormPage(
        form=form,
        project=participation.project,
        heading=gettext("“%(name)s” passed it on") % words
        if channel
        else gettext("Who passed it on: %(actor)s") % words,
        action=gettext("Save the entry"),
        slot=ANCHOR,
        back=ANCHOR,
        intro=known_numbers(channel) if channel else "",
    )
    return show_form(request, page)


def known_numbers(channel: Channel) -> str:
    """Where the number in the form comes from."""
    if channel.audience is None:
        return gettext("The profile does not say yet how many people this channel reaches.")
    return gettext("How many people it reaches is taken from the profile. If it is different by now, change it here.")


def fetch(request: SignedInRequest, pk: int) -> Dissemination:
    rows = Dissemination.objects.recordable_by(request.user)
    return get_object_or_404(
        rows.select_related("participation__project", "participation__actor", "contribution", "channel"), pk=pk
    )


def stays(request: SignedInRequest, row: Dissemination) -> HttpResponse:
    """What the other side has confirmed is not changed any more; the reader is told how it is opened again."""
    messages.error(request, LOCKED % {"title": row.contribution.title if row.contribution else ""})
    return redirect(row)


def consequence(row: Dissemination) -> str:
    """What becomes of the contribution that an entry is part of, said before it is changed."""
    if row.contribution is None:
        return ""
    words = {"title": row.contribution.title}
    return (
        gettext("This is part of the contribution “%(title)s”. It is counted anew, and the other side is asked again.")
        % words
    )


def left_without(row: Dissemination) -> str:
    """What becomes of a contribution whose only entry is deleted."""
    if row.contribution is None or row.contribution.disseminations.exclude(pk=row.pk).exists():
        return ""
    said = gettext(
        "Only this entry makes up the contribution “%(title)s”. Then it has no number any more: enter one by hand, or "
        "withdraw it."
    )
    return said % {"title": row.contribution.title}


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dissemination_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Both sides, until it is part of a confirmed contribution."""
    row = fetch(request, pk)
    if row.is_locked:
        return stays(request, row)
    data = request.POST if request.method == "POST" else None
    channels = Channel.objects.visible_to(request.user).filter(actor=row.participation.actor_id)
    form = DisseminationEditForm(data, dissemination=row, channels=channels, auto_id=f"verbreitung_{pk}_%s")
    if form.is_valid():
        try:
            if changes := form.changes():
                edit_dissemination(dissemination=row, by=request.user, **changes)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("The changes are saved."))
            return redirect(shown_at(row, request))
    page = FormPage(
        form=form,
        project=row.participation.project,
        heading=gettext("Edit: %(title)s") % {"title": row.channel_name},
        action=gettext("Save the changes"),
        slot=ANCHOR,
        back=row.anchor,
        intro=consequence(row),
        body="projects/_edit_fields.html",
    )
    return show_form(request, page)


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dissemination_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asked once more before. What is gone already leads back to the project."""
    place = place_of_deleted_dissemination(pk=pk, by=request.user)
    if place is not None:
        messages.success(request, gettext("This entry was deleted already."))
        return redirect(section_of(place.project))
    row = fetch(request, pk)
    project = row.participation.project
    if row.is_locked:
        return stays(request, row)
    if request.method == "POST":
        emptied = row.contribution if left_without(row) else None
        try:
            delete_dissemination(dissemination=row, by=request.user)
        except ValidationError as error:
            messages.error(request, sentence(error))
        else:
            said = gettext("“%(name)s” is deleted.") % {"name": row.channel_name}
            if emptied:
                more = gettext("“%(title)s” is now without a number: enter one, or withdraw it.")
                messages.success(request, f"{said} {more % {'title': emptied.title}}")
                return redirect(emptied)
            messages.success(request, said)
        return redirect(section_of(project))
    page = FormPage(
        form=forms.Form(),
        project=project,
        heading=gettext("Delete the entry “%(name)s”?") % {"name": row.channel_name},
        action=gettext("Delete for good"),
        slot=ANCHOR,
        back=row.anchor,
        intro=left_without(row) or consequence(row),
        is_final=True,
    )
    return show_form(request, page)


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dissemination_contribute(request: SignedInRequest, pk: int) -> HttpResponse:
    """Makes one contribution of reach of everything that this participation passed on and that is counted nowhere yet."""
    rows = Participation.objects.select_related("project", "actor")
    participation = get_object_or_404(rows.open_to_entries_by(request.user), pk=pk)
    project = participation.project
    waiting = Dissemination.objects.filter(participation=participation).waiting().select_related("participation")
    entries = list(waiting.order_by("went_out_on", "pk"))
    if not entries:
        messages.success(request, gettext("Everything that was passed on is part of a contribution already."))
        return redirect(section_of(project))
    counted = count(entries)
    data = request.POST if request.method == "POST" else None
    form = CountedForm(
        data, entries=entries, count=counted, seen=stamps_of(entries), auto_id=f"verbreitung_beitrag_{pk}_%s"
    )
    if form.is_valid():
        made: list[Contribution] = []

        def make() -> Contribution:
            made.append(contribute_disseminations(participation=participation, by=request.user, **form.values()))
            return made[0]

        if answer := sent_once(request, form, make=make):
            if answer.is_new:
                said = gettext("“%(title)s” is entered as a contribution.") % {"title": form.cleaned_data["title"]}
                messages.success(request, f"{said} {who_answers(made[0])}")
            return redirect(answer.leads_to)
    page = FormPage(
        form=form,
        project=project,
        heading=gettext("A contribution of %(actor)s") % {"actor": participation.actor.name},
        action=gettext("Make this contribution"),
        slot=ANCHOR,
        back=ANCHOR,
        intro=beside_by_hand(participation),
        body="projects/_counted_fields.html",
        more={"count": counted},
    )
    return show_form(request, page)


def beside_by_hand(participation: Participation) -> str:
    """A hint where reach was also entered by hand: it may be the same people, and only people can tell."""
    rows = Contribution.objects.filter(participation=participation, category=ResourceCategory.REACH)
    by_hand = rows.filter(disseminations=None).exclude(state=Contribution.State.WITHDRAWN)
    titles = quoted(by_hand.order_by("pk").values_list("title", flat=True))
    if not titles:
        return ""
    said = gettext("Reach of this partner is also entered by hand: %(titles)s. Perhaps these are the same people.")
    return said % {"titles": titles}


def quoted(titles: Iterable[str]) -> str:
    return ", ".join(gettext("“%(title)s”") % {"title": title} for title in titles)


def beside_counted(participation: Participation) -> str:
    """The same hint the other way round, for whoever enters a contribution by hand."""
    rows = Contribution.objects.filter(participation=participation, category=ResourceCategory.REACH)
    counted: Any = rows.filter(disseminations__isnull=False).order_by("pk").distinct()
    titles = quoted(counted.values_list("title", flat=True))
    if not titles:
        return ""
    said = gettext("Reach of this partner is counted from its channels already: %(titles)s. Do not enter it once more.")
    return said % {"titles": titles}
