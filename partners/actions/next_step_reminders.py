"""Who hears that a next step with a partner is overdue: whoever looks after it, once for each day by which it was due."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.due import Job
from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mail
from partners.days import spoken
from partners.models import Mail, NextStep


class NextStepMail(MailKind):
    name = "next-step"
    label = _("A next step that you look after is overdue")
    about = NextStep
    is_notice = True

    def allowed(self, mail: Mail, row: NextStep) -> bool:
        """Only to who still looks after it, and only as long as it is neither done nor put off."""
        if mail.person is None or mail.event != f"{self.name}:{event_of(row)}":
            return False
        return NextStep.objects.reminded_of().filter(pk=row.pk, responsible=mail.person).exists()

    def letter(self, mail: Mail, row: NextStep) -> Letter:
        names = {"what": row.what, "day": spoken(row.due_on), "title": row.partnership.title}
        return Letter(
            subject=gettext("Overdue since %(day)s: %(what)s") % names,
            link=row.get_absolute_url(),
            template="partners/mail/next_step.txt",
            words=names,
        )


def event_of(step: NextStep) -> str:
    return f"{step.pk}:{step.due_on}"


def remind_of_next_steps() -> int:
    """One mail for each step and day; a day that is put off and passes as well is another one."""
    return sum(
        queue_mail(kind=NextStepMail, event=event_of(step), to=step.responsible, about=step)  # type: ignore[arg-type]
        for step in NextStep.objects.reminded_of().select_related("responsible")
    )


REMIND_OF_NEXT_STEPS = Job(
    "next-steps", _("Reminders of overdue next steps"), remind_of_next_steps, every=timedelta(days=1)
)
