from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from partners.actions.reviews import write_review
from partners.forms.reviews import ReviewCreateForm, ReviewEditForm
from partners.models import Neighbourhood, Partnership, PartnershipParty, PartnershipReview
from partners.models.reviews import QUESTIONS, Answer, Question, averages_in
from partners.views.addresses import of_neighbourhood
from partners.views.parts import PartnershipPart, partnership_of, show_part
from partners.views.writing import ask_once_more, delete, edit_part, made_once

# So many looks back of one side stand beside each other; earlier ones are counted.
BESIDE = 4


@dataclass(slots=True)
class LookedBack:
    """How one side sees it over time, the newest first, and whether this reader may write for it."""

    party: PartnershipParty
    reviews: list[PartnershipReview]
    may_write: bool

    @property
    def shown(self) -> list[PartnershipReview]:
        return self.reviews[:BESIDE]

    @property
    def earlier(self) -> int:
        return len(self.reviews) - len(self.shown)

    @property
    def lines(self) -> list[tuple[Question, list[tuple[PartnershipReview, Answer]]]]:
        """By question: what each of the reviews answers to it."""
        answers = [(review, {answer.question.name: answer for answer in review.answers}) for review in self.shown]
        return [(one, [(review, known[one.name]) for review, known in answers]) for one in QUESTIONS]

    @property
    def remarks(self) -> list[PartnershipReview]:
        return [review for review in self.shown if review.remark]


def looks_back(parties: Iterable[PartnershipParty], user: Any) -> list[LookedBack]:
    """Of the sides whose view this reader may read or write."""
    parties = list(parties)
    reviews = list(PartnershipReview.objects.visible_to(user).filter(party__in=parties))
    writable = set(
        PartnershipParty.objects.reviewable_by(user)
        .filter(pk__in=[party.pk for party in parties])
        .values_list("pk", flat=True)
    )
    sides = [
        LookedBack(party, [one for one in reviews if one.party_id == party.pk], party.pk in writable)
        for party in parties
    ]
    return [side for side in sides if side.reviews or side.may_write]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_create(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """The team of a side says how it sees the partnership; for the companion an organiser may."""
    rows = PartnershipParty.objects.reviewable_by(request.user).select_related("actor", "partnership")
    party = get_object_or_404(rows, pk=party_pk, partnership__pk=pk)
    may_plan = Partnership.objects.editable_by(request.user).filter(pk=pk, state__in=Partnership.LIVE).exists()
    form = ReviewCreateForm(request.POST if request.method == "POST" else None, may_plan=may_plan)
    if form.is_valid():
        leads_to = made_once(
            request,
            form,
            make=lambda: write_review(party=party, by=request.user, **form.values()),
            said=lambda: gettext("The look back is saved. The other sides do not read it."),
        )
        if leads_to:
            return redirect(leads_to)
    page = PartnershipPart(
        partnership=partnership_of(party),
        form=form,
        heading=gettext("Look back: how “%(name)s” sees it") % {"name": party.actor.name},
        intro=gettext("Only the team of “%(name)s” and the organisers read this. It is no mark, but a reason to talk.")
        % {"name": party.actor.name},
        action=gettext("Save the look back"),
        back=f"rueckblick-{party.pk}",
    )
    return show_part(request, page)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return edit_part(
        request,
        PartnershipReview.objects.editable_by(request.user).filter(pk=pk),
        form=ReviewEditForm,
        page=_edit_page,
        said=lambda review: gettext("The changes are saved."),
        near=_with_side,
    )


def _with_side(rows: Any) -> Any:
    return rows.select_related("party__actor")


def _edit_page(review: PartnershipReview, form: ReviewEditForm) -> PartnershipPart:
    return PartnershipPart(
        partnership=partnership_of(review.party),
        form=form,
        heading=gettext("Change the look back of “%(name)s”") % {"name": review.party.actor.name},
        intro=gettext("If you see it in another way by now, write a new one: then the change can be seen."),
        action=gettext("Save the changes"),
        back=f"rueckblick-{review.party_id}",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_delete(request: HttpRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(_with_side(PartnershipReview.objects.editable_by(request.user)), pk=pk)
    return ask_once_more(request, review, page=_delete_page, act=delete, said=gettext("The look back is deleted."))


def _delete_page(review: PartnershipReview) -> PartnershipPart:
    return PartnershipPart(
        partnership=partnership_of(review.party),
        heading=gettext("Delete this look back?"),
        intro=gettext("It is gone for good."),
        quote=review.remark,
        action=gettext("Delete for good"),
        back=f"rueckblick-{review.party_id}",
        is_final=True,
    )


@login_required
@require_safe
@of_neighbourhood
def neighbourhood_reviews(request: HttpRequest, slug: str) -> HttpResponse:
    """What the sides in a Quartier say on the whole, for its organisers, and only of three partnerships or more."""
    neighbourhood = get_object_or_404(Neighbourhood.objects.editable_by(request.user), slug=slug)
    context = {"neighbourhood": neighbourhood, "averages": averages_in(neighbourhood)}
    return render(request, "partners/neighbourhood_reviews.html", context)
