"""A side without an account is asked by mail, and answers on a page behind the link. Opening the page changes nothing."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from projects.actions.answering import LinkIsOverError, Question, question_of, say_no, say_yes
from projects.actions.asking import AskedAlreadyError, ask_to_confirm
from projects.forms.contributions import ObjectionForm
from projects.models import Contribution
from projects.views.contributions import as_seen, fetch, show
from projects.views.ledger import sentence
from projects.views.requests import SignedInRequest, in_parts

YES, NO = "stimmt", "stimmt-nicht"


@in_parts
@login_required
@require_POST
def contribution_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """The side that wrote it asks the other one, for which nobody can sign in. The same button twice is one mail."""
    row = fetch(Contribution.objects.asked_or_askable_by(request.user), pk)
    said = gettext("A mail goes to %(address)s. Its link shows what is entered, and asks for a yes or a no.")
    written = row.version
    as_seen(request, row)
    if row.version != written:
        changed = gettext("Somebody else has changed this in the meantime. Please look at it once more.")
        return show(request, row, changed, failed=True)
    try:
        address = ask_to_confirm(contribution=row, by=request.user)
    except AskedAlreadyError as error:
        return show(request, row, sentence(error))
    except ValidationError as error:
        return show(request, row, sentence(error), failed=True)
    return show(request, row, said % {"address": address})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contribution_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link leads, without signing in: it shows what is entered, and only a press of a button answers it.

    The address of the page opens it, so no search engine keeps it; and no other site learns it, for the portal sends
    its addresses (`Referrer-Policy: same-origin`) to itself alone. With no referrer at all browsers would send no
    origin with the form either, and it would be taken for a forged one.
    """
    response = _answer(request, token)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        if request.method == "POST":
            return _take(request, token)
        question = question_of(token)
    except LinkIsOverError as over:
        row = over.contribution
        return render(request, "projects/answer_over.html", {"why": over.why, "contribution": row}, status=410)
    return _unknown(request) if question is None else _show(request, question)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "projects/answer_over.html", {"why": "", "contribution": None}, status=404)


def _show(request: HttpRequest, question: Question, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "contribution": question.contribution,
        "actor": question.actor,
        "is_rewritten": question.is_rewritten,
        "is_read_by_all": Contribution.objects.visible_to(AnonymousUser()).filter(pk=question.contribution.pk).exists(),
        "form": ObjectionForm(auto_id="stimmt-nicht-%s"),
    }
    return render(request, "projects/contribution_answer.html", context | more, status=status)


@transaction.atomic
def _take(request: HttpRequest, token: str) -> HttpResponse:
    """While the contribution is locked: of two who press at once the second reads what the first one said."""
    question = question_of(token, locked=True)
    if question is None:
        return _unknown(request)
    choice = request.POST.get("wahl", "")
    form = ObjectionForm(request.POST if choice == NO else None, auto_id="stimmt-nicht-%s")
    if choice not in {YES, NO}:
        return _show(request, question, missed=True)
    if request.POST.get("seen") != str(question.contribution.version):
        return _show(request, question, form=form, is_rewritten=True, status=409)
    if choice == YES:
        say_yes(question)
    elif form.is_valid():
        say_no(question, reason=form.cleaned_data["reason"])
    else:
        return _show(request, question, form=form)
    context = {"contribution": question.contribution, "actor": question.actor, "said_yes": choice == YES}
    return render(request, "projects/contribution_answered.html", context)
