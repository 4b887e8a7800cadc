"""Who keeps an offer or a need hears in time that it expires, and renews it with one click, without signing in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.confirming import keepers_of
from partners.actions.due import Job
from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mails
from partners.days import spoken
from partners.models import Actor, Listing, Mail, Offer, Person, acting

# So many days before its end they hear of it, and once more on the day itself.
DAYS_BEFORE = (10, 0)
# Where the portal stood still on that day, they hear of it so many days later at most.
AFTERWARDS = timedelta(days=7)
SALT = "partners.listings.renew"
LIFETIME = timedelta(days=60)


class ListingEndMail(MailKind):
    is_notice = True
    about: type[Listing]

    def allowed(self, mail: Mail, row: Listing) -> bool:
        """Only to who still keeps it, and only as long as it is there and nobody has renewed it."""
        if mail.person is None or not mail.event.startswith(f"{self.name}:{row.pk}:{row.valid_until}:"):
            return False
        rows: Any = self.about._default_manager
        return rows.kept_by(mail.person).reminded_of().filter(pk=row.pk).exists()

    def letter(self, mail: Mail, row: Listing) -> Letter:
        day, today = spoken(row.valid_until), timezone.localdate()
        names = {"title": row.title, "day": day}
        if row.valid_until < today:
            subject = gettext("“%(title)s” has expired") % names
        elif row.valid_until == today:
            subject = gettext("“%(title)s” expires today") % names
        else:
            subject = gettext("“%(title)s” expires on %(day)s") % names
        return Letter(
            subject=subject,
            link=f"{row.get_absolute_url()}verlaengern/{token_of(row, mail.person)}/",
            template="partners/mail/listing_end.txt",
            words=names | {"owner": str(row.owner), "is_over": row.is_over},
        )


class OfferEndMail(ListingEndMail):
    name = "offer-end"
    label = _("An offer expires")
    about = Offer


def remind_of_offers() -> int:
    rows = due_for_a_reminder(Offer.objects.all())
    team = rows.select_related("actor").prefetch_related("actor__memberships__person")
    return sum(remind(OfferEndMail, offer, people_of_actor(offer.actor)) for offer in team.iterator(500))


REMIND_OF_OFFERS = Job("offer-ends", _("Reminders of offers that expire"), remind_of_offers, every=timedelta(days=1))


def due_for_a_reminder(rows: Any) -> Any:
    today = timezone.localdate()
    days = (today - AFTERWARDS, today + timedelta(days=max(DAYS_BEFORE)))
    return rows.reminded_of().filter(valid_until__range=days).order_by("pk")


def remind(kind: type[ListingEndMail], row: Listing, people: Iterable[Person]) -> int:
    """One mail for each of `DAYS_BEFORE` that is reached, to each person; a day that is put off is another one."""
    left = (row.valid_until - timezone.localdate()).days
    reached = min((days for days in DAYS_BEFORE if left <= days), default=max(DAYS_BEFORE))
    return queue_mails(kind=kind, event=f"{row.pk}:{row.valid_until}:{reached}", to=people, about=row)


def people_of_actor(actor: Actor) -> list[Person]:
    """Those who decide on the team, or all of it; where nobody keeps the profile, the organisers."""
    return keepers_of(actor) or list(
        Person.objects.filter(organised_neighbourhoods__actors=actor, is_active=True).distinct().order_by("pk")
    )


def token_of(row: Listing, person: Person | None) -> str:
    """Says who may renew what, and until when it held then: it is used up once that day is another one."""
    said = [row._meta.label_lower, row.pk, person.pk if person else None, row.valid_until.isoformat()]
    return signing.dumps(said, salt=SALT)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link is about: the row, whom it was sent to, and until when the row held then."""

    listing: Any
    person: Person
    day: date


def asked_to_renew(model: type[Listing], pk: int, token: str) -> Asked | None:
    """None when the person does not keep it any more, or the link is too old."""
    try:
        label, row_pk, person_pk, day = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    person = Person.objects.filter(pk=person_pk, is_active=True).first()
    if person is None or (label, row_pk) != (model._meta.label_lower, pk):
        return None
    rows: Any = model._default_manager
    row = rows.kept_by(person).for_detail().filter(pk=pk).first()
    return Asked(row, person, date.fromisoformat(day)) if row else None


@transaction.atomic
def renew_as_asked(asked: Asked) -> None:
    """Told as done by the person whom the link was sent to. Raises `StageError`."""
    with acting(by=asked.person):
        asked.listing.renew(seen=asked.day)


def is_ours(token: str) -> bool:
    """Whether the portal ever signed it, however long ago."""
    try:
        signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return False
    return True
