"""What somebody of a side says of the partnership: entered by the side or an organiser, public only if she agrees."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.consent import AskingKind, ask, ask_when_due, token_of
from partners.actions.holding import hold_side
from partners.actions.mail_kinds import Letter
from partners.models import Mail, PartnershipParty, Person, Quotation


@transaction.atomic
def enter_quotation(*, party: PartnershipParty, by: Person, agreed_on: date | None = None, **values: Any) -> Quotation:
    """Enters the words of one side, internal unless a consent on paper is named by its day. Who has an address is asked by mail.

    Raises `ValidationError` when the side has a quotation already, and for too many mails.
    """
    hold_side(party)
    if Quotation.objects.filter(party=party).exists():
        raise ValidationError(
            _("This side has a quotation already. Change that one, or withdraw it first."), code="twice"
        )
    quotation = Quotation(party=party, entered_by=by, **values)
    _note(quotation, agreed_on, by)
    quotation.save()
    if quotation.email and not quotation.has_agreed:
        ask(quotation, kind=QuotationMail, by=by)
    return quotation


@transaction.atomic
def edit_quotation(
    *,
    quotation: Quotation,
    by: Person,
    values: dict[str, Any],
    agreed_on: date | None = None,
    ask_again: bool = False,
) -> None:
    """Writes the named values. A consent was to the words of then: other words end it, and the person is asked anew.

    A new address makes the old link useless.
    """
    is_new_address = values.get("email", quotation.email) != quotation.email
    has_other_words = bool(set(values) & set(Quotation.SHOWN))
    for name, value in values.items():
        setattr(quotation, name, value)
    had_agreed = quotation.has_agreed
    if has_other_words:
        quotation.lapse()
    if is_new_address:
        quotation.asked_at = None
    _note(quotation, agreed_on, by)
    quotation.entered_by = by
    quotation.save()
    if quotation.email and not quotation.has_agreed:
        is_due = is_new_address or (had_agreed and has_other_words)
        ask_when_due(quotation, kind=QuotationMail, by=by, is_due=is_due, ask_again=ask_again)


@transaction.atomic
def withdraw_quotation(*, quotation: Quotation) -> None:
    """Takes the words away for good, wherever they were shown. That there was a quotation stays in the history."""
    Quotation.objects.filter(pk=quotation.pk).delete()


def _note(quotation: Quotation, agreed_on: date | None, by: Person) -> None:
    if agreed_on is None:
        return
    if agreed_on > timezone.localdate():
        raise ValidationError(_("Nobody has agreed on a day that is still to come."), code="early")
    noon = timezone.make_aware(datetime.combine(agreed_on, time(12)))
    quotation.agree(way=Quotation.Way.WRITTEN, by=by, at=min(noon, timezone.now()))


class QuotationMail(AskingKind):
    """To whoever is quoted."""

    name = "quotation"
    label = _("Question to somebody who is quoted")
    about = Quotation

    def letter(self, mail: Mail, row: Quotation) -> Letter:
        return Letter(
            subject=gettext("Your words about “%(actor)s”: do you agree?") % {"actor": row.party.actor},
            link=reverse("partners:quotation-consent", args=[token_of(row)]),
            template="partners/mail/quotation.txt",
            words={"quotation": row, "actor": row.party.actor, "by": mail.by or gettext("Somebody")},
            name=row.name,
        )
