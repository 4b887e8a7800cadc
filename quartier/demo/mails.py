"""What became of a few mails of the demo: one arrived, of one nobody knows, and one went to a mistyped address.

They are rows only: nothing is ever sent to the invented addresses.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from partners.actions import consent, contacts, invitations
from partners.actions.round_mails import RoundMailMail, plan_of, send_round_mail, write_round_mail
from partners.models import Actor, ContactPerson, Invitation, Mail, Neighbourhood, Person, RoundMail
from projects.actions import asking
from projects.models import Contribution

WHERE = "nachbarschaftstreff-zwirnrolle"
MISTYPED = "redaktion@exmaple.invalid"
TOLD = (WHERE, "beratungsstelle-kompassrose", "kulturverein-lindenhof", "cafe-zwischenhalt", "initiative-gruenstreif")
SUBJECT = "Runder Tisch im Januar: Wer kommt?"
TEXT = (
    "wir treffen uns im Januar wieder am runden Tisch, diesmal im Nachbarschaftstreff.\n\n"
    "Zwei Fragen vorab:\n- Wer bringt ein Thema mit?\n- Wer kennt jemanden, der noch nie dabei war?\n\n"
    "Eine kurze Antwort genügt."
)


def tell_mails(*, by: Person) -> None:
    tell_question(by=by)
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


def tell_question(*, by: Person) -> None:
    """A club for which nobody can sign in was asked whether its contributions are right; it may be asked once more."""
    then = timezone.now() - timedelta(days=5)
    for row in Contribution.objects.askable():
        Contribution.objects.filter(pk=row.pk).update(asked_at=then)
        Mail.objects.create(
            event=asking.event_of(row, 1),
            kind=asking.ConfirmationMail.name,
            about_id=row.pk,
            address=row.mailbox,
            language="de",
            state=Mail.State.SENT,
            by=by,
            attempts=1,
            **dict.fromkeys(("created_at", "taken_at", "handed_at", "finished_at"), then),
        )


def tell_round_mail(*, by: Person, neighbourhood: Neighbourhood) -> None:
    """Sent a few days ago to the places whose people are invented; one contact person had unsubscribed."""
    then = timezone.now() - timedelta(days=6)
    written = RoundMail(neighbourhood=neighbourhood, subject=SUBJECT, text=TEXT, by=by)
    write_round_mail(round_mail=written, actors=Actor.objects.filter(slug__in=TOLD))
    send_round_mail(round_mail=written, by=by, seen=plan_of(written).seen)
    RoundMail.objects.filter(pk=written.pk).update(created_at=then, sent_at=then)
    mails = Mail.objects.filter(event=f"{RoundMailMail.name}:{written.pk}")
    handed = {"created_at": then, "taken_at": then, "handed_at": then, "finished_at": then, "attempts": 1}
    mails.update(state=Mail.State.SENT, **handed)
    last = mails.exclude(person=None).latest("pk")
    refused = {"state": Mail.State.DROPPED, "reason": Mail.Reason.UNWANTED, "handed_at": None}
    Mail.objects.filter(pk=last.pk).update(**refused)
