from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners.actions.quotations import edit_quotation, enter_quotation, withdraw_quotation
from partners.actions.receipts import once
from partners.forms.quotations import OwnWordsForm, QuotationCreateForm, QuotationEditForm
from partners.models import Partnership, PartnershipParty, Quotation
from partners.views.consenting import Asked
from partners.views.parts import PartnershipPart, partnership_of, show_part


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quotation_create(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """The team of a side, or an organiser for it, writes down what somebody there says. Each side has one at a time."""
    rows = PartnershipParty.objects.editable_by(request.user).select_related("actor")
    party = get_object_or_404(rows, pk=party_pk, partnership__pk=pk)
    partnership = Partnership.objects.for_detail().get(pk=pk)
    form = QuotationCreateForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            answer = once(
                fingerprint=form.fingerprint(of=request.user, at=request.path),
                make=lambda: enter_quotation(party=party, by=request.user, **form.values()),
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            if answer.is_new:
                messages.success(request, _entered(party))
            return redirect(answer.leads_to)
    elif not form.is_bound and (present := Quotation.objects.filter(party=party).first()):
        return redirect("partners:quotation-edit", present.pk)
    page = PartnershipPart(
        partnership=partnership,
        form=form,
        heading=gettext("Quote somebody of “%(name)s”") % {"name": party.actor.name},
        intro=gettext(
            "Visitors read nothing before the person has agreed. With an e-mail address she is asked by mail."
        ),
        action=gettext("Save the quotation"),
        back=f"zitat-{party.pk}",
    )
    return show_part(request, page)


def _entered(party: PartnershipParty) -> str:
    quotation = Quotation.objects.get(party=party)
    if quotation.has_agreed:
        return gettext("The quotation is saved. Everybody who sees the partnership reads it now.")
    if quotation.email:
        return gettext("The quotation is saved. “%(name)s” gets a mail and decides.") % {"name": quotation.name}
    return gettext("The quotation is saved. It stays internal until “%(name)s” agrees.") % {"name": quotation.name}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quotation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words are another quotation: the consent ends, and the person is asked anew."""
    rows = Quotation.objects.editable_by(request.user).filter(pk=pk)
    if request.method == "POST":
        return _save(request, rows)
    quotation = get_object_or_404(rows.select_related("party__actor", "consent_noted_by"))
    return _show(request, quotation, QuotationEditForm(instance=quotation))


@transaction.atomic
def _save(request: HttpRequest, rows: Any) -> HttpResponse:
    """Compares and writes while the row is locked, so that nobody else writes in between."""
    quotation = get_object_or_404(rows.select_for_update(of=("self",)))
    form = QuotationEditForm(request.POST, instance=Quotation.objects.get(pk=quotation.pk))
    if form.is_valid():
        try:
            with transaction.atomic():
                edit_quotation(quotation=quotation, by=request.user, values=form.words(), **form.extras())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _entered(quotation.party))
            return redirect(quotation)
    fresh = Quotation.objects.select_related("party__actor", "consent_noted_by").get(pk=quotation.pk)
    return _show(request, fresh, form)


def _show(request: HttpRequest, quotation: Quotation, form: QuotationEditForm) -> HttpResponse:
    page = PartnershipPart(
        partnership=partnership_of(quotation.party),
        form=form,
        heading=gettext("Change the quotation of “%(name)s”") % {"name": quotation.party.actor.name},
        intro=_standing(quotation),
        action=gettext("Save the quotation"),
        back=f"zitat-{quotation.party_id}",
    )
    return show_part(request, page)


def _standing(quotation: Quotation) -> str:
    """Who reads it at present, and why."""
    if quotation.has_agreed:
        return gettext(
            "Everybody reads this quotation: the person agreed (%(way)s). If you change the words, the name or the "
            "function, she has to agree anew."
        ) % {"way": quotation.way_line}
    return gettext("Only the team of this side and the organisers read this: the person has not agreed.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quotation_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """The person told the team or an organiser that she does not agree any more; asked once more before."""
    quotation = get_object_or_404(Quotation.objects.editable_by(request.user).select_related("party__actor"), pk=pk)
    if request.method == "POST":
        leads_to = quotation.get_absolute_url()
        withdraw_quotation(quotation=quotation)
        messages.success(request, gettext("The quotation is withdrawn. Its words are deleted."))
        return redirect(leads_to)
    page = PartnershipPart(
        partnership=partnership_of(quotation.party),
        heading=gettext("Withdraw the quotation of “%(name)s”?") % {"name": quotation.party.actor.name},
        intro=gettext("It disappears everywhere at once, and its words are deleted for good."),
        quote=quotation.text,
        action=gettext("Withdraw for good"),
        back=f"zitat-{quotation.party_id}",
        is_final=True,
    )
    return show_part(request, page)


def _confirm(quotation: Quotation) -> str:
    if quotation.has_agreed:
        return gettext("You have agreed already. Everybody who sees the partnership reads your words.")
    quotation.agree(way=Quotation.Way.LINK)
    return gettext(
        "Thank you. Everybody who sees the partnership reads your words now. Keep the mail: by the same link you can "
        "withdraw at any time."
    )


ASKED = Asked(
    model=Quotation,
    near=("party__actor",),
    form=OwnWordsForm,
    page="partners/quotation_consent.html",
    gone="partners/contact_gone.html",
    deleted=_("Your words are deleted. Nothing of them is left here."),
    choices={"bestaetigen": _confirm},
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quotation_consent(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever is quoted confirms, corrects or objects, without an account."""
    return ASKED.answer(request, token)
