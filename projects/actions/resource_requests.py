"""The turns of the chain from an offer to a thank-you; whose turn it is says `projects.models.resource_requests`.

Whoever takes a turn locks the actors first, then a project that is written into, then the offer, then the requests in the
order of their keys. So of two who want the same time one wins, and the other one is told.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.holding import MergedMeanwhileError, hold
from partners.actions.merging import Book
from partners.days import spoken
from partners.models import UNIT_OF, Actor, Offer, Person, ResourceCategory, StageError
from projects.actions import request_telling as tell
from projects.actions.contributions import record_contribution
from projects.actions.participations import add_participation, agree_participation
from projects.models import Contribution, Participation, Project, ResourceRequest, ResourceRequestStep

State = ResourceRequest.State


class MovedError(Exception):
    """Between reading and holding the sides one of them became part of another one, or was parted from it."""


# --- answering ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def grant_request(*, request: ResourceRequest, by: Person | None, note: str = "") -> None:
    """Yes. All others that cannot be given beside it any more are declined at once, and whoever asked is told.

    Raises `StageError`: with the code `taken` when somebody else has it at that time, or when it was answered meanwhile.
    """
    _hold_sides(request)
    offer = _lock_offer_of(request)
    promised = ResourceRequest.objects.granted()
    if request.is_open and request.clashes(promised.at_the_time_of(request)):
        raise StageError(
            _("For this time it is promised to somebody else. Say no, or withdraw the other promise first."),
            code="taken",
        )
    _step(request, State.GRANTED, by=by, note=note, decided_by=by, decided_at=timezone.now())
    tell.tell_answer(request, by=by)
    others = ResourceRequest.objects.open().at_the_time_of(request).select_related("by").order_by("pk")
    for other in others.select_for_update(of=("self",)):
        other.offer = offer
        if other.clashes(promised.at_the_time_of(other)):
            _decline_as_taken(other, by=by)


def _decline_as_taken(request: ResourceRequest, *, by: Person | None) -> None:
    """The reason is said in the language of whoever asked: she reads it."""
    with translation.override(_language_of(request)):
        reason = gettext("Somebody else got it for this time.")
    _step(
        request,
        State.DECLINED,
        by=by,
        note=reason,
        reason=reason,
        is_taken=True,
        decided_by=by,
        decided_at=timezone.now(),
    )
    tell.tell_answer(request, by=by)


@transaction.atomic
def decline_request(*, request: ResourceRequest, by: Person | None, reason: str) -> None:
    """No, and why. Raises `ValidationError` without a reason, `StageError` when it was answered meanwhile."""
    reason = _said(reason, _("Say why not, so that the others can plan."), field="reason")
    _lock(request)
    _step(request, State.DECLINED, by=by, note=reason, reason=reason, decided_by=by, decided_at=timezone.now())
    tell.tell_answer(request, by=by)


@transaction.atomic
def withdraw_request(*, request: ResourceRequest, by: Person | None, reason: str = "") -> None:
    """What waits is taken back, or what was promised will not be: then with a reason. The other side is told.

    Whoever could not get it because of the promise is told that it is free again.
    """
    _hold_sides(request)
    offer = _lock_offer_of(request)
    was_promised = request.state == State.GRANTED
    if was_promised:
        reason = _said(reason, _("Say why it will not be after all: the other side counts on it."), field="reason")
    _step(request, State.WITHDRAWN, by=by, note=reason.strip(), reason=reason.strip())
    tell.tell_withdrawn(request, by=by)
    if was_promised:
        _tell_that_it_is_free(request, offer)


def _tell_that_it_is_free(request: ResourceRequest, offer: Offer) -> None:
    taken = ResourceRequest.objects.filter(state=State.DECLINED, is_taken=True, end_on__gte=timezone.localdate())
    for other in taken.at_the_time_of(request).select_related("by").order_by("pk"):
        other.offer = offer
        if other.is_free_again():
            tell.tell_free(other, because=request)


# --- doing and thanking -------------------------------------------------------------------------------------------------


@transaction.atomic
def finish_request(
    *,
    request: ResourceRequest,
    by: Person | None,
    title: str = "",
    quantity: Decimal | None = None,
    project: Project | None = None,
    start_on: date | None = None,
    end_on: date | None = None,
    is_public: bool = True,
) -> ResourceRequest:
    """It was given. For a project it becomes a contribution of the giver, which the side that does not say so confirms.

    What an actor asked for its own work becomes one only where a `project` is named. A side without an account that has
    to confirm gets the link by mail. Done before its end it is free for whoever had been too late, who is told. Raises
    `StageError` before it has begun and when somebody else was faster.
    """
    _hold_sides(request)
    project = request.project or project
    if project is not None:
        project = Project.objects.select_for_update(no_key=True, of=("self",)).get(pk=project.pk)
    offer = _lock_offer_of(request)
    request.check_step(State.DONE)
    if not request.has_begun:
        raise StageError(
            _("It begins on %(day)s. What became of it can be said from then on.") % {"day": spoken(request.start_on)},
            code="early",
        )
    contribution, is_early = None, _ends_later(request)
    if project is not None:
        has_unit = bool(UNIT_OF[offer.category])
        if quantity is not None and not has_unit:
            said = ValidationError(_("This category has no quantity. Say it in words."), code="unit")
            raise ValidationError({"quantity": said})
        contribution = record_contribution(
            participation=_part_of(offer, project, by=by),
            category=offer.category,
            title=title.strip() or offer.title,
            by=by,
            planned_quantity=request.suggested_quantity if has_unit else None,
            delivered_quantity=quantity,
            state=Contribution.State.DELIVERED,
            start_on=start_on or request.start_on,
            end_on=end_on or request.given_until,
            is_public=is_public,
        )
    _step(request, State.DONE, by=by, contribution=contribution)
    tell.tell_done(request, by=by)
    if is_early:
        _tell_that_it_is_free(request, offer)
    return request


def _ends_later(request: ResourceRequest) -> bool:
    """There are days or hours to come that it had. What names no hours is not given back on its last day."""
    is_last_day = request.end_on == timezone.localdate()
    return request.has_time_left and not (is_last_day and request.end_time is None)


def _part_of(offer: Offer, project: Project, *, by: Person | None) -> Participation:
    """Where the giver takes part in the project. It has just given something, so it does, whatever was said before."""
    states = Participation.State
    rows = Participation.objects.filter(project=project, actor=offer.actor_id).select_related("project", "actor")
    parts = list(rows.order_by("pk").select_for_update(of=("self",)))
    role = Participation.Role.PLACE if offer.category == ResourceCategory.ROOMS else Participation.Role.MEMBER
    # One that runs, then one that waits for a yes, then one that is over; of several the one in this role.
    order = [states.AGREED, states.INVITED, states.ENDED]
    parts.sort(key=lambda part: (order.index(states(part.state)), part.role != role))
    if not parts:
        return add_participation(project=project, actor=offer.actor, role=role, by=by, state=states.AGREED)
    part = parts[0]
    if part.state == states.ENDED:
        part.ask_again()
    if part.state == states.INVITED:
        agree_participation(participation=part)
    return part


@transaction.atomic
def thank_for_request(*, request: ResourceRequest, by: Person | None, words: str) -> None:
    """Once, and only when it is settled. The giver reads the words in a mail."""
    words = _said(words, _("Say thank you in a sentence."), field="words")
    _lock(request)
    if request.is_thanked:
        raise StageError(_("Somebody has said thank you for this already."), code="thanked")
    if not ResourceRequest.objects.to_thank().filter(pk=request.pk).exists():
        raise StageError(_("Not yet: it is not done, or the other side has not confirmed it."), code="early")
    request.write_if_still(State.DONE, thanks=words, thanked_by=by, thanked_at=timezone.now())
    tell.tell_thanked(request, by=by)


# --- when two entries become one ------------------------------------------------------------------------------------------


def settle_merge(*, book: Book, kept: Actor, by: Person) -> None:
    """What one of them had asked of the other needs no answer any more. Undoing the merge opens it again."""
    rows = (
        ResourceRequest.objects.open()
        .filter(offer__actor=kept, actor=kept)
        .select_related("offer__actor", "actor", "by")
    )
    for request in rows.order_by("pk").select_for_update(of=("self",)):
        with translation.override(_language_of(request)):
            reason = gettext("Both sides have become one entry: nobody has to be asked any more.")
        book.change(request, {"state": State.WITHDRAWN, "reason": reason})
        step = ResourceRequestStep(request=request, from_state=State.OPEN, to_state=State.WITHDRAWN, by=by, note=reason)
        step.save()
        book.added(step)
        tell.tell_settled(request, by=by)


# --- what all of them do -----------------------------------------------------------------------------------------------


def _said(text: str, otherwise: object, *, field: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({field: ValidationError(str(otherwise), code="required")})
    if len(text) > ResourceRequest.LONGEST:
        longest = {"number": ResourceRequest.LONGEST}
        raise ValidationError(
            {field: ValidationError(_("At most %(number)d characters."), params=longest, code="long")}
        )
    return text


def _language_of(request: ResourceRequest) -> str:
    """That of whoever asked; that of the portal where her account is gone."""
    return request.by.language if request.by else settings.LANGUAGE_CODE


def _step(request: ResourceRequest, target: str, *, by: Person | None, note: str = "", **values: object) -> None:
    before = request.state
    request.take_step(target, **values)
    request.remember(before, by=by, note=note)


def _hold_sides(request: ResourceRequest) -> None:
    """Nobody merges the giver or the actor that asks meanwhile. Where a merge was faster, whoever they are part of is held.

    What was locked in vain is let go before the next attempt, so that the order of the keys is kept.
    """
    sides = ResourceRequest.objects.filter(pk=request.pk).values_list("offer__actor", "actor")
    before: tuple[int | None, ...] | None = None
    while True:
        keys = sides.first() or ()
        try:
            with transaction.atomic():
                hold(*keys)
                _refuse_others(sides, keys)
        except MovedError:
            continue
        except MergedMeanwhileError:
            if keys == before:
                raise
            before = keys
        else:
            return


def _refuse_others(sides: models.QuerySet[Any, Any], keys: tuple[int | None, ...]) -> None:
    if sides.first() != keys:
        raise MovedError


def _lock_offer_of(request: ResourceRequest) -> Offer:
    """The offer as it stands now, then the request."""
    rows = Offer.objects.select_for_update(no_key=True, of=("self",)).select_related("actor")
    offer = rows.get(pk=request.offer_id)
    _lock(request)
    request.offer = offer
    return offer


def _lock(request: ResourceRequest) -> None:
    """While it stands as the person read it. What it says beside its stage is read anew."""
    rows = ResourceRequest.objects.select_for_update(of=("self",)).select_related(
        "offer__actor", "actor", "project", "by"
    )
    now = rows.filter(pk=request.pk).first()
    if now is None or now.state != request.state:
        request.write_if_still(request.state)
        return
    for field in ResourceRequest._meta.concrete_fields:
        setattr(request, field.attname, getattr(now, field.attname))
    request.offer, request.actor, request.project, request.by = now.offer, now.actor, now.project, now.by
