from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.models import Actor, StageError
from partners.views.writing import made_once
from projects.actions.inquiries import answer_inquiry, ask_project, withdraw_inquiry
from projects.forms.inquiries import AnswerForm, JoinForm, QuestionForm
from projects.models import Project, ProjectInquiry
from projects.views.addresses import of_project
from projects.views.ledger import sentence, show_hits, wants_hits
from projects.views.requests import SignedInRequest, in_parts

JOIN, QUESTION = ProjectInquiry.Kind.JOIN, ProjectInquiry.Kind.QUESTION


@in_parts
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_project
def inquiry_create(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who sees a project may ask about it; who looks after an actor may ask whether that may take part."""
    project = get_object_or_404(Project.objects.visible_to(request.user).with_lead(request.user), slug=slug)
    own = Actor.objects.current().editable_by(request.user)
    kind = JOIN if request.GET.get("art") == JOIN and project.may_be_asked_to_join and own.exists() else QUESTION
    form = _form(request, kind)
    if kind == JOIN:
        form.search_live(request.get_full_path())
        if wants_hits(request):
            return show_hits(request, form.fields["actor"], "actor")
    if request.method == "POST" and not getattr(form, "is_search", False) and form.is_valid():
        values = form.values()
        leads_to = made_once(
            request,
            form,
            make=lambda: ask_project(project=project, kind=kind, by=request.user, **values),
            said=lambda: gettext("Your request is on its way. You get a mail as soon as it is answered."),
        )
        if leads_to:
            return redirect(leads_to)
    context = {"form": form, "project": project, "is_to_join": kind == JOIN}
    return render(request, "projects/inquiry_form.html", context)


def _form(request: SignedInRequest, kind: str) -> Any:
    """What was typed of a project of one's own comes along: its title, and who was to lead it."""
    data = request.POST if request.method == "POST" else None
    planned = request.GET.get("vorhaben", "").replace("\x00", "").strip()[:200]
    begun = (
        {"message": gettext("We were about to begin “%(title)s” ourselves.") % {"title": planned}} if planned else {}
    )
    if kind != JOIN:
        return QuestionForm(data, initial=begun)
    form = JoinForm(data, by=request.user, initial=begun)
    own = form.fields["actor"].queryset
    wished = own.filter(slug=request.GET.get("akteur", "").replace("\x00", "")[:200]).first()
    first = list(own[:2])
    form.initial["actor"] = wished or (first[0] if len(first) == 1 else None)
    return form


@login_required
@require_safe
@of_project
def inquiry_detail(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """What was asked and what was answered, for both sides."""
    return show_inquiry(request, _inquiry(request, slug, pk))


def show_inquiry(request: SignedInRequest, inquiry: ProjectInquiry, form: AnswerForm | None = None) -> HttpResponse:
    mine = ProjectInquiry.objects.waiting().filter(pk=inquiry.pk)
    context = {
        "inquiry": inquiry,
        "project": inquiry.project,
        "may_withdraw": mine.withdrawable_by(request.user).exists(),
        "form": form or (AnswerForm(inquiry=inquiry) if mine.answerable_by(request.user).exists() else None),
    }
    return render(request, "projects/inquiry_detail.html", context)


@login_required
@require_POST
@of_project
def inquiry_answer(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """The project's side answers; pressed twice it says the same."""
    rows = ProjectInquiry.objects.answerable_by(request.user).for_list()
    inquiry = get_object_or_404(rows, project__slug=slug, pk=pk)
    form = AnswerForm(request.POST, inquiry=inquiry)
    if not inquiry.is_open:
        if inquiry.state != request.POST.get("state"):
            messages.error(request, gettext("This request is not open any more."))
        return redirect(inquiry)
    if not form.is_valid():
        return show_inquiry(request, inquiry, form)
    try:
        answer_inquiry(inquiry=inquiry, by=request.user, **form.cleaned_data)
    except StageError as error:
        messages.error(request, sentence(error))
    except ValidationError as error:
        form.add_error(None, error)
        return show_inquiry(request, inquiry, form)
    else:
        messages.success(request, gettext("Your answer is on its way."))
    return redirect(inquiry)


@login_required
@require_POST
@of_project
def inquiry_withdraw(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Whoever asked takes it back as long as nobody has answered."""
    rows = ProjectInquiry.objects.withdrawable_by(request.user).visible_to(request.user).for_list()
    inquiry = get_object_or_404(rows, project__slug=slug, pk=pk)
    if inquiry.state != ProjectInquiry.State.WITHDRAWN:
        try:
            withdraw_inquiry(inquiry=inquiry)
        except ValidationError as error:
            messages.error(request, sentence(error))
        else:
            messages.success(request, gettext("Your request is withdrawn."))
    return redirect(inquiry)


def _inquiry(request: SignedInRequest, slug: str, pk: int) -> Any:
    rows = ProjectInquiry.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows, project__slug=slug, pk=pk)
