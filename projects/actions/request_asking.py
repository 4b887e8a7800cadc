"""Asking for what somebody offers: what speaks against it is said first, and never a block.

What cannot be asked for is refused in a sentence. How the chain goes on says `projects.actions.resource_requests`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners import quantities
from partners.actions.cautions import Plan, cautions
from partners.actions.holding import hold
from partners.days import spoken
from partners.models import Actor, Offer, Person, ResourceCategory, StageError, Unit
from partners.seen import print_of
from projects.actions import request_telling as tell
from projects.models import Project, ResourceRequest
from projects.models.resource_requests import MIDNIGHT, hours_told

# Whose hours are somebody's time; the hours of a room are not.
TIME = frozenset(
    {
        ResourceCategory.PAID_TIME,
        ResourceCategory.VOLUNTEER_TIME,
        ResourceCategory.KNOWLEDGE,
        ResourceCategory.FACILITATION,
    }
)
MONTH = timedelta(days=30)


class RequestWaitsError(ValidationError):
    """Those who ask have asked for these days already: `earlier` waits for its answer."""

    def __init__(self, earlier: ResourceRequest) -> None:
        self.earlier = earlier
        said = _("A request for these days waits for an answer already. Withdraw it first to ask in another way.")
        super().__init__(said, code="waits")


class RequestCautionError(ValidationError):
    """Somebody has to read first what speaks against it, see `digest`; then she may ask all the same."""

    def __init__(self, found: Sequence[str]) -> None:
        self.cautions = list(found)
        self.digest = print_of(self.cautions)
        super().__init__(" ".join(self.cautions), code="caution")


def cautions_for(
    *,
    offer: Offer,
    user: Person,
    start_on: date,
    end_on: date,
    quantity: Decimal | None = None,
    persons: int | None = None,
    start_time: time | None = None,
    end_time: time | None = None,
) -> Sequence[str]:
    """What somebody should read before she asks, in sentences; never a block. Hours only for those who may read them."""
    hours = None
    if quantity is not None and offer.category in TIME and offer.unit == Unit.HOURS:
        months = max(Decimal(1), Decimal((end_on - start_on).days + 1) / MONTH.days)
        hours = (quantity / months).quantize(Decimal("0.01"))
    plan = Plan(actor=offer.actor, start_on=start_on, end_on=end_on, hours=hours)
    found = [sentence for one in cautions([plan], user=user) for sentence in one.sentences]
    if persons is not None and offer.persons is not None and persons > offer.persons:
        found.append(
            ngettext("The room holds %(number)d person.", "The room holds %(number)d persons.", offer.persons)
            % {"number": offer.persons}
        )
    if quantity is not None and offer.quantity is not None and quantity > offer.quantity:
        there = {"quantity": quantities.spoken(offer.quantity, offer.unit)}
        found.append(gettext("That is more than is offered (%(quantity)s).") % there)
    if end_time == MIDNIGHT and end_on - start_on == timedelta(days=1):
        times = {"first": spoken(start_on), "second": spoken(end_on), "hours": hours_told(start_time, end_time)}
        told = gettext(
            "You ask for %(hours)s on both days. Is it only the evening of %(first)s? Then leave out %(second)s."
        )
        found.append(told % times)
    if end_on > offer.valid_until:
        found.append(gettext("The offer holds until %(day)s.") % {"day": spoken(offer.valid_until)})
    return found


@transaction.atomic
def ask_for_offer(
    *,
    offer: Offer,
    by: Person,
    message: str,
    start_on: date,
    end_on: date,
    actor: Actor | None = None,
    project: Project | None = None,
    start_time: time | None = None,
    end_time: time | None = None,
    quantity: Decimal | None = None,
    persons: int | None = None,
    accepted: str = "",
) -> ResourceRequest:
    """An actor or a project asks for what is offered. Whoever has to answer gets one mail.

    Of two with the same words, and as long as the first one waits, there is one: the second finds it. Raises
    `ValidationError` where it cannot be asked for, and `RequestCautionError` unless `accepted` is the digest of what there
    is to be warned of; what was accepted is kept.
    """
    hold(offer.actor_id, actor.pk if actor else None)
    offer = _locked_offer(offer)
    request = ResourceRequest(
        offer=offer,
        actor=actor,
        project=project,
        message=message.strip(),
        start_on=start_on,
        end_on=end_on,
        start_time=start_time,
        end_time=end_time,
        quantity=quantity,
        unit=offer.unit,
        persons=persons,
        by=by,
    )
    request.clean_fields(exclude=["offer", "actor", "project", "by"])
    request.validate_constraints()
    _refuse_what_cannot_be_asked(request, by=by)
    if earlier := _waiting_already(request):
        return earlier
    if request.clashes(ResourceRequest.objects.granted().at_the_time_of(request)):
        raise ValidationError(
            _("For this time it is promised to somebody else already. Choose another day or other hours."), code="taken"
        )
    asked: dict[str, Any] = {"start_on": start_on, "end_on": end_on, "quantity": quantity, "persons": persons}
    asked |= {"start_time": start_time, "end_time": end_time}
    found = cautions_for(offer=offer, user=by, **asked)
    if found and accepted != print_of(list(found)):
        raise RequestCautionError(found)
    request.warning = "\n".join(found)
    request.save()
    request.remember("", by=by)
    tell.tell_asked(request, by=by)
    return request


def _locked_offer(offer: Offer) -> Offer:
    """As it stands now, while its actor is held."""
    rows = Offer.objects.select_for_update(no_key=True, of=("self",)).select_related("actor")
    found = rows.filter(pk=offer.pk).first()
    if found is None:
        raise ValidationError(_("This offer is not here any more."), code="gone")
    if found.actor_id != offer.actor_id:
        said = _("This offer belongs to somebody else by now. Nothing is saved yet: please look at it once more.")
        raise StageError(said, code="race")
    return found


def _refuse_what_cannot_be_asked(request: ResourceRequest, *, by: Person) -> None:
    offer = request.offer
    if not Offer.objects.current().visible_to(by).filter(pk=offer.pk).exists():
        raise ValidationError(_("This is not offered any more, or not at present."), code="gone")
    asks_itself = request.actor_id == offer.actor_id
    if asks_itself or (request.project is not None and request.project.lead_actor_id == offer.actor_id):
        raise ValidationError(_("This is its own offer: nobody has to be asked for it."), code="own")
    if request.start_on < timezone.localdate():
        raise ValidationError({"start_on": ValidationError(_("This day has passed already."), code="past")})
    if request.quantity is not None and not offer.unit:
        said = ValidationError(_("This category has no quantity. Say it in words."), code="unit")
        raise ValidationError({"quantity": said})


def _waiting_already(request: ResourceRequest) -> ResourceRequest | None:
    """The same, asked twice by one who pressed twice. Other words for the same days are not thrown away unseen."""
    same_days = {"start_on": request.start_on, "end_on": request.end_on}
    rows = ResourceRequest.objects.open().at_the_time_of(request).filter(**same_days)
    earlier = rows.filter(actor=request.actor, project=request.project).order_by("pk").first()
    if earlier is None:
        return None
    said = ("message", "start_time", "end_time", "quantity", "persons")
    if all(getattr(earlier, name) == getattr(request, name) for name in said):
        return earlier
    raise RequestWaitsError(earlier)
