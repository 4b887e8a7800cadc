"""Both sides sign a hand-over: signed in, or on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.actions.handover_mails import lines_of_others
from partners.actions.handovers import sign_handover
from partners.forms.handovers import HandSignForm, PaperSignForm
from partners.models import Handover
from partners.views.handover_pages import Pages, person_of, place_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_sign(request: HttpRequest, pages: Pages, side: str, **of: Any) -> HttpResponse:
    """Whoever speaks for a side reads the text once more and signs it."""
    rows = pages.rows(of).visible_to(request.user).signable_by(request.user, side)
    handover = get_object_or_404(rows.for_detail())
    signed = {"handover": handover, "side": side, "by": person_of(request)}
    return _sign(request, handover, side, HandSignForm, lambda form: sign_handover(seen=form.seen, **signed))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def handover_paper(request: HttpRequest, pages: Pages, side: str, **of: Any) -> HttpResponse:
    """Organisers enter who signed on paper, and when."""
    handover = get_object_or_404(pages.rows(of).organised_by(request.user).for_detail())

    def enter(form: PaperSignForm) -> bool:
        values = form.cleaned_data
        return sign_handover(
            handover=handover,
            side=side,
            seen=form.seen,
            by=person_of(request),
            on=values["on"],
            paper_name=values["paper_name"],
        )

    return _sign(request, handover, side, PaperSignForm, enter)


def _sign(request: HttpRequest, handover: Any, side: str, kind: Any, sign: Callable[[Any], bool]) -> HttpResponse:
    signature = next(one for one in handover.signatures if one.side == side)
    if signature.on is not None and request.method != "POST":
        messages.info(request, gettext("This side has signed already."))
        return redirect(handover)
    form = kind(request.POST if request.method == "POST" else None, initial={"version": handover.version})
    if form.is_valid():
        try:
            sign(form)
        except ValidationError as error:
            if error.code == "gone":
                messages.error(request, error.messages[0])
                return redirect(handover.subject)
            form.add_error(None, error)
            form.data = form.data.copy()
            form.data["version"] = str(type(handover).objects.values_list("version", flat=True).get(pk=handover.pk))
        else:
            messages.success(request, _said(type(handover).objects.get(pk=handover.pk)))
            return redirect(handover)
    context = {
        "handover": handover,
        "signature": signature,
        "form": form,
        "is_paper": kind is PaperSignForm,
        "lines": sorted(handover.lines.all(), key=place_of),
        "lacks": handover.lacks,
    }
    return render(request, "partners/handover/sign.html", context)


def _said(handover: Handover) -> str:
    if handover.is_complete:
        told = [gettext("Both sides have signed. The hand-over counts from now on.")]
        if lines_of_others(handover).exists():
            told.append(gettext("Who is in the teams that take over single lines gets a mail."))
        return " ".join(told)
    if handover.given_on:
        return gettext("It is signed for this side. Who is in the team that takes over gets a mail.")
    return gettext("It is signed for this side. The other side signs next.")
