"""Who hears in time that an agreement ends, or that the sides meant to look back together: organisers and both teams."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.due import Job
from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mails
from partners.days import spoken
from partners.models import Agreement, Mail, Membership, Neighbourhood, Partnership, Person

# So many days before its end the sides hear of it: first when there is time to talk, and once more when there is little.
DAYS_BEFORE = (60, 14)


class AgreementEndMail(MailKind):
    name = "agreement-end"
    label = _("An agreement comes to an end")
    about = Agreement
    is_notice = True

    def allowed(self, mail: Mail, row: Agreement) -> bool:
        """Only to who reads it, and only as long as nobody signed another one or moved the end."""
        if mail.person is None or not mail.event.startswith(f"{self.name}:{row.pk}:{row.end_on}:"):
            return False
        rows = Agreement.objects.visible_to(mail.person).coming_to_an_end()
        return rows.filter(pk=row.pk, end_on__gte=timezone.localdate()).exists()

    def letter(self, mail: Mail, row: Agreement) -> Letter:
        end = spoken(row.end_on)
        return Letter(
            subject=gettext("The agreement “%(name)s” ends on %(day)s") % {"name": row, "day": end},
            link=row.get_absolute_url(),
            template="partners/mail/agreement_end.txt",
            words={"agreement": row, "parties": row.parties_line, "end": end},
        )


class ReviewMail(MailKind):
    name = "partnership-review"
    label = _("The sides of a partnership look back together")
    about = Partnership
    is_notice = True

    def allowed(self, mail: Mail, row: Partnership) -> bool:
        if mail.person is None or mail.event != f"{self.name}:{row.pk}:{row.next_review_on}":
            return False
        rows = Partnership.objects.filter(
            pk=row.pk, next_review_on__gte=timezone.localdate(), state__in=Partnership.LIVE
        )
        return rows.internal_to(mail.person).exists()

    def letter(self, mail: Mail, row: Partnership) -> Letter:
        day = spoken(row.next_review_on)
        return Letter(
            subject=gettext("On %(day)s you look back together: %(name)s") % {"day": day, "name": row.title},
            link=f"{row.get_absolute_url()}#rueckblick",
            template="partners/mail/partnership_review.txt",
            words={"partnership": row, "title": row.title, "day": day},
        )


def remind_of_ends() -> int:
    """One mail for each of `DAYS_BEFORE` that is reached, to each person; an end that is moved is another one."""
    today, count = timezone.localdate(), 0
    for agreement in Agreement.objects.coming_to_an_end().filter(end_on__gte=today).for_list():
        reached = min(days for days in DAYS_BEFORE if agreement.end_on <= today + timedelta(days=days))  # type: ignore[operator]
        count += queue_mails(
            kind=AgreementEndMail,
            event=f"{agreement.pk}:{agreement.end_on}:{reached}",
            to=people_of(agreement.partnership.neighbourhood, {part.actor_id for part in agreement.parts.all()}),
            about=agreement,
        )
    return count


def remind_of_reviews() -> int:
    count = 0
    for partnership in Partnership.objects.looking_back_soon().for_list():
        count += queue_mails(
            kind=ReviewMail,
            event=f"{partnership.pk}:{partnership.next_review_on}",
            to=people_of(partnership.neighbourhood, {party.actor_id for party in partnership.parties.all()}),
            about=partnership,
        )
    return count


def people_of(neighbourhood: Neighbourhood, actors: Iterable[int]) -> Any:
    """The organisers and the teams, each person once."""
    teams = Membership.objects.filter(actor__in=list(actors)).values("person")
    organisers = neighbourhood.organisers.order_by().values("pk")
    return Person.objects.filter(Q(pk__in=teams) | Q(pk__in=organisers), is_active=True).order_by("pk")


DAILY = timedelta(days=1)
REMIND_OF_ENDS = Job("agreement-ends", _("Reminders of agreements that end"), remind_of_ends, every=DAILY)
REMIND_OF_REVIEWS = Job("partnership-reviews", _("Reminders to look back together"), remind_of_reviews, every=DAILY)
