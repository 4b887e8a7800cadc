"""The signed copy of an agreement: private, and only ever downloaded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe

from partners.actions.signed_copies import keep_copy, remove_copy
from partners.forms.agreements import SignedCopyForm
from partners.models import Agreement, SignedCopy
from partners.views.agreements import file_name

# Even if a browser showed it in spite of all: nothing in it may run, and nothing may be loaded.
SEALED: dict[str, Any] = {"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": True}


@login_required
@require_safe
@csp_override(SEALED)
def agreement_copy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Comes from the portal itself, wherever it is stored; it is saved and not shown."""
    rows = SignedCopy.objects.visible_to(request.user).select_related("agreement")
    copy = get_object_or_404(rows, agreement__pk=pk)
    try:
        stored = copy.file.open()
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{file_name(copy.agreement)}-unterschrieben.pdf"
    answer = FileResponse(stored, as_attachment=True, filename=name, content_type="application/pdf")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_copy_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Organisers keep the copy of a signed agreement; a new one takes the place of the old one."""
    rows = Agreement.objects.organised_by(request.user).signed().filter(pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            return _keep(request, get_object_or_404(rows.select_for_update(of=("self",))))
    agreement = get_object_or_404(rows)
    return _show(request, agreement, SignedCopyForm(present=_present(agreement)))


def _keep(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    form = SignedCopyForm(request.POST, request.FILES, present=_present(agreement))
    if not form.is_valid():
        return _show(request, agreement, form)
    data, source = form.cleaned_data["files"]
    keep_copy(agreement=agreement, data=data, source=source, by=request.user)
    messages.success(
        request, gettext("The signed copy is stored. Only the teams of the sides and the organisers get it.")
    )
    return redirect(agreement)


def _present(agreement: Agreement) -> SignedCopy | None:
    return SignedCopy.objects.filter(agreement=agreement).first()


def _show(request: HttpRequest, agreement: Agreement, form: SignedCopyForm) -> HttpResponse:
    context: dict[str, Any] = {"agreement": agreement, "form": form}
    return render(request, "partners/agreement/copy.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_copy_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more before; the history keeps who did it, and when."""
    agreement = get_object_or_404(Agreement.objects.organised_by(request.user).filter(signed_copy__isnull=False), pk=pk)
    if request.method == "POST":
        remove_copy(agreement=agreement)
        messages.success(request, gettext("The signed copy is deleted."))
        return redirect(agreement)
    return render(request, "partners/agreement/copy_delete.html", {"agreement": agreement})
