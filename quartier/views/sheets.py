from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from partners.models import Actor
from partners.views.addresses import of_actor
from partners.views.exports import MOST_ROWS, Leaf, Value, spreadsheet, workbook_of
from projects.models import Total, totals
from quartier.filters import PeriodForm
from quartier.sheets import Column, Entry, Period, Sheet, sheet_of


@dataclass(frozen=True, slots=True)
class Preset:
    """A period that one chooses by a click."""

    label: str
    period: Period
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Beyond:
    """What of one side of the sheet reaches beyond the period, and so stands on another sheet as well.

    Of a list that is cut nobody knows how much that is.
    """

    number: int
    totals: list[Total]
    is_known: bool

    @classmethod
    def of(cls, column: Column) -> Beyond:
        rows = [entry.row for entry in column.entries if not entry.is_within]
        return cls(len(rows), totals(rows, entries=()), is_known=not column.is_cut)

    @property
    def amounts(self) -> list[Total]:
        """Of what was delivered; else there is nothing to add up twice."""
        return [one for one in self.totals if one.delivered]


@login_required
@require_safe
@of_actor
def actor_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Its own sheet for any period, to print and to take along. For its team and the organisers of its Quartiere alone."""
    actor = get_object_or_404(Actor.objects.sheet_visible_to(request.user), slug=slug)
    form = asked(request)
    context = {"actor": actor, "form": form, "presets": presets(None), "sheet": None}
    if form.is_valid():
        period = form.period
        sheet = sheet_of(actor, user=request.user, period=period)
        context |= {
            "form": PeriodForm(initial={"von": period.start, "bis": period.end}, auto_id="%s"),
            "presets": presets(period),
            "sheet": sheet,
            "beyond": {"given": Beyond.of(sheet.given), "brought": Beyond.of(sheet.brought)},
            "today": timezone.localdate(),
            "may_export": not sheet.is_empty and max(sheet.given.count, sheet.brought.count) <= MOST_ROWS,
        }
    return render(request, "quartier/actor_sheet.html", context)


@login_required
@require_safe
@of_actor
def actor_sheet_export(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a workbook with every row, up to 10,000 of each kind. A longer one, and a wrong period, lead to the page."""
    actor = get_object_or_404(Actor.objects.sheet_visible_to(request.user), slug=slug)
    form = asked(request)
    if form.is_valid():
        sheet = sheet_of(actor, user=request.user, period=form.period, most=MOST_ROWS, whole=True)
        if not sheet.is_cut:
            leaves = leaves_of(sheet, origin=request.build_absolute_uri("/")[:-1])
            return spreadsheet("geben-und-nehmen", workbook_of(leaves))
    return HttpResponseRedirect(f"{reverse('actor-sheet', args=[slug])}?{request.GET.urlencode()}")


def asked(request: HttpRequest) -> PeriodForm:
    """Who asks for nothing reads this year."""
    if "von" in request.GET or "bis" in request.GET:
        return PeriodForm(request.GET, auto_id="%s")
    this_year = Period.of_year(timezone.localdate().year)
    return PeriodForm({"von": this_year.start.isoformat(), "bis": this_year.end.isoformat()}, auto_id="%s")


def presets(chosen: Period | None) -> list[Preset]:
    year = timezone.localdate().year
    named = {
        gettext("This year"): Period.of_year(year),
        gettext("Last year"): Period.of_year(year - 1),
        gettext("The whole time"): Period(),
    }
    return [Preset(label, period, period == chosen) for label, period in named.items()]


def leaves_of(sheet: Sheet, *, origin: str) -> list[Leaf]:
    return [
        Leaf(gettext("Sheet"), about(sheet, origin), "AB"),
        Leaf(gettext("Sums"), sums(sheet), "AB"),
        Leaf(gettext("Own contributions"), contributions(sheet.given, origin), "ABC"),
        Leaf(gettext("Brought by others"), contributions(sheet.brought, origin), "ABC"),
        Leaf(gettext("Benefit in words"), benefits(sheet, origin), "ABF"),
        Leaf(gettext("Partnerships"), partnerships(sheet, origin), "ABCDE"),
    ]


def about(sheet: Sheet, origin: str) -> Iterator[Sequence[Value]]:
    yield gettext("Give and gain"), sheet.actor.name
    yield gettext("Period"), str(sheet.period)
    yield gettext("From"), sheet.period.start
    yield gettext("Until"), sheet.period.end
    yield gettext("Made on"), timezone.localdate()
    yield (
        gettext("How it is counted"),
        gettext("Each kind of contribution is counted in its own unit. There is no sum of everything."),
    )
    yield (
        "",
        gettext("A contribution belongs to the period by its days; without days by the day on which it was entered."),
    )
    yield (
        "",
        gettext(
            "A contribution that reaches beyond the period counts here in full, and once more on the sheet of the other "
            "period. If you add up two sheets, take it off once."
        ),
    )
    yield "", gettext("Reach: whoever reads several channels is counted several times.")
    yield (
        gettext("Page in the portal"),
        f"{origin}{reverse('actor-sheet', args=[sheet.actor.slug])}?{sheet.period.query}",
    )


def sums(sheet: Sheet) -> Iterator[Sequence[Value]]:
    yield (
        gettext("From whom"),
        gettext("Kind of contribution"),
        gettext("Unit"),
        gettext("Entries"),
        gettext("Planned"),
        gettext("Delivered"),
        gettext("Of it not yet confirmed"),
        gettext("Of it disputed"),
        gettext("Of it counted several times, through the same channels"),
        gettext("Of it of contributions that reach beyond the period"),
    )
    for side, column in ((gettext("Own contributions"), sheet.given), (gettext("Brought by others"), sheet.brought)):
        beyond = {one.category: one.delivered for one in Beyond.of(column).totals}
        yield from (sum_line(side, total, beyond.get(total.category)) for total in column.totals)


def sum_line(side: str, total: Total, beyond: Value) -> Sequence[Value]:
    return (
        side,
        str(total.category.label),
        str(total.unit.label),
        total.entries,
        total.planned,
        total.delivered,
        total.unconfirmed,
        total.contested,
        total.repeated,
        beyond,
    )


def contributions(column: Column, origin: str) -> Iterator[Sequence[Value]]:
    yield (
        gettext("What"),
        gettext("Project"),
        gettext("Partner"),
        gettext("Kind of contribution"),
        gettext("Planned"),
        gettext("Delivered"),
        gettext("Unit"),
        gettext("From"),
        gettext("Until"),
        gettext("Entered on"),
        gettext("State"),
        gettext("Disputed"),
        gettext("Reaches beyond the period"),
        gettext("Page in the portal"),
    )
    yield from (contribution_line(entry, origin) for entry in column.entries)


def contribution_line(entry: Entry, origin: str) -> Sequence[Value]:
    row = entry.row
    return (
        row.title,
        entry.project.title,
        entry.actor.name,
        row.category_label,
        row.planned_quantity,
        row.delivered_quantity,
        str(row.get_unit_display()),
        row.start_on,
        row.end_on,
        entry.recorded_on,
        row.state_label,
        yes_or_no(row.is_contested),
        yes_or_no(not entry.is_within),
        origin + row.get_absolute_url(),
    )


def benefits(sheet: Sheet, origin: str) -> Iterator[Sequence[Value]]:
    yield (
        gettext("Benefit"),
        gettext("Project"),
        gettext("Kind of benefit"),
        gettext("Whose word"),
        gettext("Entered on"),
        gettext("Page in the portal"),
    )
    for benefit in sheet.benefits:
        yield (
            benefit.text,
            benefit.project.title,
            benefit.kind_label,
            benefit.side_label,
            timezone.localdate(benefit.recorded_at),
            origin + benefit.get_absolute_url(),
        )


def partnerships(sheet: Sheet, origin: str) -> Iterator[Sequence[Value]]:
    """A line for each side. Of the others only what they bring: what they gain is theirs to tell."""
    yield (
        gettext("Partnership"),
        gettext("Side"),
        gettext("Brings"),
        gettext("Hopes to gain"),
        gettext("Has gained"),
        gettext("Not in its own words yet"),
        gettext("Stage"),
        gettext("From"),
        gettext("Until"),
        gettext("Page in the portal"),
    )
    for bond in sheet.bonds:
        tie = bond.partnership
        for party in (bond.own, *bond.others):
            is_own = party is bond.own
            yield (
                tie.title,
                party.actor.name,
                party.brings,
                party.expected_benefit if is_own else "",
                party.actual_benefit if is_own else "",
                yes_or_no(bool(party.notes) if is_own else "brings" in party.notes),
                str(tie.get_state_display()),
                tie.start_on,
                tie.end_on,
                origin + tie.get_absolute_url(),
            )


def yes_or_no(answer: bool) -> str:
    return gettext("yes") if answer else gettext("no")
