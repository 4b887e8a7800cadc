"""Notes of talks with a partner, written by the organisers for each other."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.actions.receipts import once
from partners.forms.contact_notes import ContactNoteCreateForm, ContactNoteEditForm
from partners.models import ContactNote, Partnership
from partners.views.parts import PartnershipPart, show_part

ANCHOR = "gespraeche"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_note_create(request: HttpRequest, pk: int) -> HttpResponse:
    partnership = get_object_or_404(Partnership.objects.editable_by(request.user).for_detail(), pk=pk)
    form = ContactNoteCreateForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        answer = once(
            fingerprint=form.fingerprint(of=request.user, at=request.path),
            make=lambda: ContactNote.objects.create(partnership=partnership, by=request.user, **form.values()),
        )
        if answer.is_new:
            messages.success(request, gettext("The note is saved."))
        return redirect(answer.leads_to)
    page = PartnershipPart(
        partnership=partnership,
        form=form,
        heading=gettext("Write a contact note"),
        intro=gettext("Only the organisers read it, not the sides."),
        action=gettext("Save the note"),
        back=ANCHOR,
    )
    return show_part(request, page)


def _with_title(rows: Any) -> Any:
    return rows.prefetch_related("partnership__parties__actor")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_note_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = ContactNote.objects.editable_by(request.user).filter(pk=pk)
    if request.method == "POST":
        return _save(request, rows)
    note = get_object_or_404(_with_title(rows))
    return _show_edit(request, note, ContactNoteEditForm(instance=note))


@transaction.atomic
def _save(request: HttpRequest, rows: Any) -> HttpResponse:
    """Compares and writes while the row is locked, so that nobody else writes in between."""
    note = get_object_or_404(rows.select_for_update(of=("self",)))
    form = ContactNoteEditForm(request.POST, instance=ContactNote.objects.get(pk=note.pk))
    if form.is_valid():
        if changes := form.changes():
            for name, value in changes.items():
                setattr(note, name, value)
            note.changed_at = timezone.now()
            note.save(update_fields=[*changes, "changed_at"])
        messages.success(request, gettext("The note is saved."))
        return redirect(note)
    return _show_edit(request, _with_title(ContactNote.objects.all()).get(pk=note.pk), form)


def _show_edit(request: HttpRequest, note: ContactNote, form: ContactNoteEditForm) -> HttpResponse:
    page = PartnershipPart(
        partnership=note.partnership,
        form=form,
        heading=gettext("Change the contact note"),
        intro=gettext("Only the organisers read it, not the sides."),
        action=gettext("Save the note"),
        back=ANCHOR,
    )
    return show_part(request, page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_note_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more before; it is gone then, also from the history."""
    note = get_object_or_404(_with_title(ContactNote.objects.editable_by(request.user)), pk=pk)
    if request.method == "POST":
        leads_to = note.get_absolute_url()
        note.delete()
        messages.success(request, gettext("The note is deleted."))
        return redirect(leads_to)
    page = PartnershipPart(
        partnership=note.partnership,
        heading=gettext("Delete the contact note?"),
        intro=gettext("It is gone then. The history only keeps that there was one, and who deleted it."),
        quote=note.text,
        action=gettext("Delete for good"),
        back=ANCHOR,
        is_final=True,
    )
    return show_part(request, page)
