"""What became of a few mails of the demo: one arrived, of one nobody knows, and one went to a mistyped address.

They are rows only: nothing is ever sent to the invented addresses.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from partners.actions import consent, contacts, invitations
from partners.models import Actor, ContactPerson, Invitation, Mail, Person

WHERE = "nachbarschaftstreff-zwirnrolle"
MISTYPED = "redaktion@exmaple.invalid"


def tell_mails(*, by: Person) -> None:
    then = timezone.now() - timedelta(days=2)
    handed = {"created_at": then, "taken_at": then, "handed_at": then, "finished_at": then, "attempts": 1, "by": by}
    for email, state, error in (
        ("leitung@example.org", Mail.State.SENT, ""),
        ("raeume@example.org", Mail.State.UNCLEAR, "SMTPServerDisconnected"),
    ):
        contact = ContactPerson.objects.get(actor__slug=WHERE, email=email)
        event = f"{contacts.ConsentMail.name}:{consent.event_of(contact)}"
        about = {"kind": contacts.ConsentMail.name, "about_id": contact.pk, "address": email}
        Mail.objects.create(event=event, state=state, last_error=error, language="de", **about, **handed)
    invitation = Invitation(email=MISTYPED, actor=Actor.objects.get(slug=WHERE), created_by=by)
    invitation.renew_token()
    invitation.sent_at = then
    invitation.save()
    Mail.objects.create(
        event=f"{invitations.InvitationMail.name}:{invitations.event_of(invitation)}",
        kind=invitations.InvitationMail.name,
        about_id=invitation.pk,
        address=MISTYPED,
        language="de",
        state=Mail.State.FAILED,
        reason=Mail.Reason.REFUSED,
        last_error="SMTPRecipientsRefused 550",
        **handed,
    )
