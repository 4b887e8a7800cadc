"""The steps of a partnership: one page each, that says what the step means, what it needs, and asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from partners.actions.cautions import cautions
from partners.actions.partnerships import reopen_partnership, take_step
from partners.forms.anyway import AnywayForm
from partners.forms.partnership_steps import (
    AgreeForm,
    EndForm,
    ReopenForm,
    RestForm,
    StartForm,
    StepForm,
    WakeForm,
)
from partners.models import Partnership, StageChange
from partners.views.writing import made_once

Stage = Partnership.Stage


@dataclass(frozen=True)
class Step:
    """One step as an organiser sees it: the word in the address, what it is called and means, where it leads from and to."""

    verb: str
    label: Any
    meaning: Any
    sources: tuple[str, ...]
    target: str
    take: Callable[..., None]
    form: type[StepForm] = StepForm

    def is_open(self, partnership: Partnership) -> bool:
        return partnership.state in self.sources

    @property
    def is_sad(self) -> bool:
        return self.target in Partnership.OVER

    @property
    def leads_on(self) -> bool:
        """Towards working together; this is the button that stands out."""
        return self.target in {Stage.TALKS, Stage.AGREED, Stage.RUNNING}

    @property
    def needs_words(self) -> bool:
        return self.target == Stage.AGREED

    def was_taken(self, partnership: Partnership) -> bool:
        """The same button twice is one step."""
        return partnership.state == self.target and self.target not in self.sources


STEPS = {
    step.verb: step
    for step in (
        Step(
            "abstimmen",
            _("Begin the talks"),
            _(
                "From now on the sides see this partnership here. Each can write what it brings and what it hopes to gain. "
                "It is not public yet."
            ),
            (Stage.CONTACT,),
            Stage.TALKS,
            Partnership.begin_talks,
        ),
        Step(
            "vereinbaren",
            _("Agree on it"),
            _(
                "From now on everybody can read this partnership, once all its sides are published. What a side brings and "
                "hopes to gain can still be said in other words, but not be left out any more."
            ),
            (Stage.TALKS,),
            Stage.AGREED,
            Partnership.agree,
            AgreeForm,
        ),
        Step(
            "starten",
            _("Let it run"),
            _(
                "From this day on the partnership counts as running: in the picture of the network, and on the profiles."
            ),
            (Stage.AGREED,),
            Stage.RUNNING,
            Partnership.start,
            StartForm,
        ),
        Step(
            "weiterfuehren",
            _("Take it up again"),
            _("It runs again from today on, as it did before the rest."),
            (Stage.RESTING,),
            Stage.RUNNING,
            Partnership.wake,
            WakeForm,
        ),
        Step(
            "ruhen",
            _("Let it rest"),
            _(
                "For a while nobody asks anything of the others. Everybody reads until when it rests. What is agreed stays "
                "agreed."
            ),
            (Stage.RUNNING,),
            Stage.RESTING,
            Partnership.rest,
            RestForm,
        ),
        Step(
            "laenger-ruhen",
            _("Let it rest longer"),
            _("The rest goes on, until another day."),
            (Stage.RESTING,),
            Stage.RESTING,
            Partnership.rest_longer,
            RestForm,
        ),
        Step(
            "beenden",
            _("End it"),
            _(
                "It then is over for good and stays to be read with its story. If the sides want to go on later, you take it "
                "up again as a new one."
            ),
            (Stage.AGREED, Stage.RUNNING, Stage.RESTING),
            Stage.ENDED,
            Partnership.end,
            EndForm,
        ),
        Step(
            "aufgeben",
            _("Nothing came of it"),
            _("It then is over for good. Only those who took part still see it. You can begin anew later."),
            (Stage.CONTACT, Stage.TALKS),
            Stage.FAILED,
            Partnership.give_up,
        ),
    )
}


REOPEN = Step(
    "wieder-aufnehmen",
    _("Take it up again"),
    _(
        "This makes a new partnership with the same sides and the words they had. It begins with a first contact, which only "
        "organisers see. The earlier one stays as it was, and both lead to each other. Projects that are not over yet then "
        "serve both."
    ),
    Partnership.OVER,
    Stage.CONTACT,
    reopen_partnership,
    ReopenForm,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One stage on the way of a partnership, and when it was reached first."""

    label: str
    at: datetime | None
    is_present: bool


def way_of(partnership: Partnership, steps: Iterable[StageChange]) -> list[Mark]:
    """The stages that it went through, where it stands, and what usually comes after that."""
    reached: dict[str, datetime] = {}
    for step in steps:
        reached.setdefault(step.to_state, step.at)
    order = [Stage.CONTACT, Stage.TALKS, Stage.FAILED]
    if partnership.state != Stage.FAILED:
        order[2:] = [Stage.AGREED, Stage.RUNNING, Stage.RESTING, Stage.ENDED]
    here = order.index(Stage(partnership.state))
    return [
        Mark(str(stage.label), reached.get(stage), place == here)
        for place, stage in enumerate(order)
        if place == here or stage in reached or (place > here and stage != Stage.RESTING)
    ]


def open_steps(partnership: Partnership) -> list[Step]:
    """What an organiser can do next, what leads on first."""
    return [step for step in STEPS.values() if step.is_open(partnership)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Organisers lead a partnership along its stages, each step with a note."""
    partnership = get_object_or_404(Partnership.objects.editable_by(request.user).for_detail(), pk=pk)
    step = STEPS[verb]
    if not step.is_open(partnership):
        return _closed(request, partnership, step)
    data = request.POST if request.method == "POST" else None
    form, anyway = step.form(data, partnership=partnership), AnywayForm(data)
    if form.is_bound and form.is_valid() and anyway.lets_pass(cautions(form.plans(), user=request.user)):  # type: ignore[arg-type]
        try:
            take_step(
                partnership=partnership,
                take=step.take,
                by=request.user,  # type: ignore[arg-type]
                overrides=anyway.overrides,
                **form.values(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = gettext("The stage of the partnership is now “%(stage)s”.")
            messages.success(request, said % {"stage": partnership.get_state_display()})
            return redirect(partnership)
    context = {
        "partnership": partnership,
        "step": step,
        "form": form,
        "anyway": anyway,
        "gaps": partnership.gaps if step.needs_words else [],
    }
    return render(request, "partners/partnership_step.html", context)


def _closed(request: HttpRequest, partnership: Partnership, step: Step) -> HttpResponse:
    """Leads back to the partnership, with the steps that are open."""
    if not (request.method == "POST" and step.was_taken(partnership)):
        try:
            partnership.check_step(step.target)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.error(request, gettext("This step is not open any more. Look at what is open now."))
    return redirect(partnership)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_reopen(request: HttpRequest, pk: int, reopen: Callable[..., Partnership]) -> HttpResponse:
    """What is over is taken up again as a new one, and both lead to each other. `reopen` also knows what goes along."""
    rows = Partnership.objects.editable_by(request.user).for_detail()
    partnership = get_object_or_404(rows, pk=pk)
    data = request.POST if request.method == "POST" else None
    form, anyway = ReopenForm(data, partnership=partnership), AnywayForm(data)
    if not partnership.is_over:
        messages.error(request, gettext("Only what is over can be taken up again."))
        return redirect(partnership)
    if form.is_bound and form.is_valid() and anyway.lets_pass(cautions(form.plans(), user=request.user)):  # type: ignore[arg-type]
        leads_to = made_once(
            request,
            form,
            make=lambda: reopen(
                partnership=partnership,
                by=request.user,  # type: ignore[arg-type]
                overrides=anyway.overrides,
                **form.values(),
            ),
            said=lambda: gettext(
                "This is the new partnership. It begins with a first contact, with the words of the old one."
            ),
        )
        if leads_to:
            return redirect(leads_to)
    return render(
        request,
        "partners/partnership_step.html",
        {"partnership": partnership, "step": REOPEN, "form": form, "anyway": anyway, "gaps": []},
    )
