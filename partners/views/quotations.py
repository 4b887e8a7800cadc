from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partners.actions.quotations import edit_quotation, enter_quotation, withdraw_quotation
from partners.forms.quotations import OwnWordsForm, QuotationCreateForm, QuotationEditForm
from partners.models import PartnershipParty, Quotation
from partners.views.consenting import Asked
from partners.views.parts import PartnershipPart, partnership_of, show_part
from partners.views.writing import ask_once_more, edit_part, made_once


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quotation_create(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """The team of a side, or an organiser for it, writes down what somebody there says. Each side has one at a time."""
    rows = PartnershipParty.objects.editable_by(request.user).select_related("actor")
    party = get_object_or_404(rows, pk=party_pk, partnership__pk=pk)
    form = QuotationCreateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        leads_to = made_once(
            request,
            form,
            make=lambda: enter_quotation(party=party, by=request.user, **form.values()),
            said=lambda: _entered(party),
        )
        if leads_to:
            return redirect(leads_to)
    elif not form.is_bound and (present := Quotation.objects.filter(party=party).first()):
        return redirect("partners:quotation-edit", present.pk)
    page = PartnershipPart(
        partnership=partnership_of(party),
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

    def write(quotation: Quotation, form: QuotationEditForm) -> None:
        edit_quotation(quotation=quotation, by=request.user, values=form.words(), **form.extras())  # type: ignore[arg-type]

    return edit_part(
        request,
        Quotation.objects.editable_by(request.user).filter(pk=pk),
        form=QuotationEditForm,
        page=_edit_page,
        said=lambda quotation: _entered(quotation.party),
        near=lambda rows: rows.select_related("party__actor", "consent_noted_by"),
        write=write,
    )


def _edit_page(quotation: Quotation, form: QuotationEditForm) -> PartnershipPart:
    return PartnershipPart(
        partnership=partnership_of(quotation.party),
        form=form,
        heading=gettext("Change the quotation of “%(name)s”") % {"name": quotation.party.actor.name},
        intro=_standing(quotation),
        action=gettext("Save the quotation"),
        back=f"zitat-{quotation.party_id}",
    )


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
    """The person told the team or an organiser that she does not agree any more."""
    quotation = get_object_or_404(Quotation.objects.editable_by(request.user).select_related("party__actor"), pk=pk)
    return ask_once_more(
        request,
        quotation,
        page=_withdraw_page,
        act=lambda row: withdraw_quotation(quotation=row),
        said=gettext("The quotation is withdrawn. Its words are deleted."),
    )


def _withdraw_page(quotation: Quotation) -> PartnershipPart:
    return PartnershipPart(
        partnership=partnership_of(quotation.party),
        heading=gettext("Withdraw the quotation of “%(name)s”?") % {"name": quotation.party.actor.name},
        intro=gettext("It disappears everywhere at once, and its words are deleted for good."),
        quote=quotation.text,
        action=gettext("Withdraw for good"),
        back=f"zitat-{quotation.party_id}",
        is_final=True,
    )


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
