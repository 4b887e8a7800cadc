from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners.actions.contacts import edit_contact, enter_contact
from partners.forms.contacts import ContactCreateForm, ContactEditForm, CorrectionForm
from partners.models import Actor, ContactPerson
from partners.views.addresses import of_actor
from partners.views.consenting import Asked
from partners.views.parts import ActorPart, show_part
from partners.views.writing import ask_once_more, delete, edit_part, made_once


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@of_actor
def contact_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever keeps the profile says whom one asks there; the person decides whether everybody sees it."""
    actor = get_object_or_404(Actor.objects.editable_by(request.user), slug=slug)
    form = ContactCreateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        values = form.values()
        leads_to = made_once(
            request,
            form,
            make=lambda: enter_contact(actor=actor, by=request.user, **values),  # type: ignore[arg-type]
            said=lambda: gettext("“%(name)s” is entered.") % {"name": values["name"]},
        )
        if leads_to:
            return redirect(leads_to)
    page = ActorPart(
        actor=actor,
        form=form,
        heading=gettext("Enter a contact person"),
        intro=gettext("Visitors see nobody who has not agreed. With an e-mail address the person is asked by mail."),
        action=gettext("Save the contact person"),
        back="kontaktpersonen",
    )
    return show_part(request, page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:

    def write(contact: ContactPerson, form: ContactEditForm) -> None:
        edit_contact(contact=contact, by=request.user, values=form.changes(), **form.extras())  # type: ignore[arg-type]

    return edit_part(
        request,
        ContactPerson.objects.editable_by(request.user).filter(pk=pk),
        form=ContactEditForm,
        page=_edit_page,
        said=lambda contact: gettext("“%(name)s” is saved.") % {"name": contact.name},
        near=lambda rows: rows.select_related("actor", "consent_noted_by"),
        write=write,
    )


def _edit_page(contact: ContactPerson, form: ContactEditForm) -> ActorPart:
    return ActorPart(
        actor=contact.actor,
        form=form,
        heading=gettext("Edit the contact person “%(name)s”") % {"name": contact.name},
        intro=_standing(contact),
        action=gettext("Save the contact person"),
        back="kontaktpersonen",
    )


def _standing(contact: ContactPerson) -> str:
    """Who sees this person at present, and why."""
    if contact.has_agreed:
        return gettext(
            "Everybody sees this person: she agreed (%(way)s). If you change something, she has to agree anew."
        ) % {"way": contact.way_line}
    if contact.objected_at:
        return gettext("This person objected to being shown. The entry stays internal.")
    return gettext("Only the team and the organisers see this person: she has not agreed.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_delete(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(ContactPerson.objects.editable_by(request.user).select_related("actor"), pk=pk)
    said = gettext("“%(name)s” is deleted.") % {"name": contact.name}
    return ask_once_more(request, contact, page=_delete_page, act=delete, said=said)


def _delete_page(contact: ContactPerson) -> ActorPart:
    return ActorPart(
        actor=contact.actor,
        heading=gettext("Delete the contact person “%(name)s”?") % {"name": contact.name},
        action=gettext("Delete for good"),
        back="kontaktpersonen",
        is_final=True,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The person told somebody who keeps the profile that she does not agree any more."""
    contact = get_object_or_404(ContactPerson.objects.editable_by(request.user).select_related("actor"), pk=pk)
    return ask_once_more(
        request,
        contact,
        page=_withdraw_page,
        act=lambda row: ContactPerson.objects.agreed().filter(pk=row.pk).update(withdrawn_at=timezone.now()),
        said=gettext("“%(name)s” is internal now. Visitors see nothing of it.") % {"name": contact.name},
    )


def _withdraw_page(contact: ContactPerson) -> ActorPart:
    return ActorPart(
        actor=contact.actor,
        heading=gettext("Withdraw the consent of “%(name)s”?") % {"name": contact.name},
        intro=gettext("The entry is internal at once. It stays for the team and the organisers until you delete it."),
        action=gettext("Withdraw the consent"),
        back="kontaktpersonen",
        is_final=True,
    )


# --- where the link in the mail leads -----------------------------------------------------------------------------------


def _confirm(contact: ContactPerson) -> str:
    if contact.has_agreed:
        return gettext("You have agreed already. Everybody sees your details on the profile.")
    contact.agree(way=ContactPerson.Way.LINK)
    return gettext("Thank you. Everybody sees your details on the profile now.")


def _object(contact: ContactPerson) -> str:
    if contact.objected_at:
        return gettext("You have objected already. Your details are internal.")
    contact.object()
    return gettext("Your details are internal now. Visitors see nothing of them.")


ASKED = Asked(
    model=ContactPerson,
    near=("actor",),
    form=CorrectionForm,
    page="partners/contact_consent.html",
    gone="partners/contact_gone.html",
    deleted=_("Your entry is deleted. Nothing of it is left here."),
    choices={"bestaetigen": _confirm, "widersprechen": _object},
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact_consent(request: HttpRequest, token: str) -> HttpResponse:
    """The person confirms, corrects or objects, without an account."""
    return ASKED.answer(request, token)
