"""A side without an account is asked by mail whether a contribution is right; for its answer see `projects.actions.answering`."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mail
from partners.models import Actor, Mail, NoNotices, Person
from projects.models import Contribution, Side

SALT = "projects.contributions.confirm"
# So often the same wording is asked about in all.
MOST = 3
# So many of these mails get to one mailbox within a day, whoever asks.
PER_DAY = 10


def asked_actor(contribution: Contribution) -> Actor | None:
    """Whose yes is missing: the contributing actor's for the project's word, that of the project's lead for the actor's.

    None where nobody but an organiser can say it.
    """
    part = contribution.participation
    if contribution.recorded_side == Side.PROJECT:
        return part.actor
    lead = part.project.lead_actor
    return lead if lead is not None and lead.pk != part.actor_id else None


def mailbox_of(contribution: Contribution) -> str:
    """To which address the question goes.

    Empty where it does not wait for a side, or that side has an account or no address; also where somebody of the side
    that wrote it reads that mailbox, because nobody answers her own entry.
    """
    address = _known_mailbox(contribution)
    return "" if address and is_read_by_writers(contribution, address) else address


def _known_mailbox(contribution: Contribution) -> str:
    found = Contribution.objects.askable().filter(pk=contribution.pk).first()
    return found.mailbox if found else ""


def is_read_by_writers(contribution: Contribution, address: str) -> bool:
    """Whether somebody who signs in with this address writes for the side whose word it is."""
    person = Person.objects.filter(email__iexact=address, is_active=True).first()
    rows = Contribution.objects.filter(pk=contribution.pk)
    return person is not None and rows.written_for(person).exists()


def may_be_asked_by_mail(contribution: Contribution) -> bool:
    return bool(mailbox_of(contribution))


def has_account(actor: Actor) -> bool:
    """Whether somebody can sign in for it."""
    return actor.memberships.filter(person__is_active=True).exists()


# --- asking -------------------------------------------------------------------------------------------------------------


class AskedAlreadyError(ValidationError):
    """The mail went a moment ago: whoever pressed twice has what she wanted."""


@transaction.atomic
def ask_to_confirm(*, contribution: Contribution, by: Person | None) -> str:
    """Puts one mail into the outbox and returns where it goes.

    Once for each wording; by hand again after some days (`Contribution.ASKED_AGAIN_AFTER`), `MOST` times in all. Raises
    `ValidationError` with a sentence where nobody can be asked, see `may_be_asked_by_mail`.
    """
    contribution = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
    address = _known_mailbox(contribution)
    if address and is_read_by_writers(contribution, address):
        raise ValidationError(
            _("Somebody who may change this entry reads %(address)s herself. Please ask in another way."),
            params={"address": address},
            code="own",
        )
    if not address:
        raise ValidationError(
            _("This cannot be asked by mail: it does not wait for an answer, or the other side has an account now."),
            code="needless",
        )
    if NoNotices.objects.filter(pk=NoNotices.fingerprint_of(address)).exists():
        raise ValidationError(
            _("This address does not want any more mails from the portal. Please ask in another way."), code="unwanted"
        )
    now = timezone.now()
    if contribution.was_just_asked:
        raise AskedAlreadyError(_("The mail is on its way already. You can ask again in three days."), code="haste")
    number = 1 + Mail.objects.filter(event__in=[event_of(contribution, one) for one in range(1, MOST + 1)]).count()
    if number > MOST:
        raise ValidationError(
            _("This was asked three times without an answer. Please ask in another way."), code="enough"
        )
    today = Mail.objects.filter(kind=ConfirmationMail.name, address=address, created_at__gt=now - timedelta(days=1))
    if today.count() >= PER_DAY:
        raise ValidationError(
            _("This address has got many questions today. You can ask this one tomorrow."), code="masses"
        )
    Contribution.objects.filter(pk=contribution.pk).update(asked_at=now)
    queue_mail(
        kind=ConfirmationMail,
        event=event_of(contribution, number, with_kind=False),
        to=address,
        about=contribution,
        by=by,
        language=settings.LANGUAGE_CODE,
    )
    return address


def event_of(contribution: Contribution, number: int, *, with_kind: bool = True) -> str:
    """The first, second or third mail about this wording."""
    event = f"{contribution.pk}:{contribution.version}:{number}"
    return f"{ConfirmationMail.name}:{event}" if with_kind else event


class ConfirmationMail(MailKind):
    """To the mailbox of a side without an account, as long as this wording waits for its answer."""

    name = "contribution-question"
    label = _("Question whether a contribution is right")
    about = Contribution
    is_notice = True

    def allowed(self, mail: Mail, row: Contribution) -> bool:
        is_same = mail.event.startswith(f"{self.name}:{row.pk}:{row.version}:")
        return is_same and mailbox_of(row) == mail.address

    def letter(self, mail: Mail, row: Contribution) -> Letter:
        actor = asked_actor(row)
        names = {"project": row.participation.project.title}
        return Letter(
            subject=gettext("“%(project)s”: is this contribution right?") % names,
            link=reverse("projects:contribution-answer", args=[token_of(row, mail.address)]),
            template="projects/mail/confirmation.txt",
            words=names | {"contribution": row, "contributor": row.participation.actor, "actor": actor},
        )


# --- the link ----------------------------------------------------------------------------------------------------------


def token_of(contribution: Contribution, address: str) -> str:
    """Names the wording, how often a link was answered before, who is asked, and a print of the address.

    Not the address itself, because servers write down what they are asked.
    """
    actor = asked_actor(contribution)
    said = [contribution.pk, contribution.version, answers_to(contribution), actor and actor.pk, print_of(address)]
    return signing.dumps(said, salt=SALT)


def answers_to(contribution: Contribution) -> int:
    """Each answer by a link uses up all links that were sent before it."""
    return contribution.steps.exclude(link_of="").count()


def print_of(address: str) -> str:
    return salted_hmac(SALT, address.lower(), algorithm="sha256").hexdigest()[:16]
