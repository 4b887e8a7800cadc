"""Notes of talks with a partner, written by the organisers for each other."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from partners.forms.contact_notes import ContactNoteCreateForm, ContactNoteEditForm
from partners.models import ContactNote, Partnership
from partners.views.parts import PartnershipPart, show_part
from partners.views.writing import ask_once_more, delete, edit_part, made_once, write_values

ANCHOR = "gespraeche"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_note_create(request: HttpRequest, pk: int) -> HttpResponse:
    partnership = get_object_or_404(Partnership.objects.editable_by(request.user).for_detail(), pk=pk)
    form = ContactNoteCreateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        leads_to = made_once(
            request,
            form,
            make=lambda: ContactNote.objects.create(partnership=partnership, by=request.user, **form.values()),
            said=lambda: gettext("The note is saved."),
        )
        if leads_to:
            return redirect(leads_to)
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
    return edit_part(
        request,
        ContactNote.objects.editable_by(request.user).filter(pk=pk),
        form=ContactNoteEditForm,
        page=_edit_page,
        said=lambda note: gettext("The note is saved."),
        near=_with_title,
        write=_write,
    )


def _write(note: ContactNote, form: ContactNoteEditForm) -> None:
    if changes := form.changes():
        write_values(note, changes | {"changed_at": timezone.now()})


def _edit_page(note: ContactNote, form: ContactNoteEditForm) -> PartnershipPart:
    return PartnershipPart(
        partnership=note.partnership,
        form=form,
        heading=gettext("Change the contact note"),
        intro=gettext("Only the organisers read it, not the sides."),
        action=gettext("Save the note"),
        back=ANCHOR,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_note_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """It is gone then, also from the history."""
    note = get_object_or_404(_with_title(ContactNote.objects.editable_by(request.user)), pk=pk)
    return ask_once_more(request, note, page=_delete_page, act=delete, said=gettext("The note is deleted."))


def _delete_page(note: ContactNote) -> PartnershipPart:
    return PartnershipPart(
        partnership=note.partnership,
        heading=gettext("Delete the contact note?"),
        intro=gettext("It is gone then. The history only keeps that there was one, and who deleted it."),
        quote=note.text,
        action=gettext("Delete for good"),
        back=ANCHOR,
        is_final=True,
    )
