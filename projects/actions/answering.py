"""The link in the mail to a side without an account: what it asks, and the yes or no that it brings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.core import signing

from partners.models import Actor, HistoryEntry, acting
from projects.actions.asking import SALT, answers_to, asked_actor, has_account, mailbox_of, print_of
from projects.actions.contributions import confirm_contribution, contest_contribution
from projects.models import Contribution, ContributionStep, Side
from projects.models.asking import mailboxes

LIFETIME = timedelta(days=30)


class End(StrEnum):
    """Why a link that the portal signed does not lead to the question any more."""

    OLD = "old"
    GONE = "gone"
    ANSWERED = "answered"
    TEAM = "team"
    MOVED = "moved"


class LinkIsOverError(Exception):
    def __init__(self, why: End, contribution: Contribution | None = None) -> None:
        super().__init__(why)
        self.why, self.contribution = why, contribution


@dataclass(frozen=True)
class Question:
    """What a link asks. `is_rewritten`: not in the words that the mail told."""

    contribution: Contribution
    actor: Actor
    is_rewritten: bool

    @property
    def link_of(self) -> str:
        of = ContributionStep.Link
        return of.ACTOR if self.contribution.recorded_side == Side.PROJECT else of.PROJECT


def question_of(token: str, *, locked: bool = False) -> Question | None:
    """None for what we never signed; raises `LinkIsOverError` for what does not count any more."""
    try:
        pk, version, answers, whom, address = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.SignatureExpired:
        raise LinkIsOverError(End.OLD) from None
    except signing.BadSignature:
        return None
    rows = Contribution.objects.select_for_update(of=("self",)) if locked else Contribution.objects.all()
    near = ("participation__actor", "participation__project__lead_actor")
    row = rows.select_related(*near).filter(pk=pk).first()
    if row is None:
        raise LinkIsOverError(End.GONE)
    if row.state != Contribution.State.DELIVERED or row.is_contested or answers_to(row) != answers:
        raise _answered(row, whom=whom, address=address)
    actor = asked_actor(row)
    if actor is None or actor.pk != whom:
        raise LinkIsOverError(End.MOVED)
    if has_account(actor):
        raise LinkIsOverError(End.TEAM)
    if print_of(mailbox_of(row)) != address:
        raise LinkIsOverError(End.MOVED)
    return Question(row, actor, is_rewritten=row.version != version)


def _answered(row: Contribution, *, whom: int, address: str) -> LinkIsOverError:
    """What became of it reads the mailbox of that side alone: the mail may have gone to one that is not its own any more."""
    mailbox = mailboxes().filter(pk=whom).values_list("mailbox", flat=True).first()
    return (
        LinkIsOverError(End.ANSWERED, row) if mailbox and print_of(mailbox) == address else LinkIsOverError(End.MOVED)
    )


def say_yes(question: Question) -> None:
    """Told as done by the side that was asked, whoever presses. Raises `ValidationError`."""
    with _by_link(question):
        confirm_contribution(contribution=question.contribution, by=None, link_of=question.link_of)


def say_no(question: Question, *, reason: str) -> None:
    with _by_link(question):
        contest_contribution(contribution=question.contribution, by=None, reason=reason, link_of=question.link_of)


def _by_link(question: Question) -> Any:
    return acting(occasion=HistoryEntry.Occasion.LINK, detail=question.actor.name)
