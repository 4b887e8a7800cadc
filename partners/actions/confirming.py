"""Whoever keeps a profile that nobody has confirmed for a year is asked whether it is still right, and says so with one click."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.due import Job
from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mails
from partners.models import Actor, Mail, Membership, Person

SALT = "partners.actors.still-right"
LIFETIME = timedelta(days=60)


class StillRightMail(MailKind):
    """Goes to those who decide on the team; where nobody does, to all of it. Not any more once somebody has confirmed it."""

    name = "still-right"
    label = _("Is your profile still right?")
    about = Actor
    is_notice = True

    def allowed(self, mail: Mail, row: Actor) -> bool:
        is_due = row.state == Actor.State.PUBLISHED and row.is_stale
        return is_due and row.memberships.filter(person=mail.person).exists()

    def letter(self, mail: Mail, row: Actor) -> Letter:
        return Letter(
            subject=gettext("Is the profile of “%(name)s” still right?") % {"name": row.name},
            link=reverse("partners:actor-still-right", args=[row.slug, token_of(row, mail.person)]),
            template="partners/mail/still_right.txt",
            words={"actor": row},
        )


def ask_whether_still_right() -> int:
    """Once for each time that a profile gets old. It is asked anew when the outbox has forgotten that, after 400 days."""
    return sum(
        queue_mails(kind=StillRightMail, event=event_of(actor), to=keepers_of(actor), about=actor)
        for actor in Actor.objects.published().stale().prefetch_related("memberships__person").iterator(500)
    )


ASK_WHETHER_STILL_RIGHT = Job(
    "still-right", _("Asked whether a profile is still right"), ask_whether_still_right, every=timedelta(days=1)
)


def event_of(actor: Actor) -> str:
    return f"{actor.pk}:{timezone.localdate(actor.confirmed_at or actor.created_at)}"


def keepers_of(actor: Actor) -> list[Person]:
    """From what is loaded already."""
    team = list(actor.memberships.all())
    managers = [one.person for one in team if one.role == Membership.Role.MANAGER]
    return managers or [one.person for one in team]


def token_of(actor: Actor, person: Person | None) -> str:
    return signing.dumps([actor.pk, person.pk if person else None], salt=SALT)


def is_ours(token: str) -> bool:
    """Whether the portal ever signed it, however long ago."""
    try:
        signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return False
    return True


def asked_by(token: str) -> tuple[Actor, Person] | None:
    """Which profile the link is about, and whom it was sent to. None when she does not keep it any more, or it is too old."""
    try:
        actor_pk, person_pk = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    rows: Any = Membership.objects.filter(actor=actor_pk, person=person_pk, person__is_active=True)
    membership = rows.select_related("actor", "person").first()
    if membership is None or membership.actor.state != Actor.State.PUBLISHED:
        return None
    return membership.actor, membership.person
