"""One mail for each turn of the chain from an offer to a thank-you, to whoever is to know or has to do something next.

Nobody is written to about what she has just done herself. Whose turn it is, is asked of `ResourceRequestQuerySet.turn_of`
when a mail is queued and once more when it leaves: what is done by then is not written about.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.due import Job
from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mail, queue_mails
from partners.days import spoken
from partners.models import Actor, Mail, Offer, Person
from projects.actions.asking import ask_to_confirm, may_be_asked_by_mail
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


def team_or_organisers(actor: Actor | None, *, request: ResourceRequest) -> list[Person]:
    """The team of an actor, or its organisers where it has none; those of the project where nobody leads it."""
    people = Person.objects.filter(is_active=True).order_by("pk").distinct()
    if actor is not None:
        if team := list(people.filter(memberships__actor=actor)):
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
    """The person; the side for which she asked where her account is gone, or she does not speak for it any more."""
    rows = ResourceRequest.objects.filter(pk=request.pk)
    if request.by is not None and request.by.is_active and rows.asked_by(request.by).exists():
        return [request.by]
    lead = request.project.lead_actor if request.project else None
    return team_or_organisers(request.actor or lead, request=request)


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
    asks = (by is not None and by.pk == request.by_id) or any(
        one is not None and one.pk in own for one in (actor, lead)
    )
    gives = giver is not None and giver.pk in own
    people = those_who_asked(request) if gives or not asks else []
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
    team = list(Person.objects.filter(memberships__actor=giver, is_active=True).distinct().order_by("pk"))
    if team:
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


# --- the mails ----------------------------------------------------------------------------------------------------------


class ChainMail(MailKind):
    """A notice about one chain, to somebody on one of its sides."""

    about = ResourceRequest
    is_notice = True

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        """Whether it stands as the mail says."""
        raise NotImplementedError

    def allowed(self, mail: Mail, row: ResourceRequest) -> bool:
        rows = ResourceRequest.objects.filter(pk=row.pk)
        return mail.person is not None and rows.visible_to(mail.person).exists() and self.still(mail, row)

    def subject(self, row: ResourceRequest) -> str:
        raise NotImplementedError

    def said(self, row: ResourceRequest) -> str:
        """What happened, in a sentence."""
        raise NotImplementedError

    def words(self, row: ResourceRequest) -> str:
        """What somebody wrote, as she wrote it."""
        return ""

    def writer(self, row: ResourceRequest) -> Person | None:
        """Whose words these are: nobody should have to open the page to learn whom to call."""
        return None

    def amount(self, row: ResourceRequest) -> tuple[Decimal | None, str]:
        """How much, where that is told, and the unit."""
        return None, ""

    def persons(self, row: ResourceRequest) -> int | None:
        """For how many, where that is told."""
        return None

    def action(self, row: ResourceRequest) -> str:
        return gettext("This is where it stands:")

    def link(self, row: ResourceRequest, mail: Mail) -> str:
        return row.get_absolute_url()

    def letter(self, mail: Mail, row: ResourceRequest) -> Letter:
        amount, unit = self.amount(row)
        words = {
            "amount": amount,
            "unit": unit,
            "persons": self.persons(row),
            "said": self.said(row),
            "words": self.words(row),
            "writer": self.writer(row),
            "action": self.action(row),
            "offer": row.offer.title,
            "giver": row.giver.name,
            "asker": str(row.asker),
            "when": row.when,
            "is_outside": mail.person is None,
        }
        return Letter(
            subject=self.subject(row), link=self.link(row, mail), template="projects/mail/request.txt", words=words
        )


def names(row: ResourceRequest) -> dict[str, str]:
    return {"offer": row.offer.title, "giver": row.giver.name, "asker": str(row.asker), "day": spoken(row.end_on)}


class TurnMail(ChainMail):
    """To whoever has the turn, as long as she has it."""

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        person: Any = mail.person
        return ResourceRequest.objects.filter(pk=row.pk).turn_of(person).exists()


class RequestMail(TurnMail):
    name = "resource-request"
    label = _("Somebody asks for what you offer")

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        return row.is_open and super().still(mail, row)

    def subject(self, row: ResourceRequest) -> str:
        return gettext("A request for “%(offer)s”") % names(row)

    def said(self, row: ResourceRequest) -> str:
        return gettext("“%(asker)s” asks “%(giver)s” for “%(offer)s”.") % names(row)

    def amount(self, row: ResourceRequest) -> tuple[Decimal | None, str]:
        return row.quantity, row.offer.unit

    def persons(self, row: ResourceRequest) -> int | None:
        return row.persons

    def words(self, row: ResourceRequest) -> str:
        return row.message

    def writer(self, row: ResourceRequest) -> Person | None:
        return row.by

    def action(self, row: ResourceRequest) -> str:
        return gettext("It is your turn. Say yes or no here:")


class RequestAnswerMail(ChainMail):
    name = "resource-request-answer"
    label = _("Your request for an offer is answered")

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        return mail.event == f"{self.name}:{row.pk}:{row.state}"

    def subject(self, row: ResourceRequest) -> str:
        if row.state == State.GRANTED:
            return gettext("Promised: “%(offer)s”") % names(row)
        return gettext("Answer to your request for “%(offer)s”") % names(row)

    def said(self, row: ResourceRequest) -> str:
        if row.state == State.GRANTED:
            return gettext("“%(giver)s” promises “%(offer)s” to “%(asker)s”.") % names(row)
        if row.is_taken:
            told = gettext("“%(offer)s” cannot be given to “%(asker)s”: somebody else got it for this time.")
            return told % names(row) + " " + gettext("You can ask for another day.")
        return gettext("“%(giver)s” cannot give “%(offer)s” to “%(asker)s”. The reason:") % names(row)

    def words(self, row: ResourceRequest) -> str:
        if row.state == State.GRANTED:
            steps = [step for step in row.steps.all() if step.to_state == State.GRANTED]
            return steps[-1].note if steps else ""
        return "" if row.is_taken else row.reason

    def writer(self, row: ResourceRequest) -> Person | None:
        return row.decided_by


class RequestWithdrawnMail(ChainMail):
    name = "resource-request-withdrawn"
    label = _("A request or a promise is withdrawn")

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        return row.state == State.WITHDRAWN

    def subject(self, row: ResourceRequest) -> str:
        return gettext("Withdrawn: “%(offer)s”") % names(row)

    def said(self, row: ResourceRequest) -> str:
        if row.was_promised:
            return gettext("“%(giver)s” had promised “%(offer)s” to “%(asker)s”. It will not be after all.") % names(
                row
            )
        return gettext("“%(asker)s” does not ask “%(giver)s” for “%(offer)s” any more.") % names(row)

    def words(self, row: ResourceRequest) -> str:
        return row.reason

    def writer(self, row: ResourceRequest) -> Person | None:
        steps = [step for step in row.steps.all() if step.to_state == State.WITHDRAWN]
        return steps[-1].by if steps else None


class RequestFreeMail(ChainMail):
    """As long as it can be asked for again."""

    name = "resource-request-free"
    label = _("What somebody else had got is free again")

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        person: Any = mail.person
        is_there = Offer.objects.current().visible_to(person).filter(pk=row.offer_id).exists()
        return is_there and row.is_free_again()

    def subject(self, row: ResourceRequest) -> str:
        return gettext("Free again: “%(offer)s”") % names(row)

    def said(self, row: ResourceRequest) -> str:
        told = gettext("Somebody else had got “%(offer)s” of “%(giver)s” and does not need it any more.") % names(row)
        return told + " " + gettext("If you still need it, ask once more.")

    def action(self, row: ResourceRequest) -> str:
        return gettext("Your request from then:")


class RequestOverMail(TurnMail):
    name = "resource-request-over"
    label = _("What became of what was promised to you?")

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        return row.state == State.GRANTED and super().still(mail, row)

    def subject(self, row: ResourceRequest) -> str:
        return gettext("What became of “%(offer)s”?") % names(row)

    def said(self, row: ResourceRequest) -> str:
        return gettext("“%(giver)s” had promised “%(offer)s” to “%(asker)s” until %(day)s.") % names(row)

    def action(self, row: ResourceRequest) -> str:
        return gettext("It is your turn. Say here what became of it:")


class RequestConfirmMail(ChainMail):
    name = "resource-request-confirm"
    label = _("Please confirm what was given")

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        person: Any = mail.person
        rows = Contribution.objects.filter(resource_request=row).confirmable_by(person)
        return rows.exists() and mail.event == _worded(self.name, row)

    def subject(self, row: ResourceRequest) -> str:
        return gettext("Is this right? “%(offer)s”") % names(row)

    def said(self, row: ResourceRequest) -> str:
        return gettext("“%(giver)s” gave “%(asker)s” this. The other side has entered it:") % names(row)

    def words(self, row: ResourceRequest) -> str:
        return row.contribution.title if row.contribution else ""

    def amount(self, row: ResourceRequest) -> tuple[Decimal | None, str]:
        return (row.contribution.delivered_quantity, row.contribution.unit) if row.contribution else (None, "")

    def action(self, row: ResourceRequest) -> str:
        return gettext("It is your turn. Confirm it here, or say what is not right:")


class RequestContestedMail(ChainMail):
    name = "resource-request-contested"
    label = _("Somebody objects to what you entered")

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        person: Any = mail.person
        rows = Contribution.objects.filter(resource_request=row).to_mend_by(person)
        return rows.exists() and mail.event == _worded(self.name, row)

    def subject(self, row: ResourceRequest) -> str:
        return gettext("Not right: “%(offer)s”") % names(row)

    def said(self, row: ResourceRequest) -> str:
        return gettext("The other side does not confirm what was entered of “%(offer)s”. It says:") % names(row)

    def words(self, row: ResourceRequest) -> str:
        return row.contribution.objection if row.contribution else ""

    def action(self, row: ResourceRequest) -> str:
        return gettext("It is your turn. Put it right here:")


class RequestThankMail(TurnMail):
    name = "resource-request-thank"
    label = _("Say thank you")

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        return row.state == State.DONE and super().still(mail, row)

    def subject(self, row: ResourceRequest) -> str:
        return gettext("Say thank you: “%(offer)s”") % names(row)

    def said(self, row: ResourceRequest) -> str:
        if row.contribution is None:
            return gettext("“%(giver)s” has given “%(offer)s” to “%(asker)s”.") % names(row)
        return gettext("“%(giver)s” has given “%(offer)s” to “%(asker)s”. Both sides have confirmed it.") % names(row)

    def action(self, row: ResourceRequest) -> str:
        return gettext("It is your turn. Say thank you here:")


class RequestThanksMail(ChainMail):
    """To the team of the giver; to its address where it has none, as long as that is its address."""

    name = "resource-request-thanks"
    label = _("Somebody thanks you")

    def allowed(self, mail: Mail, row: ResourceRequest) -> bool:
        if mail.person is not None:
            return super().allowed(mail, row)
        giver = row.giver
        has_team = giver.memberships.filter(person__is_active=True).exists()
        return row.is_thanked and not has_team and giver.email.lower() == mail.address

    def still(self, mail: Mail, row: ResourceRequest) -> bool:
        return row.is_thanked

    def subject(self, row: ResourceRequest) -> str:
        return gettext("Thank you for “%(offer)s”") % names(row)

    def said(self, row: ResourceRequest) -> str:
        return gettext("“%(asker)s” thanks “%(giver)s” for “%(offer)s”:") % names(row)

    def words(self, row: ResourceRequest) -> str:
        return row.thanks

    def writer(self, row: ResourceRequest) -> Person | None:
        return row.thanked_by

    def action(self, row: ResourceRequest) -> str:
        return gettext("Read more here:")

    def link(self, row: ResourceRequest, mail: Mail) -> str:
        """Whoever cannot sign in gets a page that everybody sees."""
        return row.get_absolute_url() if mail.person is not None else row.giver.get_absolute_url()


def _worded(name: str, row: ResourceRequest) -> str:
    return f"{name}:{row.pk}:{row.contribution.version}" if row.contribution else ""
