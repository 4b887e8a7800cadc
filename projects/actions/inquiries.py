"""Asking whoever leads a project: to take part in it, or a question. Instead of beginning the same thing once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.holding import hold, hold_survivor
from partners.actions.mail_kinds import Letter, MailKind
from partners.actions.mails import queue_mail, queue_mails
from partners.models import Actor, Mail, Person
from projects.actions.participations import add_participation
from projects.models import Participation, Project, ProjectInquiry

if TYPE_CHECKING:
    from django.db.models import QuerySet

Kind, State = ProjectInquiry.Kind, ProjectInquiry.State


def owners_of(project: Project, *, but: Person) -> QuerySet[Person]:
    """Who is asked: the team of the lead, and the organisers where it has none. Nobody asks herself."""
    people = Person.objects.filter(is_active=True).exclude(pk=but.pk).order_by("pk")
    team = people.filter(memberships__actor=project.lead_actor_id) if project.lead_actor_id else people.none()
    return team.distinct() if team.exists() else people.filter(organised_neighbourhoods__projects=project).distinct()


@transaction.atomic
def ask_project(*, project: Project, kind: str, message: str, by: Person, actor: Actor | None = None) -> ProjectInquiry:
    """Somebody would like to take part with an actor, or has a question. Its owners get one mail each.

    Of two with the same words, and as long as the first waits for an answer, there is one: the second finds it. Raises
    `ValidationError` when another one waits already, when the actor takes part, and when nobody else is there who could
    answer.
    """
    hold(actor.pk if actor else None)
    _refuse_needless(project, kind, actor)
    owners = list(owners_of(project, but=by))
    if not owners:
        raise ValidationError(
            _("Nobody but you looks after this project. You can write into it yourself, on its page."), code="alone"
        )
    try:
        with transaction.atomic():
            inquiry = ProjectInquiry.objects.create(project=project, kind=kind, actor=actor, message=message, by=by)
    except IntegrityError:
        same = {"actor": actor} if kind == Kind.JOIN else {"by": by}
        earlier = ProjectInquiry.objects.waiting().filter(project=project, kind=kind, **same).first()
        if earlier is None:
            raise
        # Who may not read what waits is not led there, and other words are not thrown away unseen.
        if earlier.message != message or not ProjectInquiry.objects.visible_to(by).filter(pk=earlier.pk).exists():
            raise _waits_already(kind) from None
        return earlier
    queue_mails(kind=InquiryMail, event=f"{inquiry.pk}", to=owners, about=inquiry, by=by)
    return inquiry


def _waits_already(kind: str) -> ValidationError:
    if kind == Kind.JOIN:
        return ValidationError(_("This actor has asked already and waits for an answer."), code="taken")
    return ValidationError(_("There is a question that waits for an answer already."), code="waits")


def _refuse_needless(project: Project, kind: str, actor: Actor | None) -> None:
    if kind != Kind.JOIN:
        return
    if not project.may_be_asked_to_join:
        raise ValidationError(
            _("This project is over: nobody can join it any more. Ask a question instead."), code="over"
        )
    parts = Participation.objects.filter(project=project, actor=actor)
    if parts.exclude(state=Participation.State.ENDED).exists():
        raise ValidationError(_("This actor takes part already, or is invited to."), code="taken")


@transaction.atomic
def answer_inquiry(*, inquiry: ProjectInquiry, state: str, answer: str, by: Person) -> None:
    """Yes, no, or an answer to a question; whoever asked gets one mail.

    After a yes the actor takes part, if somebody of its own team had asked; otherwise it is invited, and its own yes is
    still missing. Raises `StageError` when somebody else was faster, and `ValidationError` for a yes to what is over.
    """
    hold_survivor(inquiry.actor_id)
    if state == State.AGREED and not inquiry.project.may_be_asked_to_join:
        raise ValidationError(
            _("This project is over: nobody can join it any more. Say no, and that this is why."), code="over"
        )
    inquiry.take_step(state, answer=answer, answered_by=by, answered_at=timezone.now())
    inquiry.refresh_from_db(fields=["actor"])  # its entry may have become part of another one meanwhile
    if state == State.AGREED and inquiry.actor is not None:
        speaks = inquiry.by is not None and Actor.objects.staffed_by(inquiry.by).filter(pk=inquiry.actor.pk).exists()
        _let_join(inquiry.project, inquiry.actor, speaks=speaks, by=by)
    if inquiry.by is not None and inquiry.by.is_active:
        queue_mail(kind=InquiryAnswerMail, event=f"{inquiry.pk}", to=inquiry.by, about=inquiry, by=by)


def _let_join(project: Project, actor: Actor, *, speaks: bool, by: Person) -> None:
    """Somebody else may have added the actor meanwhile: then it takes part as it stands there."""
    parts = Participation.objects.filter(project=project, actor=actor)
    if parts.exclude(state=Participation.State.ENDED).exists():
        return
    state = Participation.State.AGREED if speaks else Participation.State.INVITED
    add_participation(project=project, actor=actor, role=Participation.Role.MEMBER, by=by, state=state)


def withdraw_inquiry(*, inquiry: ProjectInquiry) -> None:
    inquiry.take_step(State.WITHDRAWN)


class InquiryMail(MailKind):
    """To those who may answer, as long as it waits."""

    name = "project-inquiry"
    label = _("Somebody asks about a project of yours")
    about = ProjectInquiry
    is_notice = True

    def allowed(self, mail: Mail, row: ProjectInquiry) -> bool:
        return mail.person is not None and ProjectInquiry.objects.waiting_for(mail.person).filter(pk=row.pk).exists()

    def letter(self, mail: Mail, row: ProjectInquiry) -> Letter:
        names = {"title": row.project.title, "actor": str(row.actor or ""), "who": str(row.by or "")}
        subject = (
            gettext("“%(actor)s” would like to take part in “%(title)s”")
            if row.is_to_join
            else gettext("A question about “%(title)s”")
        )
        return Letter(
            subject=subject % names,
            link=row.get_absolute_url(),
            template="projects/mail/inquiry.txt",
            words=names | {"message": row.message},
        )


class InquiryAnswerMail(MailKind):
    name = "project-inquiry-answer"
    label = _("Your request to a project is answered")
    about = ProjectInquiry
    is_notice = True

    def allowed(self, mail: Mail, row: ProjectInquiry) -> bool:
        """The answer is hers even if she left the team meanwhile; what a project says is told only while she may see it."""
        if mail.person is None or row.by_id != mail.person_id or row.is_open:
            return False
        return Project.objects.visible_to(mail.person).filter(pk=row.project_id).exists()

    def letter(self, mail: Mail, row: ProjectInquiry) -> Letter:
        names = {"title": row.project.title, "state": row.state_label}
        return Letter(
            subject=gettext("Answer to your request: “%(title)s”") % names,
            link=row.get_absolute_url(),
            template="projects/mail/inquiry_answer.txt",
            words=names | {"answer": row.answer, "is_to_join": row.is_to_join},
        )
