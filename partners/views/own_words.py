from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from partners.actions.own_words import adopt_words
from partners.models import PartnershipParty


@login_required
@require_POST
def partnership_party_adopt(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """One click of a side's own team: these are our words."""
    rows = PartnershipParty.objects.spoken_for_by(request.user).select_related("actor", "partnership")
    party = get_object_or_404(rows, pk=party_pk, partnership__pk=pk)
    if adopt_words(party=party, seen=request.POST.get("seen", "")):
        messages.success(
            request, gettext("Thank you. What stands there are the words of “%(name)s” now.") % {"name": party.actor}
        )
    else:
        messages.warning(
            request,
            gettext("Somebody has rewritten these words meanwhile. Please read them once more, then make them yours."),
        )
    return redirect(f"{party.partnership.get_absolute_url()}#seite-{party.pk}")
