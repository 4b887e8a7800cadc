"""What the mails of the chain from an offer to a thank-you say, and to whom each may still go when it leaves.

When they are queued says `projects.actions.request_telling`. Whose turn it is, is asked of
`ResourceRequestQuerySet.turn_of` once more when a mail leaves: what is done by then is not written about.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.mail_kinds import Letter, MailKind
from partners.days import spoken
from partners.models import Mail, Offer, Person
from projects.models import Contribution, ResourceRequest

State = ResourceRequest.State
# Where the portal stood still on the day after the last one, they hear of it so many days later at most.
AFTERWARDS = timedelta(days=7)


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
        return row.quantity, row.unit

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
