"""One mail for each turn of the chain from an offer to a thank-you, to whoever is to know or has to do something next.

Nobody is written to about what she has just done herself. Whose turn it is, is asked of `ResourceRequestQuerySet.turn_of`
when a mail is queued and once more when it leaves: what is done by then is not written about.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.actions.due import Job
from partners.actions.mail_kinds import MailKind
from partners.actions.mails import queue_mail, queue_mails
from partners.models import Actor, Person
from projects.actions.asking import ask_to_confirm, may_be_asked_by_mail
from projects.actions.request_mails import (
    RequestAnswerMail,
    RequestConfirmMail,
    RequestContestedMail,
    RequestFreeMail,
    RequestMail,
    RequestOverMail,
    RequestThankMail,
    RequestThanksMail,
    RequestWithdrawnMail,
)
from projects.models import Contribution, ResourceRequest, Side

State = ResourceRequest.State
# Where the portal stood still on the day after the last one, they hear of it so many days later at most.
AFTERWARDS = timedelta(days=7)


# --- who is written to ---------------------------------------------------------------------------------------------------


def people_near(*actors: Actor | None, request: ResourceRequest) -> list[Person]:
    """Whoever can have a turn in it: the teams of these actors, their organisers, those of the project, and whoever asked."""
    keys = [actor.pk for actor in actors if actor is not None]
    near = Q(memberships__actor__in=keys) | Q(organised_neighbourhoods__actors__in=keys) | Q(pk=request.by_id)
    if request.project_id:
        near |= Q(organised_neighbourhoods__projects=request.project_id)
    return list(Person.objects.filter(near, is_active=True).distinct().order_by("pk"))


def team_of(actor: Actor | None) -> list[Person]:
    """Who can sign in for it."""
    rows = Person.objects.filter(memberships__actor=actor, is_active=True)
    return list(rows.distinct().order_by("pk")) if actor is not None else []


def team_or_organisers(actor: Actor | None, *, request: ResourceRequest) -> list[Person]:
    """The team of an actor, or its organisers where it has none; those of the project where nobody leads it."""
    people = Person.objects.filter(is_active=True).order_by("pk").distinct()
    if actor is not None:
        if team := team_of(actor):
            return team
        if organisers := list(people.filter(organised_neighbourhoods__actors=actor)):
            return organisers
    return list(people.filter(organised_neighbourhoods__projects=request.project_id)) if request.project_id else []


def sides_of(request: ResourceRequest) -> tuple[Actor | None, ...]:
    return (request.giver, request.actor, request.project.lead_actor if request.project else None)


def at_turn(request: ResourceRequest) -> list[Person]:
    """Whose turn it is now."""
    people = people_near(*sides_of(request), request=request)
    rows = ResourceRequest.objects.filter(pk=request.pk)
    return [person for person in people if rows.turn_of(person).exists()]


def those_who_asked(request: ResourceRequest) -> list[Person]:
    """The person, with the team for which she asked where she is not of it: both find it on their overview later.

    That side alone where her account is gone, or she does not speak for it any more.
    """
    rows = ResourceRequest.objects.filter(pk=request.pk)
    lead = request.project.lead_actor if request.project else None
    asker = request.actor or lead
    if request.by is None or not request.by.is_active or not rows.asked_by(request.by).exists():
        return team_or_organisers(asker, request=request)
    team = team_of(asker)
    return [request.by] if request.by in team else [request.by, *team]


def _queue(
    kind: type[MailKind], event: str, request: ResourceRequest, people: Iterable[Person], *, by: Person | None
) -> int:
    to = [person for person in people if by is None or person.pk != by.pk]
    return queue_mails(kind=kind, event=event, to=to, about=request, by=by)


# --- what happened ------------------------------------------------------------------------------------------------------


def tell_asked(request: ResourceRequest, *, by: Person | None) -> None:
    _queue(RequestMail, f"{request.pk}", request, at_turn(request), by=by)


def tell_answer(request: ResourceRequest, *, by: Person | None) -> None:
    """Promised or declined. Who was too late hears it also where she herself gave it to somebody else."""
    but = None if request.is_taken else by
    event = f"{request.pk}:{request.state}"
    _queue(RequestAnswerMail, event, request, those_who_asked(request), by=but)


def tell_withdrawn(request: ResourceRequest, *, by: Person | None) -> None:
    """Whoever asked learns it from the giver, and the giver from whoever asked; both from somebody who organises them."""
    own = set(Actor.objects.staffed_by(by).values_list("pk", flat=True)) if by else set()
    giver, actor, lead = sides_of(request)
    is_of_those_who_ask = any(one is not None and one.pk in own for one in (actor, lead))
    asks = is_of_those_who_ask or (by is not None and by.pk == request.by_id)
    gives = giver is not None and giver.pk in own
    people = those_who_asked(request) if gives or not is_of_those_who_ask else []
    if asks or not gives:
        people += team_or_organisers(giver, request=request)
    _queue(RequestWithdrawnMail, f"{request.pk}", request, people, by=by)


def tell_settled(request: ResourceRequest, *, by: Person | None) -> None:
    """Whoever asked: there is nobody any more who could answer."""
    _queue(RequestWithdrawnMail, f"{request.pk}", request, those_who_asked(request), by=by)


def tell_free(request: ResourceRequest, *, because: ResourceRequest) -> None:
    _queue(RequestFreeMail, f"{request.pk}:{because.pk}", request, those_who_asked(request), by=None)


def tell_done(request: ResourceRequest, *, by: Person | None) -> None:
    """Either somebody confirms next, or whoever asked says thank you."""
    if request.contribution is None:
        _queue(RequestThankMail, f"{request.pk}:0", request, at_turn(request), by=by)
    else:
        tell_written(request.contribution, by=by)


def tell_written(contribution: Contribution, *, by: Person | None) -> None:
    """The side that did not write it is asked to confirm, once for each wording; by a link where it has no account."""
    if (request := _chain_of(contribution)) is None or contribution.state != Contribution.State.DELIVERED:
        return
    if may_be_asked_by_mail(contribution):
        with suppress(ValidationError):  # it wants no mails, or has got many: asking once more is on the page
            ask_to_confirm(contribution=contribution, by=by)
        return
    rows = Contribution.objects.filter(pk=contribution.pk)
    people = [one for one in _other_side(contribution, request) if rows.confirmable_by(one).exists()]
    _queue(RequestConfirmMail, f"{request.pk}:{contribution.version}", request, people, by=by)


def tell_contested(contribution: Contribution, *, by: Person | None) -> None:
    """The side that wrote it puts it right."""
    if (request := _chain_of(contribution)) is None:
        return
    rows = Contribution.objects.filter(pk=contribution.pk)
    people = [one for one in _own_side(contribution, request) if rows.to_mend_by(one).exists()]
    _queue(RequestContestedMail, f"{request.pk}:{contribution.version}", request, people, by=by)


def tell_confirmed(contribution: Contribution, *, by: Person | None) -> None:
    """Whoever asked says thank you."""
    if request := _chain_of(contribution):
        _queue(RequestThankMail, f"{request.pk}:{contribution.version}", request, at_turn(request), by=by)


def _chain_of(contribution: Contribution) -> ResourceRequest | None:
    return ResourceRequest.objects.filter(contribution=contribution).for_detail().first()


def _other_side(contribution: Contribution, request: ResourceRequest) -> list[Person]:
    part = contribution.participation
    asked = part.actor if contribution.recorded_side == Side.PROJECT else part.project.lead_actor
    return team_or_organisers(asked, request=request)


def _own_side(contribution: Contribution, request: ResourceRequest) -> list[Person]:
    part = contribution.participation
    wrote = part.actor if contribution.recorded_side == Side.ACTOR else part.project.lead_actor
    people = team_or_organisers(wrote, request=request)
    writer = contribution.recorded_by
    return people if writer is None or not writer.is_active or writer in people else [*people, writer]


def tell_thanked(request: ResourceRequest, *, by: Person | None) -> None:
    """The team of the giver reads the words; where nobody can sign in for it, its function address gets them."""
    giver = request.giver
    if team := team_of(giver):
        _queue(RequestThanksMail, f"{request.pk}", request, team, by=by)
    elif giver.email:
        language = settings.LANGUAGE_CODE
        queue_mail(
            kind=RequestThanksMail, event=f"{request.pk}", to=giver.email, about=request, by=by, language=language
        )


def remind_of_ends() -> int:
    """The last day has passed: whoever asked says what became of it. Once."""
    today = timezone.localdate()
    rows = ResourceRequest.objects.granted().filter(end_on__range=(today - AFTERWARDS, today - timedelta(days=1)))
    return sum(
        _queue(RequestOverMail, f"{request.pk}", request, at_turn(request), by=None)
        for request in rows.for_detail().order_by("pk").iterator(500)
    )


REMIND_OF_REQUESTS = Job("request-ends", _("Asked what became of a promise"), remind_of_ends, every=timedelta(days=1))
