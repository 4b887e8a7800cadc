"""Who wants to be told what happens, and how often."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from partners.actions.refusals import Subscriber
from partners.actions.sending import send_mails
from partners.models import Mail, NoNotices, Person


@transaction.atomic
def choose_notices(*, person: Person, choice: str) -> None:
    """What was collected for the daily mail leaves at once, or not at all, if that is what she chooses now."""
    person.notices = choice
    person.save(update_fields=["notices"])
    collected = Mail.objects.filter(person=person, state=Mail.State.COLLECTED, digest=None)
    now = timezone.now()
    if choice == Person.Notices.AT_ONCE and collected.update(state=Mail.State.WAITING, next_attempt_at=now):
        transaction.on_commit(send_mails.enqueue, robust=True)
    if choice == Person.Notices.NONE:
        collected.update(state=Mail.State.DROPPED, reason=Mail.Reason.UNWANTED, finished_at=now)


def refuse_notices(*, subscriber: Subscriber) -> None:
    """One click in a mail. Whoever has an account can change her mind there."""
    if subscriber.person:
        choose_notices(person=subscriber.person, choice=Person.Notices.NONE)
    elif subscriber.fingerprint:
        NoNotices.objects.get_or_create(fingerprint=subscriber.fingerprint)
