"""Round mails: who gets one and who does not, sent once, one mail each through the outbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.actions.holding import hold
from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mails
from partners.models import (
    Actor,
    ContactPerson,
    Mail,
    Membership,
    Neighbourhood,
    NoNotices,
    Person,
    RoundMail,
    RoundMailPlace,
    RoundMailRecipient,
    StageError,
)
from partners.seen import print_of

# More than that is no round mail to partners any more.
MOST = 300


class RoundMailMail(MailKind):
    """Only as long as the sender organises the Quartier, the place lies in it, and the recipient belongs to it or has agreed."""

    name = "round-mail"
    label = _("A round mail of the organisers")
    about = RoundMailRecipient
    is_notice = True
    # It is read in the mailbox alone, so it cannot be a line of the daily mail.
    may_wait = False

    def allowed(self, mail: Mail, row: RoundMailRecipient) -> bool:
        sender = row.round_mail.by
        if sender is None or not sender.is_active:
            return False
        if not Neighbourhood.objects.editable_by(sender).filter(pk=row.round_mail.neighbourhood_id).exists():
            return False
        here = Actor.objects.current().filter(neighbourhoods=row.round_mail.neighbourhood_id)
        if not here.filter(pk=row.place.actor_id).exists():
            return False
        if not row.is_contact:
            return Membership.objects.filter(person=mail.person, actor=row.place.actor_id).exists()
        address = mail.person.email if mail.person else mail.address
        return row.contact is not None and row.contact.has_agreed and row.contact.email.lower() == address.lower()

    def letter(self, mail: Mail, row: RoundMailRecipient) -> Letter:
        written = row.round_mail
        return Letter(
            subject=written.subject,
            link=written.neighbourhood.get_absolute_url(),
            template="partners/mail/round_mail.txt",
            words={
                "text": written.text,
                "sender": str(written.by),
                "neighbourhood": written.neighbourhood.name,
                "place": row.place.actor.name,
                "is_contact": row.is_contact,
                "may_answer": written.answers_to_me,
            },
            name=row.contact.name if row.contact else "",
            reply_to=written.by.email if written.answers_to_me and written.by else "",
        )


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who gets it, or does not, at one place."""

    place: RoundMailPlace
    name: str
    person: Person | None = None
    contact: ContactPerson | None = None
    why_not: str = ""

    @property
    def to(self) -> Person | str:
        return self.person or (self.contact.email if self.contact else "")

    @property
    def key(self) -> str:
        return f"person {self.person.pk}" if self.person else f"address {self.to}".lower()


@dataclass(slots=True)
class Plan:
    """Who gets a round mail and who does not, as of now."""

    round_mail: RoundMail
    gets: list[Line] = field(default_factory=list)
    misses: list[Line] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """Stands for exactly this text and these recipients: whoever presses the button has read them and no others."""
        lines = sorted((one.place.pk, one.key) for one in self.gets)
        read = [self.round_mail.subject, self.round_mail.text, self.round_mail.answers_to_me, lines]
        return print_of(read)

    @property
    def is_too_long(self) -> bool:
        return len(self.gets) > MOST

    def add(self, line: Line) -> None:
        """Nobody gets it twice, whoever she is at how many places."""
        if line.why_not:
            self.misses.append(line)
            return
        known = next((one for one in self.gets if one.key == line.key), None)
        if known is None:
            self.gets.append(line)
        else:
            said = gettext("gets it already, for “%(name)s”") % {"name": known.place.actor.name}
            self.misses.append(Line(line.place, line.name, line.person, line.contact, said))


def plan_of(round_mail: RoundMail) -> Plan:
    """In a constant number of questions."""
    places = list(round_mail.places.select_related("actor").order_by("actor__sort_name", "pk"))
    keys = [place.actor_id for place in places]
    here = Actor.neighbourhoods.through.objects.filter(neighbourhood=round_mail.neighbourhood_id, actor__in=keys)
    local = set(here.values_list("actor", flat=True))
    teams = _teams_of(keys) if round_mail.to_teams else {}
    contacts = _contacts_of(keys) if round_mail.to_contacts else {}
    known = Known.of(one for found in contacts.values() for one in found)
    plan = Plan(round_mail)
    for place in places:
        if reason := _beyond_reach(place.actor, local):
            plan.add(Line(place, "", why_not=reason))
            continue
        lines = [_of_team(place, person) for person in teams.get(place.actor_id, [])]
        lines += [_of_contact(place, one, known) for one in contacts.get(place.actor_id, [])]
        for line in lines or [Line(place, "", why_not=gettext("nobody is entered who could get it"))]:
            plan.add(line)
    return plan


@dataclass(frozen=True)
class Known:
    """What is known of addresses of contact persons: whose account it is, and which of them want no notices."""

    accounts: dict[str, Person]
    refused: set[str]

    @classmethod
    def of(cls, contacts: Iterable[ContactPerson]) -> Known:
        addresses = {one.email.lower() for one in contacts if one.email}
        accounts = {one.email: one for one in Person.objects.filter(email__in=addresses)}
        prints = {NoNotices.fingerprint_of(one): one for one in addresses}
        found = NoNotices.objects.filter(pk__in=prints).values_list("pk", flat=True)
        return cls(accounts, {prints[one] for one in found})


def _teams_of(keys: list[int]) -> dict[int, list[Person]]:
    teams: dict[int, list[Person]] = defaultdict(list)
    for one in Membership.objects.filter(actor__in=keys).select_related("person").order_by("person__name", "pk"):
        teams[one.actor_id].append(one.person)
    return teams


def _contacts_of(keys: list[int]) -> dict[int, list[ContactPerson]]:
    contacts: dict[int, list[ContactPerson]] = defaultdict(list)
    for one in ContactPerson.objects.filter(actor__in=keys).order_by("name", "pk"):
        contacts[one.actor_id].append(one)
    return contacts


def _beyond_reach(actor: Actor, local: set[int]) -> str:
    if actor.state in Actor.OVER:
        return gettext("the place is archived")
    return "" if actor.pk in local else gettext("the place does not lie in this neighbourhood")


def _of_team(place: RoundMailPlace, person: Person) -> Line:
    return Line(place, str(person), person=person, why_not=_unwilling(person))


def _unwilling(person: Person) -> str:
    if not person.is_active:
        return gettext("the account is switched off")
    return gettext("does not want notices") if person.notices == Person.Notices.NONE else ""


def _of_contact(place: RoundMailPlace, contact: ContactPerson, known: Known) -> Line:
    """Whoever has an account is written to there, and has chosen there."""
    address = contact.email.lower()
    person = known.accounts.get(address)
    if contact.objected_at:
        reason = gettext("objected")
    elif not contact.has_agreed:
        reason = gettext("has not agreed")
    elif not address:
        reason = gettext("no e-mail address")
    elif person is not None:
        reason = _unwilling(person)
    else:
        reason = gettext("does not want notices") if address in known.refused else ""
    return Line(place, contact.name, person=person, contact=contact, why_not=reason)


# --- writing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def write_round_mail(*, round_mail: RoundMail, actors: Iterable[Actor]) -> RoundMail:
    """A draft with the places that it is meant for. The actors are held first, so that none becomes part of another one."""
    wanted = {actor.pk for actor in actors}
    hold(*wanted)
    round_mail.save()
    present = set(round_mail.places.values_list("actor", flat=True))
    round_mail.places.exclude(actor__in=wanted).delete()
    RoundMailPlace.objects.bulk_create(
        RoundMailPlace(round_mail=round_mail, actor_id=key) for key in sorted(wanted - present)
    )
    return round_mail


@transaction.atomic
def send_round_mail(*, round_mail: RoundMail, by: Person, seen: str) -> int:
    """Sends it to exactly those who were shown (`seen`), in the name of who sends it. Returns to how many.

    Raises `StageError` when it was sent already, and `ValidationError` when somebody else would get it by now, nobody
    does, or too many.
    """
    locked = RoundMail.objects.select_for_update().get(pk=round_mail.pk)
    if locked.is_sent:
        raise StageError(_("This round mail was sent already."), code="sent")
    plan = plan_of(locked)
    if not plan.gets:
        raise ValidationError(_("Nobody would get it. Choose other places, or contact persons too."), code="nobody")
    if plan.is_too_long:
        raise ValidationError(_("These are more than 300 people. Choose fewer places."), code="masses")
    if plan.seen != seen:
        raise ValidationError(
            _("The text or who gets it has changed in the meantime. Look at both once more, then send it."),
            code="changed",
        )
    locked.by, locked.sent_at = by, timezone.now()
    locked.save(update_fields=["by", "sent_at"])
    rows = {line.to: _recipient(locked, line) for line in plan.gets}
    RoundMailRecipient.objects.bulk_create(rows.values())
    queue_mails(kind=RoundMailMail, event=str(locked.pk), to=list(rows), about_of=lambda one: rows[one], by=by)
    return len(rows)


def _recipient(round_mail: RoundMail, line: Line) -> RoundMailRecipient:
    told = {"place": line.place, "person": line.person, "contact": line.contact}
    return RoundMailRecipient(round_mail=round_mail, is_contact=line.contact is not None, **told)


def log_of(round_mail: RoundMail) -> list[RoundMailRecipient]:
    """Who got it, each with the mail, as long as the outbox remembers it."""
    rows = list(
        round_mail.recipients.select_related("person", "contact", "place__actor").order_by(
            "place__actor__sort_name", "pk"
        )
    )
    event = f"{RoundMailMail.name}:{round_mail.pk}"
    mails = {mail.about_id: mail for mail in Mail.objects.filter(event=event)}
    for row in rows:
        row.mail = mails.get(row.pk)
    return rows


def said_sent(number: int) -> str:
    return ngettext("It is on its way to %(n)s person.", "It is on its way to %(n)s people.", number) % {"n": number}
