"""The way into the outbox.

    queue_mail(kind=PartnershipEndMail, event=f"{partnership.pk}:{partnership.end_on}", to=person, about=partnership)

Call it in the transaction of the cause: the mail is stored with it or not at all, and it leaves when all is stored.
`event` says what happened in few words and for ever: the same event for the same recipient is one mail, however often
it is queued and by however many at once. So put what makes it another event into it (the day that is due, the version
that was shown). It holds no personal data. An event is remembered for 400 days for a person, and for 90 for an address.

`to` is a `Person`, who is written to at the address that she has when the mail is sent, or an address. `by` is whoever
caused it. `queue_mails` takes many recipients and says how many of them had not got it yet; where each has a row of her own
that her mail is about, `about_of` names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from partners.actions.mail_kinds import MailKind
from partners.actions.sending import send_mails
from partners.models import Mail, Person


def queue_mail(
    *,
    kind: type[MailKind],
    event: str,
    to: Person | str,
    about: Model | None = None,
    by: Person | None = None,
    language: str = "",
) -> bool:
    """False when this recipient gets, or got, this mail already. `language`: for an address without an account."""
    return queue_mails(kind=kind, event=event, to=[to], about=about, by=by, language=language) == 1


@transaction.atomic
def queue_mails(
    *,
    kind: type[MailKind],
    event: str,
    to: Iterable[Person | str],
    about: Model | None = None,
    about_of: Callable[[Person | str], Model] | None = None,
    by: Person | None = None,
    language: str = "",
) -> int:
    """One mail for each recipient. Returns for how many it is new; of two who queue it at once both may count it."""
    event = f"{kind.name}:{event}"
    known = set(Mail.objects.filter(event=event).values_list("person", "address"))
    mails: dict[tuple[int | None, str], Mail] = {}
    for one in to:
        person = one if isinstance(one, Person) else None
        address = "" if isinstance(one, Person) else one.strip().lower()
        row = about_of(one) if about_of else about
        mails[person.pk if person else None, address] = Mail(
            event=event,
            kind=kind.name,
            person=person,
            address=address,
            about_id=row.pk if row else None,
            by=by,
            language=language or (by.language if by else settings.LANGUAGE_CODE),
        )
    new = [mail for key, mail in mails.items() if key not in known]
    if new:
        Mail.objects.bulk_create(new, ignore_conflicts=True)
        transaction.on_commit(send_mails.enqueue, robust=True)
    return len(new)
