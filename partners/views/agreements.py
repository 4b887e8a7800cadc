"""Agreements of partnerships: drafted in sections, read and printed as a document, noted as signed."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.actions.agreement_document import document_of
from partners.actions.agreement_docx import TYPE, write_docx
from partners.actions.agreements import (
    begin_agreement,
    differing_sides,
    discard_draft,
    edit_agreement,
    edit_part,
    match_sides,
    restore_agreement,
    restore_part,
    sign_agreement,
)
from partners.actions.signed_copies import keep_copy
from partners.forms.agreements import PART, SECTIONS, AgreementForm, PartForm, Progress, SignForm, progress_of
from partners.models import Agreement, AgreementPart, ContactPerson, Partnership, SignedCopy, StageError
from partners.views.history import Past, show_history, show_version


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Organisers begin a draft; where there is one already, they are led to it."""
    rows = Partnership.objects.editable_by(request.user).filter(state__in=Agreement.DRAFTED_IN)
    partnership = get_object_or_404(rows.for_detail(), pk=pk)
    if request.method == "POST":
        try:
            agreement = begin_agreement(partnership=partnership, language=get_language() or "de")
        except StageError as error:
            messages.error(request, error.messages[0])
            return redirect(partnership)
        messages.success(
            request, gettext("Here is the draft. Please look at each section: the portal filled in what it knows.")
        )
        return redirect(agreement)
    if draft := partnership.agreements.drafts().first():
        return redirect(draft)
    context = {"partnership": partnership, "latest": partnership.agreements.first()}
    return render(request, "partners/agreement/create.html", context)


@login_required
@require_safe
def agreement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the agreement stands: of a draft the sections with how far each is, of a signed one what holds."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).for_detail(), pk=pk)
    parts = list(agreement.parts.all())
    mine = AgreementPart.objects.editable_by(request.user).filter(agreement=agreement)
    editable = set(mine.values_list("pk", flat=True))
    may_organise = Agreement.objects.organised_by(request.user).filter(pk=pk).exists()
    editions = list(agreement.partnership.agreements.order_by("-edition"))
    context = {
        "agreement": agreement,
        "may_organise": may_organise,
        "may_edit": may_organise and not agreement.is_signed,
        "may_follow": may_organise and agreement.partnership.state in Agreement.DRAFTED_IN,
        "sections": progress_of(agreement),
        "parts": [(part, Progress.of(part, PART), part.pk in editable) for part in parts],
        "signed_copy": SignedCopy.objects.filter(agreement=agreement).select_related("uploaded_by").first(),
        "editions": editions,
        "newer": next((one for one in editions if one.edition > agreement.edition), None),
        "sees_partnership": Partnership.objects.visible_to(request.user).filter(pk=agreement.partnership_id).exists(),
    }
    if context["may_edit"]:
        context["new_sides"], context["gone_sides"] = differing_sides(agreement)
    return render(request, "partners/agreement/detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_edit(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One section of a draft, saved by itself."""
    rows = Agreement.objects.editable_by(request.user).filter(pk=pk)
    if request.method == "POST":
        return _save_section(request, rows, section)
    agreement = get_object_or_404(rows)
    return _show_form(request, agreement, AgreementForm(instance=agreement, section=SECTIONS[section]))


@transaction.atomic
def _save_section(request: HttpRequest, rows: Any, word: str) -> HttpResponse:
    """Compares and writes while the row is locked, so that nobody else writes in between."""
    agreement = get_object_or_404(rows.select_for_update(of=("self",)))
    form = AgreementForm(request.POST, instance=copy(agreement), section=SECTIONS[word])
    if form.is_valid():
        edit_agreement(agreement=agreement, values=form.changes(), seen=form.fields)
        messages.success(request, gettext("“%(section)s” is saved.") % {"section": SECTIONS[word].heading})
        return redirect(agreement)
    return _show_form(request, Agreement.objects.get(pk=agreement.pk), form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_part_edit(request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
    """Each side writes its own part of a draft; organisers may note it for them."""
    rows = AgreementPart.objects.editable_by(request.user).filter(pk=part_pk, agreement__pk=pk)
    if request.method == "POST":
        try:
            return _save_part(request, rows)
        except StageError as error:
            messages.error(request, error.messages[0])
            return redirect("partners:agreement-detail", pk)
    part = get_object_or_404(rows.select_related("agreement", "actor"))
    return _show_form(request, part.agreement, _part_form(request, part), part)


@transaction.atomic
def _save_part(request: HttpRequest, rows: Any) -> HttpResponse:
    lock(get_object_or_404(rows).agreement_id)
    part = get_object_or_404(rows.select_related("agreement", "actor").select_for_update(of=("self",)))
    form = _part_form(request, part)
    if form.is_valid():
        edit_part(part=part, values=form.changes(), seen=form.fields)
        messages.success(request, gettext("The part of “%(name)s” is saved.") % {"name": part.name})
        return redirect(part.agreement)
    return _show_form(request, part.agreement, form, AgreementPart.objects.get(pk=part.pk))


def lock(pk: int) -> None:
    """Before a part of it is locked, so that two who write never wait for each other."""
    Agreement.objects.select_for_update(of=("self",)).filter(pk=pk).first()


def _part_form(request: HttpRequest, part: AgreementPart) -> PartForm:
    """People who have not agreed to be shown are named as a hint, to whoever may see them."""
    people = ContactPerson.objects.visible_to(request.user).filter(actor=part.actor, objected_at=None)
    known = [contact.name for contact in people if not contact.has_agreed and contact.name not in part.contact]
    data = request.POST if request.method == "POST" else None
    return PartForm(data, instance=copy(part), known=known)


def _show_form(
    request: HttpRequest, agreement: Agreement, form: Any, part: AgreementPart | None = None
) -> HttpResponse:
    context = {"agreement": agreement, "form": form, "section": form.section, "part": part}
    return render(request, "partners/agreement/edit.html", context)


@login_required
@require_POST
def agreement_match(request: HttpRequest, pk: int) -> HttpResponse:
    """The sides of the partnership changed while the agreement was a draft."""
    agreement = get_object_or_404(Agreement.objects.editable_by(request.user), pk=pk)
    try:
        match_sides(agreement=agreement)
    except StageError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, gettext("The draft has the sides of the partnership now."))
    return redirect(agreement)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Noted when all sides signed on paper. From then on the words stay as they are."""
    agreement = get_object_or_404(Agreement.objects.editable_by(request.user).for_detail(), pk=pk)
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SignForm(data, files)
    if request.method == "POST" and form.is_valid() and _sign(request, agreement, form):
        return redirect(agreement)
    context = {
        "agreement": agreement,
        "form": form,
        "lacks": agreement.lacks,
        "untouched": _untouched(agreement),
        "differs": any(differing_sides(agreement)),
    }
    return render(request, "partners/agreement/sign.html", context)


def _sign(request: HttpRequest, agreement: Agreement, form: SignForm) -> bool:
    try:
        with transaction.atomic():
            sign_agreement(agreement=agreement, on=form.cleaned_data["signed_on"])
            if form.cleaned_data["files"]:
                data, source = form.cleaned_data["files"]
                keep_copy(agreement=agreement, data=data, source=source, by=request.user)
    except StageError as error:
        form.add_error(None, error)
        return False
    said = gettext("The agreement is noted as signed. It stays as it is from now on.")
    messages.success(request, said)
    return True


def _untouched(agreement: Agreement) -> list[str]:
    """What the portal filled in and nobody has looked at."""
    sections = [str(one.section.heading) for one in progress_of(agreement) if one.is_prefilled]
    return sections + [part.name for part in agreement.parts.all() if Progress.of(part, PART).is_prefilled]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft that is not needed any more; what was signed stays. Asked once more before."""
    agreement = get_object_or_404(Agreement.objects.editable_by(request.user).for_detail(), pk=pk)
    if request.method == "POST":
        try:
            discard_draft(agreement=agreement)
        except StageError as error:
            messages.error(request, error.messages[0])
            return redirect(agreement)
        messages.success(request, gettext("The draft is deleted."))
        return redirect(agreement.partnership)
    return render(request, "partners/agreement/delete.html", {"agreement": agreement})


@login_required
@require_safe
def agreement_document(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole agreement, to be read and to be printed on A4, with a line for each signature."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).for_detail(), pk=pk)
    context = {"agreement": agreement, "document": document_of(agreement)}
    return render(request, "partners/agreement/document.html", context)


@login_required
@require_safe
def agreement_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same words as a file for word processors."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user).for_detail(), pk=pk)
    answer = HttpResponse(write_docx(document_of(agreement)), content_type=TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{file_name(agreement)}.docx"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def file_name(agreement: Agreement) -> str:
    """Without names: files are passed on, and lie about in folders of downloads."""
    edition = f"-{agreement.edition}" if agreement.edition > 1 else ""
    return f"vereinbarung-{agreement.partnership_id}{edition}"


def _past(request: HttpRequest, pk: int) -> Past:
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    return Past(
        thing=agreement,
        name=str(agreement),
        address=reverse("partners:agreement-history", args=[pk]),
        crumbs=[
            (reverse("partners:partnership-list"), gettext("Partnerships")),
            (agreement.get_absolute_url(), str(agreement)),
        ],
        lead=gettext(
            "Who wrote what in the agreement, and when; who stored or deleted the signed copy. Names of people in it are "
            "not kept here."
        ),
        writers={Agreement: restore_agreement, AgreementPart: restore_part},
    )


@login_required
@require_safe
def agreement_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever reads the agreement also reads who wrote what, and who stored or removed the signed copy."""
    return show_history(request, _past(request, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_version(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    return show_version(request, _past(request, pk), entry)
